/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent decides about an edit that a colleague was faster with. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

/* @refused has a `conflict`. Both return at once, as the functions of kefu-session.h. */

/* Does it after all, on top of what @refused says theirs is: if that has changed again meanwhile, the agent is asked again. What a colleague has removed
 * comes back. */
void kefu_session_use_mine (KefuSession *self, KefuOutboxRecord *refused);
void kefu_session_keep_theirs (KefuSession *self, KefuOutboxRecord *refused);

G_END_DECLS
