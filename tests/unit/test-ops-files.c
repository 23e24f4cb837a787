/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages with files: what an agent sends, on both sides alike, and what a customer sends. */
#include "config.h"

#include "ops-fixture.h"

#define SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define PICTURE "{'sha256':'" SHA "','mime':'image/png','name':'伤.png','size':70,'width':3,'height':4}"

#define SEND(digits, kind, body, attachment)                                                                           \
  "{'id':'" ID (digits) "','conversation_id':'" CONVERSATION "','kind':'" kind "','body':'" body                       \
                        "','at':1800000000000" attachment "}"
#define SEND_FILE(digits, kind, body, attachment) SEND (digits, kind, body, ",'attachment':" attachment)

#define STORED "SELECT kind||'|'||dir||'|'||delivery||'|'||body||'|'||data FROM message WHERE id = '" ID ("50") "'"
#define ROW                                                                                                            \
  "SELECT waiting_since||'|'||last_dir||'|'||last_kind||'|'||last_text||'|'||out_since_in FROM conversation"           \
  " WHERE id = '" CONVERSATION "'"

static void
test_a_picture_goes_like_any_answer (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "message.send", SEND_FILE ("50", "image", "", PICTURE));
  ops_assert_text (ops,
                   "image|out|queued||{\"sha256\":\"" SHA
                   "\",\"mime\":\"image/png\",\"name\":\"伤.png\",\"size\":70,\"width\":3,\"height\":4}",
                   STORED);
  ops_assert_text (ops, "0|out|image|伤.png|1", ROW);
}

static void
test_words_beside_a_file_are_its_caption (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "message.send",
               SEND_FILE ("50", "file", "发票\\n在这里",
                          "{'sha256':'" SHA "','mime':'application/pdf','name':'../a.pdf','size':9}"));
  ops_assert_text (ops,
                   "file|out|queued|发票\n在这里|{\"sha256\":\"" SHA
                   "\",\"mime\":\"application/pdf\",\"name\":\"a.pdf\",\"size\":9}",
                   STORED);
  ops_assert_text (ops, "0|out|file|发票 在这里|1", ROW);
  ops_applied (ops, "message.send", SEND ("51", "text", "收到吗", ""));
  ops_assert_text (ops, "0|out|text|收到吗|2", ROW);
}

static void
test_a_bad_file_is_refused_by_name (Ops *ops, gconstpointer data)
{
  ops_rejected (ops, "message.send", SEND ("50", "image", "", ""), "attachment");
  ops_rejected (ops, "message.send", SEND_FILE ("50", "file", "x", "'a'"), "attachment");
  ops_rejected (ops, "message.send", SEND_FILE ("50", "text", "x", PICTURE), "attachment");
  ops_rejected (ops, "message.send", SEND_FILE ("50", "note", "x", PICTURE), "attachment");
  ops_rejected (ops, "message.send", SEND ("50", "text", "", ""), "body");
  ops_rejected (ops, "message.send", SEND ("50", "voice", "", ""), "kind");
  ops_rejected (ops, "message.send",
                SEND_FILE ("50", "image", "", "{'sha256':'../../etc','mime':'image/png','name':'a','size':1}"),
                "attachment.sha256");
  ops_rejected (ops, "message.send", SEND_FILE ("50", "image", "", "{'sha256':'" SHA "','name':'a','size':1}"),
                "attachment.mime");
  ops_rejected (ops, "message.send",
                SEND_FILE ("50", "image", "", "{'sha256':'" SHA "','mime':'image/svg+xml','name':'a','size':1}"),
                "attachment.mime");
  ops_rejected (ops, "message.send", SEND_FILE ("50", "image", "", "{'sha256':'" SHA "','mime':'image/png','size':1}"),
                "attachment.name");
  ops_rejected (ops, "message.send",
                SEND_FILE ("50", "image", "", "{'sha256':'" SHA "','mime':'image/png','name':'a'}"), "attachment.size");
  ops_rejected (ops, "message.send",
                SEND_FILE ("50", "file", "", "{'sha256':'" SHA "','mime':'a/b','name':'a','size':41943041}"),
                "attachment.size");
  ops_rejected (ops, "message.send",
                SEND_FILE ("50", "image", "这句说明比渠道允许的二十个字长得多得多得多得多", PICTURE), "body");
}

/* --- the server looks itself --- */

static gboolean
find_cb (KefuOpContext *context, const char *sha256, char **mime, gint64 *size)
{
  const char *stored = context->user_data;

  g_assert_cmpstr (sha256, ==, SHA);
  if (stored == NULL)
    return FALSE;
  *mime = g_strdup (stored);
  *size = 4711;
  return TRUE;
}

static KefuOpOutcome
send_on_server (Ops *ops, const char *args, const char *stored_mime, GError **error)
{
  g_autofree char *json = g_strdelimit (g_strdup (args), "'", '"');
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  KefuOpContext context;
  KefuOpOutcome outcome;

  kefu_op_context_init (&context, ops->server, TRUE, NOW, "lin");
  context.find_blob = find_cb;
  context.user_data = (gpointer) stored_mime;
  outcome = kefu_op_apply (&context, "message.send", json_node_get_object (node), 0, error);
  kefu_op_context_clear (&context);
  return outcome;
}

static void
test_the_server_believes_its_own_eyes (Ops *ops, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = NULL;

  g_assert_cmpint (send_on_server (ops, SEND_FILE ("50", "image", "", PICTURE), "image/jpeg", &error), ==,
                   KEFU_OP_APPLIED);
  g_assert_no_error (error);
  stored = kefu_db_text (ops->server,
                         "SELECT (data->>'$.mime')||(data->>'$.size') FROM message WHERE id = '" ID ("50") "'", "");
  g_assert_cmpstr (stored, ==, "image/jpeg4711");

  g_assert_cmpint (send_on_server (ops, SEND_FILE ("51", "image", "", PICTURE), "application/octet-stream", &error), ==,
                   KEFU_OP_REJECTED);
  g_assert_true (g_str_has_prefix (error->message, "attachment.mime:"));
}

static void
test_a_file_that_is_not_there_is_told_apart (Ops *ops, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (send_on_server (ops, SEND_FILE ("50", "image", "", PICTURE), NULL, &error), ==, KEFU_OP_REJECTED);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, KEFU_OP_BLOB_MISSING ":"));
  g_assert_cmpint (kefu_db_int (ops->server, 0, "SELECT count(*) FROM message WHERE id = '" ID ("50") "'", ""), ==, 0);
}

/* --- customers --- */

#define INBOUND(parts)                                                                                                 \
  "{'channel_id':'ww1','conversation_key':'buyer1','sender':{'key':'buyer1'},'sent_at':1800000000000,'parts':" parts "}"

static void
test_customers_send_files_and_voices (Ops *ops, gconstpointer data)
{
  ops->actor = NULL;
  ops_applied (ops, "channel.message",
               INBOUND ("[{'id':'" ID ("50") "','type':'file','sha256':'" SHA
                                             "','mime':'application/pdf','name':'/x/发票.pdf','size':9}]"));
  ops_assert_text (ops,
                   "file|in|||{\"sha256\":\"" SHA "\",\"mime\":\"application/pdf\",\"name\":\"发票.pdf\",\"size\":9}",
                   STORED);
  ops_assert_text (ops, "1799999000000|in|file|发票.pdf|0", ROW);
  ops_applied (ops, "channel.message",
               INBOUND ("[{'id':'" ID ("51") "','type':'voice','sha256':'" SHA
                                             "','mime':'audio/amr','size':9,'seconds':6}]"));
  ops_assert_int (ops, 6, "SELECT data->>'$.seconds' FROM message WHERE kind = 'voice'");
  ops_assert_text (ops, "1799999000000|in|voice||0", ROW);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/ops/files/" name, Ops, NULL, ops_set_up, func, ops_tear_down)
  ADD ("a-picture-goes-like-any-answer", test_a_picture_goes_like_any_answer);
  ADD ("words-beside-a-file-are-its-caption", test_words_beside_a_file_are_its_caption);
  ADD ("a-bad-file-is-refused-by-name", test_a_bad_file_is_refused_by_name);
  ADD ("the-server-believes-its-own-eyes", test_the_server_believes_its_own_eyes);
  ADD ("a-file-that-is-not-there-is-told-apart", test_a_file_that_is_not_there_is_told_apart);
  ADD ("customers-send-files-and-voices", test_customers_send_files_and_voices);
#undef ADD
  return g_test_run ();
}
