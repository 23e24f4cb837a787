/* SPDX-License-Identifier: GPL-3.0-or-later
 * The headers of signed posts: nothing but the one right signature is let in. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-signature.h"

#define NOW_S G_GINT64_CONSTANT (1800000000)

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

/* The input: a line with the timestamp, a line with the signature, the body. "RIGHT" in its place is signed here, or no mutation would ever
 * get as far as the comparison. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const secrets[] = { "new secret", "", "old secret", NULL };
  g_autofree char *text = fuzz_string (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *signature = NULL;
  gint64 timestamp;
  gboolean right = FALSE;
  gboolean accepted;

  if (g_strv_length (lines) < 3)
    return 0;
  body = g_bytes_new (lines[2], strlen (lines[2]));
  timestamp = g_ascii_strtoll (lines[0], NULL, 10);
  if (g_str_equal (lines[1], "RIGHT"))
    signature = kefu_signature_make (secrets[0], timestamp, body);
  else if (g_str_equal (lines[1], "OLD"))
    signature = kefu_signature_make (secrets[2], timestamp, body);
  else
    signature = g_strdup (lines[1]);
  accepted = kefu_signature_check (secrets, lines[0], signature, body, NOW_S * 1000, &error);
  FUZZ_CHECK (accepted == (error == NULL));
  for (guint i = 0; secrets[i] != NULL; i++)
    {
      g_autofree char *expected = kefu_signature_make (secrets[i], timestamp, body);

      right |= *secrets[i] != '\0' && g_ascii_strcasecmp (expected, signature) == 0;
    }
  if (accepted)
    FUZZ_CHECK (right && ABS (timestamp - NOW_S) <= 300);
  FUZZ_CHECK (!kefu_signature_check (secrets, NULL, signature, body, NOW_S * 1000, NULL));
  FUZZ_CHECK (!kefu_signature_check (secrets, lines[0], NULL, body, NOW_S * 1000, NULL));
  return 0;
}
