/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line above a text being written that says what should not be sent, and what to say instead. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-lint.h"

G_BEGIN_DECLS

/**
 * KefuComposerLint:
 *
 * Checks a text buffer as it changes, underlines every finding in it and shows the first in a line: why, a gentler sentence, a button
 * that puts it in the place of the clause, a button that closes the line for these words. It also shows what keeps a message
 * from being sent. Property (read/write): `active`: FALSE in notes, which no customer sees.
 */
#define KEFU_TYPE_COMPOSER_LINT (kefu_composer_lint_get_type ())
G_DECLARE_FINAL_TYPE (KefuComposerLint, kefu_composer_lint, KEFU, COMPOSER_LINT, GtkWidget)

GtkWidget *kefu_composer_lint_new (void);
/* @buffer: prepared with kefu_blanks_init(); once. */
void kefu_composer_lint_set_buffer (KefuComposerLint *self, GtkTextBuffer *buffer);
/* @lint (nullable): none, nothing is checked. */
void kefu_composer_lint_set_lint (KefuComposerLint *self, KefuLint *lint);
void kefu_composer_lint_set_active (KefuComposerLint *self, gboolean active);
/* FALSE: the text must not be sent; the line says why and shakes. */
gboolean kefu_composer_lint_may_send (KefuComposerLint *self);
/* Shows what is in the way of sending until the text changes, and shakes. @text: what to do about it. */
void kefu_composer_lint_object (KefuComposerLint *self, const char *why, const char *text);
/* Puts the gentler sentence that is shown in the place of the clause; FALSE if none is shown. */
gboolean kefu_composer_lint_use (KefuComposerLint *self);
/* Forgets what was closed: another text. */
void kefu_composer_lint_reset (KefuComposerLint *self);

G_END_DECLS
