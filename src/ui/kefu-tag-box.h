/* SPDX-License-Identifier: GPL-3.0-or-later
 * A customer's tags as chips that can be added and removed. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * KefuTagBox:
 *
 * A chip opens a menu that removes it; Delete removes the focused one; the + adds by a name.
 * Signals: `tag-added`, `tag-removed` (const char *tag): the agent did it; the box itself only changes by kefu_tag_box_set_tags().
 */
#define KEFU_TYPE_TAG_BOX (kefu_tag_box_get_type ())
G_DECLARE_FINAL_TYPE (KefuTagBox, kefu_tag_box, KEFU, TAG_BOX, AdwBin)

void kefu_tag_box_set_tags (KefuTagBox *self, const char *const *tags);

G_END_DECLS
