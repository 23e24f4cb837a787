/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real desk as a process: a home with a workspace in it, and what the system says of the program. */
#include "config.h"

#include "bench-desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kefu-secrets.h"

#define PATIENCE_MS 120000

static GSubprocess *keyring;

/* --- the home --- */

static gboolean
keyring_is_there (gpointer bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  gboolean there = FALSE;

  answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
                                        g_variant_new ("(s)", "org.freedesktop.secrets"), G_VARIANT_TYPE ("(b)"),
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  bench_check (error);
  g_variant_get (answer, "(b)", &there);
  return there;
}

/* A call before that would make the bus start another one, which asks for a password. */
static void
wait_for_keyring (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  bench_check (error);
  if (!bench_wait_until (keyring_is_there, bus, 20, PATIENCE_MS))
    g_error ("The keyring does not come");
}

static void
start_keyring (void)
{
  g_autoptr (GError) error = NULL;

  if (keyring != NULL)
    return;
  keyring = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", NULL);
  bench_check (error);
  /* its password, which is none */
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (keyring), "\n", 1, NULL, NULL, &error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (keyring), NULL, NULL);
  bench_check (error);
  wait_for_keyring ();
}

static void
stop_keyring (void)
{
  if (keyring == NULL)
    return;
  g_subprocess_send_signal (keyring, SIGTERM);
  g_subprocess_wait (keyring, NULL, NULL);
  g_clear_object (&keyring);
}

static void
keep_token (const char *address, const char *login, const char *token)
{
  g_autoptr (KefuSecrets) secrets = kefu_libsecret_secrets_new ();
  GAsyncResult *stored = NULL;
  g_autoptr (GError) error = NULL;

  kefu_secrets_store_async (secrets, address, login, token, NULL, bench_ready_cb, &stored);
  g_free (kefu_secrets_finish (secrets, bench_wait (&stored), &error));
  bench_check (error);
  g_object_unref (stored);
  if (!kefu_secrets_is_persistent (secrets))
    g_error ("The keyring does not take the token");
}

static char *
in_home (BenchHome *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_settings (BenchHome *self)
{
  g_autofree char *folder = g_build_filename (self->folder, "config", "glib-2.0", "settings", NULL);
  g_autofree char *path = g_build_filename (folder, "keyfile", NULL);
  g_autofree char *text =
    g_strdup_printf ("[org/kefu/Kefu]\nserver-address='%s'\nlogin='%s'\nagent-id='%s'\nagent-name='%s'\n"
                     "run-in-background=true\n",
                     self->address, bench_data_text ("login"), bench_data_text ("agent_id"),
                     bench_data_text ("agent_name"));
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, &error);
  bench_check (error);
}

static void
put_workspace (BenchHome *self)
{
  g_autofree char *desk = bench_copy_data ("desk");
  g_autofree char *key = g_strconcat (self->address, "\n", bench_data_text ("login"), NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_autofree char *parent = g_build_filename (self->folder, "data", "kefu", NULL);
  g_autofree char *place = NULL;

  hash[16] = '\0';
  place = g_build_filename (parent, hash, NULL);
  g_mkdir_with_parents (parent, 0700);
  if (g_rename (desk, place) != 0)
    g_error ("%s cannot be put into place", desk);
  self->cache = g_build_filename (place, "cache.db", NULL);
}

BenchHome *
bench_home_new (const char *address, const char *token)
{
  BenchHome *self = g_new0 (BenchHome, 1);
  const char *root = g_getenv ("KEFU_BENCH_ROOT");
  g_autofree char *config = NULL;
  g_autofree char *data = NULL;
  g_autofree char *cache = NULL;
  g_autofree char *path = NULL;
  g_autofree char *shares = NULL;

  if (root == NULL)
    g_error ("KEFU_BENCH_ROOT does not say where kefu is installed; tests/bench/run does");
  self->folder = bench_make_folder ();
  self->address = g_strdup (address);
  config = in_home (self, "config");
  data = in_home (self, "data");
  cache = in_home (self, "cache");
  path = g_strdup_printf ("%s/bin:%s", root, g_getenv ("PATH"));
  shares = g_strdup_printf ("%s/share:/usr/local/share:/usr/share", root);
  self->environment = g_get_environ ();
  self->environment = g_environ_setenv (self->environment, "HOME", self->folder, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_CONFIG_HOME", config, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_DATA_HOME", data, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_CACHE_HOME", cache, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_DATA_DIRS", shares, TRUE);
  self->environment = g_environ_setenv (self->environment, "PATH", path, TRUE);
  self->environment = g_environ_setenv (self->environment, "GSETTINGS_BACKEND", "keyfile", TRUE);
  self->environment = g_environ_setenv (self->environment, "LANGUAGE", "zh_CN", TRUE);
  self->environment = g_environ_unsetenv (self->environment, "GSETTINGS_SCHEMA_DIR");
  self->environment = g_environ_unsetenv (self->environment, "G_DEBUG");
  write_settings (self);
  put_workspace (self);
  start_keyring ();
  if (token != NULL)
    keep_token (address, bench_data_text ("login"), token);
  return self;
}

void
bench_home_free (BenchHome *self)
{
  stop_keyring ();
  g_free (self->folder);
  g_free (self->address);
  g_free (self->cache);
  g_strfreev (self->environment);
  g_free (self);
}

/* --- a process --- */

BenchProcess *
bench_process_new (BenchHome *home, const char *const *arguments)
{
  BenchProcess *self = g_new0 (BenchProcess, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;

  self->mark = in_home (home, "first-paint");
  g_remove (self->mark);
  g_subprocess_launcher_set_environ (launcher, home->environment);
  g_subprocess_launcher_setenv (launcher, "KEFU_FIRST_PAINT", self->mark, TRUE);
  self->started = bench_now ();
  self->process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  bench_check (error);
  self->pid = atoi (g_subprocess_get_identifier (self->process));
  return self;
}

static gboolean
is_painted (gpointer mark)
{
  return g_file_test (mark, G_FILE_TEST_EXISTS);
}

double
bench_process_wait_paint (BenchProcess *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!bench_wait_until (is_painted, self->mark, 5, PATIENCE_MS))
    g_error ("No row was painted");
  g_file_get_contents (self->mark, &text, NULL, &error);
  bench_check (error);
  return g_ascii_strtod (text + strlen ("rows "), NULL) / 1000 - self->started;
}

void
bench_process_free (BenchProcess *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_free (self->mark);
  g_free (self);
}

static char *
proc_text (int pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

/* The number after @name at the beginning of a line. */
static double
line_number (const char *text, const char *name)
{
  const char *line = strstr (text, name);

  return line != NULL ? g_ascii_strtod (line + strlen (name), NULL) : 0;
}

double
bench_process_pss (BenchProcess *self)
{
  g_autofree char *text = proc_text (self->pid, "smaps_rollup");

  return line_number (text, "\nPss:");
}

/* The sum over all threads of the number that @read finds. */
static double
sum_threads (int pid, const char *file, double (*read) (const char *))
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *thread;
  double sum = 0;

  while (dir != NULL && (thread = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_strdup_printf ("task/%s/%s", thread, file);
      g_autofree char *text = proc_text (pid, name);

      sum += read (text);
    }
  return sum;
}

static double
read_run_time (const char *text)
{
  return g_ascii_strtod (text, NULL) / 1e6;
}

static double
read_switches (const char *text)
{
  return line_number (text, "\nvoluntary_ctxt_switches:");
}

double
bench_process_cpu (BenchProcess *self)
{
  return sum_threads (self->pid, "schedstat", read_run_time);
}

double
bench_process_wakeups (BenchProcess *self)
{
  return sum_threads (self->pid, "status", read_switches);
}
