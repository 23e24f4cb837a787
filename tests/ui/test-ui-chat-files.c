/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and pictures: attached, kept, refused, sent, shown, saved. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "chat-fixture.h"
#include "kefu-attachment-text.h"
#include "kefu-file-actions.h"
#include "kefu-file-card.h"
#include "kefu-image-window.h"
#include "kefu-message-row.h"
#include "kefu-photo.h"
#include "kefu-transfer-button.h"
#include "kefu-transfer-look.h"

#define FILE_ID "e0000000-0000-7000-8000-000000000021"

/* --- things to attach --- */

static char *
path_of (ChatFixture *self, const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

/* (transfer full) */
static GFile *
text_file (ChatFixture *self, const char *name, const char *content)
{
  g_autofree char *path = path_of (self, name);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  return g_file_new_for_path (path);
}

/* (transfer full) */
static GBytes *
picture_bytes (int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  char *png;
  gsize size;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &png, &size, "png", NULL, NULL));
  return g_bytes_new_take (png, size);
}

/* (transfer full) */
static GFile *
picture_file (ChatFixture *self, const char *name)
{
  g_autofree char *path = path_of (self, name);
  g_autoptr (GBytes) bytes = picture_bytes (400, 200);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  return g_file_new_for_path (path);
}

static KefuAttachList *
list_of (ChatFixture *self)
{
  return g_hash_table_lookup (self->composer->lists, self->composer->record->id);
}

static guint
n_items (ChatFixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list_of (self)));
}

static gboolean
is_ready (ChatFixture *self, guint n)
{
  return n_items (self) == n && kefu_attach_list_get_n_copying (list_of (self)) == 0;
}

static void
attach (ChatFixture *self, GFile *file)
{
  GSList files = { file, NULL };
  guint n = n_items (self);

  kefu_composer_add_files (self->composer, &files);
  chat_wait_until (is_ready (self, n + 1));
}

/* What the line above the text says. */
static const char *
told (ChatFixture *self, const char *id)
{
  return kefu_ui_test_text (GTK_WIDGET (self->composer->lint), id);
}

static guint
n_kept (ChatFixture *self)
{
  g_autofree char *path = path_of (self, "outgoing");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

/* --- the strip --- */

static void
test_files_go_before_the_text_in_order (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) quote = text_file (self, "报价.txt", "一块 568 元");
  g_autoptr (GFile) picture = picture_file (self, "表.png");
  g_autoptr (GPtrArray) messages = NULL;
  KefuMessageRecord *first, *second, *third;

  attach (self, quote);
  attach (self, picture);
  g_assert_true (gtk_widget_is_visible (GTK_WIDGET (self->composer->strip)));
  chat_type (self, "see");
  chat_keys (self, "Return", NULL);

  messages = chat_messages (self, CONV_1);
  g_assert_cmpuint (messages->len, ==, 7);
  first = messages->pdata[4];
  second = messages->pdata[5];
  third = messages->pdata[6];
  g_assert_cmpstr (first->kind, ==, "file");
  g_assert_cmpstr (first->attachment->name, ==, "报价.txt");
  g_assert_cmpstr (second->kind, ==, "image");
  g_assert_cmpint (second->attachment->width, ==, 400);
  g_assert_cmpstr (third->body, ==, "see");
  chat_assert_text (self, "");
  g_assert_cmpuint (n_items (self), ==, 0);
  g_assert_false (gtk_widget_is_visible (GTK_WIDGET (self->composer->strip)));

  /* nothing comes back with the next window */
  chat_fixture_new_window (self);
  chat_fixture_open (self, CONV_1);
  chat_messages (self, CONV_1);
  kefu_ui_test_settle ();
  g_assert_cmpuint (n_items (self), ==, 0);
}

static void
test_a_file_needs_no_words (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) picture = picture_file (self, "表.png");

  attach (self, picture);
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static void
test_words_that_may_not_go_hold_the_files_back (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) picture = picture_file (self, "表.png");
  guint n_before = chat_n_sent (self, CONV_1);

  attach (self, picture);
  chat_insert (self, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八"
                     "九十一二三四五六七八九十多");
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, n_before);
  g_assert_true (is_ready (self, 1));
}

static void
test_a_draft_keeps_its_files (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) quote = text_file (self, "报价.txt", "一块 568 元");

  attach (self, quote);
  g_assert_cmpint (g_unlink (g_file_peek_path (quote)), ==, 0);
  chat_fixture_open (self, CONV_2);
  g_assert_cmpuint (n_items (self), ==, 0);
  g_assert_false (gtk_widget_is_visible (GTK_WIDGET (self->composer->strip)));
  chat_fixture_open (self, CONV_1);
  chat_wait_until (is_ready (self, 1));

  /* as after a crash: nobody told the window to close its draft */
  chat_fixture_new_window (self);
  chat_fixture_open (self, CONV_1);
  chat_wait_until (is_ready (self, 1));
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

/* The store's writer waits for a lock that the test has, so that a copy is done before the files of the draft are known. */
static void
test_a_copy_that_overtakes_the_draft_keeps_its_files (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) quote = text_file (self, "报价.txt", "一块 568 元");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("第二份", strlen ("第二份"));
  g_autofree char *path = path_of (self, "desk.db");
  g_autoptr (KefuAttachList) list = NULL;
  g_autoptr (KefuAttachList) again = NULL;
  sqlite3 *db = NULL;

  attach (self, quote);
  chat_fixture_open (self, CONV_2);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  kefu_store_save_draft (self->store, CONV_2, "note", "x");
  list = kefu_attach_list_new (self->store, CONV_1);
  kefu_attach_list_add_bytes (list, bytes, "二.txt");
  chat_wait_until (kefu_attach_list_get_n_copying (list) == 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpint (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  chat_wait_until (g_list_model_get_n_items (G_LIST_MODEL (list)) == 2);
  again = kefu_attach_list_new (self->store, CONV_1);
  chat_wait_until (g_list_model_get_n_items (G_LIST_MODEL (again)) == 2);
  g_assert_cmpuint (n_kept (self), ==, 2);
}

static void
test_what_is_refused_is_said_by_name (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *folder = path_of (self, "照片");
  g_autofree char *large = path_of (self, "长片.mov");
  g_autoptr (GFile) folder_file = g_file_new_for_path (folder);
  g_autoptr (GFile) large_file = g_file_new_for_path (large);
  g_autoptr (GFile) empty_file = text_file (self, "空.txt", "");
  GSList one = { large_file, NULL };
  GSList third = { folder_file, NULL };
  GSList second = { empty_file, &third };
  GSList all = { large_file, &second };

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (large, "", 0, NULL));
  g_assert_cmpint (truncate (large, KEFU_ATTACHMENT_MAX + 1), ==, 0);

  kefu_composer_add_files (self->composer, &one);
  chat_wait_until (n_items (self) == 0);
  g_assert_nonnull (strstr (told (self, "instead"), "长片.mov"));
  g_assert_nonnull (strstr (told (self, "instead"), "40"));

  kefu_composer_add_files (self->composer, &all);
  chat_wait_until (n_items (self) == 0);
  g_assert_nonnull (strstr (told (self, "why"), "3"));
  g_assert_nonnull (strstr (told (self, "instead"), "照片"));
  g_assert_nonnull (strstr (told (self, "instead"), "空.txt"));
  g_assert_cmpuint (n_kept (self), ==, 0);
  g_rmdir (folder);
}

static void
test_fifteen_at_a_time (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GSList *files = NULL;

  for (guint i = 0; i < KEFU_ATTACHMENTS_PER_MESSAGE + 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.txt", i);

      files = g_slist_append (files, text_file (self, name, name));
    }
  kefu_composer_add_files (self->composer, files);
  chat_wait_until (is_ready (self, KEFU_ATTACHMENTS_PER_MESSAGE));
  g_assert_nonnull (strstr (told (self, "instead"), "15"));
  g_slist_free_full (files, g_object_unref);
}

static void
test_delete_takes_one_out (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) one = text_file (self, "1.txt", "one");
  g_autoptr (GFile) two = text_file (self, "2.txt", "two");
  g_autoptr (KefuAttachItem) left = NULL;

  attach (self, one);
  attach (self, two);
  /* the order of Tab is that of the places, which a frame gives */
  kefu_ui_test_settle ();
  chat_keys (self, "shift+Tab", "shift+Tab", "Delete", NULL);
  chat_wait_until (is_ready (self, 1));
  left = g_list_model_get_item (G_LIST_MODEL (list_of (self)), 0);
  g_assert_cmpstr (kefu_attach_item_get_name (left), ==, "2.txt");
  /* the focus is with the other one, and after that in the text again */
  chat_keys (self, "Delete", "x", NULL);
  g_assert_cmpuint (n_items (self), ==, 0);
  chat_assert_text (self, "x");
}

static void
test_notes_carry_no_files (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) one = text_file (self, "1.txt", "one");
  g_autoptr (GPtrArray) messages = NULL;
  GSList files = { one, NULL };

  attach (self, one);
  kefu_chat_pane_toggle_note_mode (self->pane);
  g_assert_false (gtk_widget_is_sensitive (self->composer->attach_button));
  g_assert_nonnull (gtk_widget_get_tooltip_text (self->composer->attach_button));
  g_assert_false (gtk_widget_is_visible (GTK_WIDGET (self->composer->strip)));
  kefu_composer_add_files (self->composer, &files);
  g_assert_cmpstr (told (self, "why"), !=, "");
  chat_type (self, "note");
  chat_keys (self, "Return", NULL);
  messages = chat_messages (self, CONV_1);
  g_assert_cmpstr (((KefuMessageRecord *) messages->pdata[messages->len - 1])->kind, ==, "note");

  kefu_chat_pane_toggle_note_mode (self->pane);
  g_assert_true (gtk_widget_is_visible (GTK_WIDGET (self->composer->strip)));
  g_assert_true (is_ready (self, 1));
}

/* --- the clipboard --- */

static void
paste (ChatFixture *self, GdkContentProvider *provider)
{
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self->composer)), provider);
  chat_keys (self, "ctrl+v", NULL);
}

/* (transfer full) */
static GdkContentProvider *
provide_file (GFile *file)
{
  GdkFileList *files = gdk_file_list_new_from_array (&file, 1);
  GdkContentProvider *provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);

  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  return provider;
}

static const char *
only_name (ChatFixture *self)
{
  g_autoptr (KefuAttachItem) item = g_list_model_get_item (G_LIST_MODEL (list_of (self)), 0);

  return kefu_attach_item_get_name (item);
}

static void
test_a_picture_is_pasted (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GBytes) bytes = picture_bytes (40, 20);
  g_autoptr (GdkContentProvider) provider = gdk_content_provider_new_for_bytes ("image/png", bytes);
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_bytes (bytes, NULL);
  g_autoptr (GdkContentProvider) of_texture = gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, texture);
  g_autoptr (KefuAttachItem) item = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  paste (self, provider);
  chat_wait_until (is_ready (self, 1));
  item = g_list_model_get_item (G_LIST_MODEL (list_of (self)), 0);
  /* the very bytes, not packed anew */
  g_assert_cmpstr (kefu_attach_item_get_attachment (item)->sha256, ==, sha256);
  g_assert_true (g_str_has_suffix (kefu_attach_item_get_name (item), ".png"));

  kefu_attach_list_remove (list_of (self), item);
  paste (self, of_texture);
  chat_wait_until (is_ready (self, 1));
  chat_assert_text (self, "");
}

static void
test_files_are_pasted (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) file = text_file (self, "报价.txt", "一块 568 元");
  GdkContentProvider *providers[] = { provide_file (file),
                                      gdk_content_provider_new_typed (G_TYPE_STRING, "/home/lin/报价.txt") };
  g_autoptr (GdkContentProvider) both = gdk_content_provider_new_union (providers, 2);

  /* as a file manager does it: the paths are there as words too */
  paste (self, both);
  chat_wait_until (is_ready (self, 1));
  g_assert_cmpstr (only_name (self), ==, "报价.txt");
  chat_assert_text (self, "");
}

static void
test_words_are_pasted_as_words (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GBytes) bytes = picture_bytes (40, 20);
  g_autoptr (GFile) page = g_file_new_for_uri ("https://shop.example/watch");
  GdkContentProvider *sheet[] = { gdk_content_provider_new_for_bytes ("image/png", bytes),
                                  gdk_content_provider_new_typed (G_TYPE_STRING, "568") };
  GdkContentProvider *link[] = { provide_file (page),
                                 gdk_content_provider_new_typed (G_TYPE_STRING, "https://shop.example/watch") };
  g_autoptr (GdkContentProvider) of_sheet = gdk_content_provider_new_union (sheet, 2);
  g_autoptr (GdkContentProvider) of_link = gdk_content_provider_new_union (link, 2);

  paste (self, of_sheet);
  chat_wait_until (gtk_text_buffer_get_char_count (self->buffer) == 3);
  chat_keys (self, "BackSpace", "BackSpace", "BackSpace", NULL);
  paste (self, of_link);
  chat_wait_until (gtk_text_buffer_get_char_count (self->buffer) > 3);
  chat_assert_text (self, "https://shop.example/watch");
  g_assert_cmpuint (n_items (self), ==, 0);
}

/* --- rows --- */

static int
height_of (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, 500, NULL, &natural, NULL, NULL);
  return natural;
}

static void
test_a_picture_is_seen_while_it_is_sent (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) picture = picture_file (self, "表.png");
  KefuTransfers *transfers = kefu_session_get_transfers (self->session);
  g_autoptr (GPtrArray) messages = NULL;
  KefuMessageRecord *record;
  GtkWidget *photo, *button, *row;
  int height;

  attach (self, picture);
  chat_keys (self, "Return", NULL);
  messages = chat_messages (self, CONV_1);
  record = messages->pdata[messages->len - 1];
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_PHOTO, NULL));
  photo = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_PHOTO, NULL);
  row = gtk_widget_get_ancestor (photo, KEFU_TYPE_MESSAGE_ROW);
  button = kefu_ui_test_find (photo, KEFU_TYPE_TRANSFER_BUTTON, NULL);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_visible (button));
  /* from the bytes that are here */
  chat_wait_until (
    kefu_blob_cache_peek (kefu_blob_cache_for_session (self->session), record->attachment->sha256, 120, 60));
  height = height_of (row);

  /* the fixture's server is never there */
  g_assert_nonnull (kefu_ui_test_find (photo, GTK_TYPE_LABEL, "Waiting"));
  kefu_transfers_set (transfers, record->attachment->sha256, KEFU_TRANSFER_RUNNING, 40, 100);
  g_assert_cmpint (height_of (row), ==, height);
}

/* A card in a window, with what a row would tell it. */
static void
test_a_card_never_moves (void)
{
  g_autoptr (KefuAttachment) file = kefu_attachment_new ();
  GtkWidget *card = kefu_file_card_new ();
  GtkWindow *window;
  GtkWidget *button;
  int before;

  file->sha256 = g_strnfill (64, 'a');
  file->mime = g_strdup ("application/pdf");
  file->name = g_strdup ("一份名字很长很长很长很长很长很长很长很长很长很长很长很长的报价单.pdf");
  file->size = 1258291;
  kefu_file_card_set (KEFU_FILE_CARD (card), file);
  window = kefu_ui_test_window (card, 320, 90);
  g_assert_cmpstr (kefu_ui_test_text (card, "caption"), ==, "PDF · 1.2 MB");
  before = height_of (card);
  button = kefu_ui_test_find (card, KEFU_TYPE_TRANSFER_BUTTON, NULL);

  kefu_file_card_set_transfer (KEFU_FILE_CARD (card), "Sending, 40 %", 0.4, "Cancel Sending");
  kefu_ui_test_settle ();
  kefu_ui_shot (GTK_WIDGET (window), "file-card");
  g_assert_cmpstr (kefu_ui_test_text (card, "caption"), ==, "Sending, 40 %");
  g_assert_cmpfloat (kefu_transfer_button_get_fraction (KEFU_TRANSFER_BUTTON (button)), ==, 0.4);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Cancel Sending");
  g_assert_cmpint (height_of (card), ==, before);
  kefu_file_card_set_transfer (KEFU_FILE_CARD (card), NULL, -1, NULL);
  g_assert_cmpstr (kefu_ui_test_text (card, "caption"), ==, "PDF · 1.2 MB");
  gtk_window_destroy (window);
}

static void
test_a_cancelled_file_goes_to_the_tray (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) quote = text_file (self, "报价.txt", "一块 568 元");
  GtkWidget *card, *button;
  guint n_before = chat_n_sent (self, CONV_1);

  attach (self, quote);
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, n_before + 1);
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_FILE_CARD, NULL));
  card = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_FILE_CARD, NULL);
  g_assert_cmpstr (kefu_ui_test_text (card, "caption"), ==, "Waiting for the network");
  button = kefu_ui_test_find (card, KEFU_TYPE_TRANSFER_BUTTON, NULL);
  g_signal_emit_by_name (button, "clicked");
  chat_wait_until (kefu_store_get_n_rejected (self->store) == 1);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, n_before);
  g_assert_cmpuint (n_kept (self), ==, 1);
}

static void
check_look (KefuTransfers *transfers,
            KefuMessageRecord *record,
            gboolean away,
            const char *text,
            const char *brief,
            gboolean can_stop,
            double fraction)
{
  KefuMessageContext context = { .customer_name = "", .agent_id = AGENT, .transfers = transfers, .away = away };
  g_autoptr (KefuTransferLook) look = kefu_transfer_look_new (record, &context);

  if (text == NULL)
    {
      g_assert_null (look);
      return;
    }
  g_assert_nonnull (look);
  g_assert_cmpstr (look->text, ==, text);
  g_assert_cmpstr (look->brief, ==, brief);
  g_assert_cmpint (look->cancel != NULL, ==, can_stop);
  g_assert_cmpfloat (look->fraction, ==, fraction);
}

static void
test_how_far_it_is_in_words (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  KefuTransfers *transfers = kefu_session_get_transfers (self->session);
  g_autoptr (KefuMessageRecord) record = kefu_message_record_new ();
  g_autofree char *spoken = NULL;
  KefuMessageContext context = { .customer_name = "", .agent_id = AGENT, .transfers = transfers };
  const char *sha256;

  record->id = g_strdup (FILE_ID);
  record->kind = g_strdup ("image");
  record->dir = g_strdup ("out");
  record->author_id = g_strdup (AGENT);
  record->body = g_strdup ("");
  record->delivery = g_strdup ("queued");
  record->sent_at = CHAT_NOW;
  record->attachment = kefu_attachment_new ();
  record->attachment->sha256 = g_strnfill (64, 'b');
  record->attachment->mime = g_strdup ("image/png");
  record->attachment->name = g_strdup ("表.png");
  record->attachment->size = 122880;
  sha256 = record->attachment->sha256;

  /* not at the server yet */
  check_look (transfers, record, TRUE, "Waiting for the network", "Waiting", TRUE, -1);
  check_look (transfers, record, FALSE, "Waiting to be sent", "Waiting", TRUE, -1);
  kefu_transfers_set (transfers, sha256, KEFU_TRANSFER_RUNNING, 49152, 122880);
  check_look (transfers, record, FALSE, "Sending, 40 %", "40 %", TRUE, 0.4);
  spoken = kefu_message_spoken (record, &context);
  g_assert_cmpstr (spoken, ==, "You, 14:05: Picture, 120 KB, Sending, 40 %");
  /* too late to stop it */
  kefu_transfers_set (transfers, sha256, KEFU_TRANSFER_DONE, 122880, 122880);
  check_look (transfers, record, FALSE, "Sending", "Sending", FALSE, 1);

  /* there: a small picture needs no words while it comes back, a large one does */
  record->rev = 7;
  kefu_transfers_set (transfers, sha256, KEFU_TRANSFER_RUNNING, 49152, 122880);
  check_look (transfers, record, FALSE, NULL, NULL, FALSE, -1);
  kefu_transfers_set (transfers, sha256, KEFU_TRANSFER_RUNNING, 500000, 1000000);
  check_look (transfers, record, FALSE, "Loading, 50 %", "50 %", TRUE, 0.5);
  kefu_transfers_set (transfers, sha256, KEFU_TRANSFER_DONE, 1000000, 1000000);
  check_look (transfers, record, FALSE, NULL, NULL, FALSE, -1);
}

static void
failure_cb (char **text, const char *why)
{
  g_free (*text);
  *text = g_strdup (why);
}

static void
test_a_file_is_saved_whole_or_not_at_all (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) quote = text_file (self, "报价.txt", "一块 568 元");
  g_autofree char *path = path_of (self, "保存.txt");
  g_autofree char *nowhere = path_of (self, "没有/保存.txt");
  g_autofree char *failure = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GFile) no_target = g_file_new_for_path (nowhere);
  g_autoptr (KefuAttachment) unknown = kefu_attachment_new ();
  g_autoptr (KefuAttachItem) item = NULL;

  g_signal_connect_swapped (self->session, "failure", G_CALLBACK (failure_cb), &failure);
  attach (self, quote);
  item = g_list_model_get_item (G_LIST_MODEL (list_of (self)), 0);
  g_assert_true (g_file_set_contents (path, "the one of before", -1, NULL));
  kefu_file_actions_save (GTK_WIDGET (self->pane->timeline), self->session, kefu_attach_item_get_attachment (item),
                          no_target);
  chat_wait_until (failure != NULL);
  g_assert_nonnull (strstr (failure, "报价.txt"));

  /* what is not there does not touch what is */
  unknown->sha256 = g_strnfill (64, 'a');
  unknown->mime = g_strdup ("text/plain");
  unknown->name = g_strdup ("其他.txt");
  g_clear_pointer (&failure, g_free);
  kefu_file_actions_save (GTK_WIDGET (self->pane->timeline), self->session, unknown, target);
  chat_wait_until (failure != NULL);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "the one of before");

  kefu_file_actions_save (GTK_WIDGET (self->pane->timeline), self->session, kefu_attach_item_get_attachment (item),
                          target);
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane), GTK_TYPE_LABEL, "Saved as “保存.txt”"));
  g_clear_pointer (&content, g_free);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "一块 568 元");
  g_signal_handlers_disconnect_by_data (self->session, &failure);
}

/* --- in full size --- */

static void
test_a_picture_goes_with_the_workspace (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GFile) file = picture_file (self, "表.png");
  g_autoptr (KefuBlobCache) blobs = kefu_blob_cache_new (kefu_session_get_transfers (self->session));
  KefuAttachment *picture;
  GtkWidget *window;

  attach (self, file);
  {
    g_autoptr (KefuAttachItem) item = g_list_model_get_item (G_LIST_MODEL (list_of (self)), 0);

    picture = kefu_attachment_ref (kefu_attach_item_get_attachment (item));
  }
  window = kefu_image_window_new (GTK_WIDGET (self->pane->timeline), self->session, blobs, picture);
  kefu_attachment_unref (picture);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (GTK_WINDOW (window));
  /* as at a sign-out: the window stays, the workspace goes */
  kefu_ui_test_settle ();
  chat_fixture_new_window (self);
  chat_wait_until (window == NULL);
}

/* --- what may be opened --- */

static void
check_open (const char *mime, const char *name, gboolean may, const char *opened)
{
  g_autoptr (KefuAttachment) file = kefu_attachment_new ();
  g_autofree char *as = NULL;

  file->sha256 = g_strnfill (64, 'a');
  file->mime = g_strdup (mime);
  file->name = kefu_attachment_clean_name (name);
  g_assert_cmpint (kefu_attachment_may_open (file), ==, may);
  as = kefu_attachment_open_name (file);
  if (may)
    g_assert_cmpstr (as, ==, opened);
}

static void
test_only_what_does_nothing_is_opened (void)
{
  check_open ("application/pdf", "报价.pdf", TRUE, "报价.pdf");
  check_open ("application/pdf", "报价.desktop", TRUE, "报价.desktop.pdf");
  check_open ("image/jpeg", "a.jpeg", TRUE, "a.jpeg");
  check_open ("image/png", "a.exe", TRUE, "a.exe.png");
  check_open ("text/plain", "a.txt", TRUE, "a.txt");
  check_open ("text/plain", "a.csv", TRUE, "a.csv.txt");
  check_open ("text/plain", "a.sh", FALSE, NULL);
  check_open ("text/plain", "a.desktop", FALSE, NULL);
  check_open ("text/plain", "a.html", FALSE, NULL);
  check_open ("text/plain", "README", FALSE, NULL);
  check_open ("application/octet-stream", "a.pdf", FALSE, NULL);
  check_open ("application/zip", "a.docx", FALSE, NULL);
  check_open ("application/octet-stream", "../../.bashrc", FALSE, NULL);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/files/they-go-before-the-text-in-order", test_files_go_before_the_text_in_order);
  g_test_add_func ("/ui/chat/files/a-file-needs-no-words", test_a_file_needs_no_words);
  g_test_add_func ("/ui/chat/files/words-that-may-not-go-hold-them-back",
                   test_words_that_may_not_go_hold_the_files_back);
  g_test_add_func ("/ui/chat/files/a-draft-keeps-them", test_a_draft_keeps_its_files);
  g_test_add_func ("/ui/chat/files/a-copy-that-overtakes-the-draft-keeps-its-files",
                   test_a_copy_that_overtakes_the_draft_keeps_its_files);
  g_test_add_func ("/ui/chat/files/a-picture-goes-with-the-workspace", test_a_picture_goes_with_the_workspace);
  g_test_add_func ("/ui/chat/files/what-is-refused-is-said-by-name", test_what_is_refused_is_said_by_name);
  g_test_add_func ("/ui/chat/files/fifteen-at-a-time", test_fifteen_at_a_time);
  g_test_add_func ("/ui/chat/files/delete-takes-one-out", test_delete_takes_one_out);
  g_test_add_func ("/ui/chat/files/notes-carry-none", test_notes_carry_no_files);
  g_test_add_func ("/ui/chat/files/a-picture-is-pasted", test_a_picture_is_pasted);
  g_test_add_func ("/ui/chat/files/files-are-pasted", test_files_are_pasted);
  g_test_add_func ("/ui/chat/files/words-are-pasted-as-words", test_words_are_pasted_as_words);
  g_test_add_func ("/ui/chat/files/a-picture-is-seen-while-it-is-sent", test_a_picture_is_seen_while_it_is_sent);
  g_test_add_func ("/ui/chat/files/a-card-never-moves", test_a_card_never_moves);
  g_test_add_func ("/ui/chat/files/how-far-it-is-in-words", test_how_far_it_is_in_words);
  g_test_add_func ("/ui/chat/files/a-cancelled-file-goes-to-the-tray", test_a_cancelled_file_goes_to_the_tray);
  g_test_add_func ("/ui/chat/files/saved-whole-or-not-at-all", test_a_file_is_saved_whole_or_not_at_all);
  g_test_add_func ("/ui/chat/files/only-what-does-nothing-is-opened", test_only_what_does_nothing_is_opened);
  return g_test_run ();
}
