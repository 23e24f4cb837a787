/* SPDX-License-Identifier: GPL-3.0-or-later
 * What comes above what is read: pages of the cache and of the server. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"
#include "kefu-message-row.h"
#include "kefu-row-list.h"
#include "kefu-timeline-view-private.h"

static GtkWidget *
scrolled (ChatFixture *self)
{
  return kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_SCROLLED_WINDOW, "scrolled");
}

static GtkAdjustment *
adjustment (ChatFixture *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled (self)));
}

static GListModel *
rows (ChatFixture *self)
{
  GtkWidget *list = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_ROW_LIST, "list");

  return kefu_row_list_get_model (KEFU_ROW_LIST (list));
}

/* At the very beginning, which moves away when a row comes above it: a row out of view is not mapped. */
static gboolean
says (ChatFixture *self, const char *text)
{
  GtkWidget *label = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, text);

  if (label && gtk_widget_get_mapped (label))
    return TRUE;
  gtk_adjustment_set_value (adjustment (self), 0);
  return FALSE;
}

/* Messages @from … @to of CONV_1 in the cache, after the four that are there, which go: all of them fill many screens. */
static void
write_much (ChatFixture *self, int from, int to)
{
  g_autofree char *conversation =
    g_strdup_printf ("{'kind':'conversation','id':'" CONV_1 "','body':{'id':'" CONV_1
                     "','customer_id':'u1','channel_id':'ch1','key':'k1','status':'open','assignee_id':'a1',"
                     "'in_count':%d,'last_mseq':%d}}",
                     to, to);
  g_autofree char *read = g_strdup_printf ("{'kind':'read','id':'" CONV_1 ":a1','body':{'id':'" CONV_1
                                           ":a1','conversation_id':'" CONV_1 "','agent_id':'a1','mseq':%d,'in_no':%d}}",
                                           to, to);

  for (int i = from; i <= to; i++)
    {
      g_autofree char *text =
        g_strdup_printf ("消息 %d：%s", i,
                         i % 3 ? "在吗"
                               : "这条消息长一些，要占好几行，因为客户把事情从头到尾又说了一遍，一点也没有落下。");

      chat_customer_writes (self, i, text);
    }
  chat_feed (self, conversation, read, NULL);
  chat_fixture_open (self, CONV_2);
  chat_fixture_open (self, CONV_1);
  kefu_ui_test_settle ();
}

static void
set_available (ChatFixture *self, gboolean available)
{
  kefu_history_set_available (kefu_sync_engine_get_history (self->engine), available);
}

/* --- whether a message stays where it is, frame by frame --- */

typedef struct
{
  ChatFixture *fixture;
  char *text;
  double y;
  double worst;
  guint n_frames;
} Watch;

static double
text_y (ChatFixture *self, const char *text)
{
  GtkWidget *label = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, text);
  graphene_rect_t bounds;

  if (label == NULL || !gtk_widget_get_mapped (label) || !gtk_widget_compute_bounds (label, scrolled (self), &bounds))
    return -10000;
  return bounds.origin.y;
}

static void
painted_cb (Watch *watch)
{
  double y = text_y (watch->fixture, watch->text);

  watch->n_frames++;
  watch->worst = MAX (watch->worst, ABS (y - watch->y));
}

static void
watch_begin (Watch *watch, ChatFixture *self, const char *text)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->pane));

  watch->fixture = self;
  watch->text = g_strdup (text);
  watch->y = text_y (self, text);
  g_assert_cmpfloat (watch->y, >, -1000);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (painted_cb), watch);
}

static void
watch_end (Watch *watch)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (watch->fixture->pane));

  g_signal_handlers_disconnect_by_data (clock, watch);
  g_assert_cmpuint (watch->n_frames, >, 0);
  g_assert_cmpfloat (watch->worst, <, 1);
  g_free (watch->text);
}

static void
to_start (ChatFixture *self)
{
  gtk_adjustment_set_value (adjustment (self), 0);
  kefu_ui_test_settle ();
}

static void
test_what_is_read_stays_while_the_server_answers (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (300);
  Watch watch = { 0 };
  guint before;

  write_much (self, 241, 300);
  chat_history_hold (self, TRUE);
  set_available (self, TRUE);
  to_start (self);
  chat_wait_until (says (self, "Loading older messages…"));
  to_start (self);
  /* The very first row is the one that goes when the answer is there. */
  watch_begin (&watch, self, "消息 241：在吗");
  before = g_list_model_get_n_items (rows (self));
  chat_history_hold (self, FALSE);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > before + 50);
  kefu_ui_test_settle ();
  watch_end (&watch);
}

static void
test_without_the_server_the_end_says_so (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (300);
  guint before;

  write_much (self, 241, 300);
  to_start (self);
  chat_wait_until (says (self, "Older messages are on the server and come when it can be reached"));
  before = g_list_model_get_n_items (rows (self));
  set_available (self, TRUE);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > before + 50);
}

static void
failed_cb (char **said, const char *text)
{
  g_free (*said);
  *said = g_strdup (text);
}

static void
test_a_day_that_is_on_the_server_is_told (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (300);
  g_autofree char *said = NULL;
  guint before;

  write_much (self, 241, 300);
  g_signal_connect_swapped (self->session, "failure", G_CALLBACK (failed_cb), &said);
  kefu_timeline_view_show_time (self->pane->timeline, CHAT_NOW + 100 * 1000);
  chat_wait_until (said != NULL);
  g_assert_cmpstr (said, ==, "The messages of that day are on the server, which cannot be reached");
  g_clear_pointer (&said, g_free);
  before = g_list_model_get_n_items (rows (self));
  set_available (self, TRUE);
  kefu_timeline_view_show_time (self->pane->timeline, CHAT_NOW + 100 * 1000);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > before + 50);
  kefu_ui_test_settle ();
  g_assert_null (said);
  g_signal_handlers_disconnect_by_data (self->session, &said);
}

/* What the end says changes when the jump comes to it, which is in the middle of a layout. */
static void
test_a_jump_to_the_end_of_what_is_here_is_drawn (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (300);

  write_much (self, 241, 300);
  kefu_timeline_view_show_time (self->pane->timeline, 1);
  chat_wait_until (says (self, "Older messages are on the server and come when it can be reached") ||
                   says (self, "Newer messages are on the server and come when it can be reached"));
  kefu_ui_shot (GTK_WIDGET (self->pane), "history-offline");
}

static void
test_a_failure_is_told_and_tried_again (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (300);
  GtkWidget *button;
  guint before;

  write_much (self, 241, 300);
  chat_history_fail (self, TRUE);
  set_available (self, TRUE);
  to_start (self);
  chat_wait_until (says (self, "Older messages could not be loaded"));
  before = g_list_model_get_n_items (rows (self));
  chat_history_fail (self, FALSE);
  button = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_BUTTON, "Try Again");
  g_assert_true (gtk_widget_get_mapped (button));
  kefu_ui_shot (GTK_WIDGET (self->pane), "history-failed");
  g_signal_emit_by_name (button, "clicked");
  chat_wait_until (g_list_model_get_n_items (rows (self)) > before + 50);
}

static void
test_the_beginning_is_told (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new_with_history (4);

  chat_wait_until (says (self, "The conversation begins here"));
}

/* Whoever goes on to it sees it at once, with what has come since. */
static void
test_what_was_loaded_ahead_is_there_at_once (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (KefuConversationRecord) first = NULL;
  g_autoptr (KefuConversation) conversation = NULL;

  chat_fixture_open (self, CONV_2);
  first = chat_record (self, CONV_1);
  kefu_chat_pane_prepare (self->pane, first);
  chat_wait_until (kefu_timeline_model_get_loaded (self->pane->timeline->ahead));
  chat_customer_writes (self, 5, "还在吗");
  chat_wait_until (g_list_model_get_n_items (G_LIST_MODEL (self->pane->timeline->ahead)) > 4);

  conversation = kefu_conversation_new (first);
  kefu_chat_pane_set_conversation (self->pane, conversation);
  g_assert_true (self->pane->timeline->loaded);
  g_assert_null (self->pane->timeline->ahead);
  g_assert_cmpuint (g_list_model_get_n_items (rows (self)), >, 4);
  kefu_ui_test_settle ();
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "还在吗") != NULL);
  chat_fixture_open (self, CONV_2);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/history/what-is-read-stays-while-the-server-answers",
                   test_what_is_read_stays_while_the_server_answers);
  g_test_add_func ("/ui/chat/history/without-the-server-the-end-says-so", test_without_the_server_the_end_says_so);
  g_test_add_func ("/ui/chat/history/a-day-that-is-on-the-server-is-told", test_a_day_that_is_on_the_server_is_told);
  g_test_add_func ("/ui/chat/history/a-jump-to-the-end-of-what-is-here-is-drawn",
                   test_a_jump_to_the_end_of_what_is_here_is_drawn);
  g_test_add_func ("/ui/chat/history/a-failure-is-told-and-tried-again", test_a_failure_is_told_and_tried_again);
  g_test_add_func ("/ui/chat/history/the-beginning-is-told", test_the_beginning_is_told);
  g_test_add_func ("/ui/chat/history/what-was-loaded-ahead-is-there-at-once",
                   test_what_was_loaded_ahead_is_there_at_once);
  return g_test_run ();
}
