/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the frames of the feed hold, decoded once for all desks that got the same bytes. */
#include "config.h"

#include "load-feed.h"

#include <string.h>

#include <json-glib/json-glib.h>

/* Desks that stand at the same place get the same bytes: one is decoded, the others compared with it, byte by byte. Whatever differs
 * is decoded for itself. */
#define KEPT 256

struct _LoadFeed
{
  const LoadPlan *plan;
  LoadFrame *frames[KEPT];
  guint next;
  guint64 decoded;
  guint64 same;
};

void
load_frame_free (LoadFrame *frame)
{
  if (frame == NULL)
    return;
  g_array_unref (frame->numbers);
  g_free (frame->text);
  g_free (frame);
}

/* The number behind the last "#" of what the customer wrote. */
static gboolean
find_number (JsonObject *body, guint *number)
{
  const char *text = json_object_get_string_member_with_default (body, "body", "");
  const char *mark = strrchr (text, '#');
  guint64 value;

  if (mark == NULL || !g_ascii_string_to_unsigned (mark + 1, 10, 0, G_MAXUINT - 1, &value, NULL))
    return FALSE;
  *number = (guint) value;
  return TRUE;
}

LoadFrame *
load_frame_decode (const LoadPlan *plan, const char *text, gsize size)
{
  LoadFrame *frame = g_new0 (LoadFrame, 1);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;
  JsonArray *changes;
  gint64 last;

  frame->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  frame->text = g_memdup2 (text, size);
  frame->size = size;
  if (!json_parser_load_from_data (parser, text, (gssize) size, NULL))
    {
      frame->bad = TRUE;
      return frame;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  frame->from = json_object_get_int_member (object, "from");
  frame->to = json_object_get_int_member (object, "to");
  changes = json_object_get_array_member (object, "changes");
  last = frame->from;
  for (guint i = 0; i < json_array_get_length (changes); i++)
    {
      JsonObject *change = json_array_get_object_element (changes, i);
      gint64 seq = json_object_get_int_member (change, "seq");
      guint number;

      frame->bad |= seq <= last || seq > frame->to;
      last = seq;
      if (!g_str_equal (json_object_get_string_member (change, "kind"), "message"))
        continue;
      if (find_number (json_object_get_object_member (change, "body"), &number) && number < plan->n_wanted)
        g_array_append_val (frame->numbers, number);
      else
        frame->bad = TRUE;
    }
  return frame;
}

LoadFeed *
load_feed_new (const LoadPlan *plan)
{
  LoadFeed *self = g_new0 (LoadFeed, 1);

  self->plan = plan;
  return self;
}

void
load_feed_free (LoadFeed *self)
{
  for (guint i = 0; i < KEPT; i++)
    load_frame_free (self->frames[i]);
  g_free (self);
}

const LoadFrame *
load_feed_look (LoadFeed *self, const char *text, gsize size)
{
  static const char start[] = "{\"t\":\"changes\",";
  LoadFrame *frame;

  if (size < sizeof start || memcmp (text, start, sizeof start - 1) != 0)
    return NULL;
  for (guint i = 1; i <= KEPT; i++)
    {
      frame = self->frames[(self->next + KEPT - i) % KEPT];
      if (frame == NULL)
        break;
      /* Sizes differ nearly always when frames do. */
      if (frame->size == size && memcmp (frame->text, text, size) == 0)
        {
          self->same++;
          return frame;
        }
    }
  frame = load_frame_decode (self->plan, text, size);
  self->decoded++;
  load_frame_free (self->frames[self->next]);
  self->frames[self->next] = frame;
  self->next = (self->next + 1) % KEPT;
  return frame;
}

void
load_feed_get_counts (LoadFeed *self, guint64 *decoded, guint64 *same)
{
  *decoded = self->decoded;
  *same = self->same;
}
