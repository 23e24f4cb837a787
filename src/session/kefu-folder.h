/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text as it is compared, with the way back to where each character stood. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Folded text, one character an element; a plain struct, freed with kefu_folded_free(). */
typedef struct
{
  gunichar *chars; /* as kefu_text_fold() would have them; 0 ends */
  guint *places;   /* of the same length: characters into the original; one more element holds the original's length */
  guint length;
} KefuFolded;

void kefu_folded_free (KefuFolded *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuFolded, kefu_folded_free)

/* Remembers how characters fold, which makes it 50 times as fast as asking ICU for each; for one thread at a time. */
typedef struct _KefuFolder KefuFolder;

KefuFolder *kefu_folder_new (void);
void kefu_folder_free (KefuFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuFolder, kefu_folder_free)
/* (transfer full): @text folded character by character: width, case, traditional Han, runs of white space as one space. */
KefuFolded *kefu_folder_fold (KefuFolder *self, const char *text);

G_END_DECLS
