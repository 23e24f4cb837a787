/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server as a backend: protocol.md over libsoup. */
#pragma once

#include "kefu-backend.h"
#include "kefu-certificate.h"
#include "kefu-clock.h"

G_BEGIN_DECLS

#define KEFU_TYPE_NATIVE_BACKEND (kefu_native_backend_get_type ())
G_DECLARE_FINAL_TYPE (KefuNativeBackend, kefu_native_backend, KEFU, NATIVE_BACKEND, GObject)

/* (transfer full) (nullable): @address is `unix:/path/to/socket`, `https://host[:port]` or, on loopback only, `http://…`; a bare host
 * means https. Anything else is KEFU_ERROR_INVALID with a text for the agent. */
KefuBackend *kefu_native_backend_new (const char *address, GError **error);
/* The same; @clock measures deadlines and the silence of the stream. */
KefuBackend *kefu_native_backend_new_with_clock (const char *address, KefuClock *clock, GError **error);

/* (nullable): host:port of a server with TLS, under which its certificate is remembered. */
const char *kefu_native_backend_get_server (KefuNativeBackend *self);
/* The certificate the server is known by: (nullable) a fingerprint or KEFU_CERTIFICATE_VOUCHED. With a fingerprint, no byte goes to a
 * server that shows another certificate. Before the first call. */
void kefu_native_backend_set_known (KefuNativeBackend *self, const char *known);
/* (transfer full) (nullable): the certificate behind the last KEFU_ERROR_TLS. */
KefuCertificate *kefu_native_backend_dup_refused (KefuNativeBackend *self);

G_END_DECLS
