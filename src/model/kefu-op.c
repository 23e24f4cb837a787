/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations: each one function, run on the desk's cache at once and on the server's database for good. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op.h"

#include <glib/gi18n.h>

#include "kefu-op-private.h"

static void
entity_ref_free (gpointer data)
{
  KefuEntityRef *self = data;

  g_free (self->kind);
  g_free (self->id);
  g_free (self);
}

void
kefu_op_context_init (KefuOpContext *self, KefuDb *db, gboolean authoritative, gint64 now, const char *actor_id)
{
  *self = (KefuOpContext){
    .db = db,
    .authoritative = authoritative,
    .now = now,
    .actor_id = actor_id,
    .touched = g_ptr_array_new_with_free_func (entity_ref_free),
  };
}

void
kefu_op_context_clear (KefuOpContext *self)
{
  g_clear_pointer (&self->touched, g_ptr_array_unref);
  g_clear_pointer (&self->conflicts, json_array_unref);
}

gboolean
kefu_op_touch (KefuOpContext *context, const char *kind, const char *id, GError **error)
{
  KefuEntityRef *ref;

  for (guint i = 0; i < context->touched->len; i++)
    {
      ref = g_ptr_array_index (context->touched, i);
      if (g_str_equal (ref->id, id) && g_str_equal (ref->kind, kind))
        return TRUE;
    }
  if (context->touch != NULL && !context->touch (context, kind, id, error))
    return FALSE;

  ref = g_new0 (KefuEntityRef, 1);
  ref->kind = g_strdup (kind);
  ref->id = g_strdup (id);
  g_ptr_array_add (context->touched, ref);
  return TRUE;
}

static const KefuOpEntry *const lists[] = {
  kefu_op_message_entries, kefu_op_conversation_entries, kefu_op_checklist_entries, kefu_op_customer_entries,
  kefu_op_order_entries,   kefu_op_phrase_entries,       kefu_op_channel_entries,   kefu_op_shop_entries,
};

static const KefuOpEntry *
find_entry (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const KefuOpEntry *entry = lists[i]; entry->type != NULL; entry++)
      if (g_str_equal (entry->type, type))
        return entry;
  return NULL;
}

GPtrArray *
kefu_op_desk_types (void)
{
  GPtrArray *types = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const KefuOpEntry *entry = lists[i]; entry->type != NULL; entry++)
      if (!entry->server_only)
        g_ptr_array_add (types, (gpointer) entry->type);
  return types;
}

static KefuOpOutcome
outcome_of (const GError *error)
{
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID) ||
      g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND))
    return KEFU_OP_REJECTED;
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CONFLICT))
    return KEFU_OP_CONFLICT;
  return KEFU_OP_FAILED;
}

KefuOpOutcome
kefu_op_apply (KefuOpContext *context, const char *type, JsonObject *args, gint64 if_rev, GError **error)
{
  const KefuOpEntry *entry = find_entry (type);
  GError *reason = NULL;
  KefuOpOutcome outcome;

  if (entry == NULL)
    kefu_arg_refuse (&reason, "type", _ ("“%s” is not known"), type);
  else if (entry->server_only && (context->actor_id != NULL || !context->authoritative))
    kefu_arg_refuse (&reason, "type", _ ("“%s” is for the server only"), type);
  else if (!entry->server_only && context->actor_id == NULL)
    kefu_arg_refuse (&reason, "type", _ ("“%s” needs an agent"), type);
  else if (entry->func (context, args, if_rev, &reason))
    return KEFU_OP_APPLIED;

  g_return_val_if_fail (reason != NULL, KEFU_OP_FAILED);
  outcome = outcome_of (reason);
  g_propagate_error (error, reason);
  return outcome;
}
