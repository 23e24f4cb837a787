/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SHA-256 fingerprint of a certificate, for programs and for people who compare it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full): 64 hexadecimal digits in lower case. */
char *kefu_fingerprint_of (GTlsCertificate *certificate);
/* Whether @text is what kefu_fingerprint_of() gives. */
gboolean kefu_fingerprint_is_valid (const char *text);
/* (transfer full): "3F2A 9C01 …", sixteen groups in upper case, as it is read aloud and compared; desk and server show the same. */
char *kefu_fingerprint_group (const char *fingerprint);
/* Whether the last @n digits of @fingerprint are those of @text, whatever its case and its spaces or colons. */
gboolean kefu_fingerprint_ends_with (const char *fingerprint, const char *text, guint n);

G_END_DECLS
