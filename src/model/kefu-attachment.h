/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is known of a file that goes with a message. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* The largest file, in bytes, and how many may go with one message. */
#define KEFU_ATTACHMENT_MAX (40 * 1024 * 1024)
#define KEFU_ATTACHMENTS_PER_MESSAGE 15

/* How many of the first bytes of a file kefu_attachment_sniff() looks at. */
#define KEFU_ATTACHMENT_SNIFF 512

/* The longest name, in characters and in bytes: what every file system takes. */
#define KEFU_ATTACHMENT_NAME_CHARS 120
#define KEFU_ATTACHMENT_NAME_BYTES 240

/**
 * KefuAttachment:
 * @sha256: of the content, 64 lower-case hexadecimal digits
 * @mime: as kefu_attachment_sniff() says, never as the sender says
 * @name: cleaned by kefu_attachment_clean_name(), "" if the sender gave none. For people: never a path
 * @size: in bytes, 0 if it is not known
 * @width: in pixels, 0 if it is not known or not a picture
 * @height: the same
 * @seconds: how long a voice message is, 0 otherwise
 *
 * Read-only after it was filled; atomically counted.
 */
typedef struct
{
  char *sha256;
  char *mime;
  char *name;
  gint64 size;
  int width;
  int height;
  int seconds;
} KefuAttachment;

/* (transfer full): a zeroed one to fill. */
KefuAttachment *kefu_attachment_new (void);
KefuAttachment *kefu_attachment_ref (KefuAttachment *self);
void kefu_attachment_unref (KefuAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuAttachment, kefu_attachment_unref)

/**
 * kefu_attachment_from_json:
 * @object: `{sha256, mime, name?, size?, width?, height?, seconds?}`: an argument of an operation or the `data` of an image, file or
 *   voice message; other members are ignored
 *
 * Cleans the name. Returns: (transfer full) (nullable): NULL and KEFU_ERROR_INVALID, whose message begins with the name of the wrong
 * member and a colon.
 */
KefuAttachment *kefu_attachment_from_json (JsonObject *object, GError **error);
/* The same from the `data` of a message, which may be NULL. */
KefuAttachment *kefu_attachment_from_data (const char *json, GError **error);
/* (transfer full): the members that are known. */
JsonObject *kefu_attachment_to_json (const KefuAttachment *self);

/* Whether @text is a SHA-256 as it is written here: 64 lower-case hexadecimal digits. */
gboolean kefu_attachment_is_sha256 (const char *text);

/**
 * kefu_attachment_sniff:
 * @data: the first KEFU_ATTACHMENT_SNIFF bytes of a file, or all if it has fewer
 *
 * What a file is, by its content: a picture (image/png, jpeg, gif, webp), audio/…, video/mp4 or quicktime, application/pdf or zip,
 * text/plain (UTF-8), or application/octet-stream. Never HTML, SVG or another language with tags.
 */
const char *kefu_attachment_sniff (const guint8 *data, gsize length);
/* Whether @mime is a picture that the desk shows. */
gboolean kefu_attachment_is_picture (const char *mime);

/**
 * kefu_attachment_clean_name:
 * @name: (nullable): as somebody named a file; may be a path of any system, not UTF-8, or meant to deceive
 *
 * For display and as proposal for saving: the last part of a path, without what cannot be seen or turns the direction of
 * writing, not hidden, at most KEFU_ATTACHMENT_NAME_CHARS characters (the ending stays). Cleaning twice changes nothing.
 * Returns: (transfer full): never "", "." or ".."; without anything left "file".
 */
char *kefu_attachment_clean_name (const char *name);

G_END_DECLS
