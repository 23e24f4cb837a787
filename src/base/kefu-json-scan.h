/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether bytes are JSON, before any parser sees them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lists and objects inside each other; what SQLite takes, and json-glib survives. */
#define KEFU_JSON_MAX_DEPTH 1000

/**
 * kefu_json_scan:
 * @data: (nullable): @size bytes, no zero at the end needed
 *
 * Whether all of @data is one JSON text by RFC 8259 in UTF-8, at most KEFU_JSON_MAX_DEPTH deep, without a zero character in a string
 * ("\u0000" would end it early) and without half a surrogate pair (no character). Builds nothing and does not recurse.
 *
 * The parsers behind it are not strict enough for what strangers send: json-glib takes comments and crashes on depth, and SQLite before
 * 3.42 takes a list for the name of a member, and reads wild memory when a member is looked for in it.
 */
gboolean kefu_json_scan (const char *data, gsize size);

G_END_DECLS
