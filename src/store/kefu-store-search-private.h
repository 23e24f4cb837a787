/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of the search: what its files share. */
#pragma once

#include "kefu-store-private.h"
#include "kefu-store-search.h"

G_BEGIN_DECLS

/* The end of a phone number, or a piece of an order's: shorter ones find everything. */
#define KEFU_SEARCH_MIN_DIGITS 4

/* A query as it is put to this cache. The lists are JSON arrays, NULL where the query has no such operator. */
typedef struct
{
  KefuDb *db;
  KefuSearchQuery *query;
  const char *agent_id;
  char *channels; /* ids */
  char **channel_ids;
  char *customers; /* ids: `from:` named them */
  char **authors;  /* ids of agents: `from:` named them */
  char *author_list;
} KefuSearchScope;

/* One page under way. */
typedef struct
{
  KefuSearchPlace from;
  gboolean is_first;
  guint limit;
  GPtrArray *hits;
  gboolean only_ids; /* of customers; these (utf8) are the hits then */
  gboolean more;
  KefuSearchPlace next;
} KefuSearchPage;

/* The condition on a conversation `c` that @scope's `channel:` and `is:` are, with what it needs: parameter 1 is the agent, 2 the channels. */
char *kefu_store_search_conversation_condition (const KefuSearchScope *scope);

/* The rows `i` of the inbox that @scope's `channel:` and `is:` are: what comes after FROM, and after WHERE into @where (transfer full). Parameter 2 is
 * the channels. */
const char *kefu_store_search_inbox_rows (const KefuSearchScope *scope, char **where);

/* (transfer full): the buckets of sql/inbox.sql that `is:` means, as a list for SQL. */
char *kefu_store_search_buckets (const KefuSearchQuery *query);
/* The parts of them. */
const char *kefu_store_search_parts (const KefuSearchQuery *query);

/* Each adds the hits of a page, in order, and tells whether there may be more. */
gboolean kefu_store_search_messages (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);
gboolean kefu_store_search_customers (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);
gboolean kefu_store_search_orders (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);
gboolean kefu_store_search_phrases (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);
gboolean kefu_store_search_articles (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);

/* --- kefu-store-search-reader.c --- */

/* kefu_store_read() for the search: on a thread and a connection of its own. @request: (transfer full). On the main thread. */
void kefu_store_search_read (KefuStore *self,
                             KefuStoreQuery query,
                             KefuStoreRequest *request,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* --- kefu-store-search-snippet.c --- */

/* A line of @text around the first of the words, and where in it they are. */
void kefu_store_search_set_snippet (KefuSearchHitRecord *hit, const char *text, KefuTextMatch *match);
/* The masked number; its last digits are what was looked for. */
void kefu_store_search_set_phone (KefuSearchHitRecord *hit, const char *phone);

G_END_DECLS
