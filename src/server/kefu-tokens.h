/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens: what a desk shows instead of a password, one per device, until it is ended or not used for long. */
#pragma once

#include "kefu-write.h"

G_BEGIN_DECLS

/* Unless the server was told another number (kefu_tokens_set_days()). */
#define KEFU_TOKEN_DAYS 30

/* What a token is worth, and if nothing, why. */
typedef enum
{
  KEFU_TOKEN_GOOD,
  KEFU_TOKEN_UNKNOWN,
  KEFU_TOKEN_EXPIRED,  /* not used for so many days */
  KEFU_TOKEN_REVOKED,  /* signed out from another device or by a command */
  KEFU_TOKEN_PASSWORD, /* the password was changed */
  KEFU_TOKEN_DISABLED, /* the agent may not sign in */
} KefuTokenState;

/* One device an agent is signed in on. */
typedef struct
{
  char *id;
  char *device_name;
  gint64 created_at;
  gint64 seen_at;
  gboolean current;
} KefuTokenInfo;

/* The word for @state in answers and as the reason of a closed stream. */
const char *kefu_token_state_code (KefuTokenState state);
/* The same for a person, in English like all answers. */
const char *kefu_token_state_text (KefuTokenState state);

/* (transfer full): a new token for the device, 43 characters; a former one of the same agent and device is gone. */
char *kefu_token_create (KefuWrite *write,
                         const char *agent_id,
                         const char *device_id,
                         const char *device_name,
                         GError **error);

/**
 * kefu_token_check:
 * @token: (nullable)
 * @agent_id: (out) (optional) (transfer full): set for KEFU_TOKEN_GOOD
 * @stale: (out) (optional): whether its last use should be written down again; see kefu_token_touch()
 */
KefuTokenState kefu_token_check (KefuDb *db, const char *token, gint64 now_ms, char **agent_id, gboolean *stale);
/* The token is in use at @now_ms. Begins and commits. */
gboolean kefu_token_touch (KefuDb *db, const char *token, gint64 now_ms, GError **error);
/* Signs out by the desk itself: nothing is left to tell it. */
gboolean kefu_token_forget (KefuWrite *write, const char *token, GError **error);

/**
 * kefu_tokens_end:
 * @id: (nullable): one session of the agent; NULL: all
 * @except: (nullable): a token that stays
 * @why: KEFU_TOKEN_REVOKED, _PASSWORD or _DISABLED
 *
 * Returns: how many were ended, -1 and @error.
 */
int kefu_tokens_end (KefuWrite *write,
                     const char *agent_id,
                     const char *id,
                     const char *except,
                     KefuTokenState why,
                     GError **error);

/* (transfer full) (element-type KefuTokenInfo): where the agent is signed in, the last used first. @token: (nullable): of the asker. */
GPtrArray *kefu_tokens_list (KefuDb *db, const char *agent_id, const char *token, gint64 now_ms, GError **error);
/* After how many days without use a token is void; also for those that are there. Begins and commits if it is new. */
gboolean kefu_tokens_set_days (KefuDb *db, int days, GError **error);

G_END_DECLS
