/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of customers and channels: what they become, and what is given back to whom. */
#include "config.h"

#include <string.h>

#include "net-fixture.h"

#define HTML "<html><script>alert(1)</script></html>"
#define AMR "#!AMR\n0123456789"

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

/* Posts one message of customer "k" with the one part. */
static NetAnswer *
post_part (NetFixture *fixture, const char *part)
{
  g_autofree char *id = net_id ();
  g_autofree char *body =
    g_strdup_printf ("{\"events\":[{\"id\":\"%s\",\"type\":\"message\",\"sent_at\":%" G_GINT64_FORMAT
                     ",\"conversation\":{\"key\":\"k\"},\"sender\":{\"key\":\"k\"},\"parts\":[%s]}]}",
                     id, net_now (fixture), part);

  return net_inbound (fixture, body);
}

static void
assert_becomes (NetFixture *fixture,
                const char *type,
                const char *content,
                const char *name,
                const char *rest,
                const char *expected)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) content, strlen (content));
  g_autofree char *part =
    g_strdup_printf ("{\"type\":\"%s\",\"data\":\"%s\",\"name\":\"%s\"%s}", type, base64, name, rest);
  g_autoptr (NetAnswer) answer = post_part (fixture, part);
  g_autofree char *stored = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  stored = net_sql (fixture, "SELECT kind||'|'||(data->>'$.mime')||'|'||coalesce(data->>'$.name','')||'|'||"
                             "coalesce(data->>'$.seconds','') FROM message ORDER BY mseq DESC LIMIT 1");
  g_assert_cmpstr (stored, ==, expected);
}

static void
test_what_it_is_goes_by_the_bytes (NetFixture *fixture, gconstpointer data)
{
  assert_becomes (fixture, "file", "%PDF-1.4 x", "发票.pdf", "", "file|application/pdf|发票.pdf|");
  assert_becomes (fixture, "voice", AMR, "", ",\"seconds\":6", "voice|audio/amr||6");
  assert_becomes (fixture, "image", "GIF89a..", "a.gif", ",\"seconds\":6", "image|image/gif|a.gif|");
  assert_becomes (fixture, "image", HTML, "a.png", "", "file|application/octet-stream|a.png|");
  assert_becomes (fixture, "voice", HTML, "a.amr", ",\"seconds\":6", "file|application/octet-stream|a.amr|");
}

static void
test_names_are_only_shown (NetFixture *fixture, gconstpointer data)
{
  assert_becomes (fixture, "file", "x1", "../../etc/passwd", "", "file|text/plain|passwd|");
  assert_becomes (fixture, "file", "x2", "a\\n.exe", "", "file|text/plain|a.exe|");
  assert_becomes (fixture, "file", "x3", "photo\\u202egpj.exe", "", "file|text/plain|photogpj.exe|");
  assert_becomes (fixture, "file", "x4", "C:\\\\x\\\\y.bat", "", "file|text/plain|y.bat|");
  assert_becomes (fixture, "file", "x5", "..", "", "file|text/plain|file|");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/files/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("what-it-is-goes-by-the-bytes", test_what_it_is_goes_by_the_bytes);
  ADD ("names-are-only-shown", test_names_are_only_shown);
#undef ADD
  return g_test_run ();
}
