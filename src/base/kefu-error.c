/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one error domain of Kefu. */
#include "config.h"

#include "kefu-error.h"

typedef struct
{
  guint retry_after_ms;
  KefuAuthReason auth_reason;
} KefuErrorPrivate;

/* GLib's macro may give NULL for what it calls a programmer's error. */
static void
kefu_error_private_init (KefuErrorPrivate *priv)
{
  if (priv != NULL)
    *priv = (KefuErrorPrivate){ 0 };
}

static void
kefu_error_private_copy (const KefuErrorPrivate *source, KefuErrorPrivate *target)
{
  if (source != NULL && target != NULL)
    *target = *source;
}

static void
kefu_error_private_clear (KefuErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (KefuError, kefu_error)

void
kefu_error_set_retry_after (GError *error, guint ms)
{
  KefuErrorPrivate *priv;

  g_return_if_fail (error != NULL && error->domain == KEFU_ERROR);

  priv = kefu_error_get_private (error);
  if (priv != NULL)
    priv->retry_after_ms = ms;
}

guint
kefu_error_get_retry_after (const GError *error)
{
  const KefuErrorPrivate *priv = error != NULL && error->domain == KEFU_ERROR ? kefu_error_get_private (error) : NULL;

  return priv != NULL ? priv->retry_after_ms : 0;
}

void
kefu_error_set_auth_reason (GError *error, KefuAuthReason reason)
{
  KefuErrorPrivate *priv;

  g_return_if_fail (error != NULL && error->domain == KEFU_ERROR);

  priv = kefu_error_get_private (error);
  if (priv != NULL)
    priv->auth_reason = reason;
}

KefuAuthReason
kefu_error_get_auth_reason (const GError *error)
{
  const KefuErrorPrivate *priv = error != NULL && error->domain == KEFU_ERROR ? kefu_error_get_private (error) : NULL;

  return priv != NULL ? priv->auth_reason : KEFU_AUTH_UNKNOWN;
}
