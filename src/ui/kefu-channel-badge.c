/* SPDX-License-Identifier: GPL-3.0-or-later
 * The disc that says which channel a customer writes on. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-channel-badge.h"

#include <glib/gi18n.h>

struct _KefuChannelBadge
{
  GtkWidget parent_instance;

  GtkWidget *image;
  /* of the table below */
  const char *channel_type;
};

enum
{
  PROP_0,
  PROP_CHANNEL_TYPE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuChannelBadge, kefu_channel_badge, GTK_TYPE_WIDGET)

typedef struct
{
  const char *type;
  const char *icon;
  const char *name;
} ChannelLook;

/* The last one stands for types this version does not know. */
static const ChannelLook channel_looks[KEFU_N_CHANNEL_TYPES] = {
  { "wangwang", "kefu-channel-wangwang-symbolic", NC_ ("channel", "Wangwang") },
  { "wechat", "kefu-channel-wechat-symbolic", NC_ ("channel", "WeChat") },
  { "qq", "kefu-channel-qq-symbolic", NC_ ("channel", "QQ") },
  { "email", "kefu-channel-email-symbolic", NC_ ("channel", "Email") },
  { "weibo", "kefu-channel-weibo-symbolic", NC_ ("channel", "Weibo") },
  { "sms", "kefu-channel-sms-symbolic", NC_ ("channel", "SMS") },
  { "phone", "kefu-channel-phone-symbolic", NC_ ("channel", "Phone") },
  { "web", "kefu-channel-web-symbolic", NC_ ("channel", "Web chat") },
};

static const ChannelLook *
find_look (const char *channel_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (channel_looks); i++)
    if (g_strcmp0 (channel_looks[i].type, channel_type) == 0)
      return &channel_looks[i];
  return &channel_looks[G_N_ELEMENTS (channel_looks) - 1];
}

static void
kefu_channel_badge_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CHANNEL_TYPE:
      g_value_set_string (value, KEFU_CHANNEL_BADGE (object)->channel_type);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_channel_badge_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CHANNEL_TYPE:
      kefu_channel_badge_set_channel_type (KEFU_CHANNEL_BADGE (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_channel_badge_dispose (GObject *object)
{
  g_clear_pointer (&KEFU_CHANNEL_BADGE (object)->image, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_channel_badge_parent_class)->dispose (object);
}

static void
kefu_channel_badge_class_init (KefuChannelBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kefu_channel_badge_get_property;
  object_class->set_property = kefu_channel_badge_set_property;
  object_class->dispose = kefu_channel_badge_dispose;

  properties[PROP_CHANNEL_TYPE] =
    g_param_spec_string ("channel-type", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "channelbadge");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
kefu_channel_badge_init (KefuChannelBadge *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "channel-badge");
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);

  self->image = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->image), 10);
  gtk_widget_set_halign (self->image, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->image, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
}

GtkWidget *
kefu_channel_badge_new (const char *channel_type)
{
  return g_object_new (KEFU_TYPE_CHANNEL_BADGE, "channel-type", channel_type, NULL);
}

void
kefu_channel_badge_set_channel_type (KefuChannelBadge *self, const char *channel_type)
{
  const ChannelLook *look;

  g_return_if_fail (KEFU_IS_CHANNEL_BADGE (self));

  look = find_look (channel_type);
  if (self->channel_type == look->type)
    return;
  if (self->channel_type != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->channel_type);
  self->channel_type = look->type;
  gtk_widget_add_css_class (GTK_WIDGET (self), look->type);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), look->icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  g_dpgettext2 (NULL, "channel", look->name), -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANNEL_TYPE]);
}

guint
kefu_channel_type_number (const char *channel_type)
{
  return (guint) (find_look (channel_type) - channel_looks);
}

const char *
kefu_channel_type_nth (guint number)
{
  g_return_val_if_fail (number < KEFU_N_CHANNEL_TYPES, NULL);

  return channel_looks[number].type;
}

const char *
kefu_channel_icon_name (const char *channel_type)
{
  return find_look (channel_type)->icon;
}

const char *
kefu_channel_type_name (const char *channel_type)
{
  return g_dpgettext2 (NULL, "channel", find_look (channel_type)->name);
}
