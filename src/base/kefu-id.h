/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ids of entities and operations: UUID version 7 (RFC 9562). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 36 characters and the NUL. */
#define KEFU_ID_SIZE 37

/* (transfer full): a new UUIDv7 for @now_ms (ms since the epoch, UTC), in lower case. Ids made
 * by one process ascend, also within one millisecond. Safe from any thread. */
char *kefu_id_new (gint64 now_ms);
/* Whether @text is a UUID in the canonical form, of any version. */
gboolean kefu_id_is_valid (const char *text);

G_END_DECLS
