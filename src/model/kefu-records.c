/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows as plain, immutable, reference-counted structs that cross threads. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-records.h"

/* The three functions of a record; its *_clear() frees the fields. */
#define DEFINE_RECORD(Type, prefix)                                                                                    \
  Type *prefix##_new (void)                                                                                            \
  {                                                                                                                    \
    return g_atomic_rc_box_new0 (Type);                                                                                \
  }                                                                                                                    \
  Type *prefix##_ref (Type *self)                                                                                      \
  {                                                                                                                    \
    return g_atomic_rc_box_acquire (self);                                                                             \
  }                                                                                                                    \
  void prefix##_unref (Type *self)                                                                                     \
  {                                                                                                                    \
    g_atomic_rc_box_release_full (self, prefix##_clear);                                                               \
  }

static void
kefu_conversation_record_clear (gpointer data)
{
  KefuConversationRecord *self = data;

  g_free (self->id);
  g_free (self->customer_id);
  g_free (self->customer_name);
  g_free (self->customer_level);
  g_free (self->channel_id);
  g_free (self->channel_type);
  g_free (self->channel_name);
  g_free (self->shop);
  g_free (self->title);
  g_free (self->status);
  g_free (self->assignee_id);
  g_free (self->assignee_name);
  g_free (self->last_text);
  g_free (self->last_dir);
  g_free (self->last_kind);
  g_free (self->draft);
  g_strfreev (self->labels);
}

DEFINE_RECORD (KefuConversationRecord, kefu_conversation_record)

static void
kefu_label_record_clear (gpointer data)
{
  KefuLabelRecord *self = data;

  g_free (self->id);
  g_free (self->name);
}

DEFINE_RECORD (KefuLabelRecord, kefu_label_record)

static void
kefu_message_record_clear (gpointer data)
{
  KefuMessageRecord *self = data;

  g_free (self->id);
  g_free (self->conversation_id);
  g_free (self->kind);
  g_free (self->dir);
  g_free (self->author_id);
  g_free (self->author_name);
  g_free (self->body);
  g_free (self->data);
  g_clear_pointer (&self->attachment, kefu_attachment_unref);
  g_free (self->quote_id);
  g_free (self->quote_body);
  g_free (self->delivery);
  g_free (self->delivery_reason);
}

DEFINE_RECORD (KefuMessageRecord, kefu_message_record)

static void
kefu_identity_record_clear (gpointer data)
{
  KefuIdentityRecord *self = data;

  g_free (self->id);
  g_free (self->channel_id);
  g_free (self->channel_type);
  g_free (self->channel_name);
  g_free (self->key);
  g_free (self->name);
}

DEFINE_RECORD (KefuIdentityRecord, kefu_identity_record)

static void
kefu_customer_record_clear (gpointer data)
{
  KefuCustomerRecord *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->level);
  g_free (self->gender);
  g_free (self->region);
  g_free (self->phone);
  g_free (self->address);
  g_free (self->birthday);
  g_strfreev (self->tags);
  g_free (self->notes);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  g_free (self->currency);
}

DEFINE_RECORD (KefuCustomerRecord, kefu_customer_record)

static void
kefu_order_item_record_clear (gpointer data)
{
  KefuOrderItemRecord *self = data;

  g_free (self->title);
  g_free (self->variant);
  g_free (self->image);
}

DEFINE_RECORD (KefuOrderItemRecord, kefu_order_item_record)

static void
kefu_track_record_clear (gpointer data)
{
  KefuTrackRecord *self = data;

  g_free (self->text);
}

DEFINE_RECORD (KefuTrackRecord, kefu_track_record)

static void
kefu_order_record_clear (gpointer data)
{
  KefuOrderRecord *self = data;

  g_free (self->id);
  g_free (self->customer_id);
  g_free (self->number);
  g_free (self->platform);
  g_free (self->state);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->track, g_ptr_array_unref);
  g_free (self->currency);
  g_free (self->courier);
  g_free (self->tracking);
  g_free (self->receiver);
  g_free (self->phone);
  g_free (self->address);
  g_free (self->remark);
  g_free (self->remark_by_name);
  g_clear_pointer (&self->checklist, g_ptr_array_unref);
}

DEFINE_RECORD (KefuOrderRecord, kefu_order_record)

static void
kefu_checklist_record_clear (gpointer data)
{
  KefuChecklistRecord *self = data;

  g_free (self->id);
  g_free (self->customer_id);
  g_free (self->conversation_id);
  g_free (self->order_id);
  g_free (self->kind);
  g_free (self->title);
  g_free (self->done_by_name);
  g_free (self->created_by_name);
  g_free (self->assignee_name);
  g_free (self->proof_message_id);
  g_free (self->proof_dir);
}

DEFINE_RECORD (KefuChecklistRecord, kefu_checklist_record)

static void
kefu_phrase_record_clear (gpointer data)
{
  KefuPhraseRecord *self = data;

  g_free (self->id);
  g_free (self->group_id);
  g_free (self->group_name);
  g_free (self->code);
  g_free (self->title);
  g_free (self->body);
  g_free (self->ladder);
  g_free (self->step);
  g_free (self->scope);
  g_free (self->pinyin);
  g_free (self->initials);
}

DEFINE_RECORD (KefuPhraseRecord, kefu_phrase_record)

static void
kefu_agent_record_clear (gpointer data)
{
  KefuAgentRecord *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->role);
}

DEFINE_RECORD (KefuAgentRecord, kefu_agent_record)

static void
kefu_search_hit_record_clear (gpointer data)
{
  KefuSearchHitRecord *self = data;

  g_free (self->kind);
  g_free (self->id);
  g_free (self->title);
  g_free (self->body);
  g_free (self->marks);
  g_free (self->conversation_id);
  g_free (self->message_id);
  g_free (self->message_kind);
  g_free (self->customer_name);
  g_free (self->channel_type);
  g_free (self->snippet);
}

DEFINE_RECORD (KefuSearchHitRecord, kefu_search_hit_record)

static void
kefu_conflict_record_clear (gpointer data)
{
  KefuConflictRecord *self = data;

  g_free (self->kind);
  g_free (self->id);
  g_free (self->entity);
  g_free (self->customer_id);
  g_free (self->subject);
  g_free (self->field);
  g_free (self->mine);
  g_free (self->theirs);
  g_free (self->mine_shown);
  g_free (self->theirs_shown);
  g_free (self->by_id);
  g_free (self->by_name);
}

DEFINE_RECORD (KefuConflictRecord, kefu_conflict_record)

static void
kefu_outbox_record_clear (gpointer data)
{
  KefuOutboxRecord *self = data;

  g_free (self->op_id);
  g_free (self->type);
  g_free (self->args);
  g_free (self->state);
  g_free (self->reason);
  g_free (self->text);
  g_free (self->conversation_id);
  g_free (self->customer_name);
  g_clear_pointer (&self->attachment, kefu_attachment_unref);
  g_clear_pointer (&self->conflict, kefu_conflict_record_unref);
}

DEFINE_RECORD (KefuOutboxRecord, kefu_outbox_record)
