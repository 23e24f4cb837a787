/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's certificate: the question at the first meeting, and the alarm when it is another one. */
#pragma once

#include <adwaita.h>

#include "kefu-certificate.h"

G_BEGIN_DECLS

/**
 * KefuCertificateDialog:
 *
 * Signals: `accepted`: the agent has compared; only for a certificate nobody knew before. `retry`: once more, in case it was passing.
 */
#define KEFU_TYPE_CERTIFICATE_DIALOG (kefu_certificate_dialog_get_type ())
G_DECLARE_FINAL_TYPE (KefuCertificateDialog, kefu_certificate_dialog, KEFU, CERTIFICATE_DIALOG, AdwWindow)

/* @now: ms, beside which the certificate's dates are looked at. */
GtkWidget *kefu_certificate_dialog_new (GtkWindow *parent, const KefuCertificate *certificate, gint64 now);
/* (transfer none) */
const KefuCertificate *kefu_certificate_dialog_get_certificate (KefuCertificateDialog *self);
/* (transfer full): a fingerprint in four lines for reading, or what stands for one. */
char *kefu_certificate_dialog_format (const char *known);

G_END_DECLS
