/* SPDX-License-Identifier: GPL-3.0-or-later
 * The styles that the rows of the inbox are drawn with. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-channel-badge.h"
#include "kefu-records.h"

G_BEGIN_DECLS

#define KEFU_N_AVATAR_COLORS 14

/* What has a style of its own in a row. */
typedef enum
{
  KEFU_INBOX_LINE,
  KEFU_INBOX_NAME,
  KEFU_INBOX_NAME_UNREAD,
  KEFU_INBOX_LAST,
  KEFU_INBOX_LAST_UNREAD,
  KEFU_INBOX_TIME,
  KEFU_INBOX_DRAFT,
  KEFU_INBOX_MARK,
  KEFU_INBOX_MARK_PENDING,
  KEFU_INBOX_TODO,
  KEFU_INBOX_COUNT,
  KEFU_INBOX_CHECK,
  KEFU_INBOX_CHECK_ON,
  KEFU_INBOX_CLOCK_OK,
  KEFU_INBOX_CLOCK_DUE,
  KEFU_INBOX_CLOCK_OVER,
  KEFU_INBOX_LABEL,                                            /* the first of as many as there are colours */
  KEFU_INBOX_AVATAR = KEFU_INBOX_LABEL + KEFU_N_LABEL_COLORS,  /* likewise */
  KEFU_INBOX_BADGE = KEFU_INBOX_AVATAR + KEFU_N_AVATAR_COLORS, /* the first channel's, in their table's order */
  KEFU_INBOX_N_PARTS = KEFU_INBOX_BADGE + KEFU_N_CHANNEL_TYPES,
} KefuInboxPart;

/**
 * KefuInboxLook:
 *
 * Has one widget for each part of a row, which nobody sees: they stand where the style sheet expects them, and all rows are drawn as they would be. It
 * takes no room; its parent is whatever the list stands in.
 *
 * Signal: `changed`: another theme or font; what was drawn is to be drawn anew.
 */
#define KEFU_TYPE_INBOX_LOOK (kefu_inbox_look_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxLook, kefu_inbox_look, KEFU, INBOX_LOOK, GtkWidget)

/* (transfer none): has the part's style; never shown. */
GtkWidget *kefu_inbox_look_get_widget (KefuInboxLook *self, KefuInboxPart part);
/* (transfer none): @text in the part's font, on one line that is as long as it likes; good until the next one for the same part is asked for. */
PangoLayout *kefu_inbox_look_lay_out (KefuInboxLook *self, KefuInboxPart part, const char *text);
/* In pixels: a line of Latin and a line of Han are equally high, and so are all rows. */
int kefu_inbox_look_get_line_height (KefuInboxLook *self);
/* Draws a symbolic icon of our own in the part's colour. */
void kefu_inbox_look_draw_icon (KefuInboxLook *self,
                                GtkSnapshot *snapshot,
                                KefuInboxPart part,
                                const char *icon_name,
                                int size,
                                double x,
                                double y);

G_END_DECLS
