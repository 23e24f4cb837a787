/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search: customers, orders and messages by what the agent typed. */
#include "config.h"

#include "kefu-store-private.h"
#include "kefu-text.h"
#include "kefu-tokenizer.h"

/* Of a word that stands in very many messages only this many of the newest are put in order of their time. */
#define MAX_MATCHES 2000
#define SNIPPET_BEFORE 14
#define SNIPPET_CHARS 60
/* The end of a phone number, or a piece of an order's: shorter ones find everything. */
#define MIN_DIGITS 4

/* What was typed, in the forms in which it is looked for; "" where it cannot be meant. */
typedef struct
{
  char *folded;
  char *pinyin; /* letters only */
  char *digits; /* digits only: the end of a phone number */
  char *number; /* of an order or a parcel */
} Terms;

static void
terms_clear (Terms *terms)
{
  g_free (terms->folded);
  g_free (terms->pinyin);
  g_free (terms->digits);
  g_free (terms->number);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

static void
terms_init (Terms *terms, const char *text)
{
  g_autofree char *folded = kefu_text_fold (text);
  GString *dense = g_string_new (NULL);
  gboolean letters = TRUE, digits = TRUE, any_digit = FALSE;

  for (const char *p = folded; *p != '\0'; p++)
    {
      if (*p == ' ' || *p == '-' || *p == '\'')
        continue;
      letters &= g_ascii_isalpha (*p);
      digits &= g_ascii_isdigit (*p);
      any_digit |= g_ascii_isdigit (*p);
      g_string_append_c (dense, *p);
    }
  terms->folded = g_strdup (g_strstrip (folded));
  terms->pinyin = g_strdup (letters ? dense->str : "");
  terms->digits = g_strdup (digits && dense->len >= MIN_DIGITS ? dense->str : "");
  terms->number = g_strdup (any_digit && dense->len >= MIN_DIGITS ? dense->str : "");
  g_string_free (dense, TRUE);
}

/* Where @word (folded) begins in @text, in characters, or -1. Folding keeps the number of characters. */
static int
find_folded (const char *text, const char *word)
{
  g_autofree gunichar *hay = NULL;
  g_autofree gunichar *needle = NULL;
  glong n_hay, n_needle;

  hay = g_utf8_to_ucs4_fast (text, -1, &n_hay);
  needle = g_utf8_to_ucs4_fast (word, -1, &n_needle);
  for (glong i = 0; i < n_hay; i++)
    hay[i] = g_unichar_tolower (kefu_text_fold_char (hay[i]));
  for (glong i = 0; n_needle > 0 && i + n_needle <= n_hay; i++)
    if (memcmp (hay + i, needle, sizeof (gunichar) * (gsize) n_needle) == 0)
      return (int) i;
  return -1;
}

/* A line around the match, and where in it the match is. */
static void
set_snippet (KefuSearchHitRecord *hit, const char *text, const char *word)
{
  g_autoptr (GString) line = g_string_new (NULL);
  int start = *word != '\0' ? find_folded (text, word) : -1;
  int length = (int) g_utf8_strlen (text, -1);
  int from = start > SNIPPET_BEFORE ? start - SNIPPET_BEFORE : 0;
  const char *p = g_utf8_offset_to_pointer (text, from);

  if (from > 0)
    g_string_append (line, "…");
  for (int i = 0; i < SNIPPET_CHARS && *p != '\0'; i++, p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line, g_unichar_isspace (c) || g_unichar_iscntrl (c) ? ' ' : c);
    }
  if (from + SNIPPET_CHARS < length)
    g_string_append (line, "…");
  hit->snippet = g_string_free (g_steal_pointer (&line), FALSE);
  hit->match_start = start < 0 ? -1 : start - from + (from > 0 ? 1 : 0);
  hit->match_length = start < 0 ? 0 : (int) MIN (g_utf8_strlen (word, -1), SNIPPET_CHARS);
}

static KefuSearchHitRecord *
hit_new (const char *kind, KefuStmt *stmt)
{
  KefuSearchHitRecord *hit = kefu_search_hit_record_new ();

  hit->kind = g_strdup (kind);
  hit->conversation_id = g_strdup (kefu_stmt_text (stmt, 0));
  hit->customer_name = kefu_store_name (stmt, 1);
  hit->channel_type = kefu_store_text (stmt, 2);
  hit->at = kefu_stmt_int (stmt, 3);
  return hit;
}

/* The last digits are what the mask leaves. */
static void
set_phone_snippet (KefuSearchHitRecord *hit, const char *phone)
{
  hit->snippet = kefu_text_mask_phone (phone);
  hit->match_start = MAX ((int) g_utf8_strlen (hit->snippet, -1) - MIN_DIGITS, 0);
  hit->match_length = MIN_DIGITS;
}

#define NEWEST_CONVERSATION                                                                                            \
  " LEFT JOIN conversation c ON c.id = (SELECT id FROM conversation WHERE customer_id = cu.id"                         \
  "  ORDER BY last_at DESC LIMIT 1) LEFT JOIN channel ch ON ch.id = c.channel_id"

static gboolean
search_customers (KefuDb *db, const Terms *terms, gint64 limit, GPtrArray *hits, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (db, error,
                        "SELECT c.id, cu.name, ch.type, coalesce(c.last_at, 0), cu.phone,"
                        " ?3 <> '' AND replace(replace(cu.phone, ' ', ''), '-', '') LIKE '%' || ?3 AS by_phone"
                        " FROM customer cu LEFT JOIN customer_name n ON n.id = cu.id" NEWEST_CONVERSATION
                        " WHERE by_phone OR instr(coalesce(n.folded, cu.name), ?1) > 0"
                        " OR (?2 <> '' AND (instr(n.syllables, ' ' || ?2) > 0 OR instr(n.initials, ?2) > 0))"
                        " ORDER BY 4 DESC, cu.id LIMIT ?4",
                        "sssi", terms->folded, terms->pinyin, terms->digits, limit);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchHitRecord *hit = hit_new ("customer", stmt);

      if (kefu_stmt_int (stmt, 5) != 0)
        set_phone_snippet (hit, kefu_stmt_text (stmt, 4));
      else
        set_snippet (hit, hit->customer_name, terms->folded);
      g_ptr_array_add (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
search_orders (KefuDb *db, const Terms *terms, gint64 limit, GPtrArray *hits, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (*terms->number == '\0')
    return TRUE;
  stmt = kefu_db_query (db, error,
                        "SELECT c.id, cu.name, ch.type, o.placed_at, o.number, o.tracking, o.phone,"
                        " instr(lower(o.number), ?1) > 0 AS by_number, instr(lower(o.tracking), ?1) > 0 AS by_tracking"
                        " FROM orders o LEFT JOIN customer cu ON cu.id = o.customer_id" NEWEST_CONVERSATION
                        " WHERE by_number OR by_tracking"
                        " OR (?2 <> '' AND replace(replace(o.phone, ' ', ''), '-', '') LIKE '%' || ?2)"
                        " ORDER BY o.placed_at DESC, o.id LIMIT ?3",
                        "ssi", terms->number, terms->digits, limit);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchHitRecord *hit = hit_new ("order", stmt);

      if (kefu_stmt_int (stmt, 7) != 0)
        set_snippet (hit, kefu_stmt_text (stmt, 4), terms->number);
      else if (kefu_stmt_int (stmt, 8) != 0)
        set_snippet (hit, kefu_stmt_text (stmt, 5), terms->number);
      else
        set_phone_snippet (hit, kefu_stmt_text (stmt, 6));
      g_ptr_array_add (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
search_messages (KefuDb *db, const Terms *terms, const char *text, gint64 limit, GPtrArray *hits, GError **error)
{
  g_autofree char *query = kefu_tokenizer_query (text);
  g_autofree char *first = g_strndup (terms->folded, strcspn (terms->folded, " "));
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (query == NULL)
    return TRUE;
  stmt =
    kefu_db_query (db, error,
                   "SELECT m.conversation_id, cu.name, ch.type, m.sent_at, m.id, trim(m.body || iif(m.kind = 'file' AND"
                   " json_valid(m.data), ' ' || coalesce(m.data->>'$.name', ''), '')), m.kind"
                   " FROM (SELECT rowid FROM message_fts WHERE message_fts MATCH ?1 ORDER BY rowid DESC LIMIT ?2) f"
                   " CROSS JOIN message m ON m.rowid = f.rowid LEFT JOIN conversation c ON c.id = m.conversation_id"
                   " LEFT JOIN customer cu ON cu.id = c.customer_id LEFT JOIN channel ch ON ch.id = c.channel_id"
                   " WHERE m.recalled = 0 ORDER BY m.sent_at DESC, m.mseq DESC LIMIT ?3",
                   "sii", query, (gint64) MAX_MATCHES, limit);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuSearchHitRecord *hit = hit_new ("message", stmt);

      hit->message_id = kefu_store_text (stmt, 4);
      hit->message_kind = kefu_store_text (stmt, 6);
      set_snippet (hit, kefu_stmt_text (stmt, 5), first);
      g_ptr_array_add (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static GPtrArray *
query_search (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_search_hit_record_unref);
  g_auto (Terms) terms = { 0 };
  gint64 limit = request->limit;

  terms_init (&terms, request->text);
  if (*terms.folded == '\0')
    return g_steal_pointer (&hits);
  if (!search_customers (db, &terms, limit, hits, error) || !search_orders (db, &terms, limit, hits, error) ||
      !search_messages (db, &terms, request->text, limit, hits, error))
    return NULL;
  return g_steal_pointer (&hits);
}

void
kefu_store_search_async (KefuStore *self,
                         const char *text,
                         guint limit,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (text != NULL);

  request = kefu_store_request_new ();
  request->text = g_utf8_make_valid (text, -1);
  request->limit = limit;
  kefu_store_read (self, KEFU_WORKER_IDLE, query_search, request, cancellable, callback, user_data);
}
