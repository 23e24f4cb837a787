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

static gboolean
is_empty (KefuComposer *self)
{
  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

struct _KefuDraftLoad
{
  KefuComposer *self;
  char *conversation_id;
  char *key;
  gboolean note;
  guint serial;
  char *typed;   /* (nullable): what was written before the answer, in a conversation or mode that was left since */
  gboolean sent; /* what was written before the answer was sent: the store deletes its draft */
};

/* (transfer none) (nullable): what the draft that is shown waits for. Nothing is saved before, or it would take the place of what is kept. */
static KefuDraftLoad *
find_load (KefuComposer *self)
{
  g_autofree char *key = self->record ? draft_key (self->record->id, self->note_mode) : NULL;

  return key && self->draft_loads ? g_hash_table_lookup (self->draft_loads, key) : NULL;
}

static char *
join (const char *kept, const char *typed)
{
  return kept && *kept && *typed ? g_strdup_printf ("%s\n%s", kept, typed)
                                 : g_strdup (*typed ? typed
                                             : kept ? kept
                                                    : "");
}

/* The caret stays where the agent writes. */
static void
put_in_front (KefuComposer *self, const char *text)
{
  GtkTextIter start, end, caret, bound;
  GtkTextMark *keep_caret, *keep_bound;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_get_iter_at_mark (self->buffer, &bound, gtk_text_buffer_get_selection_bound (self->buffer));
  keep_caret = gtk_text_buffer_create_mark (self->buffer, NULL, &caret, FALSE);
  keep_bound = gtk_text_buffer_create_mark (self->buffer, NULL, &bound, FALSE);
  self->loading = TRUE;
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_insert (self->buffer, &start, "\n", 1);
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  end = start;
  kefu_blanks_insert_text (self->buffer, &start, &end, text);
  self->loading = FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, keep_caret);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &bound, keep_bound);
  gtk_text_buffer_select_range (self->buffer, &caret, &bound);
  gtk_text_buffer_delete_mark (self->buffer, keep_caret);
  gtk_text_buffer_delete_mark (self->buffer, keep_bound);
}

static void
show_loaded (KefuComposer *self, const char *kept, gboolean sent)
{
  if (*kept && self->draft_dirty && !is_empty (self))
    put_in_front (self, kept);
  else if (*kept)
    fill (self, kept);
  /* Whatever is there now is in no store. */
  if (self->draft_dirty || (sent && *kept))
    kefu_composer_drafts_changed (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KefuDraftLoad *load = user_data;
  g_autoptr (KefuComposer) self = load->self;
  g_autofree char *conversation_id = load->conversation_id;
  g_autofree char *key = load->key;
  g_autofree char *typed = load->typed;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = kefu_store_load_draft_finish (KEFU_STORE (object), result, &error);
  const char *kept = text ? text : "";
  gboolean current = load->serial == self->draft_serial && self->drafts;
  gboolean shown = current && find_load (self) == load;
  gboolean note = load->note;
  gboolean sent = load->sent;

  g_free (load);
  if (error)
    g_warning ("A draft could not be read: %s", error->message);
  if (current)
    g_hash_table_remove (self->draft_loads, key);
  if (typed)
    {
      g_autofree char *whole = join (kept, typed);

      kefu_store_save_draft (KEFU_STORE (object), conversation_id, mode_name (note), whole);
      if (current)
        g_hash_table_replace (self->drafts, g_steal_pointer (&key), g_steal_pointer (&whole));
      return;
    }
  if (!current)
    return;
  g_hash_table_replace (self->drafts, g_steal_pointer (&key), g_strdup (kept));
  if (!shown)
    return;
  show_loaded (self, kept, sent);
  try_take_back (self);
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
  self->draft_loads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
kefu_composer_drafts_clear (KefuComposer *self)
{
  self->draft_serial++;
  if (self->session)
    kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  if (self->drafts)
    g_hash_table_remove_all (self->drafts);
  if (self->draft_loads)
    g_hash_table_remove_all (self->draft_loads);
  g_clear_pointer (&self->returning, kefu_outbox_record_unref);
}

static void
save_cb (gpointer user_data)
{
  KefuComposer *self = user_data;

  self->draft_timer = 0;
  /* Its answer begins anew. */
  if (!find_load (self))
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
  KefuDraftLoad *load;
  char *key;

  g_return_if_fail (KEFU_IS_COMPOSER (self));

  if (self->session == NULL || self->record == NULL)
    return;
  kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  if (!self->draft_dirty)
    return;
  self->draft_dirty = FALSE;
  text = kefu_blanks_to_text (self->buffer);
  load = find_load (self);
  if (load)
    {
      g_free (load->typed);
      load->typed = g_steal_pointer (&text);
      return;
    }
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
  KefuDraftLoad *load;

  fill (self, "");
  if (self->session == NULL || self->record == NULL)
    return;

  load = find_load (self);
  if (load)
    {
      g_autofree char *typed = g_steal_pointer (&load->typed);

      if (typed)
        {
          fill (self, typed);
          self->draft_dirty = TRUE;
        }
      return;
    }
  key = draft_key (self->record->id, self->note_mode);
  known = g_hash_table_lookup (self->drafts, key);
  if (known)
    {
      fill (self, known);
      try_take_back (self);
      return;
    }
  load = g_new0 (KefuDraftLoad, 1);
  load->self = g_object_ref (self);
  load->conversation_id = g_strdup (self->record->id);
  load->key = g_strdup (key);
  load->note = self->note_mode;
  load->serial = self->draft_serial;
  g_hash_table_replace (self->draft_loads, g_steal_pointer (&key), load);
  kefu_store_load_draft_async (kefu_session_get_store (self->session), self->record->id, mode_name (self->note_mode),
                               NULL, loaded_cb, load);
}

void
kefu_composer_drafts_sent (KefuComposer *self)
{
  KefuDraftLoad *load = find_load (self);

  kefu_clock_clear_timeout (get_clock (self), &self->draft_timer);
  if (load)
    {
      g_clear_pointer (&load->typed, g_free);
      load->sent = TRUE;
    }
  else
    {
      g_hash_table_replace (self->drafts, draft_key (self->record->id, self->note_mode), g_strdup (""));
    }
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
