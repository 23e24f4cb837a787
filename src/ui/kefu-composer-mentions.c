/* SPDX-License-Identifier: GPL-3.0-or-later
 * The composer and the colleagues whom a note may mention. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include <glib/gi18n.h>

static void
update_hint (KefuComposer *self)
{
  gboolean empty =
    gtk_text_buffer_get_char_count (self->buffer) == 0 && (self->preedit == NULL || *self->preedit == '\0');

  gtk_widget_set_visible (self->note_hint, self->note_mode && empty);
}

void
kefu_composer_mentions_init (KefuComposer *self)
{
  self->note_hint = gtk_label_new (_ ("Only your team sees this. @name tells a colleague."));
  gtk_widget_set_can_target (self->note_hint, FALSE);
  gtk_widget_add_css_class (self->note_hint, "hint");
  gtk_text_view_add_overlay (self->text_view, self->note_hint, 0, 0);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (update_hint), self);
  /* After the phrases', which keep what the input method holds. */
  g_signal_connect_swapped (self->text_view, "preedit-changed", G_CALLBACK (update_hint), self);
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
}
