/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture of a fixed size, cropped to cover it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-thumb.h"

struct _KefuThumb
{
  GtkWidget parent_instance;

  GtkWidget *sign; /* shown until the picture is there */
  GdkTexture *texture;
  KefuBlobCache *cache;
  char *sha256;
  GCancellable *cancellable;
  gulong retry_id;
  int width;
  int height;
};

enum
{
  PROP_WIDTH = 1,
  PROP_HEIGHT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuThumb, kefu_thumb, GTK_TYPE_WIDGET)

static void load (KefuThumb *self);

static void
take_texture (KefuThumb *self, GdkTexture *texture)
{
  g_set_object (&self->texture, texture);
  gtk_widget_set_visible (self->sign, texture == NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
retry_cb (KefuThumb *self)
{
  g_clear_signal_handler (&self->retry_id, self->cache);
  load (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KefuThumb *self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = kefu_blob_cache_load_finish (KEFU_BLOB_CACHE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = user_data;
  g_clear_object (&self->cancellable);
  if (texture)
    {
      take_texture (self, texture);
    }
  else
    {
      g_debug ("No picture: %s", error->message);
      if (self->retry_id == 0)
        self->retry_id = g_signal_connect_swapped (self->cache, "retry", G_CALLBACK (retry_cb), self);
    }
}

static void
load (KefuThumb *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkTexture *texture;

  texture = kefu_blob_cache_peek (self->cache, self->sha256, self->width * scale, self->height * scale);
  if (texture)
    {
      take_texture (self, texture);
      return;
    }
  /* Cancelled before the widget goes: the callback never sees a dead one. */
  self->cancellable = g_cancellable_new ();
  kefu_blob_cache_load_async (self->cache, self->sha256, self->width * scale, self->height * scale, self->cancellable,
                              loaded_cb, self);
}

static void
forget (KefuThumb *self)
{
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->cache)
    g_clear_signal_handler (&self->retry_id, self->cache);
  g_clear_object (&self->cache);
  g_clear_pointer (&self->sha256, g_free);
}

static void
kefu_thumb_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  KefuThumb *self = KEFU_THUMB (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
kefu_thumb_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KefuThumb *self = KEFU_THUMB (widget);

  if (gtk_widget_should_layout (self->sign))
    {
      GtkRequisition size;

      gtk_widget_get_preferred_size (self->sign, &size, NULL);
      gtk_widget_size_allocate (self->sign,
                                &(GtkAllocation){ (width - size.width) / 2, (height - size.height) / 2, size.width,
                                                  size.height },
                                -1);
    }
}

static void
kefu_thumb_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KefuThumb *self = KEFU_THUMB (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);

  if (self->texture && width > 0 && height > 0)
    {
      float w = gdk_texture_get_width (self->texture);
      float h = gdk_texture_get_height (self->texture);
      float scale = MAX (width / w, height / h);

      gtk_snapshot_append_texture (snapshot, self->texture,
                                   &GRAPHENE_RECT_INIT ((width - w * scale) / 2, (height - h * scale) / 2, w * scale,
                                                        h * scale));
    }
  else
    {
      GTK_WIDGET_CLASS (kefu_thumb_parent_class)->snapshot (widget, snapshot);
    }
}

static void
kefu_thumb_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuThumb *self = KEFU_THUMB (object);

  switch (prop_id)
    {
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, self->height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_thumb_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuThumb *self = KEFU_THUMB (object);

  switch (prop_id)
    {
    case PROP_WIDTH:
      kefu_thumb_set_size (self, g_value_get_int (value), self->height);
      break;
    case PROP_HEIGHT:
      kefu_thumb_set_size (self, self->width, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_thumb_dispose (GObject *object)
{
  KefuThumb *self = KEFU_THUMB (object);

  forget (self);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->sign, gtk_widget_unparent);

  G_OBJECT_CLASS (kefu_thumb_parent_class)->dispose (object);
}

static void
kefu_thumb_class_init (KefuThumbClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_thumb_dispose;
  object_class->get_property = kefu_thumb_get_property;
  object_class->set_property = kefu_thumb_set_property;
  widget_class->measure = kefu_thumb_measure;
  widget_class->size_allocate = kefu_thumb_size_allocate;
  widget_class->snapshot = kefu_thumb_snapshot;

  properties[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 0, G_MAXINT, 48,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HEIGHT] = g_param_spec_int ("height", NULL, NULL, 0, G_MAXINT, 48,
                                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "thumb");
}

static void
kefu_thumb_init (KefuThumb *self)
{
  self->width = 48;
  self->height = 48;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->sign = gtk_image_new_from_icon_name ("kefu-image-symbolic");
  gtk_widget_add_css_class (self->sign, "dim");
  gtk_widget_set_parent (self->sign, GTK_WIDGET (self));
}

GtkWidget *
kefu_thumb_new (int width, int height)
{
  return g_object_new (KEFU_TYPE_THUMB, "width", width, "height", height, NULL);
}

void
kefu_thumb_set_size (KefuThumb *self, int width, int height)
{
  g_return_if_fail (KEFU_IS_THUMB (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->width != width)
    {
      self->width = width;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  if (self->height != height)
    {
      self->height = height;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
kefu_thumb_set_blob (KefuThumb *self, KefuBlobCache *cache, const char *sha256)
{
  g_return_if_fail (KEFU_IS_THUMB (self));
  g_return_if_fail (cache == NULL || KEFU_IS_BLOB_CACHE (cache));

  if (self->cache == cache && g_strcmp0 (self->sha256, sha256) == 0)
    return;

  forget (self);
  take_texture (self, NULL);
  if (cache == NULL || sha256 == NULL || *sha256 == '\0')
    return;
  self->cache = g_object_ref (cache);
  self->sha256 = g_strdup (sha256);
  load (self);
}
