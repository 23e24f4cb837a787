/* SPDX-License-Identifier: GPL-3.0-or-later
 * The disc that says which channel a customer writes on. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A white glyph on a disc of 16 px. Property `channel-type` (wangwang, wechat, qq, email, weibo, sms, phone, web). */
#define KEFU_TYPE_CHANNEL_BADGE (kefu_channel_badge_get_type ())
G_DECLARE_FINAL_TYPE (KefuChannelBadge, kefu_channel_badge, KEFU, CHANNEL_BADGE, GtkWidget)

GtkWidget *kefu_channel_badge_new (const char *channel_type);
void kefu_channel_badge_set_channel_type (KefuChannelBadge *self, const char *channel_type);

/* How many types are known, by number; the last one stands for those that are not. */
#define KEFU_N_CHANNEL_TYPES 8
guint kefu_channel_type_number (const char *channel_type);
const char *kefu_channel_type_nth (guint number);
/* (transfer none): name of the symbolic icon; an unknown type looks like the web. */
const char *kefu_channel_icon_name (const char *channel_type);
/* (transfer none): translated name of a type: "WeChat". */
const char *kefu_channel_type_name (const char *channel_type);

G_END_DECLS
