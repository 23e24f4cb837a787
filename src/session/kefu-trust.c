/* SPDX-License-Identifier: GPL-3.0-or-later
 * By which certificate each server is known to this desk. */
#define G_LOG_DOMAIN "kefu-session"

#include "config.h"

#include "kefu-trust.h"

#include "kefu-fingerprint.h"

#define KEY "server-certificates"

struct _KefuTrust
{
  GObject parent_instance;

  GSettings *settings;
  GHashTable *refused; /* server → KefuCertificate */
};

enum
{
  CHANGED,
  FORGOTTEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTrust, kefu_trust, G_TYPE_OBJECT)

static gboolean
is_known (const char *text)
{
  return g_strcmp0 (text, KEFU_CERTIFICATE_VOUCHED) == 0 || kefu_fingerprint_is_valid (text);
}

static void
changed_cb (KefuTrust *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
kefu_trust_dispose (GObject *object)
{
  KefuTrust *self = KEFU_TRUST (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->refused, g_hash_table_unref);
  G_OBJECT_CLASS (kefu_trust_parent_class)->dispose (object);
}

static void
kefu_trust_class_init (KefuTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_trust_dispose;
  signals[FORGOTTEN] =
    g_signal_new ("forgotten", KEFU_TYPE_TRUST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", KEFU_TYPE_TRUST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_trust_init (KefuTrust *self)
{
  self->refused =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) (void (*) (void)) kefu_certificate_free);
}

KefuTrust *
kefu_trust_new (GSettings *settings)
{
  KefuTrust *self = g_object_new (KEFU_TYPE_TRUST, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

char *
kefu_trust_lookup (KefuTrust *self, const char *server)
{
  g_autoptr (GVariant) all = NULL;
  const char *known;

  g_return_val_if_fail (KEFU_IS_TRUST (self), NULL);

  all = g_settings_get_value (self->settings, KEY);
  if (server == NULL || !g_variant_lookup (all, server, "&s", &known))
    return NULL;
  /* What a hand has damaged trusts nobody: no certificate has this fingerprint. */
  return g_strdup (is_known (known) ? known : "damaged");
}

char **
kefu_trust_list (KefuTrust *self)
{
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GVariantIter iter;
  const char *server;

  g_return_val_if_fail (KEFU_IS_TRUST (self), NULL);

  all = g_settings_get_value (self->settings, KEY);
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s&s}", &server, NULL))
    g_strv_builder_add (builder, server);
  return g_strv_builder_end (builder);
}

static void
store (KefuTrust *self, const char *server, const char *known)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, KEY);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *other, *theirs;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s&s}", &other, &theirs))
    if (!g_str_equal (other, server))
      g_variant_builder_add (&builder, "{ss}", other, theirs);
  if (known != NULL)
    g_variant_builder_add (&builder, "{ss}", server, known);
  g_settings_set_value (self->settings, KEY, g_variant_builder_end (&builder));
}

void
kefu_trust_learn (KefuTrust *self, const char *server, const char *known)
{
  g_autofree char *before = NULL;

  g_return_if_fail (KEFU_IS_TRUST (self));
  g_return_if_fail (server != NULL && is_known (known));

  before = kefu_trust_lookup (self, server);
  if (before != NULL)
    return;
  g_hash_table_remove (self->refused, server);
  store (self, server, known);
}

void
kefu_trust_forget (KefuTrust *self, const char *server)
{
  g_return_if_fail (KEFU_IS_TRUST (self));
  g_return_if_fail (server != NULL);

  g_hash_table_remove (self->refused, server);
  store (self, server, NULL);
  g_signal_emit (self, signals[FORGOTTEN], 0);
}

void
kefu_trust_set_refused (KefuTrust *self, const char *server, const KefuCertificate *certificate)
{
  g_return_if_fail (KEFU_IS_TRUST (self));
  g_return_if_fail (server != NULL);

  if (certificate != NULL)
    g_hash_table_insert (self->refused, g_strdup (server), kefu_certificate_copy (certificate));
  else if (!g_hash_table_remove (self->refused, server))
    return;
  g_signal_emit (self, signals[CHANGED], 0);
}

const KefuCertificate *
kefu_trust_get_refused (KefuTrust *self, const char *server)
{
  g_return_val_if_fail (KEFU_IS_TRUST (self), NULL);

  return g_hash_table_lookup (self->refused, server);
}
