/* SPDX-License-Identifier: GPL-3.0-or-later
 * The supervisor of the embedded server, with scripts in the server's place. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <glib/gstdio.h>

#include "kefu-embedded.h"
#include "kefu-ui-test.h"

typedef struct
{
  char *dir;
  char *program;
  KefuClock *clock;
  KefuEmbedded *embedded;
  guint n_ready;
  guint n_failed;
  char *address;
  char *why;
} Case;

static void
ready_cb (Case *c, const char *address)
{
  c->n_ready++;
  g_free (c->address);
  c->address = g_strdup (address);
}

static void
failed_cb (Case *c, const char *text)
{
  c->n_failed++;
  g_free (c->why);
  c->why = g_strdup (text);
}

/* @script: what stands for kefu-server; it runs in its folder. */
static void
set_up (Case *c, const char *script)
{
  g_autofree char *text = NULL;

  c->dir = g_dir_make_tmp ("kefu-embedded-XXXXXX", NULL);
  c->program = g_build_filename (c->dir, "server", NULL);
  text = g_strdup_printf ("#!/bin/sh\ncd '%s'\necho \"$*\" >> calls\n%s\n", c->dir, script);
  g_assert_true (g_file_set_contents_full (c->program, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  c->clock = kefu_fake_clock_new (1000);
  c->embedded = kefu_embedded_new (c->program, c->dir, "/run/x.sock", c->clock);
  g_signal_connect_swapped (c->embedded, "ready", G_CALLBACK (ready_cb), c);
  g_signal_connect_swapped (c->embedded, "failed", G_CALLBACK (failed_cb), c);
}

static gboolean
has_file (Case *c, const char *name)
{
  g_autofree char *path = g_build_filename (c->dir, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
read_file (Case *c, const char *name)
{
  g_autofree char *path = g_build_filename (c->dir, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
tear_down (Case *c)
{
  static const char *names[] = { "server", "calls", "ended", "once" };

  kefu_embedded_stop (c->embedded);
  kefu_ui_test_settle ();
  g_assert_finalize_object (c->embedded);
  g_object_unref (c->clock);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (c->dir, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (c->dir);
  g_free (c->dir);
  g_free (c->program);
  g_free (c->address);
  g_free (c->why);
}

static void
test_says_when_it_is_ready (void)
{
  Case c = { 0 };
  g_autofree char *calls = NULL;
  g_autofree char *expected = NULL;

  set_up (&c, "trap 'touch ended; exit 0' TERM\necho starting\necho ready /run/x.sock\nwhile :; do sleep 0.05; done");
  kefu_embedded_start (c.embedded);
  kefu_embedded_start (c.embedded);
  g_assert_null (kefu_embedded_get_address (c.embedded));
  kefu_ui_test_wait (c.n_ready == 1);
  g_assert_cmpstr (c.address, ==, "unix:/run/x.sock");
  g_assert_cmpstr (kefu_embedded_get_address (c.embedded), ==, "unix:/run/x.sock");
  calls = read_file (&c, "calls");
  expected = g_strdup_printf ("serve --data %s --socket /run/x.sock --demo\n", c.dir);
  g_assert_cmpstr (calls, ==, expected);

  kefu_embedded_stop (c.embedded);
  kefu_ui_test_wait (has_file (&c, "ended"));
  g_assert_cmpuint (c.n_failed, ==, 0);
  tear_down (&c);
}

static void
test_tells_a_bad_start_and_tries_again (void)
{
  Case c = { 0 };

  set_up (&c, "[ -f once ] || { touch once; exit 3; }\necho ready /run/x.sock\nexec sleep 60");
  kefu_embedded_start (c.embedded);
  kefu_ui_test_wait (c.n_failed == 1);
  g_assert_nonnull (strstr (c.why, "3"));
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (c.clock)), >, 0);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (c.clock), 1000);
  kefu_ui_test_wait (c.n_ready == 1);
  g_assert_cmpuint (c.n_failed, ==, 1);
  tear_down (&c);
}

/* Its last words, wherever it says them and whatever else it says. */
static void
test_tells_what_the_server_says (void)
{
  Case c = { 0 };

  set_up (&c, "echo starting\necho 'kefu-server: first' >&2\nprintf 'kefu-server: the disk is full \\377\\n' >&2\n"
              "echo ending\nexit 1");
  kefu_embedded_start (c.embedded);
  kefu_ui_test_wait (c.n_failed == 1);
  g_assert_cmpstr (c.why, ==, "the disk is full \357\277\275");
  tear_down (&c);
}

static void
test_restarts_what_died (void)
{
  Case c = { 0 };

  set_up (&c, "echo ready /run/x.sock\n[ -f once ] || { touch once; kill -9 $$; }\nexec sleep 60");
  kefu_embedded_start (c.embedded);
  kefu_ui_test_wait (c.n_ready == 1 && kefu_fake_clock_next (KEFU_FAKE_CLOCK (c.clock)) > 0);
  g_assert_null (kefu_embedded_get_address (c.embedded));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (c.clock), 1000);
  kefu_ui_test_wait (c.n_ready == 2);
  g_assert_cmpuint (c.n_failed, ==, 0);
  tear_down (&c);
}

static void
test_a_missing_program_is_a_failure (void)
{
  Case c = { 0 };

  set_up (&c, "exit 0");
  g_unlink (c.program);
  kefu_embedded_start (c.embedded);
  kefu_ui_test_wait (c.n_failed == 1);
  kefu_embedded_stop (c.embedded);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (c.clock)), ==, -1);
  tear_down (&c);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/embedded/says-when-it-is-ready", test_says_when_it_is_ready);
  g_test_add_func ("/ui/embedded/tells-a-bad-start-and-tries-again", test_tells_a_bad_start_and_tries_again);
  g_test_add_func ("/ui/embedded/tells-what-the-server-says", test_tells_what_the_server_says);
  g_test_add_func ("/ui/embedded/restarts-what-died", test_restarts_what_died);
  g_test_add_func ("/ui/embedded/a-missing-program-is-a-failure", test_a_missing_program_is_a_failure);
  return g_test_run ();
}
