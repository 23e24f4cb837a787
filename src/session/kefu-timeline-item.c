/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the timeline: a message, a day, or the line above what is new. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-timeline-item.h"

struct _KefuTimelineItem
{
  GObject parent_instance;

  KefuTimelineKind kind;
  KefuMessageRecord *record;
  gint64 at;
  gboolean grouped;
  KefuTimelineEdge edge;
  char *error;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTimelineItem, kefu_timeline_item, G_TYPE_OBJECT)

static void
kefu_timeline_item_finalize (GObject *object)
{
  KefuTimelineItem *self = KEFU_TIMELINE_ITEM (object);

  g_clear_pointer (&self->record, kefu_message_record_unref);
  g_free (self->error);

  G_OBJECT_CLASS (kefu_timeline_item_parent_class)->finalize (object);
}

static void
kefu_timeline_item_class_init (KefuTimelineItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_timeline_item_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_TIMELINE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_timeline_item_init (KefuTimelineItem *self)
{
}

KefuTimelineItem *
kefu_timeline_item_new (KefuTimelineKind kind, gint64 at, KefuMessageRecord *record)
{
  KefuTimelineItem *self = g_object_new (KEFU_TYPE_TIMELINE_ITEM, NULL);

  self->kind = kind;
  self->at = at;
  self->record = record != NULL ? kefu_message_record_ref (record) : NULL;
  return self;
}

void
kefu_timeline_item_update (KefuTimelineItem *self, KefuMessageRecord *record, gboolean grouped)
{
  if (self->record == record && self->grouped == grouped)
    return;

  if (self->record != record)
    {
      kefu_message_record_ref (record);
      g_clear_pointer (&self->record, kefu_message_record_unref);
      self->record = record;
      self->at = record->sent_at;
    }
  self->grouped = grouped;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

KefuTimelineKind
kefu_timeline_item_get_kind (KefuTimelineItem *self)
{
  return self->kind;
}

KefuMessageRecord *
kefu_timeline_item_get_record (KefuTimelineItem *self)
{
  return self->record;
}

gint64
kefu_timeline_item_get_at (KefuTimelineItem *self)
{
  return self->at;
}

gboolean
kefu_timeline_item_get_grouped (KefuTimelineItem *self)
{
  return self->grouped;
}

gboolean
kefu_timeline_item_is_pending (KefuTimelineItem *self)
{
  return self->record != NULL && self->record->rev == 0;
}

KefuTimelineEdge
kefu_timeline_item_get_edge (KefuTimelineItem *self, const char **error)
{
  if (error != NULL)
    *error = self->error;
  return self->edge;
}

void
kefu_timeline_item_set_edge (KefuTimelineItem *self, KefuTimelineEdge edge, const char *error)
{
  if (self->edge == edge && g_strcmp0 (self->error, error) == 0)
    return;
  self->edge = edge;
  g_free (self->error);
  self->error = g_strdup (error);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
