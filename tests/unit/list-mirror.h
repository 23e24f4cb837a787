/* SPDX-License-Identifier: GPL-3.0-or-later
 * A copy of a list model that follows its signals. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Kept by the signals alone: if it equals the model, the signals were right. */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  guint n_signals;
  guint position; /* of the last signal */
  guint removed;
  guint added;
} ListMirror;

void list_mirror_init (ListMirror *mirror, GListModel *model);
void list_mirror_check (ListMirror *mirror);
/* Checks too. */
void list_mirror_clear (ListMirror *mirror);

G_END_DECLS
