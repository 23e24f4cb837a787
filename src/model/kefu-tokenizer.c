/* SPDX-License-Identifier: GPL-3.0-or-later
 * The full-text tokenizer `kefu`: each character, pairs of Han, threes of the rest. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-tokenizer.h"

#include <string.h>

#include "kefu-search-words.h"
#include "kefu-text-match.h"
#include "kefu-text.h"

/* Of a query; what is beyond is left to kefu_text_match_test(). */
#define MAX_TOKENS 40
#define MAX_WORD_CHARS 200

typedef int (*TokenFunc) (void *context, int flags, const char *token, int length, int start, int end);

typedef enum
{
  NOTHING,
  HAN,
  LETTERS,
  SYMBOL
} Class;

static Class
classify (gunichar c)
{
  if (kefu_text_is_han (c))
    return HAN;
  if (g_unichar_isalnum (c))
    return LETTERS;
  return g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL ? SYMBOL : NOTHING;
}

/* Characters of one class in a row: the last ones, as they are compared. */
typedef struct
{
  TokenFunc token;
  void *context;
  const char *mark; /* before each token of a word */
  Class class;
  guint length;
  gunichar last[3];
  int start[3];
  int end;
} Run;

/* The last @n characters as a token. */
static int
emit (Run *run, guint n)
{
  char text[sizeof KEFU_TOKEN_APART + 3 * 6];
  int length = (int) (g_stpcpy (text, run->mark) - text);

  for (guint i = 3 - n; i < 3; i++)
    length += g_unichar_to_utf8 (run->last[i], text + length);
  return run->token (run->context, 0, text, length, run->start[3 - n], run->end);
}

static int
run_end (Run *run)
{
  int rc = run->class == LETTERS && run->length >= 2 ? emit (run, 2) : SQLITE_OK;

  run->length = 0;
  return rc;
}

static int
run_add (Run *run, Class class, gunichar c, int start, int end)
{
  int rc = SQLITE_OK;

  if (class != run->class)
    rc = run_end (run);
  run->class = class;
  if (rc != SQLITE_OK || class == NOTHING)
    return rc;
  memmove (run->last, run->last + 1, 2 * sizeof run->last[0]);
  memmove (run->start, run->start + 1, 2 * sizeof run->start[0]);
  run->last[2] = c;
  run->start[2] = start;
  run->end = end;
  run->length++;
  rc = emit (run, 1);
  if (rc == SQLITE_OK && class == HAN && run->length >= 2)
    rc = emit (run, 2);
  else if (rc == SQLITE_OK && class == LETTERS && run->length >= 3)
    rc = emit (run, 3);
  return rc;
}

/* Up to the next white space or mark. */
static const char *
end_of_fact (const char *p, const char *end)
{
  while (p < end && !g_ascii_isspace (*p) && !(end - p >= 3 && memcmp (p, KEFU_TOKEN_FACT, 3) == 0))
    p++;
  return p;
}

static int
tokenize_text (Run *run, const char *text, int length)
{
  const char *end = text + length;
  int rc = SQLITE_OK;

  run->mark = length > 0 && *text == *KEFU_TOKEN_APART ? KEFU_TOKEN_APART : "";
  for (const char *p = text, *next; p < end && rc == SQLITE_OK; p = next)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2 && c != 0;

      next = valid ? g_utf8_next_char (p) : p + 1;
      if (c == 0xfdd0)
        {
          const char *stop = end_of_fact (next, end);

          rc = run_add (run, NOTHING, 0, 0, 0);
          if (rc == SQLITE_OK && stop > next)
            rc = run->token (run->context, 0, p, (int) (stop - p), (int) (p - text), (int) (stop - text));
          next = stop;
          continue;
        }
      c = valid ? kefu_text_match_fold (c) : ' ';
      /* what stands over a character parts nothing */
      if (c != 0)
        rc = run_add (run, classify (c), c, (int) (p - text), (int) (next - text));
    }
  return rc != SQLITE_OK ? rc : run_end (run);
}

/* A query names its tokens one by one. */
static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length, TokenFunc token)
{
  Run run = { .token = token, .context = context };

  if (flags & FTS5_TOKENIZE_QUERY)
    return length > 0 ? token (context, 0, text, length, 0, length) : SQLITE_OK;
  return tokenize_text (&run, text, length);
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
  return kefu_search_words_register (handle, error);
}

/* --- queries --- */

typedef struct
{
  GString *query;
  const char *mark;    /* before each token */
  gboolean beginnings; /* asks for these, or for whole tokens */
  guint n_tokens;
} Asking;

static void
append_token (GString *query, const char *mark, const char *token, gboolean is_beginning)
{
  g_string_append_printf (query, "\"%s", mark);
  for (const char *p = token; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (query, '"');
      g_string_append_c (query, *p);
    }
  g_string_append (query, is_beginning ? "\" *" : "\"");
}

static void
ask (Asking *self, const char *token, gboolean is_beginning)
{
  if (is_beginning != self->beginnings || self->n_tokens >= MAX_TOKENS)
    return;
  if (self->n_tokens++ > 0)
    g_string_append (self->query, " AND ");
  append_token (self->query, self->mark, token, is_beginning);
}

/* One run of a word: its longest tokens say all that the shorter ones do. */
static void
ask_run (Asking *self, Class class, const gunichar *chars, glong length)
{
  glong size = class == HAN ? 2 : class == LETTERS ? 3 : 1;

  for (glong i = 0; i == 0 || i + size <= length; i++)
    {
      g_autofree char *token = g_ucs4_to_utf8 (chars + i, MIN (size, length), NULL, NULL, NULL);

      /* Two letters are a token at the end of a run only; elsewhere they begin one. */
      ask (self, token, class == LETTERS && length == 2);
    }
}

static void
ask_word (Asking *self, const char *word)
{
  gunichar chars[MAX_WORD_CHARS];
  glong length = 0;
  Class class = NOTHING;
  g_autofree char *valid = g_utf8_make_valid (word, -1);
  int n = 0;

  for (const char *p = valid; *p != '\0' && n < MAX_WORD_CHARS; p = g_utf8_next_char (p), n++)
    {
      gunichar c = kefu_text_match_fold (g_utf8_get_char (p));
      Class next = c != 0 ? classify (c) : class;

      if (c == 0)
        continue;
      if (next != class && length > 0)
        {
          ask_run (self, class, chars, length);
          length = 0;
        }
      class = next;
      if (class != NOTHING)
        chars[length++] = c;
    }
  if (length > 0)
    ask_run (self, class, chars, length);
}

KefuTokens
kefu_tokenizer_query_words (GString *query, const char *const *words, gboolean apart)
{
  const char *mark = apart ? KEFU_TOKEN_APART : "";
  Asking whole = { .query = query, .mark = mark };
  Asking beginnings = { .query = query, .mark = mark, .beginnings = TRUE };

  g_return_val_if_fail (query != NULL && words != NULL, KEFU_TOKENS_NONE);

  for (guint i = 0; words[i] != NULL; i++)
    ask_word (&whole, words[i]);
  if (whole.n_tokens > 0)
    return KEFU_TOKENS_EXACT;
  for (guint i = 0; words[i] != NULL; i++)
    ask_word (&beginnings, words[i]);
  return beginnings.n_tokens > 0 ? KEFU_TOKENS_BROAD : KEFU_TOKENS_NONE;
}

void
kefu_tokenizer_query_fact (GString *query, const char *glue, const char *fact)
{
  g_return_if_fail (query != NULL && glue != NULL && fact != NULL);

  g_string_append (query, glue);
  append_token (query, KEFU_TOKEN_FACT, fact, FALSE);
}
