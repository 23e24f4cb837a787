/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is looked for in messages, names and orders: the texts that go into their full-text indexes. */
#pragma once

#include <sqlite3.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* What customers write is apart (KEFU_TOKEN_APART): who looks for what one side wrote passes nothing of the other's, and a word that only one of
 * them says is none of the other's tokens. Facts about messages: written by an agent: this and the id; of a kind that is no text: this and
 * the kind, for each side. */
#define KEFU_FACT_AUTHOR "a:"
#define KEFU_FACT_KIND "k:"
#define KEFU_FACT_KIND_FROM_CUSTOMER "c:"
/* About customers and orders: the beginning of a syllable's rest or of the initials' rest, the last digits of a phone number, a piece of a
 * number; each at most KEFU_TOKEN_PIECE characters. */
#define KEFU_FACT_SPELLED "p:"
#define KEFU_FACT_PHONE "t:"
#define KEFU_FACT_NUMBER "n:"

/* The functions that kefu_tokenizer_register() tells of. */
gboolean kefu_search_words_register (sqlite3 *handle, GError **error);

/* (transfer full): what is looked for in a message: its body, of a file its name too. @data: (nullable): JSON. */
char *kefu_search_words_of_message (const char *kind, const char *body, const char *data);
/* (transfer full): letters and digits as numbers are compared, without white space and hyphens. */
char *kefu_search_words_dense (const char *text);

G_END_DECLS
