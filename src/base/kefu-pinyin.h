/* SPDX-License-Identifier: GPL-3.0-or-later
 * Han text as pinyin. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kefu_pinyin:
 * @text: any text
 * @full: (out) (optional) (transfer full): toneless lower-case syllables of the Han characters, other letters and
 *   digits kept in lower case, one space between syllables: "包邮 A1" → "bao you a1"
 * @initials: (out) (optional) (transfer full): the first letter of each syllable, other letters and digits
 *   whole: "bya1"
 *
 * Safe from any thread.
 */
void kefu_pinyin (const char *text, char **full, char **initials);

G_END_DECLS
