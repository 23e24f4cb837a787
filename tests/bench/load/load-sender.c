/* SPDX-License-Identifier: GPL-3.0-or-later
 * The channel: connections that are kept and post signed events. */
#include "config.h"

#include "load-sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kefu-signature.h"

#define ANSWER_MAX (256 * 1024)

/* One connection, with at most one post under way, as a bridge has it. */
typedef struct
{
  LoadSource source;
  LoadSenders *senders;
  gboolean busy;
  guint first; /* number of the first message under way */
  guint count;
  gint64 posted;
  gsize filled;
  char answer[ANSWER_MAX];
} Sender;

struct _LoadSenders
{
  LoadPlan *plan;
  GPtrArray *all; /* Sender */
  guint n_posted;
  guint n_answered;
  guint n_refused;
  gint64 last;
  guint32 random;
  LoadHistogram answers;
};

static const char *const pieces[] = {
  "您好在吗",     "我的手表到哪了", "能不能包邮", "发顺丰可以吗", "表带想换雾蓝色", "尺码偏大吗",
  "今天能发货吗", "想退货怎么退",   "运费谁出",   "可以送礼品吗", "地址写错了",     "发票开公司抬头",
};

/* The same customers in the same order in every run. */
static guint
next_random (LoadSenders *self)
{
  self->random = self->random * 1664525u + 1013904223u;
  return self->random >> 8;
}

static void
append_event (LoadSenders *self, GString *body, guint number, gint64 now_ms)
{
  guint customer = next_random (self) % self->plan->n_customers;

  g_string_append_printf (body,
                          "{\"id\":\"e%u\",\"type\":\"message\",\"conversation\":{\"key\":\"c%u\"},"
                          "\"sender\":{\"key\":\"c%u\",\"name\":\"客户 %u\"},\"sent_at\":%" G_GINT64_FORMAT
                          ",\"parts\":[{\"type\":\"text\",\"text\":\"%s，%s #%u\"}]}",
                          number, customer, customer, customer, now_ms,
                          pieces[next_random (self) % G_N_ELEMENTS (pieces)],
                          pieces[next_random (self) % G_N_ELEMENTS (pieces)], number);
}

static void
connect_sender (Sender *sender)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = &sender->source };

  sender->source.fd = load_connect (sender->senders->plan->socket_path, FALSE);
  epoll_ctl (sender->senders->plan->epoll_fd, EPOLL_CTL_ADD, sender->source.fd, &event);
}

static void
post (Sender *sender, guint count)
{
  LoadSenders *self = sender->senders;
  gint64 now_ms = g_get_real_time () / 1000;
  g_autoptr (GString) body = g_string_new ("{\"events\":[");
  g_autoptr (GString) request = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *signature = NULL;

  if (sender->source.fd < 0)
    connect_sender (sender);
  sender->busy = TRUE;
  sender->first = self->n_posted;
  sender->count = count;
  for (guint i = 0; i < count; i++)
    {
      if (i > 0)
        g_string_append_c (body, ',');
      append_event (self, body, self->n_posted++, now_ms);
    }
  g_string_append (body, "]}");
  bytes = g_bytes_new_static (body->str, body->len);
  signature = kefu_signature_make (self->plan->secret, now_ms / 1000, bytes);
  g_string_append_printf (request,
                          "POST /v1/channels/%s/inbound HTTP/1.1\r\nHost: kefu\r\nContent-Type: application/json\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\nKefu-Timestamp: %" G_GINT64_FORMAT
                          "\r\nKefu-Signature: %s\r\n\r\n%s",
                          self->plan->channel_id, body->len, now_ms / 1000, signature, body->str);
  sender->posted = g_get_monotonic_time ();
  for (guint i = 0; i < count; i++)
    self->plan->posted[sender->first + i] = sender->posted;
  load_write_all (sender->source.fd, request->str, request->len);
}

static guint
count_stored (const char *answer)
{
  guint n = 0;

  for (const char *at = answer; (at = strstr (at, "\"stored\"")) != NULL; at++)
    n++;
  return n;
}

static void
answered (Sender *sender)
{
  LoadSenders *self = sender->senders;
  gint64 now = g_get_monotonic_time ();

  if (!g_str_has_prefix (sender->answer, "HTTP/1.1 200 ") || count_stored (sender->answer) != sender->count)
    {
      if (self->n_refused == 0)
        g_printerr ("Refused: %.300s\n", sender->answer);
      self->n_refused += sender->count;
    }
  for (guint i = 0; i < sender->count; i++)
    self->plan->answered[sender->first + i] = now;
  self->n_answered += sender->count;
  load_histogram_add (&self->answers, now - sender->posted);
  sender->busy = FALSE;
  sender->filled = 0;
}

static void
ready (LoadSource *source, guint32 events)
{
  Sender *sender = (Sender *) source;
  gssize n = recv (sender->source.fd, sender->answer + sender->filled, ANSWER_MAX - 1 - sender->filled, MSG_DONTWAIT);
  const char *end;
  const char *length;

  if (n == 0 && !sender->busy)
    {
      /* It was not needed for long, which a server need not suffer. */
      close (sender->source.fd);
      sender->source.fd = -1;
      return;
    }
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    g_error ("The server closed a connection of the channel");
  if (n < 0)
    return;
  sender->filled += (gsize) n;
  sender->answer[sender->filled] = '\0';
  end = strstr (sender->answer, "\r\n\r\n");
  length = strcasestr (sender->answer, "Content-Length:");
  if (end != NULL && length != NULL && length < end &&
      sender->filled >= (gsize) (end + 4 - sender->answer) + strtoul (length + 15, NULL, 10))
    answered (sender);
}

LoadSenders *
load_senders_new (LoadPlan *plan)
{
  LoadSenders *self = g_new0 (LoadSenders, 1);

  self->plan = plan;
  self->random = 1;
  self->all = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < plan->n_senders; i++)
    {
      Sender *sender = g_new0 (Sender, 1);

      sender->senders = self;
      sender->source.ready = ready;
      connect_sender (sender);
      g_ptr_array_add (self->all, sender);
    }
  return self;
}

void
load_senders_free (LoadSenders *self)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      Sender *sender = g_ptr_array_index (self->all, i);

      if (sender->source.fd >= 0)
        close (sender->source.fd);
    }
  g_ptr_array_unref (self->all);
  g_free (self);
}

void
load_senders_pump (LoadSenders *self, gint64 elapsed)
{
  guint due = (guint) MIN ((gint64) self->plan->n_wanted, elapsed * (gint64) self->plan->rate / G_USEC_PER_SEC);

  for (guint i = 0; i < self->all->len && self->n_posted < due; i++)
    {
      Sender *sender = g_ptr_array_index (self->all, i);
      guint count = MIN (self->plan->batch, self->plan->n_wanted - self->n_posted);

      if (sender->busy || due - self->n_posted < count)
        continue;
      post (sender, count);
      self->last = elapsed;
    }
}

gboolean
load_senders_are_done (LoadSenders *self)
{
  return self->n_answered == self->plan->n_wanted;
}

guint
load_senders_get_answered (LoadSenders *self)
{
  return self->n_answered;
}

guint
load_senders_get_refused (LoadSenders *self)
{
  return self->n_refused;
}

const LoadHistogram *
load_senders_get_answers (LoadSenders *self)
{
  return &self->answers;
}

gint64
load_senders_get_last (LoadSenders *self)
{
  return self->last;
}
