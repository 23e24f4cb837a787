/* SPDX-License-Identifier: GPL-3.0-or-later
 * The composer's drafts: nothing that was typed is lost. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include "kefu-blanks.h"
#include "kefu-refusal.h"

#define SAVE_AFTER_MS 500

static const char *
mode_name (gboolean note)
{
  return note ? "note" : "reply";
}

static char *
draft_key (const char *conversation_id, gboolean note)
{
  return g_strdup_printf ("%s %s", conversation_id, mode_name (note));
}

static KefuClock *
get_clock (KefuComposer *self)
{
  return kefu_session_get_clock (self->session);
}

static void
fill (KefuComposer *self, const char *text)
{
  GtkTextIter start, end;

  self->loading = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  kefu_blanks_insert_text (self->buffer, &start, &end, text);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
  self->loading = FALSE;
  self->draft_dirty = FALSE;
}

static void try_take_back (KefuComposer *self);

typedef struct
{
  KefuComposer *self;
  char *conversation_id;
  gboolean note;
  guint serial;
} LoadData;

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LoadData *data = user_data;
  g_autoptr (KefuComposer) self = data->self;
  g_autofree char *conversation_id = data->conversation_id;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = kefu_store_load_draft_finish (KEFU_STORE (object), result, &error);
  gboolean note = data->note;
  gboolean late = data->serial != self->draft_serial;

  g_free (data);
  if (error)
    g_warning ("A draft could not be read: %s", error->message);
  /* Typing went on, or another conversation is shown. */
  if (late || self->draft_dirty || self->drafts == NULL)
    return;
  g_hash_table_replace (self->drafts, draft_key (conversation_id, note), g_strdup (text ? text : ""));
  if (text && *text)
    fill (self, text);
  try_take_back (self);
}

static gboolean
is_empty (KefuComposer *self)
{
  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

/* Below what stands there already. */
static void
append (KefuComposer *self, const char *text)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (self->buffer, &end);
  if (!is_empty (self))
    gtk_text_buffer_insert (self->buffer, &end, "\n", 1);
  gtk_text_buffer_insert (self->buffer, &end, text, -1);
  gtk_text_buffer_place_cursor (self->buffer, &end);
}

/* Not before the draft is known: what is appended would take its place. */
static void
try_take_back (KefuComposer *self)
{
  g_autoptr (KefuOutboxRecord) message = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *body = NULL;
  g_autofree char *key = NULL;
  char *text;
  gboolean note;

  if (!self->returning || !self->record || !g_str_equal (self->returning->conversation_id, self->record->id))
    return;
  kind = kefu_refusal_dup_value (self->returning, "kind");
  note = g_strcmp0 (kind, "note") == 0;
  if (note != self->note_mode)
    {
      /* It loads the draft of that mode, and with that comes back here. */
      kefu_composer_set_note_mode (self, note);
      return;
    }
  key = draft_key (self->record->id, note);
  if (!g_hash_table_contains (self->drafts, key))
    return;
  message = g_steal_pointer (&self->returning);
  /* Sent again or thrown away meanwhile. */
  if (!kefu_outbox_list_find (kefu_session_get_outbox (self->session), message->op_id))
    return;
  body = kefu_refusal_dup_value (message, "body");
  append (self, body ? body : "");
  kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  self->draft_dirty = FALSE;
  text = kefu_blanks_to_text (self->buffer);
  kefu_store_save_draft_of_refused (kefu_session_get_store (self->session), self->record->id, mode_name (note), text,
                                    message->op_id);
  g_hash_table_replace (self->drafts, g_steal_pointer (&key), text);
}

void
kefu_composer_take_back (KefuComposer *self, KefuOutboxRecord *message)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  kefu_outbox_record_ref (message);
  g_clear_pointer (&self->returning, kefu_outbox_record_unref);
  self->returning = message;
  try_take_back (self);
}

void
kefu_composer_drafts_init (KefuComposer *self)
{
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
kefu_composer_drafts_clear (KefuComposer *self)
{
  self->draft_serial++;
  if (self->session)
    kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  if (self->drafts)
    g_hash_table_remove_all (self->drafts);
  g_clear_pointer (&self->returning, kefu_outbox_record_unref);
}

static void
save_cb (gpointer user_data)
{
  KefuComposer *self = user_data;

  self->draft_timer = 0;
  kefu_composer_save_draft (self);
}

void
kefu_composer_drafts_changed (KefuComposer *self)
{
  if (self->loading || self->session == NULL || self->record == NULL)
    return;
  self->draft_dirty = TRUE;
  if (self->draft_timer == 0)
    self->draft_timer = kefu_clock_add_timeout (get_clock (self), SAVE_AFTER_MS, save_cb, self, NULL);
}

void
kefu_composer_save_draft (KefuComposer *self)
{
  g_autofree char *text = NULL;
  char *key;

  g_return_if_fail (KEFU_IS_COMPOSER (self));

  if (self->session == NULL || self->record == NULL)
    return;
  kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  if (!self->draft_dirty)
    return;
  self->draft_dirty = FALSE;
  text = kefu_blanks_to_text (self->buffer);
  kefu_store_save_draft (kefu_session_get_store (self->session), self->record->id, mode_name (self->note_mode), text);
  key = draft_key (self->record->id, self->note_mode);
  g_hash_table_replace (self->drafts, key, g_steal_pointer (&text));
  try_take_back (self);
}

void
kefu_composer_drafts_load (KefuComposer *self)
{
  g_autofree char *key = NULL;
  const char *known;
  LoadData *data;

  self->draft_serial++;
  fill (self, "");
  if (self->session == NULL || self->record == NULL)
    return;

  key = draft_key (self->record->id, self->note_mode);
  known = g_hash_table_lookup (self->drafts, key);
  if (known)
    {
      fill (self, known);
      try_take_back (self);
      return;
    }
  data = g_new0 (LoadData, 1);
  data->self = g_object_ref (self);
  data->conversation_id = g_strdup (self->record->id);
  data->note = self->note_mode;
  data->serial = self->draft_serial;
  kefu_store_load_draft_async (kefu_session_get_store (self->session), self->record->id, mode_name (self->note_mode),
                               NULL, loaded_cb, data);
}

void
kefu_composer_drafts_sent (KefuComposer *self)
{
  kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  self->draft_serial++;
  g_hash_table_replace (self->drafts, draft_key (self->record->id, self->note_mode), g_strdup (""));
  fill (self, "");
}

void
kefu_composer_drafts_recover (KefuComposer *self)
{
  GHashTableIter iter;
  gpointer text;

  g_hash_table_iter_init (&iter, self->drafts);
  while (g_hash_table_iter_next (&iter, NULL, &text))
    {
      if (*(char *) text == '\0')
        g_hash_table_iter_remove (&iter);
    }
  if (is_empty (self) && !self->draft_dirty)
    kefu_composer_drafts_load (self);
}
