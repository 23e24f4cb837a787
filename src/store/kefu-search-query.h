/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent types into the search: words and operators. */
#pragma once

#include "kefu-text-match.h"

G_BEGIN_DECLS

/* `has:` */
typedef enum
{
  KEFU_SEARCH_HAS_IMAGE = 1 << 0,
  KEFU_SEARCH_HAS_FILE = 1 << 1,
  KEFU_SEARCH_HAS_VOICE = 1 << 2,
  KEFU_SEARCH_HAS_ORDER = 1 << 3,
  KEFU_SEARCH_HAS_NOTE = 1 << 4,
} KefuSearchHas;

/* `is:` of the conversation; the first three exclude each other, so several of them mean any. */
typedef enum
{
  KEFU_SEARCH_IS_OPEN = 1 << 0,
  KEFU_SEARCH_IS_SNOOZED = 1 << 1,
  KEFU_SEARCH_IS_RESOLVED = 1 << 2,
  KEFU_SEARCH_IS_UNREAD = 1 << 3,
} KefuSearchIs;
#define KEFU_SEARCH_IS_STATUS (KEFU_SEARCH_IS_OPEN | KEFU_SEARCH_IS_SNOOZED | KEFU_SEARCH_IS_RESOLVED)

/**
 * KefuSearchQuery:
 *
 * A typed line, taken apart: `from:` (me, customer, a name) `channel:` (type, name, shop) `before:` `after:` (a date) `has:` `is:`, each also in
 * Chinese and with a full-width colon; everything else is words, all of which must be found. Quotes hold what has spaces. An operator without
 * a value is nothing yet. Values of one operator are alternatives; of dates the narrower one counts. Immutable, for any thread.
 */
typedef struct
{
  char **words;         /* as typed */
  char *text;           /* the words with a space between them */
  KefuTextMatch *match; /* of the words */
  gboolean from_me;
  gboolean from_customer;
  char **from;     /* names */
  char **channels; /* types, names or shops, folded */
  guint has;       /* KefuSearchHas */
  guint is;        /* KefuSearchIs */
  gint64 after;    /* ms, the first that counts; 0: from the beginning */
  gint64 before;   /* ms, the first that does not count; 0: to the end */
  char **problems; /* translated: what of the line means nothing */
} KefuSearchQuery;

/* @now_ms tells what "today" is, in the local time zone. */
KefuSearchQuery *kefu_search_query_new (const char *text, gint64 now_ms);
KefuSearchQuery *kefu_search_query_ref (KefuSearchQuery *self);
void kefu_search_query_unref (KefuSearchQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSearchQuery, kefu_search_query_unref)

/* Nothing that could be looked for (yet). */
gboolean kefu_search_query_is_empty (KefuSearchQuery *self);
/* Whether it asks for something that only a message has: who, when, what kind. */
gboolean kefu_search_query_is_about_messages (KefuSearchQuery *self);
/* Whether it asks for something that a conversation has: its channel, how it stands. */
gboolean kefu_search_query_is_about_conversations (KefuSearchQuery *self);

G_END_DECLS
