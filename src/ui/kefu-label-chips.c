/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels of a conversation as small chips. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-label-chips.h"

#include "kefu-ui.h"

/* Rows of the inbox come and go by the hundred and few have a label: chips are made when the first one is needed, and kept. */
struct _KefuLabelChips
{
  GtkWidget parent_instance;

  KefuLabelList *list;
  gulong changed_id;
  char **ids;
  guint max;
};

enum
{
  PROP_0,
  PROP_MAX,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuLabelChips, kefu_label_chips, GTK_TYPE_WIDGET)

static const char *const color_classes[KEFU_N_LABEL_COLORS] = { "label-0", "label-1", "label-2", "label-3",
                                                                "label-4", "label-5", "label-6", "label-7" };

void
kefu_label_chips_color (GtkWidget *widget, int color)
{
  for (int i = 0; i < KEFU_N_LABEL_COLORS; i++)
    if (i != color)
      gtk_widget_remove_css_class (widget, color_classes[i]);
  gtk_widget_add_css_class (widget, color_classes[CLAMP (color, 0, KEFU_N_LABEL_COLORS - 1)]);
}

/* The chip at @position, made if there is none. */
static GtkLabel *
chip_at (KefuLabelChips *self, GtkWidget *after)
{
  GtkWidget *chip =
    after != NULL ? gtk_widget_get_next_sibling (after) : gtk_widget_get_first_child (GTK_WIDGET (self));

  if (chip == NULL)
    {
      chip = gtk_label_new (NULL);
      gtk_widget_add_css_class (chip, "label-chip");
      gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
      gtk_label_set_ellipsize (GTK_LABEL (chip), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (chip), 10);
      gtk_widget_insert_after (chip, GTK_WIDGET (self), after);
    }
  gtk_widget_set_visible (chip, TRUE);
  return GTK_LABEL (chip);
}

static void
update (KefuLabelChips *self)
{
  GPtrArray *records = self->list != NULL && self->ids != NULL ? kefu_label_list_get_records (self->list) : NULL;
  g_autofree char *names = NULL;
  GtkWidget *last = NULL;
  guint n = 0;

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const KefuLabelRecord *record = g_ptr_array_index (records, i);

      if (!g_strv_contains ((const char *const *) self->ids, record->id) || n++ >= self->max)
        continue;
      last = GTK_WIDGET (chip_at (self, last));
      gtk_label_set_label (GTK_LABEL (last), record->name);
      kefu_label_chips_color (last, record->color);
    }
  if (n > self->max)
    {
      char more[16];

      g_snprintf (more, sizeof more, "+%u", n - self->max);
      last = GTK_WIDGET (chip_at (self, last));
      gtk_label_set_label (GTK_LABEL (last), more);
      kefu_label_chips_color (last, 0);
    }
  for (GtkWidget *rest = last != NULL ? gtk_widget_get_next_sibling (last)
                                      : gtk_widget_get_first_child (GTK_WIDGET (self));
       rest != NULL; rest = gtk_widget_get_next_sibling (rest))
    gtk_widget_set_visible (rest, FALSE);
  if (n > 0)
    names = kefu_label_list_join_names (self->list, (const char *const *) self->ids);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), names);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
kefu_label_chips_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MAX:
      KEFU_LABEL_CHIPS (object)->max = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_label_chips_dispose (GObject *object)
{
  KefuLabelChips *self = KEFU_LABEL_CHIPS (object);
  GtkWidget *child;

  if (self->list != NULL)
    g_clear_signal_handler (&self->changed_id, self->list);
  g_clear_object (&self->list);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kefu_label_chips_parent_class)->dispose (object);
}

static void
kefu_label_chips_finalize (GObject *object)
{
  g_strfreev (KEFU_LABEL_CHIPS (object)->ids);
  G_OBJECT_CLASS (kefu_label_chips_parent_class)->finalize (object);
}

static void
kefu_label_chips_class_init (KefuLabelChipsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = kefu_label_chips_set_property;
  object_class->dispose = kefu_label_chips_dispose;
  object_class->finalize = kefu_label_chips_finalize;

  properties[PROP_MAX] = g_param_spec_uint ("max", NULL, NULL, 1, G_MAXUINT, 2,
                                            G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
kefu_label_chips_init (KefuLabelChips *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 3);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
kefu_label_chips_set (KefuLabelChips *self, KefuLabelList *list, const char *const *ids)
{
  g_return_if_fail (KEFU_IS_LABEL_CHIPS (self));

  if (self->list == list && (self->ids == NULL || ids == NULL ? self->ids == (char **) ids
                                                              : g_strv_equal ((const char *const *) self->ids, ids)))
    return;
  if (self->list != list)
    {
      if (self->list != NULL)
        g_clear_signal_handler (&self->changed_id, self->list);
      g_set_object (&self->list, list);
      if (list != NULL)
        self->changed_id = g_signal_connect_swapped (list, "changed", G_CALLBACK (update), self);
    }
  g_strfreev (self->ids);
  self->ids = g_strdupv ((char **) ids);
  update (self);
}
