/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows as plain, immutable, reference-counted structs that cross threads. */
#pragma once

#include "kefu-attachment.h"
#include "kefu-db.h"
#include "kefu-text-match.h"

G_BEGIN_DECLS

/* Text fields are never NULL unless said so; times are ms since the epoch (UTC), 0 if unknown; amounts minor units. */

/* One inbox row, joined with what it shows. */
typedef struct
{
  char *id;
  gint64 rev;
  char *customer_id;
  char *customer_name;
  char *customer_level;
  char *channel_id;
  char *channel_type;
  char *channel_name;
  char *shop;
  int due_s; /* the channel's limits of the reply clock */
  int over_s;
  int window_h;
  int window_n;
  int max_len;
  char *title;
  char *status;        /* open, snoozed, resolved */
  char *assignee_id;   /* (nullable) */
  char *assignee_name; /* "" for nobody */
  gint64 snooze_until;
  gint64 waiting_since; /* 0: the customer does not wait */
  gint64 last_in_at;
  gint64 last_mseq;
  gint64 last_at;
  char *last_text;
  char *last_dir; /* in, out, note, event */
  char *last_kind;
  gint64 in_count;
  int out_since_in;   /* our messages since the customer's last one, for reply windows */
  int unread;         /* of the signed-in agent */
  int open_items;     /* open checklist items */
  int pending;        /* own messages not yet on the server */
  int rating;         /* 0: none */
  char *draft;        /* "" if none */
  gboolean mentioned; /* by a note, the signed-in agent */
  char **labels;      /* (nullable): ids of labels, NULL if there are none; one that is unknown shows nothing */
  gint64 row;         /* tells those apart that stand at the same time: kefu_inbox_key_of() */
} KefuConversationRecord;

/* What conversations are marked with. */
typedef struct
{
  char *id;
  char *name;
  int color; /* 0 … KEFU_N_LABEL_COLORS - 1 */
  int sort;
} KefuLabelRecord;
#define KEFU_N_LABEL_COLORS 8

typedef struct
{
  char *id;
  gint64 rev; /* 0: not on the server yet */
  char *conversation_id;
  gint64 mseq;
  char *kind;        /* text image file voice order call note event */
  char *dir;         /* in out none */
  char *author_id;   /* (nullable) */
  char *author_name; /* "" if none */
  char *body;
  char *data;                 /* (nullable): JSON of the kind */
  KefuAttachment *attachment; /* (nullable): of an image, file or voice message, out of `data` */
  char *quote_id;             /* (nullable) */
  char *quote_body;           /* "" if none */
  gint64 in_no;
  gint64 sent_at;
  char *delivery; /* queued sent delivered read failed unknown, "" */
  char *delivery_reason;
  gboolean recalled;
} KefuMessageRecord;

typedef struct
{
  char *id;
  char *channel_id;
  char *channel_type;
  char *channel_name;
  char *key;
  char *name;
} KefuIdentityRecord;

typedef struct
{
  char *id;
  gint64 rev;
  char *name;
  char *level;
  char *gender; /* f, m, "" */
  char *region;
  char *phone;
  char *address;
  char *birthday;
  gint64 since;
  char **tags;
  char *notes;
  int good_reviews;
  int bad_reviews;
  GPtrArray *identities; /* KefuIdentityRecord */
  GPtrArray *earlier;    /* KefuConversationRecord, newest first, at most 50; without the open one */
  /* value, over all orders that were paid */
  int n_orders;
  gint64 paid_minor;
  char *currency;
  int n_repeat; /* orders after the first */
  gint64 last_order_at;
  int refund_percent; /* share of orders with a refund */
  int risk;           /* 1 (highest) … 3, 0 none: product.md, after-sale risk */
  int risk_days;      /* days left of the claim window for level 2 */
} KefuCustomerRecord;

typedef struct
{
  char *title;
  char *variant;
  char *image; /* sha256 of a blob, "" if none */
  int qty;
  gint64 price_minor;
} KefuOrderItemRecord;

typedef struct
{
  gint64 at;
  char *text;
} KefuTrackRecord;

typedef struct
{
  char *id;
  gint64 rev;
  char *customer_id;
  char *number;
  char *platform;
  char *state; /* unpaid paid shipped signed closed refunding refunded */
  gint64 placed_at;
  gint64 paid_at;
  gint64 shipped_at;
  gint64 signed_at;
  gboolean confirmed;
  gboolean reviewed;
  GPtrArray *items; /* KefuOrderItemRecord */
  GPtrArray *track; /* KefuTrackRecord, newest first */
  gint64 total_minor;
  gint64 discount_minor;
  gint64 paid_minor;
  char *currency;
  char *courier;
  char *tracking;
  char *receiver;
  char *phone;
  char *address;
  int flag; /* -1: none */
  char *remark;
  char *remark_by_name;
  gint64 remark_at;
  GPtrArray *checklist; /* KefuChecklistRecord of this order, open first */
} KefuOrderRecord;

typedef struct
{
  char *id;
  gint64 rev;
  char *customer_id;
  char *conversation_id;
  char *order_id; /* (nullable) */
  char *kind;     /* gift courier variant price address refund resend callback remark */
  char *title;
  gint64 due_at;
  gboolean done;
  gint64 done_at;
  char *done_by_name;
  gint64 created_at;
  char *created_by_name;
  char *assignee_name;
  char *proof_message_id; /* (nullable) */
  gint64 proof_at;        /* when the proof message was sent */
  char *proof_dir;        /* in: asked for, out: promised, "" */
} KefuChecklistRecord;

typedef struct
{
  char *id;
  gint64 rev;
  char *group_id;
  char *group_name;
  int group_sort;
  char *code;
  char *title;
  char *body;
  char *ladder;
  char *step;
  char *scope; /* team, personal */
  int sort;
  int uses;
  gint64 last_used;
  char *pinyin; /* of title and group, folded: full syllables without spaces */
  char *initials;
} KefuPhraseRecord;

typedef struct
{
  char *id;
  char *name;
  char *role;
} KefuAgentRecord;

/* One thing found. */
typedef struct
{
  char *kind;            /* customer, message, order, phrase, article */
  char *id;              /* of that */
  char *conversation_id; /* (nullable) for a customer or order that never wrote; NULL for a phrase or article */
  char *message_id;      /* (nullable) */
  char *message_kind;    /* (nullable) */
  char *customer_name;   /* "" for a phrase or article */
  char *channel_type;    /* "" where there is none */
  char *title;           /* of a phrase or article, else "" */
  char *body;            /* (nullable): of a phrase or article, whole */
  char *snippet;         /* plain text around what was looked for, one line */
  KefuTextSpan *marks;   /* what of the snippet was looked for, from front to back */
  guint n_marks;
  gint64 at;
} KefuSearchHitRecord;

/* A field that the agent edited, and somebody else too. */
typedef struct
{
  char *kind; /* of the entity: checklist_item, customer, order, phrase */
  char *id;
  char *entity;      /* (nullable): its state on the server, as JSON; NULL: it is no more */
  gint64 rev;        /* of that state */
  char *customer_id; /* whose it is, "" for a phrase */
  char *subject;     /* the item's or phrase's title, the order's number, "" */
  char *field;
  gboolean removing;  /* the agent did not edit it but removed the entity */
  gboolean removed;   /* somebody else has removed the entity */
  char *mine;         /* as text: times are numbers, what is not there is "" */
  char *theirs;       /* what the server has now */
  char *mine_shown;   /* the same, but the name of what an id stands for */
  char *theirs_shown; /* the same */
  char *by_id;        /* the agent who wrote theirs, "" if that is not known */
  char *by_name;
  gint64 at; /* when, or 0 */
} KefuConflictRecord;

/* What waits in or was refused from the outbox. */
typedef struct
{
  char *op_id;
  char *type;
  char *args;  /* JSON object */
  char *state; /* pending, acked, rejected */
  char *reason;
  char *text;            /* what the agent typed, "" if nothing */
  char *conversation_id; /* (nullable) */
  char *customer_name;
  gint64 created_at;
  int tries;
  KefuAttachment *attachment;   /* (nullable): the file that it sends */
  gboolean is_conflict;         /* somebody else was first: the same again would be refused again */
  KefuConflictRecord *conflict; /* (nullable): about which field */
} KefuOutboxRecord;

#define KEFU_DECLARE_RECORD(Type, prefix)                                                                              \
  Type *prefix##_new (void);                                                                                           \
  Type *prefix##_ref (Type *self);                                                                                     \
  void prefix##_unref (Type *self);                                                                                    \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (Type, prefix##_unref)

/* Atomically reference-counted (g_atomic_rc_box); _new() gives a zeroed one to fill; _unref() frees the fields. */
KEFU_DECLARE_RECORD (KefuConversationRecord, kefu_conversation_record)
KEFU_DECLARE_RECORD (KefuLabelRecord, kefu_label_record)
KEFU_DECLARE_RECORD (KefuMessageRecord, kefu_message_record)
KEFU_DECLARE_RECORD (KefuIdentityRecord, kefu_identity_record)
KEFU_DECLARE_RECORD (KefuCustomerRecord, kefu_customer_record)
KEFU_DECLARE_RECORD (KefuOrderItemRecord, kefu_order_item_record)
KEFU_DECLARE_RECORD (KefuTrackRecord, kefu_track_record)
KEFU_DECLARE_RECORD (KefuOrderRecord, kefu_order_record)
KEFU_DECLARE_RECORD (KefuChecklistRecord, kefu_checklist_record)
KEFU_DECLARE_RECORD (KefuPhraseRecord, kefu_phrase_record)
KEFU_DECLARE_RECORD (KefuAgentRecord, kefu_agent_record)
KEFU_DECLARE_RECORD (KefuSearchHitRecord, kefu_search_hit_record)
KEFU_DECLARE_RECORD (KefuConflictRecord, kefu_conflict_record)
KEFU_DECLARE_RECORD (KefuOutboxRecord, kefu_outbox_record)

G_END_DECLS
