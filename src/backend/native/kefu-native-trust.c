/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which certificate the server is known by, and the last one that was another. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-trust.h"

#include "kefu-fingerprint.h"

struct _KefuNativeTrust
{
  GTlsDatabase parent_instance;

  char *server;
  GMutex mutex; /* of what follows: GIO verifies on threads of its own */
  char *known;
  KefuCertificate *refused;
};

G_DEFINE_FINAL_TYPE (KefuNativeTrust, kefu_native_trust, G_TYPE_TLS_DATABASE)

static GTlsCertificateFlags
ask_authorities (GTlsCertificate *chain,
                 const char *purpose,
                 GSocketConnectable *identity,
                 GTlsInteraction *interaction,
                 GTlsDatabaseVerifyFlags flags,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GTlsDatabase) authorities = g_tls_backend_get_default_database (g_tls_backend_get_default ());

  return g_tls_database_verify_chain (authorities, chain, purpose, identity, interaction, flags, cancellable, error);
}

static GTlsCertificateFlags
kefu_native_trust_verify_chain (GTlsDatabase *database,
                                GTlsCertificate *chain,
                                const char *purpose,
                                GSocketConnectable *identity,
                                GTlsInteraction *interaction,
                                GTlsDatabaseVerifyFlags flags,
                                GCancellable *cancellable,
                                GError **error)
{
  KefuNativeTrust *self = KEFU_NATIVE_TRUST (database);
  g_autofree char *fingerprint = kefu_fingerprint_of (chain);
  g_autofree char *known = NULL;
  GTlsCertificateFlags result;

  g_mutex_lock (&self->mutex);
  known = g_strdup (self->known);
  g_mutex_unlock (&self->mutex);

  if (known != NULL && g_strcmp0 (known, KEFU_CERTIFICATE_VOUCHED) != 0)
    result = g_str_equal (known, fingerprint) ? 0 : G_TLS_CERTIFICATE_UNKNOWN_CA;
  else
    {
      GError *failure = NULL;

      result = ask_authorities (chain, purpose, identity, interaction, flags, cancellable, &failure);
      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return result;
        }
    }

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->refused, kefu_certificate_free);
  if (result != 0)
    self->refused = kefu_certificate_new (self->server, chain, result, known);
  g_mutex_unlock (&self->mutex);
  return result;
}

static void
kefu_native_trust_finalize (GObject *object)
{
  KefuNativeTrust *self = KEFU_NATIVE_TRUST (object);

  g_free (self->server);
  g_free (self->known);
  g_clear_pointer (&self->refused, kefu_certificate_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (kefu_native_trust_parent_class)->finalize (object);
}

static void
kefu_native_trust_class_init (KefuNativeTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_native_trust_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = kefu_native_trust_verify_chain;
}

static void
kefu_native_trust_init (KefuNativeTrust *self)
{
  g_mutex_init (&self->mutex);
}

KefuNativeTrust *
kefu_native_trust_new (const char *server)
{
  KefuNativeTrust *self = g_object_new (KEFU_TYPE_NATIVE_TRUST, NULL);

  self->server = g_strdup (server);
  return self;
}

void
kefu_native_trust_set_known (KefuNativeTrust *self, const char *known)
{
  g_mutex_lock (&self->mutex);
  g_free (self->known);
  self->known = g_strdup (known);
  g_mutex_unlock (&self->mutex);
}

KefuCertificate *
kefu_native_trust_dup_refused (KefuNativeTrust *self)
{
  KefuCertificate *refused;

  g_mutex_lock (&self->mutex);
  refused = self->refused != NULL ? kefu_certificate_copy (self->refused) : NULL;
  g_mutex_unlock (&self->mutex);
  return refused;
}
