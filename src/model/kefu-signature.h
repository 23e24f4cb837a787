/* SPDX-License-Identifier: GPL-3.0-or-later
 * The signature of inbound and outbound events: protocol.md, Inbound. */
#pragma once

#include <glib.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* (transfer full): the value of Kefu-Signature, "v1=" and hex(HMAC-SHA256(secret, timestamp "." body)). */
char *kefu_signature_make (const char *secret, gint64 timestamp_s, GBytes *body);
/* Checks both headers; @secrets is NULL-terminated (two during rotation); ±300 s. KEFU_ERROR_AUTH says what is wrong. Compares in
 * constant time. */
gboolean kefu_signature_check (const char *const *secrets,
                               const char *timestamp_header,
                               const char *signature_header,
                               GBytes *body,
                               gint64 now_ms,
                               GError **error);

G_END_DECLS
