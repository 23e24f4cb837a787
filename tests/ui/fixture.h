/* SPDX-License-Identifier: GPL-3.0-or-later
 * A signed-in agent with the inbox of the drawn pictures: real storage, engine and session, a backend that does as it is told. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

#define KEFU_TYPE_PUPPET_BACKEND (kefu_puppet_backend_get_type ())
G_DECLARE_FINAL_TYPE (KefuPuppetBackend, kefu_puppet_backend, KEFU, PUPPET_BACKEND, GObject)

/* What the next calls answer; -1: as a server with nothing new does. A KefuError code fails them. */
void kefu_puppet_backend_set_failure (KefuPuppetBackend *self, int code);
/* Whether it lets the desk wait for what is new; FALSE answers what waits. */
void kefu_puppet_backend_set_holds (KefuPuppetBackend *self, gboolean holds);
/* What a failure with KEFU_ERROR_AUTH says of itself. */
void kefu_puppet_backend_set_auth_reason (KefuPuppetBackend *self, KefuAuthReason reason);
/* Where the agent is signed in: names, NULL at the end, this computer first. The list that is left after sign-outs is the puppet's. */
GPtrArray *kefu_puppet_backend_set_devices (KefuPuppetBackend *self, const char *const *names);

typedef struct
{
  char *dir;
  KefuClock *clock;
  KefuPuppetBackend *backend;
  KefuStore *store;
  KefuSession *session;
  GSettings *settings;
  guint64 seq;
} KefuFixture;

/* 12 June 2024, 14:05 in Shanghai. */
#define KEFU_FIXTURE_NOW (G_GINT64_CONSTANT (1718172300000))

/* Opens the storage and fills it; the engine is not started. */
KefuFixture *kefu_fixture_new (void);
/* Closes all; the session must be gone after it. */
void kefu_fixture_free (KefuFixture *self);
/* Applies changes as the feed would bring them: the objects `{kind,id,op,body}` of an array, without seq and rev. */
void kefu_fixture_feed (KefuFixture *self, const char *changes);
/* The same without waiting; adds one to *@n_applied when it is there. */
void kefu_fixture_start_feed (KefuFixture *self, const char *changes, guint *n_applied);
/* A message of the customer of conversation number @n (0: 韩冬青 …), now, and what it changes in its conversation. */
void kefu_fixture_write (KefuFixture *self, guint n, const char *text);
/* The customers of all conversations write in turn, "第 @first 条" and so on, @n_messages in one batch. Does not wait; adds one to *@n_applied when it is
 * there. */
void kefu_fixture_start_writing (KefuFixture *self, guint first, guint n_messages, guint *n_applied);
/* (transfer full): the id of conversation number @n. */
char *kefu_fixture_id (guint n);

G_END_DECLS
