/* SPDX-License-Identifier: GPL-3.0-or-later
 * The composer and its phrases: the picker, the blanks, the favourites. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include "kefu-blanks.h"

#define N_FAVOURITES 11
#define MAX_QUERY 24
#define PAGE 6

/* --- filling --- */

KefuOrderRecord *
kefu_composer_get_order (KefuComposer *self)
{
  GPtrArray *orders;

  g_return_val_if_fail (KEFU_IS_COMPOSER (self), NULL);

  orders = self->dossier ? kefu_dossier_get_orders (self->dossier) : NULL;
  for (guint i = 0; orders && i < orders->len; i++)
    {
      KefuOrderRecord *order = orders->pdata[i];

      if (!g_str_equal (order->state, "closed") && !g_str_equal (order->state, "refunded"))
        return order;
    }
  return orders && orders->len ? orders->pdata[0] : NULL;
}

static KefuFilledPhrase *
fill_phrase (KefuPhraseRecord *phrase, gpointer user_data)
{
  KefuComposer *self = user_data;
  KefuPhraseValues values = { 0 };

  values.conversation = self->record;
  values.customer = self->dossier ? kefu_dossier_get_customer (self->dossier) : NULL;
  values.order = kefu_composer_get_order (self);
  if (self->session)
    {
      values.agent_name = kefu_session_get_agent_name (self->session);
      values.now = kefu_clock_now (kefu_session_get_clock (self->session));
    }
  return kefu_phrase_fill (phrase->body, &values);
}

static void
insert_at (KefuComposer *self, KefuPhraseRecord *phrase, GtkTextIter *start, GtkTextIter *end)
{
  g_autoptr (KefuPhraseRecord) kept = kefu_phrase_record_ref (phrase);
  g_autoptr (KefuFilledPhrase) filled = fill_phrase (kept, self);

  gtk_text_view_reset_im_context (self->text_view);
  kefu_blanks_insert (self->buffer, start, end, filled);
  gtk_text_view_scroll_mark_onscreen (self->text_view, gtk_text_buffer_get_insert (self->buffer));
  /* an article is none that is counted */
  if (self->session && kept->id)
    kefu_session_use_phrase (self->session, kept->id);
}

void
kefu_composer_insert_phrase (KefuComposer *self, KefuPhraseRecord *phrase)
{
  GtkTextIter start, end;

  g_return_if_fail (KEFU_IS_COMPOSER (self));
  g_return_if_fail (phrase);

  if (self->picking)
    {
      gtk_text_buffer_get_iter_at_mark (self->buffer, &start, self->anchor);
      gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));
      kefu_composer_phrases_close (self);
    }
  else
    {
      gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end);
    }
  insert_at (self, phrase, &start, &end);
  kefu_composer_focus (self);
}

/* --- the favourites --- */

/* The most used phrases, as they were when first looked at: a key keeps its phrase for the shift. */
static void
ensure_favourites (KefuComposer *self)
{
  g_autoptr (GPtrArray) matches = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (self->favourites || self->session == NULL)
    return;
  matches = kefu_phrase_engine_match (kefu_session_get_phrases (self->session), "", N_FAVOURITES);
  if (matches == NULL || matches->len == 0)
    return;
  for (guint i = 0; i < matches->len; i++)
    g_strv_builder_add (builder, ((KefuPhraseMatch *) matches->pdata[i])->phrase->id);
  self->favourites = g_strv_builder_end (builder);
  kefu_phrase_picker_set_favourites (self->picker, (const char *const *) self->favourites);
}

static gboolean
insert_favourite (KefuComposer *self, guint index)
{
  GPtrArray *all;

  ensure_favourites (self);
  if (self->favourites == NULL || index >= g_strv_length (self->favourites))
    return FALSE;
  all = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session));
  for (guint i = 0; i < all->len; i++)
    {
      KefuPhraseRecord *phrase = all->pdata[i];

      if (g_str_equal (phrase->id, self->favourites[index]))
        {
          kefu_composer_insert_phrase (self, phrase);
          return TRUE;
        }
    }
  return FALSE;
}

/* --- the picker --- */

/* Chinese input methods write 、 for the slash key. */
static gboolean
opens_picker (gunichar c)
{
  return c == '/' || c == 0x3001;
}

/* Finds the slash that stands at the start or after white space and has only the query between itself and the caret. */
static gboolean
find_slash (KefuComposer *self, GtkTextIter *slash)
{
  GtkTextIter before;

  if (gtk_text_buffer_get_has_selection (self->buffer))
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, slash, gtk_text_buffer_get_insert (self->buffer));
  for (int i = 0; i <= MAX_QUERY && gtk_text_iter_backward_char (slash); i++)
    {
      gunichar c = gtk_text_iter_get_char (slash);

      if (g_unichar_isspace (c))
        return FALSE;
      if (!opens_picker (c))
        continue;
      before = *slash;
      return !gtk_text_iter_backward_char (&before) || g_unichar_isspace (gtk_text_iter_get_char (&before));
    }
  return FALSE;
}

/* What was typed for the picker, with what the input method still holds: "bao'y" is asked for as "baoy". */
static char *
get_query (KefuComposer *self)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  GString *query;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &start, self->anchor);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));
  if (gtk_text_iter_compare (&start, &end) > 0)
    return NULL;
  if (self->has_slash)
    {
      if (!opens_picker (gtk_text_iter_get_char (&start)) || gtk_text_iter_equal (&start, &end))
        return NULL;
      gtk_text_iter_forward_char (&start);
    }
  text = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
  query = g_string_new (text);
  for (const char *c = self->preedit ? self->preedit : ""; *c; c = g_utf8_next_char (c))
    {
      if (*c != '\'' && *c != ' ')
        g_string_append_unichar (query, g_utf8_get_char (c));
    }
  if (strpbrk (query->str, " \t\n") || g_utf8_strlen (query->str, -1) > MAX_QUERY)
    return g_string_free (query, TRUE);
  return g_string_free (query, FALSE);
}

static void
open_picker (KefuComposer *self, const GtkTextIter *anchor, gboolean has_slash)
{
  ensure_favourites (self);
  gtk_text_buffer_move_mark (self->buffer, self->anchor, anchor);
  self->has_slash = has_slash;
  self->picking = TRUE;
}

static void
refresh_picker (KefuComposer *self)
{
  g_autofree char *query = self->picking ? get_query (self) : NULL;

  if (query == NULL)
    {
      kefu_composer_phrases_close (self);
      return;
    }
  kefu_phrase_picker_set_query (self->picker, query);
  gtk_widget_show (self->picker_box);
}

static void
text_changed_cb (KefuComposer *self)
{
  GtkTextIter slash;
  gboolean found;

  if (self->loading || self->record == NULL)
    return;
  found = find_slash (self, &slash);
  if (!found || gtk_text_iter_get_offset (&slash) != self->dismissed)
    self->dismissed = -1;
  if (!self->picking && found && self->dismissed < 0)
    open_picker (self, &slash, TRUE);
  if (self->picking)
    refresh_picker (self);
}

static void
caret_moved_cb (KefuComposer *self)
{
  if (self->picking && !self->loading)
    refresh_picker (self);
}

static void
preedit_changed_cb (KefuComposer *self, const char *preedit)
{
  g_free (self->preedit);
  self->preedit = g_strdup (preedit);
  if (self->picking)
    refresh_picker (self);
}

static void
dismiss (KefuComposer *self)
{
  GtkTextIter anchor;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &anchor, self->anchor);
  if (self->has_slash)
    self->dismissed = gtk_text_iter_get_offset (&anchor);
  kefu_composer_phrases_close (self);
}

static void
chosen_cb (KefuComposer *self, KefuPhraseRecord *phrase)
{
  kefu_composer_insert_phrase (self, phrase);
}

void
kefu_composer_phrases_init (KefuComposer *self)
{
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  self->anchor = gtk_text_buffer_create_mark (self->buffer, NULL, &start, TRUE);
  self->dismissed = -1;
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (self->buffer, "notify::cursor-position", G_CALLBACK (caret_moved_cb), self);
  g_signal_connect_swapped (self->text_view, "preedit-changed", G_CALLBACK (preedit_changed_cb), self);
  g_signal_connect_swapped (self->picker, "chosen", G_CALLBACK (chosen_cb), self);
}

void
kefu_composer_phrases_clear (KefuComposer *self)
{
  g_clear_pointer (&self->preedit, g_free);
  g_clear_pointer (&self->favourites, g_strfreev);
}

void
kefu_composer_phrases_set_engine (KefuComposer *self)
{
  g_clear_pointer (&self->favourites, g_strfreev);
  kefu_phrase_picker_set_favourites (self->picker, NULL);
  kefu_phrase_picker_set_engine (self->picker, self->session ? kefu_session_get_phrases (self->session) : NULL,
                                 fill_phrase, self);
}

void
kefu_composer_phrases_close (KefuComposer *self)
{
  self->picking = FALSE;
  gtk_widget_hide (self->picker_box);
}

void
kefu_composer_open_phrases (KefuComposer *self)
{
  GtkTextIter slash;

  g_return_if_fail (KEFU_IS_COMPOSER (self));

  if (self->record == NULL)
    return;
  kefu_composer_focus (self);
  if (self->picking)
    {
      dismiss (self);
      return;
    }
  self->dismissed = -1;
  if (find_slash (self, &slash))
    {
      open_picker (self, &slash, TRUE);
    }
  else
    {
      gtk_text_buffer_get_iter_at_mark (self->buffer, &slash, gtk_text_buffer_get_insert (self->buffer));
      open_picker (self, &slash, FALSE);
    }
  refresh_picker (self);
}

/* --- keys --- */

static gboolean
is_favourite_key (guint keyval, GdkModifierType state)
{
  return keyval >= GDK_KEY_F2 && keyval <= GDK_KEY_F12 &&
         (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK)) == 0;
}

gboolean
kefu_composer_phrases_wants_key (KefuComposer *self, guint keyval, GdkModifierType state)
{
  if (is_favourite_key (keyval, state))
    return TRUE;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Tab:
    case GDK_KEY_ISO_Left_Tab:
      return TRUE;
    case GDK_KEY_Escape:
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return self->picking;
    default:
      return FALSE;
    }
}

gboolean
kefu_composer_phrases_key (KefuComposer *self, guint keyval, GdkModifierType state)
{
  KefuPhraseRecord *phrase;

  if (is_favourite_key (keyval, state))
    return insert_favourite (self, keyval - GDK_KEY_F2);

  if (!self->picking)
    return (keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab) &&
           kefu_blanks_travel (self->buffer, keyval == GDK_KEY_ISO_Left_Tab || (state & GDK_SHIFT_MASK));

  switch (keyval)
    {
    case GDK_KEY_Escape:
      dismiss (self);
      return TRUE;
    case GDK_KEY_Up:
      kefu_phrase_picker_move (self->picker, -1);
      return TRUE;
    case GDK_KEY_Down:
      kefu_phrase_picker_move (self->picker, 1);
      return TRUE;
    case GDK_KEY_Page_Up:
      kefu_phrase_picker_move (self->picker, -PAGE);
      return TRUE;
    case GDK_KEY_Page_Down:
      kefu_phrase_picker_move (self->picker, PAGE);
      return TRUE;
    case GDK_KEY_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      /* Without a match the first Enter only closes the picker: "/byy" is a slip, not a message. */
      phrase = kefu_phrase_picker_get_selected (self->picker);
      if (phrase)
        kefu_composer_insert_phrase (self, phrase);
      else
        dismiss (self);
      return TRUE;
    default:
      return FALSE;
    }
}
