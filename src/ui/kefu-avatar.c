/* SPDX-License-Identifier: GPL-3.0-or-later
 * Avatars of customers and agents. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-avatar.h"

#include "kefu-text.h"

void
kefu_avatar_set_name (AdwAvatar *avatar, const char *name)
{
  g_autofree char *initials = NULL;

  g_return_if_fail (ADW_IS_AVATAR (avatar));

  initials = name ? kefu_text_initials (name) : NULL;
  adw_avatar_set_text (avatar, name);
  adw_avatar_set_show_initials (avatar, initials != NULL);
}
