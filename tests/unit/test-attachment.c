/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a file is, how it may be called, and what is said of it. */
#include "config.h"

#include <string.h>

#include "kefu-attachment.h"

#define SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* --- names --- */

static void
assert_name (const char *given, const char *clean)
{
  g_autofree char *once = kefu_attachment_clean_name (given);
  g_autofree char *twice = kefu_attachment_clean_name (once);

  g_assert_cmpstr (once, ==, clean);
  g_assert_cmpstr (twice, ==, clean);
}

static void
test_a_name_is_never_a_path (void)
{
  assert_name ("发票.pdf", "发票.pdf");
  assert_name ("../../etc/passwd", "passwd");
  assert_name ("/etc/shadow", "shadow");
  assert_name ("C:\\Windows\\system32\\calc.exe", "calc.exe");
  assert_name ("a/b\\..\\c.txt", "c.txt");
  assert_name ("..", "file");
  assert_name (".", "file");
  assert_name ("", "file");
  assert_name (NULL, "file");
  assert_name ("a/", "file");
  assert_name ("a/..", "file");
  assert_name ("/.", "file");
  assert_name (". . .", "file");
  assert_name (".bashrc", "bashrc");
  assert_name ("...hidden", "hidden");
}

static void
test_a_name_shows_what_it_is (void)
{
  assert_name ("a\n.exe", "a.exe");
  assert_name ("a\r\nb\t\x01\x7f.txt", "ab.txt");
  /* "photo", right-to-left override, "gpj.exe" reads as photoexe.jpg */
  assert_name ("photo\xe2\x80\xaegpj.exe", "photogpj.exe");
  assert_name ("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9",
               "file");
  assert_name ("a\xe2\x80\x8b\xef\xbb\xbf.b", "a.b");
  assert_name ("invoice.pdf            .exe", "invoice.pdf .exe");
  assert_name ("a\xc2\xa0\xe3\x80\x80 b", "a b");
  assert_name ("  a.txt  ", "a.txt");
  assert_name ("a.exe. .", "a.exe");
  assert_name ("\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void
test_a_long_name_keeps_its_ending (void)
{
  g_autoptr (GString) latin = g_string_new (NULL);
  g_autoptr (GString) han = g_string_new (NULL);
  g_autoptr (GString) dots = g_string_new ("a.");
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *c = NULL;

  for (guint i = 0; i < 500; i++)
    {
      g_string_append_c (latin, 'x');
      g_string_append (han, "账");
      g_string_append_c (dots, 'y');
    }
  g_string_append (latin, ".pdf");
  g_string_append (han, ".xlsx");
  a = kefu_attachment_clean_name (latin->str);
  b = kefu_attachment_clean_name (han->str);
  c = kefu_attachment_clean_name (dots->str);
  g_assert_cmpuint (strlen (a), ==, KEFU_ATTACHMENT_NAME_CHARS);
  g_assert_true (g_str_has_suffix (a, "x.pdf"));
  g_assert_cmpuint (strlen (b), <=, KEFU_ATTACHMENT_NAME_BYTES);
  g_assert_cmpuint (strlen (b), >, KEFU_ATTACHMENT_NAME_BYTES - 3);
  g_assert_true (g_utf8_validate (b, -1, NULL));
  g_assert_true (g_str_has_suffix (b, "账.xlsx"));
  g_assert_cmpuint (strlen (c), ==, KEFU_ATTACHMENT_NAME_CHARS);
  assert_name (a, a);
  assert_name (b, b);
  assert_name (c, c);
}

/* --- content --- */

static void
assert_kind (const char *data, gsize length, const char *mime)
{
  g_assert_cmpstr (kefu_attachment_sniff ((const guint8 *) data, length), ==, mime);
}

#define ASSERT_KIND(literal, mime) assert_kind (literal, sizeof (literal) - 1, mime)

static void
test_a_file_is_what_it_contains (void)
{
  ASSERT_KIND ("\x89PNG\r\n\x1a\n\0\0", "image/png");
  ASSERT_KIND ("\xff\xd8\xff\xe0", "image/jpeg");
  ASSERT_KIND ("GIF89a..", "image/gif");
  ASSERT_KIND ("RIFF\1\2\3\4WEBPVP8 ", "image/webp");
  ASSERT_KIND ("RIFF\1\2\3\4WAVEfmt ", "audio/x-wav");
  ASSERT_KIND ("XXXX\1\2\3\4WEBPVP8 ", "application/octet-stream");
  ASSERT_KIND ("%PDF-1.7\n", "application/pdf");
  ASSERT_KIND ("PK\3\4\0\0", "application/zip");
  ASSERT_KIND ("#!AMR\n\0", "audio/amr");
  ASSERT_KIND ("\0\0\0\x20"
               "ftypisom",
               "video/mp4");
  ASSERT_KIND ("\0\0\0\x20"
               "ftypM4A ",
               "audio/mp4");
  ASSERT_KIND ("您好，发票如下。\r\n\t¥ 268.00\n", "text/plain");
  ASSERT_KIND ("\xef\xbb\xbf"
               "text",
               "text/plain");
  ASSERT_KIND ("a\0b", "application/octet-stream");
  ASSERT_KIND ("\xc4\xfa\xba\xc3", "application/octet-stream");
  ASSERT_KIND ("MZ\x90\0", "application/octet-stream");
  ASSERT_KIND ("", "application/octet-stream");
  ASSERT_KIND ("   \n", "application/octet-stream");
}

static void
test_a_language_with_tags_is_only_bytes (void)
{
  ASSERT_KIND ("<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream");
  ASSERT_KIND ("\xef\xbb\xbf \n\t<html>", "application/octet-stream");
  ASSERT_KIND ("<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream");
  ASSERT_KIND ("<?xml version='1.0'?>", "application/octet-stream");
}

static void
test_a_text_may_be_cut_within_a_character (void)
{
  g_autoptr (GString) text = g_string_new ("a");

  while (text->len < 2 * KEFU_ATTACHMENT_SNIFF)
    g_string_append (text, "好");
  assert_kind (text->str, KEFU_ATTACHMENT_SNIFF, "text/plain");
  assert_kind (text->str, text->len, "text/plain");
  /* a whole file that ends so is not text */
  assert_kind (text->str, 6, "application/octet-stream");
  text->str[KEFU_ATTACHMENT_SNIFF - 1] = '\xff';
  assert_kind (text->str, KEFU_ATTACHMENT_SNIFF, "application/octet-stream");
}

/* --- JSON --- */

static KefuAttachment *
read_data (const char *single_quoted, GError **error)
{
  g_autofree char *json = g_strdelimit (g_strdup (single_quoted), "'", '"');

  return kefu_attachment_from_data (json, error);
}

static void
test_json_there_and_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuAttachment) whole =
    read_data ("{'sha256':'" SHA "','mime':'image/png','name':'../伤.png','size':7,'width':3,'height':4,'new':1}",
               &error);
  g_autoptr (KefuAttachment) bare = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (KefuAttachment) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (whole->name, ==, "伤.png");
  object = kefu_attachment_to_json (whole);
  again = kefu_attachment_from_json (object, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->sha256, ==, SHA);
  g_assert_cmpstr (again->mime, ==, "image/png");
  g_assert_cmpstr (again->name, ==, "伤.png");
  g_assert_cmpint (again->size, ==, 7);
  g_assert_cmpint (again->width, ==, 3);
  g_assert_cmpint (again->height, ==, 4);
  g_assert_cmpint (again->seconds, ==, 0);
  g_assert_false (json_object_has_member (object, "seconds"));

  bare = read_data ("{'sha256':'" SHA "','mime':'audio/amr','seconds':6,'name':null}", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bare->name, ==, "");
  g_assert_cmpint (bare->seconds, ==, 6);
}

static void
test_every_member_is_checked (void)
{
  static const struct
  {
    const char *json;
    const char *field;
  } bad[] = {
    { "{'mime':'image/png'}", "sha256: " },
    { "{'sha256':'abc','mime':'image/png'}", "sha256: " },
    { "{'sha256':'../../../../../../../../../../../../../../../../../../../etc/passw','mime':'image/png'}",
      "sha256: " },
    { "{'sha256':'9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08','mime':'image/png'}", "sha256: " },
    { "{'sha256':'" SHA "'}", "mime: " },
    { "{'sha256':'" SHA "','mime':'image'}", "mime: " },
    { "{'sha256':'" SHA "','mime':'text/html; charset=x'}", "mime: " },
    { "{'sha256':'" SHA "','mime':'/'}", "mime: " },
    { "{'sha256':'" SHA "','mime':7}", "mime: " },
    { "{'sha256':'" SHA "','mime':'image/png','name':7}", "name: " },
    { "{'sha256':'" SHA "','mime':'image/png','size':-1}", "size: " },
    { "{'sha256':'" SHA "','mime':'image/png','size':41943041}", "size: " },
    { "{'sha256':'" SHA "','mime':'image/png','size':'7'}", "size: " },
    { "{'sha256':'" SHA "','mime':'image/png','width':100001}", "width: " },
    { "{'sha256':'" SHA "','mime':'image/png','height':1.5}", "height: " },
    { "{'sha256':'" SHA "','mime':'image/png','seconds':-6}", "seconds: " },
    { "[]", "data: " },
    { "", "data: " },
    { "{", "data: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KefuAttachment) attachment = read_data (bad[i].json, &error);

      g_assert_null (attachment);
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, bad[i].field));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attachment/name/never-a-path", test_a_name_is_never_a_path);
  g_test_add_func ("/attachment/name/shows-what-it-is", test_a_name_shows_what_it_is);
  g_test_add_func ("/attachment/name/long", test_a_long_name_keeps_its_ending);
  g_test_add_func ("/attachment/sniff/kinds", test_a_file_is_what_it_contains);
  g_test_add_func ("/attachment/sniff/tags", test_a_language_with_tags_is_only_bytes);
  g_test_add_func ("/attachment/sniff/cut", test_a_text_may_be_cut_within_a_character);
  g_test_add_func ("/attachment/json/there-and-back", test_json_there_and_back);
  g_test_add_func ("/attachment/json/checks", test_every_member_is_checked);
  return g_test_run ();
}
