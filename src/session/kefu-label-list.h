/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels that conversations can be marked with. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/**
 * KefuLabelList:
 *
 * All labels, in order; loads itself again when one changes. Signal `changed`: they are others now.
 */
#define KEFU_TYPE_LABEL_LIST (kefu_label_list_get_type ())
G_DECLARE_FINAL_TYPE (KefuLabelList, kefu_label_list, KEFU, LABEL_LIST, GObject)

KefuLabelList *kefu_label_list_new (KefuStore *store);
/* (transfer none) (element-type KefuLabelRecord): in the order in which they are shown; valid until `changed`. Empty until they are read. */
GPtrArray *kefu_label_list_get_records (KefuLabelList *self);
/* (transfer full) (nullable): the names of those of @ids (nullable) that there are, "A, B"; NULL for none. */
char *kefu_label_list_join_names (KefuLabelList *self, const char *const *ids);

G_END_DECLS
