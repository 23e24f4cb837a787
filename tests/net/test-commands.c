/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands with the wrong words: each says what is wrong, and leaves everything as it was. */
#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "kefu-private-files.h"

#define LONG_NAME                                                                                                      \
  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"               \
  "0123456789012345678901234567890123456789"

typedef struct
{
  char *dir;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("kefu-commands-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kefu_private_files_remove (self->dir, NULL, NULL);
  g_free (self->dir);
}

static gboolean
has_database (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->dir, "kefu.db", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* @words: with `|` between them. Returns the exit status. */
static int
run (Fixture *self, const char *words, char **says)
{
  g_auto (GStrv) split = g_strsplit (words, "|", -1);
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_strv_builder_add (argv, g_getenv ("KEFU_SERVER"));
  g_strv_builder_addv (argv, (const char **) split);
  g_strv_builder_add_many (argv, "--data", self->dir, NULL);
  all = g_strv_builder_end (argv);
  process = g_subprocess_newv ((const char *const *) all,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, says, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
assert_fails (Fixture *self, const char *words, int status, const char *expected)
{
  g_autofree char *says = NULL;
  int got = run (self, words, &says);

  g_test_message ("%s: %s", words, says);
  g_assert_cmpint (got, ==, status);
  if (strstr (says, expected) == NULL)
    g_error ("“%s” does not say “%s”: %s", words, expected, says);
}

static void
test_the_wrong_folder_stays_empty (Fixture *self, gconstpointer data)
{
  static const char *const commands[] = { "user|list",      "user|password|lin", "user|sessions|lin", "channel|list",
                                          "channel|url|c1", "label|list",        "label|remove|急",   "restored" };
  g_autofree char *csv = g_build_filename (self->dir, "o.csv", NULL);
  g_autofree char *import = g_strdup_printf ("import|orders|%s|--channel|c1", csv);

  g_assert_true (g_file_set_contents (csv, "number,state,placed_at,customer_key\n", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    assert_fails (self, commands[i], 1, "There is no server’s database in");
  assert_fails (self, import, 1, "There is no server’s database in");
  g_assert_false (has_database (self));
}

static void
test_wrong_words (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *words;
    int status;
    const char *says;
  } cases[] = {
    { "user|add||林", 1, "The login should have 1 to 64 bytes" },
    { "user|add|l\nin|林", 1, "The login should have 1 to 64 bytes" },
    { "user|add|" LONG_NAME "|林", 1, "The login should have 1 to 64 bytes" },
    { "user|add|lin2|林\t客服", 1, "The name should have 1 to 200 bytes" },
    { "user|add|lin|林", 1, "There is a login “lin” already" },
    { "user|add|lin2|林|--role|boss", 1, "The role should be agent or lead" },
    { "user|password|nobody", 1, "There is no login “nobody”" },
    { "user|nothing", 2, "see kefu-server user --help" },
    { "channel|add|fax|传真", 1, "The type should be one of" },
    { "channel|add|wechat|微\n信", 1, "The channel needs a name in one line" },
    { "channel|add|wechat|微信|--url|file:///etc/passwd", 1, "The URL should be http:// or https://" },
    { "channel|rotate|nothing", 1, "There is no channel nothing" },
    { "label|add|", 1, "The name of a label has 1 to 20 characters" },
    { "label|rename|nothing|急", 1, "There is no label “nothing”" },
    { "serve|--listen|1.2.3.4:web", 1, "1.2.3.4:web is not an IP address and port" },
    { "serve|--listen|127.0.0.1:99999", 1, "127.0.0.1:99999 is not an IP address and port" },
    { "serve|--listen|99999999", 1, "99999999 is not an IP address and port" },
    { "serve|--listen|203.0.113.1:80", 1, "Without a certificate only loopback addresses are allowed" },
    { "serve|--socket|/tmp/" LONG_NAME, 1, "is too long for a socket" },
    { "serve|--token-days|0", 2, "--token-days is from 1 to 3650" },
    { "serve|--demo|--speed|nan", 2, "--speed, --customers and --history are not negative" },
    { "serve|--demo|--speed|inf", 2, "--speed, --customers and --history are not negative" },
    { "serve|--demo|--customers|-1", 2, "--speed, --customers and --history are not negative" },
    { "serve|now", 2, "“now” is one too many" },
  };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *added = NULL;

  g_assert_cmpint (run (self, "user|add|lin|林", &added), ==, 0);
  g_assert_cmpint (run (self, "user|list", &before), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_fails (self, cases[i].words, cases[i].status, cases[i].says);
  g_assert_cmpint (run (self, "user|list", &after), ==, 0);
  g_assert_cmpstr (before, ==, "lin\t林\tagent\n");
  g_assert_cmpstr (after, ==, before);
  g_free (g_steal_pointer (&after));
  g_assert_cmpint (run (self, "channel|list", &after), ==, 0);
  g_assert_cmpstr (after, ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/net/commands/the-wrong-folder-stays-empty", Fixture, NULL, set_up, test_the_wrong_folder_stays_empty,
              tear_down);
  g_test_add ("/net/commands/wrong-words", Fixture, NULL, set_up, test_wrong_words, tear_down);
  return g_test_run ();
}
