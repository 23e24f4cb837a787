/* SPDX-License-Identifier: GPL-3.0-or-later
 * Desktop notifications: the seam, and libnotify behind it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KefuNotifier:
 *
 * Signal `activated` (const char *id, const char *action, const char *token): the person clicked; action is "open" or "read"; token
 * (nullable) is an activation token for presenting the window.
 */
#define KEFU_TYPE_NOTIFIER (kefu_notifier_get_type ())
G_DECLARE_INTERFACE (KefuNotifier, kefu_notifier, KEFU, NOTIFIER, GObject)

struct _KefuNotifierInterface
{
  GTypeInterface parent_iface;

  /* Shows or replaces the notification called @id. @urgent: the reply-clock alarm. */
  void (*show) (KefuNotifier *self, const char *id, const char *title, const char *body, gboolean urgent);
  void (*withdraw) (KefuNotifier *self, const char *id);
};

void kefu_notifier_show (KefuNotifier *self, const char *id, const char *title, const char *body, gboolean urgent);
void kefu_notifier_withdraw (KefuNotifier *self, const char *id);

#define KEFU_TYPE_LIBNOTIFY_NOTIFIER (kefu_libnotify_notifier_get_type ())
G_DECLARE_FINAL_TYPE (KefuLibnotifyNotifier, kefu_libnotify_notifier, KEFU, LIBNOTIFY_NOTIFIER, GObject)

/* (transfer full): talks to the session's notification daemon from a thread of its own, so that a slow daemon never stops the window; without a daemon it
 * is silent and says so in the log. */
KefuNotifier *kefu_libnotify_notifier_new (void);

G_END_DECLS
