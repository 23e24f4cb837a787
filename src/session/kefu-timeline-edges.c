/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ends of a timeline's window, and what the server has beyond them. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include <glib/gi18n.h>

#include "kefu-op.h"
#include "kefu-timeline-model-private.h"

/* What the server was asked; the model may be gone when the answer comes. */
typedef struct
{
  GWeakRef model;
  guint generation;
  gboolean older;
  gint64 mseq; /* of the message at that end, 0 if there is none */
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_weak_ref_clear (&fetch->model);
  g_free (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

KefuTimelineEdge
kefu_timeline_model_older_edge (KefuTimelineModel *self, gboolean more)
{
  if (more)
    return KEFU_TIMELINE_EDGE_CACHE;
  return kefu_timeline_window_lacks_older (&self->window) ? KEFU_TIMELINE_EDGE_SERVER : KEFU_TIMELINE_EDGE_END;
}

KefuTimelineEdge
kefu_timeline_model_newer_edge (KefuTimelineModel *self, gboolean more)
{
  if (more)
    return KEFU_TIMELINE_EDGE_CACHE;
  return kefu_timeline_window_lacks_newer (&self->window) ? KEFU_TIMELINE_EDGE_SERVER : KEFU_TIMELINE_EDGE_END;
}

static KefuTimelineEdge
get_edge (KefuTimelineModel *self, gboolean older)
{
  return older ? self->older : self->newer;
}

static void
set_edge (KefuTimelineModel *self, gboolean older, KefuTimelineEdge edge)
{
  kefu_timeline_model_set_edges (self, older ? edge : self->older, older ? self->newer : edge);
  kefu_timeline_model_rebuild (self);
}

static gint64
mseq_at (KefuTimelineModel *self, gboolean older)
{
  KefuMessageRecord *record =
    older ? kefu_timeline_window_first (&self->window) : kefu_timeline_window_last (&self->window);

  return record != NULL && record->mseq < KEFU_PENDING_MSEQ ? record->mseq : 0;
}

static void
learn (KefuTimelineModel *self, Fetch *fetch, KefuHistoryPage *page)
{
  kefu_timeline_window_learn (&self->window, page->mseqs, fetch->older ? fetch->mseq : 0, page->more);
  /* The newest of all were asked for. */
  if (fetch->older && fetch->mseq == 0)
    self->window.end_known = TRUE;
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  g_autoptr (KefuTimelineModel) self = g_weak_ref_get (&fetch->model);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuHistoryPage) page = kefu_history_fetch_finish (KEFU_HISTORY (source), result, &error);

  if (self == NULL)
    return;
  if (page != NULL)
    learn (self, fetch, page);
  if (fetch->generation != self->generation || get_edge (self, fetch->older) != KEFU_TIMELINE_EDGE_LOADING)
    return;
  if (page == NULL)
    {
      g_free (self->edge_error);
      self->edge_error = g_strdup (error->message);
      set_edge (self, fetch->older,
                kefu_history_get_available (self->history) ? KEFU_TIMELINE_EDGE_FAILED : KEFU_TIMELINE_EDGE_OFFLINE);
      return;
    }
  self->fetched = fetch->older ? KEFU_TIMELINE_OLDER : KEFU_TIMELINE_NEWER;
  self->fetched_mseq = fetch->mseq;
  kefu_timeline_model_load (self, self->fetched);
}

void
kefu_timeline_model_check_fetched (KefuTimelineModel *self)
{
  gboolean older = self->fetched == KEFU_TIMELINE_OLDER;

  if (self->fetched == KEFU_TIMELINE_FIRST)
    return;
  self->fetched = KEFU_TIMELINE_FIRST;
  if (get_edge (self, older) != KEFU_TIMELINE_EDGE_SERVER || mseq_at (self, older) != self->fetched_mseq)
    return;
  g_free (self->edge_error);
  self->edge_error = g_strdup (_ ("The server has not sent them"));
  kefu_timeline_model_set_edges (self, older ? KEFU_TIMELINE_EDGE_FAILED : self->older,
                                 older ? self->newer : KEFU_TIMELINE_EDGE_FAILED);
}

void
kefu_timeline_model_fetch (KefuTimelineModel *self, gboolean older)
{
  KefuHistoryQuery query = { .before = G_MAXINT64, .limit = KEFU_TIMELINE_PAGE };
  gint64 mseq = mseq_at (self, older);
  Fetch *fetch;

  if (self->history == NULL)
    return;
  if (!kefu_history_get_available (self->history))
    {
      set_edge (self, older, KEFU_TIMELINE_EDGE_OFFLINE);
      return;
    }
  if (older && mseq > 0)
    query.before = mseq;
  /* One more than the page, so that it is seen to follow on what is there. */
  if (!older)
    query.before = mseq + query.limit;
  set_edge (self, older, KEFU_TIMELINE_EDGE_LOADING);
  fetch = g_new0 (Fetch, 1);
  g_weak_ref_init (&fetch->model, self);
  fetch->generation = self->generation;
  fetch->older = older;
  fetch->mseq = mseq;
  kefu_history_fetch_async (self->history, self->conversation_id, &query, self->cancellable, fetched_cb, fetch);
}

static void
try_again (KefuTimelineModel *self, gboolean older)
{
  KefuTimelineEdge edge = get_edge (self, older);

  if (edge == KEFU_TIMELINE_EDGE_OFFLINE || edge == KEFU_TIMELINE_EDGE_FAILED)
    kefu_timeline_model_fetch (self, older);
}

static void
available_cb (KefuTimelineModel *self)
{
  if (kefu_history_get_available (self->history))
    kefu_timeline_model_retry (self);
}

void
kefu_timeline_model_retry (KefuTimelineModel *self)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  try_again (self, TRUE);
  try_again (self, FALSE);
}

void
kefu_timeline_model_use_history (KefuTimelineModel *self, KefuHistory *history)
{
  if (history == NULL)
    return;
  self->history = g_object_ref (history);
  self->window.may_lack = TRUE;
  g_signal_connect_object (history, "notify::available", G_CALLBACK (available_cb), self, G_CONNECT_SWAPPED);
}
