/* SPDX-License-Identifier: GPL-3.0-or-later
 * The composer and the colleagues whom a note may mention. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include <glib/gi18n.h>

#define MAX_QUERY 24

static void
update_hint (KefuComposer *self)
{
  gboolean empty =
    gtk_text_buffer_get_char_count (self->buffer) == 0 && (self->preedit == NULL || *self->preedit == '\0');

  gtk_widget_set_visible (self->note_hint, self->note_mode && empty);
}

/* --- the picker --- */

static gboolean
is_open (KefuComposer *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->mentions));
}

static void
close_picker (KefuComposer *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->mentions));
}

static gboolean
is_at_sign (gunichar c)
{
  return c == '@' || c == 0xff20;
}

/* The @ of which the caret stands behind the name; the one in an address is none. */
static gboolean
find_at_sign (KefuComposer *self, GtkTextIter *at)
{
  GtkTextIter before;
  gunichar c;

  if (gtk_text_buffer_get_has_selection (self->buffer))
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, at, gtk_text_buffer_get_insert (self->buffer));
  for (int i = 0; i <= MAX_QUERY && gtk_text_iter_backward_char (at); i++)
    {
      c = gtk_text_iter_get_char (at);
      if (g_unichar_isspace (c))
        return FALSE;
      if (!is_at_sign (c))
        continue;
      before = *at;
      return !gtk_text_iter_backward_char (&before) || gtk_text_iter_get_char (&before) > 0x7f ||
             !g_ascii_isalnum ((char) gtk_text_iter_get_char (&before));
    }
  return FALSE;
}

/* What stands behind the @, with what the input method still holds: "xiao'man" is asked for as "xiaoman". (transfer full) */
static char *
get_query (KefuComposer *self, const GtkTextIter *at)
{
  GtkTextIter start = *at;
  GtkTextIter end;
  g_autofree char *text = NULL;
  GString *query;

  gtk_text_iter_forward_char (&start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));
  text = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
  query = g_string_new (text);
  for (const char *c = self->preedit ? self->preedit : ""; *c; c = g_utf8_next_char (c))
    if (*c != '\'' && *c != ' ')
      g_string_append_unichar (query, g_utf8_get_char (c));
  return g_string_free (query, FALSE);
}

static void
point_at (KefuComposer *self, const GtkTextIter *at)
{
  GdkRectangle place;
  double x, y;

  gtk_text_view_get_iter_location (self->text_view, at, &place);
  gtk_text_view_buffer_to_window_coords (self->text_view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->text_view), GTK_WIDGET (self), place.x, place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->mentions), &place);
}

static void
refresh_picker (KefuComposer *self)
{
  g_autofree char *query = NULL;
  GtkTextIter at;
  int offset;

  if (!self->note_mode || self->picking || !find_at_sign (self, &at))
    {
      self->mention_dismissed = -1;
      close_picker (self);
      return;
    }
  offset = gtk_text_iter_get_offset (&at);
  if (offset != self->mention_dismissed)
    self->mention_dismissed = -1;
  query = get_query (self, &at);
  if (self->mention_dismissed >= 0 || !kefu_mention_picker_set_query (self->mentions, query))
    {
      close_picker (self);
      return;
    }
  point_at (self, &at);
  gtk_popover_popup (GTK_POPOVER (self->mentions));
}

static void
text_changed_cb (KefuComposer *self)
{
  update_hint (self);
  if (self->loading || self->record == NULL)
    close_picker (self);
  else
    refresh_picker (self);
}

static void
caret_moved_cb (KefuComposer *self)
{
  if (is_open (self) && !self->loading)
    refresh_picker (self);
}

static void
preedit_changed_cb (KefuComposer *self)
{
  update_hint (self);
  if (!self->loading && self->record != NULL)
    refresh_picker (self);
}

static void
insert (KefuComposer *self, KefuAgentRecord *agent)
{
  g_autofree char *text = g_strconcat (agent->name, " ", NULL);
  GtkTextIter start, end;

  if (!find_at_sign (self, &start))
    return;
  gtk_text_view_reset_im_context (self->text_view);
  gtk_text_iter_forward_char (&start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_text_view_scroll_mark_onscreen (self->text_view, gtk_text_buffer_get_insert (self->buffer));
  close_picker (self);
}

static void
dismiss (KefuComposer *self)
{
  GtkTextIter at;

  if (find_at_sign (self, &at))
    self->mention_dismissed = gtk_text_iter_get_offset (&at);
  close_picker (self);
}

/* --- keys --- */

gboolean
kefu_composer_mentions_wants_key (KefuComposer *self, guint keyval, GdkModifierType state)
{
  if (!is_open (self) || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Escape:
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return TRUE;
    default:
      return FALSE;
    }
}

void
kefu_composer_mentions_key (KefuComposer *self, guint keyval)
{
  KefuAgentRecord *agent = kefu_mention_picker_get_selected (self->mentions);

  if (keyval == GDK_KEY_Up || keyval == GDK_KEY_Down)
    kefu_mention_picker_move (self->mentions, keyval == GDK_KEY_Up ? -1 : 1);
  else if (keyval == GDK_KEY_Escape || agent == NULL)
    dismiss (self);
  else
    insert (self, agent);
}

/* --- the rest of the composer --- */

void
kefu_composer_mentions_init (KefuComposer *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->mention_dismissed = -1;
  self->mentions = KEFU_MENTION_PICKER (kefu_mention_picker_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->mentions), GTK_WIDGET (self));
  g_signal_connect_swapped (self->mentions, "chosen", G_CALLBACK (insert), self);
  self->note_hint = gtk_label_new (_ ("Only your team sees this. @name tells a colleague."));
  gtk_widget_set_can_target (self->note_hint, FALSE);
  gtk_widget_add_css_class (self->note_hint, "hint");
  gtk_text_view_add_overlay (self->text_view, self->note_hint, 0, 0);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (self->buffer, "notify::cursor-position", G_CALLBACK (caret_moved_cb), self);
  /* After the phrases', which keep what the input method holds. */
  g_signal_connect_swapped (self->text_view, "preedit-changed", G_CALLBACK (preedit_changed_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (close_picker), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), focus);
}

void
kefu_composer_mentions_update_mode (KefuComposer *self)
{
  if (self->note_mode)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER,
                                    gtk_label_get_label (GTK_LABEL (self->note_hint)), -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER);
  update_hint (self);
  if (!self->note_mode || self->record == NULL)
    close_picker (self);
}

void
kefu_composer_set_agents (KefuComposer *self, GPtrArray *agents)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  close_picker (self);
  kefu_mention_picker_set_agents (self->mentions, agents,
                                  self->session ? kefu_session_get_agent_id (self->session) : NULL);
}
