/* SPDX-License-Identifier: GPL-3.0-or-later
 * Switching the conversation: from the choice to the frame that shows its last page, beside a bare list of the same rows. */
#include "config.h"

#include "bench-row.h"
#include "bench-ui.h"
#include "kefu-message-row.h"
#include "kefu-timeline-model.h"
#include "kefu-timeline-view.h"
#include "kefu-workspace-view.h"

#define MAX_CONVERSATIONS 24
#define SHORT_CONVERSATIONS 10
#define N_MESSAGES 60

/* --- the desk --- */

typedef struct
{
  KefuWorkspaceView *view;
  GtkWidget *timeline;
  const char *id;
  const char *last_id;
} Desk;

static void
open_conversation (gpointer user_data)
{
  Desk *desk = user_data;

  kefu_workspace_view_open (desk->view, desk->id, NULL);
}

/* Whether the row of a message is there, looked for from the end on. */
static gboolean
shows (GtkWidget *widget, const char *message_id)
{
  if (KEFU_IS_MESSAGE_ROW (widget))
    {
      KefuTimelineItem *item = kefu_message_row_get_item (KEFU_MESSAGE_ROW (widget));
      KefuMessageRecord *message = item != NULL ? kefu_timeline_item_get_record (item) : NULL;

      return message != NULL && g_str_equal (message->id, message_id);
    }
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child; child = gtk_widget_get_prev_sibling (child))
    if (shows (child, message_id))
      return TRUE;
  return FALSE;
}

static gboolean
desk_shows_it (gpointer user_data)
{
  Desk *desk = user_data;

  return shows (desk->timeline, desk->last_id);
}

/* --- the bare list --- */

typedef struct
{
  GtkNoSelection *selection;
  GtkWidget *list;
  GListModel *next;
  KefuMessageContext context;
  const char *last_id;
} Bare;

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, kefu_message_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Bare *bare = user_data;

  kefu_message_row_bind (KEFU_MESSAGE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item),
                         &bare->context, NULL);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  kefu_message_row_bind (KEFU_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL, NULL, NULL);
}

static GtkWindow *
bare_window (Bare *bare, GtkWidget *like)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), bare);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), bare);
  bare->selection = gtk_no_selection_new (NULL);
  bare->list = gtk_list_view_new (GTK_SELECTION_MODEL (bare->selection), factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), bare->list);
  return kefu_ui_test_window (scrolled, gtk_widget_get_width (like), gtk_widget_get_height (like));
}

static void
show_next (gpointer user_data)
{
  Bare *bare = user_data;

  gtk_no_selection_set_model (bare->selection, bare->next);
  gtk_widget_activate_action (bare->list, "list.scroll-to-item", "u", g_list_model_get_n_items (bare->next) - 1);
}

static gboolean
bare_shows_it (gpointer user_data)
{
  Bare *bare = user_data;

  return shows (bare->list, bare->last_id);
}

/* (transfer full): the rows of conversation @n, read before anything is measured. */
static GListModel *
read_rows (BenchSession *session, guint n)
{
  g_autofree char *id = bench_conversation_id (n);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  GListStore *rows = g_list_store_new (KEFU_TYPE_TIMELINE_ITEM);
  GAsyncResult *listed = NULL;

  kefu_store_list_messages_async (session->store, id, N_MESSAGES + 1, -1, N_MESSAGES, NULL, bench_ready_cb, &listed);
  messages = kefu_store_list_finish (session->store, bench_wait (&listed), &error);
  bench_check (error);
  g_object_unref (listed);
  g_assert_cmpuint (messages->len, ==, N_MESSAGES);
  for (guint i = 0; i < messages->len; i++)
    {
      KefuMessageRecord *message = g_ptr_array_index (messages, i);
      g_autoptr (KefuTimelineItem) item = kefu_timeline_item_new (KEFU_TIMELINE_MESSAGE, message->sent_at, message);

      g_list_store_append (rows, item);
    }
  return G_LIST_MODEL (rows);
}

static char *
last_message (GListModel *rows)
{
  const char *last = NULL;
  gint64 mseq = -1;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (rows, i);
      KefuMessageRecord *message = kefu_timeline_item_get_record (item);

      if (message->mseq > mseq)
        last = message->id;
      mseq = MAX (mseq, message->mseq);
    }
  return g_strdup (last);
}

int
main (int argc, char **argv)
{
  static const char *const goals[] = { "switching conversation to painted, p95",
                                       "switching to the next, loaded ahead, p95" };
  guint rounds, n_conversations;
  g_autofree char *dir = NULL;
  GListModel *rows[MAX_CONVERSATIONS];
  BenchSession *session;
  GtkWindow *window, *other;
  Desk desk = { 0 };
  Bare bare = { 0 };

  bench_begin (&argc, &argv, "from choosing a conversation to the frame that shows it");
  kefu_ui_test_init (&argc, &argv);
  rounds = bench_is_short () ? 1 : 4;
  n_conversations = bench_is_short () ? SHORT_CONVERSATIONS : MAX_CONVERSATIONS;
  dir = bench_make_folder ();
  session = bench_session_open (dir, "agent-lin", "林小满");
  for (guint i = 0; i < n_conversations; i++)
    {
      bench_session_add_conversation (session, i, N_MESSAGES);
      rows[i] = read_rows (session, i);
    }
  desk.view = KEFU_WORKSPACE_VIEW (kefu_workspace_view_new (session->session, session->settings, "拾光表行"));
  window = kefu_ui_test_window (GTK_WIDGET (desk.view), 1280, 800);
  bench_rest (window);
  desk.timeline = kefu_ui_test_find (GTK_WIDGET (desk.view), KEFU_TYPE_TIMELINE_VIEW, NULL);
  bare.context.now = kefu_clock_now (session->clock);
  other = bare_window (&bare, desk.timeline);

  for (guint kind = 0; kind < G_N_ELEMENTS (goals); kind++)
    {
      g_autoptr (GArray) ours = bench_samples_new ();
      g_autoptr (GArray) theirs = bench_samples_new ();
      g_autoptr (GArray) busy = bench_samples_new ();
      g_autoptr (GArray) their_busy = bench_samples_new ();
      g_autofree char *note = NULL;

      for (guint k = 0; k < (rounds + 1) * n_conversations; k++)
        {
          /* down the inbox, where the next is loaded ahead, or anywhere */
          guint n = kind == 1 ? k % n_conversations : (k * 7) % n_conversations;
          g_autofree char *id = bench_conversation_id (n);
          g_autofree char *last = last_message (rows[n]);
          BenchCost mine, base;

          desk.id = id;
          desk.last_id = last;
          bare.next = rows[n];
          bare.last_id = last;
          mine = bench_act (window, open_conversation, desk_shows_it, &desk);
          base = bench_act (other, show_next, bare_shows_it, &bare);
          if (k < n_conversations)
            continue;
          bench_samples_add (ours, mine.wall_ms);
          bench_samples_add (theirs, base.wall_ms);
          bench_samples_add (busy, mine.cpu_ms);
          bench_samples_add (their_busy, base.cpu_ms);
        }
      note = g_strdup_printf ("median %.1f / %.1f ms, main thread %.1f / %.1f ms", bench_samples_percentile (ours, 0.5),
                              bench_samples_percentile (theirs, 0.5), bench_samples_percentile (busy, 0.5),
                              bench_samples_percentile (their_busy, 0.5));
      bench_row (&(BenchRow){
        .what = goals[kind],
        .unit = "ms",
        .ours = bench_samples_percentile (ours, 0.95),
        .baseline = bench_samples_percentile (theirs, 0.95),
        .baseline_is = "a bare list of the same 60 rows",
        .max_ratio = kind == 0 ? 1.5 : 1.2,
        .note = note,
      });
    }
  gtk_window_destroy (other);
  gtk_window_destroy (window);
  for (guint i = 0; i < n_conversations; i++)
    g_object_unref (rows[i]);
  bench_session_close (session);
  return bench_end ();
}
