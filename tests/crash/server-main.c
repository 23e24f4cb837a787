/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server whose clock can be set: crash-server DIR, then `jump MS` on standard input. */
#include "config.h"

#include <stdio.h>

#include <gio/gunixinputstream.h>

#include "jump-clock.h"
#include "kefu-server.h"

typedef struct
{
  GMainLoop *loop;
  KefuClock *clock;
  GDataInputStream *commands;
} Host;

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Host *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  g_assert_true (g_str_has_prefix (line, "jump "));
  jump_clock_jump (JUMP_CLOCK (self->clock), g_ascii_strtoll (line + 5, NULL, 10));
  printf ("jumped\n");
  fflush (stdout);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_main_loop_quit (((Host *) user_data)->loop);
}

int
main (int argc, char **argv)
{
  Host self = { NULL };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);
  g_autoptr (KefuServer) server = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    return 2;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.clock = jump_clock_new ();
  self.commands = g_data_input_stream_new (input);
  server = kefu_server_new (argv[1], self.clock);
  if (!kefu_server_open (server, &error) || !kefu_server_listen_unix (server, NULL, &error))
    g_error ("%s", error->message);
  printf ("ready %s\n", kefu_server_get_address (server));
  fflush (stdout);
  g_data_input_stream_read_line_async (self.commands, G_PRIORITY_DEFAULT, NULL, line_cb, &self);
  g_main_loop_run (self.loop);
  kefu_server_stop_async (server, stopped_cb, &self);
  g_main_loop_run (self.loop);
  g_clear_object (&server);
  g_clear_object (&self.commands);
  g_clear_object (&self.clock);
  g_main_loop_unref (self.loop);
  return 0;
}
