/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of messages: up before what needs them, down once for all who ask, whatever breaks. */
#include "config.h"

#include <glib/gstdio.h>

#include "kefu-id.h"
#include "kefu-transfers.h"
#include "sync-fixture.h"

#define SIZE (10 * FAKE_BLOBS_PIECE)

static Desk *
live_desk (void)
{
  Desk *desk = desk_new (NULL);

  fake_server_files (desk->server);
  desk_start (desk);
  desk_wait_equal (desk);
  return desk;
}

static FakeBlobs *
files (Desk *desk)
{
  return fake_server_files (desk->server);
}

static KefuTransfers *
transfers (Desk *desk)
{
  return kefu_sync_engine_get_transfers (desk->engine);
}

/* (transfer full): @size bytes that begin with @mark, in the store. */
static KefuAttachment *
attach (Desk *desk, const char *mark, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KefuAttachment *attachment;

  memcpy (text, mark, strlen (mark));
  bytes = g_bytes_new (text, size);
  kefu_store_attach_async (desk->store->store, NULL, bytes, mark, NULL, test_got_result, &result);
  attachment = kefu_store_attach_finish (desk->store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return attachment;
}

/* (transfer full): the id of the message. */
static char *
send_file (Desk *desk, const char *conversation_id, const KefuAttachment *file)
{
  char *id = kefu_id_new (kefu_clock_now (desk->store->clock));
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'file','body':'%s','at':1,"
                     "'attachment':{'sha256':'%s','mime':'%s','name':'%s','size':%" G_GINT64_FORMAT "}}",
                     id, conversation_id, file->name, file->sha256, file->mime, file->name, file->size);
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = test_perform (desk->store, "message.send", args, &error);

  g_assert_no_error (error);
  return id;
}

static void
send_text (Desk *desk, const char *conversation_id, const char *body)
{
  g_autofree char *id = kefu_id_new (kefu_clock_now (desk->store->clock));
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'text','body':'%s','at':1}", id, conversation_id, body);
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = test_perform (desk->store, "message.send", args, &error);

  g_assert_no_error (error);
}

static void
assert_sent (Desk *desk, const char *expected)
{
  g_autofree char *sent = fake_server_sent (desk->server);

  g_assert_cmpstr (sent, ==, expected);
}

static KefuTransferState
state_of (Desk *desk, const KefuAttachment *file)
{
  return kefu_transfers_get (transfers (desk), file->sha256, NULL, NULL);
}

static gboolean
has_moved (gpointer desk)
{
  return files (desk)->n_bytes >= files (desk)->hold_at;
}

/* What moves from now on stands still in the middle, until the test sets hold_at to 0. */
static void
stop_in_the_middle (Desk *desk)
{
  files (desk)->hold_at = 3 * FAKE_BLOBS_PIECE;
}

static void
wait_for_the_middle (Desk *desk)
{
  test_wait_for (has_moved, desk);
}

static gboolean
nothing_moves (gpointer desk)
{
  return files (desk)->n_running == 0;
}

static gboolean
two_move (gpointer desk)
{
  return files (desk)->n_running == 2;
}

static gboolean
one_rejected (gpointer desk)
{
  return kefu_store_get_n_rejected (((Desk *) desk)->store->store) == 1;
}

static gboolean
is_empty (gpointer data)
{
  Desk *desk = data;

  return kefu_store_get_n_pending (desk->store->store) == 0;
}

static guint
n_kept (Desk *desk, const char *folder)
{
  g_autofree char *path = store_fixture_path (desk->store, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* --- up --- */

static void
test_a_message_follows_its_file_and_others_overtake_it (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  files (desk)->held = TRUE;
  send_text (desk, CONV_1, "一");
  id = send_file (desk, CONV_1, file);
  send_text (desk, CONV_1, "三");
  send_text (desk, CONV_2, "别人");
  desk_settle (desk);
  assert_sent (desk, "一 别人");
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_RUNNING);
  files (desk)->held = FALSE;
  desk_wait_equal (desk);
  assert_sent (desk, "一 别人 文件 三");
  g_assert_true (fake_blobs_has (files (desk), file->sha256));
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_DONE);
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 4);
  /* The bytes have moved to where pictures are kept. */
  desk_settle (desk);
  g_assert_cmpuint (n_kept (desk, "outgoing"), ==, 0);
  g_assert_cmpuint (n_kept (desk, "blobs"), ==, 1);
}

static void
test_a_few_at_a_time_in_their_order (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (GPtrArray) sent = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_attachment_unref);

  kefu_sync_engine_stop (desk->engine);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *mark = g_strdup_printf ("f%u", i);
      KefuAttachment *file = attach (desk, mark, SIZE);
      g_autofree char *id = send_file (desk, CONV_1, file);

      g_ptr_array_add (sent, file);
    }
  desk_settle (desk);
  g_assert_cmpuint (files (desk)->n_puts, ==, 0);
  g_assert_cmpint (state_of (desk, g_ptr_array_index (sent, 5)), ==, KEFU_TRANSFER_WAITING);
  files (desk)->held = TRUE;
  desk_start (desk);
  test_wait_for (two_move, desk);
  files (desk)->held = FALSE;
  desk_wait_equal (desk);
  assert_sent (desk, "f0 f1 f2 f3 f4 f5");
  g_assert_cmpuint (files (desk)->max_running, ==, 2);
  g_assert_cmpuint (files (desk)->n_puts, ==, 6);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpstr (g_ptr_array_index (files (desk)->order, i), ==,
                     ((const KefuAttachment *) g_ptr_array_index (sent, i))->sha256);
}

static void
test_one_file_in_two_messages_goes_up_once (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;

  files (desk)->held = TRUE;
  one = send_file (desk, CONV_1, file);
  two = send_file (desk, CONV_2, file);
  desk_settle (desk);
  files (desk)->held = FALSE;
  desk_wait_equal (desk);
  assert_sent (desk, "文件 文件");
  g_assert_cmpuint (files (desk)->n_puts, ==, 1);
}

static void
test_a_broken_upload_goes_on_where_it_stood (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  files (desk)->break_at = 4 * FAKE_BLOBS_PIECE;
  id = send_file (desk, CONV_1, file);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_WAITING);
  desk_pass_wait (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "文件");
  g_assert_cmpint (files (desk)->n_bytes, ==, SIZE);
}

/* A file dropped, the desk killed in the middle of its upload: it arrives once, whole. */
static void
test_a_killed_desk_goes_on_where_it_stood (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  stop_in_the_middle (desk);
  id = send_file (desk, CONV_1, file);
  wait_for_the_middle (desk);
  desk_kill (desk);
  desk_settle (desk);
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_WAITING);
  files (desk)->hold_at = 0;
  desk_start (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "文件");
  g_assert_cmpint (files (desk)->n_bytes, ==, SIZE);
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 1);
}

static void
test_a_server_without_room_stops_nobody_else (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  KefuFakeClock *clock = KEFU_FAKE_CLOCK (desk->store->clock);
  g_autofree char *id = NULL;

  files (desk)->n_fail = 3;
  files (desk)->fail_code = KEFU_ERROR_SERVER;
  id = send_file (desk, CONV_1, file);
  desk_settle (desk);
  send_text (desk, CONV_2, "别人");
  desk_settle (desk);
  assert_sent (desk, "别人");
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_LIVE);
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_WAITING);
  /* 1, 2, 4 seconds */
  g_assert_cmpuint (files (desk)->n_puts, ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      kefu_fake_clock_advance (clock, 1000 << i);
      desk_settle (desk);
    }
  desk_wait_equal (desk);
  assert_sent (desk, "别人 文件");
  g_assert_cmpuint (files (desk)->n_puts, ==, 4);
}

static void
test_a_refusal_for_good_goes_to_the_tray (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autoptr (GPtrArray) tray = NULL;
  const KefuOutboxRecord *record;
  g_autofree char *id = NULL;

  files (desk)->n_fail = 1;
  files (desk)->fail_code = KEFU_ERROR_INVALID;
  id = send_file (desk, CONV_1, file);
  send_text (desk, CONV_1, "后面的");
  test_wait_for (one_rejected, desk);
  test_wait_for (is_empty, desk);
  assert_sent (desk, "后面的");
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_LIVE);
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_FAILED);
  tray = test_outbox (desk->store);
  record = g_ptr_array_index (tray, 0);
  g_assert_cmpstr (record->reason, ==, "as the test wants it");
  g_assert_cmpstr (record->attachment->sha256, ==, file->sha256);

  kefu_store_retry_rejected (desk->store->store, record->op_id);
  desk_settle (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "后面的 文件");
}

static void
test_a_file_that_is_gone_goes_to_the_tray (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *folder = store_fixture_path (desk->store, "outgoing");
  g_autofree char *path = g_build_filename (folder, file->sha256, NULL);
  g_autofree char *id = NULL;

  kefu_sync_engine_stop (desk->engine);
  id = send_file (desk, CONV_1, file);
  g_assert_cmpint (g_unlink (path), ==, 0);
  desk_start (desk);
  test_wait_for (one_rejected, desk);
  g_assert_cmpuint (files (desk)->n_puts, ==, 0);
}

static void
test_a_cancelled_upload_ends_and_can_be_had_again (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) tray = NULL;
  const KefuOutboxRecord *record;

  stop_in_the_middle (desk);
  id = send_file (desk, CONV_1, file);
  wait_for_the_middle (desk);
  send_text (desk, CONV_1, "算了");
  kefu_transfers_cancel_upload (transfers (desk), id);
  test_wait_for (one_rejected, desk);
  test_wait_for (is_empty, desk);
  assert_sent (desk, "算了");
  test_wait_for (nothing_moves, desk);
  desk_settle (desk);
  g_assert_cmpint (state_of (desk, file), ==, KEFU_TRANSFER_NONE);
  files (desk)->hold_at = 0;

  tray = test_outbox (desk->store);
  record = g_ptr_array_index (tray, 0);
  kefu_store_retry_rejected (desk->store->store, record->op_id);
  desk_settle (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "算了 文件");
  g_assert_cmpint (files (desk)->n_bytes, ==, SIZE);
  /* Too late: nothing happens. */
  kefu_transfers_cancel_upload (transfers (desk), id);
  desk_settle (desk);
  g_assert_cmpuint (kefu_store_get_n_rejected (desk->store->store), ==, 0);
}

/* One leaves the queue and one comes, so that as many wait as before: what stood behind the first goes all the same. */
static void
test_what_stood_behind_a_cancelled_one_goes (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  files (desk)->held = TRUE;
  id = send_file (desk, CONV_1, file);
  send_text (desk, CONV_1, "后面的");
  desk_settle (desk);
  assert_sent (desk, "");
  kefu_transfers_cancel_upload (transfers (desk), id);
  send_text (desk, CONV_1, "再后面的");
  test_wait_for (is_empty, desk);
  assert_sent (desk, "后面的 再后面的");
}

static gboolean
has_asked (gpointer desk)
{
  return fake_server_n_calls (((Desk *) desk)->server, FAKE_OPS) == 1;
}

/* Between the upload and the message the server loses the file. */
static void
test_a_lost_file_goes_up_again (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  fake_server_hold (desk->server, TRUE);
  id = send_file (desk, CONV_1, file);
  test_wait_for (has_asked, desk);
  g_hash_table_remove (files (desk)->files, file->sha256);
  fake_server_hold (desk->server, FALSE);
  desk_wait_equal (desk);
  assert_sent (desk, "文件");
  g_assert_cmpuint (files (desk)->n_puts, ==, 2);
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 2);
  g_assert_cmpuint (kefu_store_get_n_rejected (desk->store->store), ==, 0);
}

/* A server that takes a file and has none must not be asked as fast as the line goes. */
static void
test_a_forgetful_server_is_asked_at_leisure (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *id = NULL;

  files (desk)->forgets = TRUE;
  id = send_file (desk, CONV_1, file);
  for (guint i = 0; i < 20; i++)
    desk_settle (desk);
  g_assert_cmpuint (files (desk)->n_puts, <=, 2);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_LIVE);
  files (desk)->forgets = FALSE;
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 1000);
  desk_wait_equal (desk);
  assert_sent (desk, "文件");
}

/* --- progress --- */

typedef struct
{
  gint64 last;
  guint n;
} Progress;

static void
progress_cb (KefuTransfers *self, const char *sha256, Progress *progress)
{
  gint64 done, total;

  if (kefu_transfers_get (self, sha256, &done, &total) == KEFU_TRANSFER_RUNNING && done > 0)
    {
      g_assert_cmpint (total, ==, SIZE);
      g_assert_cmpint (done, >, progress->last);
      progress->last = done;
      progress->n++;
    }
}

static void
not_mine_cb (void)
{
  g_assert_not_reached ();
}

static void
test_progress_is_told_to_whom_it_concerns (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (KefuAttachment) file = attach (desk, "文件", SIZE);
  g_autofree char *mine = g_strconcat ("changed::", file->sha256, NULL);
  g_autofree char *id = NULL;
  Progress progress = { 0 };

  g_signal_connect (transfers (desk), mine, G_CALLBACK (progress_cb), &progress);
  g_signal_connect (transfers (desk), "changed::another", G_CALLBACK (not_mine_cb), NULL);
  id = send_file (desk, CONV_1, file);
  desk_wait_equal (desk);
  g_assert_cmpuint (progress.n, ==, 10);
  g_assert_cmpint (progress.last, ==, SIZE);
}

/* --- down --- */

static char *
fetch (Desk *desk, const char *sha256, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = NULL;
  char *content = NULL;

  kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &result);
  file = kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&result), error);
  if (file != NULL)
    g_assert_true (g_file_load_contents (file, NULL, &content, NULL, NULL, NULL));
  return content;
}

static void
test_one_download_for_all_who_ask (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *text = g_strnfill (SIZE, 'y');
  g_autofree char *sha256 = fake_blobs_add (files (desk), text);
  GAsyncResult *results[3] = { NULL };
  g_autofree char *again = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GFile) file = kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&results[i]), NULL);

      g_assert_nonnull (file);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (files (desk)->n_fetches, ==, 1);
  /* From now on it is there without a server. */
  desk_restart (desk);
  again = fetch (desk, sha256, NULL);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 1);
}

static void
test_a_broken_download_goes_on_where_it_stood (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *text = g_strnfill (SIZE, 'y');
  g_autofree char *sha256 = fake_blobs_add (files (desk), text);
  g_autofree char *none = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  files (desk)->break_at = 4 * FAKE_BLOBS_PIECE;
  none = fetch (desk, sha256, &error);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
  g_assert_cmpint (kefu_transfers_get (transfers (desk), sha256, NULL, NULL), ==, KEFU_TRANSFER_FAILED);
  /* What somebody looks at is no reason to drop the connection. */
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_LIVE);
  content = fetch (desk, sha256, NULL);
  g_assert_cmpstr (content, ==, text);
  g_assert_cmpint (files (desk)->n_bytes, ==, SIZE);
}

static void
test_who_goes_leaves_the_others_their_download (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *text = g_strnfill (SIZE, 'y');
  g_autofree char *sha256 = fake_blobs_add (files (desk), text);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) gone = NULL;
  g_autoptr (GAsyncResult) stays = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  stop_in_the_middle (desk);
  kefu_transfers_fetch_async (transfers (desk), sha256, cancellable, test_got_result, &gone);
  kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &stays);
  wait_for_the_middle (desk);
  g_cancellable_cancel (cancellable);
  g_assert_null (kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&gone), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (stays);
  files (desk)->hold_at = 0;
  file = kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&stays), NULL);
  g_assert_nonnull (file);
}

static void
test_a_download_is_ended_and_begun_again (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *text = g_strnfill (SIZE, 'y');
  g_autofree char *sha256 = fake_blobs_add (files (desk), text);
  g_autoptr (GAsyncResult) ended = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  stop_in_the_middle (desk);
  kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &ended);
  wait_for_the_middle (desk);
  kefu_transfers_cancel_fetch (transfers (desk), sha256);
  files (desk)->hold_at = 0;
  /* Before the server has heard of the end. */
  content = fetch (desk, sha256, NULL);
  g_assert_cmpstr (content, ==, text);
  g_assert_null (kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&ended), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (files (desk)->n_bytes, ==, SIZE);
}

/* While it is still looked for on this computer. */
static void
test_a_download_is_ended_before_it_begins (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *text = g_strnfill (SIZE, 'y');
  g_autofree char *sha256 = fake_blobs_add (files (desk), text);
  g_autoptr (GAsyncResult) ended = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &ended);
  kefu_transfers_cancel_fetch (transfers (desk), sha256);
  g_assert_null (kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&ended), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (kefu_transfers_get (transfers (desk), sha256, NULL, NULL), ==, KEFU_TRANSFER_NONE);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 0);

  /* Whoever asks next is not answered by what was asked before the end. */
  content = fetch (desk, sha256, NULL);
  g_assert_cmpstr (content, ==, text);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 1);
}

static void
test_downloads_are_few_at_a_time (void)
{
  g_autoptr (Desk) desk = live_desk ();
  GAsyncResult *results[8] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *nothing = NULL;

  files (desk)->held = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *text = g_strnfill (SIZE + i, 'y');
      g_autofree char *sha256 = fake_blobs_add (files (desk), text);

      kefu_transfers_fetch_async (transfers (desk), sha256, NULL, test_got_result, &results[i]);
    }
  test_wait_for (two_move, desk);
  files (desk)->held = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GFile) file = kefu_transfers_fetch_finish (transfers (desk), test_wait_result (&results[i]), NULL);

      g_assert_nonnull (file);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (files (desk)->max_running, ==, 2);
  g_assert_true (kefu_transfers_is_idle (transfers (desk)));

  nothing = fetch (desk, "../../../etc/passwd", &error);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
}

/* --- ahead of time --- */

static void
put_picture (Desk *desk, guint n, const char *sha256, gint64 size)
{
  g_autofree char *id = g_strdup_printf ("b0000000-0000-7000-8000-%012u", n);
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'" CONV_1 "','mseq':%u,'kind':'image','dir':'in','body':'','sent_at':%u,"
                     "'data':{'sha256':'%s','mime':'image/png','size':%" G_GINT64_FORMAT "}",
                     n, n, sha256, size);

  fake_server_put (desk->server, "message", id, fields);
}

static gboolean
two_have_come (gpointer desk)
{
  return n_kept (desk, "blobs") == 2 && kefu_transfers_is_idle (transfers (desk));
}

static gboolean
three_have_come (gpointer desk)
{
  return n_kept (desk, "blobs") == 3 && kefu_transfers_is_idle (transfers (desk));
}

static void
test_small_pictures_come_while_nothing_else_is_to_do (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  g_autofree char *one = fake_blobs_add (files (desk), "图一");
  g_autofree char *two = fake_blobs_add (files (desk), "图二");
  g_autofree char *large = fake_blobs_add (files (desk), "大图");
  g_autofree char *late = fake_blobs_add (files (desk), "图三");
  g_autofree char *content = NULL;

  put_picture (desk, 1, one, 6);
  put_picture (desk, 2, large, 3 * 1024 * 1024);
  put_picture (desk, 3, two, 6);
  desk_start (desk);
  desk_wait_equal (desk);
  desk_settle (desk);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 0);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 6000);
  test_wait_for (two_have_come, desk);
  g_assert_cmpuint (files (desk)->max_running, ==, 1);

  put_picture (desk, 4, late, 6);
  desk_wait_equal (desk);
  desk_settle (desk);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 6000);
  test_wait_for (three_have_come, desk);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 3);

  kefu_sync_engine_stop (desk->engine);
  files (desk)->n_fail = G_MAXUINT;
  files (desk)->fail_code = KEFU_ERROR_NETWORK;
  content = fetch (desk, one, NULL);
  g_assert_cmpstr (content, ==, "图一");
}

static void
test_nothing_comes_ahead_of_time_where_nothing_is_kept (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  g_autofree char *one = fake_blobs_add (files (desk), "图一");

  desk->store->flags = KEFU_STORE_KEEP_NOTHING;
  desk_restart (desk);
  put_picture (desk, 1, one, 6);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_LIVE);
  desk_settle (desk);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 60 * 1000);
  desk_settle (desk);
  g_assert_cmpuint (files (desk)->n_fetches, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/files/a-message-follows-its-file-and-others-overtake-it",
                   test_a_message_follows_its_file_and_others_overtake_it);
  g_test_add_func ("/files/a-few-at-a-time-in-their-order", test_a_few_at_a_time_in_their_order);
  g_test_add_func ("/files/one-file-in-two-messages-goes-up-once", test_one_file_in_two_messages_goes_up_once);
  g_test_add_func ("/files/a-broken-upload-goes-on-where-it-stood", test_a_broken_upload_goes_on_where_it_stood);
  g_test_add_func ("/files/a-killed-desk-goes-on-where-it-stood", test_a_killed_desk_goes_on_where_it_stood);
  g_test_add_func ("/files/a-server-without-room-stops-nobody-else", test_a_server_without_room_stops_nobody_else);
  g_test_add_func ("/files/a-refusal-for-good-goes-to-the-tray", test_a_refusal_for_good_goes_to_the_tray);
  g_test_add_func ("/files/a-file-that-is-gone-goes-to-the-tray", test_a_file_that_is_gone_goes_to_the_tray);
  g_test_add_func ("/files/a-cancelled-upload-ends-and-can-be-had-again",
                   test_a_cancelled_upload_ends_and_can_be_had_again);
  g_test_add_func ("/files/what-stood-behind-a-cancelled-one-goes", test_what_stood_behind_a_cancelled_one_goes);
  g_test_add_func ("/files/a-lost-file-goes-up-again", test_a_lost_file_goes_up_again);
  g_test_add_func ("/files/a-forgetful-server-is-asked-at-leisure", test_a_forgetful_server_is_asked_at_leisure);
  g_test_add_func ("/files/progress-is-told-to-whom-it-concerns", test_progress_is_told_to_whom_it_concerns);
  g_test_add_func ("/files/one-download-for-all-who-ask", test_one_download_for_all_who_ask);
  g_test_add_func ("/files/a-broken-download-goes-on-where-it-stood", test_a_broken_download_goes_on_where_it_stood);
  g_test_add_func ("/files/who-goes-leaves-the-others-their-download", test_who_goes_leaves_the_others_their_download);
  g_test_add_func ("/files/a-download-is-ended-and-begun-again", test_a_download_is_ended_and_begun_again);
  g_test_add_func ("/files/a-download-is-ended-before-it-begins", test_a_download_is_ended_before_it_begins);
  g_test_add_func ("/files/downloads-are-few-at-a-time", test_downloads_are_few_at_a_time);
  g_test_add_func ("/files/small-pictures-come-while-nothing-else-is-to-do",
                   test_small_pictures_come_while_nothing_else_is_to_do);
  g_test_add_func ("/files/nothing-comes-ahead-of-time-where-nothing-is-kept",
                   test_nothing_comes_ahead_of_time_where_nothing_is_kept);
  return g_test_run ();
}
