/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server under load: a folder with its agents, the process, and what it uses. */
#include "config.h"

#include "load-server.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kefu-channels.h"
#include "kefu-storage.h"
#include "kefu-tokens.h"

/* Written before the server starts: signing in is slow on purpose, and not what is measured. */
static gboolean
fill (LoadServer *self, KefuDb *db, guint n_desks, GError **error)
{
  g_autoptr (KefuWrite) write = kefu_write_begin (db, g_get_real_time () / 1000, error);
  KefuChannelSpec spec = { .type = "wangwang", .name = "旺旺", .shop = "表带店" };

  if (write == NULL || (self->channel_id = kefu_channel_add (write, &spec, &self->secret, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < n_desks; i++)
    {
      g_autofree char *id = g_strdup_printf ("a%u", i);
      g_autofree char *json = g_strdup_printf ("{\"id\":\"%s\",\"name\":\"客服 %u\",\"login\":\"%s\"}", id, i, id);
      char *token;

      if (!kefu_write_put (write, "agent", json, error) ||
          (token = kefu_token_create (write, id, id, "", error)) == NULL)
        return FALSE;
      g_ptr_array_add (self->tokens, token);
    }
  return kefu_write_commit (write, error);
}

static void
prepare (LoadServer *self, guint n_desks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_storage_open_db (self->dir, &error);

  if (db == NULL || !fill (self, db, n_desks, &error))
    g_error ("%s: %s", self->dir, error->message);
  self->epoch = kefu_storage_read_epoch (db);
  self->head = kefu_storage_read_head (db);
}

static void
start (LoadServer *self, const char *program)
{
  const char *argv[] = { program, "serve", "--die-with-parent", "--data", self->dir, NULL };
  g_autoptr (GError) error = NULL;
  char line[512];
  FILE *out;
  int fd;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->pid, NULL,
                                 &fd, NULL, &error))
    g_error ("%s: %s", program, error->message);
  out = fdopen (fd, "r");
  if (fgets (line, sizeof line, out) == NULL || !g_str_has_prefix (line, "ready "))
    g_error ("%s does not start", program);
  self->socket_path = g_strdup (g_strchomp (line + strlen ("ready ")));
  fclose (out);
}

LoadServer *
load_server_new (const char *program, guint n_desks)
{
  LoadServer *self = g_new0 (LoadServer, 1);

  self->dir = g_dir_make_tmp ("kefu-load-XXXXXX", NULL);
  if (self->dir == NULL)
    g_error ("No folder can be made");
  self->tokens = g_ptr_array_new_with_free_func (g_free);
  self->usage = g_array_new (FALSE, FALSE, sizeof (LoadUsage));
  prepare (self, n_desks);
  start (self, program);
  return self;
}

/* The number of kB in the line @name of a file of /proc. */
static double
proc_kb (GPid pid, const char *file, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, file);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, name)) == NULL)
    return 0;
  return g_ascii_strtod (line + strlen (name), NULL);
}

static double
proc_cpu (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  /* Behind the name, which may hold spaces: utime and stime are the 12th and 13th. */
  words = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (g_ascii_strtod (words[11], NULL) + g_ascii_strtod (words[12], NULL)) / (double) sysconf (_SC_CLK_TCK);
}

void
load_server_sample (LoadServer *self)
{
  LoadUsage usage = { proc_kb (self->pid, "smaps_rollup", "\nPss:") / 1024,
                      proc_kb (self->pid, "status", "\nVmRSS:") / 1024, proc_cpu (self->pid) };

  g_array_append_val (self->usage, usage);
}

static gint64
file_size (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (gint64) status.st_size : 0;
}

int
load_server_stop (LoadServer *self, gint64 *db_bytes)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", self->dir);
  int status = 0;

  kill (self->pid, SIGTERM);
  waitpid (self->pid, &status, 0);
  *db_bytes = file_size (self->dir, "kefu.db") + file_size (self->dir, "kefu.db-wal");
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (self->dir);
  g_free (self->socket_path);
  g_free (self->channel_id);
  g_free (self->secret);
  g_free (self->epoch);
  g_ptr_array_unref (self->tokens);
  g_array_unref (self->usage);
  g_free (self);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}
