/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels: made by the command beside the running server, put on conversations by agents. */
#include "config.h"

#include <string.h>

#include "kefu-id.h"
#include "net-fixture.h"

/* (transfer full): the output of kefu-server label @words…; fails unless it exits with @status. */
static char *
run (NetFixture *fixture, int status, const char *words)
{
  g_autofree char *all = g_strconcat (g_getenv ("KEFU_SERVER"), " label ", words, " --data ", fixture->dir, NULL);
  g_auto (GStrv) argv = g_strsplit (all, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                       &error);
  char *out;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  return out;
}

static void
assert_run (NetFixture *fixture, const char *words, const char *expected)
{
  g_autofree char *out = run (fixture, 0, words);

  g_assert_cmpstr (out, ==, expected);
}

static void
assert_run_fails (NetFixture *fixture, int status, const char *words, const char *says)
{
  g_autofree char *out = run (fixture, status, words);

  if (strstr (out, says) == NULL)
    g_error ("“%s” does not say “%s”: %s", words, says, out);
}

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static void
test_the_command (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *first = run (fixture, 0, "add 催发货 --color amber");
  g_autofree char *second = run (fixture, 0, "add 售后");
  g_autofree char *id = g_strchomp (g_strdup (first + strlen ("id ")));

  g_assert_true (g_str_has_prefix (first, "id "));
  g_assert_true (kefu_id_is_valid (id));
  assert_run (fixture, "list", "催发货\tamber\n售后\tred\n");
  assert_run (fixture, "rename 售后 售后中", "");
  assert_run (fixture, "list", "催发货\tamber\n售后中\tred\n");
  assert_run (fixture, "remove 催发货", "");
  assert_run (fixture, "list", "售后中\tred\n");

  assert_run_fails (fixture, 1, "add 售后中", "already");
  assert_run_fails (fixture, 1, "add 新 --color mauve", "grey, red");
  assert_run_fails (fixture, 1, "add 一二三四五六七八九十一二三四五六七八九十一", "20");
  assert_run_fails (fixture, 1, "remove 没有", "没有");
  assert_run_fails (fixture, 1, "rename 没有 有", "没有");
  assert_run_fails (fixture, 2, "add", "label --help");
}

static void
test_agents_label_conversations (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *out = run (fixture, 0, "add 急");
  g_autofree char *label = g_strchomp (g_strdup (out + strlen ("id ")));
  g_autofree char *cursor = NULL;
  g_autoptr (NetReader) reader = NULL;
  g_autofree char *conversation = NULL;
  g_autofree char *args = NULL;
  g_autofree char *op_id = net_id ();
  g_autofree char *again_id = net_id ();
  g_autoptr (JsonObject) done = NULL;
  g_autoptr (JsonObject) refused = NULL;
  g_autofree char *labels = NULL;
  g_autofree char *expected = g_strdup_printf ("[\"%s\"]", label);

  net_customer_writes (fixture, "e1", "buyer", "在吗");
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  cursor = g_strdup_printf ("%s.%d", fixture->epoch, (int) net_sql_int (fixture, "SELECT max(seq) FROM change"));
  reader = net_reader_new (fixture, fixture->token, cursor);
  args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"label_id\":\"%s\",\"add\":true}", conversation, label);
  done = net_op (fixture, op_id, "conversation.label", args);
  g_assert_cmpstr (json_object_get_string_member (done, "status"), ==, "applied");
  labels = net_sql (fixture, "SELECT labels FROM conversation");
  g_assert_cmpstr (labels, ==, expected);
  NET_WAIT_UNTIL (net_reader_count (reader, "conversation") == 1);

  /* A label that is no more is refused by name; the conversation keeps its id. */
  g_free (run (fixture, 0, "remove 急"));
  NET_WAIT_UNTIL (net_reader_count (reader, "label") == 1);
  net_customer_writes (fixture, "e2", "another", "在吗");
  g_clear_pointer (&conversation, g_free);
  conversation = net_sql (fixture, "SELECT id FROM conversation WHERE labels = '[]'");
  g_clear_pointer (&args, g_free);
  args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"label_id\":\"%s\",\"add\":true}", conversation, label);
  refused = net_op (fixture, again_id, "conversation.label", args);
  g_assert_cmpstr (json_object_get_string_member (refused, "status"), ==, "rejected");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/net/labels/the-command", NetFixture, NULL, set_up, test_the_command, tear_down);
  g_test_add ("/net/labels/agents-label-conversations", NetFixture, NULL, set_up, test_agents_label_conversations,
              tear_down);
  return g_test_run ();
}
