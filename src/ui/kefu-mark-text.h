/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the words that were looked for stand in a text. */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): marks every place of @text that has one of @words (separated by spaces; "key:value" is not a word), compared as
 * searches compare; NULL if there is none. */
PangoAttrList *kefu_mark_text (const char *text, const char *words);

G_END_DECLS
