/* SPDX-License-Identifier: GPL-3.0-or-later
 * The full-text tokenizer `kefu`: Han by bigrams, everything else by words. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-tokenizer.h"

#include <string.h>

#include "kefu-text.h"

/* A longer word is cut: nobody searches for it, and a token must not grow with the text. */
#define MAX_WORD 96

typedef int (*TokenFunc) (void *context, int flags, const char *token, int length, int start, int end);

/* A run of Han characters under way: the last character that is not the first half of a bigram yet. */
typedef struct
{
  TokenFunc token;
  void *context;
  char last[8];
  int last_length;
  int last_start;
  int last_end;
  guint run; /* characters of the run so far */
} Han;

static int
emit_last (Han *han)
{
  return han->token (han->context, 0, han->last, han->last_length, han->last_start, han->last_end);
}

static int
han_add (Han *han, gunichar c, int start, int end)
{
  char both[16];
  int length = g_unichar_to_utf8 (c, both + 8);
  int rc = SQLITE_OK;

  if (han->run > 0)
    {
      char pair[16];

      memcpy (pair, han->last, (gsize) han->last_length);
      memcpy (pair + han->last_length, both + 8, (gsize) length);
      rc = han->token (han->context, 0, pair, han->last_length + length, han->last_start, end);
    }
  memcpy (han->last, both + 8, (gsize) length);
  han->last_length = length;
  han->last_start = start;
  han->last_end = end;
  han->run++;
  return rc;
}

/* @query_end: the run ends a query. Then its last character is left to the bigram before it: what comes after it in a text
 * is not known. */
static int
han_end (Han *han, gboolean query_end)
{
  int rc = SQLITE_OK;

  if (han->run > 0 && !(query_end && han->run > 1))
    rc = emit_last (han);
  han->run = 0;
  return rc;
}

/* The letter without its accent, in lower case. */
static gunichar
fold_letter (gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c >= 0x80 && g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts)) > 0)
    c = parts[0];
  return g_unichar_tolower (c);
}

static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length, TokenFunc token)
{
  const char *end = text + length;
  gboolean query = (flags & FTS5_TOKENIZE_QUERY) != 0;
  Han han = { .token = token, .context = context };
  char word[MAX_WORD + 8];
  int word_length = 0;
  int word_start = 0;
  int rc = SQLITE_OK;
  const char *p = text;

  while (p < end && rc == SQLITE_OK)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      const char *next;
      int start = (int) (p - text);

      if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0)
        {
          c = ' ';
          next = p + 1;
        }
      else
        {
          next = g_utf8_next_char (p);
        }
      c = kefu_text_fold_char (c);

      if (kefu_text_is_han (c))
        {
          if (word_length > 0)
            rc = token (context, 0, word, word_length, word_start, start);
          word_length = 0;
          if (rc == SQLITE_OK)
            rc = han_add (&han, c, start, (int) (next - text));
        }
      else if (g_unichar_isalnum (c) || (word_length > 0 && g_unichar_ismark (c)))
        {
          rc = han_end (&han, FALSE);
          if (word_length == 0)
            word_start = start;
          if (word_length < MAX_WORD && !g_unichar_ismark (c))
            word_length += g_unichar_to_utf8 (fold_letter (c), word + word_length);
        }
      else
        {
          rc = han_end (&han, FALSE);
          if (rc == SQLITE_OK && word_length > 0)
            rc = token (context, 0, word, word_length, word_start, start);
          word_length = 0;
        }
      p = next;
    }

  if (rc == SQLITE_OK)
    rc = han_end (&han, query);
  if (rc == SQLITE_OK && word_length > 0)
    rc = token (context, 0, word, word_length, word_start, length);
  return rc;
}

static int
create (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **out)
{
  static char stateless;

  *out = (Fts5Tokenizer *) (gpointer) &stateless;
  return SQLITE_OK;
}

static void
destroy (Fts5Tokenizer *tokenizer)
{
}

gboolean
kefu_tokenizer_register (sqlite3 *handle, GError **error)
{
  fts5_tokenizer tokenizer = { create, destroy, tokenize };
  fts5_api *api = NULL;
  sqlite3_stmt *stmt = NULL;

  /* https://www.sqlite.org/fts5.html, 7: how an extension gets at the interface */
  if (sqlite3_prepare_v2 (handle, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK)
    {
      sqlite3_bind_pointer (stmt, 1, &api, "fts5_api_ptr", NULL);
      sqlite3_step (stmt);
    }
  sqlite3_finalize (stmt);

  if (api == NULL || api->xCreateTokenizer (api, "kefu", NULL, &tokenizer, NULL) != SQLITE_OK)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_DATABASE, "This SQLite has no full-text search (FTS5)");
      return FALSE;
    }
  return TRUE;
}

/* Whether a token would come out of it. */
static gboolean
is_searchable (const char *piece)
{
  for (const char *p = piece; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = kefu_text_fold_char (g_utf8_get_char (p));

      if (kefu_text_is_han (c) || g_unichar_isalnum (c))
        return TRUE;
    }
  return FALSE;
}

/* A phrase whose last token is a Han bigram must end there: as a beginning it would be the same, but slower. */
static gboolean
ends_open (const char *piece)
{
  const char *last = g_utf8_find_prev_char (piece, piece + strlen (piece));
  const char *before = last != NULL ? g_utf8_find_prev_char (piece, last) : NULL;

  if (last == NULL || !kefu_text_is_han (kefu_text_fold_char (g_utf8_get_char (last))))
    return TRUE;
  return before == NULL || !kefu_text_is_han (kefu_text_fold_char (g_utf8_get_char (before)));
}

char *
kefu_tokenizer_query (const char *text)
{
  g_autofree char *line = kefu_text_one_line (text, 200);
  g_auto (GStrv) pieces = g_strsplit (line, " ", -1);
  g_autoptr (GString) query = g_string_new (NULL);

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      g_auto (GStrv) parts = NULL;
      g_autofree char *quoted = NULL;

      if (!is_searchable (pieces[i]))
        continue;
      parts = g_strsplit (pieces[i], "\"", -1);
      quoted = g_strjoinv ("\"\"", parts);
      g_string_append_printf (query, "%s\"%s\"%s", query->len > 0 ? " AND " : "", quoted,
                              ends_open (pieces[i]) ? " *" : "");
    }
  return query->len > 0 ? g_string_free (g_steal_pointer (&query), FALSE) : NULL;
}
