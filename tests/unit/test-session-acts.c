/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the session: each act is durable and visible, and a failure is told in words. */
#include "config.h"

#include "kefu-session-edits.h"
#include "session-fixture.h"

#define ORDER "f0000000-0000-7000-8000-000000000001"
#define PHRASE "b0000000-0000-7000-8000-000000000001"
#define GROUP "b0000000-0000-7000-8000-000000000000"

static World *
world_with_a_conversation (void)
{
  World *self = world_new ();

  world_put_conversation (self, &(TestConversation){ .id = CONV_1, .in_count = 2, .last_at = world_now (self) });
  world_put_message (self, &(TestMessage){ .id = MESSAGE_1, .conversation = CONV_1, .mseq = 2, .body = "在吗" });
  feed_put (self->feed, "order", ORDER,
            "'customer_id':'" CUSTOMER_1 "','number':'770','state':'paid','placed_at':1,'total_minor':100");
  feed_put (self->feed, "phrase_group", GROUP, "'name':'开场'");
  feed_put (self->feed, "phrase", PHRASE, "'group_id':'" GROUP "','code':'kc1','title':'问候','body':'您好'");
  world_push (self);
  world_settle (self);
  return self;
}

/* The arguments of the operation that waits at @index of the outbox; NULL if it is none of @type. */
static JsonObject *
waiting_op (World *self, guint index, const char *type)
{
  g_autoptr (GBytes) body = test_take (self->store, 100);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *ops;
  JsonObject *op;

  g_assert_nonnull (body);
  g_assert_true (
    json_parser_load_from_data (parser, g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL));
  ops = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "ops");
  g_assert_cmpuint (index, <, json_array_get_length (ops));
  op = json_array_get_object_element (ops, index);
  g_assert_cmpstr (json_object_get_string_member (op, "type"), ==, type);
  return json_object_ref (json_object_get_object_member (op, "args"));
}

static void
assert_no_failure (World *self)
{
  if (self->failures->len > 0)
    g_test_message ("%s", (char *) g_ptr_array_index (self->failures, 0));
  g_assert_cmpuint (self->failures->len, ==, 0);
}

static void
test_holds_its_parts (void)
{
  g_autoptr (World) self = world_new ();
  g_autoptr (KefuStore) store = NULL;
  g_autoptr (KefuClock) clock = NULL;
  g_autoptr (KefuTicker) ticker = NULL;
  g_autoptr (KefuPhraseEngine) phrases = NULL;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;

  g_object_get (self->session, "store", &store, "clock", &clock, "ticker", &ticker, "phrases", &phrases, "agent-id",
                &id, "agent-name", &name, NULL);
  g_assert_true (store == kefu_session_get_store (self->session));
  g_assert_true (clock == kefu_session_get_clock (self->session));
  g_assert_true (ticker == kefu_session_get_ticker (self->session));
  g_assert_true (phrases == kefu_session_get_phrases (self->session));
  g_assert_null (kefu_session_get_backend (self->session));
  g_assert_cmpstr (id, ==, TEST_AGENT);
  g_assert_cmpstr (name, ==, "小林");
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_focus_notifies_once (void)
{
  g_autoptr (World) self = world_new ();
  guint focus = 0;
  guint active = 0;

  g_signal_connect (self->session, "notify::focus-conversation", G_CALLBACK (count_cb), &focus);
  g_signal_connect (self->session, "notify::active", G_CALLBACK (count_cb), &active);
  kefu_session_set_focus_conversation (self->session, CONV_1);
  kefu_session_set_focus_conversation (self->session, CONV_1);
  kefu_session_set_active (self->session, TRUE);
  kefu_session_set_active (self->session, 2);
  g_assert_cmpuint (focus, ==, 1);
  g_assert_cmpuint (active, ==, 1);
  g_object_set (self->session, "focus-conversation", NULL, "active", FALSE, NULL);
  g_assert_null (kefu_session_get_focus_conversation (self->session));
  g_assert_cmpuint (focus, ==, 2);
  g_assert_cmpuint (active, ==, 2);
}

static void
test_send (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (JsonObject) args = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *note = NULL;
  KefuMessageRecord *message;

  kefu_store_save_draft (self->store->store, CONV_1, "reply", "马上");
  kefu_store_save_draft (self->store->store, CONV_1, "note", "老客，别怠慢");
  world_settle (self);
  kefu_session_send_message (self->session, CONV_1, FALSE, "马上帮您查", MESSAGE_1);
  world_settle (self);
  assert_no_failure (self);

  messages = test_messages (self->store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 2);
  message = g_ptr_array_index (messages, 1);
  g_assert_cmpstr (message->body, ==, "马上帮您查");
  g_assert_cmpstr (message->kind, ==, "text");
  g_assert_cmpstr (message->quote_id, ==, MESSAGE_1);
  g_assert_cmpint (message->sent_at, ==, world_now (self));
  g_assert_cmpint (message->rev, ==, 0);
  args = waiting_op (self, 0, "message.send");
  g_assert_cmpstr (json_object_get_string_member (args, "id"), ==, message->id);

  /* the draft of this mode is gone, the other's stays */
  reply = test_draft (self->store, CONV_1, "reply");
  note = test_draft (self->store, CONV_1, "note");
  g_assert_cmpstr (reply != NULL ? reply : "", ==, "");
  g_assert_cmpstr (note, ==, "老客，别怠慢");
}

static KefuAttachment *
attach (World *self, const char *name, const char *content, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, size);
  g_autoptr (GAsyncResult) result = NULL;
  KefuAttachment *attachment;

  kefu_store_attach_async (self->store->store, NULL, bytes, name, NULL, test_got_result, &result);
  attachment = kefu_store_attach_finish (self->store->store, test_wait_result (&result), NULL);
  g_assert_nonnull (attachment);
  return attachment;
}

static void
test_files (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuAttachment) picture = attach (self, "表带.png", "\x89PNG\r\n\x1a\n....", 12);
  g_autoptr (KefuAttachment) paper = attach (self, "发票.pdf", "%PDF-1.4 ...", 12);
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  const KefuMessageRecord *message;

  kefu_store_save_draft (self->store->store, CONV_1, "reply", "这是新款");
  kefu_session_send_attachment (self->session, CONV_1, paper, NULL, NULL);
  world_settle (self);
  assert_no_failure (self);
  before = test_draft (self->store, CONV_1, "reply");
  g_assert_cmpstr (before, ==, "这是新款");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->store->clock), 1000);
  kefu_session_send_attachment (self->session, CONV_1, picture, "这是新款", MESSAGE_1);
  world_settle (self);
  assert_no_failure (self);
  after = test_draft (self->store, CONV_1, "reply");
  g_assert_cmpstr (after, ==, "");

  messages = test_messages (self->store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 3);
  message = g_ptr_array_index (messages, 1);
  g_assert_cmpstr (message->kind, ==, "file");
  g_assert_cmpstr (message->body, ==, "");
  g_assert_cmpstr (message->attachment->sha256, ==, paper->sha256);
  g_assert_cmpstr (message->attachment->name, ==, "发票.pdf");
  message = g_ptr_array_index (messages, 2);
  g_assert_cmpstr (message->kind, ==, "image");
  g_assert_cmpstr (message->body, ==, "这是新款");
  g_assert_cmpstr (message->quote_id, ==, MESSAGE_1);
  g_assert_cmpstr (message->attachment->mime, ==, "image/png");
  g_assert_null (kefu_session_get_transfers (self->session));
}

static void
test_failed_send_keeps_the_draft (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autofree char *draft = NULL;

  kefu_store_save_draft (self->store->store, ID_1, "reply", "写给没有的会话");
  kefu_session_send_message (self->session, ID_1, FALSE, "写给没有的会话", NULL);
  world_settle (self);
  g_assert_cmpuint (self->failures->len, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->failures, 0), "The message was not sent: "));
  draft = test_draft (self->store, ID_1, "reply");
  g_assert_cmpstr (draft, ==, "写给没有的会话");
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 0);
}

static void
test_read_only_once (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuConversationRecord) unread = test_conversation (self->store, CONV_1);
  g_autoptr (KefuConversationRecord) read = NULL;
  g_autoptr (KefuConversationRecord) again = NULL;
  g_autoptr (JsonObject) args = NULL;

  g_assert_cmpint (unread->unread, ==, 2);
  kefu_session_mark_read (self->session, unread);
  kefu_session_mark_read (self->session, unread);
  world_settle (self);
  read = test_conversation (self->store, CONV_1);
  g_assert_cmpint (read->unread, ==, 0);
  kefu_session_mark_read (self->session, read);
  world_settle (self);
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 1);
  args = waiting_op (self, 0, "conversation.read");
  g_assert_cmpint (json_object_get_int_member (args, "in_no"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (args, "mseq"), ==, 2);

  /* the customer writes again */
  world_put_conversation (self, &(TestConversation){ .id = CONV_1, .in_count = 3 });
  world_push (self);
  again = test_conversation (self->store, CONV_1);
  g_assert_cmpint (again->unread, ==, 1);
  kefu_session_mark_read (self->session, again);
  world_settle (self);
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 2);
}

static void
test_claim_is_compared (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuConversationRecord) mine = test_conversation (self->store, CONV_1);
  g_autoptr (KefuConversationRecord) nobodys = NULL;
  g_autoptr (JsonObject) args = NULL;

  kefu_session_claim (self->session, mine, NULL);
  world_settle (self);
  assert_no_failure (self);
  nobodys = test_conversation (self->store, CONV_1);
  g_assert_null (nobodys->assignee_id);
  args = waiting_op (self, 0, "conversation.claim");
  g_assert_true (json_object_get_null_member (args, "assignee_id"));
  g_assert_cmpstr (json_object_get_string_member (args, "expect_assignee"), ==, TEST_AGENT);

  /* from a record that is out of date */
  kefu_session_claim (self->session, mine, "agent-2");
  world_settle (self);
  g_assert_cmpuint (self->failures->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->failures, 0), ==, "Somebody else has taken this conversation");
}

static void
test_status (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuConversationRecord) snoozed = NULL;
  g_autoptr (KefuConversationRecord) resolved = NULL;
  gint64 until = world_now (self) + 60 * MINUTE_MS;

  kefu_session_set_status (self->session, CONV_1, "snoozed", until);
  world_settle (self);
  snoozed = test_conversation (self->store, CONV_1);
  g_assert_cmpstr (snoozed->status, ==, "snoozed");
  g_assert_cmpint (snoozed->snooze_until, ==, until);
  kefu_session_set_status (self->session, CONV_1, "resolved", 0);
  world_settle (self);
  resolved = test_conversation (self->store, CONV_1);
  g_assert_cmpstr (resolved->status, ==, "resolved");
  assert_no_failure (self);
}

/* (transfer full): the one item of the customer's checklist. */
static KefuChecklistRecord *
get_item (World *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) items = NULL;

  kefu_store_list_checklist_async (self->store->store, CUSTOMER_1, NULL, test_got_result, &result);
  items = kefu_store_list_finish (self->store->store, test_wait_result (&result), NULL);
  if (items->len == 0)
    return NULL;
  g_assert_cmpuint (items->len, ==, 1);
  return kefu_checklist_record_ref (g_ptr_array_index (items, 0));
}

static void
test_checklist (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuChecklistRecord) added = NULL;
  g_autoptr (KefuChecklistRecord) edited = NULL;
  g_autoptr (KefuChecklistRecord) done = NULL;
  g_autoptr (KefuChecklistRecord) restored = NULL;

  kefu_session_add_checklist (self->session, CONV_1, "gift", "送一颗电池", 1700003600000, ORDER, MESSAGE_1);
  world_settle (self);
  added = get_item (self);
  g_assert_cmpstr (added->kind, ==, "gift");
  g_assert_cmpstr (added->title, ==, "送一颗电池");
  g_assert_cmpint (added->due_at, ==, 1700003600000);
  g_assert_cmpstr (added->order_id, ==, ORDER);
  g_assert_cmpstr (added->proof_message_id, ==, MESSAGE_1);

  kefu_session_edit_checklist (self->session, added, "gift", "送两颗电池", 0, NULL, NULL);
  world_settle (self);
  edited = get_item (self);
  g_assert_cmpstr (edited->title, ==, "送两颗电池");
  g_assert_cmpint (edited->due_at, ==, 0);
  g_assert_null (edited->order_id);

  kefu_session_set_done (self->session, added->id, TRUE);
  world_settle (self);
  done = get_item (self);
  g_assert_true (done->done);
  kefu_session_remove_checklist (self->session, done);
  world_settle (self);
  g_assert_null (get_item (self));
  kefu_session_restore_checklist (self->session, added->id);
  world_settle (self);
  restored = get_item (self);
  g_assert_true (restored->done);
  g_assert_cmpstr (restored->proof_message_id, ==, MESSAGE_1);
  g_assert_cmpint (restored->created_at, ==, added->created_at);
  assert_no_failure (self);
}

/* As an agent saw it: without a remark. */
static KefuOrderRecord *
new_order (void)
{
  KefuOrderRecord *order = kefu_order_record_new ();

  order->id = g_strdup (ORDER);
  order->remark = g_strdup ("");
  return order;
}

static void
test_customer_order_and_phrase (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) customers = NULL;
  g_autoptr (GPtrArray) orders = NULL;
  g_autoptr (KefuCustomerRecord) seen = kefu_customer_record_new ();
  g_autoptr (KefuOrderRecord) seen_order = new_order ();
  KefuCustomerRecord *customer;
  KefuOrderRecord *order;
  GPtrArray *phrases;

  seen->id = g_strdup (CUSTOMER_1);
  kefu_session_edit_customer (self->session, seen, "region", "", "浙江杭州", NULL);
  kefu_session_tag_customer (self->session, CUSTOMER_1, "送礼", TRUE);
  kefu_session_tag_customer (self->session, CUSTOMER_1, "老客", FALSE);
  kefu_session_record_reveal (self->session, CUSTOMER_1, "phone", "reveal");
  kefu_session_set_order_flag (self->session, ORDER, 3);
  kefu_session_set_order_remark (self->session, seen_order, "发顺丰", NULL);
  kefu_session_use_phrase (self->session, PHRASE);
  world_settle (self);
  assert_no_failure (self);

  kefu_store_get_customer_async (self->store->store, CUSTOMER_1, NULL, NULL, test_got_result, &result);
  customers = kefu_store_list_finish (self->store->store, test_wait_result (&result), NULL);
  customer = g_ptr_array_index (customers, 0);
  g_assert_cmpstr (customer->region, ==, "浙江杭州");
  g_assert_cmpuint (g_strv_length (customer->tags), ==, 1);
  g_assert_cmpstr (customer->tags[0], ==, "送礼");

  g_clear_object (&result);
  kefu_store_list_orders_async (self->store->store, CUSTOMER_1, NULL, test_got_result, &result);
  orders = kefu_store_list_finish (self->store->store, test_wait_result (&result), NULL);
  order = g_ptr_array_index (orders, 0);
  g_assert_cmpint (order->flag, ==, 3);
  g_assert_cmpstr (order->remark, ==, "发顺丰");

  wait_until ((phrases = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session)))->len == 1 &&
              ((KefuPhraseRecord *) g_ptr_array_index (phrases, 0))->uses == 1);

  kefu_session_set_order_flag (self->session, ORDER, -1);
  world_settle (self);
  assert_no_failure (self);
}

static void
test_failures_are_told (void)
{
  g_autoptr (World) self = world_with_a_conversation ();
  g_autoptr (KefuOrderRecord) seen = new_order ();
  g_autofree char *long_remark = g_strnfill (1001, 'x');

  kefu_session_set_order_remark (self->session, seen, long_remark, NULL);
  kefu_session_set_order_flag (self->session, ORDER, 9);
  kefu_session_set_done (self->session, ID_1, TRUE);
  kefu_session_retry_message (self->session, ID_1);
  kefu_session_set_status (self->session, CONV_1, "gone", 0);
  world_settle (self);
  g_assert_cmpuint (self->failures->len, ==, 5);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->failures, 0), "The order was not changed: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->failures, 2), "The checklist was not changed: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->failures, 3), "The message was not sent again: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->failures, 4), "The conversation was not changed: "));
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/holds-its-parts", test_holds_its_parts);
  g_test_add_func ("/session/focus-notifies-only-changes", test_focus_notifies_once);
  g_test_add_func ("/session/sent-message-is-visible-and-takes-its-draft-along", test_send);
  g_test_add_func ("/session/files-are-sent-with-and-without-words", test_files);
  g_test_add_func ("/session/failed-message-leaves-its-draft", test_failed_send_keeps_the_draft);
  g_test_add_func ("/session/read-is-told-once", test_read_only_once);
  g_test_add_func ("/session/claim-is-compared-and-set", test_claim_is_compared);
  g_test_add_func ("/session/status-is-set", test_status);
  g_test_add_func ("/session/checklist-item-is-added-edited-ticked-removed", test_checklist);
  g_test_add_func ("/session/customer-order-and-phrase-are-changed", test_customer_order_and_phrase);
  g_test_add_func ("/session/failure-says-what-was-not-done", test_failures_are_told);
  return g_test_run ();
}
