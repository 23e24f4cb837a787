/* SPDX-License-Identifier: GPL-3.0-or-later
 * The full-text tokenizer `kefu`: Han by bigrams, everything else by words. */
#pragma once

#include <sqlite3.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/**
 * kefu_tokenizer_register:
 *
 * Makes `tokenize = 'kefu'` known to FTS5 on this connection. A run of Han characters gives its overlapping bigrams and its last
 * character, so that a phrase query of one run finds each text that holds the run; a query of a single character is a prefix
 * query (`"货" *`). Other letters and digits form words. Width, case, accents and traditional characters are folded.
 */
gboolean kefu_tokenizer_register (sqlite3 *handle, GError **error);

/* (transfer full) (nullable): @text, as a person types it, as an FTS5 query: each piece between white space is a phrase, all of them
 * must be there, the last token of each may be a beginning. NULL if nothing of it can be searched. */
char *kefu_tokenizer_query (const char *text);

G_END_DECLS
