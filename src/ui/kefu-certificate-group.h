/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the certificates by which servers are known, and how one is forgotten. */
#pragma once

#include <adwaita.h>

#include "kefu-trust.h"

G_BEGIN_DECLS

/* Hidden while no server is known. */
#define KEFU_TYPE_CERTIFICATE_GROUP (kefu_certificate_group_get_type ())
G_DECLARE_FINAL_TYPE (KefuCertificateGroup, kefu_certificate_group, KEFU, CERTIFICATE_GROUP, AdwPreferencesGroup)

GtkWidget *kefu_certificate_group_new (KefuTrust *trust);

G_END_DECLS
