/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sending, retrying, reading, claiming, resolving: on both sides alike. */
#include "config.h"

#include <string.h>

#include "kefu-entity.h"
#include "ops-fixture.h"

#define SEND(digits, kind, body)                                                                                       \
  "{'id':'" ID (digits) "','conversation_id':'" CONVERSATION "','kind':'" kind "','body':'" body "','at':"             \
                        "1800000000000}"

static void
test_an_answer_is_queued_and_stops_the_clock (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "message.send", SEND ("50", "text", "亲，  马上\\n帮您查"));
  ops_assert_text (ops, "out|lin|queued|亲，  马上\n帮您查|1800000000000",
                   "SELECT dir||'|'||author_id||'|'||delivery||'|'||body||'|'||sent_at FROM message WHERE id = '" ID (
                     "50") "'");
  ops_assert_text (
    ops, "0|out|text|亲， 马上 帮您查|1800000000000|1",
    "SELECT waiting_since||'|'||last_dir||'|'||last_kind||'|'||last_text||'|'||last_at||'|'||out_since_in"
    " FROM conversation WHERE id = '" CONVERSATION "'");
  ops_applied (ops, "message.send", SEND ("51", "text", "好了"));
  ops_assert_int (ops, 2, "SELECT out_since_in FROM conversation WHERE id = '" CONVERSATION "'");
}

static void
test_the_server_counts_places_and_a_desk_puts_it_last (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "message.send", SEND ("50", "text", "一"));
  ops_applied (ops, "message.send", SEND ("51", "note", "二"));
  g_assert_cmpint (kefu_db_int (ops->server, 0, "SELECT mseq FROM message WHERE id = '" ID ("50") "'", ""), ==, 3);
  g_assert_cmpint (kefu_db_int (ops->server, 0, "SELECT mseq FROM message WHERE id = '" ID ("51") "'", ""), ==, 4);
  g_assert_cmpint (kefu_db_int (ops->server, 0, "SELECT last_mseq FROM conversation WHERE id = '" CONVERSATION "'", ""),
                   ==, 4);
  g_assert_cmpint (kefu_db_int (ops->desk, 0, "SELECT mseq FROM message WHERE id = '" ID ("50") "'", ""), ==,
                   KEFU_PENDING_MSEQ + NOW);
  g_assert_cmpint (kefu_db_int (ops->desk, 0, "SELECT last_mseq FROM conversation WHERE id = '" CONVERSATION "'", ""),
                   ==, 2);
}

static void
test_the_server_goes_by_its_own_clock (Ops *ops, gconstpointer data)
{
  g_autofree char *desk = NULL;
  JsonNode *node = json_from_string ("{\"id\":\"" ID ("50") "\",\"conversation_id\":\"" CONVERSATION
                                                            "\",\"kind\":\"text\",\"body\":\"x\",\"at\":1700000000000}",
                                     NULL);
  KefuDb *dbs[] = { ops->server, ops->desk };
  gint64 expected[] = { NOW, 1700000000000 };

  for (guint i = 0; i < 2; i++)
    {
      KefuOpContext context;

      kefu_op_context_init (&context, dbs[i], i == 0, NOW, "lin");
      g_assert_cmpint (kefu_op_apply (&context, "message.send", json_node_get_object (node), 0, NULL), ==,
                       KEFU_OP_APPLIED);
      g_assert_cmpint (kefu_db_int (dbs[i], 0, "SELECT sent_at FROM message WHERE id = '" ID ("50") "'", ""), ==,
                       expected[i]);
      kefu_op_context_clear (&context);
    }
  json_node_unref (node);
}

static void
test_a_note_leaves_the_customer_waiting_and_the_row_alone (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "message.send", SEND ("50", "note", "这位客户常退货，这条备注比渠道允许的二十个字长得多得多"));
  ops_assert_text (ops, "none|note|", "SELECT dir||'|'||kind||'|'||delivery FROM message WHERE id = '" ID ("50") "'");
  ops_assert_text (
    ops, "1799999000000|in|在吗|0",
    "SELECT waiting_since||'|'||last_dir||'|'||last_text||'|'||out_since_in FROM conversation WHERE id = '" CONVERSATION
    "'");
}

static void
test_answering_opens_a_resolved_or_snoozed_conversation (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved'}");
  ops_applied (ops, "message.send", SEND ("50", "note", "只是备注"));
  ops_assert_text (ops, "resolved", "SELECT status FROM conversation WHERE id = '" CONVERSATION "'");
  ops_applied (ops, "message.send", SEND ("51", "text", "还有一件事"));
  ops_assert_text (ops, "open", "SELECT status FROM conversation WHERE id = '" CONVERSATION "'");
  ops_assert_int (ops, 2, "SELECT count(*) FROM message WHERE kind = 'event' AND data->>'$.what' = 'status'");

  ops_applied (ops, "conversation.status",
               "{'conversation_id':'" CONVERSATION "','status':'snoozed','until':1800000900000}");
  ops_assert_int (ops, 1800000900000, "SELECT snooze_until FROM conversation WHERE id = '" CONVERSATION "'");
  ops_applied (ops, "message.send", SEND ("52", "text", "查到了"));
  ops_assert_text (ops, "open|-",
                   "SELECT status||'|'||coalesce(snooze_until, '-') FROM conversation WHERE id = '" CONVERSATION "'");
  ops_assert_int (ops, 3, "SELECT count(*) FROM message WHERE kind = 'event'");
}

static void
test_a_bad_message_is_refused_by_name (Ops *ops, gconstpointer data)
{
  ops_rejected (ops, "message.send", SEND ("50", "text", ""), "body");
  ops_rejected (ops, "message.send", SEND ("50", "text", " \\n　"), "body");
  ops_rejected (ops, "message.send", SEND ("50", "text", "一二三四五六七八九十一二三四五六七八九十一"), "body");
  ops_applied (ops, "message.send", SEND ("50", "text", "一二三四五六七八九十一二三四五六七八九十"));
  ops_rejected (ops, "message.send", SEND ("51", "voice", "x"), "kind");
  ops_rejected (ops, "message.send", "{'id':'7','conversation_id':'" CONVERSATION "','kind':'text','body':'x'}", "id");
  ops_rejected (ops, "message.send", "{'conversation_id':'" CONVERSATION "','kind':'text','body':'x'}", "id");
  ops_rejected (ops, "message.send",
                "{'id':'" ID ("51") "','conversation_id':'" ID ("99") "','kind':'text','body':'x'}", "conversation_id");
  ops_rejected (ops, "message.send",
                "{'id':'" ID ("51") "','conversation_id':'" CONVERSATION "','kind':'text','body':7}", "body");
  ops_rejected (ops, "message.send",
                "{'id':'" ID ("51") "','conversation_id':'" CONVERSATION "','kind':'text','body':'x','at':'soon'}",
                "at");
  /* The id of another message is not taken for a repetition. */
  ops_rejected (ops, "message.send",
                "{'id':'" MESSAGE "','conversation_id':'" CONVERSATION "','kind':'text','body':'x'}", "id");
  ops_rejected (ops, "message.push", "{}", "type");
}

static void
test_a_quote_is_of_the_same_conversation (Ops *ops, gconstpointer data)
{
#define QUOTING(digits, quote)                                                                                         \
  "{'id':'" ID (digits) "','conversation_id':'" CONVERSATION "','kind':'text','body':'x','quote_id':'" quote "'}"
  ops_applied (ops, "message.send", QUOTING ("50", MESSAGE));
  ops_rejected (ops, "message.send", QUOTING ("51", OTHER_MESSAGE), "quote_id");
  ops_rejected (ops, "message.send", QUOTING ("51", ID ("99")), "quote_id");
#undef QUOTING
}

static void
test_only_a_failed_message_is_queued_again (Ops *ops, gconstpointer data)
{
  KefuDb *dbs[] = { ops->server, ops->desk };

  ops_applied (ops, "message.retry", "{'id':'" OWN_MESSAGE "'}");
  ops_assert_text (ops, "sent", "SELECT delivery FROM message WHERE id = '" OWN_MESSAGE "'");
  for (guint i = 0; i < 2; i++)
    g_assert_true (
      kefu_db_exec (dbs[i],
                    "UPDATE message SET delivery = 'failed', delivery_reason = 'x', data = '{\"retryable\":false}'"
                    " WHERE id = '" OWN_MESSAGE "'",
                    NULL));
  ops_applied (ops, "message.retry", "{'id':'" OWN_MESSAGE "'}");
  ops_assert_text (ops, "queued|-",
                   "SELECT delivery||delivery_reason||'|'||coalesce(data, '-') FROM message WHERE id = '" OWN_MESSAGE
                   "'");
  ops_rejected (ops, "message.retry", "{'id':'" MESSAGE "'}", "id");
  ops_rejected (ops, "message.retry", "{'id':'" ID ("99") "'}", "id");
}

static void
test_read_marks_only_go_forward_and_never_past_the_end (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "conversation.read", "{'conversation_id':'" CONVERSATION "','mseq':1,'in_no':0}");
  ops_assert_text (ops, CONVERSATION ":lin|1|0", "SELECT id||'|'||mseq||'|'||in_no FROM read");
  ops_applied (ops, "conversation.read", "{'conversation_id':'" CONVERSATION "','mseq':4000001800000000,'in_no':7}");
  ops_assert_text (ops, "2|1", "SELECT mseq||'|'||in_no FROM read");
  ops_applied (ops, "conversation.read", "{'conversation_id':'" CONVERSATION "','mseq':1,'in_no':0}");
  ops_assert_text (ops, "2|1", "SELECT mseq||'|'||in_no FROM read");
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops->actor = "jie";
  ops_applied (ops, "conversation.read", "{'conversation_id':'" CONVERSATION "','mseq':2,'in_no':1}");
  ops_assert_int (ops, 2, "SELECT count(*) FROM read");
  ops_rejected (ops, "conversation.read", "{'conversation_id':'" ID ("99") "','mseq':2,'in_no':1}", "conversation_id");
  ops_rejected (ops, "conversation.read", "{'conversation_id':'" CONVERSATION "','in_no':1}", "mseq");
}

static void
test_a_claim_has_one_winner (Ops *ops, gconstpointer data)
{
  g_autofree char *message = NULL;

  ops_applied (ops, "conversation.claim", "{'conversation_id':'" CONVERSATION "','assignee_id':'lin'}");
  ops_assert_text (ops, "lin|claim|-|lin",
                   "SELECT author_id||'|'||(data->>'$.what')||'|'||coalesce(data->>'$.from', '-')||'|'||(data->>'$.to')"
                   " FROM message WHERE kind = 'event'");
  ops->actor = "jie";
  g_assert_cmpint (ops_apply (ops, "conversation.claim", "{'conversation_id':'" CONVERSATION "','assignee_id':'jie'}",
                              &message),
                   ==, KEFU_OP_CONFLICT);
  g_assert_nonnull (strstr (message, "林小满"));
  ops_assert_text (ops, "lin", "SELECT assignee_id FROM conversation WHERE id = '" CONVERSATION "'");
  /* One who knows who has it may take it over. */
  ops_applied (ops, "conversation.claim",
               "{'conversation_id':'" CONVERSATION "','assignee_id':'jie','expect_assignee':'lin'}");
  ops_applied (ops, "conversation.claim",
               "{'conversation_id':'" CONVERSATION "','expect_assignee':'jie','assignee_id':null}");
  ops_assert_int (ops, 1, "SELECT assignee_id IS NULL FROM conversation WHERE id = '" CONVERSATION "'");
  ops_conflict (ops, "conversation.claim",
                "{'conversation_id':'" CONVERSATION "','assignee_id':'lin','expect_assignee':'jie'}",
                "expect_assignee");
  ops_rejected (ops, "conversation.claim", "{'conversation_id':'" CONVERSATION "','assignee_id':'nobody'}",
                "assignee_id");
  ops_rejected (ops, "conversation.claim", "{'conversation_id':'" CONVERSATION "','assignee_id':'gone'}",
                "assignee_id");
  ops_rejected (ops, "conversation.claim", "{'conversation_id':'" ID ("99") "','assignee_id':'lin'}",
                "conversation_id");
}

static void
test_resolving_stops_the_clock (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved','in_no':1}");
  ops_assert_text (ops, "resolved|0",
                   "SELECT status||'|'||waiting_since FROM conversation WHERE id = '" CONVERSATION "'");
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'open'}");
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'open'}");
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_assert_int (ops, 2, "SELECT count(*) FROM message WHERE kind = 'event'");
  ops_rejected (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'snoozed'}", "until");
  ops_rejected (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'gone'}", "status");
  ops_rejected (ops, "conversation.status", "{'conversation_id':'" ID ("99") "','status':'open'}", "conversation_id");
}

static void
test_a_resolving_that_is_undone_gives_the_clock_back (Ops *ops, gconstpointer data)
{
  const char *clock = "SELECT status||' '||waiting_since FROM conversation WHERE id = '" CONVERSATION "'";

  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved'}");
  ops_assert_text (ops, "resolved 0", clock);
  ops_applied (ops, "conversation.status",
               "{'conversation_id':'" CONVERSATION "','status':'open','waiting_since':1799999000000}");
  ops_assert_text (ops, "open 1799999000000", clock);
  /* Only what was resolved, and only a time at which the customer was there. */
  ops_applied (ops, "conversation.status",
               "{'conversation_id':'" CONVERSATION "','status':'snoozed','until':1900000000000,'waiting_since':5}");
  ops_assert_text (ops, "snoozed 1799999000000", clock);
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved'}");
  ops_applied (ops, "conversation.status",
               "{'conversation_id':'" CONVERSATION "','status':'open','waiting_since':1799999000001}");
  ops_assert_text (ops, "open 0", clock);
}

#define NOTE(digits, body)                                                                                             \
  "{'id':'" ID (digits) "','conversation_id':'" CONVERSATION "','kind':'note','body':'" body "','at':1800000000000}"
#define MENTIONS(digits) "SELECT coalesce(data->>'$.mentions', '-') FROM message WHERE id = '" ID (digits) "'"

static void
test_a_note_knows_whom_it_mentions (Ops *ops, gconstpointer data)
{
  /* A name that another one begins with; and the same name twice. */
  static const char more[] = "INSERT INTO agent(id, name) VALUES('xiao', '林小'), ('jie2', '阿杰')";

  g_assert_true (kefu_db_exec (ops->server, more, NULL));
  g_assert_true (kefu_db_exec (ops->desk, more, NULL));
  ops_applied (ops, "message.send", NOTE ("80", "@林小满 看一下"));
  ops_assert_text (ops, "[\"lin\"]", MENTIONS ("80"));
  ops_applied (ops, "message.send", NOTE ("81", "请＠林小帮忙，@林小满 知道"));
  ops_assert_text (ops, "[\"xiao\",\"lin\"]", MENTIONS ("81"));
  ops_applied (ops, "message.send", NOTE ("82", "@阿杰@阿杰"));
  ops_assert_text (ops, "[\"jie\",\"jie2\"]", MENTIONS ("82"));
  ops_applied (ops, "message.send", NOTE ("83", "阿杰说的，a@b.example"));
  ops_assert_text (ops, "-", MENTIONS ("83"));
  /* To the customer an @ is just an @. */
  ops_applied (ops, "message.send",
               "{'id':'" ID ("84") "','conversation_id':'" CONVERSATION
                                   "','kind':'text','body':'@阿杰','at':1800000000000}");
  ops_assert_text (ops, "-", MENTIONS ("84"));
}

static void
test_a_conversation_with_unseen_words_is_not_resolved (Ops *ops, gconstpointer data)
{
  ops_conflict (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved','in_no':0}",
                "in_no");
  ops_applied (ops, "conversation.status", "{'conversation_id':'" CONVERSATION "','status':'resolved'}");
}

/* --- the way of an operation: on the desk, on the server, back by the feed --- */

typedef struct
{
  GPtrArray *refs;
  GPtrArray *bodies; /* of the server's state; NULL: there was none */
} Saved;

static gboolean
save_cb (KefuOpContext *context, const char *kind, const char *id, GError **error)
{
  Saved *saved = context->user_data;
  KefuEntityRef *ref = g_new0 (KefuEntityRef, 1);

  ref->kind = g_strdup (kind);
  ref->id = g_strdup (id);
  g_ptr_array_add (saved->refs, ref);
  g_ptr_array_add (saved->bodies, kefu_entity_to_json (context->db, kind, id, error));
  return TRUE;
}

static char *
feed_of (KefuDb *server)
{
  g_autoptr (GString) out = g_string_new ("[");
  g_autoptr (KefuStmt) rows = kefu_db_query (server, NULL, "SELECT seq, kind, id, op FROM change ORDER BY seq", "");

  while (kefu_stmt_step (rows, NULL))
    {
      g_autofree char *body = kefu_entity_to_json (server, kefu_stmt_text (rows, 1), kefu_stmt_text (rows, 2), NULL);

      g_string_append_printf (out, "%s{\"seq\":%d,\"kind\":\"%s\",\"id\":\"%s\",\"op\":\"%s\",\"body\":%s}",
                              out->len > 1 ? "," : "", (int) kefu_stmt_int (rows, 0), kefu_stmt_text (rows, 1),
                              kefu_stmt_text (rows, 2), kefu_stmt_text (rows, 3), body != NULL ? body : "null");
    }
  g_string_append_c (out, ']');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_the_feed_makes_the_desk_what_the_server_is (Ops *ops, gconstpointer data)
{
  static const char *const steps[][2] = {
    { "message.send", SEND ("50", "text", "好的") },
    { "conversation.claim", "{'conversation_id':'" CONVERSATION "','assignee_id':'lin'}" },
    { "conversation.read", "{'conversation_id':'" CONVERSATION "','mseq':2,'in_no':1}" },
    { "checklist.add", "{'id':'" ID ("60") "','conversation_id':'" CONVERSATION "','kind':'gift','title':'送电池'}" },
    { "phrase.remove", "{'id':'" PHRASE "'}" },
  };
  KefuDb *dbs[] = { ops->desk, ops->server };
  Saved saved = { g_ptr_array_new (), g_ptr_array_new () };
  g_autofree char *feed = NULL;
  g_autoptr (GError) error = NULL;
  const char *const *kinds = kefu_entity_kinds ();

  for (guint d = 0; d < 2; d++)
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
      {
        g_autofree char *json = g_strdelimit (g_strdup (steps[i][1]), "'", '"');
        g_autofree char *op_id = g_strdup_printf ("01890000-0000-7000-9000-%012u", i);
        g_autoptr (JsonNode) node = json_from_string (json, NULL);
        KefuOpContext context;

        kefu_op_context_init (&context, dbs[d], d == 1, NOW, "lin");
        context.op_id = op_id;
        context.touch = d == 0 ? save_cb : NULL;
        context.user_data = &saved;
        g_assert_cmpint (kefu_op_apply (&context, steps[i][0], json_node_get_object (node), 0, &error), ==,
                         KEFU_OP_APPLIED);
        if (d == 1)
          ops_assign_revs (&context);
        kefu_op_context_clear (&context);
      }

  /* What the desk does with a batch: back to the server's state, then the batch. */
  for (guint i = saved.refs->len; i > 0; i--)
    {
      KefuEntityRef *ref = g_ptr_array_index (saved.refs, i - 1);

      g_assert_true (
        kefu_entity_restore (ops->desk, ref->kind, ref->id, g_ptr_array_index (saved.bodies, i - 1), &error));
      g_free (g_ptr_array_index (saved.bodies, i - 1));
      g_free (ref->kind);
      g_free (ref->id);
      g_free (ref);
    }
  feed = feed_of (ops->server);
  g_assert_true (kefu_entity_apply_changes (ops->desk, feed, NULL, NULL, &error));
  g_assert_no_error (error);

  for (guint k = 0; kinds[k] != NULL; k++)
    {
      g_autofree char *sql =
        g_strdup_printf ("SELECT group_concat(id) FROM (SELECT id FROM %s ORDER BY id)", kefu_entity_table (kinds[k]));
      g_autofree char *on_server = kefu_db_text (ops->server, sql, "");
      g_autofree char *on_desk = kefu_db_text (ops->desk, sql, "");
      g_auto (GStrv) ids = g_strsplit (on_server != NULL ? on_server : "", ",", -1);

      g_assert_cmpstr (on_desk, ==, on_server);
      for (guint i = 0; ids[i] != NULL; i++)
        {
          g_autofree char *there = kefu_entity_to_json (ops->server, kinds[k], ids[i], NULL);
          g_autofree char *here = kefu_entity_to_json (ops->desk, kinds[k], ids[i], NULL);

          g_assert_cmpstr (here, ==, there);
        }
    }
  g_ptr_array_unref (saved.refs);
  g_ptr_array_unref (saved.bodies);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/ops/message/" name, Ops, NULL, ops_set_up, func, ops_tear_down)
  ADD ("an-answer-is-queued-and-stops-the-clock", test_an_answer_is_queued_and_stops_the_clock);
  ADD ("the-server-counts-places-and-a-desk-puts-it-last", test_the_server_counts_places_and_a_desk_puts_it_last);
  ADD ("the-server-goes-by-its-own-clock", test_the_server_goes_by_its_own_clock);
  ADD ("a-note-leaves-the-customer-waiting-and-the-row-alone",
       test_a_note_leaves_the_customer_waiting_and_the_row_alone);
  ADD ("answering-opens-a-resolved-or-snoozed-conversation", test_answering_opens_a_resolved_or_snoozed_conversation);
  ADD ("a-bad-message-is-refused-by-name", test_a_bad_message_is_refused_by_name);
  ADD ("a-quote-is-of-the-same-conversation", test_a_quote_is_of_the_same_conversation);
  ADD ("only-a-failed-message-is-queued-again", test_only_a_failed_message_is_queued_again);
  ADD ("read-marks-only-go-forward-and-never-past-the-end", test_read_marks_only_go_forward_and_never_past_the_end);
  ADD ("a-claim-has-one-winner", test_a_claim_has_one_winner);
  ADD ("resolving-stops-the-clock", test_resolving_stops_the_clock);
  ADD ("a-resolving-that-is-undone-gives-the-clock-back", test_a_resolving_that_is_undone_gives_the_clock_back);
  ADD ("a-note-knows-whom-it-mentions", test_a_note_knows_whom_it_mentions);
  ADD ("a-conversation-with-unseen-words-is-not-resolved", test_a_conversation_with_unseen_words_is_not_resolved);
  ADD ("the-feed-makes-the-desk-what-the-server-is", test_the_feed_makes_the_desk_what_the_server_is);
#undef ADD
  return g_test_run ();
}
