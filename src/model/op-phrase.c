/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on phrases and their groups. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

static const char *const scopes[] = { "team", "personal", NULL };

/* Who may change what is there: the team's anyone, a personal one its owner. @there: whether there is one. */
static gboolean
check_owner (KefuOpContext *context, const char *table, const char *id, gint64 *rev, gboolean *there, GError **error)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT rev, scope = 'personal' AND agent_id IS NOT ?2 FROM %s WHERE id = ?1", table);
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, sql, "ss", id, context->actor_id);

  *there = row != NULL;
  if (row == NULL)
    return *error == NULL;
  *rev = kefu_stmt_int (row, 0);
  return kefu_stmt_int (row, 1) == 0 || kefu_arg_refuse (error, "id", _ ("it belongs to another agent"));
}

/* --- phrase.use --- */

static gboolean
phrase_use (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  gint64 at = context->now;
  gint64 last_used;
  g_autoptr (KefuStmt) row = NULL;

  /* `at` counts on the server too: it is what tells this use from the next. */
  if (!kefu_arg_id (args, "phrase_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_int (args, "at", KEFU_ARG_OPTIONAL, 0, KEFU_PENDING_MSEQ / 10, &at, error))
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT last_used FROM phrase WHERE id = ?1", "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "phrase_id", id);
  last_used = kefu_stmt_int (row, 0);
  g_clear_pointer (&row, kefu_stmt_end);

  if (last_used == at)
    return TRUE;
  return kefu_op_touch (context, "phrase", id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE phrase SET uses = uses + 1, last_used = max(last_used, ?2) WHERE id = ?1", "si", id, at);
}

/* --- phrase.save --- */

typedef struct
{
  const char *id;
  const char *group_id;
  const char *code;
  const char *title;
  const char *body;
  const char *ladder;
  const char *step;
  const char *scope;
  gint64 sort; /* -1: not given */
} Phrase;

static gboolean
phrase_read (Phrase *self, JsonObject *args, GError **error)
{
  self->sort = -1;
  return kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &self->id, error) &&
         kefu_arg_id (args, "group_id", KEFU_ARG_REQUIRED, &self->group_id, error) &&
         kefu_arg_text (args, "code", KEFU_ARG_OPTIONAL, 40, &self->code, error) &&
         kefu_arg_text (args, "title", KEFU_ARG_REQUIRED, 200, &self->title, error) &&
         kefu_arg_text (args, "body", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, KEFU_MAX_BODY, &self->body, error) &&
         kefu_arg_text (args, "ladder", KEFU_ARG_OPTIONAL, 200, &self->ladder, error) &&
         kefu_arg_text (args, "step", KEFU_ARG_OPTIONAL, 200, &self->step, error) &&
         kefu_arg_one_of (args, "scope", KEFU_ARG_REQUIRED, scopes, &self->scope, error) &&
         kefu_arg_int (args, "sort", KEFU_ARG_OPTIONAL, 0, G_MAXINT32, &self->sort, error);
}

static const KefuOpField fields[] = {
  { "group_id", FALSE }, { "code", FALSE }, { "title", FALSE }, { "body", FALSE }, { "ladder", FALSE },
  { "step", FALSE },     { "sort", FALSE }, { "scope", FALSE }, { NULL },
};

/* FALSE and a conflict: what is edited there has been removed. A desk says nothing of it: the text has to reach the outbox. */
static gboolean
check_not_removed (KefuOpContext *context, const char *id, JsonObject *args, JsonObject *was, GError **error)
{
  for (const KefuOpField *field = fields; context->authoritative && field->name != NULL; field++)
    if (kefu_arg_has (args, field->name) && json_object_has_member (was, field->name) &&
        !json_node_equal (json_object_get_member (args, field->name), json_object_get_member (was, field->name)))
      kefu_op_add_conflict (context, field->name, "phrase", id, "deleted", "1");
  return context->conflicts == NULL || kefu_op_refuse_conflicts (context, error);
}

static gboolean
phrase_make (KefuOpContext *context, const Phrase *phrase, GError **error)
{
  /* A new one without a place goes to the end of its group. */
  return kefu_op_touch (context, "phrase", phrase->id, error) &&
         kefu_db_run (
           context->db, error,
           "INSERT INTO phrase(id, group_id, code, title, body, ladder, step, scope, agent_id, sort)"
           " VALUES(?1, ?2, coalesce(?3, ''), ?4, ?5, coalesce(?6, ''), coalesce(?7, ''), ?8, iif(?8 = 'personal', "
           "?10, NULL),"
           "  iif(?9 < 0, (SELECT coalesce(max(sort), -1) + 1 FROM phrase WHERE group_id = ?2), ?9))",
           "ssssssssis", phrase->id, phrase->group_id, phrase->code, phrase->title, phrase->body, phrase->ladder,
           phrase->step, phrase->scope, phrase->sort, context->actor_id);
}

static gboolean
phrase_save (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  Phrase phrase = { NULL };
  JsonObject *was = NULL;
  gint64 rev = 0;
  gboolean there;
  gboolean changed = FALSE;

  if (!phrase_read (&phrase, args, error) || !kefu_arg_object (args, "was", KEFU_ARG_OPTIONAL, &was, error) ||
      !check_owner (context, "phrase", phrase.id, &rev, &there, error))
    return FALSE;
  if (!kefu_op_exists (context, "phrase_group", phrase.group_id, error))
    return *error == NULL && kefu_op_not_found (error, "group_id", phrase.group_id);
  if (!there)
    return was != NULL ? check_not_removed (context, phrase.id, args, was, error)
                       : phrase_make (context, &phrase, error);

  return kefu_op_edit_fields (context, "phrase", phrase.id, fields, args, if_rev, &changed, error) &&
         (!changed || kefu_db_run (context->db, error,
                                   "UPDATE phrase SET agent_id = iif(scope = 'personal', ?2, NULL) WHERE id = ?1", "ss",
                                   phrase.id, context->actor_id));
}

/* --- phrase.remove --- */

static gboolean
phrase_remove (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  gint64 rev = 0;
  gboolean there;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !check_owner (context, "phrase", id, &rev, &there, error))
    return FALSE;
  if (!there)
    return TRUE;
  return kefu_op_check_seen (context, "phrase", id, fields, args, if_rev, error) &&
         kefu_op_touch (context, "phrase", id, error) &&
         kefu_db_run (context->db, error, "DELETE FROM phrase WHERE id = ?1", "s", id) &&
         kefu_op_note_edit (context, "phrase", id, "deleted", "1", error);
}

/* --- phrase_group.save --- */

static gboolean
phrase_group_save (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *name = NULL;
  const char *scope = NULL;
  gint64 sort = -1;
  gint64 rev = 0;
  gboolean there;
  g_autoptr (KefuStmt) same = NULL;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "name", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, 200, &name, error) ||
      !kefu_arg_one_of (args, "scope", KEFU_ARG_REQUIRED, scopes, &scope, error) ||
      !kefu_arg_int (args, "sort", KEFU_ARG_OPTIONAL, 0, G_MAXINT32, &sort, error) ||
      !check_owner (context, "phrase_group", id, &rev, &there, error))
    return FALSE;
  same = kefu_db_row (
    context->db, error,
    "SELECT 1 FROM phrase_group WHERE id = ?1 AND name = ?2 AND scope = ?3 AND sort = iif(?4 < 0, sort, ?4)", "sssi",
    id, name, scope, sort);
  if (same != NULL)
    return TRUE;
  if (*error != NULL || (there && !kefu_op_check_rev (context, if_rev, rev, error)))
    return FALSE;

  return kefu_op_touch (context, "phrase_group", id, error) &&
         kefu_db_run (context->db, error,
                      "INSERT INTO phrase_group(id, name, scope, agent_id, sort)"
                      " VALUES(?1, ?2, ?3, iif(?3 = 'personal', ?5, NULL),"
                      "  iif(?4 < 0, (SELECT coalesce(max(sort), -1) + 1 FROM phrase_group), ?4))"
                      " ON CONFLICT(id) DO UPDATE SET name = excluded.name, scope = excluded.scope,"
                      "  agent_id = excluded.agent_id, sort = iif(?4 < 0, sort, ?4)",
                      "sssis", id, name, scope, sort, context->actor_id);
}

const KefuOpEntry kefu_op_phrase_entries[] = {
  { "phrase.use", phrase_use, FALSE },
  { "phrase.save", phrase_save, FALSE },
  { "phrase.remove", phrase_remove, FALSE },
  { "phrase_group.save", phrase_group_save, FALSE },
  { NULL },
};
