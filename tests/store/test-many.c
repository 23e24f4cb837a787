/* SPDX-License-Identifier: GPL-3.0-or-later
 * Many acts at once: one transaction in each file, one `changed`, and each refusal by its number. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "kefu-db.h"
#include "store-fixture.h"

#define STATUS(conversation) "{'conversation_id':'" conversation "','status':'resolved'}"
#define NOWHERE "c0000000-0000-7000-8000-00000000ffff"

static StoreFixture *
shop_new (void)
{
  StoreFixture *store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 3);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  store_fixture_forget (store);
  return store;
}

/* @args: JSON with ' for ", NULL ends. */
static GPtrArray *
perform_many (StoreFixture *store, const char *type, const char *const *args, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  g_autoptr (GArray) acts = g_array_new (FALSE, FALSE, sizeof (KefuStoreAct));
  g_autoptr (GAsyncResult) result = NULL;

  for (guint i = 0; args[i] != NULL; i++)
    {
      g_autofree char *json = test_json (args[i]);
      JsonNode *node = json_from_string (json, NULL);
      KefuStoreAct act = { type, json_node_get_object (node), 0 };

      g_ptr_array_add (nodes, node);
      g_array_append_val (acts, act);
    }
  kefu_store_perform_many_async (store->store, (const KefuStoreAct *) acts->data, acts->len, NULL, test_got_result,
                                 &result);
  return kefu_store_perform_many_finish (store->store, test_wait_result (&result), error);
}

static void
assert_status (StoreFixture *store, const char *conversation, const char *expected)
{
  g_autoptr (KefuConversationRecord) record = test_conversation (store, conversation);

  g_assert_cmpstr (record->status, ==, expected);
}

/* How often @what stands in what would be sent. */
static guint
count_in_outbox (StoreFixture *store, const char *what)
{
  g_autoptr (GBytes) ops = test_take (store, 100);
  const char *text = ops != NULL ? g_bytes_get_data (ops, NULL) : "";
  guint n = 0;

  for (const char *at = text; (at = strstr (at, what)) != NULL; at++)
    n++;
  return n;
}

static void
test_many_are_one_change (void)
{
  g_autoptr (StoreFixture) store = shop_new ();
  const char *const args[] = { STATUS (CONV_1), STATUS (NOWHERE), STATUS (CONV_3), "{'conversation_id':7}", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refusals = perform_many (store, "conversation.status", args, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (refusals->len, ==, 4);
  g_assert_null (refusals->pdata[0]);
  g_assert_error ((GError *) refusals->pdata[1], KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_assert_null (refusals->pdata[2]);
  g_assert_error ((GError *) refusals->pdata[3], KEFU_ERROR, KEFU_ERROR_INVALID);
  assert_status (store, CONV_1, "resolved");
  assert_status (store, CONV_2, "open");
  assert_status (store, CONV_3, "resolved");
  g_assert_cmpuint (store->n_changed, ==, 1);
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_3));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 2);
  /* What was refused is not sent. */
  g_assert_cmpuint (count_in_outbox (store, "op_id"), ==, 2);
  g_assert_cmpuint (count_in_outbox (store, NOWHERE), ==, 0);

  store_fixture_kill (store);
  assert_status (store, CONV_3, "resolved");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 2);
}

static void
test_nothing_is_kept_if_all_are_refused (void)
{
  g_autoptr (StoreFixture) store = shop_new ();
  const char *const args[] = { STATUS (NOWHERE), STATUS (NOWHERE), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refusals = perform_many (store, "conversation.status", args, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (refusals->len, ==, 2);
  g_assert_nonnull (refusals->pdata[0]);
  g_assert_nonnull (refusals->pdata[1]);
  g_assert_cmpuint (count_in_outbox (store, "op_id"), ==, 0);
}

static void
test_a_full_disk_keeps_none_of_them (void)
{
  g_autoptr (StoreFixture) store = shop_new ();
  const char *const args[] = { STATUS (CONV_1), STATUS (CONV_2), STATUS (CONV_3), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refusals = NULL;
  struct rlimit old, none = { 0 };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  none.rlim_cur = 1;
  none.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  refusals = perform_many (store, "conversation.status", args, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_null (refusals);
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, KEFU_ERROR);
  assert_status (store, CONV_1, "open");
  g_assert_cmpuint (count_in_outbox (store, "op_id"), ==, 0);
}

static void
test_a_cache_that_cannot_take_them_leaves_none_behind (void)
{
  g_autoptr (StoreFixture) store = shop_new ();
  const char *const args[] = { STATUS (CONV_1), STATUS (CONV_2), NULL };
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) other = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_begin (other, NULL));
  g_assert_null (perform_many (store, "conversation.status", args, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_BUSY);
  kefu_db_rollback (other);
  g_assert_cmpuint (count_in_outbox (store, "op_id"), ==, 0);
  assert_status (store, CONV_2, "open");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/many/many-are-one-change", test_many_are_one_change);
  g_test_add_func ("/many/nothing-is-kept-if-all-are-refused", test_nothing_is_kept_if_all_are_refused);
  g_test_add_func ("/many/a-full-disk-keeps-none-of-them", test_a_full_disk_keeps_none_of_them);
  g_test_add_func ("/many/a-cache-that-cannot-take-them-leaves-none-behind",
                   test_a_cache_that_cannot_take_them_leaves_none_behind);
  return g_test_run ();
}
