/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search: messages by their words, who wrote them, when, and what they hold. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-message-key.h"
#include "kefu-search-words.h"
#include "kefu-store-search-private.h"
#include "kefu-tokenizer.h"

/* The rowids of messages are keys of their time, so each way of looking gives the newest first and ends when a page is full. Which way is taken
 * is a matter of time only; every row is looked at itself before it is a hit. */

/* Looked at in one go at most: rows, and of them texts, which take longer. What is found until then is a page, however short, even empty. */
#define MAX_ROWS 12000
#define MAX_LOOKS 6000
/* Words that only begin tokens are gathered by FTS5 in whole before the first row comes. Such words are everywhere or rare: among so many of the
 * newest messages there is a page of them, or the gathering is short. */
#define MAX_WALK 2500
/* As few messages, all of one set of conversations, are looked at one by one. */
#define MAX_OF_CONVERSATIONS 4000
#define MAX_CONVERSATIONS 400

#define KEYS_OF_A_MINUTE (G_GINT64_CONSTANT (1) << KEFU_MESSAGE_KEY_BITS)

typedef enum
{
  BY_INDEX,
  BY_CONVERSATION,
  BY_WALK,
} Way;

/* Parameters, the same for each statement, all of them named in each: 1 agent, 2 channels, 3 from this key on, 4 below this key, 5 from this time on,
 * 6 before this time, 7 customers, 8 authors; 9 the index's query. */
#define PARAMETERS " AND coalesce(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1) IS NOT NULL"

static const struct
{
  KefuSearchHas has;
  const char *kind;
} kinds[] = {
  { KEFU_SEARCH_HAS_IMAGE, "image" }, { KEFU_SEARCH_HAS_FILE, "file" }, { KEFU_SEARCH_HAS_VOICE, "voice" },
  { KEFU_SEARCH_HAS_ORDER, "order" }, { KEFU_SEARCH_HAS_NOTE, "note" },
};

/* --- what is asked of the index --- */

static const char *
glue (GString *query, gboolean *is_first)
{
  gboolean first = *is_first;

  *is_first = FALSE;
  if (!first)
    return " OR ";
  return query->len > 0 ? " AND (" : "(";
}

static void
ask_kinds (const KefuSearchScope *scope, GString *query)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (scope->query->has & kinds[i].has)
      {
        g_autofree char *fact = g_strconcat (KEFU_FACT_KIND, kinds[i].kind, NULL);

        kefu_tokenizer_query_fact (query, glue (query, &is_first), fact);
      }
  if (!is_first)
    g_string_append_c (query, ')');
}

static gboolean
asks_who (const KefuSearchScope *scope)
{
  return scope->query->from_customer || scope->customers != NULL || scope->authors != NULL;
}

static void
ask_who (const KefuSearchScope *scope, GString *query)
{
  gboolean is_first = TRUE;

  if (!asks_who (scope))
    return;
  if (scope->query->from_customer || scope->customers != NULL)
    kefu_tokenizer_query_fact (query, glue (query, &is_first), KEFU_FACT_FROM_CUSTOMER);
  for (guint i = 0; scope->authors != NULL && scope->authors[i] != NULL; i++)
    {
      g_autofree char *fact = g_strconcat (KEFU_FACT_AUTHOR, scope->authors[i], NULL);

      kefu_tokenizer_query_fact (query, glue (query, &is_first), fact);
    }
  g_string_append_c (query, ')');
}

/* --- the statements --- */

/* What the index cannot tell, and what it can once more: its facts follow the row, but a row may lack what an id names. It is asked of each row
 * that is met, rather than of the statement, which would walk on through any number of those that are not meant. */
static char *
make_condition (const KefuSearchScope *scope, gboolean also_of_conversation)
{
  g_autofree char *of_conversation = also_of_conversation ? kefu_store_search_conversation_condition (scope) : NULL;
  GString *sql = g_string_new ("m.recalled = 0 AND m.kind <> 'event'");
  gboolean is_first = TRUE;

  if (scope->query->after != 0)
    g_string_append (sql, " AND m.sent_at >= ?5");
  if (scope->query->before != 0)
    g_string_append (sql, " AND m.sent_at < ?6");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (scope->query->has & kinds[i].has)
      {
        g_string_append_printf (sql, "%s'%s'", is_first ? " AND m.kind IN (" : ",", kinds[i].kind);
        is_first = FALSE;
      }
  if (!is_first)
    g_string_append_c (sql, ')');
  if (asks_who (scope))
    {
      g_string_append (sql, " AND (FALSE");
      if (scope->query->from_customer)
        g_string_append (sql, " OR m.dir = 'in'");
      else if (scope->customers != NULL)
        g_string_append (sql, " OR (m.dir = 'in' AND c.customer_id IN (SELECT value FROM json_each(?7)))");
      if (scope->authors != NULL)
        g_string_append (sql, " OR (m.dir <> 'in' AND m.author_id IN (SELECT value FROM json_each(?8)))");
      g_string_append_c (sql, ')');
    }
  if (of_conversation != NULL)
    g_string_append (sql, of_conversation);
  return g_string_free (sql, FALSE);
}

static gboolean
needs_conversation (const KefuSearchScope *scope)
{
  return scope->channels != NULL || scope->query->is != 0 || (scope->customers != NULL && !scope->query->from_customer);
}

/* (transfer full) (nullable): the conversations that can have hits, if the query tells: few of them are a way of their own. */
static char *
make_source (const KefuSearchScope *scope)
{
  g_autofree char *buckets = kefu_store_search_buckets (scope->query);

  if (scope->customers != NULL && scope->authors == NULL && !scope->query->from_customer)
    return g_strdup ("json_each(?7) j CROSS JOIN conversation c ON c.customer_id = j.value");
  if (scope->query->is != 0)
    return g_strdup_printf ("inbox i INDEXED BY inbox_bucket CROSS JOIN conversation c"
                            " ON i.label_id = '' AND i.bucket IN (%s) AND i.part IN (%s) AND c.rowid = i.n",
                            buckets, kefu_store_search_parts (scope->query));
  if (scope->channels != NULL)
    return g_strdup ("json_each(?2) j CROSS JOIN conversation c ON c.channel_id = j.value");
  return NULL;
}

static gboolean
are_few (const KefuSearchScope *scope, const char *source)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*), sum(n) FROM (SELECT c.last_mseq AS n FROM %s"
                                          " WHERE coalesce(?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) IS NOT NULL LIMIT %d)",
                                          source, MAX_CONVERSATIONS + 1);
  g_autoptr (KefuStmt) stmt = kefu_db_row (scope->db, NULL, sql, "nsnnnns", scope->channels, scope->customers);

  return stmt != NULL && kefu_stmt_int (stmt, 0) <= MAX_CONVERSATIONS &&
         kefu_stmt_int (stmt, 1) <= MAX_OF_CONVERSATIONS;
}

static char *
make_sql (const KefuSearchScope *scope, Way way, const char *source)
{
  g_autofree char *condition = make_condition (scope, way != BY_CONVERSATION);
  g_autofree char *of_conversation = kefu_store_search_conversation_condition (scope);
  /* LEFT: in this order, and every message is met */
  const char *conversation = (way == BY_CONVERSATION ? scope->customers != NULL : needs_conversation (scope))
                               ? " LEFT JOIN conversation c ON c.id = m.conversation_id"
                               : "";
  g_autofree char *columns =
    g_strdup_printf ("SELECT m.rowid, m.conversation_id, m.id, m.kind, m.sent_at, m.body, m.data, %s FROM", condition);

  switch (way)
    {
    case BY_INDEX:
      return g_strdup_printf (
        "%s message_fts CROSS JOIN message m ON m.rowid = message_fts.rowid%s"
        " WHERE message_fts MATCH ?9 AND message_fts.rowid >= ?3 AND message_fts.rowid < ?4" PARAMETERS
        " ORDER BY message_fts.rowid DESC",
        columns, conversation);
    case BY_CONVERSATION:
      /* the limit keeps the order of what is joined */
      return g_strdup_printf ("%s (SELECT m.rowid AS n FROM %s CROSS JOIN message m ON m.conversation_id = c.id"
                              " AND m.rowid >= ?3 AND m.rowid < ?4%s ORDER BY m.rowid DESC LIMIT 1 << 40) f"
                              " CROSS JOIN message m ON m.rowid = f.n%s WHERE TRUE" PARAMETERS,
                              columns, source, of_conversation, conversation);
    case BY_WALK:
      return g_strdup_printf ("%s message m%s WHERE m.rowid >= ?3 AND m.rowid < ?4" PARAMETERS " ORDER BY m.rowid DESC",
                              columns, conversation);
    default:
      g_return_val_if_reached (NULL);
    }
}

/* --- the pages --- */

static KefuSearchHitRecord *
make_hit (const KefuSearchScope *scope, KefuStmt *row, const char *words)
{
  KefuSearchHitRecord *hit = kefu_search_hit_record_new ();
  g_autoptr (KefuStmt) stmt = NULL;

  hit->kind = g_strdup ("message");
  hit->conversation_id = g_strdup (kefu_stmt_text (row, 1));
  hit->id = kefu_store_text (row, 2);
  hit->message_id = kefu_store_text (row, 2);
  hit->message_kind = kefu_store_text (row, 3);
  hit->at = kefu_stmt_int (row, 4);
  hit->title = g_strdup ("");
  kefu_store_search_set_snippet (hit, words, scope->query->match);
  stmt = kefu_db_row (scope->db, NULL,
                      "SELECT cu.name, ch.type FROM conversation c LEFT JOIN customer cu ON cu.id = c.customer_id"
                      " LEFT JOIN channel ch ON ch.id = c.channel_id WHERE c.id = ?",
                      "s", hit->conversation_id);
  hit->customer_name = stmt != NULL ? kefu_store_name (stmt, 0) : g_strdup ("");
  hit->channel_type = stmt != NULL ? kefu_store_text (stmt, 1) : g_strdup ("");
  return hit;
}

static gint64
lower_key (const KefuSearchScope *scope)
{
  return scope->query->after != 0 ? kefu_message_key_floor (scope->query->after) : 0;
}

static gint64
upper_key (const KefuSearchScope *scope, const KefuSearchPage *page)
{
  gint64 key = page->is_first ? G_MAXINT64 : page->from.key;

  return scope->query->before == 0 ? key : MIN (key, kefu_message_key_floor (scope->query->before) + KEYS_OF_A_MINUTE);
}

/* Fills @page by one way, from its beginning. At most @max_rows are looked at. */
static gboolean
fill (const KefuSearchScope *scope,
      KefuSearchPage *page,
      Way way,
      const char *index_query,
      const char *source,
      int max_rows,
      GError **error)
{
  g_autofree char *sql = make_sql (scope, way, source);
  gint64 from = lower_key (scope);
  gint64 below = upper_key (scope, page);
  gint64 last = below;
  int max_looks = MAX_LOOKS;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (scope->db, error, sql, way == BY_INDEX ? "ssiiiisss" : "ssiiiiss", scope->agent_id,
                        scope->channels, from, below, scope->query->after, scope->query->before, scope->customers,
                        scope->author_list, index_query);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      if (page->hits->len == page->limit || max_rows-- == 0 || max_looks == 0)
        {
          page->more = TRUE;
          break;
        }
      last = kefu_stmt_int (stmt, 0);
      if (kefu_stmt_int (stmt, 7) != 0)
        {
          g_autofree char *words =
            kefu_search_words_of_message (kefu_stmt_text (stmt, 3), kefu_stmt_text (stmt, 5), kefu_stmt_text (stmt, 6));

          max_looks--;
          if (kefu_text_match_test (scope->query->match, words))
            g_ptr_array_add (page->hits, make_hit (scope, stmt, words));
        }
    }
  page->next.key = last;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
kefu_store_search_messages (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *source = make_source (scope);
  KefuTokens tokens = kefu_tokenizer_query_words (query, (const char *const *) scope->query->words);

  /* Of words there must be something that can be looked for: all texts have punctuation. */
  if (kefu_text_match_get_n_words (scope->query->match) > 0 && tokens == KEFU_TOKENS_NONE)
    return TRUE;
  /* What is asked of conversations alone shows conversations. */
  if (scope->query->words[0] == NULL && !kefu_search_query_is_about_messages (scope->query))
    return TRUE;
  if (source != NULL && are_few (scope, source))
    return fill (scope, page, BY_CONVERSATION, NULL, source, MAX_ROWS, error);
  if (tokens == KEFU_TOKENS_BROAD)
    {
      if (!fill (scope, page, BY_WALK, NULL, NULL, MAX_WALK, error))
        return FALSE;
      if (page->hits->len == page->limit || !page->more)
        return TRUE;
      g_ptr_array_set_size (page->hits, 0);
      page->more = FALSE;
    }
  ask_kinds (scope, query);
  ask_who (scope, query);
  return fill (scope, page, query->len > 0 ? BY_INDEX : BY_WALK, query->str, NULL, MAX_ROWS, error);
}
