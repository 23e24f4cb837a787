/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's certificate that was not trusted, and why. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What stands for a certificate that this computer's authorities vouch for, where a fingerprint would stand. */
#define KEFU_CERTIFICATE_VOUCHED "ca"

/**
 * KefuCertificateFault:
 * @KEFU_CERTIFICATE_UNKNOWN: nobody vouches for it, as for one that a server made for itself; somebody has to compare it once
 * @KEFU_CERTIFICATE_OUTDATED: nobody vouches for it any more or yet: its dates are wrong, or it was called back
 * @KEFU_CERTIFICATE_CHANGED: it is not the one this server is known by
 */
typedef enum
{
  KEFU_CERTIFICATE_UNKNOWN,
  KEFU_CERTIFICATE_OUTDATED,
  KEFU_CERTIFICATE_CHANGED,
} KefuCertificateFault;

/* A plain record. @names: for whom it says it is. @known: (nullable): the fingerprint, or KEFU_CERTIFICATE_VOUCHED, by which the server is
 * known here. @wrong_name: it is for another host than the one that was asked. Times in ms, 0: not said. */
typedef struct
{
  KefuCertificateFault fault;
  char *server; /* host:port */
  char *fingerprint;
  char *known;
  char *names;
  gboolean wrong_name;
  gint64 not_before;
  gint64 not_after;
} KefuCertificate;

/* (transfer full) */
KefuCertificate *
kefu_certificate_new (const char *server, GTlsCertificate *certificate, GTlsCertificateFlags flags, const char *known);
KefuCertificate *kefu_certificate_copy (const KefuCertificate *self);
void kefu_certificate_free (KefuCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuCertificate, kefu_certificate_free)

/* Boxed, for signals. */
#define KEFU_TYPE_CERTIFICATE (kefu_certificate_get_type ())
GType kefu_certificate_get_type (void);

G_END_DECLS
