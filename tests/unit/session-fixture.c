/* SPDX-License-Identifier: GPL-3.0-or-later
 * A signed-in agent on a real store that a scripted feed fills. */
#include "config.h"

#include "session-fixture.h"

static void
add_text_cb (KefuSession *session, const char *text, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (text));
}

World *
world_new (void)
{
  World *self = g_new0 (World, 1);

  self->store = store_fixture_new ();
  self->feed = feed_new ("epoch-1");
  test_reset (self->store, "epoch-1");
  feed_put_shop (self->feed, 0);
  world_push (self);
  self->session = kefu_session_new (self->store->store, NULL, NULL, self->store->clock, NULL, TEST_AGENT, "小林");
  self->failures = g_ptr_array_new_with_free_func (g_free);
  self->opened = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self->session, "failure", G_CALLBACK (add_text_cb), self->failures);
  g_signal_connect (self->session, "open-conversation", G_CALLBACK (add_text_cb), self->opened);
  world_settle (self);
  return self;
}

void
world_free (World *self)
{
  world_settle (self);
  g_assert_finalize_object (self->session);
  g_clear_pointer (&self->store, store_fixture_free);
  feed_free (self->feed);
  g_ptr_array_unref (self->failures);
  g_ptr_array_unref (self->opened);
  g_free (self);
}

gint64
world_now (World *self)
{
  return kefu_clock_now (self->store->clock);
}

void
world_advance (World *self, gint64 ms)
{
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->store->clock), ms);
}

void
world_put_conversation (World *self, const TestConversation *conversation)
{
  const char *assignee = conversation->assignee != NULL ? conversation->assignee : TEST_AGENT;
  g_autofree char *quoted = *assignee != '\0' ? g_strdup_printf ("'%s'", assignee) : g_strdup ("null");
  g_autofree char *fields = NULL;

  fields =
    g_strdup_printf ("'customer_id':'%s','channel_id':'channel-1','key':'%s','title':'','status':'%s','assignee_id':%s,"
                     "'waiting_since':%" G_GINT64_FORMAT ",'last_in_at':%" G_GINT64_FORMAT
                     ",'last_mseq':%d,'last_at':%" G_GINT64_FORMAT
                     ",'last_text':'在吗','last_dir':'in','last_kind':'text','in_count':%d,'created_at':1",
                     conversation->customer != NULL ? conversation->customer : CUSTOMER_1, conversation->id,
                     conversation->status != NULL ? conversation->status : "open", quoted, conversation->waiting_since,
                     conversation->last_at, conversation->in_count, conversation->last_at, conversation->in_count);
  feed_put (self->feed, "conversation", conversation->id, fields);
}

void
world_put_message (World *self, const TestMessage *message)
{
  g_autofree char *author = message->author != NULL ? g_strdup_printf ("'%s'", message->author) : g_strdup ("null");
  g_autofree char *fields = NULL;

  fields = g_strdup_printf ("'conversation_id':'%s','mseq':%" G_GINT64_FORMAT ",'kind':'%s','dir':'%s','author_id':%s,"
                            "'body':'%s','in_no':%" G_GINT64_FORMAT ",'sent_at':%" G_GINT64_FORMAT ",'delivery':'%s'",
                            message->conversation, message->mseq, message->kind != NULL ? message->kind : "text",
                            message->dir != NULL ? message->dir : "in", author, message->body, message->mseq,
                            message->at != 0 ? message->at : world_now (self),
                            message->delivery != NULL ? message->delivery : "");
  feed_put (self->feed, "message", message->id, fields);
}

void
world_push (World *self)
{
  test_apply_ok (self->store, feed_batch (self->feed, self->applied, -1, FALSE));
  self->applied = feed_head (self->feed);
}

/* Until all is read that was asked for before, whatever became of it. */
static void
wait_for_reader (World *self)
{
  const KefuInboxQuery query = { .view = KEFU_VIEW_SNOOZED, .order = KEFU_ORDER_NEWEST };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  kefu_store_list_inbox_async (self->store->store, &query, NULL, 1, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (self->store->store, test_wait_result (&result), NULL);
}

void
world_settle (World *self)
{
  /* An answer may lead to one more question: each round waits behind all that were asked before it. */
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *written = test_draft (self->store, ID_4, "reply");

      while (g_main_context_iteration (NULL, FALSE))
        continue;
      wait_for_reader (self);
    }
}
