/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the side panel says about a customer, an order and a promise, in words. */
#pragma once

#include "kefu-records.h"

G_BEGIN_DECLS

/* How near the due time of a checklist item is; also the CSS class of its chip. */
typedef enum
{
  KEFU_DUE_NONE,  /* no due time */
  KEFU_DUE_LATER, /* another day */
  KEFU_DUE_TODAY,
  KEFU_DUE_OVER,
} KefuDue;

/* All strings: (transfer full), translated; times in ms, shown in the local time zone. */

/* "Female · Hangzhou · customer for 2 years"; what is not known is left out. */
char *kefu_panel_about (KefuCustomerRecord *customer, gint64 now);
/* How a customer is called on a channel. Where that is a phone number or an address it is as masked as in the contact card. */
char *kefu_panel_identity (KefuIdentityRecord *identity);
/* "3 July · in 21 days" of MM-DD or YYYY-MM-DD; "" if @birthday is none of them. */
char *kefu_panel_birthday (const char *birthday, gint64 now);
/* Whether @text is "", MM-DD or YYYY-MM-DD with a day that exists. */
gboolean kefu_panel_is_birthday (const char *text);
/* what makes @risk 1…3 of product.md a risk. */
char *kefu_panel_risk (int risk, int days_left);
/* An amount without its minor units: "¥4,318". */
char *kefu_panel_whole_amount (gint64 minor, const char *currency);
/* A long number in groups of four, as people read it out: "2206 8810 4417". */
char *kefu_panel_group_digits (const char *number);
/* (transfer none): name of an order's state. */
const char *kefu_panel_order_state (const char *state);
/* (transfer none): name of an order flag 0…5. */
const char *kefu_panel_flag_name (int flag);
/* Day and time in words: "Today 14:02", "Yesterday 20:43", "Tomorrow 18:00", "28 May 18:00". */
char *kefu_panel_moment (gint64 at, gint64 now);
KefuDue kefu_panel_due_state (gint64 due_at, gint64 now);
/* "1 h over", "by 17:00", "Tomorrow", "15 Jun"; "" without a due time. */
char *kefu_panel_due_text (gint64 due_at, gint64 now);
/* Where an item comes from: "Yesterday 20:43 promised · Lin"; of a done one, who did it and when. @named: whose it is is said too. */
char *kefu_panel_item_origin (KefuChecklistRecord *item, gboolean named, gint64 now);

G_END_DECLS
