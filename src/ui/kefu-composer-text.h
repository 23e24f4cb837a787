/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of the composer, which grows with what is written. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuComposerText:
 *
 * A text view that shows its caret, and no empty space behind it, however suddenly it grows.
 */
#define KEFU_TYPE_COMPOSER_TEXT (kefu_composer_text_get_type ())
G_DECLARE_FINAL_TYPE (KefuComposerText, kefu_composer_text, KEFU, COMPOSER_TEXT, GtkTextView)

G_END_DECLS
