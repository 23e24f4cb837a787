/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the secret stores, with a real keyring on a bus of its own. */
#include "config.h"

#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <signal.h>
#include <sys/prctl.h>

#include "kefu-secrets.h"

#define SERVER "https://desk.example"

typedef struct
{
  gboolean done;
  char *token;
  GError *error;
} Answer;

static void
answer_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->token = kefu_secrets_finish (KEFU_SECRETS (object), result, &answer->error);
  answer->done = TRUE;
}

/* (transfer full): the token; there must be no error. */
static char *
wait_for (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (answer->error);
  return answer->token;
}

static void
store (KefuSecrets *secrets, const char *login, const char *token)
{
  Answer answer = { 0 };

  kefu_secrets_store_async (secrets, SERVER, login, token, NULL, answer_cb, &answer);
  g_assert_null (wait_for (&answer));
}

static void
clear (KefuSecrets *secrets, const char *login)
{
  Answer answer = { 0 };

  kefu_secrets_clear_async (secrets, SERVER, login, NULL, answer_cb, &answer);
  g_assert_null (wait_for (&answer));
}

static void
assert_stored (KefuSecrets *secrets, const char *server, const char *login, const char *expected)
{
  Answer answer = { 0 };
  g_autofree char *token = NULL;

  kefu_secrets_lookup_async (secrets, server, login, NULL, answer_cb, &answer);
  token = wait_for (&answer);
  g_assert_cmpstr (token, ==, expected);
}

/* What every store of secrets does. */
static void
keeps_tokens_apart (KefuSecrets *secrets)
{
  assert_stored (secrets, SERVER, "lin", NULL);
  store (secrets, "lin", "token-1");
  store (secrets, "jie", "token-2");
  assert_stored (secrets, SERVER, "lin", "token-1");
  assert_stored (secrets, SERVER, "jie", "token-2");
  assert_stored (secrets, "https://other.example", "lin", NULL);
  store (secrets, "lin", "token-3");
  assert_stored (secrets, SERVER, "lin", "token-3");
  clear (secrets, "lin");
  clear (secrets, "nobody");
  assert_stored (secrets, SERVER, "lin", NULL);
  assert_stored (secrets, SERVER, "jie", "token-2");
}

static void
test_memory (void)
{
  KefuSecrets *secrets = kefu_memory_secrets_new ();

  keeps_tokens_apart (secrets);
  g_assert_false (kefu_secrets_is_persistent (secrets));
  g_assert_finalize_object (secrets);
}

static void
test_without_a_service (void)
{
  KefuSecrets *secrets;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  secrets = kefu_libsecret_secrets_new ();
  keeps_tokens_apart (secrets);
  g_assert_false (kefu_secrets_is_persistent (secrets));
  g_assert_finalize_object (secrets);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  KefuSecrets *secrets = kefu_libsecret_secrets_new ();
  Answer answer = { 0 };

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  kefu_secrets_store_async (secrets, SERVER, "lin", "token-1", cancellable, answer_cb, &answer);
  g_cancellable_cancel (cancellable);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
  assert_stored (secrets, SERVER, "lin", NULL);
  g_assert_finalize_object (secrets);
}

static void
die_with_parent_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* (transfer full): a bus of our own that starts nothing; GTestDBus would wait for libsecret to let go of the connection, in vain. */
static GSubprocess *
start_bus (const char *home)
{
  static const char conf[] = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
                             "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
                             "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
  g_autofree char *path = g_build_filename (home, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  GSubprocess *bus;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  g_file_set_contents (path, conf, -1, &error);
  g_assert_no_error (error);
  bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork", "--print-address", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  return bus;
}

static void
remove_all (const char *dir)
{
  g_autoptr (GDir) handle = g_dir_open (dir, 0, NULL);
  const char *name;

  while (handle != NULL && (name = g_dir_read_name (handle)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_all (path);
      else
        g_remove (path);
    }
  g_rmdir (dir);
}

/* (transfer full): gnome-keyring with an unlocked keyring in @home. */
static GSubprocess *
start_keyring (const char *home)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  GSubprocess *keyring;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "HOME", home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", home, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  keyring = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground", "--unlock",
                                         "--components=secrets", NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (keyring), "password", 8, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (keyring), NULL, NULL);
  /* it says where it listens when it is ready */
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (keyring));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  return keyring;
}

static void
name_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
wait_for_service (void)
{
  gboolean there = FALSE;
  guint id = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.secrets", G_BUS_NAME_WATCHER_FLAGS_NONE, name_cb,
                               NULL, &there, NULL);

  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (id);
}

static void
test_with_a_keyring (void)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autofree char *home = NULL;
  g_autoptr (GSubprocess) bus = NULL;
  g_autoptr (GSubprocess) keyring = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  KefuSecrets *secrets;

  if (program == NULL || daemon == NULL)
    {
      g_test_skip ("needs gnome-keyring and dbus-daemon");
      return;
    }
  home = g_dir_make_tmp ("kefu-test-XXXXXX", &error);
  g_assert_no_error (error);
  bus = start_bus (home);
  keyring = start_keyring (home);
  wait_for_service ();

  secrets = kefu_libsecret_secrets_new ();
  keeps_tokens_apart (secrets);
  g_assert_true (kefu_secrets_is_persistent (secrets));
  g_assert_finalize_object (secrets);

  /* another program run */
  secrets = kefu_libsecret_secrets_new ();
  assert_stored (secrets, SERVER, "jie", "token-2");

  /* the service goes away in the middle of the day */
  g_subprocess_send_signal (keyring, SIGTERM);
  g_subprocess_wait (keyring, NULL, NULL);
  store (secrets, "lin", "token-9");
  assert_stored (secrets, SERVER, "lin", "token-9");
  g_assert_false (kefu_secrets_is_persistent (secrets));

  /* and comes back: what it does not have is found, and is only safe when it is stored again */
  g_clear_object (&keyring);
  keyring = start_keyring (home);
  wait_for_service ();
  assert_stored (secrets, SERVER, "lin", "token-9");
  g_assert_false (kefu_secrets_is_persistent (secrets));
  store (secrets, "lin", "token-10");
  assert_stored (secrets, SERVER, "lin", "token-10");
  g_assert_true (kefu_secrets_is_persistent (secrets));
  g_assert_finalize_object (secrets);
  g_subprocess_send_signal (keyring, SIGTERM);
  g_subprocess_wait (keyring, NULL, NULL);

  /* libsecret keeps its connection, which must not end the program with the bus */
  secret_service_disconnect ();
  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_subprocess_send_signal (bus, SIGTERM);
  g_subprocess_wait (bus, NULL, NULL);
  remove_all (home);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/memory-keeps-tokens-apart", test_memory);
  g_test_add_func ("/secrets/without-a-service-memory-steps-in-and-says-so", test_without_a_service);
  g_test_add_func ("/secrets/cancelled-call-stores-nothing", test_cancelled);
  g_test_add_func ("/secrets/keyring-keeps-tokens-after-a-restart", test_with_a_keyring);
  return g_test_run ();
}
