/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finding phrases as one types, and filling their variables. */
#pragma once

#include "kefu-clock.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/* One match; plain struct owned by its array, which keeps the phrase alive. */
typedef struct
{
  KefuPhraseRecord *phrase;
  int score;       /* higher is better */
  int match_start; /* characters into phrase->title, -1: matched elsewhere */
  int match_length;
} KefuPhraseMatch;

/* A piece of a filled phrase: characters [start, start + length) of the text. */
typedef struct
{
  guint start;
  guint length;
  gboolean blank; /* TRUE: the agent must fill it; FALSE: a variable that was filled */
} KefuPhraseSpan;

typedef struct
{
  char *text;    /* blanks stand as their hint, without braces */
  GArray *spans; /* KefuPhraseSpan, ascending */
  guint n_blanks;
  guint n_filled;
} KefuFilledPhrase;

void kefu_filled_phrase_free (KefuFilledPhrase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuFilledPhrase, kefu_filled_phrase_free)

/* What variables are filled from; any may be NULL. Borrowed for the call. */
typedef struct
{
  KefuCustomerRecord *customer;
  KefuOrderRecord *order; /* the newest, or the chosen one */
  KefuConversationRecord *conversation;
  const char *agent_name;
  gint64 now;
} KefuPhraseValues;

/**
 * KefuPhraseEngine:
 *
 * Holds all phrases (reloads when they change; signal `changed`). GListModel of nothing: ask by function.
 */
#define KEFU_TYPE_PHRASE_ENGINE (kefu_phrase_engine_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhraseEngine, kefu_phrase_engine, KEFU, PHRASE_ENGINE, GObject)

KefuPhraseEngine *kefu_phrase_engine_new (KefuStore *store);
/* (transfer none) (element-type KefuPhraseRecord): all, by group and sort. */
GPtrArray *kefu_phrase_engine_get_all (KefuPhraseEngine *self);
/* (transfer full) (element-type KefuPhraseMatch): what @query matches by code, group, title, text, full pinyin and initials, best first then by use; an
 * empty @query gives the most used ones. At most @limit. */
GPtrArray *kefu_phrase_engine_match (KefuPhraseEngine *self, const char *query, guint limit);
/* (transfer full) (element-type KefuPhraseRecord): the ladder @phrase stands on, in order; NULL without one. */
GPtrArray *kefu_phrase_engine_ladder (KefuPhraseEngine *self, KefuPhraseRecord *phrase);
/* (transfer full): see KefuPhraseValues. Variables: {customer.name} {customer.level} {order.number} {order.item} {order.amount} {order.courier}
 * {order.tracking} {agent.name} {shop.name} {date} {date+N} {time}; an empty or unknown one is a blank. "{{" is a brace. */
KefuFilledPhrase *kefu_phrase_fill (const char *body, const KefuPhraseValues *values);

G_END_DECLS
