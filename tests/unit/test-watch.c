/* SPDX-License-Identifier: GPL-3.0-or-later
 * The watch over the main loop: who holds it is named, and who does not is left alone. */
#define G_LOG_DOMAIN "kefu-test"
#include "config.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "kefu-watch.h"

#define LONG_MS (10 * KEFU_WATCH_STALL_MS)

typedef struct
{
  char *path;
  KefuWatch *watch;
  GMainLoop *loop;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("kefu-watch-XXXXXX", &self->path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  self->watch = kefu_watch_start (self->path);
  g_assert_nonnull (self->watch);
  self->loop = g_main_loop_new (NULL, FALSE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->watch, kefu_watch_stop);
  g_main_loop_unref (self->loop);
  g_unlink (self->path);
  g_free (self->path);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gint64
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static gboolean
busy_cb (gpointer user_data)
{
  gint64 end = cpu_ms () + LONG_MS;

  while (cpu_ms () < end)
    continue;
  return G_SOURCE_REMOVE;
}

static gboolean
blocked_cb (gpointer user_data)
{
  g_usleep (LONG_MS * 1000);
  return G_SOURCE_REMOVE;
}

/* (transfer full): what was written of a turn in which @func ran (NULL: nothing), and of the ones around it. */
static JsonArray *
lines_of (Fixture *self, GSourceFunc func)
{
  g_autoptr (JsonArray) found = json_array_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (func != NULL)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_name (source, "the culprit");
      g_source_set_callback (source, func, NULL, NULL);
      g_source_attach (source, NULL);
    }
  /* long enough for the loop to sleep, which is no stall */
  g_timeout_add (2 * LONG_MS, quit_cb, self->loop);
  g_main_loop_run (self->loop);
  g_clear_pointer (&self->watch, kefu_watch_stop);

  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (JsonNode) node = json_from_string (lines[i], &error);

        g_assert_no_error (error);
        json_array_add_element (found, g_steal_pointer (&node));
      }
  return g_steal_pointer (&found);
}

static void
assert_culprit (JsonArray *lines, const char *function)
{
  JsonObject *line;
  JsonArray *stacks;

  g_assert_cmpuint (json_array_get_length (lines), ==, 1);
  line = json_array_get_object_element (lines, 0);
  g_assert_cmpfloat (json_object_get_double_member (line, "stall_ms"), >, KEFU_WATCH_STALL_MS);
  g_assert_cmpstr (json_object_get_string_member (line, "source"), ==, "the culprit");
  stacks = json_object_get_array_member (line, "stacks");
  g_assert_cmpuint (json_array_get_length (stacks), >, 0);
  g_assert_nonnull (strstr (json_array_get_string_element (stacks, 0), function));
}

static void
test_busy_source_is_named (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonArray) lines = lines_of (self, busy_cb);

  assert_culprit (lines, "busy_cb");
  g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (lines, 0), "cpu_ms"), >=,
                     LONG_MS - 1);
}

static void
test_blocking_call_is_named (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonArray) lines = lines_of (self, blocked_cb);
  JsonObject *line;

  assert_culprit (lines, "blocked_cb");
  line = json_array_get_object_element (lines, 0);
  g_assert_cmpfloat (json_object_get_double_member (line, "blocked_ms"), >,
                     json_object_get_double_member (line, "cpu_ms"));
}

static void
test_sleeping_loop_is_no_stall (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonArray) lines = lines_of (self, NULL);

  g_assert_cmpuint (json_array_get_length (lines), ==, 0);
}

static void
test_end_leaves_nothing_behind (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  struct sigaction action;

  g_clear_pointer (&self->watch, kefu_watch_stop);
  g_idle_add (busy_cb, NULL);
  g_timeout_add (0, quit_cb, self->loop);
  g_main_loop_run (self->loop);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (sigaction (SIGPROF, NULL, &action), ==, 0);
  g_assert_true (action.sa_handler == SIG_DFL);
}

static void
test_a_place_that_cannot_be_written (void)
{
  g_test_expect_message ("kefu-base", G_LOG_LEVEL_MESSAGE, "*cannot be written*");
  g_assert_null (kefu_watch_start ("/nowhere/at/all"));
  g_test_assert_expected_messages ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/watch/busy-source-is-named", Fixture, NULL, set_up, test_busy_source_is_named, tear_down);
  g_test_add ("/watch/blocking-call-is-named", Fixture, NULL, set_up, test_blocking_call_is_named, tear_down);
  g_test_add ("/watch/sleeping-loop-is-no-stall", Fixture, NULL, set_up, test_sleeping_loop_is_no_stall, tear_down);
  g_test_add ("/watch/end-leaves-nothing-behind", Fixture, NULL, set_up, test_end_leaves_nothing_behind, tear_down);
  g_test_add_func ("/watch/a-place-that-cannot-be-written", test_a_place_that_cannot_be_written);
  return g_test_run ();
}
