/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of the composer, which grows with what is written. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-text.h"

/* GtkTextView leaves its adjustments as they are while one of them glides, and does not come back to them. A text of
 * several lines that is pasted makes it grow and glide at once, so it went on believing in the height it had before, and
 * stood with its last lines at the top of an empty field. */
struct _KefuComposerText
{
  GtkTextView parent_instance;
};

G_DEFINE_FINAL_TYPE (KefuComposerText, kefu_composer_text, GTK_TYPE_TEXT_VIEW)

static void
kefu_composer_text_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkTextView *text_view = GTK_TEXT_VIEW (widget);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));
  gboolean grown = (int) gtk_adjustment_get_page_size (adjustment) != height;

  /* to set a value is to end its gliding */
  if (grown)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment));
  GTK_WIDGET_CLASS (kefu_composer_text_parent_class)->size_allocate (widget, width, height, baseline);
  if (grown)
    gtk_text_view_scroll_mark_onscreen (text_view, gtk_text_buffer_get_insert (gtk_text_view_get_buffer (text_view)));
}

static void
kefu_composer_text_class_init (KefuComposerTextClass *klass)
{
  GTK_WIDGET_CLASS (klass)->size_allocate = kefu_composer_text_size_allocate;
}

static void
kefu_composer_text_init (KefuComposerText *self)
{
}
