/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture in the chat, and how far its sending is. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-photo.h"

#include "kefu-thumb.h"
#include "kefu-transfer-button.h"

#define WIDTH 120
#define HEIGHT 90
#define SMALLEST 60

struct _KefuPhoto
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *thumb;
  /* NULL until needed */
  GtkWidget *button;
  GtkWidget *state;
};

enum
{
  OPEN,
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhoto, kefu_photo, GTK_TYPE_WIDGET)

static void
released_cb (KefuPhoto *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (gtk_widget_contains (self->thumb, x, y))
    g_signal_emit (self, signals[OPEN], 0);
}

static void
clicked_cb (KefuPhoto *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
ensure_transfer (KefuPhoto *self)
{
  if (self->button)
    return;
  self->button = kefu_transfer_button_new ();
  gtk_widget_add_css_class (self->button, "over");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->button);

  self->state = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->state), PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (self->state, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->state, GTK_ALIGN_END);
  gtk_widget_set_can_target (self->state, FALSE);
  gtk_widget_add_css_class (self->state, "photo-state");
  gtk_widget_add_css_class (self->state, "numeric");
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->state);
}

static void
kefu_photo_dispose (GObject *object)
{
  g_clear_pointer (&KEFU_PHOTO (object)->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_photo_parent_class)->dispose (object);
}

static void
kefu_photo_class_init (KefuPhotoClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_photo_dispose;
  signals[OPEN] = g_signal_new ("open", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CANCEL] = g_signal_new ("cancel", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_photo_init (KefuPhoto *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->thumb = kefu_thumb_new (WIDTH, HEIGHT);
  gtk_widget_add_css_class (self->thumb, "photo");
  gtk_widget_set_cursor_from_name (self->thumb, "pointer");
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (self->thumb, GTK_EVENT_CONTROLLER (click));
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->thumb);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}

GtkWidget *
kefu_photo_new (void)
{
  return g_object_new (KEFU_TYPE_PHOTO, NULL);
}

void
kefu_photo_set (KefuPhoto *self, KefuBlobCache *blobs, const char *sha256, int width, int height)
{
  int w = WIDTH, h = HEIGHT;

  g_return_if_fail (KEFU_IS_PHOTO (self));

  if (width > 0 && height > 0)
    {
      double scale = (double) WIDTH / MAX (width, height);

      w = CLAMP ((int) (width * scale + 0.5), SMALLEST, WIDTH);
      h = CLAMP ((int) (height * scale + 0.5), SMALLEST, WIDTH);
    }
  kefu_thumb_set_size (KEFU_THUMB (self->thumb), w, h);
  kefu_thumb_set_blob (KEFU_THUMB (self->thumb), blobs, sha256);
}

void
kefu_photo_set_transfer (KefuPhoto *self, const char *text, double fraction, const char *cancel)
{
  g_return_if_fail (KEFU_IS_PHOTO (self));

  if (text == NULL)
    gtk_widget_remove_css_class (self->thumb, "on-its-way");
  else
    gtk_widget_add_css_class (self->thumb, "on-its-way");
  if (text == NULL && self->button == NULL)
    return;
  ensure_transfer (self);
  gtk_widget_set_visible (self->state, text != NULL);
  gtk_widget_set_visible (self->button, text != NULL && cancel != NULL);
  if (text == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->state), text);
  kefu_transfer_button_set_fraction (KEFU_TRANSFER_BUTTON (self->button), fraction);
  gtk_widget_set_tooltip_text (self->button, cancel);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, cancel ? cancel : "",
                                  -1);
}
