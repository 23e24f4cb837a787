/* SPDX-License-Identifier: GPL-3.0-or-later
 * Chance that repeats itself: everything the demo shop invents comes from a seed. */
#pragma once

#include <glib.h>

#include "kefu-id.h"

G_BEGIN_DECLS

/* (transfer full): a stream of its own for (@seed, @stream), so that one customer's chances do not hang on another's. */
GRand *kefu_demo_random_new (gint64 seed, guint32 stream);
/* 0 … @n − 1; 0 for @n 0. */
guint kefu_demo_random_below (GRand *rand, guint n);
/* @min … @max, both included. */
gint64 kefu_demo_random_range (GRand *rand, gint64 min, gint64 max);
gboolean kefu_demo_random_chance (GRand *rand, double probability);
/* @count digits into @out (count + 1 bytes), the first one not 0. */
void kefu_demo_random_digits (GRand *rand, guint count, char *out);
/* A UUIDv7 of time @at_ms whose random part comes from @rand. */
void kefu_demo_random_id (GRand *rand, gint64 at_ms, char out[KEFU_ID_SIZE]);
/* The same id for the same words, always: "customer", "han". For what must be found again at the next start. */
void kefu_demo_named_id (const char *kind, const char *name, char out[KEFU_ID_SIZE]);

G_END_DECLS
