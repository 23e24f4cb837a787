/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture of the chat in full size. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-image-window.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-file-actions.h"
#include "kefu-ui.h"

struct _KefuImageWindow
{
  AdwWindow parent_instance;

  GtkPicture *picture;
  GtkStack *stack;
  AdwStatusPage *failure;
  AdwWindowTitle *title;

  KefuSession *session;
  KefuBlobCache *blobs;
  KefuAttachment *file;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (KefuImageWindow, kefu_image_window, ADW_TYPE_WINDOW)

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KefuImageWindow *self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = kefu_blob_cache_load_finish (KEFU_BLOB_CACHE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = user_data;
  if (texture)
    {
      gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
      gtk_stack_set_visible_child_name (self->stack, "picture");
    }
  else
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->failure, escaped);
      gtk_stack_set_visible_child_name (self->stack, "failure");
    }
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuImageWindow *self = KEFU_IMAGE_WINDOW (widget);

  kefu_file_actions_save_as (GTK_WIDGET (self->stack), self->session, self->file);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuImageWindow *self = KEFU_IMAGE_WINDOW (widget);

  kefu_file_actions_copy_picture (GTK_WIDGET (self->stack), self->session, self->blobs, self->file);
}

static void
kefu_image_window_dispose (GObject *object)
{
  KefuImageWindow *self = KEFU_IMAGE_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->blobs);
  g_clear_pointer (&self->file, kefu_attachment_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_IMAGE_WINDOW);

  G_OBJECT_CLASS (kefu_image_window_parent_class)->dispose (object);
}

static void
kefu_image_window_finalize (GObject *object)
{
  g_object_unref (KEFU_IMAGE_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (kefu_image_window_parent_class)->finalize (object);
}

static void
kefu_image_window_class_init (KefuImageWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_image_window_dispose;
  object_class->finalize = kefu_image_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-image-window.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuImageWindow, picture);
  gtk_widget_class_bind_template_child (widget_class, KefuImageWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuImageWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, KefuImageWindow, title);
  gtk_widget_class_install_action (widget_class, "picture.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "picture.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "picture.save", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "picture.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
kefu_image_window_init (KefuImageWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
}

GtkWidget *
kefu_image_window_new (GtkWidget *from, KefuSession *session, KefuBlobCache *blobs, KefuAttachment *picture)
{
  const char *title;
  KefuImageWindow *self;
  GtkRoot *root;

  g_return_val_if_fail (GTK_IS_WIDGET (from), NULL);
  g_return_val_if_fail (KEFU_IS_SESSION (session), NULL);
  g_return_val_if_fail (KEFU_IS_BLOB_CACHE (blobs), NULL);
  g_return_val_if_fail (picture, NULL);

  title = *picture->name ? picture->name : _ ("Picture");
  root = gtk_widget_get_root (from);
  self =
    g_object_new (KEFU_TYPE_IMAGE_WINDOW, "transient-for", GTK_IS_WINDOW (root) ? root : NULL, "title", title, NULL);
  kefu_ui_close_with (GTK_WINDOW (self), from);
  adw_window_title_set_title (self->title, title);
  gtk_picture_set_alternative_text (self->picture, title);
  self->session = g_object_ref (session);
  self->blobs = g_object_ref (blobs);
  self->file = kefu_attachment_ref (picture);
  kefu_blob_cache_load_async (blobs, picture->sha256, 0, 0, self->cancellable, loaded_cb, self);
  return GTK_WIDGET (self);
}
