/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scrolling a chat of 50,000 messages from its end to its start: the worst frame, beside a list of as many strings, and whether what is read
 * stays where it is. */
#include "config.h"

#include "bench-row.h"
#include "bench-ui.h"
#include "kefu-message-row.h"
#include "kefu-timeline-view.h"

#define FULL 50000
/* In the short form, as the row of the start. */
#define TIMES 3
#define SHORT 2000
/* Some turns of the wheel at once. */
#define STEP 320
/* What may be off by rounding. */
#define NEAR 2

typedef struct
{
  GtkWindow *window;
  GtkWidget *scrolled;
  GtkAdjustment *adjustment;
  double step;
} Scroll;

static void
scroll_init (Scroll *self, GtkWindow *window, GtkWidget *root)
{
  self->window = window;
  self->scrolled = kefu_ui_test_find (root, GTK_TYPE_SCROLLED_WINDOW, NULL);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  self->step = STEP;
}

static void
scroll_up (gpointer user_data)
{
  Scroll *self = user_data;

  gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_value (self->adjustment) - self->step);
}

/* Scrolls on and runs the main loop until that was painted; the time of the main thread. */
static double
frame_up (Scroll *self)
{
  double cpu = bench_cpu ();

  scroll_up (self);
  bench_wait_frame (self->window);
  return bench_cpu () - cpu;
}

/* The row of a message at the top of the view: its id, and where it is. */
typedef struct
{
  char id[64];
  gint64 mseq;
  double y;
  double distance;
} Place;

static void
look (GtkWidget *widget, GtkWidget *scrolled, const char *wanted, Place *place)
{
  KefuTimelineItem *item;
  KefuMessageRecord *message;
  double x, y, distance;

  if (!KEFU_IS_MESSAGE_ROW (widget))
    {
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
        look (child, scrolled, wanted, place);
      return;
    }
  item = gtk_widget_get_child_visible (gtk_widget_get_parent (widget))
           ? kefu_message_row_get_item (KEFU_MESSAGE_ROW (widget))
           : NULL;
  message = item != NULL ? kefu_timeline_item_get_record (item) : NULL;
  if (message == NULL || (wanted != NULL && !g_str_equal (message->id, wanted)) ||
      !gtk_widget_translate_coordinates (widget, scrolled, 0, 0, &x, &y))
    return;
  distance = ABS (y - NEAR);
  if (distance >= place->distance)
    return;
  g_strlcpy (place->id, message->id, sizeof place->id);
  place->mseq = message->mseq;
  place->y = y;
  place->distance = distance;
}

static Place
find_place (Scroll *scroll, const char *wanted)
{
  Place place = { .distance = G_MAXDOUBLE };

  look (scroll->scrolled, scroll->scrolled, wanted, &place);
  return place;
}

typedef struct
{
  GArray *frames;
  double worst_jump;
  guint n_jumps;
  guint n_skipped; /* the row that was looked at is gone from the list in one frame */
  gboolean arrived;
} Result;

/* From the end to the first message, or @n_frames of it. */
static Result
scroll_chat (Scroll *scroll, guint n_frames)
{
  Result result = { .frames = bench_samples_new () };
  guint still = 0;

  for (guint i = 0; i < n_frames && still < 200; i++)
    {
      Place before = find_place (scroll, NULL);
      double value = gtk_adjustment_get_value (scroll->adjustment);
      Place after;

      bench_samples_add (result.frames, frame_up (scroll));
      after = find_place (scroll, before.id);
      if (before.distance == G_MAXDOUBLE || after.distance == G_MAXDOUBLE)
        result.n_skipped++;
      /* at the top of what is loaded it goes no further, until the page before is there; how far that is away was estimated */
      else if (value >= scroll->step && gtk_adjustment_get_value (scroll->adjustment) > 0)
        {
          double jump = ABS (after.y - before.y - scroll->step);

          result.worst_jump = MAX (result.worst_jump, jump);
          result.n_jumps += jump > NEAR;
        }
      still = value <= 0 ? still + 1 : 0;
      result.arrived = before.mseq == 1 && value <= 0;
      if (result.arrived)
        break;
    }
  return result;
}

int
main (int argc, char **argv)
{
  g_autofree char *dir = NULL;
  g_autofree char *id = NULL;
  g_autofree char *note = NULL;
  g_autofree char *jumps = NULL;
  g_autoptr (KefuConversationRecord) record = NULL;
  g_autoptr (GArray) base = bench_samples_new ();
  GtkStringList *strings = gtk_string_list_new (NULL);
  BenchSession *session;
  GtkListView *bare_view;
  GtkWindow *window, *bare;
  GtkWidget *view;
  Scroll ours = { 0 }, theirs = { 0 };
  Result result;
  double worst, worst_jump;
  guint n;

  bench_begin (&argc, &argv, "the worst frame of scrolling a long chat");
  kefu_ui_test_init (&argc, &argv);
  n = bench_is_short () ? SHORT : FULL;
  dir = bench_make_folder ();
  session = bench_session_open (dir, "agent-lin", "林小满");
  bench_session_add_conversation (session, 0, n);
  id = bench_conversation_id (0);
  {
    const char *ids[] = { id, NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) records = NULL;
    GAsyncResult *got = NULL;

    kefu_store_get_conversations_async (session->store, ids, NULL, bench_ready_cb, &got);
    records = kefu_store_list_finish (session->store, bench_wait (&got), &error);
    bench_check (error);
    g_object_unref (got);
    record = kefu_conversation_record_ref (g_ptr_array_index (records, 0));
  }
  view = kefu_timeline_view_new ();
  kefu_timeline_view_set_session (KEFU_TIMELINE_VIEW (view), session->session, NULL);
  window = kefu_ui_test_window (view, 620, 640);
  kefu_timeline_view_set_conversation (KEFU_TIMELINE_VIEW (view), record);
  while (find_place (&(Scroll){ .scrolled = view }, NULL).distance == G_MAXDOUBLE)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u 亲，订单已经安排", i);

      gtk_string_list_append (strings, text);
    }
  bare = bench_string_window (G_LIST_MODEL (strings), 620, 640, &bare_view);
  gtk_widget_activate_action (GTK_WIDGET (bare_view), "list.scroll-to-item", "u", n - 1);
  bench_rest (window);
  bench_rest (bare);
  scroll_init (&ours, window, view);
  scroll_init (&theirs, bare, GTK_WIDGET (gtk_window_get_child (bare)));
  theirs.scrolled = gtk_widget_get_parent (GTK_WIDGET (bare_view));
  theirs.adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (theirs.scrolled));

  /* some frames of each warm fonts and caches */
  for (guint i = 0; i < 20; i++)
    {
      frame_up (&ours);
      frame_up (&theirs);
    }
  result = scroll_chat (&ours, n * 2);
  worst = bench_samples_max (result.frames);
  worst_jump = result.worst_jump;
  /* Beside other tests any frame may be late: what is slow by itself is so each time. */
  for (guint i = 1; i < TIMES && bench_is_short () && result.arrived; i++)
    {
      g_array_unref (result.frames);
      kefu_timeline_view_go_to_end (KEFU_TIMELINE_VIEW (view));
      while (find_place (&ours, NULL).mseq + 20 < n)
        g_main_context_iteration (NULL, TRUE);
      bench_rest (window);
      result = scroll_chat (&ours, n * 2);
      worst = MIN (worst, bench_samples_max (result.frames));
      worst_jump = MAX (worst_jump, result.worst_jump);
    }
  if (!result.arrived)
    g_error ("The first message was not reached");
  while (gtk_adjustment_get_value (theirs.adjustment) > 0)
    bench_samples_add (base, frame_up (&theirs));
  note = g_strdup_printf ("%u messages in %u frames; median %.1f / %.1f, p99 %.1f / %.1f ms", n, result.frames->len,
                          bench_samples_percentile (result.frames, 0.5), bench_samples_percentile (base, 0.5),
                          bench_samples_percentile (result.frames, 0.99), bench_samples_percentile (base, 0.99));
  bench_row (&(BenchRow){
    .what = "scrolling a long chat, worst frame (main thread)",
    .unit = "ms",
    .ours = worst,
    .baseline = bench_samples_max (base),
    .baseline_is = "a bare list of as many strings",
    .max_ratio = 2,
    .note = note,
  });
  jumps = g_strdup_printf ("%u of %u frames jumped; in %u nothing that was read was left", result.n_jumps,
                           result.frames->len, result.n_skipped);
  bench_row (&(BenchRow){
    .what = "scrolling a long chat, worst jump of what is read",
    .unit = "px",
    .ours = worst_jump,
    .baseline = NEAR,
    .baseline_is = "rounding",
    .max_ratio = 1,
    .slack = 1,
    .note = jumps,
  });
  g_array_unref (result.frames);
  gtk_window_destroy (window);
  gtk_window_destroy (bare);
  bench_session_close (session);
  return bench_end ();
}
