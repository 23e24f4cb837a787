/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk that reads slowly, is shed, and catches up. */
#include "config.h"

#include "load-slow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load-desk.h"

#define STEP_MS 100
#define STEP_BYTES 1024
#define GIVE_UP_S 120

struct _LoadSlow
{
  const LoadPlan *plan;
  char *token;
  GThread *thread;
  LoadDesk desk; /* what it knows; not in the loop */
  guint code;
  double seconds;
};

/* The next frame of @data that is there in full; FALSE if there is none. */
static gboolean
next_frame (GByteArray *data, guint *opcode, char **payload, gsize *size)
{
  gsize header;
  guint64 length = 0;

  if (data->len < 2)
    return FALSE;
  header = data->data[1] == 126 ? 4 : data->data[1] == 127 ? 10 : 2;
  if (data->len < header)
    return FALSE;
  if (header == 2)
    length = data->data[1];
  else
    for (gsize i = 2; i < header; i++)
      length = length << 8 | data->data[i];
  if (data->len < header + length)
    return FALSE;
  *opcode = data->data[0] & 0x0f;
  *size = (gsize) length;
  *payload = g_strndup ((const char *) data->data + header, *size);
  g_byte_array_remove_range (data, 0, (guint) (header + length));
  return TRUE;
}

static void
take (LoadSlow *self, const char *text, gsize size)
{
  LoadFrame *frame = load_frame_decode (self->plan, text, size);

  load_desk_take (&self->desk, frame, g_get_monotonic_time ());
  load_frame_free (frame);
}

static gpointer
read_slowly (gpointer user_data)
{
  LoadSlow *self = user_data;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree char *request = load_desk_handshake (self->plan, self->token, self->desk.position);
  gint64 start = g_get_monotonic_time ();
  int fd = load_connect (self->plan->socket_path, FALSE);
  gboolean open = FALSE;

  load_write_all (fd, request, strlen (request));
  while (self->code == 0 && g_get_monotonic_time () - start < GIVE_UP_S * G_USEC_PER_SEC)
    {
      guint8 buffer[STEP_BYTES];
      gssize n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);
      char *payload = NULL;
      guint opcode;
      gsize size;

      if (n == 0)
        break;
      if (n > 0)
        g_byte_array_append (data, buffer, (guint) n);
      if (!open)
        {
          const char *end = memmem (data->data, data->len, "\r\n\r\n", 4);

          if (end == NULL)
            continue;
          g_byte_array_remove_range (data, 0, (guint) (end + 4 - (const char *) data->data));
          open = TRUE;
        }
      while (next_frame (data, &opcode, &payload, &size))
        {
          if (opcode == 1 && g_str_has_prefix (payload, "{\"t\":\"changes\","))
            take (self, payload, size);
          else if (opcode == 8 && size >= 2)
            self->code = (guint) ((guint8) payload[0] << 8 | (guint8) payload[1]);
          g_free (payload);
        }
      g_usleep (STEP_MS * 1000);
    }
  self->seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  close (fd);
  return NULL;
}

/* (transfer full): the body of the answer. */
static char *
get (LoadSlow *self)
{
  g_autofree char *request =
    g_strdup_printf ("GET /v1/sync?cursor=%s.%" G_GINT64_FORMAT " HTTP/1.1\r\nHost: kefu\r\nConnection: close\r\n"
                     "Authorization: Bearer %s\r\n\r\n",
                     self->plan->epoch, self->desk.position, self->token);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  int fd = load_connect (self->plan->socket_path, FALSE);
  guint8 buffer[65536];
  const char *end;
  gssize n;

  load_write_all (fd, request, strlen (request));
  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    g_byte_array_append (data, buffer, (guint) n);
  close (fd);
  g_byte_array_append (data, (const guint8 *) "", 1);
  end = strstr ((const char *) data->data, "\r\n\r\n");
  if (end == NULL || !g_str_has_prefix ((const char *) data->data, "HTTP/1.1 200 "))
    g_error ("The slow desk cannot catch up: %.200s", (const char *) data->data);
  return g_strdup (end + 4);
}

LoadSlow *
load_slow_new (const LoadPlan *plan, const char *token, gint64 position)
{
  LoadSlow *self = g_new0 (LoadSlow, 1);

  self->plan = plan;
  self->token = g_strdup (token);
  self->desk.plan = plan;
  self->desk.position = position;
  self->desk.seen = g_malloc0 (plan->n_wanted);
  self->thread = g_thread_new ("slow", read_slowly, self);
  return self;
}

guint
load_slow_finish (LoadSlow *self, guint *code, double *seconds, guint *doubles)
{
  guint n_seen;
  gboolean more = TRUE;

  g_thread_join (self->thread);
  while (more)
    {
      g_autofree char *body = get (self);
      gint64 before = self->desk.position;

      take (self, body, strlen (body));
      more = self->desk.position > before;
    }
  *code = self->code;
  *seconds = self->seconds;
  *doubles = self->desk.doubles + self->desk.bad + self->desk.gaps;
  n_seen = self->desk.n_seen;
  g_free (self->desk.seen);
  g_free (self->token);
  g_free (self);
  return n_seen;
}
