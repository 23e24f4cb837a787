/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation as an item of a list model. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-conversation.h"

/* Records are immutable and cross threads; a list wants objects that stay. This is the object of one conversation: rows keep
 * it, selections survive, and only what it shows is replaced. */
struct _KefuConversation
{
  GObject parent_instance;

  KefuConversationRecord *record;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuConversation, kefu_conversation, G_TYPE_OBJECT)

static void
kefu_conversation_finalize (GObject *object)
{
  KefuConversation *self = KEFU_CONVERSATION (object);

  g_clear_pointer (&self->record, kefu_conversation_record_unref);

  G_OBJECT_CLASS (kefu_conversation_parent_class)->finalize (object);
}

static void
kefu_conversation_class_init (KefuConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = kefu_conversation_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_CONVERSATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_conversation_init (KefuConversation *self)
{
}

KefuConversation *
kefu_conversation_new (KefuConversationRecord *record)
{
  KefuConversation *self;

  g_return_val_if_fail (record != NULL, NULL);

  self = g_object_new (KEFU_TYPE_CONVERSATION, NULL);
  self->record = kefu_conversation_record_ref (record);
  return self;
}

KefuConversationRecord *
kefu_conversation_get_record (KefuConversation *self)
{
  g_return_val_if_fail (KEFU_IS_CONVERSATION (self), NULL);

  return self->record;
}

void
kefu_conversation_set_record (KefuConversation *self, KefuConversationRecord *record)
{
  KefuConversationRecord *old;

  g_return_if_fail (KEFU_IS_CONVERSATION (self));
  g_return_if_fail (record != NULL);
  g_return_if_fail (g_strcmp0 (self->record->id, record->id) == 0);

  if (self->record == record)
    return;
  old = self->record;
  self->record = kefu_conversation_record_ref (record);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  kefu_conversation_record_unref (old);
}

const char *
kefu_conversation_get_id (KefuConversation *self)
{
  g_return_val_if_fail (KEFU_IS_CONVERSATION (self), NULL);

  return self->record->id;
}
