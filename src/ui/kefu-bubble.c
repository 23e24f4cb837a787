/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message says, on its ground. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-bubble.h"

#include <glib/gi18n.h>

#include "kefu-link-text.h"
#include "kefu-links.h"

/* 9 px each at 11 pt in every locale: 414 px. */
#define MAX_CHARS 46
/* Narrower than this nothing is. */
#define MIN_CHARS 4
/* As style.css has it for .body. */
#define LINE_HEIGHT 1.5

/* An inscription draws the words, since it measures nothing by itself; `layout` says how large they are. Both break their lines alike: the width that
 * the words are given is that of their longest line, or less than it wants. */
struct _KefuBubble
{
  GtkWidget parent_instance;

  GtkWidget *quote;  /* (nullable) */
  GtkWidget *plain;  /* (nullable): GtkInscription */
  GtkWidget *linked; /* (nullable): GtkLabel, of words with a web address */

  PangoLayout *layout; /* of `plain` */
  guint serial;        /* of the context it was measured in */
  int max_width;       /* px */
  int min_width;
  int natural_width; /* -1: not measured */
};

enum
{
  QUOTE_CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuBubble, kefu_bubble, GTK_TYPE_WIDGET)

/* --- how large the words are --- */

static void
read_font (KefuBubble *self, PangoContext *context)
{
  const PangoFontDescription *font = pango_context_get_font_description (context);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                        pango_font_metrics_get_approximate_digit_width (metrics));
  double size = pango_font_description_get_size (font);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_metrics_unref (metrics);
  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (context) / 72;
  pango_attr_list_insert (attributes, pango_attr_line_height_new_absolute ((int) (LINE_HEIGHT * size)));
  pango_layout_set_attributes (self->layout, attributes);
  self->max_width = PANGO_PIXELS_CEIL (char_width * MAX_CHARS);
  self->min_width = PANGO_PIXELS_CEIL (char_width * MIN_CHARS);
}

static int
layout_width (KefuBubble *self)
{
  PangoRectangle rectangle;

  pango_layout_get_extents (self->layout, NULL, &rectangle);
  return PANGO_PIXELS_CEIL (rectangle.width);
}

static void
ensure_natural (KefuBubble *self)
{
  PangoContext *context = gtk_widget_get_pango_context (self->plain);
  guint serial = pango_context_get_serial (context);

  if (self->natural_width >= 0 && serial == self->serial)
    return;
  if (serial != self->serial)
    {
      pango_layout_context_changed (self->layout);
      read_font (self, context);
    }
  self->serial = serial;
  pango_layout_set_width (self->layout, self->max_width * PANGO_SCALE);
  self->natural_width = layout_width (self);
}

static int
plain_height (KefuBubble *self, int width)
{
  int height;

  ensure_natural (self);
  /* the same lines as it was measured with */
  if (width >= self->natural_width && width <= self->max_width)
    width = self->max_width;
  pango_layout_set_width (self->layout, width * PANGO_SCALE);
  pango_layout_get_size (self->layout, NULL, &height);
  return PANGO_PIXELS_CEIL (height);
}

static void
measure_words (KefuBubble *self, GtkOrientation orientation, int width, int *minimum, int *natural)
{
  GtkWidget *words = self->plain && gtk_widget_get_visible (self->plain) ? self->plain : self->linked;

  *minimum = *natural = 0;
  if (words == NULL || !gtk_widget_get_visible (words))
    return;
  if (words == self->linked)
    {
      gtk_widget_measure (words, orientation, width, minimum, natural, NULL, NULL);
      return;
    }
  ensure_natural (self);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN (self->min_width, self->natural_width);
      *natural = self->natural_width;
    }
  else
    {
      *minimum = *natural = plain_height (self, width >= 0 ? width : self->natural_width);
    }
}

static GtkSizeRequestMode
kefu_bubble_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kefu_bubble_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  KefuBubble *self = KEFU_BUBBLE (widget);
  int quote_minimum = 0, quote_natural = 0;
  int width = orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1;

  measure_words (self, orientation, width, minimum, natural);
  if (self->quote && gtk_widget_get_visible (self->quote))
    gtk_widget_measure (self->quote, orientation, width, &quote_minimum, &quote_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (*minimum, quote_minimum);
      *natural = MAX (*natural, quote_natural);
    }
  else
    {
      *minimum += quote_minimum;
      *natural += quote_natural;
    }
}

static void
kefu_bubble_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KefuBubble *self = KEFU_BUBBLE (widget);
  int top = 0;

  if (self->quote && gtk_widget_get_visible (self->quote))
    {
      gtk_widget_measure (self->quote, GTK_ORIENTATION_VERTICAL, width, NULL, &top, NULL, NULL);
      gtk_widget_size_allocate (self->quote, &(GtkAllocation){ 0, 0, width, top }, -1);
    }
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *words = i == 0 ? self->plain : self->linked;

      if (words == NULL || !gtk_widget_get_visible (words))
        continue;
      /* GTK wants to have been asked. */
      gtk_widget_measure (words, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (words, &(GtkAllocation){ 0, top, width, MAX (height - top, 0) }, -1);
    }
}

/* --- the parts --- */

static void
ensure_plain (KefuBubble *self)
{
  GtkInscription *inscription;

  if (self->plain)
    return;
  self->plain = gtk_inscription_new (NULL);
  inscription = GTK_INSCRIPTION (self->plain);
  gtk_inscription_set_min_chars (inscription, 0);
  gtk_inscription_set_nat_chars (inscription, 0);
  gtk_inscription_set_min_lines (inscription, 0);
  gtk_inscription_set_nat_lines (inscription, 0);
  gtk_inscription_set_xalign (inscription, 0);
  gtk_inscription_set_yalign (inscription, 0);
  gtk_widget_add_css_class (self->plain, "body");
  gtk_widget_set_parent (self->plain, GTK_WIDGET (self));
  self->layout = gtk_widget_create_pango_layout (self->plain, NULL);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
}

static void
ensure_linked (KefuBubble *self)
{
  GtkLabel *label;

  if (self->linked)
    return;
  self->linked = gtk_label_new (NULL);
  label = GTK_LABEL (self->linked);
  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (label, MAX_CHARS);
  gtk_widget_add_css_class (self->linked, "body");
  kefu_link_text_prepare (label);
  gtk_widget_set_parent (self->linked, GTK_WIDGET (self));
}

static void
quote_cb (KefuBubble *self)
{
  g_signal_emit (self, signals[QUOTE_CLICKED], 0);
}

static void
ensure_quote (KefuBubble *self)
{
  GtkGesture *click;

  if (self->quote)
    return;
  self->quote = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->quote), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->quote), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->quote), MAX_CHARS - 2);
  gtk_widget_add_css_class (self->quote, "quote");
  gtk_widget_set_cursor_from_name (self->quote, "pointer");
  gtk_widget_set_tooltip_text (self->quote, _ ("Go to this message"));
  click = gtk_gesture_click_new ();
  g_signal_connect_swapped (click, "released", G_CALLBACK (quote_cb), self);
  gtk_widget_add_controller (self->quote, GTK_EVENT_CONTROLLER (click));
  gtk_widget_insert_after (self->quote, GTK_WIDGET (self), NULL);
}

static void
kefu_bubble_dispose (GObject *object)
{
  KefuBubble *self = KEFU_BUBBLE (object);

  g_clear_object (&self->layout);
  g_clear_pointer (&self->quote, gtk_widget_unparent);
  g_clear_pointer (&self->plain, gtk_widget_unparent);
  g_clear_pointer (&self->linked, gtk_widget_unparent);

  G_OBJECT_CLASS (kefu_bubble_parent_class)->dispose (object);
}

static void
kefu_bubble_class_init (KefuBubbleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_bubble_dispose;
  widget_class->get_request_mode = kefu_bubble_get_request_mode;
  widget_class->measure = kefu_bubble_measure;
  widget_class->size_allocate = kefu_bubble_size_allocate;
  signals[QUOTE_CLICKED] =
    g_signal_new ("quote-clicked", KEFU_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_bubble_init (KefuBubble *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "bubble");
  self->natural_width = -1;
}

GtkWidget *
kefu_bubble_new (void)
{
  return g_object_new (KEFU_TYPE_BUBBLE, NULL);
}

void
kefu_bubble_set_text (KefuBubble *self, const char *text, PangoAttrList *marks)
{
  g_autofree char *markup = NULL;

  g_return_if_fail (KEFU_IS_BUBBLE (self));
  g_return_if_fail (text != NULL);

  markup = kefu_links_markup (text);
  if (markup)
    {
      ensure_linked (self);
      gtk_label_set_markup (GTK_LABEL (self->linked), markup);
      gtk_label_set_attributes (GTK_LABEL (self->linked), marks);
    }
  else
    {
      ensure_plain (self);
      gtk_inscription_set_text (GTK_INSCRIPTION (self->plain), text);
      gtk_inscription_set_attributes (GTK_INSCRIPTION (self->plain), marks);
      pango_layout_set_text (self->layout, text, -1);
      self->natural_width = -1;
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  if (self->linked)
    gtk_widget_set_visible (self->linked, markup != NULL);
  if (self->plain)
    gtk_widget_set_visible (self->plain, markup == NULL && *text != '\0');
  /* A hidden one would keep the words of what was taken back. */
  if (self->linked && markup == NULL)
    gtk_label_set_label (GTK_LABEL (self->linked), "");
  if (self->plain && markup)
    gtk_inscription_set_text (GTK_INSCRIPTION (self->plain), "");
}

void
kefu_bubble_set_quote (KefuBubble *self, const char *quote)
{
  g_return_if_fail (KEFU_IS_BUBBLE (self));

  if (quote)
    ensure_quote (self);
  if (self->quote == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->quote), quote ? quote : "");
  gtk_widget_set_visible (self->quote, quote != NULL);
}
