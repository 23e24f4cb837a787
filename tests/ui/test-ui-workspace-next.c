/* SPDX-License-Identifier: GPL-3.0-or-later
 * To the next customer: the one who waits longest, and never under the hands of an agent who is elsewhere already. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-chat-pane.h"
#include "kefu-composer.h"
#include "kefu-inbox-pane.h"
#include "kefu-row-list.h"
#include "kefu-search-page.h"
#include "kefu-ui-test.h"
#include "kefu-window.h"

typedef struct
{
  KefuFixture *fixture;
  KefuWindow *window;
  GtkWidget *view;
  KefuInboxPane *pane;
  GtkTextBuffer *typed;
} Desk;

static gboolean
is_open (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  return g_strcmp0 (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk->view)), id) == 0;
}

static void
open_id (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk->view), id, NULL);
}

static void
desk_open (Desk *desk, guint n)
{
  KefuComposer *composer;

  desk->fixture = kefu_fixture_new ();
  desk->window = kefu_window_new (NULL, desk->fixture->settings);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 1280, 800);
  kefu_window_show_session (desk->window, desk->fixture->session, "拾光表行");
  gtk_window_present (GTK_WINDOW (desk->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (desk->window));
  desk->view = GTK_WIDGET (kefu_window_get_view (desk->window));
  desk->pane = KEFU_INBOX_PANE (kefu_ui_test_find (desk->view, KEFU_TYPE_INBOX_PANE, NULL));
  kefu_ui_test_wait (gtk_window_is_active (GTK_WINDOW (desk->window)));
  open_id (desk, n);
  kefu_ui_test_settle ();
  composer = KEFU_COMPOSER (kefu_ui_test_find (desk->view, KEFU_TYPE_COMPOSER, NULL));
  desk->typed = gtk_text_view_get_buffer (kefu_composer_get_text_view (composer));
}

static void
desk_close (Desk *desk)
{
  kefu_ui_test_settle ();
  gtk_window_set_focus (GTK_WINDOW (desk->window), NULL);
  kefu_ui_test_settle ();
  gtk_window_destroy (GTK_WINDOW (desk->window));
  kefu_ui_test_settle ();
  kefu_fixture_free (desk->fixture);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_free (kefu_inbox_pane_find_longest_finish (KEFU_INBOX_PANE (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* Until a question asked now is answered: then those before it are. */
static void
wait_for_answers (Desk *desk)
{
  gboolean found = FALSE;

  kefu_inbox_pane_find_longest_async (desk->pane, NULL, NULL, found_cb, &found);
  kefu_ui_test_wait (found);
  kefu_ui_test_settle ();
}

static void
test_a_late_answer_does_not_leave_what_was_opened_since (void)
{
  Desk desk = { NULL };

  desk_open (&desk, 4);
  gtk_widget_activate_action (desk.view, "desk.longest", NULL);
  open_id (&desk, 2);
  wait_for_answers (&desk);
  g_assert_true (is_open (&desk, 2));
  desk_close (&desk);
}

static void
test_a_late_answer_does_not_cut_a_sentence (void)
{
  Desk desk = { NULL };

  desk_open (&desk, 4);
  gtk_text_buffer_set_text (desk.typed, "亲", -1);
  gtk_widget_activate_action (desk.view, "desk.longest", NULL);
  gtk_text_buffer_insert_at_cursor (desk.typed, "，可以", -1);
  wait_for_answers (&desk);
  g_assert_true (is_open (&desk, 4));

  /* what stood there before is a draft, and no reason to stay */
  gtk_widget_activate_action (desk.view, "desk.longest", NULL);
  kefu_ui_test_wait (is_open (&desk, 0));
  desk_close (&desk);
}

static void
test_send_and_next_goes_to_another_customer (void)
{
  Desk desk = { NULL };

  desk_open (&desk, 0);
  gtk_text_buffer_set_text (desk.typed, "今天就发出", -1);
  gtk_widget_activate_action (desk.view, "desk.send-and-next", NULL);
  wait_for_answers (&desk);
  g_assert_true (is_open (&desk, 1));
  desk_close (&desk);
}

static GListModel *
rows (Desk *desk)
{
  GtkWidget *list = kefu_ui_test_find (desk->view, KEFU_TYPE_ROW_LIST, "list_view");

  return kefu_row_list_get_model (KEFU_ROW_LIST (list));
}

static gboolean
waits (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);
  GListModel *model = rows (desk);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (KefuConversation) row = g_list_model_get_item (model, i);

      if (g_str_equal (kefu_conversation_get_id (row), id))
        return kefu_conversation_get_record (row)->waiting_since > 0;
    }
  return TRUE;
}

static void
test_resolve_and_next_goes_to_another_customer (void)
{
  Desk desk = { NULL };
  GtkWidget *chat;

  desk_open (&desk, 2);
  /* the two before it have promises that one would be asked about */
  for (guint n = 0; n < 2; n++)
    {
      g_autofree char *id = kefu_fixture_id (n);

      kefu_session_send_message (desk.fixture->session, id, FALSE, "好的", NULL);
      kefu_ui_test_wait (!waits (&desk, n));
    }
  chat = kefu_ui_test_find (desk.view, KEFU_TYPE_CHAT_PANE, NULL);
  g_assert_true (gtk_widget_activate_action (chat, "chat.resolve-next", NULL));
  wait_for_answers (&desk);
  g_assert_true (is_open (&desk, 3));
  desk_close (&desk);
}

static void
failed_cb (char **said, const char *text)
{
  g_free (*said);
  *said = g_strdup (text);
}

/* Whose chat the composer and the header are of. */
static gboolean
chat_is_of (Desk *desk, guint n)
{
  g_autoptr (KefuConversation) conversation = NULL;
  g_autofree char *id = kefu_fixture_id (n);

  g_object_get (kefu_ui_test_find (desk->view, KEFU_TYPE_CHAT_PANE, NULL), "conversation", &conversation, NULL);
  return conversation != NULL && g_str_equal (kefu_conversation_get_id (conversation), id);
}

static void
test_words_never_go_to_the_one_before (void)
{
  Desk desk = { NULL };
  g_autoptr (KefuConversation) conversation = NULL;
  g_autoptr (KefuPhraseRecord) phrase = kefu_phrase_record_new ();
  g_autofree char *other = kefu_fixture_id (1);
  guint failure = g_signal_lookup ("failure", KEFU_TYPE_SESSION);
  g_autofree char *said = NULL;
  gulong alarm;

  desk_open (&desk, 0);
  kefu_ui_test_wait (chat_is_of (&desk, 0));
  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk.view), other, NULL);
  /* before anything was read */
  g_assert_true (chat_is_of (&desk, 1));
  kefu_ui_test_settle ();
  g_assert_true (chat_is_of (&desk, 1));

  /* one that the list does not know */
  phrase->body = g_strdup ("your watch");
  alarm = g_signal_handler_find (desk.fixture->session, G_SIGNAL_MATCH_ID, failure, 0, NULL, NULL, NULL);
  g_signal_handler_block (desk.fixture->session, alarm);
  g_signal_connect_swapped (desk.fixture->session, "failure", G_CALLBACK (failed_cb), &said);
  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk.view), "no-such-conversation", NULL);
  g_object_get (kefu_ui_test_find (desk.view, KEFU_TYPE_CHAT_PANE, NULL), "conversation", &conversation, NULL);
  g_assert_null (conversation);
  kefu_ui_test_wait (said != NULL);
  g_assert_null (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)));

  /* and what search would insert has no place to go to */
  g_clear_pointer (&said, g_free);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  g_signal_emit_by_name (kefu_ui_test_find (desk.view, KEFU_TYPE_SEARCH_PAGE, NULL), "insert-phrase", phrase);
  g_assert_cmpstr (said, ==, "Open a conversation first");
  g_signal_handlers_disconnect_by_data (desk.fixture->session, &said);
  g_signal_handler_unblock (desk.fixture->session, alarm);
  desk_close (&desk);
}

/* "old-0" and so on, the newest first. */
static void
feed_resolved (Desk *desk, guint n)
{
  g_autoptr (GString) feed = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (
      feed,
      "%s{\"kind\":\"conversation\",\"id\":\"old-%u\",\"op\":\"put\",\"body\":{\"id\":\"old-%u\","
      "\"customer_id\":\"x\",\"channel_id\":\"wechat\",\"key\":\"old-%u\",\"status\":\"resolved\","
      "\"last_at\":%u}}",
      i > 0 ? "," : "", i, i, i, 100000 - i);
  g_string_append (feed, "]");
  kefu_fixture_feed (desk->fixture, feed->str);
}

static void
test_list_goes_on_where_one_goes (void)
{
  Desk desk = { NULL };

  desk_open (&desk, 4);
  feed_resolved (&desk, 250);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (desk.pane), "inbox.inbox-view", "s", "resolved"));
  kefu_ui_test_wait (g_strcmp0 (kefu_ui_test_text (GTK_WIDGET (desk.pane), "view_count"), "250") == 0 &&
                     g_list_model_get_n_items (rows (&desk)) >= 100);
  g_assert_cmpuint (g_list_model_get_n_items (rows (&desk)), <, 250);

  /* by keys, down to the last */
  for (guint i = 0; i < 260; i++)
    {
      gtk_widget_activate_action (desk.view, "desk.next", NULL);
      g_main_context_iteration (NULL, FALSE);
      if (i % 50 == 49)
        kefu_ui_test_settle ();
      /* the list goes on before one comes to its end */
      kefu_ui_test_wait (g_list_model_get_n_items (rows (&desk)) >= MIN (i + 20, 250));
    }
  g_assert_cmpstr (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)), ==, "old-249");
  g_assert_cmpuint (g_list_model_get_n_items (rows (&desk)), ==, 250);
  g_settings_reset (desk.fixture->settings, "inbox-view");
  desk_close (&desk);
}

/* As one that a search has found. */
static void
test_next_goes_on_from_below_what_was_read (void)
{
  Desk desk = { NULL };
  KefuWorkspaceView *view;

  desk_open (&desk, 4);
  feed_resolved (&desk, 900);
  view = KEFU_WORKSPACE_VIEW (desk.view);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (desk.pane), "inbox.inbox-view", "s", "resolved"));
  kefu_ui_test_wait (g_strcmp0 (kefu_ui_test_text (GTK_WIDGET (desk.pane), "view_count"), "900") == 0 &&
                     g_list_model_get_n_items (rows (&desk)) >= 100);
  kefu_workspace_view_open (view, "old-897", NULL);
  for (guint i = 898; i < 900; i++)
    {
      g_autofree char *id = g_strdup_printf ("old-%u", i);

      gtk_widget_activate_action (desk.view, "desk.next", NULL);
      kefu_ui_test_wait (g_strcmp0 (kefu_workspace_view_get_open_id (view), "old-897") != 0);
      kefu_ui_test_wait (g_strcmp0 (kefu_workspace_view_get_open_id (view), id) == 0);
    }
  /* it was the last */
  gtk_widget_activate_action (desk.view, "desk.next", NULL);
  kefu_ui_test_settle ();
  g_assert_cmpstr (kefu_workspace_view_get_open_id (view), ==, "old-899");
  g_assert_cmpuint (g_list_model_get_n_items (rows (&desk)), <, 897);
  g_settings_reset (desk.fixture->settings, "inbox-view");
  desk_close (&desk);
}

static void
test_a_hidden_window_is_back_at_once (void)
{
  Desk desk = { NULL };

  desk_open (&desk, 0);
  gtk_widget_set_visible (GTK_WIDGET (desk.window), FALSE);
  kefu_window_present_ready (desk.window);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (desk.window)));
  desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/workspace-next/a-late-answer-does-not-leave-what-was-opened-since",
                   test_a_late_answer_does_not_leave_what_was_opened_since);
  g_test_add_func ("/ui/workspace-next/a-late-answer-does-not-cut-a-sentence",
                   test_a_late_answer_does_not_cut_a_sentence);
  g_test_add_func ("/ui/workspace-next/send-and-next-goes-to-another-customer",
                   test_send_and_next_goes_to_another_customer);
  g_test_add_func ("/ui/workspace-next/resolve-and-next-goes-to-another-customer",
                   test_resolve_and_next_goes_to_another_customer);
  g_test_add_func ("/ui/workspace-next/words-never-go-to-the-one-before", test_words_never_go_to_the_one_before);
  g_test_add_func ("/ui/workspace-next/list-goes-on-where-one-goes", test_list_goes_on_where_one_goes);
  g_test_add_func ("/ui/workspace-next/next-goes-on-from-below-what-was-read",
                   test_next_goes_on_from_below_what_was_read);
  g_test_add_func ("/ui/workspace-next/a-hidden-window-is-back-at-once", test_a_hidden_window_is_back_at_once);
  return g_test_run ();
}
