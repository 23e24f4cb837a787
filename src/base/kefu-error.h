/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one error domain of Kefu. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KEFU_ERROR (kefu_error_quark ())

/**
 * KefuError:
 * @KEFU_ERROR_FAILED: anything that has no code of its own
 * @KEFU_ERROR_INVALID: input that breaks a rule; the message names the field
 * @KEFU_ERROR_NOT_FOUND: no such entity, channel, file
 * @KEFU_ERROR_CONFLICT: someone else was first (compare-and-set, `if_rev`)
 * @KEFU_ERROR_DATABASE: SQLite failed in a way that is not told apart below
 * @KEFU_ERROR_BUSY: the database is locked by another program
 * @KEFU_ERROR_DISK_FULL: nothing more can be written
 * @KEFU_ERROR_CORRUPT: a file is not what it says it is
 * @KEFU_ERROR_READ_ONLY: the folder or file cannot be written
 * @KEFU_ERROR_NETWORK: the other side was not reached or did not answer
 * @KEFU_ERROR_PROTOCOL: the other side answered something that is not protocol.md
 * @KEFU_ERROR_SERVER: the other side answered 5xx; try again later
 * @KEFU_ERROR_AUTH: not signed in, wrong password, revoked or expired token
 * @KEFU_ERROR_RATE_LIMITED: 429; try again later
 * @KEFU_ERROR_CURSOR_GONE: 410; the feed does not know this cursor
 * @KEFU_ERROR_TLS: the certificate is not trusted
 *
 * What went wrong, as far as a caller can act on it. The message is plain text
 * for a person, already translated where it comes from the desk.
 */
typedef enum
{
  KEFU_ERROR_FAILED,
  KEFU_ERROR_INVALID,
  KEFU_ERROR_NOT_FOUND,
  KEFU_ERROR_CONFLICT,
  KEFU_ERROR_DATABASE,
  KEFU_ERROR_BUSY,
  KEFU_ERROR_DISK_FULL,
  KEFU_ERROR_CORRUPT,
  KEFU_ERROR_READ_ONLY,
  KEFU_ERROR_NETWORK,
  KEFU_ERROR_PROTOCOL,
  KEFU_ERROR_SERVER,
  KEFU_ERROR_AUTH,
  KEFU_ERROR_RATE_LIMITED,
  KEFU_ERROR_CURSOR_GONE,
  KEFU_ERROR_TLS,
} KefuError;

/**
 * KefuAuthReason:
 *
 * Why a sign-in is not valid any more, as far as the server says.
 */
typedef enum
{
  KEFU_AUTH_UNKNOWN, /* there is no token, or the server does not know it */
  KEFU_AUTH_EXPIRED,
  KEFU_AUTH_REVOKED,
  KEFU_AUTH_PASSWORD, /* it was changed */
  KEFU_AUTH_DISABLED, /* this agent may not sign in */
} KefuAuthReason;

GQuark kefu_error_quark (void);
/* How long the other side asks to be left alone, in ms. */
void kefu_error_set_retry_after (GError *error, guint ms);
/* 0: it did not say. @error (nullable) may be of any domain. */
guint kefu_error_get_retry_after (const GError *error);
/* For KEFU_ERROR_AUTH. */
void kefu_error_set_auth_reason (GError *error, KefuAuthReason reason);
/* @error (nullable) may be of any domain. */
KefuAuthReason kefu_error_get_auth_reason (const GError *error);

G_END_DECLS
