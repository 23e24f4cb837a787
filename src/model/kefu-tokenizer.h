/* SPDX-License-Identifier: GPL-3.0-or-later
 * The full-text tokenizer `kefu`: each character, pairs of Han, threes of the rest. */
#pragma once

#include <sqlite3.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* In a text to be stored, what comes after this character (a noncharacter of Unicode) up to the next white space is one token as it
 * stands, the mark included: facts beside words. */
#define KEFU_TOKEN_FACT "\xef\xb7\x90"
/* The words of a text that begins with this character are apart: it begins each of their tokens too, so that no other text has them. */
#define KEFU_TOKEN_APART "\x01"
/* Of customers and orders: so many characters of a beginning or a piece are a token. */
#define KEFU_TOKEN_PIECE 4
/* The same of spelled names, of which many begin alike. */
#define KEFU_TOKEN_SPELLED 8

/**
 * kefu_tokenizer_register:
 *
 * Makes `tokenize = 'kefu'` known to FTS5 on this connection, and functions in SQL that give what is to be stored:
 * `kefu_message_words(kind, dir, author_id, body, data)` (NULL for an event), `kefu_name_words(folded, syllables, initials, phone)`,
 * `kefu_order_words(number, tracking, phone)` and `kefu_fold(text)` (kefu_text_fold()).
 *
 * Of a run of Han each character and each pair is a token, of other letters and digits each character and each three of them (two at the
 * end of a run), of symbols (emoji) each one; punctuation is none. So each piece of a text, however short, can be asked for by its tokens. Which text has
 * them in their places is for kefu_text_match_test() to say: the index is made with `detail=none`, which takes half the room and the time.
 * Width, case, accents and traditional characters are folded.
 */
gboolean kefu_tokenizer_register (sqlite3 *handle, GError **error);

/* What a query asks for. */
typedef enum
{
  /* Nothing: there is only punctuation. */
  KEFU_TOKENS_NONE,
  /* Beginnings of tokens (of two letters, nothing else), which may be many. */
  KEFU_TOKENS_BROAD,
  KEFU_TOKENS_EXACT,
} KefuTokens;

/* Adds to the FTS5 query @query what a text with all of @words (as typed) has at least; @apart: one whose words are apart. Where words need whole
 * tokens, beginnings are left out. */
KefuTokens kefu_tokenizer_query_words (GString *query, const char *const *words, gboolean apart);
/* Adds one fact, without its mark, after @glue (" AND ", " OR ", "(" or ""). */
void kefu_tokenizer_query_fact (GString *query, const char *glue, const char *fact);

G_END_DECLS
