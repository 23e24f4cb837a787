/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line at an end of the messages that are shown: what lies beyond it. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-timeline-item.h"

G_BEGIN_DECLS

/* Asks for what could not be fetched by the action `timeline.retry`. As high in every state. */
#define KEFU_TYPE_TIMELINE_END (kefu_timeline_end_get_type ())
G_DECLARE_FINAL_TYPE (KefuTimelineEnd, kefu_timeline_end, KEFU, TIMELINE_END, GtkWidget)

GtkWidget *kefu_timeline_end_new (void);
/* @item: a KEFU_TIMELINE_OLDER_END or KEFU_TIMELINE_NEWER_END. Returns the words, of static storage. */
const char *kefu_timeline_end_set (KefuTimelineEnd *self, KefuTimelineItem *item);

G_END_DECLS
