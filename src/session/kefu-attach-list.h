/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files that an agent is about to send: those of one draft. */
#pragma once

#include <gio/gio.h>

#include "kefu-attachment.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/* One of them. Signal `changed`: it was copied. */
#define KEFU_TYPE_ATTACH_ITEM (kefu_attach_item_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttachItem, kefu_attach_item, KEFU, ATTACH_ITEM, GObject)

/* (transfer none): cleaned, for people. */
const char *kefu_attach_item_get_name (KefuAttachItem *self);
/* (transfer none) (nullable): NULL while it is being copied. */
KefuAttachment *kefu_attach_item_get_attachment (KefuAttachItem *self);

/**
 * KefuAttachList:
 *
 * A GListModel of KefuAttachItem in the order in which they go out, each file once. What is added is copied into the store at once, from
 * where it is sent even if the original is gone by then; the store refuses a folder or a file beyond KEFU_ATTACHMENT_MAX before it
 * copies a byte. What is copied belongs to the draft and is kept with it.
 *
 * Signal `refused` (const char *what, const char *why): a line for the agent, and the reasons by name.
 */
#define KEFU_TYPE_ATTACH_LIST (kefu_attach_list_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttachList, kefu_attach_list, KEFU, ATTACH_LIST, GObject)

/* (transfer full): the files of the reply that is being written in @conversation_id; those kept from before follow a moment later. */
KefuAttachList *kefu_attach_list_new (KefuStore *store, const char *conversation_id);
/* (element-type GFile): looked at, then added in their order. */
void kefu_attach_list_add_files (KefuAttachList *self, GSList *files);
/* @name: as which the other end sees it. */
void kefu_attach_list_add_bytes (KefuAttachList *self, GBytes *bytes, const char *name);
/* Stops copying it if need be. */
void kefu_attach_list_remove (KefuAttachList *self, KefuAttachItem *item);
/* How many are not copied yet. */
guint kefu_attach_list_get_n_copying (KefuAttachList *self);
/* (transfer full) (element-type KefuAttachment): all of them, in order; the list is empty then. Nothing may be copying. What is kept with the draft is
 * not touched: that is for whoever makes the messages durable. */
GPtrArray *kefu_attach_list_take (KefuAttachList *self);
/* Reads anew what the draft holds, if nothing is here: a message did not become durable. */
void kefu_attach_list_recover (KefuAttachList *self);

G_END_DECLS
