/* SPDX-License-Identifier: GPL-3.0-or-later
 * A note among agents in the chat, over the whole column. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-note-block.h"

#include <glib/gi18n.h>

struct _KefuNoteBlock
{
  GtkWidget parent_instance;

  GtkLabel *who;
  GtkLabel *time;
  GtkLabel *body;
  GtkWidget *waiting;
};

G_DEFINE_FINAL_TYPE (KefuNoteBlock, kefu_note_block, GTK_TYPE_WIDGET)

static void
kefu_note_block_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), KEFU_TYPE_NOTE_BLOCK);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_note_block_parent_class)->dispose (object);
}

static void
kefu_note_block_class_init (KefuNoteBlockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_note_block_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-note-block.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuNoteBlock, who);
  gtk_widget_class_bind_template_child (widget_class, KefuNoteBlock, time);
  gtk_widget_class_bind_template_child (widget_class, KefuNoteBlock, body);
  gtk_widget_class_bind_template_child (widget_class, KefuNoteBlock, waiting);
}

static void
kefu_note_block_init (KefuNoteBlock *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_note_block_new (void)
{
  return g_object_new (KEFU_TYPE_NOTE_BLOCK, NULL);
}

void
kefu_note_block_set (KefuNoteBlock *self, const char *author, const char *time, const char *body, gboolean pending)
{
  g_autofree char *who = NULL;

  g_return_if_fail (KEFU_IS_NOTE_BLOCK (self));

  /* TRANSLATORS: head of a note that only agents see: author */
  who = *author ? g_strdup_printf (_ ("%s · Internal note"), author) : g_strdup (_ ("Internal note"));
  gtk_label_set_label (self->who, who);
  gtk_label_set_label (self->time, time);
  gtk_label_set_label (self->body, body);
  gtk_widget_set_visible (self->waiting, pending);
}

void
kefu_note_block_set_marks (KefuNoteBlock *self, PangoAttrList *marks)
{
  g_return_if_fail (KEFU_IS_NOTE_BLOCK (self));

  gtk_label_set_attributes (self->body, marks);
}
