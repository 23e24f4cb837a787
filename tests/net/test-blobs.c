/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments by their content. */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "net-fixture.h"

#define PNG "\x89PNG\r\n\x1a\n and some more"

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static NetAnswer *
call (NetFixture *fixture, const char *method, const char *sha256, GBytes *body, const char *range)
{
  g_autofree char *path = g_strdup_printf ("/v1/blobs/%s", sha256);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", fixture->token);
  const char *headers[] = { "Authorization", bearer, range != NULL ? "Range" : NULL, range, NULL };

  return net_call (fixture, method, path, body, headers);
}

/* (transfer full) */
static char *
put (NetFixture *fixture, const void *content, gsize size, guint status)
{
  g_autoptr (GBytes) body = g_bytes_new (content, size);
  char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
  g_autoptr (NetAnswer) answer = call (fixture, "PUT", sha256, body, NULL);

  g_assert_cmpuint (answer->status, ==, status);
  return sha256;
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      n += g_file_test (child, G_FILE_TEST_IS_DIR) ? count_files (child) : 1;
    }
  return n;
}

static guint
stored_files (NetFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "blobs", NULL);

  return count_files (path);
}

static void
test_round_trip (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = put (fixture, PNG, strlen (PNG), 201);
  g_autofree char *again = put (fixture, PNG, strlen (PNG), 200);
  g_autoptr (NetAnswer) head = call (fixture, "HEAD", sha256, NULL, NULL);
  g_autoptr (NetAnswer) get = call (fixture, "GET", sha256, NULL, NULL);

  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpuint (head->length, ==, 0);
  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpmem (get->text, get->length, PNG, strlen (PNG));
  g_assert_cmpstr (get->content_type, ==, "image/png");
  g_assert_cmpuint (stored_files (fixture), ==, 1);
}

static void
test_large_is_streamed (NetFixture *fixture, gconstpointer data)
{
  gsize size = 9 * 1024 * 1024 + 17;
  g_autofree guint8 *content = g_malloc (size);
  g_autofree char *sha256 = NULL;
  g_autoptr (NetAnswer) get = NULL;

  for (gsize i = 0; i < size; i++)
    content[i] = (guint8) (i * 2654435761u >> 13);
  sha256 = put (fixture, content, size, 201);
  get = call (fixture, "GET", sha256, NULL, NULL);
  g_assert_cmpmem (get->text, get->length, content, size);
  g_assert_cmpstr (get->content_type, ==, "application/octet-stream");
}

static void
test_empty_blob (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = put (fixture, "", 0, 201);
  g_autoptr (NetAnswer) get = call (fixture, "GET", sha256, NULL, NULL);

  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpuint (get->length, ==, 0);
}

static void
test_wrong_hash_stores_nothing (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "something else", -1);
  g_autoptr (GBytes) body = g_bytes_new_static (PNG, strlen (PNG));
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = call (fixture, "PUT", sha256, body, NULL);
  g_autofree char *after = net_digest (fixture);
  g_autoptr (NetAnswer) get = call (fixture, "GET", sha256, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 422);
  g_assert_cmpstr (net_error_code (answer), ==, "hash_mismatch");
  g_assert_cmpstr (after, ==, digest);
  g_assert_cmpuint (get->status, ==, 404);
  NET_WAIT_UNTIL (stored_files (fixture) == 0);
}

static void
test_names_are_not_paths (NetFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "x", "..%2f..%2fkefu.db",
                                       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
  g_autoptr (GBytes) body = g_bytes_new_static (PNG, strlen (PNG));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (NetAnswer) get = call (fixture, "GET", names[i], NULL, NULL);
      g_autoptr (NetAnswer) answer = call (fixture, "PUT", names[i], body, NULL);

      g_assert_true (get->status == 400 || get->status == 404);
      g_assert_true (answer->status == 400 || answer->status == 404);
    }
  g_assert_cmpuint (stored_files (fixture), ==, 0);
}

static void
test_without_token (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, PNG, -1);
  g_autofree char *path = g_strdup_printf ("/v1/blobs/%s", sha256);
  g_autofree char *large = g_strnfill (3 * 1024 * 1024, 'x');
  g_autoptr (GBytes) body = g_bytes_new (large, strlen (large));
  g_autoptr (NetAnswer) answer = net_call (fixture, "PUT", path, body, NULL);
  g_autoptr (NetAnswer) get = net_call (fixture, "GET", path, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 401);
  g_assert_cmpuint (get->status, ==, 401);
  g_assert_cmpuint (stored_files (fixture), ==, 0);
}

static void
test_too_large (NetFixture *fixture, gconstpointer data)
{
  gsize size = 41 * 1024 * 1024;
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (size), size);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
  g_autoptr (NetAnswer) answer = call (fixture, "PUT", sha256, body, NULL);

  g_assert_cmpuint (answer->status, ==, 413);
  g_assert_cmpuint (stored_files (fixture), ==, 0);
}

static void
test_ranges (NetFixture *fixture, gconstpointer data)
{
  static const char content[] = "0123456789";
  static const struct
  {
    const char *range;
    guint status;
    const char *text;
    const char *content_range;
  } cases[] = {
    { "bytes=0-3", 206, "0123", "bytes 0-3/10" }, { "bytes=4-", 206, "456789", "bytes 4-9/10" },
    { "bytes=-2", 206, "89", "bytes 8-9/10" },    { "bytes=8-100", 206, "89", "bytes 8-9/10" },
    { "bytes=20-", 416, NULL, "bytes */10" },     { "bytes=0-1,4-5", 200, content, NULL },
    { "lines=1-2", 200, content, NULL },
  };
  g_autofree char *sha256 = put (fixture, content, 10, 201);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetAnswer) answer = call (fixture, "GET", sha256, NULL, cases[i].range);

      g_test_message ("%s", cases[i].range);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (answer->content_range, ==, cases[i].content_range);
      if (cases[i].text != NULL)
        g_assert_cmpstr (answer->text, ==, cases[i].text);
    }
}

static void
test_html_is_only_bytes (NetFixture *fixture, gconstpointer data)
{
  static const char html[] = "<html><script>alert(1)</script></html>";
  g_autofree char *sha256 = put (fixture, html, strlen (html), 201);
  g_autoptr (NetAnswer) answer = call (fixture, "GET", sha256, NULL, NULL);

  g_assert_cmpstr (answer->content_type, ==, "application/octet-stream");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/blobs/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("come-back-as-they-went", test_round_trip);
  ADD ("large-ones-are-streamed", test_large_is_streamed);
  ADD ("empty-one-is-one-too", test_empty_blob);
  ADD ("wrong-hash-stores-nothing", test_wrong_hash_stores_nothing);
  ADD ("names-are-not-paths", test_names_are_not_paths);
  ADD ("without-token-nothing-is-read", test_without_token);
  ADD ("more-than-40-mebibytes-are-refused", test_too_large);
  ADD ("ranges", test_ranges);
  ADD ("html-is-only-bytes", test_html_is_only_bytes);
  return g_test_run ();
}
