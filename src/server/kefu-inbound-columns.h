/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns that channels may send of customers and orders. Only for the files of inbound events. */
#pragma once

#include "kefu-json.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_COLUMN_TEXT, /* max: bytes */
  KEFU_COLUMN_INT,  /* max: value */
  KEFU_COLUMN_BOOL,
  KEFU_COLUMN_TEXTS, /* max: elements */
  KEFU_COLUMN_ITEMS,
  KEFU_COLUMN_TRACK,
} KefuColumnType;

typedef struct
{
  const char *name; /* NULL ends a list */
  KefuColumnType type;
  KefuJsonNeed need;
  gint64 max;
} KefuColumn;

extern const KefuColumn kefu_inbound_customer_columns[];
extern const KefuColumn kefu_inbound_order_columns[];

void kefu_inbound_check_columns (KefuJsonCheck *check, JsonObject *object, const KefuColumn *columns);
/* Copies what is there of @columns, and nothing else. */
void kefu_inbound_copy_columns (JsonObject *from, JsonObject *to, const KefuColumn *columns);

G_END_DECLS
