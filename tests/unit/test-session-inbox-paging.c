/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of an inbox model that has the top of a long list: it goes on below, and is never all of it by itself. */
#include "config.h"

#include "inbox-fixture.h"
#include "kefu-inbox-below.h"

static void
test_longest_is_looked_for_in_what_is_not_read (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  for (int i = 1; i <= 300; i++)
    inbox_put (self, i, i, i == 290 || i == 280, 1);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  g_assert_null (kefu_inbox_model_lookup (model, "c0000000-0000-7000-8000-000000000290", NULL));
  inbox_assert_longest (self, model, "c0000000-0000-7000-8000-000000000290");
  inbox_assert_longest_but (self, model, "c0000000-0000-7000-8000-000000000290",
                            "c0000000-0000-7000-8000-000000000280");
  inbox_put (self, 290, 1, FALSE, 2);
  inbox_put (self, 280, 1, FALSE, 2);
  inbox_push (self);
  inbox_assert_longest (self, model, NULL);
  g_assert_finalize_object (model);
}

static void
assert_below (World *self, KefuInboxModel *model, int n, int expected)
{
  g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", n);
  g_autofree char *want = expected > 0 ? g_strdup_printf ("c0000000-0000-7000-8000-%012d", expected) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *below = NULL;

  kefu_inbox_find_below_async (self->store->store, kefu_inbox_model_get_query (model), id, NULL, test_got_result,
                               &result);
  below = kefu_inbox_find_below_finish (self->store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (below, ==, want);
}

static void
test_goes_on_from_what_is_not_read (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  for (int i = 1; i <= 300; i++)
    inbox_put (self, i, i, i == 290 || i == 280, 1);
  world_put_conversation (self,
                          &(TestConversation){ .id = "c0000000-0000-7000-8000-000000000250", .status = "resolved" });
  world_push (self);
  model = inbox_new (self);
  /* those who wait stand above, the longest first */
  assert_below (self, model, 290, 280);
  assert_below (self, model, 280, 1);
  assert_below (self, model, 279, 281);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  assert_below (self, model, 249, 251);
  assert_below (self, model, 290, 291);
  /* the last one, one of another view, one that is no more */
  assert_below (self, model, 300, 300);
  assert_below (self, model, 250, 0);
  assert_below (self, model, 999, 0);
  g_assert_finalize_object (model);
}

static void
test_is_read_page_by_page (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;
  guint before = 0;

  for (int i = 1; i <= 350; i++)
    inbox_put (self, i, i, FALSE, 1);
  world_push (self);
  model = inbox_new (self);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  inbox_assert_as_store (self, model);
  g_assert_cmpuint (inbox_length (model), <, 200);
  while (kefu_inbox_model_load_more (model))
    {
      world_settle (self);
      inbox_assert_as_store (self, model);
      if (inbox_length (model) == before)
        break;
      g_assert_cmpuint (mirror.removed, ==, 0);
      before = inbox_length (model);
    }
  g_assert_cmpuint (inbox_length (model), ==, 350);
  g_assert_false (kefu_inbox_model_load_more (model));

  /* what came in between does not come twice, and what goes leaves no gap */
  kefu_inbox_model_set_view (model, KEFU_VIEW_MINE);
  world_settle (self);
  kefu_inbox_model_load_more (model);
  inbox_put (self, 350, 0, FALSE, 2);
  inbox_put (self, 5, 349, FALSE, 2);
  world_put_conversation (self, &(TestConversation){ .id = CONV_4, .status = "resolved" });
  inbox_push (self);
  inbox_assert_as_store (self, model);
  for (int i = 0; i < 5; i++)
    {
      kefu_inbox_model_load_more (model);
      world_settle (self);
    }
  g_assert_cmpuint (inbox_length (model), ==, 349);
  inbox_assert_as_store (self, model);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

/* Whatever becomes of the rows that were read, the list goes on below them. */
static void
test_goes_on_when_its_rows_leave (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  for (int i = 1; i <= 200; i++)
    inbox_put (self, i, i, FALSE, 1);
  world_push (self);
  model = inbox_new (self);
  for (int i = 1; i <= 95; i++)
    {
      g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", i);

      world_put_conversation (self, &(TestConversation){ .id = id, .status = "resolved" });
    }
  inbox_push (self);
  g_assert_cmpuint (inbox_length (model), ==, 105);
  inbox_assert_as_store (self, model);
  g_assert_finalize_object (model);
}

static void
test_never_reads_all_by_itself (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model = inbox_new (self);

  /* as at a first sign-in: nothing is there, and years come */
  for (int i = 1; i <= 3000; i++)
    {
      inbox_put (self, i, i, i % 2, 1);
      if (i % 1000 == 0)
        inbox_push (self);
    }
  world_settle (self);
  g_assert_cmpuint (inbox_length (model), <=, 200);
  inbox_assert_as_store (self, model);
  g_assert_finalize_object (model);
}

/* In few steps, since the store holds back what comes in a storm; and not in one, since more than 500 are another thing. */
static void
let_write (World *self, int from, int to)
{
  for (int i = from; i <= to; i++)
    {
      inbox_put (self, i, -i, FALSE, 2);
      if (i % 300 == 0)
        inbox_push (self);
    }
  inbox_push (self);
}

/* On a long day everybody writes once; nobody looks at all those rows. */
static void
test_does_not_grow_by_what_comes_in (void)
{
  g_autoptr (World) self = world_new ();
  g_autoptr (KefuConversation) looked_at = NULL;
  KefuInboxModel *model;
  guint position = 0;

  for (int i = 1; i <= 300; i++)
    inbox_put (self, i, i, FALSE, 1);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  let_write (self, 301, 2000);
  g_assert_cmpuint (inbox_length (model), >=, 300);
  g_assert_cmpuint (inbox_length (model), <=, 600);
  inbox_assert_as_store (self, model);
  g_assert_true (kefu_inbox_model_load_more (model));
  world_settle (self);
  inbox_assert_as_store (self, model);

  /* what is looked at stays, and the list goes on below it */
  looked_at = g_list_model_get_item (G_LIST_MODEL (model), inbox_length (model) - 1);
  let_write (self, 2001, 3000);
  g_assert_true (kefu_inbox_model_lookup (model, kefu_conversation_get_id (looked_at), &position) == looked_at);
  g_assert_cmpuint (position, >=, 1000);
  g_assert_cmpuint (inbox_length (model), >, position);
  inbox_assert_as_store (self, model);
  g_clear_object (&looked_at);
  let_write (self, 1, 1);
  g_assert_cmpuint (inbox_length (model), <=, 600);
  inbox_assert_as_store (self, model);
  g_assert_finalize_object (model);
}

/* However many wait for the agent to look up: all are counted, and come in. */
static void
test_many_wait_and_come_in (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;

  for (int i = 1; i <= 300; i++)
    inbox_put (self, i, i, FALSE, 1);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  kefu_inbox_model_set_settled (model, TRUE);
  let_write (self, 301, 1500);
  g_assert_cmpuint (inbox_length (model), ==, 100);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1200);
  kefu_inbox_model_apply_newer (model);
  /* those that are still read have no row to tell of */
  kefu_inbox_model_apply_newer (model);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  inbox_assert_as_store (self, model);

  /* and once more, by letting go */
  let_write (self, 1501, 2700);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1200);
  kefu_inbox_model_set_settled (model, FALSE);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  inbox_assert_as_store (self, model);
  list_mirror_check (&mirror);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static gboolean
has_changed (gpointer store)
{
  return ((StoreFixture *) store)->n_changed > 0;
}

/* A change that is told between two pages of a list that is read again. */
static void
test_a_change_while_many_are_read (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  StoreGate *before, *after;

  for (int i = 1; i <= 1100; i++)
    inbox_put (self, i, i, FALSE, 1);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  while (inbox_length (model) < 1000)
    {
      kefu_inbox_model_load_more (model);
      world_settle (self);
    }
  kefu_inbox_model_set_settled (model, TRUE);
  let_write (self, 1101, 2300);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1200);

  before = store_gate_new (self->store);
  store_fixture_forget (self->store);
  feed_put (self->feed, "channel", "channel-1", "'type':'wechat','name':'微信','shop':'时光表行'");
  world_push (self);
  test_wait_for (has_changed, self->store);
  /* behind each of its first two pages */
  for (int i = 0; i < 2; i++)
    {
      after = store_gate_new (self->store);
      store_gate_open (before);
      store_gate_wait (after);
      before = after;
    }
  store_fixture_forget (self->store);
  inbox_put (self, 2300, -2300, FALSE, 3);
  world_push (self);
  test_wait_for (has_changed, self->store);
  store_gate_open (before);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1000);
  kefu_inbox_model_set_settled (model, FALSE);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  inbox_assert_as_store (self, model);
  g_assert_finalize_object (model);
}

/* What is asked for meanwhile is not answered. */
static void
fail_to_read (World *self)
{
  store_fixture_break_reader (self->store, TRUE);
  g_test_expect_message ("kefu-session", G_LOG_LEVEL_WARNING, "The inbox could not be read: *not authorized*");
}

static void
read_as_ever (World *self)
{
  world_settle (self);
  g_test_assert_expected_messages ();
  store_fixture_break_reader (self->store, FALSE);
}

/* The list goes on with the next change, and has missed nothing. */
static void
test_a_failed_reading_is_made_up_for (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  gboolean is_loading = TRUE;

  for (int i = 1; i <= 300; i++)
    inbox_put (self, i, i, i > 280, 1);
  world_push (self);
  model = inbox_new (self);

  /* one conversation */
  fail_to_read (self);
  inbox_put (self, 2, 2, TRUE, 2);
  world_push (self);
  read_as_ever (self);
  inbox_put (self, 3, 3, TRUE, 2);
  inbox_push (self);
  inbox_assert_as_store (self, model);

  /* the whole list, twice in a row */
  for (int i = 4; i < 6; i++)
    {
      fail_to_read (self);
      inbox_put (self, i, i, TRUE, 2);
      feed_put (self->feed, "channel", "channel-1", "'type':'wechat','name':'微信','shop':'时光表行'");
      world_push (self);
      read_as_ever (self);
    }
  inbox_put (self, 6, 6, TRUE, 2);
  inbox_push (self);
  inbox_assert_as_store (self, model);

  /* what is further down */
  fail_to_read (self);
  g_assert_true (kefu_inbox_model_load_more (model));
  read_as_ever (self);
  g_assert_cmpuint (inbox_length (model), <, 200);
  g_assert_true (kefu_inbox_model_load_more (model));
  world_settle (self);
  g_assert_cmpuint (inbox_length (model), >=, 200);
  inbox_assert_as_store (self, model);

  /* another list: nothing stands for it that is of the one before */
  fail_to_read (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  read_as_ever (self);
  g_object_get (model, "loading", &is_loading, NULL);
  g_assert_false (is_loading);
  g_assert_cmpuint (inbox_length (model), ==, 0);
  inbox_put (self, 7, 7, TRUE, 2);
  inbox_push (self);
  g_assert_cmpuint (inbox_length (model), >, 0);
  inbox_assert_as_store (self, model);
  g_assert_finalize_object (model);
}

/* As above, with lists of which only the top is read, and more changes than are named one by one. */
static void
test_top_is_always_as_the_store (void)
{
  static const char *const statuses[] = { "open", "open", "resolved" };
  g_autoptr (World) self = world_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (20261122);
  KefuInboxModel *models[KEFU_N_ORDERS];
  ListMirror mirrors[KEFU_N_ORDERS];

  for (int i = 1; i <= 600; i++)
    inbox_put (self, i, i, i % 3 == 0, 1);
  world_push (self);
  for (int i = 0; i < KEFU_N_ORDERS; i++)
    {
      models[i] = inbox_new (self);
      kefu_inbox_model_set_order (models[i], (KefuInboxOrder) i);
      world_settle (self);
      list_mirror_init (&mirrors[i], G_LIST_MODEL (models[i]));
    }
  for (int batch = 0; batch < 60; batch++)
    {
      int n = batch % 10 >= 8 ? 700 : g_rand_int_range (random, 1, 30);

      for (int k = 0; k < n; k++)
        {
          g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", g_rand_int_range (random, 1, 800));
          gint64 at = world_now (self) - g_rand_int_range (random, 0, 600) * MINUTE_MS;

          world_put_conversation (self, &(TestConversation){
                                          .id = id,
                                          .status = statuses[g_rand_int_range (random, 0, G_N_ELEMENTS (statuses))],
                                          .last_at = at,
                                          .waiting_since = g_rand_boolean (random) ? at : 0,
                                          .in_count = g_rand_int_range (random, 0, 3) });
        }
      if (batch % 10 == 4)
        feed_put (self->feed, "channel", "channel-1", "'type':'wechat','name':'微信','shop':'时光表行'");
      for (int i = 0; i < KEFU_N_ORDERS; i++)
        {
          kefu_inbox_model_set_settled (models[i], batch % 3 == 1);
          /* while the changes are under way, and in every place among them */
          if (g_rand_boolean (random))
            kefu_inbox_model_load_more (models[i]);
        }
      if (batch % 5 == 3 || batch % 10 == 8)
        {
          /* the next one comes before the answers */
          world_push (self);
          continue;
        }
      inbox_push (self);
      for (int i = 0; i < KEFU_N_ORDERS; i++)
        {
          list_mirror_check (&mirrors[i]);
          if (batch % 3 != 1)
            inbox_assert_as_store (self, models[i]);
        }
    }
  for (int i = 0; i < KEFU_N_ORDERS; i++)
    {
      list_mirror_clear (&mirrors[i]);
      g_assert_finalize_object (models[i]);
    }
}

static void
test_large (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;
  gint64 start;
  const int n = g_test_perf () ? 20000 : 2000;

  for (int i = 1; i <= n; i++)
    inbox_put (self, i, i, i % 3 == 0, 1);
  world_push (self);
  model = inbox_new (self);
  while (kefu_inbox_model_load_more (model))
    world_settle (self);
  g_assert_cmpint ((int) inbox_length (model), ==, n);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  for (int i = 1; i <= 100; i++)
    inbox_put (self, i * 7, 0, FALSE, 2);
  world_push (self);
  start = g_get_monotonic_time ();
  world_settle (self);
  g_test_message ("100 of %d rows moved in %" G_GINT64_FORMAT " ms, answers included", n,
                  (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (mirror.n_signals, <=, 1);
  inbox_assert_as_store (self, model);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inbox/longest-is-looked-for-in-what-is-not-read", test_longest_is_looked_for_in_what_is_not_read);
  g_test_add_func ("/inbox/goes-on-from-what-is-not-read", test_goes_on_from_what_is_not_read);
  g_test_add_func ("/inbox/is-read-page-by-page", test_is_read_page_by_page);
  g_test_add_func ("/inbox/goes-on-when-its-rows-leave", test_goes_on_when_its_rows_leave);
  g_test_add_func ("/inbox/never-reads-all-by-itself", test_never_reads_all_by_itself);
  g_test_add_func ("/inbox/does-not-grow-by-what-comes-in", test_does_not_grow_by_what_comes_in);
  g_test_add_func ("/inbox/many-wait-and-come-in", test_many_wait_and_come_in);
  g_test_add_func ("/inbox/a-change-while-many-are-read", test_a_change_while_many_are_read);
  g_test_add_func ("/inbox/a-failed-reading-is-made-up-for", test_a_failed_reading_is_made_up_for);
  g_test_add_func ("/inbox/top-always-equals-the-stores", test_top_is_always_as_the_store);
  g_test_add_func ("/inbox/many-rows-move-at-once", test_large);
  return g_test_run ();
}
