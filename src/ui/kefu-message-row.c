/* SPDX-License-Identifier: GPL-3.0-or-later
 * One row of the chat: bubble, picture, order card, note, event, day or unread line. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-message-row.h"

#include <glib/gi18n.h>

#include "kefu-bubble.h"
#include "kefu-file-card.h"
#include "kefu-mark-text.h"
#include "kefu-note-block.h"
#include "kefu-order-card.h"
#include "kefu-photo.h"
#include "kefu-time-format.h"
#include "kefu-timeline-end.h"
#include "kefu-transfer-look.h"

#define FLASH_MS 1600

struct _KefuMessageRow
{
  GtkWidget parent_instance;

  KefuTimelineItem *item;
  const KefuMessageContext *context;
  KefuBlobCache *blobs;
  gulong changed_id;
  KefuTransfers *transfers; /* while a file is followed */
  gulong transfer_id;
  guint flash_id;

  /* The parts, NULL until needed. */
  GtkWidget *grid;
  GtkWidget *bubble;
  GtkWidget *photo;
  GtkWidget *file;
  GtkWidget *card;
  GtkWidget *meta;
  GtkWidget *time;
  GtkWidget *tick;
  const char *tick_icon; /* as shown; static */
  const char *tick_class;
  const char *tick_text;
  GtkWidget *trouble;
  GtkWidget *reason;
  GtkWidget *note;
  GtkWidget *line;
  GtkWidget *unread;
  GtkWidget *end;
};

G_DEFINE_FINAL_TYPE (KefuMessageRow, kefu_message_row, GTK_TYPE_WIDGET)

/* --- the parts --- */

/* A day leads to other days. */
static void
line_cb (KefuMessageRow *self)
{
  if (self->item && kefu_timeline_item_get_kind (self->item) == KEFU_TIMELINE_DAY)
    gtk_widget_activate_action (GTK_WIDGET (self), "timeline.ask-for-day", NULL);
}

static void
ensure_line (KefuMessageRow *self)
{
  GtkGesture *click;

  if (self->line)
    return;
  self->line = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->line), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->line), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (self->line), GTK_JUSTIFY_CENTER);
  click = gtk_gesture_click_new ();
  g_signal_connect_swapped (click, "released", G_CALLBACK (line_cb), self);
  gtk_widget_add_controller (self->line, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
}

static void
ensure_unread (KefuMessageRow *self)
{
  GtkWidget *label;

  if (self->unread)
    return;
  self->unread = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->unread, "unread-line");
  label = gtk_label_new (_ ("New messages"));
  for (int i = 0; i < 3; i++)
    {
      GtkWidget *child = i == 1 ? label : gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

      gtk_widget_set_hexpand (child, i != 1);
      gtk_widget_set_valign (child, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (self->unread), child);
    }
  gtk_widget_set_parent (self->unread, GTK_WIDGET (self));
}

static void
ensure_end (KefuMessageRow *self)
{
  if (self->end)
    return;
  self->end = kefu_timeline_end_new ();
  gtk_widget_set_parent (self->end, GTK_WIDGET (self));
}

static void
ensure_note (KefuMessageRow *self)
{
  if (self->note)
    return;
  self->note = kefu_note_block_new ();
  gtk_widget_set_parent (self->note, GTK_WIDGET (self));
}

static void
ensure_grid (KefuMessageRow *self)
{
  if (self->grid)
    return;
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 6);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));

  self->meta = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_widget_add_css_class (self->meta, "meta");
  gtk_widget_set_valign (self->meta, GTK_ALIGN_END);
  self->time = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_box_append (GTK_BOX (self->meta), self->time);
  gtk_grid_attach (GTK_GRID (self->grid), self->meta, 1, 0, 1, 1);
}

static void
ensure_tick (KefuMessageRow *self)
{
  if (self->tick)
    return;
  self->tick = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->tick), 14);
  gtk_widget_add_css_class (self->tick, "tick");
  gtk_box_append (GTK_BOX (self->meta), self->tick);
}

/* One of the actions on a message. */
static void
act (KefuMessageRow *self, const char *action)
{
  KefuMessageRecord *record = self->item ? kefu_timeline_item_get_record (self->item) : NULL;

  if (record)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "s", record->id);
}

static void
quote_cb (KefuMessageRow *self)
{
  act (self, "message.show-quoted");
}

static void
ensure_bubble (KefuMessageRow *self)
{
  if (self->bubble)
    return;
  self->bubble = kefu_bubble_new ();
  g_signal_connect_swapped (self->bubble, "quote-clicked", G_CALLBACK (quote_cb), self);
  gtk_grid_attach (GTK_GRID (self->grid), self->bubble, 0, 0, 1, 1);
}

static void
open_cb (KefuMessageRow *self)
{
  act (self, "message.open");
}

static void
save_cb (KefuMessageRow *self)
{
  act (self, "message.save");
}

static void
cancel_cb (KefuMessageRow *self)
{
  act (self, "message.cancel");
}

static void
ensure_photo (KefuMessageRow *self)
{
  if (self->photo)
    return;
  self->photo = kefu_photo_new ();
  g_signal_connect_swapped (self->photo, "open", G_CALLBACK (open_cb), self);
  g_signal_connect_swapped (self->photo, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_grid_attach (GTK_GRID (self->grid), self->photo, 0, 0, 1, 1);
}

static void
ensure_file (KefuMessageRow *self)
{
  if (self->file)
    return;
  self->file = kefu_file_card_new ();
  g_signal_connect_swapped (self->file, "open", G_CALLBACK (open_cb), self);
  g_signal_connect_swapped (self->file, "save", G_CALLBACK (save_cb), self);
  g_signal_connect_swapped (self->file, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_grid_attach (GTK_GRID (self->grid), self->file, 0, 0, 1, 1);
}

static void
ensure_card (KefuMessageRow *self)
{
  if (self->card)
    return;
  self->card = kefu_order_card_new ();
  gtk_grid_attach (GTK_GRID (self->grid), self->card, 0, 0, 1, 1);
}

static void
retry_cb (KefuMessageRow *self)
{
  act (self, "message.retry");
}

static void
ensure_trouble (KefuMessageRow *self)
{
  GtkWidget *button;

  if (self->trouble)
    return;
  self->trouble = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->trouble, "trouble");
  gtk_widget_set_halign (self->trouble, GTK_ALIGN_END);
  self->reason = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->reason), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (self->trouble), self->reason);
  button = gtk_button_new_with_label (_ ("Send Again"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "small");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (retry_cb), self);
  gtk_box_append (GTK_BOX (self->trouble), button);
  /* Below the words of a picture too. */
  gtk_grid_attach (GTK_GRID (self->grid), self->trouble, 0, 2, 2, 1);
}

static void
set_shown (GtkWidget *widget, gboolean shown)
{
  if (widget)
    gtk_widget_set_visible (widget, shown);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
set_column (KefuMessageRow *self, GtkWidget *widget, int column)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (self->grid);

  if (widget)
    gtk_grid_layout_child_set_column (GTK_GRID_LAYOUT_CHILD (gtk_layout_manager_get_layout_child (layout, widget)),
                                      column);
}

static void
set_row (KefuMessageRow *self, GtkWidget *widget, int row)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (self->grid);

  gtk_grid_layout_child_set_row (GTK_GRID_LAYOUT_CHILD (gtk_layout_manager_get_layout_child (layout, widget)), row);
}

/* --- what a message looks like --- */

static const struct
{
  const char *delivery;
  const char *icon;
  const char *css_class;
} ticks[] = {
  { "queued", "kefu-pending-symbolic", NULL },    { "sent", "kefu-tick-symbolic", NULL },
  { "delivered", "kefu-ticks-symbolic", NULL },   { "read", "kefu-ticks-symbolic", "read" },
  { "failed", "kefu-failed-symbolic", "failed" }, { "unknown", "kefu-failed-symbolic", "failed" },
};

static gboolean
is_trouble (KefuMessageRecord *record)
{
  return g_str_equal (record->delivery, "failed") || g_str_equal (record->delivery, "unknown");
}

/* Most rows show the tick that they showed before: only what differs is told to GTK, which would style and measure it anew. */
static void
show_tick (KefuMessageRow *self, const char *icon, const char *css_class, const char *text)
{
  ensure_tick (self);
  if (self->tick_icon != icon)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->tick), icon);
  if (self->tick_class != css_class && self->tick_class)
    gtk_widget_remove_css_class (self->tick, self->tick_class);
  if (self->tick_class != css_class && css_class)
    gtk_widget_add_css_class (self->tick, css_class);
  if (self->tick_text != text)
    gtk_widget_set_tooltip_text (self->tick, text);
  self->tick_icon = icon;
  self->tick_class = css_class;
  self->tick_text = text;
}

static void
show_meta (KefuMessageRow *self, KefuMessageRecord *record, gboolean pending)
{
  g_autofree char *time = kefu_time_format_clock (record->sent_at);
  /* A run says its time once, at its end; what has not arrived says so on every bubble. */
  gboolean unsettled = pending || g_str_equal (record->delivery, "queued") || is_trouble (record);
  gboolean shown = unsettled || !kefu_timeline_item_get_grouped (self->item);
  gboolean has_tick = FALSE;

  gtk_label_set_label (GTK_LABEL (self->time), time);
  gtk_widget_set_visible (self->time, shown);
  for (guint i = 0; i < G_N_ELEMENTS (ticks) && shown && !has_tick && g_str_equal (record->dir, "out"); i++)
    {
      has_tick = pending || g_str_equal (ticks[i].delivery, record->delivery);
      if (has_tick)
        show_tick (self, ticks[i].icon, ticks[i].css_class, kefu_message_delivery_text (record));
    }
  set_shown (self->tick, has_tick);
}

static void
show_trouble (KefuMessageRow *self, KefuMessageRecord *record, gboolean pending)
{
  gboolean trouble = !pending && is_trouble (record);

  if (trouble)
    {
      ensure_trouble (self);
      if (g_str_equal (record->delivery, "unknown"))
        gtk_label_set_label (GTK_LABEL (self->reason), _ ("Nobody knows whether it arrived"));
      else
        gtk_label_set_label (GTK_LABEL (self->reason),
                             *record->delivery_reason ? record->delivery_reason : _ ("Not delivered"));
      gtk_widget_set_tooltip_text (self->reason, *record->delivery_reason ? record->delivery_reason : NULL);
    }
  set_shown (self->trouble, trouble);
}

/* Only what lies over the picture or stands in the place of a size: a row is as high as before. */
static void
show_transfer (KefuMessageRow *self, KefuMessageRecord *record)
{
  g_autoptr (KefuTransferLook) look = kefu_transfer_look_new (record, self->context);

  if (g_str_equal (record->kind, "image"))
    kefu_photo_set_transfer (KEFU_PHOTO (self->photo), look ? look->brief : NULL, look ? look->fraction : -1,
                             look ? look->cancel : NULL);
  else
    kefu_file_card_set_transfer (KEFU_FILE_CARD (self->file), look ? look->text : NULL, look ? look->fraction : -1,
                                 look ? look->cancel : NULL);
}

static void
show_file (KefuMessageRow *self, KefuMessageRecord *record)
{
  KefuAttachment *file = record->attachment;

  if (g_str_equal (record->kind, "image"))
    {
      g_autofree char *text = kefu_message_text (record);

      ensure_photo (self);
      kefu_photo_set (KEFU_PHOTO (self->photo), self->blobs, file->sha256, file->width, file->height);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->photo), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    }
  else
    {
      ensure_file (self);
      kefu_file_card_set (KEFU_FILE_CARD (self->file), file);
    }
  show_transfer (self, record);
}

static gboolean
has_quote (KefuMessageRecord *record)
{
  return *record->quote_body || record->quote_id;
}

/* (transfer full) (nullable) */
static PangoAttrList *
find_marks (KefuMessageRow *self, KefuMessageRecord *record, const char *text)
{
  if (g_strcmp0 (self->context->marked_id, record->id) != 0)
    return NULL;
  return kefu_mark_text (text, self->context->marked);
}

static void
show_bubble (KefuMessageRow *self, KefuMessageRecord *record, const char *text)
{
  g_autoptr (PangoAttrList) marks = find_marks (self, record, text);
  g_autofree char *quote = NULL;

  ensure_bubble (self);
  kefu_bubble_set_text (KEFU_BUBBLE (self->bubble), text, marks);
  /* What is quoted may be on the server only, or have no words. */
  if (has_quote (record))
    quote =
      g_strdelimit (g_strdup (*record->quote_body ? record->quote_body : _ ("An earlier message")), "\n\r\t", ' ');
  kefu_bubble_set_quote (KEFU_BUBBLE (self->bubble), quote);
}

static void
show_content (KefuMessageRow *self, KefuMessageRecord *record)
{
  gboolean is_photo = record->attachment && g_str_equal (record->kind, "image");
  gboolean is_file = record->attachment && !is_photo;
  gboolean is_card = g_str_equal (record->kind, "order");
  /* A file may have words, or answer something. */
  gboolean has_words = !is_card && (record->attachment == NULL || *record->body || has_quote (record));

  if (is_card)
    {
      g_autoptr (KefuMessageData) data = kefu_message_data_new (record);

      ensure_card (self);
      kefu_order_card_set (KEFU_ORDER_CARD (self->card), data, self->blobs);
    }
  if (record->attachment)
    show_file (self, record);
  if (has_words)
    {
      g_autofree char *text = record->attachment ? g_strdup (record->body) : kefu_message_text (record);

      show_bubble (self, record, text);
      set_row (self, self->bubble, record->attachment ? 1 : 0);
    }
  set_shown (self->photo, is_photo);
  set_shown (self->file, is_file);
  set_shown (self->card, is_card);
  set_shown (self->bubble, has_words);
}

static void
show_message (KefuMessageRow *self, KefuMessageRecord *record)
{
  gboolean pending = kefu_timeline_item_is_pending (self->item);
  gboolean out = g_str_equal (record->dir, "out");

  ensure_grid (self);
  show_content (self, record);
  show_meta (self, record, pending);
  show_trouble (self, record, pending);

  set_column (self, self->meta, out ? 0 : 1);
  set_column (self, self->bubble, out ? 1 : 0);
  set_column (self, self->photo, out ? 1 : 0);
  set_column (self, self->file, out ? 1 : 0);
  set_row (self, self->meta, record->attachment && self->bubble && gtk_widget_get_visible (self->bubble) ? 1 : 0);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *part = i == 0 ? self->photo : self->file;

      if (part)
        gtk_widget_set_halign (part, out ? GTK_ALIGN_END : GTK_ALIGN_START);
    }
  set_column (self, self->card, out ? 1 : 0);
  gtk_widget_set_halign (self->grid, out ? GTK_ALIGN_END : GTK_ALIGN_START);
  set_class (GTK_WIDGET (self), "out", out);
  set_class (GTK_WIDGET (self), "in", !out);
  set_class (GTK_WIDGET (self), "pending", pending && out);
}

static void
show_line (KefuMessageRow *self, const char *text, const char *css_class)
{
  ensure_line (self);
  gtk_label_set_label (GTK_LABEL (self->line), text);
  set_class (self->line, "day", g_str_equal (css_class, "day"));
  set_class (self->line, "event", g_str_equal (css_class, "event"));
}

static void
name_row (KefuMessageRow *self, const char *name)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  /* GtkListItem has no name of its own before 4.12. */
  if (row)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
transfer_changed_cb (KefuMessageRow *self)
{
  KefuMessageRecord *record = kefu_timeline_item_get_record (self->item);
  g_autofree char *name = kefu_message_spoken (record, self->context);

  if (record->recalled)
    return;
  show_transfer (self, record);
  name_row (self, name);
}

static void
follow_transfer (KefuMessageRow *self, KefuAttachment *file)
{
  g_autofree char *signal = NULL;

  if (self->transfers)
    g_clear_signal_handler (&self->transfer_id, self->transfers);
  g_clear_object (&self->transfers);
  if (file == NULL || self->context->transfers == NULL)
    return;
  signal = g_strdup_printf ("changed::%s", file->sha256);
  g_set_object (&self->transfers, self->context->transfers);
  self->transfer_id = g_signal_connect_swapped (self->transfers, signal, G_CALLBACK (transfer_changed_cb), self);
}

static void
forget_words (KefuMessageRow *self)
{
  kefu_bubble_set_text (KEFU_BUBBLE (self->bubble), "", NULL);
  kefu_bubble_set_quote (KEFU_BUBBLE (self->bubble), NULL);
}

static void
update (KefuMessageRow *self)
{
  KefuMessageRecord *record = kefu_timeline_item_get_record (self->item);
  KefuTimelineKind kind = kefu_timeline_item_get_kind (self->item);
  gboolean is_note = FALSE, is_event = FALSE;

  if (kind == KEFU_TIMELINE_MESSAGE)
    {
      is_event = record->recalled || g_str_equal (record->kind, "event");
      is_note = !is_event && g_str_equal (record->kind, "note");
    }
  follow_transfer (self, record && !is_event ? record->attachment : NULL);

  set_shown (self->line, kind == KEFU_TIMELINE_DAY || is_event);
  set_shown (self->unread, kind == KEFU_TIMELINE_UNREAD);
  set_shown (self->end, kind == KEFU_TIMELINE_OLDER_END || kind == KEFU_TIMELINE_NEWER_END);
  set_shown (self->note, is_note);
  set_shown (self->grid, kind == KEFU_TIMELINE_MESSAGE && !is_note && !is_event);
  /* A hidden label would keep the words of what was taken back. */
  if (self->bubble && (kind != KEFU_TIMELINE_MESSAGE || is_event))
    forget_words (self);
  set_class (GTK_WIDGET (self), "message", kind == KEFU_TIMELINE_MESSAGE && !is_event);
  set_class (GTK_WIDGET (self), "grouped",
             kind == KEFU_TIMELINE_MESSAGE && !is_event && kefu_timeline_item_get_grouped (self->item));

  if (kind == KEFU_TIMELINE_DAY)
    {
      g_autofree char *day = kefu_time_format_day (kefu_timeline_item_get_at (self->item), self->context->now);

      show_line (self, day, "day");
      gtk_widget_set_cursor_from_name (self->line, "pointer");
      gtk_widget_set_tooltip_text (self->line, _ ("Go to another day"));
      set_shown (self->line, TRUE);
      name_row (self, day);
    }
  else if (kind == KEFU_TIMELINE_UNREAD)
    {
      ensure_unread (self);
      name_row (self, _ ("New messages"));
    }
  else if (kind != KEFU_TIMELINE_MESSAGE)
    {
      ensure_end (self);
      name_row (self, kefu_timeline_end_set (KEFU_TIMELINE_END (self->end), self->item));
    }
  else
    {
      g_autofree char *name = kefu_message_spoken (record, self->context);

      if (is_event)
        {
          g_autofree char *text = kefu_message_event_text (record, self->context);

          show_line (self, text, "event");
          gtk_widget_set_cursor (self->line, NULL);
          gtk_widget_set_tooltip_text (self->line, NULL);
        }
      else if (is_note)
        {
          g_autofree char *time = kefu_time_format_clock (record->sent_at);
          g_auto (GStrv) names = kefu_message_mentioned_names (record, self->context);
          g_autoptr (PangoAttrList) marks =
            kefu_mark_mentions (find_marks (self, record, record->body), record->body, (const char *const *) names);

          ensure_note (self);
          kefu_note_block_set (KEFU_NOTE_BLOCK (self->note), record->author_name, time, record->body,
                               kefu_timeline_item_is_pending (self->item));
          kefu_note_block_set_marks (KEFU_NOTE_BLOCK (self->note), marks);
        }
      else
        {
          show_message (self, record);
        }
      name_row (self, name);
    }
}

/* One that waits for another message keeps none of what it showed. */
static void
put_away (KefuMessageRow *self)
{
  if (self->bubble)
    forget_words (self);
  if (self->line)
    gtk_label_set_label (GTK_LABEL (self->line), "");
  if (self->note)
    kefu_note_block_set (KEFU_NOTE_BLOCK (self->note), "", "", "", FALSE);
  if (self->photo)
    kefu_photo_set (KEFU_PHOTO (self->photo), NULL, NULL, 0, 0);
}

static gboolean
flash_done_cb (gpointer user_data)
{
  KefuMessageRow *self = user_data;

  self->flash_id = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "found");
  return G_SOURCE_REMOVE;
}

static void
stop_flash (KefuMessageRow *self)
{
  if (self->flash_id == 0)
    return;
  g_clear_handle_id (&self->flash_id, g_source_remove);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "found");
}

static void
kefu_message_row_dispose (GObject *object)
{
  KefuMessageRow *self = KEFU_MESSAGE_ROW (object);
  GtkWidget *child;

  kefu_message_row_bind (self, NULL, NULL, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_message_row_parent_class)->dispose (object);
}

static void
kefu_message_row_class_init (KefuMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_message_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_message_row_init (KefuMessageRow *self)
{
}

GtkWidget *
kefu_message_row_new (void)
{
  return g_object_new (KEFU_TYPE_MESSAGE_ROW, NULL);
}

void
kefu_message_row_bind (KefuMessageRow *self,
                       KefuTimelineItem *item,
                       const KefuMessageContext *context,
                       KefuBlobCache *blobs)
{
  g_return_if_fail (KEFU_IS_MESSAGE_ROW (self));
  g_return_if_fail (item == NULL || context != NULL);

  stop_flash (self);
  follow_transfer (self, NULL);
  if (self->item)
    g_clear_signal_handler (&self->changed_id, self->item);
  g_set_object (&self->item, item);
  self->context = context;
  self->blobs = blobs;
  if (item)
    {
      self->changed_id = g_signal_connect_swapped (item, "changed", G_CALLBACK (update), self);
      update (self);
    }
  else
    {
      put_away (self);
    }
}

KefuTimelineItem *
kefu_message_row_get_item (KefuMessageRow *self)
{
  g_return_val_if_fail (KEFU_IS_MESSAGE_ROW (self), NULL);

  return self->item;
}

void
kefu_message_row_flash (KefuMessageRow *self)
{
  g_return_if_fail (KEFU_IS_MESSAGE_ROW (self));

  stop_flash (self);
  gtk_widget_add_css_class (GTK_WIDGET (self), "found");
  self->flash_id = g_timeout_add (FLASH_MS, flash_done_cb, self);
}
