/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thing that was found. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-records.h"

G_BEGIN_DECLS

#define KEFU_TYPE_SEARCH_ROW (kefu_search_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuSearchRow, kefu_search_row, KEFU, SEARCH_ROW, GtkListBoxRow)

/* @match: the words, to be marked in the title. */
GtkWidget *kefu_search_row_new (KefuSearchHitRecord *hit, KefuTextMatch *match, gint64 now_ms);
/* (transfer none) */
KefuSearchHitRecord *kefu_search_row_get_hit (KefuSearchRow *self);

G_END_DECLS
