/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a file is and how large, in words and signs. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-attachment-text.h"

#include <glib/gi18n.h>

#define KIB 1024.0

/* Longer endings are part of the name. */
#define MAX_ENDING 5

/* What the desktop may be asked to open, by what the content says; the ending is what the program for it is chosen by. */
static const struct
{
  const char *mime;
  const char *ending;
} openable[] = {
  { "image/png", "png" },  { "image/jpeg", "jpg" },      { "image/gif", "gif" },       { "image/webp", "webp" },
  { "audio/mpeg", "mp3" }, { "audio/ogg", "ogg" },       { "audio/amr", "amr" },       { "audio/mp4", "m4a" },
  { "audio/wav", "wav" },  { "audio/x-wav", "wav" },     { "audio/aac", "aac" },       { "audio/flac", "flac" },
  { "video/mp4", "mp4" },  { "video/quicktime", "mov" }, { "application/pdf", "pdf" }, { "text/plain", "txt" },
};

/* Endings that plain text may have without being more than text. */
static const char *const text_endings[] = { "txt", "text", "log", "csv", "tsv", "md", "srt", NULL };

static const struct
{
  const char *icon;
  const char *endings[10];
} icons[] = {
  { "x-office-document-symbolic", { "pdf", "doc", "docx", "odt", "rtf", "wps", "pages" } },
  { "x-office-spreadsheet-symbolic", { "xls", "xlsx", "ods", "csv", "tsv", "et", "numbers" } },
  { "x-office-presentation-symbolic", { "ppt", "pptx", "odp", "dps", "key" } },
  { "package-x-generic-symbolic", { "zip", "rar", "7z", "tar", "gz", "xz", "bz2", "zst" } },
  { "application-x-executable-symbolic", { "exe", "msi", "apk", "deb", "rpm", "sh", "bat", "jar" } },
};

/* (transfer full): "pdf", "" if the name has no ending. */
static char *
ending_of (const char *name)
{
  const char *dot = strrchr (name, '.');
  gsize length = dot ? strlen (dot + 1) : 0;

  if (length == 0 || length > MAX_ENDING)
    return g_strdup ("");
  for (const char *c = dot + 1; *c; c++)
    {
      if (!g_ascii_isalnum (*c))
        return g_strdup ("");
    }
  return g_ascii_strdown (dot + 1, -1);
}

/* (nullable) */
static const char *
ending_for (const char *mime)
{
  for (guint i = 0; i < G_N_ELEMENTS (openable); i++)
    {
      if (g_str_equal (openable[i].mime, mime))
        return openable[i].ending;
    }
  return NULL;
}

char *
kefu_attachment_size_text (gint64 size)
{
  if (size <= 0)
    return g_strdup ("");
  if (size < KIB * KIB)
    /* TRANSLATORS: the size of a file in kilobytes */
    return g_strdup_printf (_ ("%d KB"), MAX (1, (int) (size / KIB + 0.5)));
  /* TRANSLATORS: the size of a file in megabytes */
  return g_strdup_printf (_ ("%.1f MB"), size / KIB / KIB);
}

char *
kefu_attachment_type_text (KefuAttachment *attachment)
{
  g_autofree char *ending = ending_of (attachment->name);
  const char *real = ending_for (attachment->mime);

  return g_ascii_strup (*ending ? ending : real ? real : "", -1);
}

char *
kefu_attachment_caption (KefuAttachment *attachment)
{
  g_autofree char *size = kefu_attachment_size_text (attachment->size);
  g_autofree char *type = NULL;

  if (attachment->seconds > 0)
    type = g_strdup_printf ("%d:%02d", attachment->seconds / 60, attachment->seconds % 60);
  else
    type = kefu_attachment_type_text (attachment);
  if (*type && *size)
    return g_strdup_printf ("%s · %s", type, size);
  return *type ? g_steal_pointer (&type) : g_steal_pointer (&size);
}

char *
kefu_attachment_spoken (KefuAttachment *attachment)
{
  g_autofree char *size = kefu_attachment_size_text (attachment->size);
  const char *what;

  if (kefu_attachment_is_picture (attachment->mime))
    what = _ ("Picture");
  else if (attachment->seconds > 0)
    what = _ ("Voice message");
  else
    what = *attachment->name ? attachment->name : _ ("File");
  return *size ? g_strdup_printf ("%s, %s", what, size) : g_strdup (what);
}

const char *
kefu_attachment_icon (KefuAttachment *attachment)
{
  g_autofree char *ending = ending_of (attachment->name);

  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (icons[i].endings) && icons[i].endings[k]; k++)
        {
          if (g_str_equal (icons[i].endings[k], ending))
            return icons[i].icon;
        }
    }
  if (g_str_has_prefix (attachment->mime, "image/"))
    return "image-x-generic-symbolic";
  if (g_str_has_prefix (attachment->mime, "audio/"))
    return "audio-x-generic-symbolic";
  if (g_str_has_prefix (attachment->mime, "video/"))
    return "video-x-generic-symbolic";
  if (g_str_equal (attachment->mime, "application/pdf"))
    return "x-office-document-symbolic";
  if (g_str_equal (attachment->mime, "application/zip"))
    return "package-x-generic-symbolic";
  return "text-x-generic-symbolic";
}

gboolean
kefu_attachment_may_open (KefuAttachment *attachment)
{
  g_autofree char *ending = ending_of (attachment->name);

  if (ending_for (attachment->mime) == NULL)
    return FALSE;
  /* A script is plain text too: only what is nothing but text. */
  if (g_str_equal (attachment->mime, "text/plain"))
    return g_strv_contains (text_endings, ending);
  return TRUE;
}

char *
kefu_attachment_open_name (KefuAttachment *attachment)
{
  g_autofree char *name = kefu_attachment_save_name (attachment);
  g_autofree char *ending = ending_of (name);
  const char *real = ending_for (attachment->mime);

  if (real == NULL || g_str_equal (ending, real) || (g_str_equal (ending, "jpeg") && g_str_equal (real, "jpg")))
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s.%s", name, real);
}

char *
kefu_attachment_save_name (KefuAttachment *attachment)
{
  const char *real = ending_for (attachment->mime);
  const char *what;

  if (*attachment->name)
    return kefu_attachment_clean_name (attachment->name);
  if (kefu_attachment_is_picture (attachment->mime))
    what = _ ("Picture");
  else if (g_str_has_prefix (attachment->mime, "audio/"))
    what = _ ("Voice message");
  else
    what = _ ("File");
  return real ? g_strdup_printf ("%s.%s", what, real) : g_strdup (what);
}
