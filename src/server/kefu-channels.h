/* SPDX-License-Identifier: GPL-3.0-or-later
 * Channels as the server keeps them: the entity, its secrets and where its messages are posted. */
#pragma once

#include "kefu-write.h"

G_BEGIN_DECLS

/* What is needed to make a channel; zero and NULL are the defaults. */
typedef struct
{
  const char *id;   /* (nullable): NULL makes one */
  const char *type; /* wangwang wechat qq email weibo sms phone web */
  const char *name;
  const char *shop;
  const char *url; /* (nullable): http(s) URL that outgoing messages are posted to; NULL: they count as sent at once */
  gboolean once;   /* the far side cannot tell a repeated Kefu-Delivery: what timed out is `unknown`, not repeated */
  int window_h;    /* reply window, hours and messages */
  int window_n;
  int max_len; /* characters a message */
} KefuChannelSpec;

/* One channel, as `channel list` shows it. */
typedef struct
{
  char *id;
  char *type;
  char *name;
  char *shop;
  char *url;        /* (nullable) */
  char *secret;     /* 64 hexadecimal digits */
  char *old_secret; /* (nullable): still good for inbound events during a rotation */
  gboolean once;
} KefuChannelInfo;

void kefu_channel_info_free (KefuChannelInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuChannelInfo, kefu_channel_info_free)

/* (transfer full): the id of the new channel. @secret: (out) (optional) (transfer full) */
char *kefu_channel_add (KefuWrite *write, const KefuChannelSpec *spec, char **secret, GError **error);
/* (transfer full): a new secret; the one until now stays good for inbound events for a day. */
char *kefu_channel_rotate (KefuWrite *write, const char *id, GError **error);
/* @url NULL: outgoing messages count as sent at once. */
gboolean kefu_channel_set_url (KefuWrite *write, const char *id, const char *url, GError **error);
/* (transfer full) (element-type KefuChannelInfo) (nullable) */
GPtrArray *kefu_channel_list (KefuDb *db, gint64 now_ms, GError **error);
/* (transfer full) (nullable): NULL and KEFU_ERROR_NOT_FOUND if there is none. */
KefuChannelInfo *kefu_channel_lookup (KefuDb *db, const char *id, gint64 now_ms, GError **error);

G_END_DECLS
