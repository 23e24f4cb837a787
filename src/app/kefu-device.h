/* SPDX-License-Identifier: GPL-3.0-or-later
 * What this desk is called at servers. */
#pragma once

#include <gio/gio.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

/* (transfer full): the id of this desk, made and kept in the settings when it is asked for the first time. */
char *kefu_device_id (GSettings *settings, KefuClock *clock);

G_END_DECLS
