/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files that go with messages: safe before they are shown, sent after their bytes, gone when nobody needs them. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store-fixture.h"

/* 3 × 2 pixels */
#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGMQUDCAIAY4CwAV1AJBNIRtCgAAAABJRU5ErkJggg=="

static StoreFixture *
shop_new (Feed **feed)
{
  StoreFixture *store = store_fixture_new ();

  *feed = feed_new ("epoch");
  feed_put_shop (*feed, 2);
  test_apply_ok (store, feed_batch (*feed, 0, -1, FALSE));
  store_fixture_forget (store);
  return store;
}

static KefuAttachment *
attach (StoreFixture *store, GFile *file, GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_attach_async (store->store, file, bytes, name, NULL, test_got_result, &result);
  return kefu_store_attach_finish (store->store, test_wait_result (&result), error);
}

static KefuAttachment *
attach_text (StoreFixture *store, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  KefuAttachment *attachment = attach (store, NULL, bytes, "清单.txt", &error);

  g_assert_no_error (error);
  return attachment;
}

static void
assert_refused (StoreFixture *store, const char *path, int code)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (attach (store, file, NULL, NULL, &error));
  g_assert_error (error, KEFU_ERROR, code);
}

/* How many files a folder of the store has. */
static guint
n_files (StoreFixture *store, const char *folder)
{
  g_autofree char *path = store_fixture_path (store, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gboolean
has_file (StoreFixture *store, const char *folder, const KefuAttachment *attachment)
{
  g_autofree char *path = store_fixture_path (store, folder);
  g_autofree char *file = g_build_filename (path, attachment->sha256, NULL);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR);
}

static char *
send_args (const char *id, const char *conversation_id, const KefuAttachment *attachment)
{
  return g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'file','body':'','at':1700000000000,"
                          "'attachment':{'sha256':'%s','mime':'%s','name':'%s','size':%" G_GINT64_FORMAT "}}",
                          id, conversation_id, attachment->sha256, attachment->mime, attachment->name,
                          attachment->size);
}

static char *
send_file (StoreFixture *store, const char *id, const char *conversation_id, const KefuAttachment *attachment)
{
  g_autofree char *args = send_args (id, conversation_id, attachment);
  g_autoptr (GError) error = NULL;
  char *op_id = test_perform (store, "message.send", args, &error);

  g_assert_no_error (error);
  return op_id;
}

static char *
send_text (StoreFixture *store, const char *id, const char *conversation_id)
{
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'text','body':'在的','at':1700000000000}", id,
                     conversation_id);
  g_autoptr (GError) error = NULL;
  char *op_id = test_perform (store, "message.send", args, &error);

  g_assert_no_error (error);
  return op_id;
}

static void
settle (StoreFixture *store, const char *op_id, const char *rest)
{
  g_autofree char *results = g_strdup_printf ("{'results':[{'op_id':'%s',%s}]}", op_id, rest);
  g_autoptr (GError) error = NULL;

  test_settle (store, results, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* What may be sent, as text: the ids of the messages in order. */
static char *
taken (StoreFixture *store)
{
  g_autoptr (GBytes) body = test_take (store, 100);
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  JsonArray *ops;

  if (body == NULL)
    return g_strdup ("");
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  root = json_from_string (text, NULL);
  ops = json_object_get_array_member (json_node_get_object (root), "ops");
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i);
      JsonObject *args = json_object_get_object_member (op, "args");
      const char *id = json_object_get_string_member_with_default (args, "id", "?");

      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", id + strlen (id) - 1);
    }
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

static void
assert_taken (StoreFixture *store, const char *expected)
{
  g_autofree char *ids = taken (store);

  g_assert_cmpstr (ids, ==, expected);
}

static void
uploaded (StoreFixture *store, const KefuAttachment *attachment)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_set_uploaded_async (store->store, attachment->sha256, NULL, test_got_result, &result);
  kefu_store_upload_finish (store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
}

static GPtrArray *
uploads (StoreFixture *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  GPtrArray *rows;

  kefu_store_list_uploads_async (store->store, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_nonnull (rows);
  return rows;
}

static void
save_draft (StoreFixture *store, const char *conversation_id, KefuAttachment *attachment)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autofree char *draft = NULL;

  if (attachment != NULL)
    g_ptr_array_add (files, attachment);
  kefu_store_save_draft_attachments (store->store, conversation_id, "reply", files);
  /* behind it on the writer */
  draft = test_draft (store, conversation_id, "reply");
}

static GPtrArray *
load_draft (StoreFixture *store, const char *conversation_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  GPtrArray *files;

  kefu_store_load_draft_attachments_async (store->store, conversation_id, "reply", NULL, test_got_result, &result);
  files = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_nonnull (files);
  return files;
}

/* --- into the store --- */

static void
test_a_file_is_copied_whole_and_private (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *path = store_fixture_path (store, "发货 单.txt");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (KefuAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = store_fixture_path (store, "outgoing");
  g_autofree char *copy = NULL;
  g_autofree char *content = NULL;
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "顺丰 SF123", -1);
  GStatBuf info;

  g_assert_true (g_file_set_contents (path, "顺丰 SF123", -1, NULL));
  attachment = attach (store, file, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (attachment->sha256, ==, sum);
  g_assert_cmpstr (attachment->name, ==, "发货 单.txt");
  g_assert_cmpstr (attachment->mime, ==, "text/plain");
  g_assert_cmpint (attachment->size, ==, strlen ("顺丰 SF123"));

  /* What becomes of the original does not matter any more. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  copy = g_build_filename (folder, sum, NULL);
  g_assert_true (g_file_get_contents (copy, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "顺丰 SF123");
  g_assert_cmpint (g_stat (copy, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 1);
}

static void
test_a_pasted_picture_is_measured (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) attachment = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  guchar *png = g_base64_decode (PNG, &size);

  bytes = g_bytes_new_take (png, size);
  attachment = attach (store, NULL, bytes, "../../截图.png", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (attachment->mime, ==, "image/png");
  g_assert_cmpstr (attachment->name, ==, "截图.png");
  g_assert_cmpint (attachment->width, ==, 3);
  g_assert_cmpint (attachment->height, ==, 2);
}

static void
test_what_is_no_file_is_refused (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *empty = store_fixture_path (store, "empty");
  g_autofree char *fifo = store_fixture_path (store, "fifo");
  g_autofree char *large = store_fixture_path (store, "large");
  g_autofree char *secret = store_fixture_path (store, "secret");
  g_autofree char *gone = store_fixture_path (store, "gone");

  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_refused (store, empty, KEFU_ERROR_INVALID);
  assert_refused (store, store->dir, KEFU_ERROR_INVALID);
  assert_refused (store, gone, KEFU_ERROR_NOT_FOUND);
  /* Neither of them may make anybody wait. */
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (store, fifo, KEFU_ERROR_INVALID);
  assert_refused (store, "/dev/zero", KEFU_ERROR_INVALID);

  g_assert_true (g_file_set_contents (large, "x", 1, NULL));
  g_assert_cmpint (truncate (large, KEFU_ATTACHMENT_MAX + 1), ==, 0);
  assert_refused (store, large, KEFU_ERROR_INVALID);
  g_assert_cmpint (truncate (large, KEFU_ATTACHMENT_MAX), ==, 0);
  if (geteuid () != 0)
    {
      g_assert_true (g_file_set_contents (secret, "x", 1, NULL));
      g_assert_cmpint (g_chmod (secret, 0), ==, 0);
      assert_refused (store, secret, KEFU_ERROR_NOT_FOUND);
    }
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
}

/* The largest there is, which is refused if it grows by a byte while it is read: a writer adds to it for as long as it takes. */
static void
test_a_file_that_changes_is_not_sent_by_halves (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *path = store_fixture_path (store, "log");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (truncate (path, 32 * 1024 * 1024), ==, 0);
  fd = g_open (path, O_WRONLY | O_APPEND, 0);
  kefu_store_attach_async (store->store, file, NULL, NULL, NULL, test_got_result, &result);
  while (result == NULL)
    {
      g_assert_cmpint (write (fd, "y", 1), ==, 1);
      g_main_context_iteration (NULL, FALSE);
    }
  close (fd);
  attachment = kefu_store_attach_finish (store->store, result, &error);
  g_assert_null (attachment);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
}

static void
test_a_full_disk_keeps_nothing_by_halves (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 1024 * 1024);
  g_autoptr (KefuAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old, small = { 0 };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  small.rlim_cur = 300 * 1024;
  small.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  attachment = attach (store, NULL, bytes, "x.txt", &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_null (attachment);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
  g_clear_error (&error);
  attachment = attach (store, NULL, bytes, "x.txt", &error);
  g_assert_no_error (error);
}

static void
test_a_cancelled_copy_leaves_nothing (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (KEFU_ATTACHMENT_MAX), KEFU_ATTACHMENT_MAX);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_attach_async (store->store, NULL, bytes, "x", cancellable, test_got_result, &result);
  g_usleep (2000);
  g_cancellable_cancel (cancellable);
  g_assert_null (kefu_store_attach_finish (store->store, test_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  store_fixture_close (store);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
  store_fixture_open (store);
}

/* --- drafts --- */

static void
test_a_draft_keeps_its_files (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) one = attach_text (store, "一");
  g_autoptr (KefuAttachment) two = attach_text (store, "二");
  g_autoptr (KefuAttachment) loose = attach_text (store, "三");
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GPtrArray) loaded = NULL;
  g_autoptr (KefuConversationRecord) record = NULL;

  g_ptr_array_add (files, two);
  g_ptr_array_add (files, one);
  g_ptr_array_add (files, two);
  kefu_store_save_draft_attachments (store->store, CONV_1, "reply", files);
  loaded = load_draft (store, CONV_1);
  g_clear_pointer (&loaded, g_ptr_array_unref);
  store_fixture_kill (store);

  loaded = load_draft (store, CONV_1);
  g_assert_cmpuint (loaded->len, ==, 2);
  g_assert_cmpstr (((KefuAttachment *) g_ptr_array_index (loaded, 0))->sha256, ==, two->sha256);
  g_assert_cmpstr (((KefuAttachment *) g_ptr_array_index (loaded, 1))->sha256, ==, one->sha256);
  g_assert_cmpstr (((KefuAttachment *) g_ptr_array_index (loaded, 1))->name, ==, "清单.txt");
  /* The row of the inbox says that something is begun. */
  record = test_conversation (store, CONV_1);
  g_assert_cmpstr (record->draft, ==, "清单.txt");
  /* What nobody named is gone with the desk that was killed. */
  g_assert_true (has_file (store, "outgoing", one));
  g_assert_true (has_file (store, "outgoing", two));
  g_assert_false (has_file (store, "outgoing", loose));

  save_draft (store, CONV_1, one);
  g_assert_false (has_file (store, "outgoing", two));
  save_draft (store, CONV_1, NULL);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
}

/* Sent and out of the draft are one act: never twice, never neither. */
static void
test_what_is_sent_leaves_the_draft_with_it (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) one = attach_text (store, "一");
  g_autoptr (GPtrArray) draft = NULL;
  g_autoptr (GPtrArray) tray = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = NULL;
  g_autofree char *args = send_args (ID_2, "c0000000-0000-7000-8000-00000000dead", one);

  save_draft (store, CONV_1, one);
  op_id = send_file (store, ID_1, CONV_1, one);
  store_fixture_kill (store);
  draft = load_draft (store, CONV_1);
  g_assert_cmpuint (draft->len, ==, 0);
  tray = test_outbox (store);
  g_assert_cmpuint (tray->len, ==, 1);
  g_assert_cmpstr (((KefuOutboxRecord *) g_ptr_array_index (tray, 0))->attachment->sha256, ==, one->sha256);
  messages = test_messages (store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpstr (((KefuMessageRecord *) g_ptr_array_index (messages, 1))->attachment->name, ==, "清单.txt");
  g_assert_true (has_file (store, "outgoing", one));

  /* What cannot be done leaves the draft as it was. */
  kefu_store_save_draft_attachments (store->store, "c0000000-0000-7000-8000-00000000dead", "reply",
                                     (g_ptr_array_set_size (draft, 0), draft));
  g_clear_pointer (&draft, g_ptr_array_unref);
  draft = g_ptr_array_new ();
  g_ptr_array_add (draft, one);
  kefu_store_save_draft_attachments (store->store, "c0000000-0000-7000-8000-00000000dead", "reply", draft);
  g_assert_null (test_perform (store, "message.send", args, &error));
  g_assert_nonnull (error);
  g_clear_pointer (&draft, g_ptr_array_unref);
  draft = load_draft (store, "c0000000-0000-7000-8000-00000000dead");
  g_assert_cmpuint (draft->len, ==, 1);
}

static void
test_nothing_is_sent_without_its_bytes (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) ghost = kefu_attachment_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *args = NULL;

  ghost->sha256 = g_strnfill (64, 'a');
  ghost->mime = g_strdup ("text/plain");
  ghost->name = g_strdup ("ghost");
  ghost->size = 5;
  args = send_args (ID_1, CONV_1, ghost);
  g_assert_null (test_perform (store, "message.send", args, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
}

/* --- the order --- */

static void
test_what_waits_for_a_file_holds_up_its_conversation_alone (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "大文件");
  g_autoptr (GPtrArray) waiting = NULL;
  g_autofree char *before = send_text (store, ID_1, CONV_1);
  g_autofree char *op = send_file (store, ID_2, CONV_1, file);
  g_autofree char *after = send_text (store, ID_3, CONV_1);
  g_autofree char *elsewhere = send_text (store, ID_4, CONV_2);
  g_autofree char *item = test_perform (store, "checklist.add",
                                        "{'id':'e0000000-0000-7000-8000-000000000005','conversation_id':'" CONV_1
                                        "','kind':'gift','title':'袖扣','at':1700000000000}",
                                        NULL);
  g_autofree char *done =
    test_perform (store, "checklist.done", "{'id':'e0000000-0000-7000-8000-000000000005','done':true}", NULL);

  g_assert_nonnull (done);
  assert_taken (store, "1 4");
  waiting = uploads (store);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((KefuAttachment *) g_ptr_array_index (waiting, 0))->sha256, ==, file->sha256);
  g_assert_cmpint (((KefuAttachment *) g_ptr_array_index (waiting, 0))->size, ==, file->size);
  store_fixture_reopen (store);
  assert_taken (store, "1 4");

  uploaded (store, file);
  assert_taken (store, "1 2 3 4 5 5");
  g_clear_pointer (&waiting, g_ptr_array_unref);
  waiting = uploads (store);
  g_assert_cmpuint (waiting->len, ==, 0);
}

static void
test_a_file_that_the_server_lost_is_uploaded_again (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autofree char *op_id = send_file (store, ID_1, CONV_1, file);
  g_autofree char *results =
    g_strdup_printf ("{'results':[{'op_id':'%s','status':'rejected','error':{'code':'blob_missing','message':'no'}}]}",
                     op_id);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;
  guint n_settled, n_rejected;

  uploaded (store, file);
  assert_taken (store, "1");
  g_assert_true (test_settle (store, results, &n_settled, &n_rejected, NULL));
  g_assert_cmpuint (n_settled, ==, 1);
  g_assert_cmpuint (n_rejected, ==, 0);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
  assert_taken (store, "");
  waiting = uploads (store);
  g_assert_cmpuint (waiting->len, ==, 1);
  uploaded (store, file);
  /* The server did not remember its refusal: the same operation comes again. */
  body = test_take (store, 10);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_nonnull (strstr (text, op_id));
}

/* --- the end of a file --- */

static void
test_a_sent_file_moves_to_what_is_kept (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autofree char *op_id = send_file (store, ID_1, CONV_1, file);
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'" CONV_1 "','mseq':2,'kind':'file','dir':'out','body':'','sent_at':1,"
                     "'data':{'sha256':'%s','mime':'text/plain','name':'清单.txt','size':3}",
                     file->sha256);
  g_autofree char *acked = NULL;
  gint64 from = feed_head (feed);

  uploaded (store, file);
  assert_taken (store, "1");
  acked = g_strdup_printf ("'status':'applied','seq':%" G_GINT64_FORMAT, from + 1);
  settle (store, op_id, acked);
  /* As long as the feed has not brought it back, an older backup may want it again. */
  g_assert_true (has_file (store, "outgoing", file));
  feed_put (feed, "message", ID_1, fields);
  test_apply_ok (store, feed_batch (feed, from, -1, FALSE));
  g_assert_false (has_file (store, "outgoing", file));
  g_assert_true (has_file (store, "blobs", file));
}

/* Killed between the end of the operation and the move of its file. */
static void
test_a_move_that_a_crash_prevented_is_made_up_for (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autoptr (KefuAttachment) never = attach_text (store, "二");
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'" CONV_1
                     "','mseq':2,'kind':'file','dir':'out','body':'','sent_at':%" G_GINT64_FORMAT ","
                     "'data':{'sha256':'%s','mime':'text/plain','name':'清单.txt','size':3}",
                     g_get_real_time () / 1000, file->sha256);
  g_autofree char *half = store_fixture_path (store, "outgoing/copy-Ab12Cd");
  gint64 from = feed_head (feed);

  feed_put (feed, "message", ID_1, fields);
  test_apply_ok (store, feed_batch (feed, from, -1, FALSE));
  g_assert_true (g_file_set_contents (half, "ha", 2, NULL));
  store_fixture_kill (store);
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
  g_assert_true (has_file (store, "blobs", file));
  g_assert_false (has_file (store, "blobs", never));
}

static void
test_a_cancelled_one_waits_in_the_tray_with_its_bytes (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autofree char *first = send_file (store, ID_1, CONV_1, file);
  g_autofree char *second = send_file (store, ID_2, CONV_2, file);
  g_autoptr (GPtrArray) tray = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  const KefuOutboxRecord *record;

  kefu_store_refuse_upload_async (store->store, NULL, ID_1, "Cancelled", NULL, test_got_result, &result);
  g_assert_true (kefu_store_upload_finish (store->store, test_wait_result (&result), NULL));
  tray = test_outbox (store);
  record = g_ptr_array_index (tray, 0);
  g_assert_cmpstr (record->state, ==, "rejected");
  g_assert_cmpstr (record->reason, ==, "Cancelled");
  g_assert_cmpstr (record->op_id, ==, first);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);

  /* Wanted after all. */
  kefu_store_retry_rejected (store->store, first);
  uploaded (store, file);
  assert_taken (store, "2 1");
  g_clear_object (&result);
  kefu_store_refuse_upload_async (store->store, file->sha256, NULL, "Cancelled", NULL, test_got_result, &result);
  g_assert_true (kefu_store_upload_finish (store->store, test_wait_result (&result), NULL));
  /* They may be on the server by now: too late. */
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 2);
}

static void
test_a_discarded_one_takes_its_bytes_along (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autofree char *first = send_file (store, ID_1, CONV_1, file);
  g_autofree char *second = send_file (store, ID_2, CONV_2, file);
  g_autofree char *draft = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_refuse_upload_async (store->store, file->sha256, NULL, "too large", NULL, test_got_result, &result);
  g_assert_true (kefu_store_upload_finish (store->store, test_wait_result (&result), NULL));
  g_clear_object (&result);
  g_assert_cmpuint (kefu_store_get_n_rejected (store->store), ==, 2);
  kefu_store_discard_rejected (store->store, first);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_true (has_file (store, "outgoing", file));
  store_fixture_kill (store);
  g_assert_true (has_file (store, "outgoing", file));
  kefu_store_discard_rejected (store->store, second);
  g_free (draft);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);
  g_assert_cmpuint (n_files (store, "blobs"), ==, 0);
}

/* A damaged desk.db is set aside for whoever can mend it: its files wait with it. */
static void
test_the_files_of_a_damaged_desk_stay (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "一");
  g_autofree char *op_id = send_file (store, ID_1, CONV_1, file);
  g_autofree char *desk = store_fixture_path (store, "desk.db");
  g_autoptr (KefuAttachment) other = NULL;

  store_fixture_close (store);
  g_assert_true (g_file_set_contents (desk, "no database at all, but long enough to look at", -1, NULL));
  store_fixture_open (store);
  g_assert_nonnull (kefu_store_get_notice (store->store));
  g_assert_true (has_file (store, "outgoing", file));
  other = attach_text (store, "二");
  save_draft (store, CONV_1, other);
  save_draft (store, CONV_1, NULL);
  g_assert_false (has_file (store, "outgoing", other));
  store_fixture_reopen (store);
  g_assert_true (has_file (store, "outgoing", file));
}

/* --- where nothing is kept --- */

static void
test_an_opened_copy_goes_with_the_store (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (KefuAttachment) file = attach_text (store, "给别的程序看");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) place = kefu_store_make_opened_place (store->store, file->sha256, "清单.txt", &error);
  g_autoptr (GFile) folder = NULL;
  g_autofree char *left = NULL;

  g_assert_no_error (error);
  folder = g_file_get_parent (place);
  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  g_assert_true (g_file_set_contents (g_file_peek_path (place), "x", 1, NULL));
  g_assert_cmpint (g_chmod (g_file_peek_path (place), 0400), ==, 0);
  g_assert_cmpuint (n_files (store, "opened"), ==, 1);
  store_fixture_close (store);
  g_assert_cmpuint (n_files (store, "opened"), ==, 0);

  /* what a crash left */
  left = store_fixture_path (store, "opened");
  g_assert_cmpint (g_mkdir_with_parents (g_file_peek_path (folder), 0700), ==, 0);
  store_fixture_open (store);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));

  store_fixture_close (store);
  g_unsetenv ("XDG_RUNTIME_DIR");
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_open (store);
  g_assert_null (kefu_store_make_opened_place (store->store, file->sha256, "清单.txt", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
}

static void
test_where_nothing_is_kept_a_sent_file_is_gone (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *runtime = g_dir_make_tmp ("kefu-runtime-XXXXXX", NULL);
  g_autoptr (KefuAttachment) file = NULL;
  g_autoptr (GFile) place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *op_id = NULL;
  g_autofree char *path = NULL;

  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_reopen (store);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  file = attach_text (store, "一");
  op_id = send_file (store, ID_1, CONV_1, file);
  /* What only this desk has must survive it. */
  store_fixture_kill (store);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_true (has_file (store, "outgoing", file));
  uploaded (store, file);
  settle (store, op_id, "'status':'applied','seq':1");
  g_assert_cmpuint (n_files (store, "outgoing"), ==, 0);

  /* What is fetched is in memory, and goes with the store. */
  place = kefu_store_make_blob_place (store->store, file->sha256, NULL);
  path = g_file_get_path (place);
  g_assert_true (g_str_has_prefix (path, runtime));
  g_assert_true (g_file_set_contents (path, "一", -1, NULL));
  kefu_store_find_blob_async (store->store, file->sha256, NULL, test_got_result, &result);
  g_free (kefu_store_find_blob_finish (store->store, test_wait_result (&result), NULL));
  g_clear_object (&result);
  store_fixture_close (store);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (n_files (store, "blobs"), ==, 0);
  g_assert_cmpint (g_rmdir (runtime), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/attachments/a-file-is-copied-whole-and-private", test_a_file_is_copied_whole_and_private);
  g_test_add_func ("/attachments/a-pasted-picture-is-measured", test_a_pasted_picture_is_measured);
  g_test_add_func ("/attachments/what-is-no-file-is-refused", test_what_is_no_file_is_refused);
  g_test_add_func ("/attachments/a-file-that-changes-is-not-sent-by-halves",
                   test_a_file_that_changes_is_not_sent_by_halves);
  g_test_add_func ("/attachments/a-full-disk-keeps-nothing-by-halves", test_a_full_disk_keeps_nothing_by_halves);
  g_test_add_func ("/attachments/a-cancelled-copy-leaves-nothing", test_a_cancelled_copy_leaves_nothing);
  g_test_add_func ("/attachments/a-draft-keeps-its-files", test_a_draft_keeps_its_files);
  g_test_add_func ("/attachments/what-is-sent-leaves-the-draft-with-it", test_what_is_sent_leaves_the_draft_with_it);
  g_test_add_func ("/attachments/nothing-is-sent-without-its-bytes", test_nothing_is_sent_without_its_bytes);
  g_test_add_func ("/attachments/what-waits-for-a-file-holds-up-its-conversation-alone",
                   test_what_waits_for_a_file_holds_up_its_conversation_alone);
  g_test_add_func ("/attachments/a-file-that-the-server-lost-is-uploaded-again",
                   test_a_file_that_the_server_lost_is_uploaded_again);
  g_test_add_func ("/attachments/a-sent-file-moves-to-what-is-kept", test_a_sent_file_moves_to_what_is_kept);
  g_test_add_func ("/attachments/a-move-that-a-crash-prevented-is-made-up-for",
                   test_a_move_that_a_crash_prevented_is_made_up_for);
  g_test_add_func ("/attachments/a-cancelled-one-waits-in-the-tray-with-its-bytes",
                   test_a_cancelled_one_waits_in_the_tray_with_its_bytes);
  g_test_add_func ("/attachments/a-discarded-one-takes-its-bytes-along", test_a_discarded_one_takes_its_bytes_along);
  g_test_add_func ("/attachments/the-files-of-a-damaged-desk-stay", test_the_files_of_a_damaged_desk_stay);
  g_test_add_func ("/attachments/an-opened-copy-goes-with-the-store", test_an_opened_copy_goes_with_the_store);
  g_test_add_func ("/attachments/where-nothing-is-kept-a-sent-file-is-gone",
                   test_where_nothing_is_kept_a_sent_file_is_gone);
  return g_test_run ();
}
