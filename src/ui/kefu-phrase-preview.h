/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phrase as it would stand in the message. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-phrase-engine.h"

G_BEGIN_DECLS

#define KEFU_TYPE_PHRASE_PREVIEW (kefu_phrase_preview_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhrasePreview, kefu_phrase_preview, KEFU, PHRASE_PREVIEW, GtkWidget)

GtkWidget *kefu_phrase_preview_new (void);
/* @phrase (nullable): nothing to show; @filled: it, filled; @ladder (nullable) (element-type KefuPhraseRecord): the steps it is one of. */
void kefu_phrase_preview_set (KefuPhrasePreview *self,
                              KefuPhraseRecord *phrase,
                              KefuFilledPhrase *filled,
                              GPtrArray *ladder);

G_END_DECLS
