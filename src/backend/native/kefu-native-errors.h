/* SPDX-License-Identifier: GPL-3.0-or-later
 * What went wrong between desk and kefu-server, in words. */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* (transfer full): what GIO, TLS or libsoup said of reaching @where, in our domain. Cancellation stays what it is. */
GError *kefu_native_error_from_transport (const GError *cause, const char *where);
/* (transfer full): an answer that is not 2xx. @body (nullable): `{"error":{code,message}}`, or rubbish. */
GError *kefu_native_error_from_status (guint status, SoupMessageHeaders *headers, GBytes *body, const char *where);
/* (transfer full): KEFU_ERROR_AUTH with the reason behind @code (nullable), the server's word for what is wrong with a token. */
GError *kefu_native_error_from_token (const char *code);
/* (transfer full): a 2xx that is not what protocol.md says. */
GError *kefu_native_error_rubbish (const char *where);

G_END_DECLS
