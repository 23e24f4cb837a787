/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message says, on its ground. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuBubble:
 *
 * Words, wrapped, as wide as they need up to 46 characters, and above them those that they answer. A label lays its words out five times before it is
 * drawn, at its least, its greatest and its present width; of words without a web address this does it twice. CSS class “bubble”, the words “body”,
 * the quote “quote”.
 *
 * Signal: `quote-clicked`.
 */
#define KEFU_TYPE_BUBBLE (kefu_bubble_get_type ())
G_DECLARE_FINAL_TYPE (KefuBubble, kefu_bubble, KEFU, BUBBLE, GtkWidget)

GtkWidget *kefu_bubble_new (void);
/* @text: "" for none; its web addresses are links. @marks (nullable): what is marked in it, nothing that takes more room. */
void kefu_bubble_set_text (KefuBubble *self, const char *text, PangoAttrList *marks);
/* @quote (nullable): in one line. */
void kefu_bubble_set_quote (KefuBubble *self, const char *quote);

G_END_DECLS
