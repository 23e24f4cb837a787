/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search: customers by what they are called, orders by their numbers, both by the end of a phone number. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <string.h>

#include "kefu-search-words.h"
#include "kefu-store-search-private.h"
#include "kefu-text.h"
#include "kefu-tokenizer.h"

/* As few customers of the index are put in order by their newest conversation. More are met in that order soon, and where most would be, there
 * is a page among the newest of all. */
#define MAX_SORTED 400
#define MAX_OFFERED 5000
/* The customers of as few conversations, if not more are as the query asks, are met with the name; of a name, few would be so. */
#define MAX_CONVERSATIONS 1000
/* Looked at in one go at most; what is found until then is a page, however short. */
#define MAX_LOOKS 8000
/* Pieces of a number that are asked of the index; the rest is left to the row. */
#define MAX_PIECES 8

/* What was typed, as one, in the forms in which it is looked for; "" where it cannot be meant. */
typedef struct
{
  char *spelled; /* pinyin: letters only */
  char *digits;  /* digits only: the end of a phone number */
  char *number;  /* of an order or a parcel */
} Terms;

static void
terms_clear (Terms *terms)
{
  g_free (terms->spelled);
  g_free (terms->digits);
  g_free (terms->number);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

static void
terms_init (Terms *terms, const char *text)
{
  g_autofree char *dense = kefu_search_words_dense (text);
  g_autoptr (GString) letters = g_string_new (NULL);
  gsize n_digits = strspn (dense, "0123456789");
  gsize length = strlen (dense);
  gboolean is_spelled = TRUE;
  gboolean is_number = g_utf8_strlen (dense, -1) >= KEFU_SEARCH_MIN_DIGITS && strpbrk (dense, "0123456789") != NULL;

  for (const char *p = dense; *p != '\0'; p++)
    if (*p != '\'')
      {
        is_spelled &= g_ascii_isalpha (*p);
        g_string_append_c (letters, *p);
      }
  terms->spelled = g_strdup (is_spelled ? letters->str : "");
  terms->digits = g_strdup (n_digits == length && is_number ? dense : "");
  terms->number = g_strdup (is_number ? dense : "");
}

/* --- what both show --- */

/* Fills in the newest conversation of the customer that the search is about. FALSE: none is. */
static gboolean
set_conversation (const KefuSearchScope *scope, KefuSearchHitRecord *hit, const char *customer_id)
{
  gboolean must = kefu_search_query_is_about_conversations (scope->query);
  g_autofree char *condition = kefu_store_search_conversation_condition (scope);
  g_autofree char *sql =
    g_strdup_printf ("SELECT c.id, ch.type, c.last_at FROM conversation c LEFT JOIN channel ch ON ch.id = c.channel_id"
                     " WHERE c.customer_id = ?3 %s AND coalesce(?1, ?2, 1) IS NOT NULL ORDER BY c.last_at DESC LIMIT 1",
                     condition);
  g_autoptr (KefuStmt) stmt = kefu_db_row (scope->db, NULL, sql, "sss", scope->agent_id, scope->channels, customer_id);
  g_autofree char *name = kefu_db_text (scope->db, "SELECT name FROM customer WHERE id = ?", "s", customer_id);

  if (stmt == NULL && must)
    return FALSE;
  hit->conversation_id = stmt != NULL ? g_strdup (kefu_stmt_text (stmt, 0)) : NULL;
  hit->channel_type = stmt != NULL ? kefu_store_text (stmt, 1) : g_strdup ("");
  hit->at = stmt != NULL ? kefu_stmt_int (stmt, 2) : 0;
  hit->customer_name = kefu_text_mask_name (name != NULL ? name : "");
  hit->title = g_strdup ("");
  return TRUE;
}

static gboolean
ends_with (const char *phone, const char *digits)
{
  g_autofree char *dense = NULL;

  if (*digits == '\0')
    return FALSE;
  dense = kefu_search_words_dense (phone);
  return g_str_has_suffix (dense, digits);
}

/* --- customers --- */

/* A row of customer_name that is meant. */
typedef struct
{
  KefuSearchPlace place; /* last_at, n */
  char *id;
  gboolean by_phone;
} Found;

static void
found_clear (gpointer data)
{
  g_free (((Found *) data)->id);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const KefuSearchPlace *left = a;
  const KefuSearchPlace *right = b;

  if (left->key != right->key)
    return left->key > right->key ? -1 : 1;
  return left->second > right->second ? -1 : left->second < right->second;
}

static gboolean
is_spelled_so (const char *syllables, const char *initials, const char *spelled)
{
  g_autofree char *beginning = NULL;

  if (*spelled == '\0')
    return FALSE;
  beginning = g_strconcat (" ", spelled, NULL);
  return strstr (syllables, beginning) != NULL || strstr (initials, spelled) != NULL;
}

#define NAME_COLUMNS "SELECT n.n, n.last_at, n.id, n.folded, n.syllables, n.initials, n.phone FROM "

/* Whether the row that @stmt stands on is meant. */
static gboolean
is_found (const KefuSearchScope *scope, const Terms *terms, KefuStmt *stmt, Found *found)
{
  gboolean by_phone = ends_with (kefu_stmt_text (stmt, 6), terms->digits);

  if (!by_phone && !kefu_text_match_test (scope->query->match, kefu_stmt_text (stmt, 3)) &&
      !is_spelled_so (kefu_stmt_text (stmt, 4), kefu_stmt_text (stmt, 5), terms->spelled))
    return FALSE;
  found->place.second = kefu_stmt_int (stmt, 0);
  found->place.key = kefu_stmt_int (stmt, 1);
  found->id = kefu_store_text (stmt, 2);
  found->by_phone = by_phone;
  return TRUE;
}

static void
add_found (const KefuSearchScope *scope, KefuSearchPage *page, const Found *found)
{
  g_autoptr (KefuSearchHitRecord) hit = NULL;

  if (page->only_ids)
    {
      g_ptr_array_add (page->hits, g_strdup (found->id));
      return;
    }
  hit = kefu_search_hit_record_new ();
  hit->kind = g_strdup ("customer");
  hit->id = g_strdup (found->id);
  if (!set_conversation (scope, hit, found->id))
    return;
  if (found->by_phone)
    {
      g_autofree char *phone = kefu_db_text (scope->db, "SELECT phone FROM customer WHERE id = ?", "s", found->id);

      kefu_store_search_set_phone (hit, phone != NULL ? phone : "");
    }
  else
    {
      kefu_store_search_set_snippet (hit, hit->customer_name, scope->query->match);
    }
  g_ptr_array_add (page->hits, g_steal_pointer (&hit));
}

/* Behind what earlier pages have. */
static gboolean
is_due (const KefuSearchPage *page, const KefuSearchPlace *place)
{
  return page->is_first || place->key < page->from.key ||
         (place->key == page->from.key && place->second < page->from.second);
}

static char *
make_name_query (const KefuSearchScope *scope, const Terms *terms)
{
  GString *query = g_string_new ("(");

  if (kefu_tokenizer_query_words (query, (const char *const *) scope->query->words, FALSE) != KEFU_TOKENS_NONE)
    g_string_append_c (query, ')');
  else
    g_string_truncate (query, 0);
  if (*terms->spelled != '\0')
    {
      g_autofree char *fact = g_strdup_printf (KEFU_FACT_SPELLED "%.*s", KEFU_TOKEN_SPELLED, terms->spelled);

      kefu_tokenizer_query_fact (query, query->len > 0 ? " OR " : "", fact);
    }
  if (*terms->digits != '\0')
    {
      g_autofree char *fact =
        g_strconcat (KEFU_FACT_PHONE, terms->digits + strlen (terms->digits) - KEFU_TOKEN_PIECE, NULL);

      kefu_tokenizer_query_fact (query, query->len > 0 ? " OR " : "", fact);
    }
  return g_string_free (query, FALSE);
}

/* Looks at one of those that the index offers; adds it if it is meant. */
static gboolean
look_at (const KefuSearchScope *scope, const Terms *terms, KefuSearchPage *page, gint64 n, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_row (scope->db, &local, NAME_COLUMNS "customer_name n WHERE n.n = ?", "i", n);
  Found found;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (stmt != NULL && is_found (scope, terms, stmt, &found))
    {
      add_found (scope, page, &found);
      found_clear (&found);
    }
  return TRUE;
}

/* Puts @all (KefuSearchPlace) in order; no more of them are looked at than fill the page. */
static gboolean
look_at_all (const KefuSearchScope *scope, const Terms *terms, KefuSearchPage *page, GArray *all, GError **error)
{
  g_array_sort (all, compare_newest);
  for (guint i = 0; i < all->len; i++)
    {
      const KefuSearchPlace *place = &g_array_index (all, KefuSearchPlace, i);

      if (i > 0 && place->second == g_array_index (all, KefuSearchPlace, i - 1).second)
        continue;
      if (page->hits->len == page->limit)
        {
          page->more = TRUE;
          break;
        }
      page->next = *place;
      if (!look_at (scope, terms, page, place->second, error))
        return FALSE;
    }
  return TRUE;
}

/* All that the index offers. */
static gboolean
sort_customers (const KefuSearchScope *scope,
                const Terms *terms,
                const char *query,
                KefuSearchPage *page,
                GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (KefuSearchPlace));
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (scope->db, error,
                        "SELECT n.last_at, n.n FROM customer_fts CROSS JOIN customer_name n ON n.n = customer_fts.rowid"
                        " WHERE customer_fts MATCH ?1",
                        "s", query);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchPlace place = { kefu_stmt_int (stmt, 0), kefu_stmt_int (stmt, 1) };

      if (is_due (page, &place))
        g_array_append_val (all, place);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return look_at_all (scope, terms, page, all, error);
}

/* (transfer full): the numbers of those whom the index offers; NULL: it failed. */
static GHashTable *
list_offered (const KefuSearchScope *scope, const char *query, GError **error)
{
  g_autoptr (GHashTable) offered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (scope->db, error, "SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?1", "s", query);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    {
      gint64 n = kefu_stmt_int (stmt, 0);

      g_hash_table_add (offered, g_memdup2 (&n, sizeof n));
    }
  if (local == NULL)
    return g_steal_pointer (&offered);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* How many conversations are as `channel:` and `is:` ask; more than MAX_CONVERSATIONS are not counted. */
static gint64
count_conversations (const KefuSearchScope *scope)
{
  g_autofree char *where = NULL;
  const char *from = kefu_store_search_inbox_rows (scope, &where);
  g_autofree char *sql =
    g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s AND coalesce(?1, ?2, 1) IS NOT NULL LIMIT %d)",
                     from, where, MAX_CONVERSATIONS + 1);

  return kefu_db_int (scope->db, G_MAXINT64, sql, "ss", scope->agent_id, scope->channels);
}

/* Those of these conversations. @query: (nullable): if the index offers them; NULL where it offers too many. */
static gboolean
sort_conversations (const KefuSearchScope *scope,
                    const Terms *terms,
                    const char *query,
                    KefuSearchPage *page,
                    GError **error)
{
  g_autofree char *where = NULL;
  const char *from = kefu_store_search_inbox_rows (scope, &where);
  g_autofree char *sql =
    g_strdup_printf ("SELECT n.last_at, n.n FROM %s CROSS JOIN conversation c ON c.rowid = i.n"
                     " CROSS JOIN customer_name n ON n.id = c.customer_id WHERE %s AND coalesce(?1, ?2, 1) IS NOT NULL",
                     from, where);
  g_autoptr (GHashTable) offered = query != NULL ? list_offered (scope, query, error) : NULL;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (KefuSearchPlace));
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (query == NULL || offered != NULL)
    stmt = kefu_db_query (scope->db, error, sql, "ss", scope->agent_id, scope->channels);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchPlace place = { kefu_stmt_int (stmt, 0), kefu_stmt_int (stmt, 1) };

      if (is_due (page, &place) && (offered == NULL || g_hash_table_contains (offered, &place.second)))
        g_array_append_val (all, place);
    }
  if (local == NULL)
    return look_at_all (scope, terms, page, all, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* All that the index offers, met in the order of their newest conversations: an index has that order, and nothing else is read of those who are
 * not meant. */
static gboolean
meet_customers (const KefuSearchScope *scope,
                const Terms *terms,
                const char *query,
                KefuSearchPage *page,
                GError **error)
{
  gint64 key = page->is_first ? G_MAXINT64 : page->from.key;
  gint64 second = page->is_first ? G_MAXINT64 : page->from.second;
  g_autoptr (GHashTable) offered = list_offered (scope, query, error);
  g_autoptr (KefuStmt) order = NULL;
  g_autoptr (GError) local = NULL;

  if (offered == NULL)
    return FALSE;
  order = kefu_db_query (scope->db, &local,
                         "SELECT n.last_at, n.n FROM customer_name n INDEXED BY customer_name_last"
                         " WHERE (n.last_at, n.n) < (?1, ?2) ORDER BY n.last_at DESC, n.n DESC",
                         "ii", key, second);
  while (local == NULL && kefu_stmt_step (order, &local))
    {
      KefuSearchPlace place = { kefu_stmt_int (order, 0), kefu_stmt_int (order, 1) };

      if (!g_hash_table_contains (offered, &place.second))
        continue;
      if (page->hits->len == page->limit)
        {
          page->more = TRUE;
          break;
        }
      page->next = place;
      look_at (scope, terms, page, place.second, &local);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Customer after customer, whoever was last heard of first. */
static gboolean
walk_customers (const KefuSearchScope *scope, const Terms *terms, KefuSearchPage *page, GError **error)
{
  gint64 key = page->is_first ? G_MAXINT64 : page->from.key;
  gint64 second = page->is_first ? G_MAXINT64 : page->from.second;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  int n_looks = 0;

  stmt =
    kefu_db_query (scope->db, error,
                   NAME_COLUMNS "customer_name n WHERE (n.last_at, n.n) < (?1, ?2) ORDER BY n.last_at DESC, n.n DESC",
                   "ii", key, second);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      Found found = { .place = { kefu_stmt_int (stmt, 1), kefu_stmt_int (stmt, 0) } };

      if (page->hits->len == page->limit || n_looks++ == MAX_LOOKS)
        {
          page->more = TRUE;
          break;
        }
      page->next = found.place;
      if (is_found (scope, terms, stmt, &found))
        {
          add_found (scope, page, &found);
          found_clear (&found);
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The newest of one bucket and part of the inbox, of one channel if there is one, behind what earlier pages have. */
static gboolean
gather_bucket (const KefuSearchScope *scope,
               const KefuSearchPage *page,
               const char *channel_id,
               int bucket,
               int part,
               GArray *all,
               GError **error)
{
  gint64 key = page->is_first ? G_MININT64 : page->from.key;
  gint64 second = page->is_first ? 0 : page->from.second;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (channel_id != NULL)
    stmt =
      kefu_db_query (scope->db, error,
                     "SELECT at, n FROM inbox WHERE label_id = '' AND channel_id = ?6 AND bucket = ?1 AND part = ?2"
                     " AND (at, n) > (?3, ?4) ORDER BY at, n LIMIT ?5",
                     "iiiiis", (gint64) bucket, (gint64) part, key, second, (gint64) page->limit + 1, channel_id);
  else
    stmt = kefu_db_query (scope->db, error,
                          "SELECT at, n FROM inbox WHERE label_id = '' AND bucket = ?1 AND part = ?2"
                          " AND (at, n) > (?3, ?4) ORDER BY at, n LIMIT ?5",
                          "iiiii", (gint64) bucket, (gint64) part, key, second, (gint64) page->limit + 1);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchPlace place = { kefu_stmt_int (stmt, 0), kefu_stmt_int (stmt, 1) };

      g_array_append_val (all, place);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
gather_channel (const KefuSearchScope *scope,
                const KefuSearchPage *page,
                const char *channel_id,
                GArray *all,
                GError **error)
{
  g_autofree char *buckets = kefu_store_search_buckets (scope->query);
  const char *parts = kefu_store_search_parts (scope->query);

  for (int bucket = 0; bucket <= 5; bucket++)
    for (int part = 0; part <= 3; part++)
      if (strchr (buckets, '0' + bucket) != NULL && strchr (parts, '0' + part) != NULL &&
          !gather_bucket (scope, page, channel_id, bucket, part, all, error))
        return FALSE;
  return TRUE;
}

/* `at` of the inbox is negative: the smallest is the newest. */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  const KefuSearchPlace *left = a;
  const KefuSearchPlace *right = b;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return left->second < right->second ? -1 : left->second > right->second;
}

static gboolean
add_conversation (const KefuSearchScope *scope, KefuSearchPage *page, const KefuSearchPlace *place, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt =
    kefu_db_row (scope->db, &local,
                 "SELECT c.id, c.customer_id, cu.name, ch.type, c.last_text, c.last_at FROM conversation c"
                 " LEFT JOIN customer cu ON cu.id = c.customer_id LEFT JOIN channel ch ON ch.id = c.channel_id"
                 " WHERE c.rowid = ?",
                 "i", place->second);
  KefuSearchHitRecord *hit;

  page->next = *place;
  if (stmt == NULL)
    {
      if (local == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  hit = kefu_search_hit_record_new ();
  hit->kind = g_strdup ("customer");
  hit->conversation_id = g_strdup (kefu_stmt_text (stmt, 0));
  hit->id = kefu_store_text (stmt, 1);
  hit->customer_name = kefu_store_name (stmt, 2);
  hit->channel_type = kefu_store_text (stmt, 3);
  hit->title = g_strdup ("");
  hit->at = kefu_stmt_int (stmt, 5);
  kefu_store_search_set_snippet (hit, kefu_stmt_text (stmt, 4), scope->query->match);
  g_ptr_array_add (page->hits, hit);
  return TRUE;
}

/* Without words: those whose conversations are as the operators say, conversation by conversation. */
static gboolean
list_conversations (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (KefuSearchPlace));

  if (scope->channel_ids == NULL && !gather_channel (scope, page, NULL, all, error))
    return FALSE;
  for (guint i = 0; scope->channel_ids != NULL && scope->channel_ids[i] != NULL; i++)
    if (!gather_channel (scope, page, scope->channel_ids[i], all, error))
      return FALSE;
  g_array_sort (all, compare_places);
  page->more = all->len > page->limit;
  for (guint i = 0; i < MIN (all->len, page->limit); i++)
    if (!add_conversation (scope, page, &g_array_index (all, KefuSearchPlace, i), error))
      return FALSE;
  return TRUE;
}

gboolean
kefu_store_search_customers (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  g_auto (Terms) terms = { 0 };
  g_autofree char *query = NULL;
  gint64 n_offered;

  if (kefu_search_query_is_about_messages (scope->query))
    return TRUE;
  if (kefu_text_match_get_n_words (scope->query->match) == 0)
    return list_conversations (scope, page, error);
  terms_init (&terms, scope->query->text);
  query = make_name_query (scope, &terms);
  if (*query == '\0')
    return TRUE;
  n_offered =
    kefu_db_int (scope->db, 0, "SELECT count(*) FROM (SELECT 1 FROM customer_fts WHERE customer_fts MATCH ?1 LIMIT ?2)",
                 "si", query, (gint64) MAX_OFFERED + 1);
  if (n_offered > MAX_SORTED && kefu_search_query_is_about_conversations (scope->query) &&
      count_conversations (scope) <= MAX_CONVERSATIONS)
    return sort_conversations (scope, &terms, n_offered <= MAX_OFFERED ? query : NULL, page, error);
  if (n_offered <= MAX_SORTED)
    return sort_customers (scope, &terms, query, page, error);
  if (n_offered <= MAX_OFFERED)
    return meet_customers (scope, &terms, query, page, error);
  return walk_customers (scope, &terms, page, error);
}

/* --- orders --- */

static char *
make_order_query (const Terms *terms)
{
  GString *query = g_string_new ("(");
  glong length = g_utf8_strlen (terms->number, -1);
  const char *p = terms->number;

  for (glong i = 0; i + KEFU_TOKEN_PIECE <= length && i < MAX_PIECES; i++, p = g_utf8_next_char (p))
    {
      const char *end = g_utf8_offset_to_pointer (p, KEFU_TOKEN_PIECE);
      g_autofree char *fact = g_strdup_printf (KEFU_FACT_NUMBER "%.*s", (int) (end - p), p);

      kefu_tokenizer_query_fact (query, i > 0 ? " AND " : "", fact);
    }
  g_string_append_c (query, ')');
  if (*terms->digits != '\0')
    {
      g_autofree char *fact =
        g_strconcat (KEFU_FACT_PHONE, terms->digits + strlen (terms->digits) - KEFU_TOKEN_PIECE, NULL);

      kefu_tokenizer_query_fact (query, " OR ", fact);
    }
  return g_string_free (query, FALSE);
}

/* TRUE: it is in @text, which becomes the snippet. */
static gboolean
set_number (KefuSearchHitRecord *hit, const char *text, const char *number)
{
  g_autofree char *dense = kefu_search_words_dense (text);
  const char *const words[] = { number, NULL };
  g_autoptr (KefuTextMatch) match = NULL;

  if (strstr (dense, number) == NULL)
    return FALSE;
  match = kefu_text_match_new (words);
  kefu_store_search_set_snippet (hit, text, match);
  return TRUE;
}

static void
add_order (const KefuSearchScope *scope, const Terms *terms, KefuSearchPage *page, KefuStmt *stmt)
{
  g_autoptr (KefuSearchHitRecord) hit = kefu_search_hit_record_new ();

  if (!set_number (hit, kefu_stmt_text (stmt, 3), terms->number) &&
      !set_number (hit, kefu_stmt_text (stmt, 4), terms->number))
    {
      if (!ends_with (kefu_stmt_text (stmt, 5), terms->digits))
        return;
      kefu_store_search_set_phone (hit, kefu_stmt_text (stmt, 5));
    }
  hit->kind = g_strdup ("order");
  hit->id = kefu_store_text (stmt, 1);
  if (!set_conversation (scope, hit, kefu_stmt_text (stmt, 2)))
    return;
  hit->at = kefu_stmt_int (stmt, 6);
  g_ptr_array_add (page->hits, g_steal_pointer (&hit));
}

gboolean
kefu_store_search_orders (const KefuSearchScope *scope, KefuSearchPage *page, GError **error)
{
  gint64 below = page->is_first ? G_MAXINT64 : page->from.key;
  g_auto (Terms) terms = { 0 };
  g_autofree char *query = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  int n_looks = 0;

  if (kefu_search_query_is_about_messages (scope->query))
    return TRUE;
  terms_init (&terms, scope->query->text);
  if (*terms.number == '\0')
    return TRUE;
  query = make_order_query (&terms);
  stmt = kefu_db_query (scope->db, error,
                        "SELECT o.rowid, o.id, o.customer_id, o.number, o.tracking, o.phone, o.placed_at"
                        " FROM order_fts CROSS JOIN orders o ON o.rowid = order_fts.rowid"
                        " WHERE order_fts MATCH ?1 AND order_fts.rowid < ?2 ORDER BY order_fts.rowid DESC",
                        "si", query, below);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      if (page->hits->len == page->limit || n_looks++ == MAX_LOOKS)
        {
          page->more = TRUE;
          break;
        }
      page->next.key = kefu_stmt_int (stmt, 0);
      add_order (scope, &terms, page, stmt);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
