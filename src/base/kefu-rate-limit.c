/* SPDX-License-Identifier: GPL-3.0-or-later
 * So many tries a minute, and no more. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-rate-limit.h"

/* Above this many keys the ones without a recent try are dropped; if that does not help, new ones are counted as one. */
#define MANY 4096
#define CROWD ""

struct _KefuRateLimit
{
  guint tries;
  gint64 window_ms;
  gint64 tidied_at;
  GHashTable *by_key; /* char * → GArray of gint64, oldest first */
};

static void
drop_old (KefuRateLimit *self, GArray *times, gint64 now_ms)
{
  guint n = 0;

  while (n < times->len && g_array_index (times, gint64, n) <= now_ms - self->window_ms)
    n++;
  if (n > 0)
    g_array_remove_range (times, 0, n);
  /* Tries that are still to come are of a clock that was set back since. */
  while (times->len > 0 && g_array_index (times, gint64, times->len - 1) > now_ms)
    g_array_remove_index (times, times->len - 1);
}

static void
tidy (KefuRateLimit *self, gint64 now_ms)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GArray *times = value;

      drop_old (self, times, now_ms);
      if (times->len == 0)
        g_hash_table_iter_remove (&iter);
    }
}

KefuRateLimit *
kefu_rate_limit_new (guint tries, gint64 window_ms)
{
  KefuRateLimit *self = g_new0 (KefuRateLimit, 1);

  self->tries = tries;
  self->window_ms = window_ms;
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  return self;
}

void
kefu_rate_limit_free (KefuRateLimit *self)
{
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static gint64
wait_ms (KefuRateLimit *self, GArray *times, gint64 now_ms)
{
  drop_old (self, times, now_ms);
  return times->len < self->tries ? 0 : MAX (1, g_array_index (times, gint64, 0) + self->window_ms - now_ms);
}

gint64
kefu_rate_limit_look (KefuRateLimit *self, const char *key, gint64 now_ms)
{
  GArray *times = g_hash_table_lookup (self->by_key, key);

  return times != NULL ? wait_ms (self, times, now_ms) : 0;
}

gint64
kefu_rate_limit_try (KefuRateLimit *self, const char *key, gint64 now_ms)
{
  GArray *times = g_hash_table_lookup (self->by_key, key);
  gint64 wait;

  if (times == NULL && g_hash_table_size (self->by_key) >= MANY)
    {
      /* Looking at all of them for each new one would be an attack of its own. */
      if (now_ms - self->tidied_at >= self->window_ms / 8 || now_ms < self->tidied_at)
        {
          tidy (self, now_ms);
          self->tidied_at = now_ms;
        }
      if (g_hash_table_size (self->by_key) >= MANY)
        {
          key = CROWD;
          times = g_hash_table_lookup (self->by_key, key);
        }
    }
  if (times == NULL)
    {
      times = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (self->by_key, g_strdup (key), times);
    }
  wait = wait_ms (self, times, now_ms);
  if (wait == 0)
    g_array_append_val (times, now_ms);
  return wait;
}

void
kefu_rate_limit_forget (KefuRateLimit *self, const char *key)
{
  g_hash_table_remove (self->by_key, key);
}
