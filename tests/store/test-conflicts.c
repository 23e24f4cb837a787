/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits that somebody else was faster with: kept, shown beside theirs, and never sent again blindly. */
#include "config.h"

#include "store-fixture.h"

#define ITEM ID_1
#define EDIT_TITLE(title, was) "{'id':'" ITEM "','title':'" title "','was':{'title':'" was "'}}"

typedef struct
{
  StoreFixture *store;
  Feed *feed;
} Desk;

static gint64
put_item (Desk *self, const char *title, const char *rest)
{
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','conversation_id':'" CONV_1 "','kind':'gift','title':'%s',"
                     "'created_at':1700000000000%s",
                     title, rest);

  return feed_put (self->feed, "checklist_item", ITEM, fields);
}

static void
set_up (Desk *self, gconstpointer data)
{
  self->store = store_fixture_new ();
  self->feed = feed_new ("epoch");
  feed_put_shop (self->feed, 1);
  put_item (self, "送电池", "");
  test_apply_ok (self->store, feed_batch (self->feed, 0, -1, FALSE));
}

static void
tear_down (Desk *self, gconstpointer data)
{
  store_fixture_free (self->store);
  feed_free (self->feed);
}

static char *
perform (Desk *self, const char *type, const char *args)
{
  g_autoptr (GError) error = NULL;
  char *op_id = test_perform (self->store, type, args, &error);

  g_assert_no_error (error);
  return op_id;
}

/* The server's answer: 阿芳 has given @field the value that @entity has. */
static void
answer_conflict (Desk *self, const char *op_id, const char *field, const char *entity)
{
  g_autofree char *results = g_strdup_printf (
    "{'results':[{'op_id':'%s','status':'conflict'%s%s,'error':{'code':'conflict','message':'%s: someone else',"
    "'fields':[{'field':'%s','by':'agent-2','at':1699999990000}]}}]}",
    op_id, *entity ? ",'entity':" : "", entity, field, field);
  g_autoptr (GError) error = NULL;

  test_settle (self->store, results, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The tray has one thing in it, which asks: "field: mine / theirs (who, when)". */
static void
assert_asks (Desk *self, const char *expected)
{
  g_autoptr (GPtrArray) tray = test_outbox (self->store);
  const KefuOutboxRecord *record;
  g_autofree char *text = NULL;

  g_assert_cmpuint (tray->len, ==, 1);
  record = tray->pdata[0];
  g_assert_cmpstr (record->state, ==, "rejected");
  g_assert_true (record->is_conflict);
  g_assert_nonnull (record->conflict);
  text = g_strdup_printf ("%s: %s / %s%s (%s, %" G_GINT64_FORMAT ")", record->conflict->field,
                          record->conflict->removing ? "removed" : record->conflict->mine_shown,
                          record->conflict->removed ? "removed " : "", record->conflict->theirs_shown,
                          record->conflict->by_name, record->conflict->at);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpstr (record->conversation_id, ==, CONV_1);
  g_assert_cmpstr (record->customer_name, ==, "沈若溪");
}

static char *
title_in_the_view (Desk *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) items = NULL;

  kefu_store_list_checklist_async (self->store->store, CUSTOMER_1, NULL, test_got_result, &result);
  items = kefu_store_list_finish (self->store->store, test_wait_result (&result), NULL);
  return g_strdup (items->len > 0 ? ((KefuChecklistRecord *) items->pdata[0])->title : NULL);
}

static void
assert_title (Desk *self, const char *expected)
{
  g_autofree char *title = title_in_the_view (self);

  g_assert_cmpstr (title, ==, expected);
}

static void
test_the_view_goes_back_and_both_values_are_kept (Desk *self, gconstpointer data)
{
  g_autofree char *op_id = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池", "送电池"));
  gint64 rev = put_item (self, "送表带", "");
  g_autofree char *entity = g_strdup_printf ("{'id':'" ITEM "','rev':%" G_GINT64_FORMAT ",'title':'送表带'}", rev);

  assert_title (self, "送两颗电池");
  /* The answer is faster than the feed. */
  answer_conflict (self, op_id, "title", entity);
  assert_title (self, "送电池");
  assert_asks (self, "title: 送两颗电池 / 送表带 (阿芳, 1699999990000)");

  test_apply_ok (self->store, feed_batch (self->feed, rev - 1, -1, FALSE));
  assert_title (self, "送表带");
  store_fixture_kill (self->store);
  assert_asks (self, "title: 送两颗电池 / 送表带 (阿芳, 1699999990000)");

  /* Theirs changes again while the agent is being asked, and nobody says by whom. */
  put_item (self, "送钢表带", "");
  test_apply_ok (self->store, feed_batch (self->feed, rev, -1, FALSE));
  assert_asks (self, "title: 送两颗电池 / 送钢表带 (, 0)");
  put_item (self, "送钢表带", ",'deleted':true");
  test_apply_ok (self->store, feed_batch (self->feed, rev + 1, -1, FALSE));
  assert_asks (self, "title: 送两颗电池 / removed 送钢表带 (, 0)");
}

static void
test_a_dropped_cache_forgets_neither (Desk *self, gconstpointer data)
{
  g_autofree char *op_id = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池", "送电池"));
  g_autoptr (GPtrArray) tray = NULL;
  const KefuConflictRecord *conflict;

  answer_conflict (self, op_id, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  test_reset (self->store, "other");
  tray = test_outbox (self->store);
  conflict = ((KefuOutboxRecord *) tray->pdata[0])->conflict;
  g_assert_cmpstr (conflict->mine, ==, "送两颗电池");
  g_assert_cmpstr (conflict->theirs, ==, "送表带");
}

static void
test_what_was_typed_on_replaces_what_was_typed_first (Desk *self, gconstpointer data)
{
  g_autofree char *first = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池", "送电池"));
  g_autofree char *second = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池，下单即送", "送两颗电池"));
  g_autofree char *other = perform (self, "checklist.edit", EDIT_TITLE ("送礼盒", "送电池"));
  g_autoptr (GPtrArray) tray = NULL;

  answer_conflict (self, first, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  answer_conflict (self, second, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  g_assert_cmpuint (kefu_store_get_n_rejected (self->store->store), ==, 1);
  /* What did not begin with it does not speak for it. */
  answer_conflict (self, other, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  tray = test_outbox (self->store);
  g_assert_cmpuint (tray->len, ==, 2);
  g_assert_cmpstr (((KefuOutboxRecord *) tray->pdata[0])->text, ==, "送两颗电池，下单即送");
  g_assert_cmpstr (((KefuOutboxRecord *) tray->pdata[1])->text, ==, "送礼盒");
}

static void
test_ids_are_shown_by_name (Desk *self, gconstpointer data)
{
  static const char args[] = "{'id':'" ITEM "','assignee_id':'agent-2','was':{'assignee_id':null}}";
  g_autofree char *op_id = perform (self, "checklist.edit", args);

  answer_conflict (self, op_id, "assignee_id", "{'id':'" ITEM "','rev':900,'assignee_id':'" TEST_AGENT "'}");
  assert_asks (self, "assignee_id: 阿芳 / 小林 (阿芳, 1699999990000)");
}

static void
test_a_phrase_that_is_gone_asks_too (Desk *self, gconstpointer data)
{
  static const char args[] = "{'id':'" ID_3 "','group_id':'" ID_2 "','title':'问候','body':'在的','scope':'team',"
                             "'was':{'title':'问候','body':'您好'}}";
  g_autofree char *op_id = NULL;
  g_autoptr (GPtrArray) tray = NULL;
  const KefuConflictRecord *conflict;
  gint64 seq = feed_head (self->feed);

  feed_put (self->feed, "phrase_group", ID_2, "'name':'开场'");
  feed_put (self->feed, "phrase", ID_3, "'group_id':'" ID_2 "','title':'问候','body':'您好'");
  feed_del (self->feed, "phrase", ID_3);
  test_apply_ok (self->store, feed_batch (self->feed, seq, -1, FALSE));
  /* The editor was open when it vanished: what is saved then is not lost. */
  op_id = perform (self, "phrase.save", args);
  answer_conflict (self, op_id, "body", "");
  tray = test_outbox (self->store);
  conflict = ((KefuOutboxRecord *) tray->pdata[0])->conflict;
  g_assert_true (conflict->removed);
  g_assert_cmpstr (conflict->mine, ==, "在的");
}

static gboolean
nothing_rejected (gpointer store)
{
  return kefu_store_get_n_rejected (store) == 0;
}

static char *
perform_instead (Desk *self, const char *refused, const char *args, GError **error)
{
  g_autofree char *json = test_json (args);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_perform_instead_async (self->store->store, refused, "checklist.edit", json_node_get_object (node), 0, NULL,
                                    test_got_result, &result);
  return kefu_store_perform_finish (self->store->store, test_wait_result (&result), error);
}

static void
test_an_answer_takes_the_place_of_the_question (Desk *self, gconstpointer data)
{
  g_autofree char *op_id = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池", "送电池"));
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  answer_conflict (self, op_id, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  /* What cannot be done answers nothing. */
  g_assert_null (perform_instead (self, op_id, "{'id':'" ITEM "','title':' '}", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_assert_cmpuint (kefu_store_get_n_rejected (self->store->store), ==, 1);

  again = perform_instead (self, op_id, EDIT_TITLE ("送两颗电池", "送表带"), NULL);
  g_assert_nonnull (again);
  g_assert_true (nothing_rejected (self->store->store));
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 1);
  store_fixture_kill (self->store);
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 1);
  assert_title (self, "送两颗电池");
}

static void
test_a_retry_still_says_what_it_began_with (Desk *self, gconstpointer data)
{
  g_autofree char *op_id = perform (self, "checklist.edit", EDIT_TITLE ("送两颗电池", "送电池"));
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  answer_conflict (self, op_id, "title", "{'id':'" ITEM "','rev':900,'title':'送表带'}");
  kefu_store_retry_rejected (self->store->store, op_id);
  test_wait_for (nothing_rejected, self->store->store);
  body = test_take (self->store, 100);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_nonnull (strstr (text, "\"was\":{\"title\":\"送电池\"}"));
}

static void
test_a_refused_message_becomes_a_draft_or_stays (Desk *self, gconstpointer data)
{
  g_autofree char *op_id =
    perform (self, "message.send",
             "{'id':'" ID_2 "','conversation_id':'" CONV_1 "','kind':'text','body':'在的','at':1700000000000}");
  g_autofree char *results =
    g_strdup_printf ("{'results':[{'op_id':'%s','status':'rejected','error':{'message':'No'}}]}", op_id);
  g_autofree char *draft = NULL;

  test_settle (self->store, results, NULL, NULL, NULL);
  kefu_store_save_draft_of_refused (self->store->store, CONV_1, "reply", "写了一半\n在的", op_id);
  test_wait_for (nothing_rejected, self->store->store);
  store_fixture_kill (self->store);
  g_assert_true (nothing_rejected (self->store->store));
  draft = test_draft (self->store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "写了一半\n在的");
}

#define ADD(name, func) g_test_add ("/conflicts/" name, Desk, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-view-goes-back-and-both-values-are-kept", test_the_view_goes_back_and_both_values_are_kept);
  ADD ("a-dropped-cache-forgets-neither", test_a_dropped_cache_forgets_neither);
  ADD ("what-was-typed-on-replaces-what-was-typed-first", test_what_was_typed_on_replaces_what_was_typed_first);
  ADD ("ids-are-shown-by-name", test_ids_are_shown_by_name);
  ADD ("a-phrase-that-is-gone-asks-too", test_a_phrase_that_is_gone_asks_too);
  ADD ("an-answer-takes-the-place-of-the-question", test_an_answer_takes_the_place_of_the_question);
  ADD ("a-retry-still-says-what-it-began-with", test_a_retry_still_says_what_it_began_with);
  ADD ("a-refused-message-becomes-a-draft-or-stays", test_a_refused_message_becomes_a_draft_or_stays);
  return g_test_run ();
}
