/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation in the making: messages go in, what the inbox shows of them comes out. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-thread.h"

#include "kefu-text.h"

#define PREVIEW_CHARS 120

void
kefu_demo_thread_begin (KefuDemoThread *self, KefuDemoWriter *writer, gint64 created_at)
{
  self->writer = writer;
  self->created_at = created_at;
  self->last_dir = "";
  self->last_kind = "text";
  self->rev = kefu_demo_writer_place (writer, "conversation", self->id);
}

void
kefu_demo_thread_add (KefuDemoThread *self, KefuDemoMessage *message)
{
  if (g_str_equal (message->dir, "in"))
    {
      if (self->waiting_since == 0)
        {
          self->waiting_since = message->sent_at;
          self->waiting_in_no = self->in_count;
        }
      self->last_in_at = message->sent_at;
      self->in_count++;
      self->out_since_in = 0;
    }
  else if (g_str_equal (message->dir, "out"))
    {
      self->waiting_since = 0;
      self->out_since_in++;
    }
  message->mseq = ++self->last_mseq;
  message->in_no = self->in_count;
  /* Notes and events are between agents: the inbox goes on showing what was said with the customer. */
  if (!g_str_equal (message->dir, "none"))
    {
      self->last_at = message->sent_at;
      self->last_dir = message->dir;
      self->last_kind = message->kind;
      g_free (self->last_text);
      self->last_text = g_strdup (message->body);
    }
  kefu_demo_writer_message (self->writer, self->id, message);
}

void
kefu_demo_thread_resolve (KefuDemoThread *self, GRand *rand, gint64 at_ms, const char *agent_id)
{
  KefuDemoMessage message = {
    .kind = "event",
    .dir = "none",
    .author_id = agent_id,
    .body = "",
    .data = "{\"what\":\"status\",\"status\":\"resolved\"}",
    .delivery = "",
    .sent_at = at_ms,
  };

  kefu_demo_random_id (rand, at_ms, message.id);
  kefu_demo_thread_add (self, &message);
  self->status = "resolved";
  self->waiting_since = 0;
}

void
kefu_demo_thread_end (KefuDemoThread *self)
{
  g_autofree char *last_text = kefu_text_one_line (self->last_text != NULL ? self->last_text : "", PREVIEW_CHARS);

  if (self->rev != 0 && self->writer->error == NULL)
    kefu_db_run (
      self->writer->db, &self->writer->error,
      "INSERT INTO conversation(id, rev, customer_id, channel_id, identity_id, key, title, status, assignee_id,"
      " waiting_since, last_in_at, last_mseq, last_at, last_text, last_dir, last_kind, in_count, out_since_in,"
      " open_items, rating, created_at, snooze_until, labels)"
      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, nullif(?, 0),"
      " coalesce(?, '[]'))",
      "sisssssssiiiisssiiiiiis", self->id, self->rev, self->customer_id, self->channel_id, self->identity_id, self->key,
      self->title, self->status, self->assignee_id, self->waiting_since, self->last_in_at, self->last_mseq,
      self->last_at, last_text, self->last_dir, self->last_kind, self->in_count, self->out_since_in, self->open_items,
      self->rating, self->created_at, self->snooze_until, self->labels);
  g_clear_pointer (&self->last_text, g_free);
}
