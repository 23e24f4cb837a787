/* SPDX-License-Identifier: GPL-3.0-or-later
 * A chat pane in a window over a real store, with a keyboard. */
#pragma once

#include <adwaita.h>

#include "kefu-chat-pane-private.h"
#include "kefu-composer-private.h"
#include "kefu-session.h"
#include "kefu-ui-test.h"

G_BEGIN_DECLS

/* 2024-06-12 14:05:48 in Shanghai. */
#define CHAT_NOW G_GINT64_CONSTANT (1718172348000)
#define CHAT_MINUTE G_GINT64_CONSTANT (60000)
#define AGENT "a1"
/* A customer who waits, with an order, messages and open items; and one without anything. */
#define CONV_1 "c0000000-0000-7000-8000-000000000001"
#define CONV_2 "c0000000-0000-7000-8000-000000000002"
/* MESSAGE ("2"): the messages of CONV_1, by mseq. */
#define MESSAGE(n) "e0000000-0000-7000-8000-00000000000" n
#define PHRASE_1 "f0000000-0000-7000-8000-000000000001"
#define PHRASE_2 "f0000000-0000-7000-8000-000000000002"

typedef struct
{
  char *dir;
  KefuClock *clock;
  KefuStore *store;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  KefuSession *session;
  KefuConversation *conversation;
  guint n_readings; /* of its record */
  GtkWindow *window;
  KefuChatPane *pane;
  KefuComposer *composer;
  GtkTextBuffer *buffer;
  gint64 seq;
  guint n_marks; /* sentinel keys that arrived */
} ChatFixture;

/* CONV_1 is open, the composer has the focus. */
ChatFixture *chat_fixture_new (void);
/* The same with a server that has @n messages of CONV_1 on request, once its history is made available. */
ChatFixture *chat_fixture_new_with_history (int n);
/* Its answers wait until it is FALSE again. */
void chat_history_hold (ChatFixture *self, gboolean hold);
void chat_history_fail (ChatFixture *self, gboolean fail);
/* Closes everything and asserts that nothing of it is left. */
void chat_fixture_free (ChatFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatFixture, chat_fixture_free)
void chat_fixture_open (ChatFixture *self, const char *conversation_id);
/* Closes the window and opens another over the same store. */
void chat_fixture_new_window (ChatFixture *self);

#define chat_wait_until(condition) kefu_ui_test_wait (condition)

/* Presses keys ("a", "Return", "shift+Tab") one after the other, NULL ends, and waits until all have arrived. */
void chat_keys (ChatFixture *self, ...) G_GNUC_NULL_TERMINATED;
/* Types ASCII text. */
void chat_type (ChatFixture *self, const char *text);
/* Puts any text at the caret, as an input method does. */
void chat_insert (ChatFixture *self, const char *text);
/* (transfer full) */
char *chat_text (ChatFixture *self);
#define chat_assert_text(self, expected)                                                                               \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *chat_got = chat_text (self);                                                                      \
    g_assert_cmpstr (chat_got, ==, expected);                                                                          \
  }                                                                                                                    \
  G_STMT_END

/* Applies changes of the feed: @changes are JSON objects with ' for ", without seq and rev, NULL ends:
 * "{'kind':'message','id':'m9','body':{…}}". */
void chat_feed (ChatFixture *self, ...) G_GNUC_NULL_TERMINATED;
/* Feeds a message of the customer in CONV_1. */
void chat_customer_writes (ChatFixture *self, int mseq, const char *text);

/* (transfer full): what the store holds, once all that was begun is done. */
GPtrArray *chat_messages (ChatFixture *self, const char *conversation_id);
GPtrArray *chat_checklist (ChatFixture *self);
char *chat_draft (ChatFixture *self, const char *conversation_id, const char *mode);
KefuConversationRecord *chat_record (ChatFixture *self, const char *conversation_id);
/* How many messages of this agent stand in a conversation. */
guint chat_n_sent (ChatFixture *self, const char *conversation_id);

/* Makes the text view use an input method that holds letters until Return commits them; see chat-test-im.c. */
void chat_use_test_im (ChatFixture *self);

G_END_DECLS
