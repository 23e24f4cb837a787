/* SPDX-License-Identifier: GPL-3.0-or-later
 * Many posts at once: they share commits and not their faults; wrong signatures are many and cheap. */
#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "kefu-signature.h"
#include "net-fixture.h"

/* A post under way. */
typedef struct
{
  SoupMessage *message;
  GAsyncResult *result;
} Post;

static void
post_clear (gpointer data)
{
  Post *post = data;

  g_object_unref (post->message);
  g_clear_object (&post->result);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Sends @body to the channel without waiting, signed with @secret. */
static void
post (NetFixture *fixture, Post *self, const char *secret, const char *body)
{
  g_autofree char *url = g_strdup_printf ("%s/v1/channels/%s/inbound", fixture->base_url, fixture->channel_id);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  gint64 now_s = net_now (fixture) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (secret, now_s, bytes);
  SoupMessageHeaders *headers;

  self->message = soup_message_new ("POST", url);
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_replace (headers, "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (headers, "Kefu-Signature", signature);
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
  soup_session_send_and_read_async (fixture->session, self->message, G_PRIORITY_DEFAULT, NULL, posted_cb,
                                    &self->result);
}

static void
wait_for_all (GArray *posts)
{
  for (guint i = 0; i < posts->len; i++)
    NET_WAIT_UNTIL (g_array_index (posts, Post, i).result != NULL);
}

/* A session that may have @n connections to the server. */
static void
widen (NetFixture *fixture, guint n)
{
  g_autoptr (GSocketConnectable) connectable = NULL;

  g_object_get (fixture->session, "remote-connectable", &connectable, NULL);
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  fixture->session = soup_session_new_with_options ("remote-connectable", connectable, "max-conns", (int) n,
                                                    "max-conns-per-host", (int) n, NULL);
}

#define MANY 60

static void
test_a_bad_post_spoils_no_other (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) posts = g_array_new (FALSE, TRUE, sizeof (Post));
  g_autofree char *sums = NULL;

  widen (fixture, MANY);
  g_array_set_clear_func (posts, post_clear);
  g_array_set_size (posts, MANY);
  for (guint i = 0; i < MANY; i++)
    {
      /* Every third names a picture nobody has: found out only after the first words of it have been stored. */
      g_autofree char *picture = g_strdup_printf (",{\"type\":\"image\",\"sha256\":\"%064u\"}", i);
      g_autofree char *body = g_strdup_printf (
        "{\"events\":[{\"id\":\"t%u\",\"type\":\"message\",\"conversation\":{\"key\":\"k%u\"},\"sender\":{\"key\":\"k%"
        "u\"},"
        "\"sent_at\":1,\"parts\":[{\"type\":\"text\",\"text\":\"在吗\"}]},"
        "{\"id\":\"e%u\",\"type\":\"message\",\"conversation\":{\"key\":\"k%u\"},\"sender\":{\"key\":\"k%u\"},"
        "\"sent_at\":1,\"parts\":[{\"type\":\"text\",\"text\":\"%u\"}%s]}]}",
        i, i % 7, i % 7, i, i % 7, i % 7, i, i % 3 == 0 ? picture : "");

      post (fixture, &g_array_index (posts, Post, i), fixture->secret, body);
    }
  wait_for_all (posts);
  for (guint i = 0; i < MANY; i++)
    g_assert_cmpuint (soup_message_get_status (g_array_index (posts, Post, i).message), ==, i % 3 == 0 ? 422 : 200);
  /* All of the good ones, nothing of the bad ones, and the counts of the conversations say so too. */
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message"), ==, 2 * (MANY - MANY / 3));
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM inbound_seen"), ==, 2 * (MANY - MANY / 3));
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message WHERE body <> '在吗' AND body % 3 = 0"), ==, 0);
  g_assert_cmpint (net_sql_int (fixture, "SELECT sum(in_count) FROM conversation"), ==, 2 * (MANY - MANY / 3));
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM change c WHERE c.kind = 'message' AND NOT EXISTS"
                                         " (SELECT 1 FROM message m WHERE m.id = c.id AND m.rev = c.seq)"),
                   ==, 0);
}

static void
test_a_locked_database_says_retry (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  g_autoptr (GArray) posts = g_array_new (FALSE, TRUE, sizeof (Post));
  sqlite3 *db;

  widen (fixture, 4);
  g_array_set_clear_func (posts, post_clear);
  g_array_set_size (posts, 4);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < posts->len; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%u", i);
      g_autofree char *body = net_message (fixture, id, "k", "在吗？");

      g_test_expect_message ("kefu-server", G_LOG_LEVEL_WARNING, "*in use by another program*");
      post (fixture, &g_array_index (posts, Post, i), fixture->secret, body);
    }
  wait_for_all (posts);
  g_test_assert_expected_messages ();
  for (guint i = 0; i < posts->len; i++)
    g_assert_cmpuint (soup_message_get_status (g_array_index (posts, Post, i).message), ==, 503);
  sqlite3_close (db);
  net_customer_writes (fixture, "e1", "k", "在吗？");
}

#define WRONG 10000u

/* Ten thousand wrong ones, while the right sender goes on from the same address. */
static void
test_wrong_signatures_starve_nobody (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) posts = g_array_new (FALSE, TRUE, sizeof (Post));
  g_autofree char *body = net_message (fixture, "x", "k", "假的");
  guint n_limited = 0;
  guint n_stored = 0;
  gint64 slowest = 0;
  gint64 start = g_get_monotonic_time ();

  g_array_set_clear_func (posts, post_clear);
  widen (fixture, 16);
  for (guint done = 0; done < WRONG; done += 200)
    {
      g_autofree char *id = g_strdup_printf ("e%u", done);
      gint64 before;

      g_array_set_size (posts, 0);
      g_array_set_size (posts, 200);
      for (guint i = 0; i < posts->len; i++)
        post (fixture, &g_array_index (posts, Post, i), "not the secret", body);
      before = g_get_monotonic_time ();
      net_customer_writes (fixture, id, "k", "真的");
      slowest = MAX (slowest, g_get_monotonic_time () - before);
      n_stored++;
      wait_for_all (posts);
      for (guint i = 0; i < posts->len; i++)
        {
          SoupMessage *message = g_array_index (posts, Post, i).message;
          const char *after = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");

          if (soup_message_get_status (message) == 429)
            {
              g_assert_nonnull (after);
              g_assert_cmpint (g_ascii_strtoll (after, NULL, 10), >, 0);
              n_limited++;
            }
          else
            g_assert_cmpuint (soup_message_get_status (message), ==, 401);
        }
    }
  g_test_message ("%u wrong in %.1f s, %u of them limited; the slowest right one took %.0f ms", WRONG,
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, n_limited, (double) slowest / 1000);
  g_assert_cmpuint (n_limited, >, WRONG * 9 / 10);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message"), ==, n_stored);
  g_assert_cmpint (slowest, <, 5 * G_USEC_PER_SEC);
}

static void
test_a_suspect_sends_no_large_body (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) posts = g_array_new (FALSE, TRUE, sizeof (Post));
  g_autofree char *large = g_strnfill (300 * 1024, ' ');
  g_autoptr (NetAnswer) early = NULL;
  g_autoptr (NetAnswer) later = NULL;

  g_array_set_clear_func (posts, post_clear);
  g_array_set_size (posts, 40);
  for (guint i = 0; i < posts->len; i++)
    post (fixture, &g_array_index (posts, Post, i), "not the secret", "{}");
  wait_for_all (posts);
  early = net_inbound (fixture, large);
  /* Its signature is right, and nobody looked: no answer after which it would be given up. */
  g_assert_cmpuint (early->status, ==, 503);
  g_assert_nonnull (early->retry_after);
  net_customer_writes (fixture, "e1", "k", "短的");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 61 * 1000);
  later = net_inbound (fixture, large);
  g_assert_cmpuint (later->status, ==, 400);
}

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, data != NULL);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, fake, func) g_test_add ("/net/flood/" path, NetFixture, fake, set_up, func, tear_down)
  ADD ("a-bad-post-spoils-no-other", NULL, test_a_bad_post_spoils_no_other);
  ADD ("a-locked-database-says-retry", NULL, test_a_locked_database_says_retry);
  ADD ("wrong-signatures-starve-nobody", NULL, test_wrong_signatures_starve_nobody);
  ADD ("a-suspect-sends-no-large-body", "fake", test_a_suspect_sends_no_large_body);
  return g_test_run ();
}
