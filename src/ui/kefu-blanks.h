/* SPDX-License-Identifier: GPL-3.0-or-later
 * Blanks to be filled in a text being written. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-phrase-engine.h"

G_BEGIN_DECLS

/* A blank is a tagged run of a text buffer that shows what belongs there. It is filled by typing over it; what is typed has no tag. As plain text (a
 * draft) it stands in braces, so that an unfilled one is never taken for words: "Yours arrives {day}". */

/* Puts the tags of blanks into the table of @buffer; once, before the functions below. */
void kefu_blanks_init (GtkTextBuffer *buffer);
/* Colours of the tags from the style of @widget; when the style changes. */
void kefu_blanks_update_look (GtkTextBuffer *buffer, GtkWidget *widget);
/* Replaces the characters [start, end) by @phrase, selects its first blank, or puts the caret behind it. One step of undo. */
void kefu_blanks_insert (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, KefuFilledPhrase *phrase);
/* The same with a text that has its blanks in braces. */
void kefu_blanks_insert_text (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, const char *text);
/* (transfer full): @text, its blanks in braces. Nothing is looked up, nothing but a blank is meant by them. */
KefuFilledPhrase *kefu_blanks_parse (const char *text);
/* Selects the blank after (or before) the caret, going round at the end. Where the last one was filled on the way, the caret
 * goes to the end of the text once; FALSE if there is nowhere to go. */
gboolean kefu_blanks_travel (GtkTextBuffer *buffer, gboolean backwards);
/* The same from the start. */
gboolean kefu_blanks_select_first (GtkTextBuffer *buffer);
guint kefu_blanks_count (GtkTextBuffer *buffer);
/* (transfer full): the text with blanks in braces. */
char *kefu_blanks_to_text (GtkTextBuffer *buffer);
/* Shows @phrase in a label: what was filled underlined, blanks on a wash. */
void kefu_blanks_show (GtkLabel *label, KefuFilledPhrase *phrase);

G_END_DECLS
