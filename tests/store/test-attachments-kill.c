/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk that is killed at any moment while files come, are sent and go: none is lost, none is left, none is half. */
#include "config.h"

#include <string.h>

#include "store-fixture.h"

#define ROUNDS 24
#define LONGEST_LIFE_US (120 * 1000)

/* --- the desk that is killed: this program, called with the folder --- */

static void
attach_and_keep (StoreFixture *store, guint n, KefuAttachment **file)
{
  g_autofree char *text = g_strdup_printf ("%u %" G_GINT64_FORMAT " ", n, g_get_real_time ());
  g_autofree char *content = g_strnfill (200 * 1000, 'x');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *draft = NULL;

  memcpy (content, text, strlen (text));
  bytes = g_bytes_new (content, 200 * 1000);
  kefu_store_attach_async (store->store, NULL, bytes, "x", NULL, test_got_result, &result);
  *file = kefu_store_attach_finish (store->store, test_wait_result (&result), NULL);
  g_assert_nonnull (*file);
  g_ptr_array_add (files, *file);
  kefu_store_save_draft_attachments (store->store, CONV_1, "reply", files);
  draft = test_draft (store, CONV_1, "reply");
}

static char *
send_file (StoreFixture *store, const KefuAttachment *file, char **message_id)
{
  g_autofree char *args = NULL;
  char *op_id;

  *message_id = g_uuid_string_random ();
  (*message_id)[14] = '7';
  args = g_strdup_printf ("{'id':'%s','conversation_id':'" CONV_1 "','kind':'file','body':'','at':1,"
                          "'attachment':{'sha256':'%s','mime':'%s','name':'x','size':%" G_GINT64_FORMAT "}}",
                          *message_id, file->sha256, file->mime, file->size);
  op_id = test_perform (store, "message.send", args, NULL);
  g_assert_nonnull (op_id);
  return op_id;
}

static void
finish_upload (StoreFixture *store, const KefuAttachment *file, const char *op_id)
{
  g_autofree char *results = g_strdup_printf ("{'results':[{'op_id':'%s','status':'applied','seq':1}]}", op_id);
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_set_uploaded_async (store->store, file->sha256, NULL, test_got_result, &result);
  g_assert_true (kefu_store_upload_finish (store->store, test_wait_result (&result), NULL));
  g_assert_true (test_settle (store, results, NULL, NULL, NULL));
}

static void
cancel_and_discard (StoreFixture *store, const char *message_id, const char *op_id)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_refuse_upload_async (store->store, NULL, message_id, "no", NULL, test_got_result, &result);
  g_assert_true (kefu_store_upload_finish (store->store, test_wait_result (&result), NULL));
  kefu_store_discard_rejected (store->store, op_id);
}

static G_GNUC_NORETURN void
be_killed (const char *dir)
{
  StoreFixture *store = g_new0 (StoreFixture, 1);

  store->dir = g_strdup (dir);
  store->agent_id = g_strdup (TEST_AGENT);
  store->clock = kefu_fake_clock_new (TEST_NOW);
  store->seen = kefu_change_set_new ();
  store_fixture_open (store);
  g_print ("ready\n");
  for (guint n = 0;; n++)
    {
      g_autoptr (KefuAttachment) file = NULL;
      g_autofree char *message_id = NULL;
      g_autofree char *op_id = NULL;

      attach_and_keep (store, n, &file);
      op_id = send_file (store, file, &message_id);
      if (n % 3 == 2)
        cancel_and_discard (store, message_id, op_id);
      else
        finish_upload (store, file, op_id);
    }
}

/* --- what is found after it --- */

static void
run_and_kill (const char *program, const char *dir, gulong life_us)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--be-killed", dir, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "ready");
  g_usleep (life_us);
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
}

/* The hashes of the files in a folder, each of which is what its name says. */
static GHashTable *
kept_in (StoreFixture *store, const char *folder)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = store_fixture_path (store, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *content = NULL;
      g_autofree char *sum = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (file, &content, &size, NULL));
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, size);
      g_assert_cmpstr (sum, ==, name);
      g_hash_table_add (found, g_strdup (name));
    }
  return found;
}

static void
look (StoreFixture *store)
{
  g_autoptr (GPtrArray) outbox = test_outbox (store);
  g_autoptr (GPtrArray) draft = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GHashTable) outgoing = kept_in (store, "outgoing");
  g_autoptr (GHashTable) blobs = kept_in (store, "blobs");
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);

  kefu_store_load_draft_attachments_async (store->store, CONV_1, "reply", NULL, test_got_result, &result);
  draft = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  /* One file is in work at a time: in the draft or in the outbox, never in both. */
  g_assert_cmpuint (outbox->len + draft->len, <=, 1);
  for (guint i = 0; i < outbox->len; i++)
    g_hash_table_add (named, ((const KefuOutboxRecord *) g_ptr_array_index (outbox, i))->attachment->sha256);
  for (guint i = 0; i < draft->len; i++)
    g_hash_table_add (named, ((const KefuAttachment *) g_ptr_array_index (draft, i))->sha256);
  g_assert_cmpuint (g_hash_table_size (named), ==, g_hash_table_size (outgoing));
  for (guint i = 0; i < outbox->len; i++)
    g_assert_true (
      g_hash_table_contains (outgoing, ((const KefuOutboxRecord *) g_ptr_array_index (outbox, i))->attachment->sha256));
  for (guint i = 0; i < draft->len; i++)
    g_assert_true (g_hash_table_contains (outgoing, ((const KefuAttachment *) g_ptr_array_index (draft, i))->sha256));
  g_test_message ("%u in the outbox, %u in a draft, %u sent", outbox->len, draft->len, g_hash_table_size (blobs));
}

/* So that the next one begins anew. */
static void
clear (StoreFixture *store)
{
  g_autoptr (GPtrArray) outbox = test_outbox (store);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *draft = NULL;

  for (guint i = 0; i < outbox->len; i++)
    {
      const KefuOutboxRecord *record = g_ptr_array_index (outbox, i);

      if (g_str_equal (record->state, "rejected"))
        kefu_store_discard_rejected (store->store, record->op_id);
      else
        finish_upload (store, record->attachment, record->op_id);
    }
  kefu_store_save_draft_attachments (store->store, CONV_1, "reply", none);
  draft = test_draft (store, CONV_1, "reply");
}

static void
test_killed_at_any_moment (gconstpointer program)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GRand) chance = g_rand_new_with_seed (1);

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint i = 0; i < ROUNDS; i++)
    {
      store_fixture_close (store);
      run_and_kill (program, store->dir, (gulong) g_rand_int_range (chance, 0, LONGEST_LIFE_US));
      store_fixture_open (store);
      look (store);
      clear (store);
    }
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--be-killed"))
    be_killed (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/attachments/killed-at-any-moment", argv[0], test_killed_at_any_moment);
  return g_test_run ();
}
