/* SPDX-License-Identifier: GPL-3.0-or-later
 * All phrases, laid out for finding them as one types. */
#pragma once

#include "kefu-phrase-engine.h"

G_BEGIN_DECLS

/* Immutable and atomically reference-counted; made on any thread. */
typedef struct _KefuPhraseIndex KefuPhraseIndex;

/* @records: (element-type KefuPhraseRecord); @old (nullable): what of it is still true is taken over. */
KefuPhraseIndex *kefu_phrase_index_new (GPtrArray *records, KefuPhraseIndex *old);
KefuPhraseIndex *kefu_phrase_index_ref (KefuPhraseIndex *self);
void kefu_phrase_index_unref (KefuPhraseIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuPhraseIndex, kefu_phrase_index_unref)
/* (transfer none): as given. */
GPtrArray *kefu_phrase_index_records (KefuPhraseIndex *self);
/* See kefu_phrase_engine_match(). */
GPtrArray *kefu_phrase_index_match (KefuPhraseIndex *self, const char *query, guint limit);

G_END_DECLS
