/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was typed and is not at the server. */
#pragma once

#include <gio/gio.h>

#include "kefu-store.h"

G_BEGIN_DECLS

/* Item of the list: a record that a GListModel can hold. */
#define KEFU_TYPE_OUTBOX_ITEM (kefu_outbox_item_get_type ())
G_DECLARE_FINAL_TYPE (KefuOutboxItem, kefu_outbox_item, KEFU, OUTBOX_ITEM, GObject)

/* (transfer none) */
KefuOutboxRecord *kefu_outbox_item_get_record (KefuOutboxItem *self);
gboolean kefu_outbox_item_is_rejected (KefuOutboxItem *self);

/**
 * KefuOutboxList:
 *
 * A GListModel of KefuOutboxItem, refused ones first, then waiting ones, oldest first; loads itself again when the outbox changes. Operations without typed
 * text (a read mark) are not in it unless refused. A conflict in which both want the same by now is forgotten. Properties (read, notify): `n-waiting`, `n-rejected`, `oldest-at` (ms of the oldest, 0).
 */
#define KEFU_TYPE_OUTBOX_LIST (kefu_outbox_list_get_type ())
G_DECLARE_FINAL_TYPE (KefuOutboxList, kefu_outbox_list, KEFU, OUTBOX_LIST, GObject)

KefuOutboxList *kefu_outbox_list_new (KefuStore *store);
guint kefu_outbox_list_get_n_waiting (KefuOutboxList *self);
guint kefu_outbox_list_get_n_rejected (KefuOutboxList *self);
gint64 kefu_outbox_list_get_oldest_at (KefuOutboxList *self);
/* (transfer none) (nullable) */
KefuOutboxRecord *kefu_outbox_list_find (KefuOutboxList *self, const char *op_id);

G_END_DECLS
