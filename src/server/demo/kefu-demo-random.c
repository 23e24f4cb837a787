/* SPDX-License-Identifier: GPL-3.0-or-later
 * Chance that repeats itself: everything the demo shop invents comes from a seed. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-random.h"

#include <string.h>

static void
write_uuid (const guint8 bytes[16], char out[KEFU_ID_SIZE])
{
  static const char hex[] = "0123456789abcdef";

  for (guint i = 0; i < 16; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        *out++ = '-';
      *out++ = hex[bytes[i] >> 4];
      *out++ = hex[bytes[i] & 15];
    }
  *out = '\0';
}

GRand *
kefu_demo_random_new (gint64 seed, guint32 stream)
{
  const guint32 key[] = { (guint32) seed, (guint32) ((guint64) seed >> 32), stream };

  return g_rand_new_with_seed_array (key, G_N_ELEMENTS (key));
}

guint
kefu_demo_random_below (GRand *rand, guint n)
{
  return n > 1 ? (guint) g_rand_int_range (rand, 0, (gint32) n) : 0;
}

gint64
kefu_demo_random_range (GRand *rand, gint64 min, gint64 max)
{
  return max > min ? min + (gint64) (g_rand_double (rand) * (double) (max - min + 1)) : min;
}

gboolean
kefu_demo_random_chance (GRand *rand, double probability)
{
  return g_rand_double (rand) < probability;
}

void
kefu_demo_random_digits (GRand *rand, guint count, char *out)
{
  for (guint i = 0; i < count; i++)
    out[i] = (char) ('0' + (i == 0 ? 1 + kefu_demo_random_below (rand, 9) : kefu_demo_random_below (rand, 10)));
  out[count] = '\0';
}

void
kefu_demo_random_id (GRand *rand, gint64 at_ms, char out[KEFU_ID_SIZE])
{
  guint8 bytes[16];

  for (guint i = 0; i < 6; i++)
    bytes[i] = (guint8) ((guint64) at_ms >> (40 - 8 * i));
  for (guint i = 6; i < 16; i += 4)
    {
      guint32 word = g_rand_int (rand);

      memcpy (bytes + i, &word, MIN (4, 16 - i));
    }
  bytes[6] = (guint8) ((bytes[6] & 0x0f) | 0x70);
  bytes[8] = (guint8) ((bytes[8] & 0x3f) | 0x80);
  write_uuid (bytes, out);
}

void
kefu_demo_named_id (const char *kind, const char *name, char out[KEFU_ID_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 bytes[32];
  gsize length = sizeof bytes;

  g_checksum_update (checksum, (const guchar *) "kefu-demo/", -1);
  g_checksum_update (checksum, (const guchar *) kind, -1);
  g_checksum_update (checksum, (const guchar *) "/", 1);
  g_checksum_update (checksum, (const guchar *) name, -1);
  g_checksum_get_digest (checksum, bytes, &length);
  bytes[6] = (guint8) ((bytes[6] & 0x0f) | 0x80); /* version 8: the maker's own scheme */
  bytes[8] = (guint8) ((bytes[8] & 0x3f) | 0x80);
  write_uuid (bytes, out);
}
