/* SPDX-License-Identifier: GPL-3.0-or-later
 * One conversation in the inbox. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-avatar.h"
#include "kefu-channel-badge.h"
#include "kefu-clock-chip.h"
#include "kefu-label-chips.h"
#include "kefu-message-summary.h"
#include "kefu-text.h"
#include "kefu-time-format.h"
#include "kefu-ui.h"

/* The last line is cut before it is laid out: Pango would shape the whole of a long message for 15 characters. */
#define LAST_MAX_CHARS 60

/* Every label ellipsizes and both lines are 24 px high, so all rows are equally high and the list's scroll bar is exact.
 * The right end of the first line has one slot: the clock if the customer waits, else the time. */
struct _KefuInboxRow
{
  GtkWidget parent_instance;

  AdwAvatar *avatar;
  GtkImage *check;
  KefuChannelBadge *badge;
  GtkLabel *name;
  AdwAvatar *assignee;
  KefuLabelChips *labels;
  KefuClockChip *clock;
  GtkLabel *time;
  GtkWidget *draft_mark;
  GtkImage *mark;
  GtkLabel *last;
  GtkWidget *todo;
  GtkLabel *todo_count;
  GtkLabel *unread;

  KefuSession *session;
  KefuConversation *conversation;
  gulong changed_id;
  gboolean checked;
};

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuInboxRow, kefu_inbox_row, GTK_TYPE_WIDGET)

static void
set_count (GtkLabel *label, GtkWidget *widget, int count)
{
  if (count > 0)
    {
      char text[16];

      g_snprintf (text, sizeof text, "%d%s", MIN (count, 99), count > 99 ? "+" : "");
      gtk_label_set_label (label, text);
    }
  gtk_widget_set_visible (widget, count > 0);
}

/* (transfer full): what is being written, or else what was said last. */
static char *
last_line (KefuConversationRecord *record)
{
  g_autofree char *last =
    record->draft[0] ? g_strdup (record->draft) : kefu_message_summary (record->last_kind, record->last_text);

  return kefu_text_one_line (last, LAST_MAX_CHARS);
}

static void
set_class (GtkWidget *widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* The small sign before the last line: not on the server yet, or our own. */
static void
update_mark (KefuInboxRow *self, KefuConversationRecord *record)
{
  const char *icon = NULL;

  if (record->draft[0] == '\0')
    {
      if (record->pending > 0)
        icon = "kefu-pending-symbolic";
      else if (g_str_equal (record->last_dir, "out"))
        icon = "kefu-reply-symbolic";
      else if (g_str_equal (record->last_dir, "note"))
        icon = "kefu-lock-symbolic";
    }
  /* which looks the icon up and lays the row out anew even if it is the same */
  if (icon != NULL && g_strcmp0 (gtk_image_get_icon_name (self->mark), icon) != 0)
    gtk_image_set_from_icon_name (self->mark, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->mark), icon != NULL);
  set_class (GTK_WIDGET (self->mark), "amber", record->pending > 0);
  set_class (GTK_WIDGET (self->mark), "dim", record->pending == 0);
  gtk_widget_set_visible (self->draft_mark, record->draft[0] != '\0');
}

static void
update_assignee (KefuInboxRow *self, KefuConversationRecord *record)
{
  gboolean other = record->assignee_id != NULL && record->assignee_name[0] != '\0' &&
                   g_strcmp0 (record->assignee_id, kefu_session_get_agent_id (self->session)) != 0;

  if (other)
    {
      kefu_avatar_set_name (self->assignee, record->assignee_name);
      if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->assignee)), record->assignee_name) != 0)
        gtk_widget_set_tooltip_text (GTK_WIDGET (self->assignee), record->assignee_name);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->assignee), other);
}

static void
update_accessible (KefuInboxRow *self, KefuConversationRecord *record, gint64 now)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *text = NULL;

  if (parent == NULL)
    return;
  text = kefu_inbox_row_describe (record, kefu_session_get_labels (self->session), now);
  if (self->checked)
    {
      char *plain = g_steal_pointer (&text);

      /* TRANSLATORS: of a row of the inbox that is one of several chosen ones; then what the row says */
      text = g_strdup_printf (_ ("Selected, %s"), plain);
      g_free (plain);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update (KefuInboxRow *self)
{
  KefuConversationRecord *record = kefu_conversation_get_record (self->conversation);
  KefuTicker *ticker = kefu_session_get_ticker (self->session);
  gint64 now = kefu_ticker_now (ticker);
  g_autofree char *last = last_line (record);

  kefu_avatar_set_name (self->avatar, record->customer_name);
  kefu_channel_badge_set_channel_type (self->badge, record->channel_type);
  gtk_label_set_label (self->name, record->customer_name);
  gtk_label_set_label (self->last, last);
  set_class (GTK_WIDGET (self), "is-unread", record->unread > 0);
  set_count (self->unread, GTK_WIDGET (self->unread), record->unread);
  set_count (self->todo_count, self->todo, record->open_items);
  update_mark (self, record);
  update_assignee (self, record);
  kefu_label_chips_set (self->labels, kefu_session_get_labels (self->session), (const char *const *) record->labels);

  kefu_clock_chip_set (self->clock, ticker, record);
  if (kefu_clock_chip_get_state (self->clock) == KEFU_CLOCK_NONE)
    {
      g_autofree char *time = kefu_time_format_inbox (record->last_at, now);

      gtk_label_set_label (self->time, time);
      gtk_widget_set_visible (GTK_WIDGET (self->time), TRUE);
    }
  else
    gtk_widget_set_visible (GTK_WIDGET (self->time), FALSE);

  update_accessible (self, record, now);
}

static void
changed_cb (KefuInboxRow *self)
{
  update (self);
}

static void
kefu_inbox_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      KEFU_INBOX_ROW (object)->session = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_inbox_row_dispose (GObject *object)
{
  KefuInboxRow *self = KEFU_INBOX_ROW (object);

  if (self->conversation != NULL)
    g_clear_signal_handler (&self->changed_id, self->conversation);
  g_clear_object (&self->conversation);
  g_clear_object (&self->session);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_INBOX_ROW);
  G_OBJECT_CLASS (kefu_inbox_row_parent_class)->dispose (object);
}

static void
kefu_inbox_row_class_init (KefuInboxRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = kefu_inbox_row_set_property;
  object_class->dispose = kefu_inbox_row_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, KEFU_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (KEFU_TYPE_CHANNEL_BADGE);
  g_type_ensure (KEFU_TYPE_CLOCK_CHIP);
  g_type_ensure (KEFU_TYPE_LABEL_CHIPS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-inbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, check);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, badge);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, name);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, assignee);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, labels);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, clock);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, time);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, draft_mark);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, mark);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, last);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, todo);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, todo_count);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxRow, unread);
}

static void
kefu_inbox_row_init (KefuInboxRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_inbox_row_new (KefuSession *session)
{
  return g_object_new (KEFU_TYPE_INBOX_ROW, "session", session, NULL);
}

void
kefu_inbox_row_set_conversation (KefuInboxRow *self, KefuConversation *conversation)
{
  g_return_if_fail (KEFU_IS_INBOX_ROW (self));

  if (self->conversation != NULL)
    g_clear_signal_handler (&self->changed_id, self->conversation);
  g_set_object (&self->conversation, conversation);
  if (conversation == NULL)
    {
      kefu_clock_chip_set (self->clock, NULL, NULL);
      return;
    }
  self->changed_id =
    g_signal_connect_object (conversation, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

void
kefu_inbox_row_refresh (KefuInboxRow *self)
{
  g_return_if_fail (KEFU_IS_INBOX_ROW (self));

  if (self->conversation != NULL)
    update (self);
}

KefuConversation *
kefu_inbox_row_get_conversation (KefuInboxRow *self)
{
  g_return_val_if_fail (KEFU_IS_INBOX_ROW (self), NULL);

  return self->conversation;
}

void
kefu_inbox_row_set_check (KefuInboxRow *self, gboolean shown, gboolean checked)
{
  g_return_if_fail (KEFU_IS_INBOX_ROW (self));

  checked = shown && checked;
  gtk_widget_set_visible (GTK_WIDGET (self->check), shown);
  if (self->checked == checked)
    return;
  self->checked = checked;
  gtk_image_set_from_icon_name (self->check, checked ? "kefu-tick-symbolic" : NULL);
  set_class (GTK_WIDGET (self->check), "on", checked);
  set_class (GTK_WIDGET (self), "is-chosen", checked);
  kefu_inbox_row_refresh (self);
}

char *
kefu_inbox_row_describe (KefuConversationRecord *record, KefuLabelList *labels, gint64 now_ms)
{
  g_autofree char *names = kefu_label_list_join_names (labels, (const char *const *) record->labels);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (parts, g_strdup (record->customer_name));
  g_ptr_array_add (parts, g_strdup (kefu_channel_type_name (record->channel_type)));
  if (record->unread > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%d unread", "%d unread", record->unread), record->unread));
  if (kefu_reply_clock_state (record, now_ms) != KEFU_CLOCK_NONE)
    {
      g_autofree char *clock = kefu_reply_clock_text (record, now_ms);

      /* TRANSLATORS: how long a customer has waited for an answer: "waits 01:12" */
      g_ptr_array_add (parts, g_strdup_printf (_ ("waits %s"), clock));
    }
  if (record->open_items > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%d open item", "%d open items", record->open_items),
                                             record->open_items));
  if (names != NULL)
    g_ptr_array_add (parts, g_steal_pointer (&names));
  if (record->draft[0] != '\0')
    g_ptr_array_add (parts, g_strdup (C_ ("inbox row", "Draft")));
  g_ptr_array_add (parts, last_line (record));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **) parts->pdata);
}
