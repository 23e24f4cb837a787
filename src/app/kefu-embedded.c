/* SPDX-License-Identifier: GPL-3.0-or-later
 * The embedded workspace: a kefu-server of our own, started, watched and stopped. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-embedded.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kefu-backoff.h"

/* How a line of the server's begins that says what is wrong. */
#define COMPLAINT "kefu-server: "

/* The server is a process of its own and not a thread: it is the same program that serves a team, and a crash of the
 * desk does not take the shop's database with it. */
struct _KefuEmbedded
{
  GObject parent_instance;

  char *program;
  char *dir;
  char *socket;
  KefuClock *clock;

  GSubprocess *process;
  GDataInputStream *output;
  GCancellable *cancellable;
  char *address;
  char *said;   /* (nullable): its last complaint */
  char *status; /* (nullable): how it ended, while what it said is still read */
  gboolean at_end;
  KefuBackoff backoff;
  guint restart_id;
  gboolean wanted;
};

enum
{
  READY,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuEmbedded, kefu_embedded, G_TYPE_OBJECT)

static void spawn (KefuEmbedded *self);
static void read_line (KefuEmbedded *self);

static void
forget_process (KefuEmbedded *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->said, g_free);
  g_clear_pointer (&self->status, g_free);
  self->at_end = FALSE;
}

static void
restart_cb (gpointer user_data)
{
  KefuEmbedded *self = user_data;

  self->restart_id = 0;
  spawn (self);
}

/* The process is gone, or was never there. */
static void
ended (KefuEmbedded *self, const char *status)
{
  gboolean was_ready = self->address != NULL;
  g_autofree char *why = self->said != NULL ? g_steal_pointer (&self->said) : g_strdup (status);

  forget_process (self);
  if (!self->wanted)
    return;
  g_message ("The embedded server ended: %s", why);
  self->restart_id = kefu_clock_add_timeout (self->clock, kefu_backoff_next (&self->backoff), restart_cb, self, NULL);
  if (!was_ready)
    g_signal_emit (self, signals[FAILED], 0, why);
}

static void
end_if_all_is_read (KefuEmbedded *self)
{
  g_autofree char *status = NULL;

  if (self->status == NULL || !self->at_end)
    return;
  status = g_steal_pointer (&self->status);
  ended (self, status);
}

static void
take_line (KefuEmbedded *self, const char *line)
{
  if (g_str_has_prefix (line, "ready ") && self->address == NULL)
    {
      const char *where = line + strlen ("ready ");

      self->address = where[0] == '/' ? g_strconcat ("unix:", where, NULL) : g_strdup (where);
      kefu_backoff_reset (&self->backoff);
      g_signal_emit (self, signals[READY], 0, self->address);
    }
  else
    {
      g_message ("The embedded server: %s", line);
      if (g_str_has_prefix (line, COMPLAINT))
        {
          g_free (self->said);
          self->said = g_strdup (line + strlen (COMPLAINT));
        }
    }
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuEmbedded) self = user_data;
  g_autofree char *bytes = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_autofree char *line = bytes != NULL ? g_utf8_make_valid (bytes, -1) : NULL;

  if (self->output != G_DATA_INPUT_STREAM (source))
    return;
  if (line == NULL)
    {
      self->at_end = TRUE;
      end_if_all_is_read (self);
      return;
    }
  take_line (self, line);
  /* what else it says must be taken out of the pipe too */
  read_line (self);
}

static void
read_line (KefuEmbedded *self)
{
  if (self->output != NULL)
    g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, line_cb,
                                         g_object_ref (self));
}

static void
exited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuEmbedded) self = user_data;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL) || self->process != G_SUBPROCESS (source))
    return;
  if (g_subprocess_get_if_exited (self->process))
    /* TRANSLATORS: %d is the exit status of a program */
    self->status =
      g_strdup_printf (_ ("kefu-server stopped with status %d"), g_subprocess_get_exit_status (self->process));
  else
    self->status =
      g_strdup_printf (_ ("kefu-server was ended by signal %d"), g_subprocess_get_term_sig (self->process));
  /* why comes on the way of all it says */
  end_if_all_is_read (self);
}

/* Runs in the child: when the desk dies without a word, the server is told to end too. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
spawn (KefuEmbedded *self)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, self->program, "serve", "--data", self->dir,
                                               "--socket", self->socket, "--demo", NULL);
  if (self->process == NULL)
    {
      ended (self, error->message);
      return;
    }
  self->cancellable = g_cancellable_new ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  read_line (self);
  g_subprocess_wait_async (self->process, self->cancellable, exited_cb, g_object_ref (self));
}

static void
kefu_embedded_dispose (GObject *object)
{
  KefuEmbedded *self = KEFU_EMBEDDED (object);

  kefu_embedded_stop (self);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kefu_embedded_parent_class)->dispose (object);
}

static void
kefu_embedded_finalize (GObject *object)
{
  KefuEmbedded *self = KEFU_EMBEDDED (object);

  g_free (self->program);
  g_free (self->dir);
  g_free (self->socket);
  G_OBJECT_CLASS (kefu_embedded_parent_class)->finalize (object);
}

static void
kefu_embedded_class_init (KefuEmbeddedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_embedded_dispose;
  object_class->finalize = kefu_embedded_finalize;

  signals[READY] =
    g_signal_new ("ready", KEFU_TYPE_EMBEDDED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] =
    g_signal_new ("failed", KEFU_TYPE_EMBEDDED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kefu_embedded_init (KefuEmbedded *self)
{
  kefu_backoff_init (&self->backoff, 500, 30000);
}

KefuEmbedded *
kefu_embedded_new (const char *program, const char *dir, const char *socket, KefuClock *clock)
{
  KefuEmbedded *self = g_object_new (KEFU_TYPE_EMBEDDED, NULL);

  self->program = g_strdup (program);
  self->dir = g_strdup (dir);
  self->socket = g_strdup (socket);
  self->clock = g_object_ref (clock);
  return self;
}

void
kefu_embedded_start (KefuEmbedded *self)
{
  g_return_if_fail (KEFU_IS_EMBEDDED (self));

  self->wanted = TRUE;
  kefu_clock_clear_timeout (self->clock, &self->restart_id);
  if (self->process == NULL)
    spawn (self);
}

void
kefu_embedded_stop (KefuEmbedded *self)
{
  g_return_if_fail (KEFU_IS_EMBEDDED (self));

  self->wanted = FALSE;
  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->restart_id);
  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
  forget_process (self);
}

const char *
kefu_embedded_get_address (KefuEmbedded *self)
{
  g_return_val_if_fail (KEFU_IS_EMBEDDED (self), NULL);

  return self->address;
}
