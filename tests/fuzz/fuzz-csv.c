/* SPDX-License-Identifier: GPL-3.0-or-later
 * Order files: either a list of complete orders or faults that name the line, never both, never neither. */
#include "config.h"

#include "fuzz.h"
#include "kefu-orders-csv.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) orders = kefu_orders_csv_parse ("orders.csv", bytes, size % 2 == 0 ? "ch" : NULL, faults);

  FUZZ_CHECK ((orders == NULL) == (faults->len > 0));
  FUZZ_CHECK (faults->len <= 51);
  for (guint i = 0; i < faults->len; i++)
    FUZZ_CHECK (g_str_has_prefix (g_ptr_array_index (faults, i), "orders.csv") &&
                g_utf8_validate (g_ptr_array_index (faults, i), -1, NULL));
  for (guint i = 0; orders != NULL && i < orders->len; i++)
    {
      JsonObject *order = g_ptr_array_index (orders, i);

      FUZZ_CHECK (json_object_get_int_member (order, "line") >= 1);
      FUZZ_CHECK (json_object_has_member (order, "channel_id"));
      FUZZ_CHECK (*json_object_get_string_member (order, "number") != '\0');
      FUZZ_CHECK (json_object_get_int_member (order, "placed_at") > 0);
    }
  return 0;
}
