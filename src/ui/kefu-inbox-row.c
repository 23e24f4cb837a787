/* SPDX-License-Identifier: GPL-3.0-or-later
 * One conversation in the inbox. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-channel-badge.h"
#include "kefu-message-summary.h"
#include "kefu-picture.h"
#include "kefu-text.h"
#include "kefu-time-format.h"

/* The last line is cut before it is laid out: Pango would shape the whole of a long message for 15 characters. */
#define LAST_MAX_CHARS 60
/* Labels with a chip of their own; one more says how many there are besides. */
#define MAX_LABELS (KEFU_INBOX_MAX_LABELS - 1)

/* One widget that draws all it says. Widgets for its parts would ask the window for a layout whenever a word in one of a hundred thousand rows changes,
 * and be styled one by one; so a row's size depends on nothing that it says. */
struct _KefuInboxRow
{
  GtkWidget parent_instance;

  KefuSession *session;
  KefuInboxLook *look;
  KefuConversation *conversation;
  gulong changed_id;
  KefuInboxWords words;
  KefuInboxPlaces places;
  gboolean ticked;      /* nothing but the clock has changed since it was drawn */
  GskRenderNode *still; /* all but the clock, as it was drawn last; NULL: to be drawn */
  int still_width;      /* for these */
  int still_height;
  int still_scale;
  gulong tick_id; /* while it is on the screen and a clock runs in it */
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_LOOK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuInboxRow, kefu_inbox_row, GTK_TYPE_WIDGET)

/* It does not look any more as it did. */
static void
redraw (KefuInboxRow *self)
{
  g_clear_pointer (&self->still, gsk_render_node_unref);
  self->ticked = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- what it says --- */

/* (transfer full) (nullable) */
static char *
count_text (int count)
{
  return count > 0 ? g_strdup_printf ("%d%s", MIN (count, 99), count > 99 ? "+" : "") : NULL;
}

/* (transfer full): what is being written, or else what was said last. */
static char *
last_line (KefuConversationRecord *record)
{
  g_autofree char *last =
    record->draft[0] ? g_strdup (record->draft) : kefu_message_summary (record->last_kind, record->last_text);

  return kefu_text_one_line (last, LAST_MAX_CHARS);
}

/* The small sign before the last line: not on the server yet, or our own. */
static const char *
mark_icon (KefuConversationRecord *record)
{
  if (record->draft[0] != '\0')
    return NULL;
  if (record->pending > 0)
    return "kefu-pending-symbolic";
  if (g_str_equal (record->last_dir, "out"))
    return "kefu-reply-symbolic";
  return g_str_equal (record->last_dir, "note") ? "kefu-lock-symbolic" : NULL;
}

static void
say_assignee (KefuInboxRow *self, KefuConversationRecord *record)
{
  if (record->assignee_id == NULL || record->assignee_name[0] == '\0' ||
      g_strcmp0 (record->assignee_id, kefu_session_get_agent_id (self->session)) == 0)
    return;
  self->words.assignee = g_strdup (record->assignee_name);
  self->words.assignee_initials = kefu_text_initials (record->assignee_name);
}

static void
say_labels (KefuInboxRow *self, KefuConversationRecord *record)
{
  GPtrArray *labels = kefu_label_list_get_records (kefu_session_get_labels (self->session));
  guint n = 0;

  for (guint i = 0; i < labels->len && record->labels != NULL && record->labels[0] != NULL; i++)
    {
      const KefuLabelRecord *label = g_ptr_array_index (labels, i);

      if (!g_strv_contains ((const char *const *) record->labels, label->id) || n++ >= MAX_LABELS)
        continue;
      self->words.labels[n - 1] = g_strdup (label->name);
      self->words.label_colors[n - 1] = CLAMP (label->color, 0, KEFU_N_LABEL_COLORS - 1);
    }
  if (n > MAX_LABELS)
    self->words.labels[MAX_LABELS] = g_strdup_printf ("+%u", n - MAX_LABELS);
}

/* Whether it says something else now. */
static gboolean
say_clock (KefuInboxRow *self, KefuConversationRecord *record, gint64 now)
{
  KefuClockState state = kefu_reply_clock_state (record, now);
  g_autofree char *text = state != KEFU_CLOCK_NONE ? kefu_reply_clock_text (record, now) : NULL;

  if (self->words.clock == state && g_strcmp0 (self->words.clock_text, text) == 0)
    return FALSE;
  self->words.clock = state;
  g_free (self->words.clock_text);
  self->words.clock_text = g_steal_pointer (&text);
  return TRUE;
}

/* (transfer full): for screen readers, to which it is one thing: "name, channel, with whom, n unread, waits 1:12 or when, labels, last line". */
static char *
describe (KefuInboxRow *self, KefuConversationRecord *record, gint64 now)
{
  g_autofree char *names =
    kefu_label_list_join_names (kefu_session_get_labels (self->session), (const char *const *) record->labels);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (parts, g_strdup (record->customer_name));
  g_ptr_array_add (parts, g_strdup (kefu_channel_type_name (record->channel_type)));
  /* TRANSLATORS: which other agent has the conversation: "with Lin" */
  if (self->words.assignee != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("with %s"), self->words.assignee));
  if (record->unread > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%d unread", "%d unread", record->unread), record->unread));
  if (kefu_reply_clock_state (record, now) != KEFU_CLOCK_NONE)
    {
      g_autofree char *clock = kefu_reply_clock_text (record, now);

      /* TRANSLATORS: how long a customer has waited for an answer: "waits 01:12" */
      g_ptr_array_add (parts, g_strdup_printf (_ ("waits %s"), clock));
    }
  else
    {
      g_ptr_array_add (parts, kefu_time_format_inbox (record->last_at, now));
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

static void
update_accessible (KefuInboxRow *self, KefuConversationRecord *record, gint64 now)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *text = NULL;

  if (parent == NULL)
    return;
  text = describe (self, record, now);
  if (self->words.checked)
    {
      char *plain = g_steal_pointer (&text);

      /* TRANSLATORS: of a row of the inbox that is one of several chosen ones; then what the row says */
      text = g_strdup_printf (_ ("Selected, %s"), plain);
      g_free (plain);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void update_ticking (KefuInboxRow *self);

static void
update (KefuInboxRow *self)
{
  KefuConversationRecord *record = kefu_conversation_get_record (self->conversation);
  gint64 now = kefu_ticker_now (kefu_session_get_ticker (self->session));
  gboolean check = self->words.check, checked = self->words.checked;

  kefu_inbox_words_clear (&self->words);
  self->words = (KefuInboxWords){
    .name = g_strdup (record->customer_name),
    .initials = kefu_text_initials (record->customer_name),
    .avatar_color = kefu_inbox_avatar_color (record->customer_name),
    .channel = kefu_channel_type_number (record->channel_type),
    .unread = record->unread > 0,
    .time = kefu_time_format_inbox (record->last_at, now),
    .draft = record->draft[0] != '\0',
    .mark = mark_icon (record),
    .pending = record->pending > 0,
    .last = last_line (record),
    .todo = count_text (record->open_items),
    .count = count_text (record->unread),
    .check = check,
    .checked = checked,
  };
  say_assignee (self, record);
  say_labels (self, record);
  say_clock (self, record, now);
  update_ticking (self);
  update_accessible (self, record, now);
  redraw (self);
}

static void
changed_cb (KefuInboxRow *self)
{
  if (self->conversation != NULL)
    update (self);
}

/* --- the clock --- */

static void
tick_cb (KefuInboxRow *self, gint64 now, KefuTicker *ticker)
{
  KefuClockState state = self->words.clock;
  gsize length = self->words.clock_text != NULL ? strlen (self->words.clock_text) : 0;

  if (!say_clock (self, kefu_conversation_get_record (self->conversation), now))
    return;
  /* all digits are equally wide: what is around the clock stays as it is */
  if (self->words.clock != state || strlen (self->words.clock_text) != length)
    redraw (self);
  self->ticked = self->words.clock == state;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* It holds the ticker only while it is on the screen and somebody waits. */
static void
update_ticking (KefuInboxRow *self)
{
  KefuTicker *ticker = kefu_session_get_ticker (self->session);
  gboolean ticks =
    gtk_widget_get_mapped (GTK_WIDGET (self)) && self->conversation != NULL && self->words.clock != KEFU_CLOCK_NONE;

  if (ticks == (self->tick_id != 0))
    return;
  if (ticks)
    {
      self->tick_id = g_signal_connect_object (ticker, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
      kefu_ticker_hold (ticker);
    }
  else
    {
      g_clear_signal_handler (&self->tick_id, ticker);
      kefu_ticker_release (ticker);
    }
}

/* --- the widget --- */

static void
kefu_inbox_row_map (GtkWidget *widget)
{
  KefuInboxRow *self = KEFU_INBOX_ROW (widget);

  GTK_WIDGET_CLASS (kefu_inbox_row_parent_class)->map (widget);
  if (self->conversation != NULL && say_clock (self, kefu_conversation_get_record (self->conversation),
                                               kefu_ticker_now (kefu_session_get_ticker (self->session))))
    redraw (self);
  update_ticking (self);
}

static void
kefu_inbox_row_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kefu_inbox_row_parent_class)->unmap (widget);
  g_clear_pointer (&KEFU_INBOX_ROW (widget)->still, gsk_render_node_unref);
  update_ticking (KEFU_INBOX_ROW (widget));
}

static void
kefu_inbox_row_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  int width, height;

  kefu_inbox_measure (KEFU_INBOX_ROW (widget)->look, &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

/* (transfer full): all but the clock. */
static GskRenderNode *
draw_still (KefuInboxRow *self, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GtkSnapshot *picture = gtk_snapshot_new ();

  kefu_inbox_paint (self->look, &self->words, width, height, gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL,
                    snapshot, &self->places);
  kefu_picture_append (widget, picture, gtk_snapshot_free_to_node (snapshot));
  return gtk_snapshot_free_to_node (picture);
}

static void
kefu_inbox_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KefuInboxRow *self = KEFU_INBOX_ROW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (self->conversation == NULL)
    return;
  /* most are drawn once, and go before their clock ticks */
  if (!self->ticked)
    {
      kefu_inbox_paint (self->look, &self->words, width, height, rtl, snapshot, &self->places);
      kefu_inbox_paint_clock (self->look, &self->words, width, height, rtl, snapshot);
      return;
    }
  if (self->still_width != width || self->still_height != height || self->still_scale != scale)
    g_clear_pointer (&self->still, gsk_render_node_unref);
  if (self->still == NULL)
    self->still = draw_still (self, width, height);
  self->still_width = width;
  self->still_height = height;
  self->still_scale = scale;
  gtk_snapshot_append_node (snapshot, self->still);
  kefu_inbox_paint_clock (self->look, &self->words, width, height, rtl, snapshot);
}

static void
kefu_inbox_row_direction_changed (GtkWidget *widget, GtkTextDirection before)
{
  GTK_WIDGET_CLASS (kefu_inbox_row_parent_class)->direction_changed (widget, before);
  redraw (KEFU_INBOX_ROW (widget));
}

static gboolean
kefu_inbox_row_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard_tooltip, GtkTooltip *tooltip)
{
  KefuInboxRow *self = KEFU_INBOX_ROW (widget);
  g_autofree char *names = NULL;

  if (self->conversation == NULL || keyboard_tooltip)
    return FALSE;
  if (gdk_rectangle_contains_point (&self->places.assignee, x, y))
    {
      gtk_tooltip_set_text (tooltip, self->words.assignee);
      gtk_tooltip_set_tip_area (tooltip, &self->places.assignee);
      return TRUE;
    }
  if (!gdk_rectangle_contains_point (&self->places.labels, x, y))
    return FALSE;
  names = kefu_label_list_join_names (kefu_session_get_labels (self->session),
                                      (const char *const *) kefu_conversation_get_record (self->conversation)->labels);
  gtk_tooltip_set_text (tooltip, names);
  gtk_tooltip_set_tip_area (tooltip, &self->places.labels);
  return names != NULL;
}

static void
kefu_inbox_row_constructed (GObject *object)
{
  KefuInboxRow *self = KEFU_INBOX_ROW (object);

  G_OBJECT_CLASS (kefu_inbox_row_parent_class)->constructed (object);
  g_signal_connect_object (kefu_session_get_labels (self->session), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->look, "changed", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
}

static void
kefu_inbox_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      KEFU_INBOX_ROW (object)->session = g_value_dup_object (value);
      break;
    case PROP_LOOK:
      KEFU_INBOX_ROW (object)->look = g_value_dup_object (value);
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
  g_clear_object (&self->look);
  G_OBJECT_CLASS (kefu_inbox_row_parent_class)->dispose (object);
}

static void
kefu_inbox_row_finalize (GObject *object)
{
  kefu_inbox_words_clear (&KEFU_INBOX_ROW (object)->words);
  g_clear_pointer (&KEFU_INBOX_ROW (object)->still, gsk_render_node_unref);
  G_OBJECT_CLASS (kefu_inbox_row_parent_class)->finalize (object);
}

static void
kefu_inbox_row_class_init (KefuInboxRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = kefu_inbox_row_constructed;
  object_class->set_property = kefu_inbox_row_set_property;
  object_class->dispose = kefu_inbox_row_dispose;
  object_class->finalize = kefu_inbox_row_finalize;
  widget_class->map = kefu_inbox_row_map;
  widget_class->unmap = kefu_inbox_row_unmap;
  widget_class->measure = kefu_inbox_row_measure;
  widget_class->snapshot = kefu_inbox_row_snapshot;
  widget_class->direction_changed = kefu_inbox_row_direction_changed;
  widget_class->query_tooltip = kefu_inbox_row_query_tooltip;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, KEFU_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LOOK] = g_param_spec_object ("look", NULL, NULL, KEFU_TYPE_INBOX_LOOK,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  /* the row of the list says it all */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kefu_inbox_row_init (KefuInboxRow *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
kefu_inbox_row_new (KefuSession *session, KefuInboxLook *look)
{
  return g_object_new (KEFU_TYPE_INBOX_ROW, "session", session, "look", look, NULL);
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
      update_ticking (self);
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

const KefuInboxWords *
kefu_inbox_row_get_words (KefuInboxRow *self)
{
  g_return_val_if_fail (KEFU_IS_INBOX_ROW (self), NULL);

  return &self->words;
}

void
kefu_inbox_row_set_check (KefuInboxRow *self, gboolean shown, gboolean checked)
{
  g_return_if_fail (KEFU_IS_INBOX_ROW (self));

  checked = shown && checked;
  if (self->words.check == shown && self->words.checked == checked)
    return;
  self->words.check = shown;
  self->words.checked = checked;
  kefu_inbox_row_refresh (self);
}
