/* SPDX-License-Identifier: GPL-3.0-or-later
 * An article of the knowledge, to be read. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * KefuArticleWindow:
 *
 * Signal `insert` (const char *text): its text is to go into the composer; what is selected of it, or all. The window closes then.
 */
#define KEFU_TYPE_ARTICLE_WINDOW (kefu_article_window_get_type ())
G_DECLARE_FINAL_TYPE (KefuArticleWindow, kefu_article_window, KEFU, ARTICLE_WINDOW, AdwWindow)

/* (transfer none): a window over that of @from, which it does not outlive; Escape closes it. */
KefuArticleWindow *kefu_article_window_new (GtkWidget *from, const char *title, const char *body);

G_END_DECLS
