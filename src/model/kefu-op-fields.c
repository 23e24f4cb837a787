/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fields that several agents edit: what merges, and what somebody has to be asked about. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

#include "kefu-entity.h"

/* An edit says what the field held when the agent began (`was`), so that two agents who edit different fields need not know of each
 * other, and of two who edit the same one the later is asked instead of winning. Only the server knows who was first; a desk shows
 * its own agent's value until it hears otherwise. */

/* (transfer full): a member as the text SQLite gives for the same value; "" for null, and for 0 where that clears. */
static char *
value_text (JsonObject *object, const KefuOpField *field)
{
  JsonNode *node = json_object_get_member (object, field->name);
  gint64 number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  number = json_node_get_int (node);
  return number != 0 || !field->clears ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : g_strdup ("");
}

static char *
select_fields (const char *kind, const KefuOpField *fields)
{
  g_autoptr (GString) sql = g_string_new ("SELECT rev");

  for (const KefuOpField *field = fields; field->name != NULL; field++)
    g_string_append_printf (sql, ", coalesce(%s, '')", field->name);
  g_string_append_printf (sql, " FROM %s WHERE id = ?1", kefu_entity_table (kind));
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

gboolean
kefu_op_note_edit (KefuOpContext *context,
                   const char *kind,
                   const char *id,
                   const char *field,
                   const char *value,
                   GError **error)
{
  return !context->authoritative || kefu_db_run (context->db, error,
                                                 "INSERT OR REPLACE INTO field_edit(kind, id, field, value, agent_id,"
                                                 " at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                                                 "sssssi", kind, id, field, value, context->actor_id, context->now);
}

void
kefu_op_add_conflict (KefuOpContext *context,
                      const char *field,
                      const char *kind,
                      const char *id,
                      const char *noted,
                      const char *value)
{
  JsonObject *conflict = json_object_new ();
  g_autoptr (KefuStmt) edit = NULL;

  json_object_set_string_member (conflict, "field", field);
  /* What a channel has written since is nobody's edit. */
  edit = kefu_db_row (context->db, NULL,
                      "SELECT agent_id, at FROM field_edit WHERE kind = ?1 AND id = ?2 AND field = ?3 AND value = ?4",
                      "ssss", kind, id, noted, value);
  if (edit != NULL)
    {
      json_object_set_string_member (conflict, "by", kefu_stmt_text (edit, 0));
      json_object_set_int_member (conflict, "at", kefu_stmt_int (edit, 1));
    }
  if (context->conflicts == NULL)
    context->conflicts = json_array_new ();
  json_array_add_object_element (context->conflicts, conflict);
}

gboolean
kefu_op_refuse_conflicts (KefuOpContext *context, GError **error)
{
  JsonObject *first = json_array_get_object_element (context->conflicts, 0);

  g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "%s: %s", json_object_get_string_member (first, "field"),
               _ ("someone else has changed it in the meantime"));
  return FALSE;
}

/* Whether somebody else has written the field since the agent looked at it. */
static gboolean
is_stale (KefuOpContext *context,
          const KefuOpField *field,
          JsonObject *was,
          gint64 if_rev,
          gint64 rev,
          const char *current)
{
  g_autofree char *seen = NULL;

  if (!context->authoritative || (if_rev != 0 && if_rev == rev))
    return FALSE;
  if (was == NULL || !json_object_has_member (was, field->name))
    return if_rev != 0;
  seen = value_text (was, field);
  return !g_str_equal (current, seen);
}

/* An argument that is to change something: one that null does not leave alone, and that is not as the agent found it. */
static gboolean
wants (JsonObject *args, JsonObject *was, const KefuOpField *field, const char *wanted)
{
  g_autofree char *seen = NULL;

  if (field->clears ? !json_object_has_member (args, field->name) : !kefu_arg_has (args, field->name))
    return FALSE;
  if (was == NULL || !json_object_has_member (was, field->name))
    return TRUE;
  seen = value_text (was, field);
  return !g_str_equal (seen, wanted);
}

typedef struct
{
  const KefuOpField *field;
  char *value;
} Change;

static void
change_clear (gpointer data)
{
  g_free (((Change *) data)->value);
}

/* The changes that are to be made; what nobody may make goes to the context's conflicts. FALSE: there is no such entity. */
static gboolean
compare (KefuOpContext *context,
         const char *kind,
         const char *id,
         const KefuOpField *fields,
         JsonObject *args,
         JsonObject *was,
         gint64 if_rev,
         GArray *changes,
         GError **error)
{
  g_autofree char *sql = select_fields (kind, fields);
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, sql, "s", id);

  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "id", id);
  for (int i = 0; fields[i].name != NULL; i++)
    {
      const char *current = kefu_stmt_text (row, i + 1);
      g_autofree char *wanted = value_text (args, &fields[i]);

      if (g_str_equal (current, wanted) || !wants (args, was, &fields[i], wanted))
        continue;
      if (is_stale (context, &fields[i], was, if_rev, kefu_stmt_int (row, 0), current))
        {
          kefu_op_add_conflict (context, fields[i].name, kind, id, fields[i].name, current);
        }
      else
        {
          Change change = { &fields[i], g_steal_pointer (&wanted) };

          g_array_append_val (changes, change);
        }
    }
  return TRUE;
}

static gboolean
write_change (KefuOpContext *context, const char *kind, const char *id, const Change *change, GError **error)
{
  g_autofree char *sql = g_strdup_printf (change->field->clears ? "UPDATE %s SET %s = nullif(?2, '') WHERE id = ?1"
                                                                : "UPDATE %s SET %s = ?2 WHERE id = ?1",
                                          kefu_entity_table (kind), change->field->name);

  return kefu_op_touch (context, kind, id, error) && kefu_db_run (context->db, error, sql, "ss", id, change->value) &&
         kefu_op_note_edit (context, kind, id, change->field->name, change->value, error);
}

gboolean
kefu_op_edit_fields (KefuOpContext *context,
                     const char *kind,
                     const char *id,
                     const KefuOpField *fields,
                     JsonObject *args,
                     gint64 if_rev,
                     gboolean *changed,
                     GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (Change));
  JsonObject *was = NULL;

  g_array_set_clear_func (changes, change_clear);
  if (!kefu_arg_object (args, "was", KEFU_ARG_OPTIONAL, &was, error) ||
      !compare (context, kind, id, fields, args, was, if_rev, changes, error))
    return FALSE;
  if (context->conflicts != NULL)
    return kefu_op_refuse_conflicts (context, error);
  for (guint i = 0; i < changes->len; i++)
    if (!write_change (context, kind, id, &g_array_index (changes, Change, i), error))
      return FALSE;
  if (changed != NULL)
    *changed = changes->len > 0;
  return TRUE;
}

gboolean
kefu_op_check_seen (KefuOpContext *context,
                    const char *kind,
                    const char *id,
                    const KefuOpField *fields,
                    JsonObject *args,
                    gint64 if_rev,
                    GError **error)
{
  JsonObject *was = NULL;
  g_autofree char *sql = select_fields (kind, fields);
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_object (args, "was", KEFU_ARG_OPTIONAL, &was, error))
    return FALSE;
  row = kefu_db_row (context->db, error, sql, "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "id", id);
  if (was == NULL)
    return kefu_op_check_rev (context, if_rev, kefu_stmt_int (row, 0), error);
  for (int i = 0; fields[i].name != NULL; i++)
    {
      const char *current = kefu_stmt_text (row, i + 1);

      if (json_object_has_member (was, fields[i].name) &&
          is_stale (context, &fields[i], was, if_rev, kefu_stmt_int (row, 0), current))
        kefu_op_add_conflict (context, fields[i].name, kind, id, fields[i].name, current);
    }
  return context->conflicts == NULL || kefu_op_refuse_conflicts (context, error);
}
