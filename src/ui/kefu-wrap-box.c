/* SPDX-License-Identifier: GPL-3.0-or-later
 * Children in a row that goes on in the next line. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-wrap-box.h"

struct _KefuWrapBox
{
  GtkWidget parent_instance;

  int spacing;
  int line_spacing;
};

enum
{
  PROP_0,
  PROP_SPACING,
  PROP_LINE_SPACING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuWrapBox, kefu_wrap_box, GTK_TYPE_WIDGET)

/* Finds the end of the line that begins with @first: the child after it (NULL: no more), and the line's height. */
static GtkWidget *
measure_line (KefuWrapBox *self, GtkWidget *first, int width, int *height)
{
  GtkWidget *child;
  int x = 0;

  *height = 0;
  for (child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkRequisition size;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_get_preferred_size (child, NULL, &size);
      if (x > 0 && x + self->spacing + MIN (size.width, width) > width)
        break;
      x += (x > 0 ? self->spacing : 0) + MIN (size.width, width);
      *height = MAX (*height, size.height);
    }
  return child;
}

static GtkSizeRequestMode
kefu_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kefu_wrap_box_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  KefuWrapBox *self = KEFU_WRAP_BOX (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      for (; child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          int child_minimum, child_natural;

          if (!gtk_widget_should_layout (child))
            continue;
          gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
          *minimum = MAX (*minimum, child_minimum);
          *natural += (*natural > 0 ? self->spacing : 0) + child_natural;
        }
      return;
    }

  while (child != NULL)
    {
      int height;

      child = measure_line (self, child, for_size < 0 ? G_MAXINT / 2 : for_size, &height);
      *natural += (*natural > 0 && height > 0 ? self->line_spacing : 0) + height;
    }
  *minimum = *natural;
}

static void
kefu_wrap_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KefuWrapBox *self = KEFU_WRAP_BOX (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int y = 0;

  while (child != NULL)
    {
      int line_height;
      GtkWidget *next = measure_line (self, child, width, &line_height);
      int x = 0;

      for (; child != next; child = gtk_widget_get_next_sibling (child))
        {
          GtkRequisition size;
          GtkAllocation place;

          if (!gtk_widget_should_layout (child))
            continue;
          gtk_widget_get_preferred_size (child, NULL, &size);
          place.width = MIN (size.width, width);
          place.height = size.height;
          place.x = rtl ? width - x - place.width : x;
          place.y = y + (line_height - size.height) / 2;
          gtk_widget_size_allocate (child, &place, -1);
          x += place.width + self->spacing;
        }
      y += line_height + self->line_spacing;
    }
}

static void
kefu_wrap_box_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuWrapBox *self = KEFU_WRAP_BOX (object);

  switch (prop_id)
    {
    case PROP_SPACING:
      g_value_set_int (value, self->spacing);
      break;
    case PROP_LINE_SPACING:
      g_value_set_int (value, self->line_spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_wrap_box_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuWrapBox *self = KEFU_WRAP_BOX (object);
  int *field;

  switch (prop_id)
    {
    case PROP_SPACING:
      field = &self->spacing;
      break;
    case PROP_LINE_SPACING:
      field = &self->line_spacing;
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  if (*field == g_value_get_int (value))
    return;
  *field = g_value_get_int (value);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (object, pspec);
}

static void
kefu_wrap_box_dispose (GObject *object)
{
  kefu_wrap_box_clear (KEFU_WRAP_BOX (object), NULL);
  G_OBJECT_CLASS (kefu_wrap_box_parent_class)->dispose (object);
}

static void
kefu_wrap_box_class_init (KefuWrapBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_wrap_box_get_property;
  object_class->set_property = kefu_wrap_box_set_property;
  object_class->dispose = kefu_wrap_box_dispose;
  widget_class->get_request_mode = kefu_wrap_box_get_request_mode;
  widget_class->measure = kefu_wrap_box_measure;
  widget_class->size_allocate = kefu_wrap_box_size_allocate;

  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, 0, flags);
  properties[PROP_LINE_SPACING] = g_param_spec_int ("line-spacing", NULL, NULL, 0, G_MAXINT16, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kefu_wrap_box_init (KefuWrapBox *self)
{
}

GtkWidget *
kefu_wrap_box_new (int spacing, int line_spacing)
{
  return g_object_new (KEFU_TYPE_WRAP_BOX, "spacing", spacing, "line-spacing", line_spacing, NULL);
}

void
kefu_wrap_box_append (KefuWrapBox *self, GtkWidget *child)
{
  g_return_if_fail (KEFU_IS_WRAP_BOX (self));

  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}

void
kefu_wrap_box_clear (KefuWrapBox *self, GtkWidget *keep)
{
  GtkWidget *child, *next;

  g_return_if_fail (KEFU_IS_WRAP_BOX (self));

  for (child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL; child = next)
    {
      next = gtk_widget_get_next_sibling (child);
      if (child != keep)
        gtk_widget_unparent (child);
    }
}
