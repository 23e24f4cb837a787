/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signed events: what is let in and what is not. */
#include "config.h"

#include "kefu-signature.h"

#define NOW_S G_GINT64_CONSTANT (1700000000)
#define NOW_MS (NOW_S * 1000)

static const char *const secrets[] = { "new-secret", "old-secret", NULL };

static GBytes *
body_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
assert_refused (const char *timestamp, const char *signature, const char *text)
{
  g_autoptr (GBytes) body = body_of (text);
  g_autoptr (GError) error = NULL;

  g_assert_false (kefu_signature_check (secrets, timestamp, signature, body, NOW_MS, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_AUTH);
  g_assert_cmpstr (error->message, !=, "");
}

static void
test_the_signature_is_the_documented_one (void)
{
  /* printf '1700000000.{"events":[]}' | openssl dgst -sha256 -hmac new-secret */
  g_autoptr (GBytes) body = body_of ("{\"events\":[]}");
  g_autofree char *signature = kefu_signature_make ("new-secret", NOW_S, body);

  g_assert_cmpstr (signature, ==, "v1=3e3a38b6ef8d75eec1eba42358e013f62e5a8862d352c8e516736a793ea799b1");
}

static void
test_both_secrets_are_valid_during_rotation (void)
{
  g_autoptr (GBytes) body = body_of ("{}");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; secrets[i] != NULL; i++)
    {
      g_autofree char *signature = kefu_signature_make (secrets[i], NOW_S, body);
      g_autofree char *upper = g_ascii_strup (signature + 3, -1);
      g_autofree char *shouted = g_strconcat ("v1=", upper, NULL);

      g_assert_true (kefu_signature_check (secrets, "1700000000", signature, body, NOW_MS, &error));
      g_assert_true (kefu_signature_check (secrets, "1700000000", shouted, body, NOW_MS, &error));
      g_assert_no_error (error);
    }
}

static void
test_another_secret_body_or_time_is_refused (void)
{
  g_autoptr (GBytes) body = body_of ("{}");
  g_autoptr (GBytes) empty = body_of ("");
  g_autofree char *signature = kefu_signature_make ("new-secret", NOW_S, body);
  g_autofree char *foreign = kefu_signature_make ("foreign", NOW_S, body);
  g_autofree char *of_empty = kefu_signature_make ("new-secret", NOW_S, empty);

  assert_refused ("1700000000", foreign, "{}");
  assert_refused ("1700000000", signature, "{ }");
  assert_refused ("1700000001", signature, "{}");
  assert_refused ("1700000000", of_empty, "{}");
  assert_refused ("1700000000", "v1=", "{}");
  assert_refused ("1700000000", signature + 3, "{}");
}

static void
test_a_missing_or_broken_header_is_refused (void)
{
  g_autoptr (GBytes) body = body_of ("{}");
  g_autofree char *signature = kefu_signature_make ("new-secret", NOW_S, body);

  assert_refused (NULL, signature, "{}");
  assert_refused ("1700000000", NULL, "{}");
  assert_refused ("", signature, "{}");
  assert_refused ("soon", signature, "{}");
  assert_refused ("-1700000000", signature, "{}");
  assert_refused ("99999999999999999999", signature, "{}");
}

static void
test_a_stale_or_early_timestamp_is_refused (void)
{
  g_autoptr (GBytes) body = body_of ("{}");

  for (int skew = -301; skew <= 301; skew += 301)
    {
      g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, NOW_S + skew);
      g_autofree char *signature = kefu_signature_make ("new-secret", NOW_S + skew, body);

      if (skew != 0)
        assert_refused (timestamp, signature, "{}");
    }
  for (int skew = -300; skew <= 300; skew += 300)
    {
      g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, NOW_S + skew);
      g_autofree char *signature = kefu_signature_make ("new-secret", NOW_S + skew, body);

      g_assert_true (kefu_signature_check (secrets, timestamp, signature, body, NOW_MS, NULL));
    }
}

static void
test_no_secret_lets_nobody_in (void)
{
  static const char *const none[] = { NULL };
  static const char *const empty[] = { "", NULL };
  g_autoptr (GBytes) body = body_of ("{}");
  g_autofree char *signature = kefu_signature_make ("", NOW_S, body);

  g_assert_false (kefu_signature_check (none, "1700000000", signature, body, NOW_MS, NULL));
  g_assert_false (kefu_signature_check (empty, "1700000000", signature, body, NOW_MS, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signature/the-signature-is-the-documented-one", test_the_signature_is_the_documented_one);
  g_test_add_func ("/signature/both-secrets-are-valid-during-rotation", test_both_secrets_are_valid_during_rotation);
  g_test_add_func ("/signature/another-secret-body-or-time-is-refused", test_another_secret_body_or_time_is_refused);
  g_test_add_func ("/signature/a-missing-or-broken-header-is-refused", test_a_missing_or_broken_header_is_refused);
  g_test_add_func ("/signature/a-stale-or-early-timestamp-is-refused", test_a_stale_or_early_timestamp_is_refused);
  g_test_add_func ("/signature/no-secret-lets-nobody-in", test_no_secret_lets_nobody_in);
  return g_test_run ();
}
