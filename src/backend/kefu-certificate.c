/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's certificate that was not trusted, and why. */
#include "config.h"

#include "kefu-certificate.h"

#include "kefu-fingerprint.h"

/* What a comparison of fingerprints cannot mend. */
#define OUTDATED                                                                                                       \
  (G_TLS_CERTIFICATE_NOT_ACTIVATED | G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_REVOKED | G_TLS_CERTIFICATE_INSECURE)

G_DEFINE_BOXED_TYPE (KefuCertificate, kefu_certificate, kefu_certificate_copy, kefu_certificate_free)

static gint64
time_of (GDateTime *time)
{
  return time != NULL ? g_date_time_to_unix (time) * 1000 : 0;
}

/* (transfer full): DNS names and addresses; the subject for want of them. */
static char *
names_of (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) dns = g_tls_certificate_get_dns_names (certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (certificate);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; dns != NULL && i < dns->len; i++)
    {
      gsize length;
      const char *name = g_bytes_get_data (dns->pdata[i], &length);

      g_string_append_printf (names, "%s%.*s", names->len > 0 ? ", " : "", (int) length, name);
    }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      g_autofree char *name = g_inet_address_to_string (addresses->pdata[i]);

      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
    }
  if (names->len == 0)
    {
      g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);

      g_string_append (names, subject != NULL ? subject : "");
    }
  return g_utf8_make_valid (names->str, MIN ((gssize) names->len, 200));
}

KefuCertificate *
kefu_certificate_new (const char *server, GTlsCertificate *certificate, GTlsCertificateFlags flags, const char *known)
{
  KefuCertificate *self = g_new0 (KefuCertificate, 1);
  g_autoptr (GDateTime) before = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) after = g_tls_certificate_get_not_valid_after (certificate);

  self->server = g_strdup (server);
  self->fingerprint = kefu_fingerprint_of (certificate);
  self->known = g_strdup (known);
  self->names = names_of (certificate);
  self->wrong_name = (flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0;
  self->not_before = time_of (before);
  self->not_after = time_of (after);
  /* Known by a fingerprint: that it is another one is all there is to say. */
  if (known != NULL && (g_strcmp0 (known, KEFU_CERTIFICATE_VOUCHED) != 0 || (flags & OUTDATED) == 0))
    self->fault = KEFU_CERTIFICATE_CHANGED;
  else
    self->fault = (flags & OUTDATED) != 0 ? KEFU_CERTIFICATE_OUTDATED : KEFU_CERTIFICATE_UNKNOWN;
  return self;
}

KefuCertificate *
kefu_certificate_copy (const KefuCertificate *self)
{
  KefuCertificate *copy = g_new (KefuCertificate, 1);

  *copy = *self;
  copy->server = g_strdup (self->server);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->known = g_strdup (self->known);
  copy->names = g_strdup (self->names);
  return copy;
}

void
kefu_certificate_free (KefuCertificate *self)
{
  g_free (self->server);
  g_free (self->fingerprint);
  g_free (self->known);
  g_free (self->names);
  g_free (self);
}
