/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rowids of messages and orders: keys that grow with the time at which a message was sent or an order placed. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-message-key.h"

#define MINUTE_MS 60000
/* Whatever number a server sends for a time, the shift stays within 63 bits. */
#define MAX_MINUTE (G_GINT64_CONSTANT (1) << (62 - KEFU_MESSAGE_KEY_BITS))

gint64
kefu_message_key_floor (gint64 ms)
{
  return CLAMP (ms / MINUTE_MS, 0, MAX_MINUTE) << KEFU_MESSAGE_KEY_BITS;
}

/* The minute is the finest that users' time zones and the dates of a search need, and few bits for the place within it keep the
 * differences small that the search index is made of. What a minute has already is asked once for each row: the statement
 * reads the table it writes to, so SQLite finishes the reading first, and row_number() tells the new ones apart. */
char *
kefu_message_key_source (const char *source, const char *table, const char *field)
{
  return g_strdup_printf (
    "(SELECT value, floor, place, coalesce((SELECT max(m.rowid) FROM %s AS m"
    "  WHERE m.rowid BETWEEN k.floor AND k.floor + (1 << %d) - 1) - k.floor + 1, 0) AS used FROM"
    " (SELECT value, minute << %d AS floor, row_number() OVER (PARTITION BY minute ORDER BY sent_at, n) AS place FROM"
    "  (SELECT value, n, sent_at, min(max(sent_at, 0) / %d, %" G_GINT64_FORMAT ") AS minute FROM"
    "   (SELECT j.value AS value, j.key AS n, CAST(j.value->>'$.body.%s' AS INTEGER) AS sent_at FROM %s))) AS k"
    ") AS j WHERE true",
    table, KEFU_MESSAGE_KEY_BITS, KEFU_MESSAGE_KEY_BITS, MINUTE_MS, MAX_MINUTE, field, source);
}
