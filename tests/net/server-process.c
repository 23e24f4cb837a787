/* SPDX-License-Identifier: GPL-3.0-or-later
 * The installed kefu-server as a process of its own; its program is named by KEFU_SERVER. */
#include "config.h"

#include "server-process.h"

#include <signal.h>
#include <string.h>

char *
server_process_command (const char *dir, const char *input, const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  g_ptr_array_add (argv, (gpointer) g_getenv ("KEFU_SERVER"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, (gpointer) "--data");
  g_ptr_array_add (argv, (gpointer) dir);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return out;
}

char *
server_process_value (const char *said, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], name))
      return g_strdup (lines[i] + strlen (name) + 1);
  g_error ("no %s in: %s", name, said);
}

GSubprocess *
server_process_start (const char *dir)
{
  g_autoptr (GSubprocess) self = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  self = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("KEFU_SERVER"), "serve", "--data", dir,
                           "--die-with-parent", NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (line != NULL && g_str_has_prefix (line, "ready "));
  return g_steal_pointer (&self);
}

void
server_process_kill (GSubprocess **self)
{
  g_subprocess_send_signal (*self, SIGKILL);
  g_subprocess_wait (*self, NULL, NULL);
  g_clear_object (self);
}
