/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the agent writes: replies, notes, phrases. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-blanks.h"
#include "kefu-composer-text.h"
#include "kefu-message-text.h"
#include "kefu-reply-clock.h"
#include "kefu-text.h"

enum
{
  PROP_NOTE_MODE = 1,
  PROP_ENTER_SENDS,
  N_PROPS
};

enum
{
  SENT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuComposer, kefu_composer, GTK_TYPE_WIDGET)

/* (transfer full): what would be sent, without white space around it. */
static char *
get_text (KefuComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE));
}

/* --- what stands around the text --- */

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update_counter (KefuComposer *self)
{
  g_autofree char *typed = get_text (self);
  g_autofree char *text = NULL;
  glong length = g_utf8_strlen (typed, -1);
  int limit = self->record && !self->note_mode ? self->record->max_len : 0;

  if (limit > 0)
    text = g_strdup_printf ("%ld / %d", length, limit);
  gtk_label_set_label (self->counter, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->counter), text != NULL);
  set_class (GTK_WIDGET (self->counter), "over-limit", limit > 0 && length > limit);
}

static void
update_quota (KefuComposer *self)
{
  g_autofree char *text = NULL;
  int left = -1;

  if (self->record && self->session && !self->note_mode)
    left = kefu_reply_window_left (self->record, kefu_clock_now (kefu_session_get_clock (self->session)));
  if (left > 0)
    /* TRANSLATORS: how many messages a channel still takes, in the hours after the customer's last one */
    text = g_strdup_printf (ngettext ("%d more message within %d h", "%d more messages within %d h", (gulong) left),
                            left, self->record->window_h);
  else if (left == 0)
    text = g_strdup (_ ("The channel takes no more until the customer writes"));
  gtk_label_set_label (self->quota, text ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->quota), text);
  set_class (GTK_WIDGET (self->quota), "amber", left == 0);
  set_class (GTK_WIDGET (self->quota), "dim", left != 0);
}

static void
update_mode (KefuComposer *self)
{
  g_autofree char *label = NULL;
  g_autofree char *name = kefu_text_mask_name (self->record ? self->record->customer_name : "");

  /* TRANSLATORS: accessible name of the text entry: customer */
  label = self->note_mode ? g_strdup_printf (_ ("Note about %s"), name) : g_strdup_printf (_ ("Reply to %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  set_class (self->card, "note", self->note_mode);
  adw_split_button_set_label (self->send_button, self->note_mode ? C_ ("button", "Add Note") : C_ ("button", "Send"));
  kefu_composer_lint_set_active (self->lint, !self->note_mode);
  kefu_composer_files_update_mode (self);
  kefu_composer_mentions_update_mode (self);
  update_counter (self);
  update_quota (self);
}

static void
text_changed_cb (KefuComposer *self)
{
  update_counter (self);
  kefu_composer_drafts_changed (self);
}

static void
failure_cb (KefuComposer *self)
{
  kefu_composer_drafts_recover (self);
  kefu_composer_files_recover (self);
}

/* --- sending --- */

static gboolean
is_fit_to_send (KefuComposer *self, const char *text)
{
  guint n_blanks = kefu_blanks_count (self->buffer);
  glong length = g_utf8_strlen (text, -1);

  if (self->note_mode)
    return TRUE;
  if (n_blanks)
    {
      g_autofree char *why =
        g_strdup_printf (ngettext ("%u blank is not filled", "%u blanks are not filled", n_blanks), n_blanks);

      kefu_blanks_select_first (self->buffer);
      kefu_composer_lint_object (self->lint, why, _ ("Type over it, or delete it. Tab goes to the next."));
      return FALSE;
    }
  if (!kefu_composer_lint_may_send (self->lint))
    return FALSE;
  if (self->record->max_len > 0 && length > self->record->max_len)
    {
      g_autofree char *what =
        g_strdup_printf (_ ("%ld characters, the channel takes %d. Send it in two."), length, self->record->max_len);

      kefu_composer_lint_object (self->lint, _ ("Too long for this channel"), what);
      return FALSE;
    }
  return TRUE;
}

gboolean
kefu_composer_send (KefuComposer *self, gboolean next)
{
  g_autofree char *text = NULL;
  g_autofree char *quote_id = NULL;
  gboolean has_files;

  g_return_val_if_fail (KEFU_IS_COMPOSER (self), FALSE);

  if (self->session == NULL || self->record == NULL)
    return FALSE;
  text = get_text (self);
  kefu_composer_focus (self);
  has_files = kefu_composer_files_count (self) > 0;
  /* All of it or nothing: a picture without its words would be half an answer. */
  if ((*text == '\0' && !has_files) || (*text && !is_fit_to_send (self, text)) ||
      (has_files && !kefu_composer_files_may_send (self)))
    return FALSE;

  quote_id = self->quote && !self->note_mode ? g_strdup (self->quote->id) : NULL;
  if (has_files)
    kefu_composer_files_send (self, *text ? NULL : quote_id);
  if (*text)
    {
      /* The draft is what remains should the message not become durable; the session deletes it when it has. */
      kefu_composer_save_draft (self);
      kefu_session_send_message (self->session, self->record->id, self->note_mode, text, quote_id);
      kefu_composer_drafts_sent (self);
    }
  kefu_composer_phrases_close (self);
  kefu_composer_lint_reset (self->lint);
  if (!self->note_mode)
    kefu_composer_set_quote (self, NULL);
  g_signal_emit (self, signals[SENT], 0, next);
  return TRUE;
}

/* --- keys --- */

static gboolean
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

static void
break_line (KefuComposer *self)
{
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, "\n", 1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_text_view_scroll_mark_onscreen (self->text_view, gtk_text_buffer_get_insert (self->buffer));
}

static gboolean
handle_key (KefuComposer *self, guint keyval, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  if (kefu_composer_mentions_wants_key (self, keyval, state))
    {
      kefu_composer_mentions_key (self, keyval);
      return GDK_EVENT_STOP;
    }
  if (kefu_composer_phrases_wants_key (self, keyval, state) && kefu_composer_phrases_key (self, keyval, state))
    return GDK_EVENT_STOP;

  if (is_enter (keyval))
    {
      if (state & GDK_CONTROL_MASK)
        kefu_composer_send (self, TRUE);
      else if (state & GDK_ALT_MASK)
        kefu_composer_lint_use (self->lint);
      else if (shift != self->enter_sends)
        kefu_composer_send (self, FALSE);
      else
        break_line (self);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Escape && self->quote)
    {
      kefu_composer_set_quote (self, NULL);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

/* An input method takes Enter, the arrows and Tab to choose what is written: it sees every key first. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                gpointer user_data)
{
  KefuComposer *self = KEFU_COMPOSER (user_data);
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (!is_enter (keyval) && keyval != GDK_KEY_Escape && !kefu_composer_phrases_wants_key (self, keyval, state) &&
      !kefu_composer_mentions_wants_key (self, keyval, state))
    return GDK_EVENT_PROPAGATE;
  if (event && gtk_text_view_im_context_filter_keypress (self->text_view, event))
    return GDK_EVENT_STOP;
  return handle_key (self, keyval, state);
}

/* --- emoji --- */

static void
emoji_picked_cb (KefuComposer *self, const char *text)
{
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  kefu_composer_focus (self);
}

/* The chooser lays out thousands of characters: made when it is first asked for. */
static void
make_emoji_chooser_cb (GtkMenuButton *button, gpointer user_data)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button))
    return;
  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_swapped (chooser, "emoji-picked", G_CALLBACK (emoji_picked_cb), user_data);
  gtk_menu_button_set_popover (button, chooser);
}

/* --- the object --- */

static void
send_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kefu_composer_send (KEFU_COMPOSER (widget), g_str_equal (name, "composer.send-next"));
}

static void
phrases_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kefu_composer_open_phrases (KEFU_COMPOSER (widget));
}

static void
unquote_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kefu_composer_set_quote (KEFU_COMPOSER (widget), NULL);
  kefu_composer_focus (KEFU_COMPOSER (widget));
}

static void
kefu_composer_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  KefuComposer *self = KEFU_COMPOSER (widget);

  GTK_WIDGET_CLASS (kefu_composer_parent_class)->css_changed (widget, change);
  if (self->buffer)
    kefu_blanks_update_look (self->buffer, widget);
}

static void
kefu_composer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuComposer *self = KEFU_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_NOTE_MODE:
      g_value_set_boolean (value, self->note_mode);
      break;
    case PROP_ENTER_SENDS:
      g_value_set_boolean (value, self->enter_sends);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_composer_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuComposer *self = KEFU_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_NOTE_MODE:
      kefu_composer_set_note_mode (self, g_value_get_boolean (value));
      break;
    case PROP_ENTER_SENDS:
      kefu_composer_set_enter_sends (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_composer_dispose (GObject *object)
{
  KefuComposer *self = KEFU_COMPOSER (object);
  GtkWidget *child;

  if (self->buffer)
    {
      kefu_composer_set_session (self, NULL, NULL);
      g_signal_handlers_disconnect_by_data (self->buffer, self);
      g_signal_handlers_disconnect_by_data (self->text_view, self);
    }
  g_clear_object (&self->buffer);
  kefu_composer_phrases_clear (self);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  g_clear_pointer (&self->draft_loads, g_hash_table_unref);
  g_clear_pointer (&self->lists, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_COMPOSER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_composer_parent_class)->dispose (object);
}

static void
kefu_composer_class_init (KefuComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = kefu_composer_dispose;
  object_class->get_property = kefu_composer_get_property;
  object_class->set_property = kefu_composer_set_property;
  widget_class->css_changed = kefu_composer_css_changed;

  properties[PROP_NOTE_MODE] = g_param_spec_boolean ("note-mode", NULL, NULL, FALSE, flags);
  properties[PROP_ENTER_SENDS] = g_param_spec_boolean ("enter-sends", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SENT] = g_signal_new ("sent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_BOOLEAN);

  g_type_ensure (KEFU_TYPE_COMPOSER_LINT);
  g_type_ensure (KEFU_TYPE_COMPOSER_TEXT);
  g_type_ensure (KEFU_TYPE_PHRASE_PICKER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, picker_box);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, picker);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, card);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, lint);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, quote_revealer);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, quote_label);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, note_button);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, quota);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  kefu_composer_files_class_init (widget_class);

  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "composer.send-next", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "composer.phrases", NULL, phrases_action);
  gtk_widget_class_install_action (widget_class, "composer.unquote", NULL, unquote_action);
  gtk_widget_class_install_property_action (widget_class, "composer.note-mode", "note-mode");
  gtk_widget_class_install_property_action (widget_class, "composer.enter-sends", "enter-sends");
}

static void
kefu_composer_init (KefuComposer *self)
{
  self->enter_sends = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = g_object_ref (gtk_text_view_get_buffer (self->text_view));
  kefu_composer_drafts_init (self);
  kefu_blanks_init (self->buffer);
  kefu_blanks_update_look (self->buffer, GTK_WIDGET (self));
  kefu_composer_lint_set_buffer (self->lint, self->buffer);
  kefu_composer_phrases_init (self);
  kefu_composer_mentions_init (self);
  kefu_composer_files_init (self);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (text_changed_cb), self);
  kefu_accessible_name_arrow (self->send_button, _ ("More ways to send"));
  gtk_menu_button_set_create_popup_func (self->emoji_button, make_emoji_chooser_cb, self, NULL);
  update_mode (self);
}

GtkWidget *
kefu_composer_new (void)
{
  return g_object_new (KEFU_TYPE_COMPOSER, NULL);
}

void
kefu_composer_set_session (KefuComposer *self, KefuSession *session, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  kefu_composer_set_conversation (self, NULL);
  kefu_composer_drafts_clear (self);
  kefu_composer_files_clear (self);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_set_object (&self->dossier, dossier);
  if (session)
    g_signal_connect_object (session, "failure", G_CALLBACK (failure_cb), self, G_CONNECT_SWAPPED);
  kefu_composer_lint_set_lint (self->lint, session ? kefu_session_get_lint (session) : NULL);
  kefu_composer_phrases_set_engine (self);
  kefu_composer_set_agents (self, NULL);
}

void
kefu_composer_set_conversation (KefuComposer *self, KefuConversationRecord *record)
{
  gboolean same;

  g_return_if_fail (KEFU_IS_COMPOSER (self));

  same = g_strcmp0 (record ? record->id : NULL, self->record ? self->record->id : NULL) == 0;
  if (!same)
    {
      kefu_composer_save_draft (self);
      kefu_composer_phrases_close (self);
      kefu_composer_set_quote (self, NULL);
    }
  if (record)
    kefu_conversation_record_ref (record);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);
  self->record = record;

  if (!same)
    {
      /* A reply typed in a mode left over from another customer would be the wrong thing in the wrong place. */
      if (self->note_mode)
        {
          self->note_mode = FALSE;
          g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE_MODE]);
        }
      kefu_composer_drafts_load (self);
      kefu_composer_files_load (self);
      kefu_composer_lint_reset (self->lint);
    }
  update_mode (self);
}

gboolean
kefu_composer_get_note_mode (KefuComposer *self)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER (self), FALSE);

  return self->note_mode;
}

void
kefu_composer_set_note_mode (KefuComposer *self, gboolean note_mode)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  note_mode = !!note_mode;
  if (self->note_mode == note_mode)
    return;
  kefu_composer_save_draft (self);
  kefu_composer_phrases_close (self);
  self->note_mode = note_mode;
  kefu_composer_drafts_load (self);
  update_mode (self);
  kefu_composer_focus (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE_MODE]);
}

gboolean
kefu_composer_get_enter_sends (KefuComposer *self)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER (self), FALSE);

  return self->enter_sends;
}

void
kefu_composer_set_enter_sends (KefuComposer *self, gboolean enter_sends)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  enter_sends = !!enter_sends;
  if (self->enter_sends == enter_sends)
    return;
  self->enter_sends = enter_sends;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENTER_SENDS]);
}

void
kefu_composer_set_quote (KefuComposer *self, KefuMessageRecord *message)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  if (message)
    kefu_message_record_ref (message);
  g_clear_pointer (&self->quote, kefu_message_record_unref);
  self->quote = message;
  if (message)
    {
      g_autofree char *text = kefu_message_text (message);

      gtk_label_set_label (self->quote_label, g_strdelimit (text, "\n\r\t", ' '));
      kefu_composer_focus (self);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->quote_revealer), message != NULL);
}

void
kefu_composer_focus (KefuComposer *self)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

GtkTextView *
kefu_composer_get_text_view (KefuComposer *self)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER (self), NULL);

  return self->text_view;
}
