/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a row of the inbox says is seen, and where it belongs. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-inbox-paint.h"
#include "kefu-ui-test.h"

#define WIDTH 300
#define HEIGHT 60
/* what is drawn beside the row is seen too */
#define AROUND 20

typedef struct
{
  GtkWindow *window;
  KefuInboxLook *look;
  KefuInboxPlaces places;
} Desk;

static void
desk_open (Desk *desk)
{
  desk->look = g_object_new (KEFU_TYPE_INBOX_LOOK, NULL);
  desk->window = kefu_ui_test_window (GTK_WIDGET (desk->look), WIDTH, HEIGHT);
}

/* (transfer full) */
static cairo_surface_t *
draw (Desk *desk, const KefuInboxWords *words, gboolean rtl)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH + 2 * AROUND, HEIGHT + 2 * AROUND);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  cairo_t *cr = cairo_create (surface);

  kefu_inbox_paint (desk->look, words, WIDTH, HEIGHT, rtl, snapshot, &desk->places);
  kefu_inbox_paint_clock (desk->look, words, WIDTH, HEIGHT, rtl, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  cairo_translate (cr, AROUND, AROUND);
  gsk_render_node_draw (node, cr);
  gsk_render_node_unref (node);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static gboolean
is_ink (cairo_surface_t *surface, int x, int y)
{
  const guchar *row = cairo_image_surface_get_data (surface) + (y + AROUND) * cairo_image_surface_get_stride (surface);

  return row[(x + AROUND) * 4 + 3] > 40;
}

/* From @from on, up to @to, in pixels of the row. */
static gboolean
has_ink (cairo_surface_t *surface, int from, int to)
{
  for (int y = 0; y < HEIGHT; y++)
    for (int x = from; x < to; x++)
      if (is_ink (surface, x, y))
        return TRUE;
  return FALSE;
}

static gboolean
is_same (cairo_surface_t *a, cairo_surface_t *b)
{
  gsize size = (gsize) cairo_image_surface_get_stride (a) * (gsize) cairo_image_surface_get_height (a);

  return memcmp (cairo_image_surface_get_data (a), cairo_image_surface_get_data (b), size) == 0;
}

static const KefuInboxWords plain = { .name = (char *) "沈若溪",
                                      .initials = (char *) "沈",
                                      .time = (char *) "14:01",
                                      .last = (char *) "在吗" };

/* It looks otherwise than a row that says next to nothing. */
static void
check_seen (Desk *desk, const KefuInboxWords *words)
{
  cairo_surface_t *before = draw (desk, &plain, FALSE), *after = draw (desk, words, FALSE);

  g_assert_false (is_same (before, after));
  cairo_surface_destroy (before);
  cairo_surface_destroy (after);
}

#define CHECK_SEEN(desk, ...)                                                                                          \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    KefuInboxWords _words = plain;                                                                                     \
    __VA_ARGS__;                                                                                                       \
    check_seen (desk, &_words);                                                                                        \
  }                                                                                                                    \
  G_STMT_END

static void
test_all_that_a_row_says_is_seen (void)
{
  Desk desk;

  desk_open (&desk);
  CHECK_SEEN (&desk, _words.name = (char *) "何嘉木");
  CHECK_SEEN (&desk, _words.initials = (char *) "何");
  CHECK_SEEN (&desk, _words.initials = NULL);
  CHECK_SEEN (&desk, _words.avatar_color = 3);
  CHECK_SEEN (&desk, _words.channel = 2);
  CHECK_SEEN (&desk, _words.unread = TRUE);
  CHECK_SEEN (&desk, _words.assignee = (char *) "周冉");
  CHECK_SEEN (&desk, _words.labels[0] = (char *) "催发货");
  CHECK_SEEN (&desk, _words.time = (char *) "14:02");
  for (KefuClockState state = KEFU_CLOCK_OK; state <= KEFU_CLOCK_OVER; state++)
    CHECK_SEEN (&desk, _words.clock = state; _words.clock_text = (char *) "14:01");
  CHECK_SEEN (&desk, _words.draft = TRUE);
  CHECK_SEEN (&desk, _words.mark = "kefu-reply-symbolic");
  CHECK_SEEN (&desk, _words.last = (char *) "在的");
  CHECK_SEEN (&desk, _words.todo = (char *) "5");
  CHECK_SEEN (&desk, _words.count = (char *) "4");
  CHECK_SEEN (&desk, _words.check = TRUE);
  CHECK_SEEN (&desk, _words.check = TRUE; _words.checked = TRUE);
  gtk_window_destroy (desk.window);
}

static const KefuInboxWords full = {
  .name = (char *) "一位名字很长很长很长很长很长的客户",
  .initials = (char *) "一",
  .unread = TRUE,
  .assignee = (char *) "周冉",
  .assignee_initials = (char *) "周",
  .labels = { (char *) "一个很长很长很长的标签", (char *) "另一个很长很长很长的标签", (char *) "+3" },
  .clock = KEFU_CLOCK_OVER,
  .clock_text = (char *) "2:05:09",
  .draft = TRUE,
  .mark = "kefu-reply-symbolic",
  .last = (char *) "都三分钟了，今天到底能不能发出呀，都三分钟了，今天到底能不能发出呀",
  .todo = (char *) "99+",
  .count = (char *) "99+",
};

/* What there is no room for is cut, and nothing lies upon another. */
static void
test_nothing_is_drawn_outside (void)
{
  Desk desk;

  desk_open (&desk);
  for (int rtl = 0; rtl < 2; rtl++)
    {
      cairo_surface_t *surface = draw (&desk, &full, rtl);

      for (int y = -AROUND; y < HEIGHT + AROUND; y++)
        for (int x = -AROUND; x < WIDTH + AROUND; x++)
          if (x < 0 || x >= WIDTH || y < 0 || y >= HEIGHT)
            g_assert_false (is_ink (surface, x, y));
      cairo_surface_destroy (surface);
    }
  gtk_window_destroy (desk.window);
}

static void
test_right_to_left_all_is_mirrored (void)
{
  KefuInboxWords words = { .initials = (char *) "沈", .name = (char *) "沈", .last = (char *) "在" };
  cairo_surface_t *ltr, *rtl;
  Desk desk;

  desk_open (&desk);
  ltr = draw (&desk, &words, FALSE);
  rtl = draw (&desk, &words, TRUE);
  g_assert_true (has_ink (ltr, 0, 42));
  g_assert_false (has_ink (ltr, WIDTH / 2, WIDTH));
  g_assert_true (has_ink (rtl, WIDTH - 42, WIDTH));
  g_assert_false (has_ink (rtl, 0, WIDTH / 2));
  cairo_surface_destroy (ltr);
  cairo_surface_destroy (rtl);
  gtk_window_destroy (desk.window);
}

/* There the pointer is told more. */
static void
test_places_are_where_things_are (void)
{
  cairo_surface_t *surface;
  Desk desk;

  desk_open (&desk);
  surface = draw (&desk, &full, FALSE);
  g_assert_cmpint (desk.places.assignee.width, ==, 18);
  g_assert_cmpint (desk.places.assignee.x, >, 54);
  g_assert_cmpint (desk.places.labels.x, >=, desk.places.assignee.x + 18);
  g_assert_cmpint (desk.places.labels.width, >, 0);
  g_assert_cmpint (desk.places.labels.x + desk.places.labels.width, <, WIDTH);
  cairo_surface_destroy (surface);
  surface = draw (&desk, &plain, FALSE);
  g_assert_cmpint (desk.places.assignee.width, ==, 0);
  g_assert_cmpint (desk.places.labels.width, ==, 0);
  cairo_surface_destroy (surface);
  gtk_window_destroy (desk.window);
}

int
main (int argc, char **argv)
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/inbox-paint/all-that-a-row-says-is-seen", test_all_that_a_row_says_is_seen);
  g_test_add_func ("/ui/inbox-paint/nothing-is-drawn-outside", test_nothing_is_drawn_outside);
  g_test_add_func ("/ui/inbox-paint/right-to-left-all-is-mirrored", test_right_to_left_all_is_mirrored);
  g_test_add_func ("/ui/inbox-paint/places-are-where-things-are", test_places_are_where_things_are);
  return g_test_run ();
}
