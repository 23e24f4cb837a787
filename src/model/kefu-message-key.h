/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rowids of messages and orders: keys that grow with the time at which a message was sent or an order placed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Messages of one minute that can have a key of it. */
#define KEFU_MESSAGE_KEY_BITS 16

/**
 * kefu_message_key_floor:
 * @ms: a time, ms since the epoch
 *
 * Where a message comes to the database as JSON, its rowid is made of the minute of its `sent_at` and its place among those of that minute:
 * the rowid of the search index is the same, so that it answers newest first without sorting, and a span of time is a range of rowids.
 *
 * Returns: the smallest rowid of a message of @ms's minute. All of earlier minutes are below, all of this and later ones not. For
 * a time that is no whole minute, `sent_at` decides within its minute. Two exceptions: what a waiting operation has written is
 * the newest of all until the server's own row comes, and so stays a message beyond the 65,536 of one minute.
 */
gint64 kefu_message_key_floor (gint64 ms);

/* (transfer full): @source (a table expression called `j` with a JSON change in `value`, WHERE included) in the order of time, with what
 * KEFU_MESSAGE_KEY_SQL needs beside `value`. Made for the statement that inserts into @table, whose time is @field. */
char *kefu_message_key_source (const char *source, const char *table, const char *field);

/* The key of a row of kefu_message_key_source(). It is free, or NULL where the minute is full: SQLite takes the next one then. */
#define KEFU_MESSAGE_KEY_SQL                                                                                           \
  "iif(j.place + j.used <= (1 << " G_STRINGIFY (KEFU_MESSAGE_KEY_BITS) "), j.floor + j.used + j.place - 1, NULL)"
/* The order in which they are inserted: the next one that SQLite takes is behind all that are there, so those without a key come last. */
#define KEFU_MESSAGE_KEY_ORDER_SQL                                                                                     \
  " ORDER BY j.place + j.used > (1 << " G_STRINGIFY (KEFU_MESSAGE_KEY_BITS) "), j.floor, j.place"

G_END_DECLS
