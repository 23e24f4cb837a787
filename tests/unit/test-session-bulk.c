/* SPDX-License-Identifier: GPL-3.0-or-later
 * One act on many conversations: who is changed, who is not, and what the undo gives back. */
#include "config.h"

#include "kefu-bulk.h"
#include "session-fixture.h"

#define LABEL "b0000000-0000-7000-8000-00000000000a"
#define OTHER "agent-2"

/* 1 is mine and waits, 2 is nobody's and snoozed, 3 is another's with an open item; 4 is resolved. */
static World *
world_with_four (void)
{
  World *self = world_new ();
  gint64 now = world_now (self);

  world_put_conversation (self, &(TestConversation){ .id = CONV_1,
                                                     .in_count = 2,
                                                     .waiting_since = now - MINUTE_MS,
                                                     .last_at = now - MINUTE_MS });
  world_put_conversation (self,
                          &(TestConversation){ .id = CONV_2, .assignee = "", .status = "snoozed", .last_at = now });
  world_put_conversation (self, &(TestConversation){ .id = CONV_3, .assignee = OTHER, .last_at = now });
  world_put_conversation (self, &(TestConversation){ .id = CONV_4, .status = "resolved", .last_at = now });
  feed_put (self->feed, "label", LABEL, "'name':'急'");
  world_push (self);
  g_free (test_perform (self->store, "conversation.status",
                        "{'conversation_id':'" CONV_2 "','status':'snoozed','until':1800000000000}", NULL));
  g_free (test_perform (self->store, "checklist.add",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_3 "','kind':'gift','title':'送电池','at':1}",
                        NULL));
  world_settle (self);
  store_fixture_forget (self->store);
  return self;
}

static KefuBulk *
load (World *self)
{
  const char *const ids[] = { CONV_1, CONV_2, CONV_3, CONV_4, "c0000000-0000-7000-8000-00000000ffff", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KefuBulk *bulk;

  kefu_bulk_load_async (self->session, ids, NULL, test_got_result, &result);
  bulk = kefu_bulk_load_finish (test_wait_result (&result), &error);
  g_assert_no_error (error);
  return bulk;
}

static void
assert_result (KefuBulk *bulk, GAsyncResult *result, guint done, guint same, guint refused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuBulkResult) told = kefu_bulk_finish (bulk, result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (told->n_done, ==, done);
  g_assert_cmpuint (told->n_same, ==, same);
  g_assert_cmpuint (told->n_refused, ==, refused);
  g_assert_true ((told->reason != NULL) == (refused > 0));
}

static void
perform (KefuBulk *bulk, const KefuBulkAct *act, guint done, guint same, guint refused)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_bulk_perform_async (bulk, act, test_got_result, &result);
  assert_result (bulk, test_wait_result (&result), done, same, refused);
}

static void
undo (KefuBulk *bulk, guint done, guint same)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (kefu_bulk_can_undo (bulk));
  kefu_bulk_undo_async (bulk, test_got_result, &result);
  assert_result (bulk, test_wait_result (&result), done, same, 0);
  g_assert_false (kefu_bulk_can_undo (bulk));
}

/* (transfer full): "status assignee labels" of all four, one a line. */
static char *
state (World *self)
{
  const char *const ids[] = { CONV_1, CONV_2, CONV_3, CONV_4 };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (KefuConversationRecord) record = test_conversation (self->store, ids[i]);
      g_autofree char *labels = record->labels != NULL ? g_strjoinv (" ", record->labels) : g_strdup ("");

      g_string_append_printf (text, "%s %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s\n", record->status,
                              record->snooze_until, record->assignee_id, record->waiting_since, labels);
    }
  return g_string_free (text, FALSE);
}

#define assert_state(self, expected)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *state_ = state (self);                                                                            \
    g_assert_cmpstr (state_, ==, expected);                                                                            \
  }                                                                                                                    \
  G_STMT_END

static void
assert_one_change (World *self)
{
  world_settle (self);
  g_assert_cmpuint (self->store->n_changed, ==, 1);
}

static void
test_every_act_comes_back (void)
{
  const KefuBulkAct acts[] = {
    { .kind = KEFU_BULK_ASSIGN, .id = OTHER },
    { .kind = KEFU_BULK_ASSIGN, .id = NULL },
    { .kind = KEFU_BULK_LABEL, .id = LABEL, .add = TRUE },
    { .kind = KEFU_BULK_SNOOZE, .until = 1900000000000 },
    { .kind = KEFU_BULK_RESOLVE },
  };
  const guint n_done[] = { 3, 3, 4, 4, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_autoptr (World) self = world_with_four ();
      g_autofree char *before = state (self);
      g_autofree char *after = NULL;
      g_autoptr (KefuBulk) bulk = load (self);

      g_assert_cmpuint (kefu_bulk_get_n (bulk), ==, 4);
      perform (bulk, &acts[i], n_done[i], 4 - n_done[i], 0);
      assert_one_change (self);
      after = state (self);
      g_assert_cmpstr (before, !=, after);
      undo (bulk, n_done[i], 0);
      assert_state (self, before);
    }
}

static void
test_resolving_asks_for_open_items_and_stops_the_clock (void)
{
  g_autoptr (World) self = world_with_four ();
  g_autoptr (KefuBulk) bulk = load (self);
  g_autoptr (KefuConversationRecord) resolved = NULL;
  g_autoptr (KefuConversationRecord) again = NULL;

  g_assert_cmpuint (kefu_bulk_get_n_with_open_items (bulk), ==, 1);
  perform (bulk, &(KefuBulkAct){ .kind = KEFU_BULK_RESOLVE }, 3, 1, 0);
  resolved = test_conversation (self->store, CONV_1);
  g_assert_cmpint (resolved->waiting_since, ==, 0);
  undo (bulk, 3, 0);
  /* The customer who waited goes on waiting, from when they began. */
  again = test_conversation (self->store, CONV_1);
  g_assert_cmpint (again->waiting_since, ==, world_now (self) - MINUTE_MS);
}

static void
test_an_undo_leaves_alone_what_others_have_changed (void)
{
  g_autoptr (World) self = world_with_four ();
  g_autoptr (KefuBulk) bulk = load (self);
  g_autoptr (KefuConversationRecord) first = NULL;
  g_autoptr (KefuConversationRecord) third = NULL;

  perform (bulk, &(KefuBulkAct){ .kind = KEFU_BULK_ASSIGN, .id = NULL }, 3, 1, 0);
  /* somebody takes the first, and the third is gone */
  g_free (test_perform (self->store, "conversation.claim", "{'conversation_id':'" CONV_1 "','assignee_id':'" OTHER "'}",
                        NULL));
  undo (bulk, 2, 1);
  first = test_conversation (self->store, CONV_1);
  third = test_conversation (self->store, CONV_3);
  g_assert_cmpstr (first->assignee_id, ==, OTHER);
  g_assert_cmpstr (third->assignee_id, ==, OTHER);
}

static void
test_reading_is_not_undone (void)
{
  g_autoptr (World) self = world_with_four ();
  g_autoptr (KefuBulk) bulk = load (self);
  g_autoptr (KefuConversationRecord) record = NULL;

  perform (bulk, &(KefuBulkAct){ .kind = KEFU_BULK_READ }, 1, 3, 0);
  record = test_conversation (self->store, CONV_1);
  g_assert_cmpint (record->unread, ==, 0);
  g_assert_false (kefu_bulk_can_undo (bulk));
}

static void
test_refusals_are_counted_and_said (void)
{
  g_autoptr (World) self = world_with_four ();
  g_autoptr (KefuBulk) bulk = load (self);
  g_autofree char *before = state (self);

  perform (bulk, &(KefuBulkAct){ .kind = KEFU_BULK_ASSIGN, .id = "agent-9" }, 0, 0, 4);
  g_assert_false (kefu_bulk_can_undo (bulk));
  assert_state (self, before);
}

static void
test_a_thousand_are_one_change (void)
{
  g_autoptr (World) self = world_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (KefuBulk) bulk = NULL;
  gint64 begun, called, ended;

  for (guint i = 0; i < KEFU_STORE_MAX_ACTS; i++)
    {
      char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012u", i + 1);

      world_put_conversation (self, &(TestConversation){ .id = id, .in_count = 2, .last_at = world_now (self) });
      g_ptr_array_add (ids, id);
    }
  world_push (self);
  world_settle (self);
  store_fixture_forget (self->store);
  g_ptr_array_add (ids, NULL);
  kefu_bulk_load_async (self->session, (const char *const *) ids->pdata, NULL, test_got_result, &result);
  bulk = kefu_bulk_load_finish (test_wait_result (&result), NULL);
  begun = g_get_monotonic_time ();
  kefu_bulk_perform_async (bulk, &(KefuBulkAct){ .kind = KEFU_BULK_RESOLVE }, test_got_result, &done);
  called = g_get_monotonic_time ();
  assert_result (bulk, test_wait_result (&done), KEFU_STORE_MAX_ACTS, 0, 0);
  ended = g_get_monotonic_time ();
  g_test_message ("%u acts: %d us of the main thread to ask for, %d ms in all", (guint) KEFU_STORE_MAX_ACTS,
                  (int) (called - begun), (int) ((ended - begun) / 1000));
  assert_one_change (self);
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, KEFU_STORE_MAX_ACTS);
  undo (bulk, KEFU_STORE_MAX_ACTS, 0);
}

static void
test_labels_are_counted (void)
{
  g_autoptr (World) self = world_with_four ();
  g_autoptr (KefuBulk) bulk = NULL;
  g_autoptr (GHashTable) counts = NULL;

  kefu_session_set_label (self->session, CONV_1, LABEL, TRUE);
  kefu_session_set_label (self->session, CONV_3, LABEL, TRUE);
  world_settle (self);
  bulk = load (self);
  counts = kefu_bulk_count_labels (bulk);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, LABEL)), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bulk/every-act-comes-back", test_every_act_comes_back);
  g_test_add_func ("/bulk/resolving-asks-for-open-items-and-stops-the-clock",
                   test_resolving_asks_for_open_items_and_stops_the_clock);
  g_test_add_func ("/bulk/an-undo-leaves-alone-what-others-have-changed",
                   test_an_undo_leaves_alone_what_others_have_changed);
  g_test_add_func ("/bulk/reading-is-not-undone", test_reading_is_not_undone);
  g_test_add_func ("/bulk/refusals-are-counted-and-said", test_refusals_are_counted_and_said);
  g_test_add_func ("/bulk/a-thousand-are-one-change", test_a_thousand_are_one_change);
  g_test_add_func ("/bulk/labels-are-counted", test_labels_are_counted);
  return g_test_run ();
}
