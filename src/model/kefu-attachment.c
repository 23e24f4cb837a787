/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is known of a file that goes with a message. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-attachment.h"

#include <string.h>

#include <glib/gi18n.h>

#include "kefu-op-private.h"

/* An ending that is longer is no ending. */
#define ENDING_BYTES 16

#define OCTETS "application/octet-stream"

static void
attachment_clear (gpointer data)
{
  KefuAttachment *self = data;

  g_free (self->sha256);
  g_free (self->mime);
  g_free (self->name);
}

KefuAttachment *
kefu_attachment_new (void)
{
  return g_atomic_rc_box_new0 (KefuAttachment);
}

KefuAttachment *
kefu_attachment_ref (KefuAttachment *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
kefu_attachment_unref (KefuAttachment *self)
{
  g_atomic_rc_box_release_full (self, attachment_clear);
}

/* --- JSON --- */

gboolean
kefu_attachment_is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* "type/subtype", without parameters. */
static gboolean
is_mime (const char *text)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.+-";
  gsize type = strspn (text, allowed);
  gsize subtype = text[type] == '/' ? strspn (text + type + 1, allowed) : 0;

  return type > 0 && subtype > 0 && text[type + 1 + subtype] == '\0';
}

static gboolean
read_int (JsonObject *object, const char *name, gint64 max, int *out, GError **error)
{
  gint64 value = 0;

  if (!kefu_arg_int (object, name, KEFU_ARG_OPTIONAL, 0, max, &value, error))
    return FALSE;
  *out = (int) value;
  return TRUE;
}

KefuAttachment *
kefu_attachment_from_json (JsonObject *object, GError **error)
{
  g_autoptr (KefuAttachment) self = kefu_attachment_new ();
  const char *sha256 = NULL;
  const char *mime = NULL;
  const char *name = NULL;

  if (!kefu_arg_text (object, "sha256", KEFU_ARG_REQUIRED, 64, &sha256, error) ||
      !kefu_arg_text (object, "mime", KEFU_ARG_REQUIRED, 100, &mime, error) ||
      !kefu_arg_text (object, "name", KEFU_ARG_OPTIONAL, 500, &name, error) ||
      !kefu_arg_int (object, "size", KEFU_ARG_OPTIONAL, 0, KEFU_ATTACHMENT_MAX, &self->size, error) ||
      !read_int (object, "width", 100000, &self->width, error) ||
      !read_int (object, "height", 100000, &self->height, error) ||
      !read_int (object, "seconds", 7 * 24 * 3600, &self->seconds, error))
    return NULL;
  if (!kefu_attachment_is_sha256 (sha256))
    {
      kefu_arg_refuse (error, "sha256", _ ("it is not a hash in hexadecimal"));
      return NULL;
    }
  if (!is_mime (mime))
    {
      kefu_arg_refuse (error, "mime", _ ("it is not a type of file"));
      return NULL;
    }
  self->sha256 = g_strdup (sha256);
  self->mime = g_strdup (mime);
  self->name = name == NULL || *name == '\0' ? g_strdup ("") : kefu_attachment_clean_name (name);
  return g_steal_pointer (&self);
}

KefuAttachment *
kefu_attachment_from_data (const char *json, GError **error)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      kefu_arg_refuse (error, "data", _ ("it is missing"));
      return NULL;
    }
  return kefu_attachment_from_json (json_node_get_object (node), error);
}

static void
set_positive (JsonObject *object, const char *name, gint64 value)
{
  if (value > 0)
    json_object_set_int_member (object, name, value);
}

JsonObject *
kefu_attachment_to_json (const KefuAttachment *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sha256", self->sha256);
  json_object_set_string_member (object, "mime", self->mime);
  if (self->name != NULL && *self->name != '\0')
    json_object_set_string_member (object, "name", self->name);
  set_positive (object, "size", self->size);
  set_positive (object, "width", self->width);
  set_positive (object, "height", self->height);
  set_positive (object, "seconds", self->seconds);
  return object;
}

/* --- what it is --- */

typedef struct
{
  guint8 at;
  guint8 length;
  const char *bytes;
  const char *mime;
} Magic;

static const Magic magics[] = {
  { 0, 8, "\x89PNG\r\n\x1a\n", "image/png" },
  { 0, 3, "\xff\xd8\xff", "image/jpeg" },
  { 0, 6, "GIF87a", "image/gif" },
  { 0, 6, "GIF89a", "image/gif" },
  { 8, 4, "WEBP", "image/webp" }, /* after RIFF and a length, see below */
  { 8, 4, "WAVE", "audio/x-wav" },
  { 0, 5, "%PDF-", "application/pdf" },
  { 0, 4, "PK\x03\x04", "application/zip" },
  { 0, 4, "PK\x05\x06", "application/zip" },
  { 0, 4, "OggS", "audio/ogg" },
  { 0, 4, "fLaC", "audio/flac" },
  { 0, 3, "ID3", "audio/mpeg" },
  { 0, 2, "\xff\xfb", "audio/mpeg" },
  { 0, 2, "\xff\xf3", "audio/mpeg" },
  { 0, 2, "\xff\xf1", "audio/aac" },
  { 0, 2, "\xff\xf9", "audio/aac" },
  { 0, 5, "#!AMR", "audio/amr" },
  { 0, 6, "#!SILK", "audio/silk" },
  { 0, 7, "\x02#!SILK", "audio/silk" }, /* WeChat's */
  { 4, 8, "ftypM4A ", "audio/mp4" },
  { 4, 8, "ftypqt  ", "video/quicktime" },
  { 4, 8, "ftypisom", "video/mp4" },
  { 4, 8, "ftypiso2", "video/mp4" },
  { 4, 8, "ftypavc1", "video/mp4" },
  { 4, 8, "ftypmp41", "video/mp4" },
  { 4, 8, "ftypmp42", "video/mp4" },
};

/* UTF-8 that a person can read, and no language with tags. @data may end within a character if it is the beginning of more. */
static gboolean
is_plain_text (const guint8 *data, gsize length)
{
  const char *text = (const char *) data;
  const char *end;
  gsize i = 0;

  if (!g_utf8_validate_len (text, length, &end) &&
      (length < KEFU_ATTACHMENT_SNIFF || length - (gsize) (end - text) > 3 ||
       g_utf8_get_char_validated (end, (gssize) (length - (gsize) (end - text))) != (gunichar) -2))
    return FALSE;
  for (gsize j = 0; j < length; j++)
    if (data[j] == 0x7f || (data[j] < 0x20 && strchr ("\t\n\f\r", data[j]) == NULL) || data[j] == 0)
      return FALSE;
  if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    i = 3;
  while (i < length && g_ascii_isspace (data[i]))
    i++;
  return i < length && data[i] != '<';
}

const char *
kefu_attachment_sniff (const guint8 *data, gsize length)
{
  length = MIN (length, KEFU_ATTACHMENT_SNIFF);
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    {
      const Magic *magic = &magics[i];

      if (length >= (gsize) magic->at + magic->length && memcmp (data + magic->at, magic->bytes, magic->length) == 0 &&
          (magic->at != 8 || memcmp (data, "RIFF", 4) == 0))
        return magic->mime;
    }
  return length > 0 && is_plain_text (data, length) ? "text/plain" : OCTETS;
}

gboolean
kefu_attachment_is_picture (const char *mime)
{
  static const char *const pictures[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };

  return mime != NULL && g_strv_contains (pictures, mime);
}

/* --- its name --- */

/* Whether a character has no place in a name: it cannot be seen, or turns the direction of writing ("exe.gpj" for "jpg.exe"). */
static gboolean
is_hidden (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* (transfer full): what can be seen of @name, white space as single spaces, and neither one nor a dot at its beginning. */
static GString *
visible (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) && g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR)
        c = ' ';
      if (is_hidden (c) || (out->len == 0 && (c == ' ' || c == '.')) ||
          (c == ' ' && out->len > 0 && out->str[out->len - 1] == ' '))
        continue;
      g_string_append_unichar (out, c);
    }
  return out;
}

/* Takes characters out before the ending until the name is short enough. */
static void
shorten (GString *name)
{
  const char *dot = strrchr (name->str, '.');
  gsize ending = dot != NULL && strlen (dot) <= ENDING_BYTES ? strlen (dot) : 0;

  while (name->len > KEFU_ATTACHMENT_NAME_BYTES || g_utf8_strlen (name->str, -1) > KEFU_ATTACHMENT_NAME_CHARS)
    {
      const char *cut = g_utf8_find_prev_char (name->str, name->str + (name->len - ending));
      gssize at = cut - name->str;

      g_string_erase (name, at, (gssize) (name->len - ending) - at);
    }
}

char *
kefu_attachment_clean_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_autoptr (GString) out = NULL;
  char *last = valid;

  for (char *p = valid; *p != '\0'; p++)
    if (*p == '/' || *p == '\\')
      last = p + 1;
  out = visible (last);
  shorten (out);
  while (out->len > 0 && (out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '.'))
    g_string_truncate (out, out->len - 1);
  if (out->len == 0)
    g_string_assign (out, "file");
  return g_string_free (g_steal_pointer (&out), FALSE);
}
