/* SPDX-License-Identifier: GPL-3.0-or-later
 * By which certificate each server is known to this desk. */
#pragma once

#include <gio/gio.h>

#include "kefu-certificate.h"

G_BEGIN_DECLS

/**
 * KefuTrust:
 *
 * Kept in the settings, by host:port, and longer than a sign-in. What a server is known by is set when it is met for the first time and
 * changes only after it was forgotten on purpose. Signals: `changed`; `forgotten`: after kefu_trust_forget().
 */
#define KEFU_TYPE_TRUST (kefu_trust_get_type ())
G_DECLARE_FINAL_TYPE (KefuTrust, kefu_trust, KEFU, TRUST, GObject)

/* (transfer full) */
KefuTrust *kefu_trust_new (GSettings *settings);
/* (transfer full) (nullable): a fingerprint or KEFU_CERTIFICATE_VOUCHED; NULL: never met. @server: (nullable). */
char *kefu_trust_lookup (KefuTrust *self, const char *server);
/* (transfer full) (array zero-terminated=1): the servers that are known. */
char **kefu_trust_list (KefuTrust *self);
/* The first meeting: @known as kefu_trust_lookup() gives it. Nothing happens to a server that is known already. */
void kefu_trust_learn (KefuTrust *self, const char *server, const char *known);
void kefu_trust_forget (KefuTrust *self, const char *server);
/* What was last refused of its server; NULL: it is all right now. */
void kefu_trust_set_refused (KefuTrust *self, const char *server, const KefuCertificate *certificate);
/* (transfer none) (nullable) */
const KefuCertificate *kefu_trust_get_refused (KefuTrust *self, const char *server);

G_END_DECLS
