/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of `outbound`: what is due, and what became of it. Only for the files of outbound delivery. */
#pragma once

#include "kefu-storage.h"

G_BEGIN_DECLS

/* The longest wait between two tries. */
#define KEFU_OUTBOUND_WAIT_MAX_MS (3600 * 1000)

/* One message that is due, with all that a post needs. Immutable. */
typedef struct
{
  char *message_id;
  char *channel_id;
  char *delivery_id;
  char *url; /* (nullable) */
  char *secret;
  gboolean once;
  gint64 tries;
  gint64 first_at;
  char *body; /* JSON */
} KefuDelivery;

/* What is due now, and when to look again. */
typedef struct
{
  gint64 now;
  GPtrArray *due; /* KefuDelivery; at most a few of each channel */
  gint64 next_at; /* of the first that is not due yet, 0: none */
} KefuDeliveryScan;

typedef enum
{
  KEFU_VERDICT_SENT,
  KEFU_VERDICT_DELIVERED,
  KEFU_VERDICT_FAILED,
  KEFU_VERDICT_UNKNOWN,
  KEFU_VERDICT_RETRY,
} KefuVerdict;

/* What a try came to. */
typedef struct
{
  char *message_id;
  KefuVerdict verdict;
  char *reason;   /* (nullable) */
  gint64 next_at; /* KEFU_VERDICT_RETRY */
  gint64 now;
} KefuDeliveryResult;

void kefu_delivery_free (KefuDelivery *self);
KefuDeliveryScan *kefu_delivery_scan_new (gint64 now);
void kefu_delivery_scan_free (KefuDeliveryScan *self);
void kefu_delivery_result_free (KefuDeliveryResult *self);

/* Jobs. Reading: fills a #KefuDeliveryScan. */
gboolean kefu_outbound_scan_job (KefuStorage *storage, KefuDb *db, gpointer scan, GError **error);
/* Writing: notes what a #KefuDeliveryResult says. */
gboolean kefu_outbound_settle_job (KefuStorage *storage, KefuDb *db, gpointer result, GError **error);
/* Writing: notes that the post of a message (its id) to a `once` channel begins. KEFU_ERROR_NOT_FOUND: it does not wait any more, the queue was
 * read before it was posted and must not be believed. */
gboolean kefu_outbound_mark_job (KefuStorage *storage, KefuDb *db, gpointer message_id, GError **error);
/* Writing: the clock went back by so many ms (gint64 *), and so do all times of the queue. */
gboolean kefu_outbound_shift_job (KefuStorage *storage, KefuDb *db, gpointer back_ms, GError **error);
/* Writing: what was being posted to a `once` channel when the server died is `unknown`; only a person may resend it. */
gboolean kefu_outbound_mend_job (KefuStorage *storage, KefuDb *db, gpointer unused, GError **error);

G_END_DECLS
