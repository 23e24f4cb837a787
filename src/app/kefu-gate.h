/* SPDX-License-Identifier: GPL-3.0-or-later
 * Between the desk and its server's certificate: what is known of it, and what the agent is told. */
#pragma once

#include "kefu-backend.h"
#include "kefu-trust.h"

G_BEGIN_DECLS

/**
 * KefuGate:
 *
 * Follows one backend at a time. Signal `refused` (KefuCertificate *): the server's certificate is not trusted, and somebody should be told.
 */
#define KEFU_TYPE_GATE (kefu_gate_get_type ())
G_DECLARE_FINAL_TYPE (KefuGate, kefu_gate, KEFU, GATE, GObject)

KefuGate *kefu_gate_new (KefuTrust *trust);
/* A backend that has not called yet: it is told by what its server is known. @backend: (nullable): none any more. */
void kefu_gate_set_backend (KefuGate *self, KefuBackend *backend);
/* The server let us in: if it is met for the first time, an authority has vouched for it. */
void kefu_gate_passed (KefuGate *self);
/* Emits `refused` and returns TRUE if @error (nullable) says that a certificate is not trusted. */
gboolean kefu_gate_refused (KefuGate *self, const GError *error);
/* `refused` once more, for an agent who asks; FALSE if there is nothing. */
gboolean kefu_gate_explain (KefuGate *self);
/* The agent has compared: the server is known by @certificate from now on. */
void kefu_gate_accept (KefuGate *self, const KefuCertificate *certificate);

G_END_DECLS
