/* SPDX-License-Identifier: GPL-3.0-or-later
 * The start with a kept sign-in: its storage is opened before GTK and before the keyring answers, and never twice. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <glib/gstdio.h>

#include "kefu-early-store.h"
#include "kefu-paths.h"
#include "kefu-private-files.h"
#include "kefu-sign-in.h"
#include "kefu-ui-test.h"
#include "kefu-wipe.h"

#define AGENT "agent-1"
#define ADDRESS "unix:/nowhere/kefu.sock"
#define LOGIN "lin"

/* --- a keyring that answers when it is told to --- */

#define SLOW_TYPE_SECRETS (slow_secrets_get_type ())
G_DECLARE_FINAL_TYPE (SlowSecrets, slow_secrets, SLOW, SECRETS, GObject)

struct _SlowSecrets
{
  GObject parent_instance;

  GTask *asked;
};

static void secrets_iface_init (KefuSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SlowSecrets,
                               slow_secrets,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_SECRETS, secrets_iface_init))

static void
slow_secrets_lookup_async (KefuSecrets *secrets,
                           const char *server,
                           const char *login,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  SlowSecrets *self = SLOW_SECRETS (secrets);

  g_assert_null (self->asked);
  self->asked = g_task_new (self, cancellable, callback, user_data);
}

static void
slow_secrets_answer (SlowSecrets *self, const char *token)
{
  g_task_return_pointer (self->asked, g_strdup (token), g_free);
  g_clear_object (&self->asked);
}

static char *
slow_secrets_finish (KefuSecrets *secrets, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
slow_secrets_is_persistent (KefuSecrets *secrets)
{
  return TRUE;
}

static void
secrets_iface_init (KefuSecretsInterface *iface)
{
  iface->lookup_async = slow_secrets_lookup_async;
  iface->finish = slow_secrets_finish;
  iface->is_persistent = slow_secrets_is_persistent;
}

static void
slow_secrets_class_init (SlowSecretsClass *klass)
{
}

static void
slow_secrets_init (SlowSecrets *self)
{
}

/* --- a start --- */

typedef struct
{
  GSettings *settings;
  SlowSecrets *secrets;
  KefuSignIn *sign_in;
  char *dir;
  guint n_opened;
  guint n_failed;
  guint n_looked_up;
} Start;

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
start_begin (Start *start, const char *agent_id)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (KefuNotifier) notifier = kefu_libnotify_notifier_new ();
  g_autoptr (KefuTrust) trust = NULL;
  g_autoptr (KefuGate) gate = NULL;

  start->settings = g_settings_new (KEFU_APP_ID);
  g_settings_set_string (start->settings, "server-address", ADDRESS);
  g_settings_set_string (start->settings, "login", LOGIN);
  g_settings_set_string (start->settings, "agent-id", agent_id);
  trust = kefu_trust_new (start->settings);
  gate = kefu_gate_new (trust);
  start->secrets = g_object_new (SLOW_TYPE_SECRETS, NULL);
  start->sign_in = kefu_sign_in_new (start->settings, clock, KEFU_SECRETS (start->secrets), notifier, gate);
  start->dir = kefu_paths_workspace (ADDRESS, LOGIN);
  g_signal_connect_swapped (start->sign_in, "opened", G_CALLBACK (count_cb), &start->n_opened);
  g_signal_connect_swapped (start->sign_in, "failed", G_CALLBACK (count_cb), &start->n_failed);
  g_signal_connect_swapped (start->sign_in, "looked-up", G_CALLBACK (count_cb), &start->n_looked_up);
}

static void
start_end (Start *start)
{
  kefu_sign_in_shut_down (start->sign_in);
  g_clear_object (&start->sign_in);
  g_clear_object (&start->secrets);
  kefu_ui_test_settle ();
  g_settings_set_boolean (start->settings, "keep-nothing", FALSE);
  g_clear_object (&start->settings);
  g_clear_pointer (&start->dir, g_free);
}

static KefuSyncState
state (Start *start)
{
  return kefu_sync_engine_get_state (
    kefu_session_get_engine (kefu_workspace_get_session (kefu_sign_in_get_workspace (start->sign_in))));
}

/* Whether somebody has the storage in @dir open. */
static gboolean
is_locked (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  int fd;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  fd = kefu_private_files_lock (path, 0, NULL);
  if (fd >= 0)
    g_close (fd, NULL);
  return fd < 0;
}

static void
test_opens_before_the_keyring_answers (void)
{
  Start start = { NULL };

  start_begin (&start, AGENT);
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_ui_test_wait (start.n_opened == 1);
  g_assert_true (kefu_sign_in_is_looking (start.sign_in));
  /* the engine waits for the token, and the keyring for a word that there is time for it */
  kefu_ui_test_settle ();
  g_assert_null (start.secrets->asked);
  kefu_sign_in_look_up (start.sign_in);
  kefu_sign_in_look_up (start.sign_in);
  g_assert_nonnull (start.secrets->asked);
  kefu_ui_test_settle ();
  g_assert_cmpint (state (&start), ==, KEFU_SYNC_OFFLINE);
  slow_secrets_answer (start.secrets, "token\nverifier");
  kefu_ui_test_wait (start.n_looked_up == 1);
  g_assert_false (kefu_sign_in_is_looking (start.sign_in));
  g_assert_cmpstr (kefu_sign_in_get_verifier (start.sign_in), ==, "verifier");
  kefu_ui_test_wait (state (&start) != KEFU_SYNC_OFFLINE);
  start_end (&start);
}

static void
test_a_keyring_that_is_first_is_as_good (void)
{
  Start start = { NULL };

  start_begin (&start, AGENT);
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_sign_in_look_up (start.sign_in);
  slow_secrets_answer (start.secrets, "token");
  kefu_ui_test_wait (start.n_opened == 1 && start.n_looked_up == 1);
  kefu_ui_test_wait (state (&start) != KEFU_SYNC_OFFLINE);
  start_end (&start);
}

static void
test_what_was_prepared_is_what_opens (void)
{
  Start start = { NULL };

  start_begin (&start, AGENT);
  kefu_sign_in_prepare (start.sign_in);
  kefu_sign_in_prepare (start.sign_in);
  /* on its own threads, with nobody in the main loop */
  for (guint i = 0; i < 1000 && !is_locked (start.dir); i++)
    g_usleep (10000);
  g_assert_true (is_locked (start.dir));
  g_assert_null (kefu_sign_in_get_workspace (start.sign_in));
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_ui_test_wait (start.n_opened == 1);
  g_assert_cmpstr (kefu_store_get_agent_id (
                     kefu_session_get_store (kefu_workspace_get_session (kefu_sign_in_get_workspace (start.sign_in)))),
                   ==, AGENT);
  start_end (&start);
}

/* A setting that says how it is opened was changed in between. */
static void
test_what_was_prepared_otherwise_is_opened_anew (void)
{
  Start start = { NULL };

  start_begin (&start, AGENT);
  kefu_sign_in_prepare (start.sign_in);
  g_settings_set_boolean (start.settings, "keep-nothing", TRUE);
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_ui_test_wait (start.n_opened + start.n_failed > 0);
  g_assert_cmpuint (start.n_failed, ==, 0);
  g_assert_true (kefu_store_keeps_nothing (
    kefu_session_get_store (kefu_workspace_get_session (kefu_sign_in_get_workspace (start.sign_in)))));
  start_end (&start);
}

static void
test_nobody_is_prepared_for (void)
{
  Start start = { NULL };
  g_autoptr (GAsyncResult) noted = NULL;
  g_autoptr (GError) error = NULL;

  /* nobody was signed in */
  start_begin (&start, "");
  kefu_sign_in_prepare (start.sign_in);
  g_usleep (100000);
  g_assert_false (is_locked (start.dir));
  g_assert_false (kefu_sign_in_resume (start.sign_in));
  start_end (&start);

  /* what is to be deleted is not opened */
  start_begin (&start, AGENT);
  g_assert_cmpint (g_mkdir_with_parents (start.dir, 0700), ==, 0);
  kefu_wipe_begin_async (start.dir, TRUE, NULL, ready_cb, &noted);
  kefu_ui_test_wait (noted != NULL);
  g_assert_true (kefu_wipe_begin_finish (noted, &error));
  kefu_sign_in_prepare (start.sign_in);
  g_usleep (100000);
  g_assert_false (is_locked (start.dir));
  g_assert_true (kefu_private_files_remove (start.dir, NULL, NULL));
  start_end (&start);
}

/* --- the way out --- */

static void
test_what_is_to_be_deleted_is_noted_before_it_is_left (void)
{
  Start start = { NULL };
  g_autofree char *note = NULL;

  start_begin (&start, AGENT);
  note = g_build_filename (start.dir, "wipe", NULL);
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_ui_test_wait (start.n_opened == 1);

  /* it cannot be noted: all is as it was */
  g_assert_cmpint (g_mkdir (note, 0700), ==, 0);
  kefu_sign_in_sign_out (start.sign_in, KEFU_FORGET_ALL);
  kefu_ui_test_wait (start.n_failed == 1);
  g_assert_nonnull (kefu_sign_in_get_workspace (start.sign_in));
  g_assert_true (is_locked (start.dir));
  g_assert_cmpint (g_rmdir (note), ==, 0);

  /* the thread that notes it has not told yet */
  kefu_sign_in_sign_out (start.sign_in, KEFU_FORGET_ALL);
  g_assert_nonnull (kefu_sign_in_get_workspace (start.sign_in));
  kefu_ui_test_wait (!g_file_test (start.dir, G_FILE_TEST_EXISTS));
  g_assert_null (kefu_sign_in_get_workspace (start.sign_in));
  g_assert_cmpuint (start.n_failed, ==, 1);
  start_end (&start);
}

/* --- the storage itself --- */

static void
test_dropped_it_is_closed (void)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autofree char *dir = g_dir_make_tmp ("kefu-early-XXXXXX", NULL);

  /* at once */
  kefu_early_store_free (kefu_early_store_begin (dir, clock, AGENT, KEFU_STORE_DEFAULT));
  kefu_ui_test_settle ();
  kefu_ui_test_wait (!is_locked (dir));
  /* and when it was there already */
  {
    KefuEarlyStore *early = kefu_early_store_begin (dir, clock, AGENT, KEFU_STORE_DEFAULT);

    kefu_ui_test_wait (is_locked (dir));
    kefu_ui_test_settle ();
    kefu_early_store_free (early);
    kefu_ui_test_wait (!is_locked (dir));
  }
  g_assert_true (kefu_private_files_remove (dir, NULL, NULL));
}

static void
test_its_error_is_told_to_who_takes_it (void)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autofree char *parent = g_dir_make_tmp ("kefu-early-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (parent, "file", NULL);
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (GError) error = NULL;
  KefuEarlyStore *early;

  g_assert_true (g_file_set_contents (dir, "not a folder", -1, NULL));
  early = kefu_early_store_begin (dir, clock, AGENT, KEFU_STORE_DEFAULT);
  kefu_ui_test_settle ();
  kefu_early_store_take_async (early, dir, clock, AGENT, KEFU_STORE_DEFAULT, NULL, ready_cb, &taken);
  kefu_ui_test_wait (taken != NULL);
  g_assert_null (kefu_early_store_take_finish (taken, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
  g_assert_true (kefu_private_files_remove (parent, NULL, NULL));
}

static void
test_taken_for_another_folder_it_is_closed (void)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autofree char *one = g_dir_make_tmp ("kefu-early-XXXXXX", NULL);
  g_autofree char *other = g_dir_make_tmp ("kefu-early-XXXXXX", NULL);
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStore) store = NULL;
  KefuEarlyStore *early = kefu_early_store_begin (one, clock, AGENT, KEFU_STORE_DEFAULT);

  kefu_early_store_take_async (early, other, clock, AGENT, KEFU_STORE_DEFAULT, NULL, ready_cb, &taken);
  kefu_ui_test_wait (taken != NULL);
  store = kefu_early_store_take_finish (taken, &error);
  g_assert_no_error (error);
  g_assert_true (is_locked (other));
  kefu_ui_test_wait (!is_locked (one));
  kefu_store_close (store);
  g_assert_true (kefu_private_files_remove (one, NULL, NULL));
  g_assert_true (kefu_private_files_remove (other, NULL, NULL));
}

static void
notice_cb (char **notice, const char *text)
{
  g_free (*notice);
  *notice = g_strdup (text);
}

/* With its workspace open, where nothing else tells it. */
static void
test_a_demo_shop_that_does_not_start_says_why (void)
{
  Start start = { NULL };
  g_autofree char *dir = kefu_paths_workspace ("demo", "");
  g_autofree char *database = g_build_filename (dir, "kefu.db", NULL);
  g_autofree char *program = kefu_paths_find_server ();
  g_autofree char *notice = NULL;

  if (program == NULL)
    {
      g_test_skip ("kefu-server is not installed");
      return;
    }
  start_begin (&start, AGENT);
  g_settings_set_string (start.settings, "server-address", "demo");
  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (
    g_file_set_contents (database, "This is no database, but it is long enough to be looked at.", -1, NULL));
  g_signal_connect_swapped (start.sign_in, "notice", G_CALLBACK (notice_cb), &notice);
  g_assert_true (kefu_sign_in_resume (start.sign_in));
  kefu_ui_test_wait (start.n_opened == 1 && notice != NULL);
  g_test_message ("%s", notice);
  g_assert_nonnull (strstr (notice, database));
  g_assert_cmpuint (start.n_failed, ==, 0);
  start_end (&start);
  kefu_private_files_remove (dir, NULL, NULL);
}

int
main (int argc, char *argv[])
{
  g_autofree char *data = g_dir_make_tmp ("kefu-sign-in-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/sign-in/opens-before-the-keyring-answers", test_opens_before_the_keyring_answers);
  g_test_add_func ("/ui/sign-in/a-keyring-that-is-first-is-as-good", test_a_keyring_that_is_first_is_as_good);
  g_test_add_func ("/ui/sign-in/what-was-prepared-is-what-opens", test_what_was_prepared_is_what_opens);
  g_test_add_func ("/ui/sign-in/what-was-prepared-otherwise-is-opened-anew",
                   test_what_was_prepared_otherwise_is_opened_anew);
  g_test_add_func ("/ui/sign-in/nobody-is-prepared-for", test_nobody_is_prepared_for);
  g_test_add_func ("/ui/sign-in/a-demo-shop-that-does-not-start-says-why",
                   test_a_demo_shop_that_does_not_start_says_why);
  g_test_add_func ("/ui/sign-in/what-is-to-be-deleted-is-noted-before-it-is-left",
                   test_what_is_to_be_deleted_is_noted_before_it_is_left);
  g_test_add_func ("/ui/sign-in/dropped-it-is-closed", test_dropped_it_is_closed);
  g_test_add_func ("/ui/sign-in/its-error-is-told-to-who-takes-it", test_its_error_is_told_to_who_takes_it);
  g_test_add_func ("/ui/sign-in/taken-for-another-folder-it-is-closed", test_taken_for_another_folder_it_is_closed);
  status = g_test_run ();
  kefu_private_files_remove (data, NULL, NULL);
  return status;
}
