/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which certificate the server is known by, and the last one that was another. */
#pragma once

#include "kefu-certificate.h"

G_BEGIN_DECLS

/**
 * KefuNativeTrust:
 *
 * Stands where the authorities' certificates stand, so that GIO asks it in each handshake, before the first byte of a call or a stream
 * leaves. A server that is known by a fingerprint is trusted for that one certificate and no other, whatever authorities say; any other
 * server is what the authorities of this computer make of it. Used by several threads at once.
 */
#define KEFU_TYPE_NATIVE_TRUST (kefu_native_trust_get_type ())
G_DECLARE_FINAL_TYPE (KefuNativeTrust, kefu_native_trust, KEFU, NATIVE_TRUST, GTlsDatabase)

/* (transfer full): @server: host:port, for the record. */
KefuNativeTrust *kefu_native_trust_new (const char *server);
/* @known: (nullable): a fingerprint, KEFU_CERTIFICATE_VOUCHED, or NULL for a server that is not known yet. */
void kefu_native_trust_set_known (KefuNativeTrust *self, const char *known);
/* (transfer full) (nullable): what the last handshake was refused for; NULL if it was not. */
KefuCertificate *kefu_native_trust_dup_refused (KefuNativeTrust *self);

G_END_DECLS
