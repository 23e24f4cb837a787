/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk knows of one conversation's customer, kept fresh. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuDossier:
 *
 * The customer of the open conversation with value and risk, their orders and their checklist: loaded when a conversation is set, loaded anew when
 * the store changes something of it. An answer for a customer who was left meanwhile is dropped. The old customer stays for a blink of 150 ms
 * while the new one loads, so that a quick switch does not flicker; then everything is NULL until the answer comes.
 *
 * Signals `conversation-changed`, `customer-changed`, `orders-changed`, `checklist-changed`: the getter of that name gives something new;
 * `minute-passed`: what is said of times is old; only while it is awake.
 */
#define KEFU_TYPE_DOSSIER (kefu_dossier_get_type ())
G_DECLARE_FINAL_TYPE (KefuDossier, kefu_dossier, KEFU, DOSSIER, GObject)

KefuDossier *kefu_dossier_new (KefuSession *session);
KefuSession *kefu_dossier_get_session (KefuDossier *self);
/* @conversation (nullable): none is open. The same conversation again only replaces the record. */
void kefu_dossier_set_conversation (KefuDossier *self, KefuConversationRecord *conversation);
/* (transfer none) (nullable) */
KefuConversationRecord *kefu_dossier_get_conversation (KefuDossier *self);
/* Whether someone sees what it holds, and needs `minute-passed`. */
void kefu_dossier_set_awake (KefuDossier *self, gboolean awake);
/* (transfer none) (nullable): NULL while it loads. */
KefuCustomerRecord *kefu_dossier_get_customer (KefuDossier *self);
/* (transfer none) (nullable) (element-type KefuOrderRecord): newest first; NULL while they load. */
GPtrArray *kefu_dossier_get_orders (KefuDossier *self);
/* (transfer none) (nullable) (element-type KefuChecklistRecord): open ones by due time, then done ones; NULL while they load. */
GPtrArray *kefu_dossier_get_checklist (KefuDossier *self);
/* How many checklist items are open. */
guint kefu_dossier_get_n_open (KefuDossier *self);

G_END_DECLS
