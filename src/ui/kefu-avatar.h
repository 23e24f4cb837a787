/* SPDX-License-Identifier: GPL-3.0-or-later
 * Avatars of customers and agents. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Initials and colour of @name; a number (no initials) gets the figure of a person. Sizes in use: 42 inbox, 24 header, 54 panel, 18 other agents. */
void kefu_avatar_set_name (AdwAvatar *avatar, const char *name);

G_END_DECLS
