/* SPDX-License-Identifier: GPL-3.0-or-later
 * The members of a JSON object, the elements of an array, as pieces of the text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A piece of a JSON text, of one value, without white space around it. It belongs to the text. */
typedef struct
{
  const char *text;
  gsize length;
} KefuJsonPiece;

/* Goes over one object or array. All fields are private. */
typedef struct
{
  const char *next;
  gboolean is_object;
} KefuJsonWalk;

/* @text: begins with an object or an array, in a text that kefu_json_scan() has accepted: it is not checked again, and is read to the end of
 * that value at most. FALSE: it is neither. Builds nothing. */
gboolean kefu_json_walk_begin (KefuJsonWalk *self, const char *text);
/* The next member or element; @key (without quotes, as it stands there) is empty in an array. FALSE: that was the last. */
gboolean kefu_json_walk_next (KefuJsonWalk *self, KefuJsonPiece *key, KefuJsonPiece *value);
/* (nullable): where the next element of an array begins, without going over it; NULL: there is none. What is an object or an array can be gone
 * over with a walk of its own, and left with kefu_json_walk_leave() when that one has come to its end: so one pass is enough for both. */
const char *kefu_json_walk_peek (KefuJsonWalk *self);
/* The length of the element that was peeked at. */
gsize kefu_json_walk_leave (KefuJsonWalk *self, const KefuJsonWalk *inner);
gboolean kefu_json_is_string (const KefuJsonPiece *self);
/* A number without a point and an exponent. */
gboolean kefu_json_is_integer (const KefuJsonPiece *self);
/* Whether it is the text @literal, say "true" or "\"put\"". */
gboolean kefu_json_is (const KefuJsonPiece *self, const char *literal);
/* The value of an integer, the nearest there is for one of more than 63 bits. */
gint64 kefu_json_integer (const KefuJsonPiece *self);
/* (transfer full): the characters of a string; any other value as it stands there. */
char *kefu_json_dup_text (const KefuJsonPiece *self);

G_END_DECLS
