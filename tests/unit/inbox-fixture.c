/* SPDX-License-Identifier: GPL-3.0-or-later
 * An inbox model over a scripted store: its signals followed, its rows compared. */
#include "config.h"

#include "inbox-fixture.h"

#include "kefu-inbox-longest.h"

void
inbox_put (World *self, int n, int minutes_ago, gboolean waits, int in_count)
{
  g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", n);
  gint64 at = world_now (self) - minutes_ago * MINUTE_MS;

  world_put_conversation (self, &(TestConversation){
                                  .id = id, .last_at = at, .waiting_since = waits ? at : 0, .in_count = in_count });
}

KefuInboxModel *
inbox_new (World *self)
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

void
inbox_push (World *self)
{
  world_push (self);
  world_settle (self);
}

void
inbox_assert_rows (KefuInboxModel *model, const char *expected)
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

/* (transfer full) (nullable) */
static char *
longest (World *self, KefuInboxModel *model, const char *leave_out)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  kefu_inbox_find_longest_async (self->store->store, kefu_inbox_model_get_query (model), leave_out, NULL,
                                 test_got_result, &result);
  id = kefu_inbox_find_longest_finish (self->store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return id;
}

void
inbox_assert_longest (World *self, KefuInboxModel *model, const char *expected)
{
  inbox_assert_longest_but (self, model, NULL, expected);
}

void
inbox_assert_longest_but (World *self, KefuInboxModel *model, const char *leave_out, const char *expected)
{
  g_autofree char *id = longest (self, model, leave_out);

  g_assert_cmpstr (id, ==, expected);
}

guint
inbox_length (KefuInboxModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

static gboolean
is_as_store (World *self, KefuInboxModel *model)
{
  g_autoptr (GPtrArray) rows =
    test_inbox (self->store, kefu_inbox_model_get_view (model), kefu_inbox_model_get_order (model));
  const guint n = inbox_length (model);

  if (n > rows->len || (n < rows->len && n < 50))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KefuConversation) item = g_list_model_get_item (G_LIST_MODEL (model), i);
      KefuConversationRecord *shown = kefu_conversation_get_record (item);
      KefuConversationRecord *record = g_ptr_array_index (rows, i);

      if (!g_str_equal (shown->id, record->id) || shown->rev != record->rev || shown->unread != record->unread)
        return FALSE;
    }
  return TRUE;
}

void
inbox_assert_as_store (World *self, KefuInboxModel *model)
{
  const gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  /* After many changes in a row the store puts the next ones together, and tells of them a moment later. */
  while (!is_as_store (self, model) && g_get_monotonic_time () < end)
    world_settle (self);
  g_assert_true (is_as_store (self, model));
}
