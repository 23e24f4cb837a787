/* SPDX-License-Identifier: GPL-3.0-or-later
 * Requests that do not come to an end. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-deadline.h"

#define PATIENCE_MS 60000

/* Of one message, and freed with it. */
typedef struct
{
  SoupServerMessage *message;
  KefuClock *clock;
  guint timeout_id;
} Deadline;

static void
deadline_free (gpointer data)
{
  Deadline *self = data;

  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  g_object_unref (self->clock);
  g_free (self);
}

static void
expired_cb (gpointer user_data)
{
  Deadline *self = user_data;
  GSocket *socket = soup_server_message_get_socket (self->message);

  self->timeout_id = 0;
  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static void
extend (Deadline *self)
{
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  self->timeout_id = kefu_clock_add_timeout (self->clock, PATIENCE_MS, expired_cb, self, NULL);
}

static void
complete_cb (Deadline *self)
{
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
}

static void
started_cb (SoupServer *http, SoupServerMessage *message, gpointer user_data)
{
  Deadline *self = g_new0 (Deadline, 1);

  self->message = message;
  self->clock = g_object_ref (KEFU_CLOCK (user_data));
  g_object_set_data_full (G_OBJECT (message), "kefu-deadline", self, deadline_free);
  g_signal_connect_swapped (message, "got-headers", G_CALLBACK (extend), self);
  g_signal_connect_swapped (message, "got-chunk", G_CALLBACK (extend), self);
  g_signal_connect_swapped (message, "got-body", G_CALLBACK (complete_cb), self);
  g_signal_connect_swapped (message, "finished", G_CALLBACK (complete_cb), self);
  g_signal_connect_swapped (message, "disconnected", G_CALLBACK (complete_cb), self);
  extend (self);
}

void
kefu_deadline_watch (SoupServer *http, KefuClock *clock)
{
  g_signal_connect (http, "request-started", G_CALLBACK (started_cb), clock);
}
