/* SPDX-License-Identifier: GPL-3.0-or-later
 * Desktop notifications: the seam. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-notifier.h"

G_DEFINE_INTERFACE (KefuNotifier, kefu_notifier, G_TYPE_OBJECT)

static void
kefu_notifier_default_init (KefuNotifierInterface *iface)
{
  g_signal_new ("activated", KEFU_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING,
                G_TYPE_STRING, G_TYPE_STRING);
}

/**
 * kefu_notifier_show:
 * @id: of the notification; one that stands is replaced
 * @title: plain text
 * @body: plain text
 * @urgent: the reply-clock alarm
 */
void
kefu_notifier_show (KefuNotifier *self, const char *id, const char *title, const char *body, gboolean urgent)
{
  g_return_if_fail (KEFU_IS_NOTIFIER (self));
  g_return_if_fail (id != NULL && title != NULL && body != NULL);

  KEFU_NOTIFIER_GET_IFACE (self)->show (self, id, title, body, urgent);
}

/* Harmless for an @id that is not shown. */
void
kefu_notifier_withdraw (KefuNotifier *self, const char *id)
{
  g_return_if_fail (KEFU_IS_NOTIFIER (self));
  g_return_if_fail (id != NULL);

  KEFU_NOTIFIER_GET_IFACE (self)->withdraw (self, id);
}
