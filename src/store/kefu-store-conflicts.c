/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fields that two agents have edited: what the server said, and how both values stand now. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-private.h"

/* An operation edits one field, so a conflict is about one. What the others wrote is looked up anew whenever it is asked for: it may change
 * while the agent makes up his mind. */

static JsonObject *
object_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* (transfer full): a member as text; "" for null. */
static char *
text_member (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

static gint64
int_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
}

/* --- the server's answer --- */

/* The first field of {"error":{"fields":[{field, by?, at?}]}}. */
static JsonObject *
first_field (JsonObject *result)
{
  JsonObject *fault = object_member (result, "error");
  JsonNode *fields = fault != NULL ? json_object_get_member (fault, "fields") : NULL;
  JsonNode *first = NULL;

  if (fields != NULL && JSON_NODE_HOLDS_ARRAY (fields) && json_array_get_length (json_node_get_array (fields)) > 0)
    first = json_array_get_element (json_node_get_array (fields), 0);
  return first != NULL && JSON_NODE_HOLDS_OBJECT (first) ? json_node_get_object (first) : NULL;
}

char *
kefu_store_conflict_read (JsonObject *result)
{
  g_autoptr (JsonObject) conflict = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  JsonObject *field = first_field (result);
  JsonObject *entity = object_member (result, "entity");

  if (field != NULL)
    {
      g_autofree char *name = text_member (field, "field");
      g_autofree char *by = text_member (field, "by");
      g_autofree char *theirs = text_member (entity, name);

      json_object_set_string_member (conflict, "field", name);
      json_object_set_string_member (conflict, "theirs", theirs);
      json_object_set_string_member (conflict, "by", by);
      json_object_set_int_member (conflict, "at", int_member (field, "at"));
      json_object_set_int_member (conflict, "rev", entity != NULL ? int_member (entity, "rev") : 0);
      json_object_set_boolean_member (conflict, "removed", entity == NULL || int_member (entity, "deleted") != 0);
    }
  node = json_node_init_object (json_node_alloc (), conflict);
  return json_to_string (node, FALSE);
}

gboolean
kefu_store_conflict_supersede (KefuStoreCore *core,
                               const char *op_id,
                               const char *conflict,
                               KefuChangeSet *set,
                               GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;

  /* The new one begins with what the old one wanted: the agent typed on. */
  stmt = kefu_db_query (core->desk, error,
                        "SELECT o.op_id FROM outbox o, outbox n, (SELECT '$.' || json_extract(?2, '$.field') AS path)"
                        " WHERE n.op_id = ?1 AND o.state = 'rejected' AND o.n < n.n AND o.type = n.type"
                        " AND json_extract(o.conflict, '$.field') = json_extract(?2, '$.field')"
                        " AND coalesce(o.args->>'$.id', o.args->>'$.customer_id', o.args->>'$.order_id')"
                        "  = coalesce(n.args->>'$.id', n.args->>'$.customer_id', n.args->>'$.order_id')"
                        " AND json_extract(o.args, path) IS json_extract(n.args, '$.was' || substr(path, 2))",
                        "ss", op_id, conflict);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    g_ptr_array_add (older, g_strdup (kefu_stmt_text (stmt, 0)));
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < older->len; i++)
    {
      kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, older->pdata[i]);
      if (!kefu_db_run (core->desk, error, "DELETE FROM outbox WHERE op_id = ?", "s", older->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

/* --- how it stands --- */

static const struct
{
  const char *prefix;
  const char *kind;
  const char *id; /* the argument that holds it */
} subjects[] = {
  { "checklist.", "checklist_item", "id" },
  { "customer.", "customer", "customer_id" },
  { "order.", "order", "order_id" },
  { "phrase.", "phrase", "id" },
};

static JsonObject *
parse_object (const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/* (transfer full) (nullable): the entity without what still waits to be sent. */
static char *
server_state (KefuDb *db, const char *kind, const char *id)
{
  g_autoptr (KefuStmt) base =
    kefu_db_row (db, NULL, "SELECT body FROM base WHERE kind = ?1 AND id = ?2", "ss", kind, id);

  return base != NULL ? g_strdup (kefu_stmt_text (base, 0)) : kefu_entity_to_json (db, kind, id, NULL);
}

/* (transfer full): what a person calls the thing whose id it is; other values as they are. */
static char *
show_value (KefuDb *db, const char *field, const char *value)
{
  static const struct
  {
    const char *field;
    const char *sql;
  } names[] = {
    { "order_id", "SELECT number FROM orders WHERE id = ?1" },
    { "assignee_id", "SELECT name FROM agent WHERE id = ?1" },
    { "group_id", "SELECT name FROM phrase_group WHERE id = ?1" },
  };
  char *name = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].field, field))
      name = kefu_db_text (db, names[i].sql, "s", value);
  return name != NULL ? name : g_strdup (value);
}

/* Whether the cache is behind the answer that told of the conflict: the feed has not come so far, or begins anew. Only phrases are deleted for good. */
static gboolean
is_behind (const KefuConflictRecord *record, JsonObject *entity, gint64 answered_rev)
{
  if (entity == NULL)
    return !g_str_equal (record->kind, "phrase");
  return answered_rev > 0 ? int_member (entity, "rev") < answered_rev : record->removed;
}

static void
take_entity (KefuConflictRecord *record, JsonObject *entity, JsonObject *answered)
{
  const char *subject = g_str_equal (record->kind, "order") ? "number" : "title";
  g_autofree char *now = NULL;
  gboolean removed;

  record->customer_id =
    g_str_equal (record->kind, "customer") ? g_strdup (record->id) : text_member (entity, "customer_id");
  record->subject = text_member (entity, subject);
  record->theirs = text_member (answered, "theirs");
  record->removed = json_object_get_boolean_member_with_default (answered, "removed", FALSE);
  record->rev = int_member (answered, "rev");
  if (is_behind (record, entity, record->rev))
    return;

  now = text_member (entity, record->field);
  removed = entity == NULL || int_member (entity, "deleted") != 0;
  record->rev = entity != NULL ? int_member (entity, "rev") : 0;
  if (removed == record->removed && g_str_equal (now, record->theirs))
    return;
  /* It has changed again, and nobody has said by whom. */
  *record->by_id = '\0';
  record->at = 0;
  record->removed = removed;
  g_free (record->theirs);
  record->theirs = g_steal_pointer (&now);
}

KefuConflictRecord *
kefu_store_conflict_load (KefuDb *db, const char *type, const char *args, const char *conflict)
{
  g_autoptr (KefuConflictRecord) record = kefu_conflict_record_new ();
  g_autoptr (JsonObject) stored = parse_object (conflict);
  g_autoptr (JsonObject) wanted = parse_object (args);
  g_autoptr (JsonObject) entity = NULL;

  if (stored == NULL || wanted == NULL || !json_object_has_member (stored, "field"))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (subjects) && record->kind == NULL; i++)
    if (g_str_has_prefix (type, subjects[i].prefix))
      {
        record->kind = g_strdup (subjects[i].kind);
        record->id = text_member (wanted, subjects[i].id);
      }
  if (record->kind == NULL)
    return NULL;

  record->field = text_member (stored, "field");
  record->by_id = text_member (stored, "by");
  record->at = int_member (stored, "at");
  record->removing = g_str_has_suffix (type, ".remove");
  record->mine = record->removing ? g_strdup ("") : text_member (wanted, record->field);
  record->entity = server_state (db, record->kind, record->id);
  entity = parse_object (record->entity);
  take_entity (record, entity, stored);
  record->by_name = kefu_db_text (db, "SELECT name FROM agent WHERE id = ?1", "s", record->by_id);
  if (record->by_name == NULL)
    record->by_name = g_strdup ("");
  record->mine_shown = show_value (db, record->field, record->mine);
  record->theirs_shown = show_value (db, record->field, record->theirs);
  return g_steal_pointer (&record);
}
