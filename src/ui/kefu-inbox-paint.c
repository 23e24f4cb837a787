/* SPDX-License-Identifier: GPL-3.0-or-later
 * Draws one row of the inbox. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-paint.h"

#include <glib/gi18n.h>
#include <math.h>

#define AVATAR_SIZE 42
#define ASSIGNEE_SIZE 18
#define ICON_SIZE 12
#define GLYPH_SIZE 10
#define CHECK_SIZE 20
/* between the avatar and the words, between the words, between an icon and its own number */
#define WIDE 12
#define GAP 6
#define NARROW 3
#define LABEL_MAX_CHARS 10
/* A name and a clock next to each other. */
#define LEAST_WORDS 130

typedef struct
{
  KefuInboxLook *look;
  const KefuInboxWords *words;
  GtkSnapshot *snapshot;
  KefuInboxPlaces *places;
  int width;
  gboolean rtl;
} Painter;

/* A part of one of the two lines. */
typedef struct
{
  int minimum;
  int natural;
  int width;
} Extent;

/* --- sizes --- */

static int
to_pixels (int units)
{
  return PANGO_PIXELS_CEIL (units);
}

static int
text_width (Painter *self, KefuInboxPart part, const char *text)
{
  int width;

  pango_layout_get_size (kefu_inbox_look_lay_out (self->look, part, text), &width, NULL);
  return to_pixels (width);
}

/* A text that is cut if it must be. @max_chars: 0: any. */
static Extent
cut_extent (Painter *self, KefuInboxPart part, const char *text, int max_chars)
{
  PangoLayout *layout = kefu_inbox_look_lay_out (self->look, part, text);
  Extent extent = { 0 };

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  if (max_chars > 0)
    {
      PangoFontMetrics *metrics = pango_context_get_metrics (pango_layout_get_context (layout), NULL, NULL);

      pango_layout_set_width (layout, max_chars * MAX (pango_font_metrics_get_approximate_char_width (metrics),
                                                       pango_font_metrics_get_approximate_digit_width (metrics)));
      pango_font_metrics_unref (metrics);
    }
  pango_layout_get_size (layout, &extent.natural, NULL);
  pango_layout_set_width (layout, 0);
  pango_layout_get_size (layout, &extent.minimum, NULL);
  extent.natural = to_pixels (extent.natural);
  extent.minimum = MIN (to_pixels (extent.minimum), extent.natural);
  return extent;
}

/* What the style gives a part that has nothing in it. */
static int
least (Painter *self, KefuInboxPart part, GtkOrientation orientation)
{
  int minimum;

  gtk_widget_measure (kefu_inbox_look_get_widget (self->look, part), orientation, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

static GtkBorder
padding_of (Painter *self, KefuInboxPart part)
{
  GtkBorder padding;

  gtk_style_context_get_padding (gtk_widget_get_style_context (kefu_inbox_look_get_widget (self->look, part)),
                                 &padding);
  return padding;
}

/* --- drawing --- */

/* From the left edge of a row in which all is read from the left. */
static int
mirrored (Painter *self, int x, int width)
{
  return self->rtl ? self->width - x - width : x;
}

static void
draw_ground (Painter *self, KefuInboxPart part, int x, int y, int width, int height)
{
  GtkStyleContext *context = gtk_widget_get_style_context (kefu_inbox_look_get_widget (self->look, part));
  int left = mirrored (self, x, width);

  gtk_snapshot_render_background (self->snapshot, context, left, y, width, height);
  gtk_snapshot_render_frame (self->snapshot, context, left, y, width, height);
}

/* A text in the middle of the line, cut at @width; @align: 0 at its beginning, 0.5 in the middle. */
static void
draw_layout (Painter *self, KefuInboxPart part, PangoLayout *layout, int x, int y, int width, int height, double align)
{
  PangoRectangle logical;

  if (self->rtl)
    align = 1 - align;
  pango_layout_get_pixel_extents (layout, NULL, &logical);
  gtk_snapshot_render_layout (self->snapshot,
                              gtk_widget_get_style_context (kefu_inbox_look_get_widget (self->look, part)),
                              mirrored (self, x, width) + floor (align * (width - logical.width) - logical.x),
                              y + floor ((height - logical.height) * 0.5), layout);
}

static void
draw_text (Painter *self, KefuInboxPart part, const char *text, int x, int y, int width, int height, double align)
{
  PangoLayout *layout = kefu_inbox_look_lay_out (self->look, part, text);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  draw_layout (self, part, layout, x, y, width, height, align);
}

/* In the middle of a box. */
static void
draw_icon (Painter *self, KefuInboxPart part, const char *name, int size, int x, int y, int width, int height)
{
  kefu_inbox_look_draw_icon (self->look, self->snapshot, part, name, size,
                             mirrored (self, x, width) + (width - size) / 2.0, y + (height - size) / 2.0);
}

/* A disc with initials as large as it has room for, or the figure of a person. */
static void
draw_avatar (Painter *self, guint color, const char *initials, int x, int y, int size)
{
  KefuInboxPart part = KEFU_INBOX_AVATAR + color;
  double room = size / G_SQRT2 - MAX (size * 0.4 - 5, 0);
  g_autoptr (PangoAttrList) attributes = NULL;
  PangoLayout *layout;
  int width, height;

  draw_ground (self, part, x, y, size, size);
  if (initials == NULL)
    {
      draw_icon (self, part, "avatar-default-symbolic", size / 2, x, y, size, size);
      return;
    }
  layout = kefu_inbox_look_lay_out (self->look, part, initials);
  pango_layout_set_attributes (layout, NULL);
  pango_layout_get_pixel_size (layout, &width, &height);
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_size_new_absolute (
                                        (int) (CLAMP (height * room / MAX (width, 1), 0, room) * PANGO_SCALE)));
  pango_layout_set_attributes (layout, attributes);
  draw_layout (self, part, layout, x, y, size, size, 0.5);
}

/* Who, on which channel, and whether it is one of the chosen. */
static void
draw_face (Painter *self, int height)
{
  const KefuInboxWords *words = self->words;
  KefuInboxPart badge = KEFU_INBOX_BADGE + words->channel;
  int size = least (self, badge, GTK_ORIENTATION_VERTICAL), x = AVATAR_SIZE - size, y = (height - AVATAR_SIZE) / 2;

  draw_avatar (self, words->avatar_color, words->initials, 0, y, AVATAR_SIZE);
  if (words->check)
    {
      KefuInboxPart check = words->checked ? KEFU_INBOX_CHECK_ON : KEFU_INBOX_CHECK;

      draw_ground (self, check, 0, y, AVATAR_SIZE, AVATAR_SIZE);
      if (words->checked)
        draw_icon (self, check, "kefu-tick-symbolic", CHECK_SIZE, 0, y, AVATAR_SIZE, AVATAR_SIZE);
    }
  y += x;
  draw_ground (self, badge, x, y, size, size);
  draw_icon (self, badge, kefu_channel_icon_name (kefu_channel_type_nth (words->channel)), GLYPH_SIZE, x, y, size,
             size);
}

/* The clock of who waits, or else a time, at the end of the line; its width. @clock: whether a clock is drawn, not only measured. */
static int
draw_end (Painter *self, int y, int height, gboolean clock)
{
  const KefuInboxWords *words = self->words;
  KefuInboxPart part = KEFU_INBOX_CLOCK_OK + (words->clock - KEFU_CLOCK_OK);
  static const char *const icons[] = { "kefu-clock-ok-symbolic", "kefu-clock-due-symbolic",
                                       "kefu-clock-over-symbolic" };
  GtkBorder padding;
  int width, chip, x, words_width;

  if (words->clock == KEFU_CLOCK_NONE)
    {
      width = words->time != NULL ? text_width (self, KEFU_INBOX_TIME, words->time) : 0;
      if (width > 0)
        draw_text (self, KEFU_INBOX_TIME, words->time, self->width - width, y, width, height, 0);
      return width;
    }
  padding = padding_of (self, part);
  words_width = text_width (self, part, words->clock_text);
  width = padding.left + ICON_SIZE + NARROW + words_width + padding.right;
  if (!clock)
    return width;
  chip = MAX (least (self, part, GTK_ORIENTATION_VERTICAL), ICON_SIZE);
  pango_layout_get_pixel_size (kefu_inbox_look_lay_out (self->look, part, words->clock_text), NULL, &x);
  chip = MAX (chip, x);
  y += (height - chip) / 2;
  x = self->width - width;
  draw_ground (self, part, x, y, width, chip);
  x += self->rtl ? padding.right : padding.left;
  draw_icon (self, part, icons[words->clock - KEFU_CLOCK_OK], ICON_SIZE, x, y, ICON_SIZE, chip);
  draw_text (self, part, words->clock_text, x + ICON_SIZE + NARROW, y, words_width, chip, 0);
  return width;
}

static void
share_out (Extent *extents, guint n, int width)
{
  GtkRequestedSize sizes[KEFU_INBOX_MAX_LABELS] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      sizes[i].minimum_size = extents[i].minimum;
      sizes[i].natural_size = extents[i].natural;
      width -= extents[i].minimum;
    }
  gtk_distribute_natural_allocation (MAX (width, 0), n, sizes);
  for (guint i = 0; i < n; i++)
    extents[i].width = sizes[i].minimum_size;
}

static void
draw_labels (Painter *self, Extent *extents, guint n, int x, int y, int width, int height)
{
  int left = x;

  share_out (extents, n, width - (int) (n - 1) * NARROW);
  for (guint i = 0; i < n; i++)
    {
      KefuInboxPart part = KEFU_INBOX_LABEL + self->words->label_colors[i];
      GtkBorder padding = padding_of (self, part);
      int chip = least (self, part, GTK_ORIENTATION_VERTICAL), text;

      pango_layout_get_pixel_size (kefu_inbox_look_lay_out (self->look, part, self->words->labels[i]), NULL, &text);
      chip = MAX (chip, text);
      draw_ground (self, part, x, y + (height - chip) / 2, extents[i].width, chip);
      draw_text (self, part, self->words->labels[i], x + padding.left, y + (height - chip) / 2,
                 extents[i].width - padding.left - padding.right, chip, 0.5);
      x += extents[i].width + NARROW;
    }
  self->places->labels = (GdkRectangle){ mirrored (self, left, x - NARROW - left), y, x - NARROW - left, height };
}

static void
draw_first_line (Painter *self, int x, int y, int height)
{
  const KefuInboxWords *words = self->words;
  KefuInboxPart part = words->unread ? KEFU_INBOX_NAME_UNREAD : KEFU_INBOX_NAME;
  Extent extents[3], labels[KEFU_INBOX_MAX_LABELS];
  int end = draw_end (self, y, height, FALSE), width = self->width - x - (end > 0 ? end + GAP : 0);
  guint n = 0, n_labels = 0;

  extents[n++] = cut_extent (self, part, words->name, 0);
  if (words->assignee != NULL)
    extents[n++] = (Extent){ ASSIGNEE_SIZE, ASSIGNEE_SIZE, 0 };
  for (; n_labels < KEFU_INBOX_MAX_LABELS && words->labels[n_labels] != NULL; n_labels++)
    {
      KefuInboxPart label = KEFU_INBOX_LABEL + words->label_colors[n_labels];
      GtkBorder padding = padding_of (self, label);
      Extent *extent = &labels[n_labels];

      *extent = cut_extent (self, label, words->labels[n_labels], LABEL_MAX_CHARS);
      extent->minimum += padding.left + padding.right;
      extent->natural += padding.left + padding.right;
      if (n_labels == 0)
        extents[n++] = *extent;
      else
        {
          extents[n - 1].minimum += NARROW + extent->minimum;
          extents[n - 1].natural += NARROW + extent->natural;
        }
    }
  share_out (extents, n, width - (int) (n - 1) * GAP);
  draw_text (self, part, words->name, x, y, extents[0].width, height, 0);
  x += extents[0].width + GAP;
  if (words->assignee != NULL)
    {
      int top = y + (height - ASSIGNEE_SIZE) / 2;

      draw_avatar (self, kefu_inbox_avatar_color (words->assignee), words->assignee_initials, x, top, ASSIGNEE_SIZE);
      self->places->assignee = (GdkRectangle){ mirrored (self, x, ASSIGNEE_SIZE), top, ASSIGNEE_SIZE, ASSIGNEE_SIZE };
      x += ASSIGNEE_SIZE + GAP;
    }
  if (n_labels > 0)
    draw_labels (self, labels, n_labels, x, y, extents[n - 1].width, height);
}

/* What is at the end of the second line, from its end on; where it begins. */
static int
draw_counts (Painter *self, int y, int height)
{
  const KefuInboxWords *words = self->words;
  int x = self->width;

  if (words->count != NULL)
    {
      GtkBorder padding = padding_of (self, KEFU_INBOX_COUNT);
      int text = text_width (self, KEFU_INBOX_COUNT, words->count), text_height;
      int pill = least (self, KEFU_INBOX_COUNT, GTK_ORIENTATION_VERTICAL);
      int width = MAX (least (self, KEFU_INBOX_COUNT, GTK_ORIENTATION_HORIZONTAL), text + padding.left + padding.right);

      pango_layout_get_pixel_size (kefu_inbox_look_lay_out (self->look, KEFU_INBOX_COUNT, words->count), NULL,
                                   &text_height);
      pill = MAX (pill, text_height);
      x -= width;
      draw_ground (self, KEFU_INBOX_COUNT, x, y + (height - pill) / 2, width, pill);
      draw_text (self, KEFU_INBOX_COUNT, words->count, x + padding.left, y + (height - pill) / 2,
                 width - padding.left - padding.right, pill, 0.5);
      x -= GAP;
    }
  if (words->todo != NULL)
    {
      int text = text_width (self, KEFU_INBOX_TODO, words->todo);

      x -= text;
      draw_text (self, KEFU_INBOX_TODO, words->todo, x, y, text, height, 0);
      x -= NARROW + ICON_SIZE;
      draw_icon (self, KEFU_INBOX_TODO, "kefu-check-symbolic", ICON_SIZE, x, y, ICON_SIZE, height);
      x -= GAP;
    }
  return x;
}

static void
draw_second_line (Painter *self, int x, int y, int height)
{
  const KefuInboxWords *words = self->words;
  int end = draw_counts (self, y, height);

  if (words->draft)
    {
      const char *draft = C_ ("inbox row", "Draft");
      int width = text_width (self, KEFU_INBOX_DRAFT, draft);

      draw_icon (self, KEFU_INBOX_DRAFT, "kefu-draft-symbolic", ICON_SIZE, x, y, ICON_SIZE, height);
      x += ICON_SIZE + NARROW;
      draw_text (self, KEFU_INBOX_DRAFT, draft, x, y, width, height, 0);
      x += width + GAP;
    }
  if (words->mark != NULL)
    {
      draw_icon (self, words->pending ? KEFU_INBOX_MARK_PENDING : KEFU_INBOX_MARK, words->mark, ICON_SIZE, x, y,
                 ICON_SIZE, height);
      x += ICON_SIZE + GAP;
    }
  if (words->last != NULL && end > x)
    draw_text (self, words->unread ? KEFU_INBOX_LAST_UNREAD : KEFU_INBOX_LAST, words->last, x, y, end - x, height, 0);
}

/* --- the row --- */

void
kefu_inbox_words_clear (KefuInboxWords *words)
{
  g_free (words->name);
  g_free (words->initials);
  g_free (words->assignee);
  g_free (words->assignee_initials);
  for (guint i = 0; i < KEFU_INBOX_MAX_LABELS; i++)
    g_free (words->labels[i]);
  g_free (words->clock_text);
  g_free (words->time);
  g_free (words->last);
  g_free (words->todo);
  g_free (words->count);
  *words = (KefuInboxWords){ 0 };
}

guint
kefu_inbox_avatar_color (const char *name)
{
  return name != NULL ? g_str_hash (name) % KEFU_N_AVATAR_COLORS : 0;
}

void
kefu_inbox_measure (KefuInboxLook *look, int *width, int *height)
{
  *width = AVATAR_SIZE + WIDE + LEAST_WORDS;
  *height = MAX (AVATAR_SIZE, 2 * kefu_inbox_look_get_line_height (look));
}

void
kefu_inbox_paint (KefuInboxLook *look,
                  const KefuInboxWords *words,
                  int width,
                  int height,
                  gboolean rtl,
                  GtkSnapshot *snapshot,
                  KefuInboxPlaces *places)
{
  Painter self = { .look = look, .words = words, .snapshot = snapshot, .places = places, .width = width, .rtl = rtl };
  int line = kefu_inbox_look_get_line_height (look), y = (height - 2 * line) / 2;

  *places = (KefuInboxPlaces){ 0 };
  draw_face (&self, height);
  draw_first_line (&self, AVATAR_SIZE + WIDE, y, line);
  draw_second_line (&self, AVATAR_SIZE + WIDE, y + line, line);
}

void
kefu_inbox_paint_clock (KefuInboxLook *look,
                        const KefuInboxWords *words,
                        int width,
                        int height,
                        gboolean rtl,
                        GtkSnapshot *snapshot)
{
  Painter self = { .look = look, .words = words, .snapshot = snapshot, .width = width, .rtl = rtl };
  int line = kefu_inbox_look_get_line_height (look);

  if (words->clock != KEFU_CLOCK_NONE)
    draw_end (&self, (height - 2 * line) / 2, line, TRUE);
}
