/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of conversations and messages: kefu:conversation/ID?message=ID. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an address names. */
typedef struct
{
  char *conversation_id;
  char *message_id; /* (nullable) */
} KefuDeepLink;

/* (transfer full) (nullable): NULL: @uri is no such address. Only what can be an id is taken for one; further parameters are ignored. */
KefuDeepLink *kefu_deep_link_parse (const char *uri);
void kefu_deep_link_free (KefuDeepLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDeepLink, kefu_deep_link_free)
/* (transfer full): @message_id (nullable). */
char *kefu_deep_link_make (const char *conversation_id, const char *message_id);

G_END_DECLS
