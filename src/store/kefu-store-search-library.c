/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search: phrases and articles, those first whose title has the words. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-search-private.h"
#include "kefu-tokenizer.h"

/* The place of a page: which of the two, and below which row. */
enum
{
  BY_TITLE,
  BY_BODY,
  N_WAYS
};

/* Columns: row, id, title, body. Parameters: what is asked of the index, below which row, the agent. */
#define PHRASES                                                                                                        \
  "SELECT p.rowid, p.id, trim(p.title || ' ' || p.code), p.body FROM phrase_fts"                                       \
  " CROSS JOIN phrase p ON p.rowid = phrase_fts.rowid WHERE phrase_fts MATCH ?1 AND phrase_fts.rowid < ?2"             \
  " AND (p.scope <> 'personal' OR p.agent_id = ?3) ORDER BY phrase_fts.rowid DESC"
#define ARTICLES                                                                                                       \
  "SELECT a.n, a.id, a.title, a.body FROM article_fts CROSS JOIN article a ON a.n = article_fts.rowid"                 \
  " WHERE article_fts MATCH ?1 AND article_fts.rowid < ?2 AND ?3 IS NOT NULL ORDER BY article_fts.rowid DESC"

static gboolean
is_found (KefuTextMatch *match, int way, const char *title, const char *body)
{
  gboolean by_title = kefu_text_match_test (match, title);
  g_autofree char *whole = NULL;

  if (way == BY_TITLE || by_title)
    return way == BY_TITLE && by_title;
  whole = g_strdup_printf ("%s\n%s", title, body);
  return kefu_text_match_test (match, whole);
}

static void
add_hit (const KefuSearchScope *scope, KefuSearchPage *page, const char *kind, KefuStmt *stmt)
{
  KefuSearchHitRecord *hit = kefu_search_hit_record_new ();

  hit->kind = g_strdup (kind);
  hit->id = kefu_store_text (stmt, 1);
  hit->title = kefu_store_text (stmt, 2);
  hit->body = kefu_store_text (stmt, 3);
  hit->customer_name = g_strdup ("");
  hit->channel_type = g_strdup ("");
  kefu_store_search_set_snippet (hit, hit->body, scope->query->match);
  g_ptr_array_add (page->hits, hit);
}

static gboolean
search_way (const KefuSearchScope *scope,
            KefuSearchPage *page,
            const char *kind,
            const char *sql,
            const char *query,
            int way,
            gint64 below,
            GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (scope->db, error, sql, "sis", query, below, scope->agent_id);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      if (!is_found (scope->query->match, way, kefu_stmt_text (stmt, 2), kefu_stmt_text (stmt, 3)))
        continue;
      if (page->hits->len == page->limit)
        {
          page->more = TRUE;
          break;
        }
      page->next.key = way;
      page->next.second = kefu_stmt_int (stmt, 0);
      add_hit (scope, page, kind, stmt);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
search_library (const KefuSearchScope *scope, KefuSearchPage *page, const char *kind, const char *sql, GError **error)
{
  int first = page->is_first ? BY_TITLE : (int) page->from.key;
  g_autoptr (GString) query = g_string_new (NULL);

  if (kefu_search_query_is_about_messages (scope->query) || kefu_search_query_is_about_conversations (scope->query) ||
      kefu_tokenizer_query_words (query, (const char *const *) scope->query->words, FALSE) == KEFU_TOKENS_NONE)
    return TRUE;
  for (int way = first; way < N_WAYS && !page->more; way++)
    if (!search_way (scope, page, kind, sql, query->str, way,
                     way == first && !page->is_first ? page->from.second : G_MAXINT64, error))
      return FALSE;
  return TRUE;
}

gboolean
kefu_store_search_phrases (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  return search_library (scope, page, "phrase", PHRASES, error);
}

gboolean
kefu_store_search_articles (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  return search_library (scope, page, "article", ARTICLES, error);
}
