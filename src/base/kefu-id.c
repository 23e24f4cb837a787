/* SPDX-License-Identifier: GPL-3.0-or-later
 * UUID version 7 (RFC 9562, 5.7): 48 bits of ms, 12 bits of counter, 62 random bits. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "kefu-id.h"

/* Ids of one process ascend (RFC 9562, 6.2, method 1): the counter starts at a random value of 11 bits each new
 * millisecond and counts on within it; when it is full, or the clock went back, the last millisecond is kept or passed. */
static GMutex last_mutex;
static guint64 last_ms;
static guint last_counter;

static void
fill_random (guint8 *bytes, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      ssize_t n = getrandom (bytes + done, length - done, 0);

      if (n < 0 && errno != EINTR)
        g_error ("getrandom: %s", g_strerror (errno));
      if (n > 0)
        done += (gsize) n;
    }
}

char *
kefu_id_new (gint64 now_ms)
{
  guint8 b[16];
  guint64 ms = now_ms > 0 ? (guint64) now_ms : 0;
  guint counter;

  fill_random (b + 6, 10);

  g_mutex_lock (&last_mutex);
  if (ms > last_ms)
    {
      last_ms = ms;
      last_counter = ((b[6] << 8) | b[7]) & 0x7ff;
    }
  else if (++last_counter > 0xfff)
    {
      last_ms++;
      last_counter = 0;
    }
  ms = last_ms;
  counter = last_counter;
  g_mutex_unlock (&last_mutex);

  for (int i = 0; i < 6; i++)
    b[i] = (guint8) (ms >> (8 * (5 - i)));
  b[6] = (guint8) (0x70 | (counter >> 8));
  b[7] = (guint8) counter;
  b[8] = (b[8] & 0x3f) | 0x80;

  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                          b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

gboolean
kefu_id_is_valid (const char *text)
{
  return text != NULL && strlen (text) == KEFU_ID_SIZE - 1 && g_uuid_string_is_valid (text);
}
