/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of the labels that conversations are marked with. */
#include "config.h"

#include "kefu-store-private.h"

static GPtrArray *
query_labels (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_label_record_unref);
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, error,
                   "SELECT id, body ->> '$.name', body ->> '$.color', body ->> '$.sort' AS sort FROM other_entity"
                   " WHERE kind = 'label' AND json_type(body, '$.name') = 'text' ORDER BY sort, 2, id",
                   "");

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuLabelRecord *label = kefu_label_record_new ();

      label->id = kefu_store_text (stmt, 0);
      label->name = kefu_store_text (stmt, 1);
      label->color = (int) CLAMP (kefu_stmt_int (stmt, 2), 0, KEFU_N_LABEL_COLORS - 1);
      label->sort = (int) kefu_stmt_int (stmt, 3);
      g_ptr_array_add (labels, label);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&labels);
}

void
kefu_store_list_labels_async (KefuStore *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_labels, kefu_store_request_new (), cancellable, callback, user_data);
}
