/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SHA-256 fingerprint of a certificate, for programs and for people who compare it. */
#include "config.h"

#include "kefu-fingerprint.h"

#include <string.h>

#define DIGITS 64
#define GROUP 4

char *
kefu_fingerprint_of (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);

  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

gboolean
kefu_fingerprint_is_valid (const char *text)
{
  return text != NULL && strlen (text) == DIGITS && strspn (text, "0123456789abcdef") == DIGITS;
}

char *
kefu_fingerprint_group (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, g_ascii_toupper (fingerprint[i]));
    }
  return g_string_free (text, FALSE);
}

gboolean
kefu_fingerprint_ends_with (const char *fingerprint, const char *text, guint n)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (digits, g_ascii_tolower (*p));
    else if (strchr (" :-", *p) == NULL)
      return FALSE;
  return digits->len == n && g_str_has_suffix (fingerprint, digits->str);
}
