/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the composer share. */
#pragma once

#include <adwaita.h>

#include "kefu-attach-strip.h"
#include "kefu-composer-lint.h"
#include "kefu-composer.h"
#include "kefu-mention-picker.h"
#include "kefu-phrase-picker.h"

G_BEGIN_DECLS

typedef struct _KefuDraftLoad KefuDraftLoad;

struct _KefuComposer
{
  GtkWidget parent_instance;

  /* template */
  GtkWidget *picker_box;
  KefuPhrasePicker *picker;
  GtkWidget *card;
  KefuComposerLint *lint;
  GtkWidget *quote_revealer;
  GtkLabel *quote_label;
  GtkWidget *strip_box;
  KefuAttachStrip *strip;
  GtkWidget *attach_button;
  GtkTextView *text_view;
  GtkMenuButton *emoji_button;
  GtkToggleButton *note_button;
  GtkLabel *quota;
  GtkLabel *counter;
  AdwSplitButton *send_button;

  GtkTextBuffer *buffer;
  KefuSession *session;
  KefuDossier *dossier;
  KefuConversationRecord *record;
  KefuMessageRecord *quote;
  gboolean note_mode;
  gboolean enter_sends;

  /* drafts: kefu-composer-drafts.c */
  GHashTable *drafts; /* "conversation mode" → text as last saved or loaded here */
  guint draft_timer;  /* of the session's clock */
  GHashTable
    *draft_loads;     /* "conversation mode" → KefuDraftLoad (kefu-composer-drafts.c), as long as it is unanswered */
  guint draft_serial; /* of the session: tells a late answer */
  gboolean draft_dirty;
  gboolean loading;            /* the buffer is being filled, not typed into */
  KefuOutboxRecord *returning; /* (nullable): a refused message that waits for its conversation's draft */

  /* files: kefu-composer-files.c */
  GHashTable
    *lists; /* conversation → KefuAttachList: of the open one, and of those whose files are still being copied */

  /* phrases: kefu-composer-phrases.c */
  GtkTextMark *anchor; /* start of what the picker replaces */
  gboolean has_slash;  /* the character at the anchor opened the picker */
  gboolean picking;
  int dismissed; /* offset of a slash whose picker was closed, -1: none */
  char *preedit;
  char **favourites;

  /* mentions: kefu-composer-mentions.c */
  GtkWidget *note_hint; /* in the text view as long as a note is empty */
  KefuMentionPicker *mentions;
  int mention_dismissed; /* offset of an @ whose picker was closed, -1: none */
};

/* kefu-composer-drafts.c */
void kefu_composer_drafts_init (KefuComposer *self);
void kefu_composer_drafts_clear (KefuComposer *self);
void kefu_composer_drafts_changed (KefuComposer *self);
/* Fills the buffer with the draft of the conversation and mode that are set. */
void kefu_composer_drafts_load (KefuComposer *self);
/* The text was sent: nothing is left to keep. */
void kefu_composer_drafts_sent (KefuComposer *self);
/* A failure: what was taken for sent may still be a draft. */
void kefu_composer_drafts_recover (KefuComposer *self);

/* kefu-composer-files.c */
void kefu_composer_files_class_init (GtkWidgetClass *widget_class);
void kefu_composer_files_init (KefuComposer *self);
void kefu_composer_files_clear (KefuComposer *self);
/* Shows the files of the conversation that is set. */
void kefu_composer_files_load (KefuComposer *self);
void kefu_composer_files_update_mode (KefuComposer *self);
/* How many would be sent. */
guint kefu_composer_files_count (KefuComposer *self);
/* FALSE: one is not copied yet; the line above the text says so. */
gboolean kefu_composer_files_may_send (KefuComposer *self);
/* @quote_id (nullable): what the first of them answers. */
void kefu_composer_files_send (KefuComposer *self, const char *quote_id);
/* A failure: what was taken for sent may still belong to the draft. */
void kefu_composer_files_recover (KefuComposer *self);

/* kefu-composer-mentions.c; after kefu_composer_phrases_init() */
void kefu_composer_mentions_init (KefuComposer *self);
void kefu_composer_mentions_update_mode (KefuComposer *self);
/* TRUE: the key is meant for the picker. Only after the input method has declined it. */
gboolean kefu_composer_mentions_wants_key (KefuComposer *self, guint keyval, GdkModifierType state);
void kefu_composer_mentions_key (KefuComposer *self, guint keyval);

/* kefu-composer-phrases.c */
void kefu_composer_phrases_init (KefuComposer *self);
void kefu_composer_phrases_clear (KefuComposer *self);
void kefu_composer_phrases_set_engine (KefuComposer *self);
void kefu_composer_phrases_close (KefuComposer *self);
/* TRUE: the key was meant for the picker, the blanks or a favourite. Only after the input method has declined it. */
gboolean kefu_composer_phrases_wants_key (KefuComposer *self, guint keyval, GdkModifierType state);
gboolean kefu_composer_phrases_key (KefuComposer *self, guint keyval, GdkModifierType state);

G_END_DECLS
