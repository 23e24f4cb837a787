/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server serve: run until a signal. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-cli-private.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "kefu-fingerprint.h"
#include "kefu-tokens.h"
#include "kefu-watch.h"

/* A serving program, from its options to its exit status. */
typedef struct
{
  char *data;
  char *socket;
  char *listen;
  char *tls_cert;
  char *tls_key;
  int token_days;
  gboolean die_with_parent;
  gboolean with_demo;
  KefuDemoOptions demo_options;

  const KefuDemoHooks *hooks;
  GMainLoop *loop;
  KefuServer *server;
  GObject *demo;
  gboolean stopping;
  int status;
} Serve;

static void
serve_clear (Serve *self)
{
  g_clear_object (&self->demo);
  g_clear_object (&self->server);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self->data);
  g_free (self->socket);
  g_free (self->listen);
  g_free (self->tls_cert);
  g_free (self->tls_key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Serve, serve_clear)

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serve *self = user_data;

  kefu_server_stop_finish (KEFU_SERVER (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
stop (Serve *self)
{
  if (self->stopping)
    return;
  self->stopping = TRUE;
  if (self->demo != NULL)
    self->hooks->stop (self->demo);
  kefu_server_stop_async (self->server, stopped_cb, self);
}

static gboolean
signal_cb (gpointer user_data)
{
  stop (user_data);
  return G_SOURCE_CONTINUE;
}

/* Whoever started the server waits for this line. */
static void
say_ready (Serve *self)
{
  const char *fingerprint = kefu_server_get_fingerprint (self->server);

  g_print ("ready %s\n", kefu_server_get_address (self->server));
  /* What the desks show and their agents compare. */
  if (fingerprint != NULL)
    {
      g_autofree char *grouped = kefu_fingerprint_group (fingerprint);

      g_print ("fingerprint %s\n", grouped);
    }
  fflush (stdout);
}

static void
demo_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serve *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->stopping)
    return;
  if (self->hooks->start_finish (source, result, &error))
    {
      say_ready (self);
      return;
    }
  self->status = kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  stop (self);
}

static gboolean
parse (Serve *self, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &self->data, N_ ("The folder of the server"), N_ ("DIR") },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &self->socket, N_ ("Listen on this Unix socket; DIR/kefu.sock by default"),
      N_ ("PATH") },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &self->listen, N_ ("Listen on TCP"), N_ ("ADDRESS:PORT") },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_cert, N_ ("Certificate, PEM; needed off loopback"),
      N_ ("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_key, N_ ("Its private key, PEM"), N_ ("FILE") },
    { "token-days", 0, 0, G_OPTION_ARG_INT, &self->token_days,
      N_ ("A device that was not used for so many days must sign in again; 30 by default"), N_ ("N") },
    { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &self->die_with_parent,
      N_ ("Stop when the program that started it ends"), NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &self->with_demo,
      N_ ("Fill a new database with the demo shop, and let its customers write"), NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &self->demo_options.seed, N_ ("Demo: the same number makes the same shop"),
      N_ ("N") },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &self->demo_options.speed, N_ ("Demo: how fast its time goes"), N_ ("X") },
    { "customers", 0, 0, G_OPTION_ARG_INT, &self->demo_options.customers,
      N_ ("Demo: a large shop of so many customers"), N_ ("N") },
    { "history", 0, 0, G_OPTION_ARG_INT, &self->demo_options.history, N_ ("Demo: and so many messages"), N_ ("M") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("");
  g_autoptr (GError) error = NULL;

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    self->status = kefu_cli_fail (KEFU_EXIT_USAGE, "%s", error->message);
  else if (argc > 1)
    self->status = kefu_cli_fail (KEFU_EXIT_USAGE, _ ("“%s” is one too many; see kefu-server serve --help"), argv[1]);
  else if (self->with_demo && self->hooks == NULL)
    self->status = kefu_cli_fail (KEFU_EXIT_USAGE, _ ("This kefu-server was built without the demo shop"));
  else if (!isfinite (self->demo_options.speed) || self->demo_options.speed < 0 || self->demo_options.customers < 0 ||
           self->demo_options.history < 0)
    self->status = kefu_cli_fail (KEFU_EXIT_USAGE, _ ("--speed, --customers and --history are not negative"));
  else if (self->token_days < 1 || self->token_days > 3650)
    self->status = kefu_cli_fail (KEFU_EXIT_USAGE, _ ("--token-days is from 1 to 3650"));
  return self->status == 0;
}

static gboolean
start (Serve *self, GError **error)
{
  g_autofree char *data_dir = kefu_cli_data_dir (self->data);
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();

  self->server = kefu_server_new (data_dir, clock);
  kefu_server_set_token_days (self->server, self->token_days);
  if (!kefu_server_open (self->server, error))
    return FALSE;
  if ((self->listen == NULL || self->socket != NULL) && !kefu_server_listen_unix (self->server, self->socket, error))
    return FALSE;
  return self->listen == NULL ||
         kefu_server_listen_tcp (self->server, self->listen, self->tls_cert, self->tls_key, error);
}

/* Every connection is a file: as many as the system lets us. */
static void
allow_connections (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, 65536);
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* The signal comes only for a parent that dies from now on; one that is dead already has given us away. */
static gboolean
follow_parent (void)
{
  pid_t parent = getppid ();

  return prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid () == parent && parent != 1;
}

int
kefu_cli_serve (int argc, char **argv, const KefuDemoHooks *hooks)
{
  g_auto (Serve) self = { .hooks = hooks, .token_days = KEFU_TOKEN_DAYS, .demo_options = { .seed = 1, .speed = 1.0 } };
  g_autoptr (KefuWatch) watch = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (&self, argc, argv))
    return self.status;
  if (self.die_with_parent && !follow_parent ())
    return kefu_cli_fail (KEFU_EXIT_FAILED, _ ("The program that started it is gone"));
  allow_connections ();
  watch = kefu_watch_start_if_wanted ();
  self.loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, signal_cb, &self);
  g_unix_signal_add (SIGINT, signal_cb, &self);
  if (!start (&self, &error))
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  if (self.with_demo)
    self.demo = hooks->start (self.server, &self.demo_options, demo_started_cb, &self);
  else
    say_ready (&self);
  g_main_loop_run (self.loop);
  return self.status;
}
