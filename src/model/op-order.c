/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on orders: the flag and the remark that the warehouse reads. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <string.h>

#include <glib/gi18n.h>

/* Taobao's limit of a seller's memo, in bytes of UTF-8. */
#define MAX_REMARK_BYTES 1000

static gboolean
order_flag (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  gint64 flag = -1;
  gint64 rev;
  gboolean same;
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_id (args, "order_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_int (args, "flag", KEFU_ARG_OPTIONAL, 0, 5, &flag, error))
    return FALSE;
  /* Absent is a mistake, null takes the flag off. */
  if (!json_object_has_member (args, "flag"))
    return kefu_arg_refuse (error, "flag", _ ("it is missing"));
  row =
    kefu_db_row (context->db, error, "SELECT rev, coalesce(flag, -1) = ?2 FROM orders WHERE id = ?1", "si", id, flag);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "order_id", id);
  rev = kefu_stmt_int (row, 0);
  same = kefu_stmt_int (row, 1) != 0;
  g_clear_pointer (&row, kefu_stmt_end);

  if (same)
    return TRUE;
  return kefu_op_check_rev (context, if_rev, rev, error) && kefu_op_touch (context, "order", id, error) &&
         kefu_db_run (context->db, error, "UPDATE orders SET flag = nullif(?2, -1) WHERE id = ?1", "si", id, flag);
}

static gboolean
order_remark (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  static const KefuOpField fields[] = { { "remark", FALSE }, { NULL } };
  const char *id = NULL;
  const char *remark = NULL;
  gboolean changed = FALSE;

  if (!kefu_arg_id (args, "order_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "remark", KEFU_ARG_REQUIRED, MAX_REMARK_BYTES, &remark, error))
    return FALSE;
  if (strlen (remark) > MAX_REMARK_BYTES)
    return kefu_arg_refuse (error, "remark", _ ("it is longer than %d bytes"), MAX_REMARK_BYTES);
  if (!kefu_op_exists (context, "orders", id, error))
    return *error == NULL && kefu_op_not_found (error, "order_id", id);

  return kefu_op_edit_fields (context, "order", id, fields, args, if_rev, &changed, error) &&
         (!changed || kefu_db_run (context->db, error, "UPDATE orders SET remark_by = ?2, remark_at = ?3 WHERE id = ?1",
                                   "ssi", id, context->actor_id, context->now));
}

const KefuOpEntry kefu_op_order_entries[] = {
  { "order.flag", order_flag, FALSE },
  { "order.remark", order_remark, FALSE },
  { NULL },
};
