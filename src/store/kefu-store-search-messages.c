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
/* The messages of as few conversations, if they are not more, are gathered: the index is met with them, not with all there are. */
#define MAX_OF_CONVERSATIONS 8000
#define MAX_CONVERSATIONS 700
/* Of them so many are looked at before the index is asked: what is frequent fills a page at once. */
#define FIRST_LOOKS 200
/* So many before it is asked for beginnings: as with MAX_WALK, there is a page among them, or the gathering is short. */
#define BROAD_LOOKS 500
/* What is met is looked at in such heaps, so that no more is met than a page takes. */
#define HEAP 60
/* To look at a message takes as long as to pass so many of the index: where it has more between them, the rest is looked at without it. Some are
 * passed before that is said. */
#define PASSED_PER_LOOK 4
#define FREE_PASSES 300

#define KEYS_OF_A_MINUTE (G_GINT64_CONSTANT (1) << KEFU_MESSAGE_KEY_BITS)

typedef enum
{
  BY_INDEX,
  BY_LIST,
  BY_WALK,
} Way;

/* Parameters, the same for each statement, all of them named in each: 1 agent, 2 channels, 3 from this key on, 4 below this key, 5 from this time on,
 * 6 before this time, 7 customers, 8 authors; 9 the index's query, or the list. */
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

static gboolean
asks_who (const KefuSearchScope *scope)
{
  return scope->query->from_customer || scope->customers != NULL || scope->authors != NULL;
}

/* Whether what that side has written can be meant. */
static gboolean
asks_side (const KefuSearchScope *scope, gboolean customers)
{
  if (!asks_who (scope))
    return TRUE;
  return customers ? scope->query->from_customer || scope->customers != NULL : scope->authors != NULL;
}

/* Adds one of several facts to @query. */
static void
ask_fact (GString *query, gboolean *is_first, const char *prefix, const char *value)
{
  g_autofree char *fact = g_strconcat (prefix, value, NULL);

  kefu_tokenizer_query_fact (query, !*is_first ? " OR " : query->len > 0 ? " AND (" : "(", fact);
  *is_first = FALSE;
}

static void
ask_facts (const KefuSearchScope *scope, GString *query, gboolean customers)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (scope->query->has & kinds[i].has)
      ask_fact (query, &is_first, customers ? KEFU_FACT_KIND_FROM_CUSTOMER : KEFU_FACT_KIND, kinds[i].kind);
  if (!is_first)
    g_string_append_c (query, ')');
  if (customers || scope->authors == NULL)
    return;
  is_first = TRUE;
  for (guint i = 0; scope->authors[i] != NULL; i++)
    ask_fact (query, &is_first, KEFU_FACT_AUTHOR, scope->authors[i]);
  g_string_append_c (query, ')');
}

/* Makes @query of what is asked of each side that can be meant: a message has the words of one. It stays "" where the index cannot help. */
static KefuTokens
ask (const KefuSearchScope *scope, GString *query, gboolean with_words, gboolean with_facts)
{
  KefuTokens tokens = KEFU_TOKENS_NONE;

  for (int customers = 0; customers <= 1; customers++)
    {
      g_autoptr (GString) side = g_string_new (NULL);

      if (!asks_side (scope, customers))
        continue;
      if (with_words)
        tokens = kefu_tokenizer_query_words (side, (const char *const *) scope->query->words, customers);
      if (with_facts)
        ask_facts (scope, side, customers);
      /* the index cannot tell what this side has of it */
      if (side->len == 0)
        {
          g_string_truncate (query, 0);
          break;
        }
      g_string_append_printf (query, "%s(%s)", query->len > 0 ? " OR " : "", side->str);
    }
  return tokens;
}

/* --- the statements --- */

/* What `channel:` and `is:` ask of the conversation of `m`. The inbox has it all in a row that is shorter than the conversation's own. */
static void
append_conversation (const KefuSearchScope *scope, GString *sql)
{
  g_autofree char *buckets = kefu_store_search_buckets (scope->query);

  if (scope->channels == NULL && scope->query->is == 0)
    return;
  g_string_append (sql,
                   " AND EXISTS(SELECT 1 FROM conversation c CROSS JOIN inbox i ON i.n = c.rowid AND i.label_id = ''"
                   " WHERE c.id = m.conversation_id");
  if (scope->query->is & KEFU_SEARCH_IS_STATUS)
    g_string_append_printf (sql, " AND i.bucket IN (%s)", buckets);
  if (scope->query->is & KEFU_SEARCH_IS_UNREAD)
    g_string_append_printf (sql, " AND i.part IN (%s)", kefu_store_search_parts (scope->query));
  if (scope->channels != NULL)
    g_string_append (sql, " AND i.channel_id IN (SELECT value FROM json_each(?2))");
  g_string_append_c (sql, ')');
}

/* What the index cannot tell, and what it can once more: its facts follow the row, but a row may lack what an id names. It is asked of each row
 * that is met, rather than of the statement, which would walk on through any number of those that are not meant. iif() asks no further than to
 * the first that does not hold, a plain AND asks all. */
static char *
make_condition (const KefuSearchScope *scope)
{
  GString *sql = g_string_new ("iif(m.recalled = 0 AND m.kind <> 'event'");
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
        g_string_append (sql, " OR (m.dir = 'in' AND EXISTS(SELECT 1 FROM conversation c WHERE c.id = m.conversation_id"
                              " AND c.customer_id IN (SELECT value FROM json_each(?7))))");
      if (scope->authors != NULL)
        g_string_append (sql, " OR (m.dir <> 'in' AND m.author_id IN (SELECT value FROM json_each(?8)))");
      g_string_append_c (sql, ')');
    }
  append_conversation (scope, sql);
  g_string_append (sql, ", 1, 0)");
  return g_string_free (sql, FALSE);
}

static char *
make_sql (const KefuSearchScope *scope, Way way)
{
  g_autofree char *condition = make_condition (scope);
  g_autofree char *columns =
    g_strdup_printf ("SELECT m.rowid, m.conversation_id, m.id, m.kind, m.sent_at, m.body, m.data, %s FROM", condition);

  switch (way)
    {
    case BY_INDEX:
      return g_strdup_printf (
        "%s message_fts CROSS JOIN message m ON m.rowid = message_fts.rowid"
        " WHERE message_fts MATCH ?9 AND message_fts.rowid >= ?3 AND message_fts.rowid < ?4" PARAMETERS
        " ORDER BY message_fts.rowid DESC",
        columns);
    case BY_LIST:
      return g_strdup_printf ("%s json_each(?9) j CROSS JOIN message m ON m.rowid = j.value WHERE TRUE" PARAMETERS,
                              columns);
    case BY_WALK:
      return g_strdup_printf ("%s message m WHERE m.rowid >= ?3 AND m.rowid < ?4" PARAMETERS " ORDER BY m.rowid DESC",
                              columns);
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

/* Goes on with @page by one way. At most @max_rows are looked at. @asked: of the index, or the list. */
static gboolean
fill (const KefuSearchScope *scope,
      KefuSearchPage *page,
      Way way,
      const char *asked,
      gint64 below,
      int max_rows,
      GError **error)
{
  g_autofree char *sql = make_sql (scope, way);
  int max_looks = MAX_LOOKS;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (scope->db, error, sql, way == BY_WALK ? "ssiiiiss" : "ssiiiisss", scope->agent_id,
                        scope->channels, lower_key (scope), below, scope->query->after, scope->query->before,
                        scope->customers, scope->author_list, asked);
  if (stmt == NULL)
    return FALSE;
  page->next.key = below;
  while (kefu_stmt_step (stmt, &local))
    {
      if (page->hits->len == page->limit || max_rows-- == 0 || max_looks == 0)
        {
          page->more = TRUE;
          break;
        }
      page->next.key = kefu_stmt_int (stmt, 0);
      if (kefu_stmt_int (stmt, 7) != 0)
        {
          g_autofree char *words =
            kefu_search_words_of_message (kefu_stmt_text (stmt, 3), kefu_stmt_text (stmt, 5), kefu_stmt_text (stmt, 6));

          max_looks--;
          if (kefu_text_match_test (scope->query->match, words))
            g_ptr_array_add (page->hits, make_hit (scope, stmt, words));
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- the messages of a few conversations --- */

/* The conversations that can have hits. */
typedef struct
{
  const char *from; /* NULL: the query does not tell */
  char *where;
  gboolean is_inbox; /* they are rows `i` of the inbox, not yet `c` */
} Source;

static void
source_clear (Source *self)
{
  g_free (self->where);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static void
source_init (Source *self, const KefuSearchScope *scope)
{
  if (scope->customers != NULL && scope->authors == NULL && !scope->query->from_customer)
    {
      self->from = "json_each(?7) j CROSS JOIN conversation c ON c.customer_id = j.value";
    }
  else if (scope->query->is != 0)
    {
      self->is_inbox = TRUE;
      self->from = kefu_store_search_inbox_rows (scope, &self->where);
    }
  else if (scope->channels != NULL)
    {
      self->from = "json_each(?2) j CROSS JOIN conversation c ON c.channel_id = j.value";
    }
  if (self->where == NULL)
    self->where = g_strdup ("TRUE");
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left > right ? -1 : left < right;
}

/* (transfer full) (nullable): the keys of all their messages that a page can have, the newest first; NULL if they are not few. */
static GArray *
gather (const KefuSearchScope *scope, const KefuSearchPage *page, const Source *source, GError **error)
{
  g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s" PARAMETERS " LIMIT %d)",
                                            source->from, source->where, MAX_CONVERSATIONS + 1);
  g_autofree char *sql = g_strdup_printf (
    "SELECT m.rowid FROM %s%s CROSS JOIN message m INDEXED BY message_place ON m.conversation_id = c.id"
    " WHERE %s AND m.rowid >= ?3 AND m.rowid < ?4" PARAMETERS " LIMIT %d",
    source->from, source->is_inbox ? " CROSS JOIN conversation c ON c.rowid = i.n" : "", source->where,
    MAX_OF_CONVERSATIONS + 1);
  g_autoptr (GArray) keys = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (kefu_db_int (scope->db, G_MAXINT64, count, "nsnnnnsn", scope->channels, scope->customers) > MAX_CONVERSATIONS)
    return NULL;
  keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  stmt = kefu_db_query (scope->db, &local, sql, "nsiinnsn", scope->channels, lower_key (scope), upper_key (scope, page),
                        scope->customers);
  while (stmt != NULL && kefu_stmt_step (stmt, &local))
    {
      gint64 key = kefu_stmt_int (stmt, 0);

      g_array_append_val (keys, key);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (keys->len > MAX_OF_CONVERSATIONS)
    return NULL;
  g_array_sort (keys, compare_keys);
  return g_steal_pointer (&keys);
}

/* What is gathered, on its way through. */
typedef struct
{
  GArray *keys;
  guint at;        /* the first that has not been met */
  KefuStmt *index; /* (nullable): what the index has between them; else all are met */
  int passes;      /* how much of it may still be passed */
} Gathered;

static void
gathered_clear (Gathered *self)
{
  g_clear_pointer (&self->index, kefu_stmt_end);
  g_array_unref (self->keys);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gathered, gathered_clear)

static void
add_key (GString *list, gint64 key)
{
  g_string_append_printf (list, "%c%" G_GINT64_FORMAT, list->len > 0 ? ',' : '[', key);
}

/* (transfer full): the next heap as a JSON array, which may be empty at the end. */
static char *
take_heap (Gathered *self, guint size, GError **error)
{
  GString *list = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  guint n = 0;

  while (n < size && self->at < self->keys->len && self->index != NULL)
    {
      guint at = self->at;
      gint64 key;

      if (self->passes-- <= 0)
        {
          g_clear_pointer (&self->index, kefu_stmt_end);
          break;
        }
      if (!kefu_stmt_step (self->index, &local))
        {
          self->at = self->keys->len;
          break;
        }
      key = kefu_stmt_int (self->index, 0);
      while (self->at < self->keys->len && g_array_index (self->keys, gint64, self->at) > key)
        self->at++;
      if (self->at < self->keys->len && g_array_index (self->keys, gint64, self->at) == key)
        {
          add_key (list, key);
          self->at++;
          n++;
        }
      self->passes += (int) (self->at - at) * PASSED_PER_LOOK;
    }
  for (; n < size && self->at < self->keys->len && self->index == NULL; n++)
    add_key (list, g_array_index (self->keys, gint64, self->at++));
  g_string_append (list, list->len > 0 ? "]" : "[]");
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_string_free (list, FALSE);
}

/* Asks the index for what it has between those that are left. */
static gboolean
open_index (const KefuSearchScope *scope, Gathered *self, const char *index_query, GError **error)
{
  self->index =
    kefu_db_query (scope->db, error,
                   "SELECT rowid FROM message_fts WHERE message_fts MATCH ?1 AND rowid >= ?2 AND rowid <= ?3"
                   " ORDER BY rowid DESC",
                   "sii", index_query, g_array_index (self->keys, gint64, self->keys->len - 1),
                   g_array_index (self->keys, gint64, self->at));
  self->passes = FREE_PASSES;
  return self->index != NULL;
}

/* @keys: (transfer full). @index_query: "" where the index cannot help, which is asked after @first_looks. */
static gboolean
fill_from (const KefuSearchScope *scope,
           KefuSearchPage *page,
           GArray *keys,
           const char *index_query,
           guint first_looks,
           GError **error)
{
  g_auto (Gathered) gathered = { .keys = keys };

  page->next.key = upper_key (scope, page);
  for (gboolean is_first = TRUE; gathered.at < keys->len; is_first = FALSE)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *heap = NULL;

      if (page->hits->len == page->limit)
        {
          page->more = TRUE;
          return TRUE;
        }
      if (gathered.at == first_looks && keys->len - gathered.at > HEAP && *index_query != '\0' &&
          !open_index (scope, &gathered, index_query, error))
        return FALSE;
      heap = take_heap (&gathered, is_first ? first_looks : HEAP, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!fill (scope, page, BY_LIST, heap, page->next.key, G_MAXINT, error))
        return FALSE;
      if (page->more)
        return TRUE;
    }
  return TRUE;
}

gboolean
kefu_store_search_messages (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  g_autoptr (GString) query = g_string_new (NULL);
  KefuTokens tokens = ask (scope, query, TRUE, FALSE);
  gint64 below = upper_key (scope, page);
  g_auto (Source) source = { 0 };

  /* Of words there must be something that can be looked for: all texts have punctuation. */
  if (kefu_text_match_get_n_words (scope->query->match) > 0 && tokens == KEFU_TOKENS_NONE)
    return TRUE;
  /* What is asked of conversations alone shows conversations. */
  if (scope->query->words[0] == NULL && !kefu_search_query_is_about_messages (scope->query))
    return TRUE;
  source_init (&source, scope);
  if (source.from != NULL)
    {
      g_autoptr (GError) local = NULL;
      GArray *keys = gather (scope, page, &source, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (keys != NULL)
        {
          /* two that are both frequent are passed until they meet: facts are asked of the index where there are no words */
          if (query->len == 0)
            ask (scope, query, FALSE, TRUE);
          return fill_from (scope, page, keys, query->str, tokens == KEFU_TOKENS_BROAD ? BROAD_LOOKS : FIRST_LOOKS,
                            error);
        }
    }
  if (tokens == KEFU_TOKENS_BROAD)
    {
      if (!fill (scope, page, BY_WALK, NULL, below, MAX_WALK, error))
        return FALSE;
      if (page->hits->len == page->limit || !page->more)
        return TRUE;
      g_ptr_array_set_size (page->hits, 0);
      page->more = FALSE;
    }
  g_string_truncate (query, 0);
  ask (scope, query, TRUE, TRUE);
  return fill (scope, page, query->len > 0 ? BY_INDEX : BY_WALK, query->str, below, MAX_ROWS, error);
}
