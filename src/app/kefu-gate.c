/* SPDX-License-Identifier: GPL-3.0-or-later
 * Between the desk and its server's certificate: what is known of it, and what the agent is told. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-gate.h"

#include "kefu-native-backend.h"

struct _KefuGate
{
  GObject parent_instance;

  KefuTrust *trust;
  KefuNativeBackend *backend;
};

enum
{
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuGate, kefu_gate, G_TYPE_OBJECT)

static const char *
server (KefuGate *self)
{
  return self->backend != NULL ? kefu_native_backend_get_server (self->backend) : NULL;
}

static void
tell_backend (KefuGate *self)
{
  g_autofree char *known = kefu_trust_lookup (self->trust, server (self));

  if (self->backend != NULL)
    kefu_native_backend_set_known (self->backend, known);
}

static void
kefu_gate_dispose (GObject *object)
{
  KefuGate *self = KEFU_GATE (object);

  g_clear_object (&self->backend);
  g_clear_object (&self->trust);
  G_OBJECT_CLASS (kefu_gate_parent_class)->dispose (object);
}

static void
kefu_gate_class_init (KefuGateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_gate_dispose;
  signals[REFUSED] = g_signal_new ("refused", KEFU_TYPE_GATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   KEFU_TYPE_CERTIFICATE);
}

static void
kefu_gate_init (KefuGate *self)
{
}

KefuGate *
kefu_gate_new (KefuTrust *trust)
{
  KefuGate *self = g_object_new (KEFU_TYPE_GATE, NULL);

  self->trust = g_object_ref (trust);
  g_signal_connect_object (trust, "changed", G_CALLBACK (tell_backend), self, G_CONNECT_SWAPPED);
  return self;
}

void
kefu_gate_set_backend (KefuGate *self, KefuBackend *backend)
{
  g_return_if_fail (KEFU_IS_GATE (self));
  g_return_if_fail (backend == NULL || KEFU_IS_NATIVE_BACKEND (backend));

  g_set_object (&self->backend, (KefuNativeBackend *) backend);
  tell_backend (self);
}

void
kefu_gate_passed (KefuGate *self)
{
  g_return_if_fail (KEFU_IS_GATE (self));

  if (server (self) == NULL)
    return;
  kefu_trust_set_refused (self->trust, server (self), NULL);
  kefu_trust_learn (self->trust, server (self), KEFU_CERTIFICATE_VOUCHED);
}

gboolean
kefu_gate_explain (KefuGate *self)
{
  g_autoptr (KefuCertificate) certificate = NULL;

  g_return_val_if_fail (KEFU_IS_GATE (self), FALSE);

  certificate = self->backend != NULL ? kefu_native_backend_dup_refused (self->backend) : NULL;
  if (certificate == NULL)
    return FALSE;
  kefu_trust_set_refused (self->trust, certificate->server, certificate);
  g_signal_emit (self, signals[REFUSED], 0, certificate);
  return TRUE;
}

gboolean
kefu_gate_refused (KefuGate *self, const GError *error)
{
  return g_error_matches (error, KEFU_ERROR, KEFU_ERROR_TLS) && kefu_gate_explain (self);
}

void
kefu_gate_accept (KefuGate *self, const KefuCertificate *certificate)
{
  g_return_if_fail (KEFU_IS_GATE (self));
  g_return_if_fail (certificate->fault == KEFU_CERTIFICATE_UNKNOWN);

  kefu_trust_learn (self->trust, certificate->server, certificate->fingerprint);
}
