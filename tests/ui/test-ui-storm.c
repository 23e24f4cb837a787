/* SPDX-License-Identifier: GPL-3.0-or-later
 * A storm of messages through the real store and session into the window: it stays responsive, and shows the last one. */
#include "config.h"

#include <time.h>

#include "fixture.h"
#include "kefu-conversation.h"
#include "kefu-row-list.h"
#include "kefu-ui-test.h"
#include "kefu-workspace-view.h"

#define N_BATCHES 100
#define N_MESSAGES 10 /* a batch */
#define BATCH_MS 10   /* between two of them: a thousand messages in a second */
#define N_CALM 20
/* What the store lets through before it takes it for a storm, and waits then between two sets, less what a timer may be early. */
#define FREE_SETS 16
#define PAUSE_MS 25

typedef struct
{
  KefuFixture *desk;
  GtkWindow *window;
  GListModel *inbox;
  guint n_sets;
  guint n_moves; /* items_changed of the inbox */
  guint n_frames;
  gint64 first_at; /* monotonic, of the first set */
  gint64 last_at;
  guint n_sent;
  guint n_applied;
} Fixture;

/* --- how long the main loop is held by one turn, which is what a key waits for; its own processor time, whatever else runs --- */

static GPollFunc real_poll;
static double turn_start;
static double longest_turn;

static double
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static int
timed_poll (GPollFD *fds, guint n_fds, int timeout)
{
  int n;

  longest_turn = MAX (longest_turn, cpu_ms () - turn_start);
  n = real_poll (fds, n_fds, timeout);
  turn_start = cpu_ms ();
  return n;
}

static void
begin_timing (void)
{
  turn_start = cpu_ms ();
  longest_turn = 0;
}

/* --- */

static void
changed_cb (Fixture *self)
{
  self->n_sets++;
  self->last_at = g_get_monotonic_time ();
  if (self->n_sets == 1)
    self->first_at = self->last_at;
}

static void
items_changed_cb (Fixture *self)
{
  self->n_moves++;
}

static void
painted_cb (Fixture *self)
{
  self->n_frames++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *id = kefu_fixture_id (0);
  GtkWidget *view, *list;

  self->desk = kefu_fixture_new ();
  g_settings_set_string (self->desk->settings, "inbox-view", "all");
  view = kefu_workspace_view_new (self->desk->session, self->desk->settings, "拾光表行");
  self->window = kefu_ui_test_window (view, 1280, 800);
  list = kefu_ui_test_find (view, KEFU_TYPE_ROW_LIST, "list_view");
  self->inbox = kefu_row_list_get_model (KEFU_ROW_LIST (list));
  kefu_ui_test_wait (g_list_model_get_n_items (self->inbox) > 0);
  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (view), id, NULL);
  kefu_ui_test_wait (kefu_ui_test_find (view, GTK_TYPE_LABEL, "都三分钟了，今天到底能不能发出呀"));
  kefu_ui_test_settle ();
  g_signal_connect_swapped (self->desk->store, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->inbox, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                            G_CALLBACK (painted_cb), self);
  real_poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, timed_poll);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_main_context_set_poll_func (NULL, real_poll);
  g_signal_handlers_disconnect_by_data (self->desk->store, self);
  g_signal_handlers_disconnect_by_data (self->inbox, self);
  gtk_window_destroy (self->window);
  kefu_ui_test_settle ();
  kefu_fixture_free (self->desk);
}

/* Whether some row of the inbox tells of message number @n of the storm. */
static gboolean
tells (Fixture *self, guint n)
{
  g_autofree char *text = g_strdup_printf ("第 %u 条", n);

  for (guint i = 0; i < g_list_model_get_n_items (self->inbox); i++)
    {
      g_autoptr (KefuConversation) conversation = g_list_model_get_item (self->inbox, i);

      if (g_str_equal (kefu_conversation_get_record (conversation)->last_text, text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
storm_cb (gpointer user_data)
{
  Fixture *self = user_data;

  kefu_fixture_start_writing (self->desk, self->n_sent * N_MESSAGES + 1, N_MESSAGES, &self->n_applied);
  return ++self->n_sent < N_BATCHES;
}

static void
test_window_stays_responsive (Fixture *self, gconstpointer data)
{
  double calm;

  /* one message after another, each to its end: what a turn of the loop costs in quiet */
  begin_timing ();
  for (guint i = 0; i < N_CALM; i++)
    {
      kefu_fixture_write (self->desk, i % 12, "在吗");
      kefu_ui_test_settle ();
    }
  calm = longest_turn;

  self->n_sets = self->n_moves = self->n_frames = 0;
  begin_timing ();
  g_timeout_add (BATCH_MS, storm_cb, self);
  kefu_ui_test_wait (self->n_applied == N_BATCHES && tells (self, N_BATCHES * N_MESSAGES));
  g_test_message ("%u sets, %u moves, %u frames in %" G_GINT64_FORMAT " ms; longest turn %.1f ms, in quiet %.1f",
                  self->n_sets, self->n_moves, self->n_frames, (self->last_at - self->first_at) / 1000, longest_turn,
                  calm);

  /* sets are put together, and each is one change of the list at most */
  g_assert_cmpuint (self->n_sets, <=, (guint) ((self->last_at - self->first_at) / 1000 / PAUSE_MS) + FREE_SETS + 2);
  g_assert_cmpuint (self->n_moves, <=, self->n_sets + 1);
  g_assert_cmpfloat (longest_turn, <=, 6 * MAX (calm, 4));
}

static void
test_own_act_is_shown_at_once (Fixture *self, gconstpointer data)
{
  g_autofree char *id = kefu_fixture_id (0);

  /* amid a storm: what the agent does takes with it what waits */
  g_timeout_add (BATCH_MS, storm_cb, self);
  kefu_ui_test_wait (self->n_sets > FREE_SETS);
  kefu_session_send_message (self->desk->session, id, FALSE, "马上发出", NULL);
  kefu_ui_test_wait (kefu_ui_test_find (GTK_WIDGET (self->window), GTK_TYPE_LABEL, "马上发出"));
  g_assert_cmpuint (self->n_applied, <, N_BATCHES);
  kefu_ui_test_wait (self->n_applied == N_BATCHES && tells (self, N_BATCHES * N_MESSAGES));
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add ("/storm/window-stays-responsive", Fixture, NULL, set_up, test_window_stays_responsive, tear_down);
  g_test_add ("/storm/own-act-is-shown", Fixture, NULL, set_up, test_own_act_is_shown_at_once, tear_down);
  return g_test_run ();
}
