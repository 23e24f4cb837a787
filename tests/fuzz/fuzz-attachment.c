/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of strangers: a name is fit for a screen and a folder, and no first bytes make it a page that would be shown. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-attachment.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

static void
check_name (const char *name)
{
  FUZZ_CHECK (*name != '\0' && g_utf8_validate (name, -1, NULL));
  FUZZ_CHECK (!g_str_equal (name, ".") && !g_str_equal (name, ".."));
  FUZZ_CHECK (strpbrk (name, "/\\") == NULL);
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      FUZZ_CHECK (!g_unichar_iscntrl (c));
      /* what turns the direction of writing: "exe.gpj" must not look like "jpg.exe" */
      FUZZ_CHECK (!(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069) && c != 0x200E && c != 0x200F);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *raw = fuzz_string (data, size);
  g_autofree char *name = kefu_attachment_clean_name (raw);
  g_autofree char *again = kefu_attachment_clean_name (name);
  const char *mime = kefu_attachment_sniff (data, size);

  check_name (name);
  FUZZ_CHECK (g_str_equal (name, again));
  FUZZ_CHECK (strstr (mime, "html") == NULL && strstr (mime, "svg") == NULL && strstr (mime, "script") == NULL);
  return 0;
}
