/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the inbox model: a frozen order, one change of the list a change set, and always what the store says. */
#include "config.h"

#include "inbox-fixture.h"

static void
test_loads (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  KefuConversation *item;
  guint position = 99;

  inbox_put (self, 1, 10, FALSE, 0);
  inbox_put (self, 2, 2, TRUE, 1);
  inbox_put (self, 3, 5, TRUE, 1);
  inbox_put (self, 4, 1, FALSE, 0);
  world_push (self);
  model = inbox_new (self);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (model)) == KEFU_TYPE_CONVERSATION);
  inbox_assert_rows (model, "3 2 4 1");
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  inbox_assert_rows (model, "4 2 3 1");
  kefu_inbox_model_set_order (model, KEFU_ORDER_UNREAD);
  world_settle (self);
  inbox_assert_rows (model, "2 3 4 1");

  item = kefu_inbox_model_lookup (model, CONV_3, &position);
  g_assert_cmpstr (kefu_conversation_get_id (item), ==, CONV_3);
  g_assert_cmpuint (position, ==, 1);
  g_assert_null (kefu_inbox_model_lookup (model, ID_1, NULL));
  inbox_assert_longest (self, model, CONV_3);
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
  ListMirror mirror;

  inbox_put (self, 1, 30, TRUE, 1);
  inbox_put (self, 2, 20, TRUE, 1);
  inbox_put (self, 3, 10, TRUE, 1);
  world_push (self);
  model = inbox_new (self);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  item = kefu_inbox_model_lookup (model, CONV_2, NULL);
  g_signal_connect (item, "changed", G_CALLBACK (changed_cb), &changes);

  /* another message of one who waits already */
  inbox_put (self, 2, 20, TRUE, 2);
  inbox_push (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpint (kefu_conversation_get_record (item)->in_count, ==, 2);

  /* and a number that would sort it, but leaves it where it is */
  inbox_put (self, 2, 15, TRUE, 3);
  inbox_push (self);
  g_assert_cmpuint (changes, ==, 2);
  kefu_store_save_draft (self->store->store, CONV_2, "reply", "在的");
  world_settle (self);
  wait_until (changes == 3);
  g_assert_cmpstr (kefu_conversation_get_record (item)->draft, ==, "在的");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_true (kefu_inbox_model_lookup (model, CONV_2, NULL) == item);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_one_signal (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;

  for (int i = 1; i <= 10; i++)
    inbox_put (self, i, 100 - i, TRUE, 1);
  world_push (self);
  model = inbox_new (self);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  inbox_assert_rows (model, "1 2 3 4 5 6 7 8 9 10");

  /* four is answered, six has waited longer than thought, a new one comes between seven and eight: one signal over 3…9 */
  inbox_put (self, 4, 50, FALSE, 1);
  inbox_put (self, 11, 93, TRUE, 1);
  inbox_push (self);
  inbox_assert_rows (model, "1 2 3 5 6 7 11 8 9 10 4");
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_cmpuint (mirror.position, ==, 3);
  g_assert_cmpuint (mirror.removed, ==, 7);
  g_assert_cmpuint (mirror.added, ==, 8);

  /* one row leaves from the middle */
  world_put_conversation (self, &(TestConversation){ .id = CONV_2, .status = "resolved" });
  inbox_push (self);
  g_assert_cmpuint (mirror.n_signals, ==, 1 + 1);
  g_assert_cmpuint (mirror.position, ==, 1);
  g_assert_cmpuint (mirror.removed, ==, 1);
  g_assert_cmpuint (mirror.added, ==, 0);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_frozen (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;

  for (int i = 1; i <= 4; i++)
    inbox_put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = inbox_new (self);
  inbox_assert_rows (model, "1 2 3 4");
  kefu_inbox_model_set_settled (model, TRUE);
  list_mirror_init (&mirror, G_LIST_MODEL (model));

  /* a customer writes, a new one comes, and one is dealt with elsewhere: nothing moves */
  inbox_put (self, 3, 1, TRUE, 1);
  inbox_put (self, 5, 0, TRUE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_2, .status = "resolved" });
  inbox_push (self);
  inbox_assert_rows (model, "1 2 3 4");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 2);
  g_assert_cmpstr (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_2, NULL))->status, ==,
                   "resolved");
  g_assert_cmpint (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_3, NULL))->in_count, ==, 1);
  g_assert_null (kefu_inbox_model_lookup (model, "c0000000-0000-7000-8000-000000000005", NULL));

  /* until the agent asks */
  kefu_inbox_model_apply_newer (model);
  inbox_assert_rows (model, "3 5 1 4");
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  kefu_inbox_model_apply_newer (model);
  g_assert_cmpuint (mirror.n_signals, ==, 1);

  /* or turns elsewhere */
  inbox_put (self, 6, 0, TRUE, 1);
  inbox_push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  kefu_inbox_model_set_settled (model, FALSE);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  inbox_assert_rows (model, "3 5 6 1 4");
  inbox_assert_as_store (self, model);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_what_counts_as_newer (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  for (int i = 1; i <= 3; i++)
    inbox_put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_order (model, KEFU_ORDER_NEWEST);
  world_settle (self);
  kefu_inbox_model_set_settled (model, TRUE);
  inbox_assert_rows (model, "1 2 3");

  /* the topmost writes: it is where it belongs */
  inbox_put (self, 1, 1, FALSE, 1);
  inbox_push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  /* our own reply */
  kefu_session_send_message (self->session, CONV_3, FALSE, "在的", NULL);
  world_settle (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 0);
  inbox_assert_rows (model, "1 2 3");
  /* a customer, twice */
  inbox_put (self, 2, 0, FALSE, 1);
  inbox_push (self);
  inbox_put (self, 2, 0, FALSE, 2);
  inbox_push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  /* one who comes and is dealt with before the agent looks */
  inbox_put (self, 4, 0, FALSE, 1);
  inbox_push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 2);
  world_put_conversation (self, &(TestConversation){
                                  .id = CONV_4, .status = "resolved", .last_at = world_now (self), .in_count = 1 });
  inbox_push (self);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  g_assert_finalize_object (model);
}

static void
test_frozen_through_a_reset (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  ListMirror mirror;

  for (int i = 1; i <= 3; i++)
    inbox_put (self, i, 10 * i, FALSE, 0);
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_settled (model, TRUE);
  list_mirror_init (&mirror, G_LIST_MODEL (model));

  /* a channel is renamed: all rows are read again and none moves */
  inbox_put (self, 3, 0, TRUE, 1);
  feed_put (self->feed, "channel", "channel-1", "'type':'wechat','name':'微信二号','shop':'时光表行'");
  inbox_push (self);
  inbox_assert_rows (model, "1 2 3");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  g_assert_cmpuint (kefu_inbox_model_get_n_newer (model), ==, 1);
  g_assert_cmpstr (kefu_conversation_get_record (kefu_inbox_model_lookup (model, CONV_1, NULL))->channel_name, ==,
                   "微信二号");

  /* a conversation is deleted; its row stays until the agent lets it go */
  feed_del (self->feed, "conversation", CONV_2);
  inbox_push (self);
  inbox_assert_rows (model, "1 2 3");
  kefu_inbox_model_apply_newer (model);
  inbox_assert_rows (model, "3 1");
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_customer_renamed (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;

  inbox_put (self, 1, 10, FALSE, 0);
  world_push (self);
  model = inbox_new (self);
  feed_put (self->feed, "customer", CUSTOMER_1, "'name':'沈小溪','level':'VIP3'");
  inbox_push (self);
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
  ListMirror mirror;

  inbox_put (self, 1, 10, TRUE, 1);
  inbox_put (self, 2, 20, FALSE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_3, .assignee = "" });
  world_push (self);
  model = inbox_new (self);
  kefu_inbox_model_set_settled (model, TRUE);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  g_signal_connect (model, "notify::view", G_CALLBACK (notify_cb), &changes);
  item = kefu_inbox_model_lookup (model, CONV_1, NULL);
  kefu_inbox_model_set_view (model, KEFU_VIEW_WAITING);
  kefu_inbox_model_set_view (model, KEFU_VIEW_WAITING);
  /* something happens while the list is under way */
  inbox_put (self, 2, 5, TRUE, 2);
  inbox_push (self);
  kefu_inbox_model_apply_newer (model);
  inbox_assert_rows (model, "1 2");
  g_assert_true (kefu_inbox_model_lookup (model, CONV_1, NULL) == item);
  kefu_inbox_model_set_view (model, KEFU_VIEW_UNASSIGNED);
  world_settle (self);
  inbox_assert_rows (model, "3");
  /* nobody waits here; of one's own somebody does */
  inbox_assert_longest (self, model, CONV_1);
  g_assert_cmpuint (changes, ==, 2);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_counts (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  guint changes = 0;

  inbox_put (self, 1, 10, TRUE, 1);
  inbox_put (self, 2, 20, FALSE, 1);
  world_put_conversation (self, &(TestConversation){ .id = CONV_3, .assignee = "" });
  world_push (self);
  model = inbox_new (self);
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
  inbox_put (self, 1, 9, TRUE, 2);
  inbox_push (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_finalize_object (model);
}

static void
test_counts_of_another_filter_are_never_shown (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  guint changes = 0;

  inbox_put (self, 1, 10, TRUE, 1);
  world_push (self);
  model = kefu_inbox_model_new (self->store->store);
  g_signal_connect (model, "counts-changed", G_CALLBACK (changed_cb), &changes);
  /* while all are being counted */
  kefu_inbox_model_set_filter (model, "channel-9", NULL);
  world_settle (self);
  g_assert_cmpuint (changes, ==, 0);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_ALL), ==, 0);
  kefu_inbox_model_set_filter (model, "channel-1", NULL);
  world_settle (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_ALL), ==, 1);
  /* there and back before the first answer */
  kefu_inbox_model_set_filter (model, "channel-9", NULL);
  kefu_inbox_model_set_filter (model, "channel-1", NULL);
  world_settle (self);
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
  ListMirror mirrors[KEFU_N_VIEWS * 3];

  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    {
      models[i] = inbox_new (self);
      kefu_inbox_model_set_view (models[i], (KefuInboxView) (i / 3));
      kefu_inbox_model_set_order (models[i], (KefuInboxOrder) (i % 3));
    }
  world_settle (self);
  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    list_mirror_init (&mirrors[i], G_LIST_MODEL (models[i]));

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
      inbox_push (self);
      for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
        {
          list_mirror_check (&mirrors[i]);
          if (batch % 3 != 1)
            inbox_assert_as_store (self, models[i]);
        }
    }
  for (int i = 0; i < KEFU_N_VIEWS * 3; i++)
    {
      list_mirror_clear (&mirrors[i]);
      g_assert_finalize_object (models[i]);
    }
}

static void
test_filter (void)
{
  g_autoptr (World) self = world_new ();
  KefuInboxModel *model;
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = NULL;
  const char *const ids[] = { CONV_1, CONV_2, CONV_3 };

  feed_put (self->feed, "channel", "channel-2", "'type':'qq','name':'QQ','shop':'时光表行'");
  feed_put (self->feed, "label", ID_1, "'name':'催发货','color':1,'sort':1");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *fields =
        g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','channel_id':'channel-%d','key':'%u','status':'open',"
                         "'assignee_id':'" TEST_AGENT "','last_at':%u,'labels':[%s]",
                         i == 1 ? 2 : 1, i, 100 - i, i == 0 ? "" : "'" ID_1 "'");

      feed_put (self->feed, "conversation", ids[i], fields);
    }
  world_push (self);
  model = inbox_new (self);
  inbox_assert_rows (model, "1 2 3");
  kefu_inbox_model_set_filter (model, NULL, ID_1);
  world_settle (self);
  inbox_assert_rows (model, "2 3");
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_ALL), ==, 2);
  kefu_inbox_model_set_filter (model, "channel-1", ID_1);
  world_settle (self);
  inbox_assert_rows (model, "3");
  g_assert_cmpuint (kefu_inbox_model_get_count (model, KEFU_VIEW_MINE), ==, 1);

  /* what has not the label stays away */
  inbox_put (self, 4, 0, TRUE, 1);
  inbox_push (self);
  inbox_assert_rows (model, "3");

  /* by the agent's own act it comes and goes */
  op_id = test_perform (self->store, "conversation.label",
                        "{'conversation_id':'" CONV_1 "','label_id':'" ID_1 "','add':true}", &error);
  g_assert_no_error (error);
  world_settle (self);
  inbox_assert_rows (model, "1 3");
  kefu_inbox_model_set_filter (model, NULL, NULL);
  world_settle (self);
  inbox_assert_rows (model, "4 1 2 3");
  g_assert_finalize_object (model);
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
  g_test_add_func ("/inbox/counts-of-another-filter-are-never-shown", test_counts_of_another_filter_are_never_shown);
  g_test_add_func ("/inbox/always-equals-the-stores-list", test_always_as_the_store);
  g_test_add_func ("/inbox/filter", test_filter);
  g_test_add_func ("/inbox/may-go-while-it-asks", test_goes_while_asking);
  return g_test_run ();
}
