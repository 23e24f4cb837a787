/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders from a CSV file. */
#pragma once

#include "kefu-write.h"

G_BEGIN_DECLS

/* What the columns are called and how they are written, for --help. */
const char *kefu_orders_csv_help (void);

/**
 * kefu_orders_csv_parse:
 * @name: of the file, for messages
 * @channel_id: (nullable): for lines without a `channel`
 * @faults: (element-type utf8): "FILE:LINE: COLUMN: what is wrong" is added for each fault
 *
 * Lines with the same channel and number are the items of one order. Returns: (transfer full) (nullable) (element-type JsonObject):
 * arguments of `channel.order`, each with a member `line`; NULL if there was any fault.
 */
GPtrArray *kefu_orders_csv_parse (const char *name, GBytes *bytes, const char *channel_id, GPtrArray *faults);
/* Writes what was parsed; FALSE and @error names the line. */
gboolean kefu_orders_csv_import (KefuWrite *write, const char *name, GPtrArray *orders, GError **error);

G_END_DECLS
