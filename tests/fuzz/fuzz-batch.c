/* SPDX-License-Identifier: GPL-3.0-or-later
 * Batches as they come from a server, on the desk's store: the cursor moves only over what was applied, to where it says. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-store.h"

static KefuStore *store;

static void
got_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* As new: no cursor, nothing stored. */
static void
reset (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_reset_cache_async (store, NULL, NULL, got_result, &result);
  if (!kefu_store_reset_cache_finish (store, wait_for (&result), &error))
    g_error ("%s", error->message);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autofree char *dir = g_dir_make_tmp ("kefu-fuzz-XXXXXX", NULL);
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_begin ();
  kefu_store_open_async (dir, clock, "lin", KEFU_STORE_KEEP_NOTHING, NULL, got_result, &result);
  store = kefu_store_open_finish (wait_for (&result), &error);
  if (store == NULL)
    g_error ("%s", error->message);
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = kefu_store_dup_cursor (store);
  g_autofree char *after = NULL;
  KefuBatchResult batch = { FALSE, FALSE, 0 };

  kefu_store_apply_batch_async (store, bytes, NULL, got_result, &result);
  if (!kefu_store_apply_batch_finish (store, wait_for (&result), &batch, &error) &&
      !g_error_matches (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL))
    g_error ("%s", error->message);
  after = kefu_store_dup_cursor (store);
  if (!batch.applied)
    FUZZ_CHECK (g_strcmp0 (before, after) == 0);
  else
    FUZZ_CHECK (after != NULL && (before == NULL || g_str_has_prefix (after, "e.")));
  /* The seeds begin at 0 in the epoch "e", or before the first one. */
  if (after != NULL && !g_str_equal (after, "e.0"))
    reset ();
  return 0;
}
