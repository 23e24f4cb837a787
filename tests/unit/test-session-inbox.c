/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the inbox model: a frozen order, one change of the list a change set, and always what the store says. */
#include "config.h"

#include "kefu-inbox-model.h"
#include "session-fixture.h"

/* A copy of the model kept by its signals alone: if it equals the model, the signals were right. */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  guint n_signals;
  guint position;
  guint removed;
  guint added;
} Mirror;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Mirror *mirror = user_data;

  mirror->n_signals++;
  mirror->position = position;
  mirror->removed = removed;
  mirror->added = added;
  g_assert_cmpuint (position + removed, <=, mirror->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (int) (position + i), g_list_model_get_item (model, position + i));
}

static void
mirror_init (Mirror *mirror, GListModel *model)
{
  mirror->model = model;
  mirror->items = g_ptr_array_new_with_free_func (g_object_unref);
  mirror->n_signals = 0;
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (mirror->items, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), mirror);
}

static void
mirror_check (Mirror *mirror)
{
  g_assert_cmpuint (g_list_model_get_n_items (mirror->model), ==, mirror->items->len);
  for (guint i = 0; i < mirror->items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (mirror->model, i);

      g_assert_true (item == g_ptr_array_index (mirror->items, i));
    }
}

static void
mirror_clear (Mirror *mirror)
{
  mirror_check (mirror);
  g_signal_handlers_disconnect_by_data (mirror->model, mirror);
  g_ptr_array_unref (mirror->items);
}

/* Conversation number @n, last heard of @minutes_ago. */
static void
put (World *self, int n, int minutes_ago, gboolean waits, int in_count)
{
  g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", n);
  gint64 at = world_now (self) - minutes_ago * MINUTE_MS;

  world_put_conversation (self, &(TestConversation){
                                  .id = id, .last_at = at, .waiting_since = waits ? at : 0, .in_count = in_count });
}

static KefuInboxModel *
model_new (World *self)
{
  KefuInboxModel *model = kefu_inbox_model_new (self->store->store);
  gboolean loading = TRUE;

  while (loading)
    {
      g_main_context_iteration (NULL, FALSE);
      g_object_get (model, "loading", &loading, NULL);
    }
  world_settle (self);
  return model;
}

static void
push (World *self)
{
  world_push (self);
  world_settle (self);
}

/* Asserts the numbers of the conversations, in order. */
static void
assert_rows (KefuInboxModel *model, const char *expected)
{
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (KefuConversation) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_string_append_printf (rows, "%s%d", i > 0 ? " " : "",
                              atoi (strrchr (kefu_conversation_get_id (item), '-') + 1));
    }
  g_assert_cmpstr (rows->str, ==, expected);
}

/* The model shows exactly what the store lists. */
static void
assert_as_store (World *self, KefuInboxModel *model)
{
  g_autoptr (GPtrArray) rows =
    test_inbox (self->store, kefu_inbox_model_get_view (model), kefu_inbox_model_get_order (model));

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (KefuConversation) item = g_list_model_get_item (G_LIST_MODEL (model), i);
      KefuConversationRecord *record = g_ptr_array_index (rows, i);

      g_assert_cmpstr (kefu_conversation_get_id (item), ==, record->id);
      g_assert_cmpint (kefu_conversation_get_record (item)->rev, ==, record->rev);
      g_assert_cmpint (kefu_conversation_get_record (item)->unread, ==, record->unread);
    }
}

static void
test_loads (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  KefuConversation *item;
  guint position = 99;

  put (self, 1, 10, FALSE, 0);
  put (self, 2, 2, TRUE, 1);
  put (self, 3, 5, TRUE, 1);
  put (self, 4, 1, FALSE, 0);
  world_push (self);
  model = model_new (self);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (model)) == KEFU_TYPE_CONVERSATION);
  assert_rows (model, "3 2 4 1");
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  assert_rows (model, "4 2 3 1");
  kefu_inbox_model_set_order (model, KEFU_ORDER_UNREAD);
  world_settle (self);
  assert_rows (model, "2 3 4 1");

  item = kefu_inbox_model_lookup (model, CONV_3, &position);
  g_assert_cmpstr (kefu_conversation_get_id (item), ==, CONV_3);
  g_assert_cmpuint (position, ==, 1);
  g_assert_null (kefu_inbox_model_lookup (model, ID_1, NULL));
  g_assert_cmpstr (kefu_conversation_get_id (kefu_inbox_model_longest (model)), ==, CONV_3);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 4));
  g_assert_finalize_object (model);
}

static void
changed_cb (KefuConversation *conversation, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_in_place (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  KefuConversation *item;
  guint changes = 0;
  Mirror mirror;

  put (self, 1, 30, TRUE, 1);
  put (self, 2, 20, TRUE, 1);
  put (self, 3, 10, TRUE, 1);
  world_push (self);
  model = model_new (self);
  mirror_init (&mirror, G_LIST_MODEL (model));
  item = kefu_inbox_model_lookup (model, CONV_2, NULL);
  g_signal_connect (item, "changed", G_CALLBACK (changed_cb), &changes);

  /* another message of one who waits already */
  put (self, 2, 20, TRUE, 2);
  push (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpint (kefu_conversation_get_record (item)->in_count, ==, 2);

  /* and a number that would sort it, but leaves it where it is */
  put (self, 2, 15, TRUE, 3);
  push (self);
  g_assert_cmpuint (changes, ==, 2);
  kefu_store_save_draft (self->store->store, CONV_2, "reply", "在的");
  world_settle (self);
  wait_until (changes == 3);
  g_assert_cmpstr (kefu_conversation_get_record (item)->draft, ==, "在的");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_true (kefu_inbox_model_lookup (model, CONV_2, NULL) == item);
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_one_signal (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  Mirror mirror;

  for (int i = 1; i <= 10; i++)
    put (self, i, 100 - i, TRUE, 1);
  world_push (self);
  model = model_new (self);
  mirror_init (&mirror, G_LIST_MODEL (model));
  assert_rows (model, "1 2 3 4 5 6 7 8 9 10");

  /* four is answered, six has waited longer than thought, a new one comes between seven and eight: one signal over 3…9 */
  put (self, 4, 50, FALSE, 1);
  put (self, 11, 93, TRUE, 1);
  push (self);
  assert_rows (model, "1 2 3 5 6 7 11 8 9 10 4");
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_cmpuint (mirror.position, ==, 3);
  g_assert_cmpuint (mirror.removed, ==, 7);
  g_assert_cmpuint (mirror.added, ==, 8);

  /* one row leaves from the middle */
  world_put_conversation (self, &(TestConversation){ .id = CONV_2, .status = "resolved" });
  push (self);
  g_assert_cmpuint (mirror.n_signals, ==, 1 + 1);
  g_assert_cmpuint (mirror.position, ==, 1);
  g_assert_cmpuint (mirror.removed, ==, 1);
  g_assert_cmpuint (mirror.added, ==, 0);
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_frozen (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  Mirror mirror;

  for (int i = 1; i <= 4; i++)
    put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = model_new (self);
  assert_rows (model, "1 2 3 4");
  kefu_inbox_model_set_settled (model, TRUE);
  mirror_init (&mirror, G_LIST_MODEL (model));

  /* a customer writes, a new one comes, and one is dealt with elsewhere: nothing moves */
  put (self, 3, 1, TRUE, 1);
  put (self, 5, 0, TRUE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_2, .status = "resolved" });
  push (self);
  assert_rows (model, "1 2 3 4");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 2);
  g_assert_cmpstr (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_2, NULL))->status, ==,
                   "resolved");
  g_assert_cmpint (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_3, NULL))->in_count, ==, 1);
  g_assert_null (kefu_inbox_model_lookup (model, "c0000000-0000-7000-8000-000000000005", NULL));

  /* until the agent asks */
  kefu_inbox_model_apply_newer (model);
  assert_rows (model, "3 5 1 4");
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  kefu_inbox_model_apply_newer (model);
  g_assert_cmpuint (mirror.n_signals, ==, 1);

  /* or turns elsewhere */
  put (self, 6, 0, TRUE, 1);
  push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  kefu_inbox_model_set_settled (model, FALSE);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  assert_rows (model, "3 5 6 1 4");
  assert_as_store (self, model);
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_what_counts_as_newer (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  for (int i = 1; i <= 3; i++)
    put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = model_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  kefu_inbox_model_set_settled (model, TRUE);
  assert_rows (model, "1 2 3");

  /* the topmost writes: it is where it belongs */
  put (self, 1, 1, FALSE, 1);
  push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  /* our own reply */
  kefu_session_send_message (self->session, CONV_3, FALSE, "在的", NULL);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  assert_rows (model, "1 2 3");
  /* a customer, twice */
  put (self, 2, 0, FALSE, 1);
  push (self);
  put (self, 2, 0, FALSE, 2);
  push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  /* one who comes and is dealt with before the agent looks */
  put (self, 4, 0, FALSE, 1);
  push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 2);
  world_put_conversation (self, &(TestConversation){
                                  .id = CONV_4, .status = "resolved", .last_at = world_now (self), .in_count = 1 });
  push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  g_assert_finalize_object (model);
}

static void
test_frozen_through_a_reset (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  Mirror mirror;

  for (int i = 1; i <= 3; i++)
    put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = model_new (self);
  kefu_inbox_model_set_settled (model, TRUE);
  mirror_init (&mirror, G_LIST_MODEL (model));

  /* a channel is renamed: all rows are read again and none moves */
  put (self, 3, 0, TRUE, 1);
  feed_put (self->feed, "channel", "channel-1", "'type':'wechat','name':'微信二号','shop':'时光表行'");
  push (self);
  assert_rows (model, "1 2 3");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  g_assert_cmpstr (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_1, NULL))->channel_name, ==,
                   "微信二号");

  /* a conversation is deleted; its row stays until the agent lets it go */
  feed_del (self->feed, "conversation", CONV_2);
  push (self);
  assert_rows (model, "1 2 3");
  kefu_inbox_model_apply_newer (model);
  assert_rows (model, "3 1");
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_customer_renamed (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  put (self, 1, 10, FALSE, 0);
  world_push (self);
  model = model_new (self);
  feed_put (self->feed, "customer", CUSTOMER_1, "'name':'沈小溪','level':'VIP3'");
  push (self);
  g_assert_cmpstr (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_1, NULL))->customer_name, ==,
                   "沈小溪");
  g_assert_finalize_object (model);
}

static void
notify_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_view_changes (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  KefuConversation *item;
  guint changes = 0;
  Mirror mirror;

  put (self, 1, 10, TRUE, 1);
  put (self, 2, 20, FALSE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_3, .assignee = "" });
  world_push (self);
  model = model_new (self);
  kefu_inbox_model_set_settled (model, TRUE);
  mirror_init (&mirror, G_LIST_MODEL (model));
  g_signal_connect (model, "notify::view", G_CALLBACK (notify_cb), &changes);
  item = kefu_inbox_model_lookup (model, CONV_1, NULL);
  kefu_inbox_model_set_view (model, KEFU_VIEW_WAITING);
  kefu_inbox_model_set_view (model, KEFU_VIEW_WAITING);
  /* something happens while the list is under way */
  put (self, 2, 5, TRUE, 2);
  push (self);
  kefu_inbox_model_apply_newer (model);
  assert_rows (model, "1 2");
  g_assert_true (kefu_inbox_model_lookup (model, CONV_1, NULL) == item);
  kefu_inbox_model_set_view (model, KEFU_VIEW_UNASSIGNED);
  world_settle (self);
  assert_rows (model, "3");
  g_assert_null (kefu_inbox_model_longest (model));
  g_assert_cmpuint (changes, ==, 2);
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_counts (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  guint changes = 0;

  put (self, 1, 10, TRUE, 1);
  put (self, 2, 20, FALSE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_3, .assignee = "" });
  world_push (self);
  model = model_new (self);
  wait_until (kefu_inbox_model_get_count (model, KEFU_VIEW_ALL) == 3);
  g_signal_connect (model, "counts-changed", G_CALLBACK (changed_cb), &changes);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_MINE), ==, 2);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_WAITING), ==, 1);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_UNASSIGNED), ==, 1);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_RESOLVED), ==, 0);

  kefu_session_set_status (self->session, CONV_2, "resolved", 0);
  wait_until (kefu_inbox_model_get_count (model, KEFU_VIEW_RESOLVED) == 1);
  g_assert_cmpuint (changes, ==, 1);
  /* a message changes no count */
  put (self, 1, 9, TRUE, 2);
  push (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_finalize_object (model);
}

/* Whatever happens, an unsettled model equals the store's list, and its signals describe how it came there. */
static void
test_always_as_the_store (void)
{
  static const char *const statuses[] = { "open", "open", "open", "snoozed", "resolved" };
  static const char *const assignees[] = { TEST_AGENT, TEST_AGENT, "agent-2", "" };
  g_autoptr (World) self = world_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (20260610);
  KefuInboxModel *models[KEFU_N_VIEWS * 3];
  Mirror mirrors[KEFU_N_VIEWS * 3];

  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    {
      models[i] = model_new (self);
      kefu_inbox_model_set_view (models[i], (KefuInboxView) (i / 3));
      kefu_inbox_model_set_order (models[i], (KefuInboxOrder) (i % 3));
    }
  world_settle (self);
  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    mirror_init (&mirrors[i], G_LIST_MODEL (models[i]));

  for (int batch = 0; batch < 25; batch++)
    {
      int n = g_rand_int_range (random, 1, 8);

      for (int k = 0; k < n; k++)
        {
          g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", g_rand_int_range (random, 1, 30));
          gint64 at = world_now (self) - g_rand_int_range (random, 0, 40) * MINUTE_MS;

          world_put_conversation (self, &(TestConversation){
                                          .id = id,
                                          .status = statuses[g_rand_int_range (random, 0, G_N_ELEMENTS (statuses))],
                                          .assignee = assignees[g_rand_int_range (random, 0, G_N_ELEMENTS (assignees))],
                                          .last_at = at,
                                          .waiting_since = g_rand_boolean (random) ? at : 0,
                                          .in_count = g_rand_int_range (random, 0, 3) });
        }
      /* now and then the agent holds a list still, and lets it go */
      for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
        kefu_inbox_model_set_settled (models[i], batch % 3 == 1);
      push (self);
      for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
        {
          mirror_check (&mirrors[i]);
          if (batch % 3 != 1)
            assert_as_store (self, models[i]);
        }
    }
  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    {
      mirror_clear (&mirrors[i]);
      g_assert_finalize_object (models[i]);
    }
}

static void
test_goes_while_asking (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model = kefu_inbox_model_new (self->store->store);

  /* its first list is still under way */
  g_assert_finalize_object (model);
  world_settle (self);
}

static void
test_large (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  Mirror mirror;
  gint64 start;
  const int n = g_test_perf () ? 20000 : 2000;

  for (int i = 1; i <= n; i++)
    put (self, i, i, i % 3 == 0, 1);
  world_push (self);
  model = model_new (self);
  mirror_init (&mirror, G_LIST_MODEL (model));
  g_assert_cmpint ((int) g_list_model_get_n_items (G_LIST_MODEL (model)), ==, n);
  for (int i = 1; i <= 100; i++)
    put (self, i * 7, 0, FALSE, 2);
  world_push (self);
  start = g_get_monotonic_time ();
  world_settle (self);
  g_test_message ("100 of %d rows moved in %" G_GINT64_FORMAT " ms, answers included", n,
                  (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (mirror.n_signals, <=, 1);
  assert_as_store (self, model);
  mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inbox/lists-a-view-in-the-order-asked-for", test_loads);
  g_test_add_func ("/inbox/row-that-stays-changes-in-place", test_in_place);
  g_test_add_func ("/inbox/one-signal-a-change-set-over-the-smallest-range", test_one_signal);
  g_test_add_func ("/inbox/settled-list-never-moves", test_frozen);
  g_test_add_func ("/inbox/newer-is-what-customers-did", test_what_counts_as_newer);
  g_test_add_func ("/inbox/settled-list-survives-a-new-reading", test_frozen_through_a_reset);
  g_test_add_func ("/inbox/customers-new-name-shows", test_customer_renamed);
  g_test_add_func ("/inbox/another-view-replaces-the-list", test_view_changes);
  g_test_add_func ("/inbox/counts-follow-the-store", test_counts);
  g_test_add_func ("/inbox/always-equals-the-stores-list", test_always_as_the_store);
  g_test_add_func ("/inbox/may-go-while-it-asks", test_goes_while_asking);
  g_test_add_func ("/inbox/many-rows-move-at-once", test_large);
  return g_test_run ();
}
