/* SPDX-License-Identifier: GPL-3.0-or-later
 * Draws one row of the inbox. */
#pragma once

#include "kefu-inbox-look.h"
#include "kefu-reply-clock.h"

G_BEGIN_DECLS

/* Labels that are named, and the number of those that are not. */
#define KEFU_INBOX_MAX_LABELS 3

/* What a row says. All strings are owned, and NULL where there is nothing to say. */
typedef struct
{
  char *name;
  char *initials; /* NULL: the figure of a person */
  guint avatar_color;
  guint channel;
  gboolean unread;
  char *assignee;
  char *assignee_initials;
  char *labels[KEFU_INBOX_MAX_LABELS];
  int label_colors[KEFU_INBOX_MAX_LABELS];
  KefuClockState clock;
  char *clock_text;
  char *time; /* shown where no clock runs */
  gboolean draft;
  const char *mark; /* an icon */
  gboolean pending;
  char *last;
  char *todo;
  char *count;
  gboolean check; /* several are being chosen */
  gboolean checked;
} KefuInboxWords;

/* Where the parts are that have more to tell. */
typedef struct
{
  GdkRectangle assignee;
  GdkRectangle labels;
} KefuInboxPlaces;

void kefu_inbox_words_clear (KefuInboxWords *words);
/* The number of the colour that a name has, as AdwAvatar would choose it. */
guint kefu_inbox_avatar_color (const char *name);
/* The height of every row, and the least width, in pixels. */
void kefu_inbox_measure (KefuInboxLook *look, int *width, int *height);
/* All but the clock, for which there is room. @rtl: what is at the left otherwise is at the right. @places: (out). */
void kefu_inbox_paint (KefuInboxLook *look,
                       const KefuInboxWords *words,
                       int width,
                       int height,
                       gboolean rtl,
                       GtkSnapshot *snapshot,
                       KefuInboxPlaces *places);
/* The clock, if one runs: it changes every second. */
void kefu_inbox_paint_clock (KefuInboxLook *look,
                             const KefuInboxWords *words,
                             int width,
                             int height,
                             gboolean rtl,
                             GtkSnapshot *snapshot);

G_END_DECLS
