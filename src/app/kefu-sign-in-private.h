/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the sign-in share. */
#pragma once

#include "kefu-early-store.h"
#include "kefu-embedded.h"
#include "kefu-sign-in.h"

G_BEGIN_DECLS

struct _KefuSignIn
{
  GObject parent_instance;

  GSettings *settings;
  KefuClock *clock;
  KefuSecrets *secrets;
  KefuNotifier *notifier;
  KefuGate *gate;

  KefuEarlyStore *early; /* (nullable): of the last sign-in, until it is opened or another is */
  KefuEmbedded *embedded;
  KefuBackend *backend;
  KefuWorkspace *workspace;
  GCancellable *cancellable;

  /* of the sign-in under way or the open workspace; KEFU_SIGN_IN_DEMO stands for the embedded server */
  char *address;
  char *login;
  char *password;
  char *token;
  char *verifier; /* of the password; NULL if it was not kept */
  gint64 renewed_at;
  gboolean renewing;           /* by kefu_sign_in_renew() */
  gboolean demo_told;          /* why the demo shop does not start, with its workspace open */
  gboolean looking;            /* for the token; the engine waits for it, the workspace does not */
  gboolean asked;              /* the keyring, for that */
  void (*next) (KefuSignIn *); /* after the deletion under way */
};

#define KEFU_SIGN_IN_DEMO "demo"

enum
{
  KEFU_SIGN_IN_OPENING,
  KEFU_SIGN_IN_OPENED,
  KEFU_SIGN_IN_CLOSED,
  KEFU_SIGN_IN_REFUSED,
  KEFU_SIGN_IN_FAILED,
  KEFU_SIGN_IN_PASSWORD_NEEDED,
  KEFU_SIGN_IN_RENEWED,
  KEFU_SIGN_IN_UNKEPT,
  KEFU_SIGN_IN_LOOKED_UP,
  KEFU_SIGN_IN_NOTICE,
  KEFU_SIGN_IN_SIGNED_OUT,
  KEFU_SIGN_IN_N_SIGNALS
};

extern guint kefu_sign_in_signals[KEFU_SIGN_IN_N_SIGNALS];

/* kefu-sign-in.c */

/* Who is to be signed in where from now on. */
void kefu_sign_in_set_target (KefuSignIn *self, const char *address, const char *login, const char *password);
gboolean kefu_sign_in_make_backend (KefuSignIn *self, GError **error);
/* Signs in with the target's password. */
void kefu_sign_in_attempt (KefuSignIn *self);
/* What the next start needs. */
void kefu_sign_in_remember (KefuSignIn *self, KefuCredentials *credentials, const char *password);
/* FALSE: another agent under the same login; the server was made anew, and the storage here is the other one's. */
gboolean kefu_sign_in_is_same_agent (KefuSignIn *self, KefuCredentials *credentials);

/* kefu-sign-in-demo.c */

/* A new token for the demo shop; not twice in a row. */
void kefu_sign_in_renew_demo (KefuSignIn *self);
/* FALSE: there is no server to start. */
gboolean kefu_sign_in_start_embedded (KefuSignIn *self);
/* Its server runs: goes on to the open workspace. */
void kefu_sign_in_embedded_ready (KefuSignIn *self);

G_END_DECLS
