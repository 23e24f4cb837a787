/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text as it is compared, masked and shortened. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): @text as it is compared in searches: NFKC (full width becomes half width),
 * case folded, traditional Han as simplified, runs of white space as one space. */
char *kefu_text_fold (const char *text);
/* Whether @c is a Han character (Unicode script Han). */
gboolean kefu_text_is_han (gunichar c);
/* One character as kefu_text_fold() gives it: half width, lower case, simplified. What would become several stays. */
gunichar kefu_text_fold_char (gunichar c);
/* (transfer full): "13912342746" → "139 **** 2746", "07700900148" → "077 **** 0148": the first three
 * and last four digits stay; shorter numbers keep the last two. */
char *kefu_text_mask_phone (const char *phone);
/* (transfer full): a customer's name for the screen. One who is known by a number only gets it masked, without spaces:
 * "15000008832" → "150****8832"; every other name stays. */
char *kefu_text_mask_name (const char *name);
/* (transfer full): "浙江省杭州市西湖区文三路 90 号" → "浙江省杭州市西湖区 ****": all up to the last
 * of 区/县/市/旗; without one, the first third. */
char *kefu_text_mask_address (const char *address);
/* (transfer full): one line, white space runs as one space, cut at @max_chars characters (no ellipsis). */
char *kefu_text_one_line (const char *text, guint max_chars);
/* (transfer full): an amount in minor units of @currency (ISO 4217) for people: 134800, "CNY" → "¥1,348.00". */
char *kefu_text_money (gint64 minor, const char *currency);
/* (transfer full): the two-letter disc text of a name: "沈若溪" → "沈", "Olivia Chen" → "OC"; NULL for numbers. */
char *kefu_text_initials (const char *name);

G_END_DECLS
