/* SPDX-License-Identifier: GPL-3.0-or-later
 * One act on many conversations at once, and the way back. */
#define G_LOG_DOMAIN "kefu-session"

#include "config.h"

#include "kefu-bulk.h"

/* What was seen stays here until the undo, so that each conversation gets back what it had and not what most of them had. */
struct _KefuBulk
{
  GObject parent_instance;

  KefuSession *session;
  GPtrArray *records; /* KefuConversationRecord, as the agent saw them */
  GHashTable *seen;   /* id → KefuConversationRecord: as they were when they were chosen; NULL: as they are now */
  GPtrArray *done;    /* those of them that were changed; NULL before the act */
  KefuBulkAct act;
  char *act_id;
};

G_DEFINE_FINAL_TYPE (KefuBulk, kefu_bulk, G_TYPE_OBJECT)

/* A batch on its way to the store. */
typedef struct
{
  GPtrArray *args;    /* JsonObject */
  GArray *acts;       /* KefuStoreAct */
  GPtrArray *records; /* KefuConversationRecord: whom each is about */
  guint n_same;
  guint n_changed;
} Batch;

static Batch *
batch_new (void)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->args = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  batch->acts = g_array_new (FALSE, FALSE, sizeof (KefuStoreAct));
  batch->records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_conversation_record_unref);
  return batch;
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->args);
  g_array_unref (batch->acts);
  g_ptr_array_unref (batch->records);
  g_free (batch);
}

/* @args: (transfer full) */
static void
batch_add (Batch *batch, const char *type, JsonObject *args, KefuConversationRecord *record)
{
  KefuStoreAct act = { type, args, 0 };

  json_object_set_string_member (args, "conversation_id", record->id);
  g_ptr_array_add (batch->args, args);
  g_array_append_val (batch->acts, act);
  g_ptr_array_add (batch->records, kefu_conversation_record_ref (record));
}

static void
set_id (JsonObject *args, const char *name, const char *id)
{
  if (id != NULL)
    json_object_set_string_member (args, name, id);
  else
    json_object_set_null_member (args, name);
}

static void
batch_add_claim (Batch *batch, KefuConversationRecord *record, const char *wanted)
{
  JsonObject *args = json_object_new ();

  set_id (args, "assignee_id", wanted);
  set_id (args, "expect_assignee", record->assignee_id);
  batch_add (batch, "conversation.claim", args, record);
}

static void
batch_add_label (Batch *batch, KefuConversationRecord *record, const char *label_id, gboolean add)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "label_id", label_id);
  json_object_set_boolean_member (args, "add", add);
  batch_add (batch, "conversation.label", args, record);
}

static JsonObject *
status_args (const char *status, gint64 until)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "status", status);
  if (until > 0)
    json_object_set_int_member (args, "until", until);
  return args;
}

static gboolean
has_label (const KefuConversationRecord *record, const char *label_id)
{
  return record->labels != NULL && g_strv_contains ((const char *const *) record->labels, label_id);
}

/* Whether a conversation is as the act wants it. */
static gboolean
is_as_wanted (const KefuBulkAct *act, const KefuConversationRecord *record)
{
  switch (act->kind)
    {
    case KEFU_BULK_ASSIGN:
      return g_strcmp0 (record->assignee_id, act->id) == 0;
    case KEFU_BULK_LABEL:
      return has_label (record, act->id) == !!act->add;
    case KEFU_BULK_SNOOZE:
      return g_str_equal (record->status, "snoozed") && record->snooze_until == act->until;
    case KEFU_BULK_RESOLVE:
      return g_str_equal (record->status, "resolved");
    case KEFU_BULK_READ:
      return record->unread <= 0;
    default:
      g_assert_not_reached ();
    }
}

/* Whether what the agent decided about is no more: another has taken or settled it, or the customer has written. */
static gboolean
has_changed (const KefuBulkAct *act, const KefuConversationRecord *seen, const KefuConversationRecord *now)
{
  switch (act->kind)
    {
    case KEFU_BULK_ASSIGN:
      return g_strcmp0 (seen->assignee_id, now->assignee_id) != 0 || !g_str_equal (seen->status, now->status);
    case KEFU_BULK_SNOOZE:
    case KEFU_BULK_RESOLVE:
      return g_strcmp0 (seen->assignee_id, now->assignee_id) != 0 || !g_str_equal (seen->status, now->status) ||
             seen->in_count != now->in_count;
    case KEFU_BULK_LABEL:
    case KEFU_BULK_READ: /* up to what was seen */
    default:
      return FALSE;
    }
}

static void
batch_add_act (Batch *batch, const KefuBulkAct *act, KefuConversationRecord *record)
{
  JsonObject *args;

  switch (act->kind)
    {
    case KEFU_BULK_ASSIGN:
      batch_add_claim (batch, record, act->id);
      break;
    case KEFU_BULK_LABEL:
      batch_add_label (batch, record, act->id, act->add);
      break;
    case KEFU_BULK_SNOOZE:
      batch_add (batch, "conversation.status", status_args ("snoozed", act->until), record);
      break;
    case KEFU_BULK_RESOLVE:
      /* Nobody has looked at each of them: one whose customer has written again is not resolved. */
      args = status_args ("resolved", 0);
      json_object_set_int_member (args, "in_no", record->in_count);
      batch_add (batch, "conversation.status", args, record);
      break;
    case KEFU_BULK_READ:
      args = json_object_new ();
      json_object_set_int_member (args, "mseq", record->last_mseq);
      json_object_set_int_member (args, "in_no", record->in_count);
      batch_add (batch, "conversation.read", args, record);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* From what a conversation is @now back to what was @seen of it. */
static void
batch_add_undo (Batch *batch, const KefuBulkAct *act, KefuConversationRecord *seen, KefuConversationRecord *now)
{
  JsonObject *args;

  switch (act->kind)
    {
    case KEFU_BULK_ASSIGN:
      batch_add_claim (batch, now, seen->assignee_id);
      break;
    case KEFU_BULK_LABEL:
      batch_add_label (batch, now, act->id, !act->add);
      break;
    case KEFU_BULK_SNOOZE:
    case KEFU_BULK_RESOLVE:
      args = status_args (seen->status, g_str_equal (seen->status, "snoozed") ? seen->snooze_until : 0);
      /* as with resolving: not if the customer has written since */
      if (g_str_equal (seen->status, "resolved"))
        json_object_set_int_member (args, "in_no", seen->in_count);
      if (act->kind == KEFU_BULK_RESOLVE && seen->waiting_since > 0)
        json_object_set_int_member (args, "waiting_since", seen->waiting_since);
      batch_add (batch, "conversation.status", args, now);
      break;
    case KEFU_BULK_READ:
    default:
      g_assert_not_reached ();
    }
}

/* --- to the store --- */

static void
performed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuBulk *self = g_task_get_source_object (task);
  Batch *batch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refusals = kefu_store_perform_many_finish (KEFU_STORE (source), result, &error);
  g_autoptr (KefuBulkResult) told = NULL;

  if (refusals == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  told = g_new0 (KefuBulkResult, 1);
  told->n_same = batch->n_same;
  told->n_changed = batch->n_changed;
  for (guint i = 0; i < refusals->len; i++)
    {
      const GError *refusal = g_ptr_array_index (refusals, i);

      if (refusal == NULL)
        {
          told->n_done++;
          if (self->done != NULL)
            g_ptr_array_add (self->done, kefu_conversation_record_ref (g_ptr_array_index (batch->records, i)));
        }
      else if (told->n_refused++ == 0)
        told->reason = g_strdup (refusal->message);
    }
  g_task_return_pointer (task, g_steal_pointer (&told), (GDestroyNotify) kefu_bulk_result_free);
}

/* @batch: (transfer full) */
static void
perform_batch (GTask *task, KefuSession *session, Batch *batch)
{
  g_task_set_task_data (task, batch, batch_free);
  if (batch->acts->len == 0)
    {
      KefuBulkResult *told = g_new0 (KefuBulkResult, 1);

      told->n_same = batch->n_same;
      told->n_changed = batch->n_changed;
      g_task_return_pointer (task, told, (GDestroyNotify) kefu_bulk_result_free);
      g_object_unref (task);
      return;
    }
  kefu_store_perform_many_async (kefu_session_get_store (session), (const KefuStoreAct *) batch->acts->data,
                                 batch->acts->len, NULL, performed_cb, task);
}

void
kefu_bulk_perform_async (KefuBulk *self, const KefuBulkAct *act, GAsyncReadyCallback callback, gpointer user_data)
{
  Batch *batch;

  g_return_if_fail (KEFU_IS_BULK (self));
  g_return_if_fail (act != NULL && (act->kind != KEFU_BULK_LABEL || act->id != NULL));
  g_return_if_fail (self->done == NULL);

  self->act = *act;
  self->act_id = g_strdup (act->id);
  self->act.id = self->act_id;
  self->done = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_conversation_record_unref);
  batch = batch_new ();
  for (guint i = 0; i < self->records->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (self->records, i);
      KefuConversationRecord *seen = self->seen != NULL ? g_hash_table_lookup (self->seen, record->id) : NULL;

      if (is_as_wanted (&self->act, record))
        batch->n_same++;
      else if (seen != NULL && has_changed (&self->act, seen, record))
        batch->n_changed++;
      else
        batch_add_act (batch, &self->act, seen != NULL && act->kind == KEFU_BULK_READ ? seen : record);
    }
  perform_batch (g_task_new (self, NULL, callback, user_data), self->session, batch);
}

gboolean
kefu_bulk_can_undo (KefuBulk *self)
{
  g_return_val_if_fail (KEFU_IS_BULK (self), FALSE);

  return self->done != NULL && self->done->len > 0 && self->act.kind != KEFU_BULK_READ;
}

static void
looked_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuBulk *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  g_autoptr (GPtrArray) done = NULL;
  g_autoptr (GHashTable) now = NULL;
  Batch *batch;

  if (records == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  done = g_steal_pointer (&self->done);
  now = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < records->len; i++)
    g_hash_table_insert (now, ((KefuConversationRecord *) records->pdata[i])->id, records->pdata[i]);
  batch = batch_new ();
  for (guint i = 0; i < done->len; i++)
    {
      KefuConversationRecord *seen = g_ptr_array_index (done, i);
      KefuConversationRecord *record = g_hash_table_lookup (now, seen->id);

      if (record == NULL || !is_as_wanted (&self->act, record))
        batch->n_same++;
      else
        batch_add_undo (batch, &self->act, seen, record);
    }
  perform_batch (g_steal_pointer (&task), self->session, batch);
}

/* (transfer full) */
static char **
ids_of (GPtrArray *records)
{
  char **ids = g_new0 (char *, records->len + 1);

  for (guint i = 0; i < records->len; i++)
    ids[i] = g_strdup (((const KefuConversationRecord *) records->pdata[i])->id);
  return ids;
}

void
kefu_bulk_undo_async (KefuBulk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GStrv) ids = NULL;

  g_return_if_fail (kefu_bulk_can_undo (self));

  ids = ids_of (self->done);
  kefu_store_get_conversations_async (kefu_session_get_store (self->session), (const char *const *) ids, NULL,
                                      looked_again_cb, g_task_new (self, NULL, callback, user_data));
}

KefuBulkResult *
kefu_bulk_finish (KefuBulk *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kefu_bulk_result_free (KefuBulkResult *self)
{
  g_free (self->reason);
  g_free (self);
}

/* --- the object --- */

static void
kefu_bulk_dispose (GObject *object)
{
  g_clear_object (&KEFU_BULK (object)->session);
  G_OBJECT_CLASS (kefu_bulk_parent_class)->dispose (object);
}

static void
kefu_bulk_finalize (GObject *object)
{
  KefuBulk *self = KEFU_BULK (object);

  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->done, g_ptr_array_unref);
  g_free (self->act_id);
  G_OBJECT_CLASS (kefu_bulk_parent_class)->finalize (object);
}

static void
kefu_bulk_class_init (KefuBulkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_bulk_dispose;
  object_class->finalize = kefu_bulk_finalize;
}

static void
kefu_bulk_init (KefuBulk *self)
{
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  KefuBulk *self;

  if (records == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self = g_object_new (KEFU_TYPE_BULK, NULL);
  self->session = g_object_ref (g_task_get_source_object (task));
  self->records = g_steal_pointer (&records);
  g_task_return_pointer (task, self, g_object_unref);
}

void
kefu_bulk_load_async (KefuSession *session,
                      const char *const *ids,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (KEFU_IS_SESSION (session));
  g_return_if_fail (ids != NULL && g_strv_length ((char **) ids) <= KEFU_STORE_MAX_ACTS);

  kefu_store_get_conversations_async (kefu_session_get_store (session), ids, cancellable, loaded_cb,
                                      g_task_new (session, cancellable, callback, user_data));
}

KefuBulk *
kefu_bulk_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kefu_bulk_set_seen (KefuBulk *self, GHashTable *seen)
{
  g_return_if_fail (KEFU_IS_BULK (self));

  g_clear_pointer (&self->seen, g_hash_table_unref);
  self->seen = g_hash_table_ref (seen);
}

guint
kefu_bulk_get_n (KefuBulk *self)
{
  g_return_val_if_fail (KEFU_IS_BULK (self), 0);

  return self->records->len;
}

guint
kefu_bulk_get_n_with_open_items (KefuBulk *self)
{
  guint n = 0;

  g_return_val_if_fail (KEFU_IS_BULK (self), 0);

  for (guint i = 0; i < self->records->len; i++)
    {
      const KefuConversationRecord *record = g_ptr_array_index (self->records, i);

      if (record->open_items > 0 && !g_str_equal (record->status, "resolved"))
        n++;
    }
  return n;
}

GHashTable *
kefu_bulk_count_labels (KefuBulk *self)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_val_if_fail (KEFU_IS_BULK (self), counts);

  for (guint i = 0; i < self->records->len; i++)
    {
      const KefuConversationRecord *record = g_ptr_array_index (self->records, i);

      for (guint j = 0; record->labels != NULL && record->labels[j] != NULL; j++)
        {
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, record->labels[j]));

          g_hash_table_insert (counts, g_strdup (record->labels[j]), GUINT_TO_POINTER (n + 1));
        }
    }
  return counts;
}
