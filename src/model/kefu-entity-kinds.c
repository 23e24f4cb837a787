/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fields of every kind of entity, and the SQL made from them. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-entity-kinds.h"

#include "kefu-message-key.h"

/* The tables are in sql/entity/; a column that is not named here would never be filled, test-entity.c compares both. */

#define REQUIRED(name, type)                                                                                           \
  {                                                                                                                    \
    name, KEFU_FIELD_##type, TRUE, NULL                                                                                \
  }
#define OPTIONAL(name, type, fallback)                                                                                 \
  {                                                                                                                    \
    name, KEFU_FIELD_##type, FALSE, fallback                                                                           \
  }
#define NULLABLE(name, type)                                                                                           \
  {                                                                                                                    \
    name, KEFU_FIELD_##type, FALSE, NULL                                                                               \
  }
#define END                                                                                                            \
  {                                                                                                                    \
    NULL                                                                                                               \
  }

static const KefuField agent_fields[] = {
  REQUIRED ("name", TEXT),
  NULLABLE ("login", TEXT),
  OPTIONAL ("role", TEXT, "'agent'"),
  OPTIONAL ("disabled", BOOL, "0"),
  END,
};

static const KefuField channel_fields[] = {
  REQUIRED ("type", TEXT),
  REQUIRED ("name", TEXT),
  OPTIONAL ("shop", TEXT, "''"),
  OPTIONAL ("first_reply_s", INT, "30"),
  OPTIONAL ("due_s", INT, "100"),
  OPTIONAL ("over_s", INT, "180"),
  OPTIONAL ("window_h", INT, "0"),
  OPTIONAL ("window_n", INT, "0"),
  OPTIONAL ("max_len", INT, "0"),
  OPTIONAL ("disabled", BOOL, "0"),
  END,
};

static const KefuField customer_fields[] = {
  REQUIRED ("name", TEXT),
  OPTIONAL ("level", TEXT, "''"),
  OPTIONAL ("gender", TEXT, "''"),
  OPTIONAL ("region", TEXT, "''"),
  OPTIONAL ("phone", TEXT, "''"),
  OPTIONAL ("address", TEXT, "''"),
  OPTIONAL ("birthday", TEXT, "''"),
  NULLABLE ("since", INT),
  OPTIONAL ("tags", ARRAY, "'[]'"),
  OPTIONAL ("notes", TEXT, "''"),
  OPTIONAL ("good_reviews", INT, "0"),
  OPTIONAL ("bad_reviews", INT, "0"),
  END,
};

static const KefuField identity_fields[] = {
  REQUIRED ("customer_id", TEXT),
  REQUIRED ("channel_id", TEXT),
  REQUIRED ("key", TEXT),
  OPTIONAL ("name", TEXT, "''"),
  END,
};

static const KefuField conversation_fields[] = {
  REQUIRED ("customer_id", TEXT),
  REQUIRED ("channel_id", TEXT),
  NULLABLE ("identity_id", TEXT),
  REQUIRED ("key", TEXT),
  OPTIONAL ("title", TEXT, "''"),
  OPTIONAL ("status", TEXT, "'open'"),
  NULLABLE ("assignee_id", TEXT),
  NULLABLE ("snooze_until", INT),
  OPTIONAL ("waiting_since", INT, "0"),
  OPTIONAL ("last_in_at", INT, "0"),
  OPTIONAL ("last_mseq", INT, "0"),
  OPTIONAL ("last_at", INT, "0"),
  OPTIONAL ("last_text", TEXT, "''"),
  OPTIONAL ("last_dir", TEXT, "''"),
  OPTIONAL ("last_kind", TEXT, "'text'"),
  OPTIONAL ("in_count", INT, "0"),
  OPTIONAL ("out_since_in", INT, "0"),
  OPTIONAL ("open_items", INT, "0"),
  NULLABLE ("rating", INT),
  OPTIONAL ("created_at", INT, "0"),
  OPTIONAL ("labels", ARRAY, "'[]'"),
  END,
};

static const KefuField message_fields[] = {
  REQUIRED ("conversation_id", TEXT), REQUIRED ("mseq", INT),
  OPTIONAL ("kind", TEXT, "'text'"),  REQUIRED ("dir", TEXT),
  NULLABLE ("author_id", TEXT),       OPTIONAL ("body", TEXT, "''"),
  NULLABLE ("data", OBJECT),          NULLABLE ("quote_id", TEXT),
  OPTIONAL ("in_no", INT, "0"),       REQUIRED ("sent_at", INT),
  OPTIONAL ("delivery", TEXT, "''"),  OPTIONAL ("delivery_reason", TEXT, "''"),
  OPTIONAL ("recalled", BOOL, "0"),   END,
};

static const KefuField read_fields[] = {
  REQUIRED ("conversation_id", TEXT),
  REQUIRED ("agent_id", TEXT),
  OPTIONAL ("mseq", INT, "0"),
  OPTIONAL ("in_no", INT, "0"),
  END,
};

static const KefuField phrase_group_fields[] = {
  REQUIRED ("name", TEXT),
  OPTIONAL ("scope", TEXT, "'team'"),
  NULLABLE ("agent_id", TEXT),
  OPTIONAL ("sort", INT, "0"),
  END,
};

static const KefuField phrase_fields[] = {
  REQUIRED ("group_id", TEXT),        OPTIONAL ("code", TEXT, "''"),
  OPTIONAL ("title", TEXT, "''"),     REQUIRED ("body", TEXT),
  OPTIONAL ("ladder", TEXT, "''"),    OPTIONAL ("step", TEXT, "''"),
  OPTIONAL ("scope", TEXT, "'team'"), NULLABLE ("agent_id", TEXT),
  OPTIONAL ("sort", INT, "0"),        OPTIONAL ("uses", INT, "0"),
  OPTIONAL ("last_used", INT, "0"),   END,
};

static const KefuField order_fields[] = {
  REQUIRED ("customer_id", TEXT),
  NULLABLE ("channel_id", TEXT),
  REQUIRED ("number", TEXT),
  OPTIONAL ("platform", TEXT, "''"),
  REQUIRED ("state", TEXT),
  REQUIRED ("placed_at", INT),
  NULLABLE ("paid_at", INT),
  NULLABLE ("shipped_at", INT),
  NULLABLE ("signed_at", INT),
  OPTIONAL ("confirmed", BOOL, "0"),
  OPTIONAL ("reviewed", BOOL, "0"),
  OPTIONAL ("items", ARRAY, "'[]'"),
  OPTIONAL ("total_minor", INT, "0"),
  OPTIONAL ("discount_minor", INT, "0"),
  OPTIONAL ("paid_minor", INT, "0"),
  OPTIONAL ("refunded_minor", INT, "0"),
  OPTIONAL ("currency", TEXT, "'CNY'"),
  OPTIONAL ("courier", TEXT, "''"),
  OPTIONAL ("tracking", TEXT, "''"),
  OPTIONAL ("track", ARRAY, "'[]'"),
  OPTIONAL ("receiver", TEXT, "''"),
  OPTIONAL ("phone", TEXT, "''"),
  OPTIONAL ("address", TEXT, "''"),
  NULLABLE ("flag", INT),
  OPTIONAL ("remark", TEXT, "''"),
  NULLABLE ("remark_by", TEXT),
  NULLABLE ("remark_at", INT),
  END,
};

static const KefuField checklist_item_fields[] = {
  REQUIRED ("customer_id", TEXT),
  REQUIRED ("conversation_id", TEXT),
  NULLABLE ("order_id", TEXT),
  REQUIRED ("kind", TEXT),
  REQUIRED ("title", TEXT),
  NULLABLE ("due_at", INT),
  OPTIONAL ("done", BOOL, "0"),
  NULLABLE ("done_at", INT),
  NULLABLE ("done_by", TEXT),
  REQUIRED ("created_at", INT),
  NULLABLE ("created_by", TEXT),
  NULLABLE ("assignee_id", TEXT),
  NULLABLE ("proof_message_id", TEXT),
  OPTIONAL ("deleted", BOOL, "0"),
  END,
};

static KefuKind kinds[] = {
  { "agent", "agent", agent_fields },
  { "channel", "channel", channel_fields },
  { "customer", "customer", customer_fields },
  { "identity", "identity", identity_fields },
  { "conversation", "conversation", conversation_fields },
  { "message", "message", message_fields, "sent_at" },
  { "read", "read", read_fields },
  { "phrase_group", "phrase_group", phrase_group_fields },
  { "phrase", "phrase", phrase_fields },
  { "order", "orders", order_fields, "placed_at" },
  { "checklist_item", "checklist_item", checklist_item_fields },
};

/* A checklist item has a kind of its own, which is not the kind of entity: there the envelope's name gives way. */
static gboolean
has_field (const KefuKind *kind, const char *name)
{
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    if (g_str_equal (field->name, name))
      return TRUE;
  return FALSE;
}

static const char *
json_type_of (KefuFieldType type)
{
  switch (type)
    {
    case KEFU_FIELD_INT:
      return "integer";
    case KEFU_FIELD_ARRAY:
      return "array";
    case KEFU_FIELD_OBJECT:
      return "object";
    case KEFU_FIELD_TEXT:
    case KEFU_FIELD_BOOL:
    default:
      return "text";
    }
}

/* What a column gets from the body. Values of another type than the column's are made to fit, never stored as they are:
 * a text in a number's column would break every comparison with it. */
static void
append_value (GString *sql, const KefuField *field)
{
  const char *fallback = field->fallback != NULL ? field->fallback : "NULL";

  switch (field->type)
    {
    case KEFU_FIELD_TEXT:
      g_string_append_printf (sql, "coalesce(j.value->>'$.body.%s', %s)", field->name, fallback);
      break;
    case KEFU_FIELD_INT:
      g_string_append_printf (sql, "CAST(coalesce(j.value->>'$.body.%s', %s) AS INTEGER)", field->name, fallback);
      break;
    case KEFU_FIELD_BOOL:
      g_string_append_printf (sql, "CAST(coalesce(j.value->>'$.body.%s', %s) AS INTEGER) <> 0", field->name, fallback);
      break;
    case KEFU_FIELD_ARRAY:
    case KEFU_FIELD_OBJECT:
      g_string_append_printf (sql, "iif(json_type(j.value, '$.body.%s') = '%s', j.value->>'$.body.%s', %s)",
                              field->name, json_type_of (field->type), field->name, fallback);
      break;
    default:
      g_assert_not_reached ();
    }
}

static char *
make_check_sql (const KefuKind *kind, const char *source)
{
  g_autoptr (GString) sql =
    g_string_new ("SELECT j.value->>'$.id', CASE"
                  " WHEN json_type(j.value, '$.body') IS NOT 'object' THEN 'body'"
                  " WHEN coalesce(j.value->>'$.body.id', j.value->>'$.id') IS NOT j.value->>'$.id' THEN 'id'"
                  " WHEN coalesce(json_type(j.value, '$.body.rev'), 'integer') <> 'integer' THEN 'rev'");

  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    if (field->required)
      g_string_append_printf (sql, " WHEN json_type(j.value, '$.body.%s') IS NOT '%s' THEN '%s'", field->name,
                              json_type_of (field->type), field->name);
  g_string_append_printf (sql, " END AS bad FROM %s AND bad IS NOT NULL LIMIT 1", source);
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static char *
make_put_sql (const KefuKind *kind, const char *source, gboolean only_newer)
{
  /* OR REPLACE: a row that holds the unique key of another id (an identity that was made anew) is gone on the server. */
  g_autoptr (GString) sql = g_string_new ("INSERT OR REPLACE INTO ");
  g_autoptr (GString) update = g_string_new ("rev = excluded.rev, extra = excluded.extra");
  g_autoptr (GString) known = g_string_new ("'$.id', '$.rev'");
  g_autoptr (GString) values = g_string_new (NULL);
  gboolean keyed = kind->time != NULL;
  g_autofree char *rows = keyed ? kefu_message_key_source (source, kind->table, kind->time) : g_strdup (source);

  g_string_append_printf (sql, "%s(%sid, rev, extra", kind->table, keyed ? "rowid, " : "");
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    {
      g_string_append_printf (sql, ", %s", field->name);
      g_string_append_printf (update, ", %s = excluded.%s", field->name, field->name);
      g_string_append_printf (known, ", '$.%s'", field->name);
      g_string_append (values, ", ");
      append_value (values, field);
    }
  if (!has_field (kind, "kind"))
    g_string_append (known, ", '$.kind'");
  g_string_append_printf (sql,
                          ") SELECT %sj.value->>'$.id', coalesce(j.value->>'$.body.rev', j.value->>'$.seq', 0),"
                          " nullif(json_remove(j.value->'$.body', %s), '{}')%s FROM %s%s"
                          " ON CONFLICT(id) DO UPDATE SET %s",
                          keyed ? KEFU_MESSAGE_KEY_SQL ", " : "", known->str, values->str, rows,
                          keyed ? KEFU_MESSAGE_KEY_ORDER_SQL : "", update->str);
  if (only_newer)
    g_string_append_printf (sql, " WHERE excluded.rev > %s.rev", kind->table);
  g_string_append (sql, " RETURNING id");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

/* put_sql for values that are bound. */
static char *
make_plain_sql (const KefuKind *kind, gboolean only_new)
{
  g_autoptr (GString) sql = g_string_new (only_new ? "INSERT INTO " : "INSERT OR REPLACE INTO ");
  g_autoptr (GString) update = g_string_new ("rev = excluded.rev, extra = excluded.extra");
  g_autoptr (GString) values = g_string_new (NULL);
  gboolean keyed = kind->time != NULL;

  g_string_append_printf (sql, "%s(%sid, rev", kind->table, keyed ? "rowid, " : "");
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    {
      g_string_append_printf (sql, ", %s", field->name);
      g_string_append_printf (update, ", %s = excluded.%s", field->name, field->name);
      g_string_append (values, ", ?");
    }
  g_string_append_printf (sql, ") VALUES(%s?, ?%s) ON CONFLICT", keyed ? "?, " : "", values->str);
  if (only_new)
    g_string_append (sql, " DO NOTHING");
  else
    g_string_append_printf (sql, "(id) DO UPDATE SET %s WHERE excluded.rev > %s.rev", update->str, kind->table);
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static char *
make_select_sql (const KefuKind *kind)
{
  g_autoptr (GString) sql = g_string_new ("SELECT json_object(");

  if (!has_field (kind, "kind"))
    g_string_append_printf (sql, "'kind', '%s', ", kind->kind);
  g_string_append (sql, "'id', id, 'rev', rev");
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    if (field->type == KEFU_FIELD_BOOL)
      g_string_append_printf (sql, ", '%s', json(iif(%s, 'true', 'false'))", field->name, field->name);
    else if (field->type == KEFU_FIELD_ARRAY || field->type == KEFU_FIELD_OBJECT)
      g_string_append_printf (sql, ", '%s', json(%s)", field->name, field->name);
    else
      g_string_append_printf (sql, ", '%s', %s", field->name, field->name);
  g_string_append_printf (sql, "), extra FROM %s WHERE id = ?1", kind->table);
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static void
make_sql (KefuKind *kind)
{
  const char *batch = KEFU_CHANGES_SOURCE ("?1");
  const char *one = KEFU_CHANGES_SOURCE ("json_array(json_object('id', ?1, 'body', json(?2)))");

  kind->check_sql = make_check_sql (kind, batch);
  kind->put_sql = make_put_sql (kind, batch, TRUE);
  kind->plain_sql = make_plain_sql (kind, FALSE);
  kind->insert_sql = make_plain_sql (kind, TRUE);
  kind->check_one_sql = make_check_sql (kind, one);
  kind->restore_sql = make_put_sql (kind, one, FALSE);
  kind->select_sql = make_select_sql (kind);
  kind->rev_sql = g_strdup_printf ("UPDATE %s SET rev = ?2 WHERE id = ?1", kind->table);
  kind->delete_sql = g_strdup_printf ("DELETE FROM %s WHERE id = ?1 AND rev < ?2", kind->table);
}

const KefuKind *
kefu_kind_all (guint *n_kinds)
{
  static gsize ready = 0;

  if (g_once_init_enter (&ready))
    {
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        make_sql (&kinds[i]);
      g_once_init_leave (&ready, 1);
    }
  if (n_kinds != NULL)
    *n_kinds = G_N_ELEMENTS (kinds);
  return kinds;
}

const KefuKind *
kefu_kind_find (const char *kind)
{
  guint n_kinds;
  const KefuKind *all = kefu_kind_all (&n_kinds);

  for (guint i = 0; i < n_kinds; i++)
    if (g_str_equal (all[i].kind, kind))
      return &all[i];
  return NULL;
}
