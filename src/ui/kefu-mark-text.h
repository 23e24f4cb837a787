/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the words that were looked for, and names, stand in a text. */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): marks every place of @text that has one of the words of @words, which is a line as it was typed into the search;
 * NULL if there is none. */
PangoAttrList *kefu_mark_text (const char *text, const char *words);

/* (transfer full) (nullable): @marks (transfer full) (nullable) and every @name of @text, the @ with it, bold; @names: (nullable): NULL-terminated. */
PangoAttrList *kefu_mark_mentions (PangoAttrList *marks, const char *text, const char *const *names);

G_END_DECLS
