/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the computers on which the agent is signed in. */
#pragma once

#include <adwaita.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/* A list that is asked for when it is shown and after each change; says so while the server is away. */
#define KEFU_TYPE_DEVICE_GROUP (kefu_device_group_get_type ())
G_DECLARE_FINAL_TYPE (KefuDeviceGroup, kefu_device_group, KEFU, DEVICE_GROUP, AdwPreferencesGroup)

/* (nullable): NULL: the server of @session does not tell. */
GtkWidget *kefu_device_group_new (KefuSession *session);

G_END_DECLS
