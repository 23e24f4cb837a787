/* SPDX-License-Identifier: GPL-3.0-or-later
 * The channel: connections that are kept and post signed events. */
#pragma once

#include "load.h"

G_BEGIN_DECLS

typedef struct _LoadSenders LoadSenders;

LoadSenders *load_senders_new (LoadPlan *plan);
void load_senders_free (LoadSenders *self);
/* Posts what is due @elapsed µs after the start, as far as a connection is free. */
void load_senders_pump (LoadSenders *self, gint64 elapsed);
/* Whether every message has been posted and answered. */
gboolean load_senders_are_done (LoadSenders *self);
guint load_senders_get_answered (LoadSenders *self);
/* Answers other than 200, or events that were not stored. */
guint load_senders_get_refused (LoadSenders *self);
/* From a post to its answer. */
const LoadHistogram *load_senders_get_answers (LoadSenders *self);
/* When the last post went, µs after the start: later than planned if the server could not keep up. */
gint64 load_senders_get_last (LoadSenders *self);

G_END_DECLS
