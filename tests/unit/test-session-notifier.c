/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the libnotify notifier, with a real notification daemon (dunst) on a bus and a display of its own. */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <libnotify/notify.h>
#include <locale.h>
#include <signal.h>
#include <sys/prctl.h>

#include "kefu-notifier.h"

#define WAIT_MS 20000

typedef struct
{
  GTestDBus *bus;
  GSubprocess *display;
  GSubprocess *dunst;
  char *display_name;
  char *conf;
} Desk;

typedef struct
{
  guint clicks;
  char *id;
  char *action;
  char *token;
} Clicked;

/* A daemon under the test's control: answers when told to. */
typedef struct
{
  GDBusConnection *connection;
  GDBusMethodInvocation *waiting;
  GString *bodies;
  guint n_notify;
  guint n_close;
} Daemon;

static gboolean
have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path != NULL;
}

/* Iterates until @condition is true; fails after a long time. */
#define wait_for(condition)                                                                                            \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 until = g_get_monotonic_time () + WAIT_MS * 1000;                                                           \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        g_assert_cmpint (g_get_monotonic_time (), <, until);                                                           \
        if (!g_main_context_iteration (NULL, FALSE))                                                                   \
          g_usleep (5000);                                                                                             \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

/* (transfer full): what dunstctl prints, without the end of line; "" if it fails. */
static char *
ask (Desk *desk, const char *command, const char *argument)
{
  g_autoptr (GSubprocess) dunstctl = NULL;
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  dunstctl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "dunstctl",
                               command, argument, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (dunstctl, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  return g_strchomp (out);
}

static gboolean
answers (Desk *desk, const char *command, const char *argument, const char *expected)
{
  g_autofree char *answer = ask (desk, command, argument);

  return g_str_equal (answer, expected);
}

/* A failed test leaves nothing behind. */
static void
die_with_parent_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
set_up (Desk *desk)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;

  if (!have ("Xvfb") || !have ("dunst") || !have ("dunstctl") || !have ("dbus-daemon"))
    {
      g_test_skip ("needs Xvfb, dunst and dbus-daemon");
      return FALSE;
    }
  desk->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (desk->bus);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  desk->display = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "1", "-screen", "0",
                                               "640x480x24", "-nolisten", "tcp", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (desk->display));
  number = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  desk->display_name = g_strconcat (":", number, NULL);

  desk->conf = g_build_filename (g_get_tmp_dir (), "kefu-test-dunstrc", NULL);
  g_file_set_contents (desk->conf, "[global]\n font = sans 9\n markup = full\n", -1, &error);
  g_assert_no_error (error);
  g_clear_object (&launcher);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  /* its warnings (no such icon) are not ours */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_setenv (launcher, "DISPLAY", desk->display_name, TRUE);
  desk->dunst = g_subprocess_launcher_spawn (launcher, &error, "dunst", "-conf", desk->conf, NULL);
  g_assert_no_error (error);
  wait_for (answers (desk, "is-paused", NULL, "false"));
  return TRUE;
}

static void
stop (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
tear_down (Desk *desk)
{
  stop (&desk->dunst);
  stop (&desk->display);
  g_remove (desk->conf);
  g_free (desk->conf);
  g_free (desk->display_name);
}

static void
activated_cb (KefuNotifier *notifier, const char *id, const char *action, const char *token, gpointer user_data)
{
  Clicked *clicked = user_data;

  clicked->clicks++;
  g_free (clicked->id);
  g_free (clicked->action);
  g_free (clicked->token);
  clicked->token = g_strdup (token);
  clicked->id = g_strdup (id);
  clicked->action = g_strdup (action);
}

static void
shows_what_it_is_told (Desk *desk, KefuNotifier *notifier)
{
  g_autofree char *history = NULL;

  kefu_notifier_show (notifier, "c1", "沈若溪 · 微信", "a < b & c，能发吗？", FALSE);
  wait_for (answers (desk, "count", "displayed", "1"));
  g_free (ask (desk, "close-all", NULL));
  wait_for (answers (desk, "count", "history", "1"));
  history = ask (desk, "history", NULL);
  g_test_message ("%s", history);
  g_assert_nonnull (strstr (history, "沈若溪 · 微信"));
  g_assert_nonnull (strstr (history, "a &lt; b &amp; c，能发吗？"));
  g_assert_nonnull (strstr (history, "im.received"));
  g_assert_nonnull (strstr (history, "Kefu"));
}

static void
replaces_the_same_conversation (Desk *desk, KefuNotifier *notifier)
{
  g_autofree char *history = NULL;

  kefu_notifier_show (notifier, "c1", "沈若溪", "first", FALSE);
  wait_for (answers (desk, "count", "displayed", "1"));
  kefu_notifier_show (notifier, "c1", "沈若溪", "second", FALSE);
  kefu_notifier_show (notifier, "c2", "韩冬青", "another", TRUE);
  wait_for (answers (desk, "count", "displayed", "2"));
  g_free (ask (desk, "close-all", NULL));
  wait_for (answers (desk, "count", "history", "3"));
  history = ask (desk, "history", NULL);
  g_assert_null (strstr (history, "first"));
  g_assert_nonnull (strstr (history, "second"));
  /* what is urgent stays until it is seen */
  g_assert_nonnull (strstr (history, "\"data\" : 0\n"));
}

static void
withdraws (Desk *desk, KefuNotifier *notifier)
{
  kefu_notifier_show (notifier, "c1", "沈若溪", "one", FALSE);
  kefu_notifier_show (notifier, "c2", "韩冬青", "two", FALSE);
  wait_for (answers (desk, "count", "displayed", "2"));
  kefu_notifier_withdraw (notifier, "c1");
  kefu_notifier_withdraw (notifier, "never shown");
  wait_for (answers (desk, "count", "displayed", "1"));
  kefu_notifier_withdraw (notifier, "c2");
  wait_for (answers (desk, "count", "displayed", "0"));
}

static void
tells_of_clicks (Desk *desk, KefuNotifier *notifier)
{
  Clicked clicked = { 0 };
  gulong handler = g_signal_connect (notifier, "activated", G_CALLBACK (activated_cb), &clicked);

  kefu_notifier_show (notifier, "conversation-7", "沈若溪", "click me", FALSE);
  wait_for (answers (desk, "count", "displayed", "1"));
  g_free (ask (desk, "action", "0"));
  wait_for (clicked.clicks == 1);
  g_assert_cmpstr (clicked.id, ==, "conversation-7");
  g_assert_cmpstr (clicked.action, ==, "open");
  g_signal_handler_disconnect (notifier, handler);
  g_free (clicked.id);
  g_free (clicked.token);
  g_free (clicked.action);
  g_free (ask (desk, "close-all", NULL));
  wait_for (answers (desk, "count", "displayed", "0"));
}

static void
takes_everything_down_at_the_end (Desk *desk, KefuNotifier *notifier)
{
  kefu_notifier_show (notifier, "c1", "沈若溪", "one", FALSE);
  wait_for (answers (desk, "count", "displayed", "1"));
  g_assert_finalize_object (notifier);
  wait_for (answers (desk, "count", "displayed", "0"));
}

static void
test_with_a_daemon (void)
{
  Desk desk = { 0 };
  KefuNotifier *notifier;

  if (!set_up (&desk))
    return;
  notifier = kefu_libnotify_notifier_new ();
  shows_what_it_is_told (&desk, notifier);
  replaces_the_same_conversation (&desk, notifier);
  withdraws (&desk, notifier);
  tells_of_clicks (&desk, notifier);
  takes_everything_down_at_the_end (&desk, notifier);
  tear_down (&desk);
  g_test_dbus_stop (desk.bus);
  g_object_unref (desk.bus);
}

static const char daemon_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>"
  "<arg type='s' direction='out'/><arg type='s' direction='out'/></method>"
  "</interface></node>";

static void
method_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  Daemon *daemon = user_data;
  const char *body;

  if (g_str_equal (method, "GetCapabilities"))
    {
      static const char *const caps[] = { "actions", "body", NULL };

      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", caps));
    }
  else if (g_str_equal (method, "GetServerInformation"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(ssss)", "slow", "kefu", "1", "1.2"));
    }
  else if (g_str_equal (method, "CloseNotification"))
    {
      daemon->n_close++;
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else
    {
      g_variant_get_child (parameters, 4, "&s", &body);
      g_string_append_printf (daemon->bodies, "%s;", body);
      daemon->n_notify++;
      daemon->waiting = invocation;
    }
}

static void
let_go (Daemon *daemon)
{
  g_dbus_method_invocation_return_value (g_steal_pointer (&daemon->waiting), g_variant_new ("(u)", 7));
}

static void
emit (Daemon *daemon, const char *signal, const char *argument)
{
  g_dbus_connection_emit_signal (daemon->connection, NULL, "/org/freedesktop/Notifications",
                                 "org.freedesktop.Notifications", signal, g_variant_new ("(us)", 7, argument), NULL);
}

static guint
serve (Daemon *daemon, GTestDBus *bus)
{
  static const GDBusInterfaceVTable vtable = { method_cb, NULL, NULL, { 0 } };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  guint id;

  daemon->bodies = g_string_new (NULL);
  daemon->connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                               NULL, NULL, &error);
  g_assert_no_error (error);
  node = g_dbus_node_info_new_for_xml (daemon_xml, &error);
  g_assert_no_error (error);
  id = g_dbus_connection_register_object (daemon->connection, "/org/freedesktop/Notifications", node->interfaces[0],
                                          &vtable, daemon, NULL, &error);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (daemon->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "RequestName",
                                        g_variant_new ("(su)", "org.freedesktop.Notifications", 4), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return id;
}

static void
test_with_a_slow_daemon (void)
{
  g_autoptr (GTestDBus) bus = NULL;
  Daemon daemon = { 0 };
  Clicked clicked = { 0 };
  KefuNotifier *notifier;
  guint id;

  if (!have ("dbus-daemon"))
    {
      g_test_skip ("needs dbus-daemon");
      return;
    }
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  id = serve (&daemon, bus);
  notifier = kefu_libnotify_notifier_new ();
  g_signal_connect (notifier, "activated", G_CALLBACK (activated_cb), &clicked);

  /* it sits on the first one: what comes meanwhile is overtaken by the newest, and is not markup for this daemon */
  kefu_notifier_show (notifier, "c1", "沈若溪", "1", FALSE);
  wait_for (daemon.waiting != NULL);
  for (guint i = 2; i < 100; i++)
    {
      g_autofree char *body = g_strdup_printf ("<%u>", i);

      kefu_notifier_show (notifier, "c1", "沈若溪", body, FALSE);
    }
  let_go (&daemon);
  wait_for (daemon.n_notify == 2);
  let_go (&daemon);
  g_assert_cmpstr (daemon.bodies->str, ==, "1;<99>;");

  emit (&daemon, "ActivationToken", "token-5");
  emit (&daemon, "ActionInvoked", "read");
  wait_for (clicked.clicks == 1);
  g_assert_cmpstr (clicked.id, ==, "c1");
  g_assert_cmpstr (clicked.action, ==, "read");
  g_assert_cmpstr (clicked.token, ==, "token-5");

  kefu_notifier_withdraw (notifier, "c1");
  wait_for (daemon.n_close == 1);

  /* and at the end it hangs: the program does not */
  kefu_notifier_show (notifier, "c2", "沈若溪", "2", FALSE);
  wait_for (daemon.waiting != NULL);
  g_assert_finalize_object (notifier);
  let_go (&daemon);
  /* the thread, on its own now, still clears up behind itself */
  wait_for (daemon.n_close == 2);
  g_dbus_connection_flush_sync (daemon.connection, NULL, NULL);
  wait_for (!notify_is_initted ());

  g_dbus_connection_unregister_object (daemon.connection, id);
  g_clear_object (&daemon.connection);
  g_string_free (daemon.bodies, TRUE);
  g_free (clicked.id);
  g_free (clicked.action);
  g_free (clicked.token);
  g_test_dbus_stop (bus);
}

static void
test_without_a_daemon (void)
{
  g_autoptr (KefuNotifier) notifier = NULL;
  gint64 start;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  notifier = kefu_libnotify_notifier_new ();
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    kefu_notifier_show (notifier, "c1", "沈若溪", "nobody listens", FALSE);
  kefu_notifier_withdraw (notifier, "c1");
  /* the caller never waits */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 200000);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notifier/is-silent-without-a-daemon", test_without_a_daemon);
  g_test_add_func ("/notifier/slow-daemon-holds-nobody-up", test_with_a_slow_daemon);
  g_test_add_func ("/notifier/shows-replaces-withdraws-and-tells-of-clicks", test_with_a_daemon);
  return g_test_run ();
}
