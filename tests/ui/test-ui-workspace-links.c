/* SPDX-License-Identifier: GPL-3.0-or-later
 * Links to what is here, on its way, or nowhere. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-ui-test.h"
#include "kefu-window.h"

typedef struct
{
  KefuFixture *desk;
  GtkWindow *window;
  KefuWorkspaceView *view;
  gulong alarm;
  char *said; /* of the last failure; none is one of the fixture */
} Fixture;

static void
failed_cb (Fixture *self, const char *text)
{
  g_free (self->said);
  self->said = g_strdup (text);
}

static gboolean
is_open (Fixture *self, const char *id)
{
  return g_strcmp0 (kefu_workspace_view_get_open_id (self->view), id) == 0;
}

static void
open_first (Fixture *self)
{
  g_autofree char *id = kefu_fixture_id (1);

  kefu_workspace_view_open (self->view, id, NULL);
  kefu_ui_test_settle ();
}

/* Nothing has led away from it. */
static void
assert_first_is_open (Fixture *self)
{
  g_autofree char *id = kefu_fixture_id (1);

  kefu_ui_test_settle ();
  g_assert_cmpstr (kefu_workspace_view_get_open_id (self->view), ==, id);
  g_assert_cmpstr (kefu_session_get_focus_conversation (self->desk->session), ==, id);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  KefuWindow *window;

  self->desk = kefu_fixture_new ();
  window = kefu_window_new (NULL, self->desk->settings);
  self->window = GTK_WINDOW (window);
  gtk_window_set_default_size (self->window, 1280, 800);
  kefu_window_show_session (window, self->desk->session, "拾光表行");
  gtk_window_present (self->window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
  self->view = kefu_window_get_view (window);
  kefu_ui_test_wait (gtk_window_is_active (self->window));
  self->alarm = g_signal_handler_find (self->desk->session, G_SIGNAL_MATCH_ID,
                                       g_signal_lookup ("failure", KEFU_TYPE_SESSION), 0, NULL, NULL, NULL);
  g_signal_handler_block (self->desk->session, self->alarm);
  g_signal_connect_swapped (self->desk->session, "failure", G_CALLBACK (failed_cb), self);
  open_first (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (self->desk->session, self);
  g_signal_handler_unblock (self->desk->session, self->alarm);
  gtk_window_set_focus (self->window, NULL);
  kefu_ui_test_settle ();
  gtk_window_destroy (self->window);
  kefu_ui_test_settle ();
  kefu_fixture_free (self->desk);
  g_free (self->said);
}

static void
follow_late (Fixture *self, const char *id)
{
  g_autofree char *feed =
    g_strdup_printf ("[{\"kind\":\"conversation\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"id\":\"%s\","
                     "\"customer_id\":\"x\",\"channel_id\":\"wechat\",\"key\":\"%s\",\"last_at\":1}}]",
                     id, id, id);

  kefu_workspace_view_follow (self->view, id, NULL);
  assert_first_is_open (self);
  kefu_fixture_feed (self->desk, feed);
}

static void
test_nowhere (Fixture *self, gconstpointer data)
{
  g_autofree char *there = kefu_fixture_id (2);

  kefu_puppet_backend_set_failure (self->desk->backend, KEFU_ERROR_NETWORK);
  kefu_sync_engine_start (kefu_session_get_engine (self->desk->session));
  kefu_workspace_view_follow (self->view, "no-such-conversation", "m1");
  kefu_ui_test_wait (self->said != NULL);
  g_assert_cmpstr (self->said, ==, "The conversation of this link is not on this computer yet");
  assert_first_is_open (self);

  kefu_workspace_view_follow (self->view, there, NULL);
  kefu_ui_test_wait (is_open (self, there));
}

/* The desk is just asking for what is new. */
static void
test_a_conversation_on_its_way (Fixture *self, gconstpointer data)
{
  kefu_puppet_backend_set_holds (self->desk->backend, TRUE);
  /* before the keyring has told the token, and after that */
  follow_late (self, "late-0");
  kefu_ui_test_wait (is_open (self, "late-0"));
  open_first (self);
  kefu_sync_engine_start (kefu_session_get_engine (self->desk->session));
  follow_late (self, "late-1");
  kefu_ui_test_wait (is_open (self, "late-1"));

  /* one that never comes */
  open_first (self);
  kefu_workspace_view_follow (self->view, "never", NULL);
  kefu_ui_test_settle ();
  g_assert_null (self->said);
  kefu_puppet_backend_set_holds (self->desk->backend, FALSE);
  kefu_ui_test_wait (self->said != NULL);
  g_assert_cmpstr (self->said, ==, "The conversation of this link is not on this computer");
  assert_first_is_open (self);
}

/* Its conversation is here. */
static void
test_a_message_on_its_way (Fixture *self, gconstpointer data)
{
  g_autofree char *there = kefu_fixture_id (2);
  g_autofree char *feed =
    g_strdup_printf ("[{\"kind\":\"message\",\"id\":\"late\",\"op\":\"put\",\"body\":{\"id\":\"late\","
                     "\"conversation_id\":\"%s\",\"mseq\":4,\"kind\":\"text\",\"dir\":\"in\",\"body\":\"到了\","
                     "\"in_no\":9,\"sent_at\":%" G_GINT64_FORMAT "}}]",
                     there, KEFU_FIXTURE_NOW);

  kefu_puppet_backend_set_holds (self->desk->backend, TRUE);
  kefu_sync_engine_start (kefu_session_get_engine (self->desk->session));
  kefu_workspace_view_follow (self->view, there, "late");
  assert_first_is_open (self);
  kefu_fixture_feed (self->desk, feed);
  kefu_ui_test_wait (is_open (self, there));

  /* one that has not come with the others: the chat asks for it by itself */
  open_first (self);
  kefu_workspace_view_follow (self->view, there, "never");
  assert_first_is_open (self);
  g_assert_null (self->said);
  kefu_puppet_backend_set_holds (self->desk->backend, FALSE);
  kefu_ui_test_wait (is_open (self, there) && self->said != NULL);
  g_assert_cmpstr (self->said, ==, "This message is not in the conversation");
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add ("/ui/workspace-links/nowhere-leaves-the-chat-open", Fixture, NULL, set_up, test_nowhere, tear_down);
  g_test_add ("/ui/workspace-links/wait-for-a-conversation-on-its-way", Fixture, NULL, set_up,
              test_a_conversation_on_its_way, tear_down);
  g_test_add ("/ui/workspace-links/wait-for-a-message-on-its-way", Fixture, NULL, set_up, test_a_message_on_its_way,
              tear_down);
  return g_test_run ();
}
