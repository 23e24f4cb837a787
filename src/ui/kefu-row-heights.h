/* SPDX-License-Identifier: GPL-3.0-or-later
 * How high the rows of a long list are, and where each of them lies. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KefuRowHeights:
 *
 * Heights of n rows, in pixels, some of them not known yet: those count with an estimate, the mean of the known ones. Rows that come and go in the
 * middle, one that is measured, the place of a row and the row at a place cost O(log of the known ones), whatever n is.
 */
typedef struct _KefuRowHeights KefuRowHeights;

/* (transfer full): no rows. @uniform: all rows are as high as the one that was measured last. */
KefuRowHeights *kefu_row_heights_new (gboolean uniform);
void kefu_row_heights_free (KefuRowHeights *self);
guint kefu_row_heights_get_n (KefuRowHeights *self);
/* Takes @removed rows out at @position and puts @added unknown ones there. */
void kefu_row_heights_splice (KefuRowHeights *self, guint position, guint removed, guint added);
void kefu_row_heights_set (KefuRowHeights *self, guint position, int height);
/* The estimate for one that is not known. */
int kefu_row_heights_get (KefuRowHeights *self, guint position);
/* How much is above row @position; of all rows with @position = n. */
gint64 kefu_row_heights_get_top (KefuRowHeights *self, guint position);
/* The row in which @y lies, the first or last if it lies beyond them; there must be one. */
guint kefu_row_heights_find (KefuRowHeights *self, gint64 y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuRowHeights, kefu_row_heights_free)

G_END_DECLS
