/* SPDX-License-Identifier: GPL-3.0-or-later
 * Searching what the cache has. */
#pragma once

#include "kefu-search-query.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/* In the order in which they are shown. */
typedef enum
{
  KEFU_SEARCH_CUSTOMERS,
  KEFU_SEARCH_ORDERS,
  KEFU_SEARCH_MESSAGES,
  KEFU_SEARCH_PHRASES,
  KEFU_SEARCH_ARTICLES,
  KEFU_SEARCH_N_GROUPS
} KefuSearchGroup;

/* Where the next page of a group begins. */
typedef struct
{
  gint64 key;
  gint64 second;
} KefuSearchPlace;

/* One page. */
typedef struct
{
  GPtrArray
    *hits[KEFU_SEARCH_N_GROUPS]; /* KefuSearchHitRecord, the newest first; of phrases and articles those by title */
  gboolean
    more[KEFU_SEARCH_N_GROUPS]; /* there may be others from @next on; a page may be short, even empty, before the end */
  KefuSearchPlace next[KEFU_SEARCH_N_GROUPS];
  char **problems; /* translated: what of the query means nothing; then nothing was looked for */
} KefuSearchResults;

void kefu_search_results_free (KefuSearchResults *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSearchResults, kefu_search_results_free)

/**
 * kefu_store_search_async:
 * @limit: hits of each group at most
 *
 * The first page of every group: customers by name, pinyin and end of their phone number; messages by their words; orders by pieces of their number and tracking
 * number and the end of a phone number; phrases and articles by their words. With operators only the groups that have what they ask for. Over all pages each group gives what
 * a look at every row would.
 */
void kefu_store_search_async (KefuStore *self,
                              KefuSearchQuery *query,
                              guint limit,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* The next page of one group, from @place on. */
void kefu_store_search_more_async (KefuStore *self,
                                   KefuSearchQuery *query,
                                   KefuSearchGroup group,
                                   const KefuSearchPlace *place,
                                   guint limit,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* (transfer full) (nullable): of both. */
KefuSearchResults *kefu_store_search_finish (KefuStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
