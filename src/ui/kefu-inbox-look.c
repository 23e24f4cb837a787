/* SPDX-License-Identifier: GPL-3.0-or-later
 * The styles that the rows of the inbox are drawn with. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-look.h"

#include "kefu-glyph.h"

struct _KefuInboxLook
{
  GtkWidget parent_instance;

  GtkWidget *list;
  GtkWidget *widgets[KEFU_INBOX_N_PARTS];
  PangoLayout *layouts[KEFU_INBOX_N_PARTS]; /* NULL: not used yet */
  GHashTable *icons;                        /* "name size" → GtkSymbolicPaintable, for the scale below */
  int icon_scale;
  int line_height; /* 0: not measured yet */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuInboxLook, kefu_inbox_look, GTK_TYPE_WIDGET)

/* --- the parts --- */

static GtkWidget *
add (GtkWidget *parent, const char *css_name, const char *css_classes)
{
  g_auto (GStrv) classes = g_strsplit (css_classes, " ", -1);
  GtkWidget *widget = g_object_new (GTK_TYPE_BOX, "css-name", css_name, "css-classes", classes, "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_box_append (GTK_BOX (parent), widget);
  return widget;
}

static GtkWidget *
add_numbered (GtkWidget *parent, const char *css_name, const char *css_classes, guint number)
{
  g_autofree char *classes = g_strdup_printf ("%s%u", css_classes, number);

  return add (parent, css_name, classes);
}

static void
add_parts (KefuInboxLook *self)
{
  GtkWidget *row = add (self->list, "row", "activatable");
  GtkWidget *unread = add (row, "widget", "is-unread");
  GtkWidget **widgets = self->widgets;

  widgets[KEFU_INBOX_LINE] = add (row, "box", "line");
  widgets[KEFU_INBOX_NAME] = add (row, "label", "name");
  widgets[KEFU_INBOX_NAME_UNREAD] = add (unread, "label", "name");
  widgets[KEFU_INBOX_LAST] = add (row, "label", "last");
  widgets[KEFU_INBOX_LAST_UNREAD] = add (unread, "label", "last");
  widgets[KEFU_INBOX_TIME] = add (row, "label", "time numeric");
  widgets[KEFU_INBOX_DRAFT] = add (row, "box", "draft-mark");
  widgets[KEFU_INBOX_MARK] = add (row, "image", "dim");
  widgets[KEFU_INBOX_MARK_PENDING] = add (row, "image", "amber");
  widgets[KEFU_INBOX_TODO] = add (row, "box", "todo numeric");
  widgets[KEFU_INBOX_COUNT] = add (row, "label", "count numeric");
  widgets[KEFU_INBOX_CHECK] = add (row, "image", "row-check");
  widgets[KEFU_INBOX_CHECK_ON] = add (row, "image", "row-check on");
  widgets[KEFU_INBOX_CLOCK_OK] = add (row, "clock", "clock numeric ok");
  widgets[KEFU_INBOX_CLOCK_DUE] = add (row, "clock", "clock numeric due");
  widgets[KEFU_INBOX_CLOCK_OVER] = add (row, "clock", "clock numeric over");
  for (guint i = 0; i < KEFU_N_AVATAR_COLORS; i++)
    widgets[KEFU_INBOX_AVATAR + i] = add_numbered (row, "avatar", "color", i + 1);
  for (guint i = 0; i < KEFU_N_LABEL_COLORS; i++)
    widgets[KEFU_INBOX_LABEL + i] = add_numbered (row, "label", "label-chip label-", i);
  /* a disc next to an avatar has a ring in the style sheet, which the ones in the inbox have not */
  for (guint i = 0; i < KEFU_N_CHANNEL_TYPES; i++)
    {
      g_autofree char *classes = g_strdup_printf ("channel-badge %s", kefu_channel_type_nth (i));

      widgets[KEFU_INBOX_BADGE + i] = add (row, "channelbadge", classes);
    }
}

/* --- the widget --- */

static void
kefu_inbox_look_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  KefuInboxLook *self = KEFU_INBOX_LOOK (widget);

  GTK_WIDGET_CLASS (kefu_inbox_look_parent_class)->css_changed (widget, change);
  g_hash_table_remove_all (self->icons);
  self->line_height = 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What is in it is for nobody's eyes. */
static void
kefu_inbox_look_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
}

static void
kefu_inbox_look_dispose (GObject *object)
{
  KefuInboxLook *self = KEFU_INBOX_LOOK (object);

  for (guint i = 0; i < KEFU_INBOX_N_PARTS; i++)
    g_clear_object (&self->layouts[i]);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_inbox_look_parent_class)->dispose (object);
}

static void
kefu_inbox_look_finalize (GObject *object)
{
  g_hash_table_unref (KEFU_INBOX_LOOK (object)->icons);
  G_OBJECT_CLASS (kefu_inbox_look_parent_class)->finalize (object);
}

static void
kefu_inbox_look_class_init (KefuInboxLookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_inbox_look_dispose;
  object_class->finalize = kefu_inbox_look_finalize;
  widget_class->css_changed = kefu_inbox_look_css_changed;
  widget_class->snapshot = kefu_inbox_look_snapshot;
  signals[CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_INBOX_LOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kefu_inbox_look_init (KefuInboxLook *self)
{
  const char *const classes[] = { "view", "navigation-sidebar", "inbox", NULL };

  self->icons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->list = g_object_new (GTK_TYPE_BOX, "css-name", "listview", "css-classes", classes, "accessible-role",
                             GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  /* styled, but neither laid out nor drawn */
  gtk_widget_set_child_visible (self->list, FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  add_parts (self);
}

/* --- what is drawn with it --- */

GtkWidget *
kefu_inbox_look_get_widget (KefuInboxLook *self, KefuInboxPart part)
{
  g_return_val_if_fail (KEFU_IS_INBOX_LOOK (self), NULL);
  g_return_val_if_fail (part < KEFU_INBOX_N_PARTS, NULL);

  return self->widgets[part];
}

PangoLayout *
kefu_inbox_look_lay_out (KefuInboxLook *self, KefuInboxPart part, const char *text)
{
  PangoLayout *layout;

  g_return_val_if_fail (KEFU_IS_INBOX_LOOK (self), NULL);
  g_return_val_if_fail (part < KEFU_INBOX_N_PARTS, NULL);

  layout = self->layouts[part];
  if (layout == NULL)
    {
      layout = self->layouts[part] = gtk_widget_create_pango_layout (self->widgets[part], NULL);
      pango_layout_set_single_paragraph_mode (layout, TRUE);
      /* of all that a style says of a text, the one thing that is not in its font */
      if (gtk_widget_has_css_class (self->widgets[part], "numeric"))
        {
          g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

          pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
          pango_layout_set_attributes (layout, attributes);
        }
    }
  pango_layout_set_width (layout, -1);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

int
kefu_inbox_look_get_line_height (KefuInboxLook *self)
{
  int least, text;

  g_return_val_if_fail (KEFU_IS_INBOX_LOOK (self), 0);

  if (self->line_height == 0)
    {
      gtk_widget_measure (self->widgets[KEFU_INBOX_LINE], GTK_ORIENTATION_VERTICAL, -1, &least, NULL, NULL, NULL);
      pango_layout_get_pixel_size (kefu_inbox_look_lay_out (self, KEFU_INBOX_NAME_UNREAD, "Åg客"), NULL, &text);
      self->line_height = MAX (least, text);
    }
  return self->line_height;
}

/* (transfer none) */
static GtkSymbolicPaintable *
find_icon (KefuInboxLook *self, const char *icon_name, int size)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autofree char *key = g_strdup_printf ("%s %d", icon_name, size);
  int scale = gtk_widget_get_scale_factor (widget);
  GtkSymbolicPaintable *icon;

  if (scale != self->icon_scale)
    g_hash_table_remove_all (self->icons);
  self->icon_scale = scale;
  icon = g_hash_table_lookup (self->icons, key);
  if (icon == NULL)
    {
      icon = (GtkSymbolicPaintable *) kefu_glyph_new (icon_name);
      if (icon == NULL)
        icon = GTK_SYMBOLIC_PAINTABLE (
          gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), icon_name, NULL,
                                      size, scale, gtk_widget_get_direction (widget), 0));
      g_hash_table_insert (self->icons, g_steal_pointer (&key), icon);
    }
  return icon;
}

void
kefu_inbox_look_draw_icon (KefuInboxLook *self,
                           GtkSnapshot *snapshot,
                           KefuInboxPart part,
                           const char *icon_name,
                           int size,
                           double x,
                           double y)
{
  GtkSymbolicPaintable *icon;
  GdkRGBA color;

  g_return_if_fail (KEFU_IS_INBOX_LOOK (self));
  g_return_if_fail (part < KEFU_INBOX_N_PARTS);

  icon = find_icon (self, icon_name, size);
  gtk_style_context_get_color (gtk_widget_get_style_context (self->widgets[part]), &color);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_symbolic_paintable_snapshot_symbolic (icon, snapshot, size, size, &color, 1);
  gtk_snapshot_restore (snapshot);
}
