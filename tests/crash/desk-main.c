/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk without a face: store, backend and engine as the real one has them, told on standard input what to do.
 *
 *   crash-desk DIR ADDRESS AGENT TOKEN NAME
 *
 * Commands: `act SEED MS` acts by chance about every MS ms; `rest` stops that; `perform TYPE ARGS`; `hurry` tries again at once
 * whenever it waits for the server; `status`; `jump MS` sets the clock; `discard` empties the tray; `quit`. It says `will TYPE ARGS` before
 * an act, `did OP_ID` once it is durable or `not REASON`; `status STATE PENDING REJECTED CURSOR CONNECTIONS STREAMS`. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gunixinputstream.h>
#include <glib-unix.h>

#include "desk-acts.h"
#include "jump-clock.h"
#include "kefu-native-backend.h"
#include "kefu-op.h"
#include "kefu-sync-engine.h"

#define HURRY_MS 100
#define MORE_MESSAGES 5
/* Of the messages, and their size in bytes. */
#define FILES_PERCENT 15
#define MAX_FILE 300000

typedef struct
{
  GMainLoop *loop;
  const char *dir;
  const char *address;
  const char *agent_id;
  const char *token;
  const char *name;
  KefuClock *clock;
  KefuStore *store;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  GDataInputStream *commands;

  GRand *chance;
  guint every_ms;
  guint act_id;
  guint n_acts;
  GPtrArray *types; /* a deck of all that a desk may do */
  guint next_type;
  guint n_connections;
  guint n_streams;
} Desk;

static void act_later (Desk *self);

static void
say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

static char *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static void
performed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Desk *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = kefu_store_perform_finish (KEFU_STORE (source), result, &error);

  if (op_id != NULL)
    say ("did %s", op_id);
  else
    say ("not %s", error->message);
  act_later (self);
}

static void
perform (Desk *self, const char *type, JsonObject *args)
{
  g_autofree char *text = to_text (args);

  say ("will %s %s", type, text);
  kefu_store_perform_async (self->store, type, args, 0, NULL, performed_cb, self);
}

/* --- acts by chance --- */

/* The act that waits until its file is safe. */
typedef struct
{
  Desk *desk;
  JsonObject *args;
} WithFile;

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree WithFile *with = user_data;
  g_autoptr (JsonObject) args = with->args;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuAttachment) file = kefu_store_attach_finish (KEFU_STORE (source), result, &error);

  if (file == NULL)
    g_error ("%s", error->message);
  json_object_set_string_member (args, "kind", kefu_attachment_is_picture (file->mime) ? "image" : "file");
  json_object_set_object_member (args, "attachment", kefu_attachment_to_json (file));
  perform (with->desk, "message.send", args);
}

/* A file that nobody else has, or, now and then, one that was sent before. */
static void
attach (Desk *self, JsonObject *args)
{
  gboolean again = g_rand_int_range (self->chance, 0, 4) == 0;
  gboolean picture = g_rand_int_range (self->chance, 0, 3) == 0;
  g_autofree char *head = g_strdup_printf ("%s%s %u ", picture ? "\x89PNG\r\n\x1a\n" : "", again ? "same" : self->name,
                                           again ? self->n_acts % 3 : self->n_acts);
  gsize size = again ? 5000 : (gsize) g_rand_int_range (self->chance, 100, MAX_FILE);
  g_autoptr (GString) content = g_string_sized_new (size + 64);
  g_autoptr (GBytes) bytes = NULL;
  WithFile *with = g_new0 (WithFile, 1);

  while (content->len < size)
    g_string_append (content, head);
  bytes = g_string_free_to_bytes (g_steal_pointer (&content));
  with->desk = self;
  with->args = json_object_ref (args);
  kefu_store_attach_async (self->store, NULL, bytes, picture ? "图.png" : "单.txt", NULL, attached_cb, with);
}

static const char *
deal_type (Desk *self)
{
  if (self->next_type == self->types->len)
    {
      for (guint i = self->types->len - 1; i > 0; i--)
        {
          guint other = (guint) g_rand_int_range (self->chance, 0, (gint32) i + 1);
          gpointer type = self->types->pdata[i];

          self->types->pdata[i] = self->types->pdata[other];
          self->types->pdata[other] = type;
        }
      self->next_type = 0;
    }
  return g_ptr_array_index (self->types, self->next_type++);
}

static gboolean
act_cb (gpointer data)
{
  Desk *self = data;
  g_autofree char *path = g_build_filename (self->dir, "cache.db", NULL);
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  g_autoptr (JsonObject) args = NULL;
  Actor actor = { cache, self->chance, self->agent_id, self->name, kefu_clock_now (self->clock), ++self->n_acts };
  const char *type = NULL;

  self->act_id = 0;
  /* What this desk does not show yet, it cannot be done to. The cache may be in the middle of being made anew. */
  for (guint i = 0; cache != NULL && args == NULL && i < self->types->len; i++)
    {
      type = deal_type (self);
      args = desk_act_make (&actor, type);
    }
  if (args != NULL && g_str_equal (type, "message.send") && g_rand_int_range (self->chance, 0, 100) < FILES_PERCENT &&
      g_strcmp0 (json_object_get_string_member (args, "kind"), "text") == 0)
    attach (self, args);
  else if (args != NULL)
    perform (self, type, args);
  else
    act_later (self);
  return G_SOURCE_REMOVE;
}

static void
act_later (Desk *self)
{
  if (self->every_ms > 0 && self->act_id == 0)
    self->act_id =
      g_timeout_add ((guint) g_rand_int_range (self->chance, 1, (gint32) (2 * self->every_ms)), act_cb, self);
}

/* --- commands --- */

static void
state_cb (Desk *self)
{
  switch (kefu_sync_engine_get_state (self->engine))
    {
    case KEFU_SYNC_CONNECTING:
      self->n_connections++;
      break;
    case KEFU_SYNC_LIVE:
      self->n_streams++;
      break;
    default:
      break;
    }
}

static gboolean
hurry_cb (gpointer data)
{
  kefu_sync_engine_retry_now (((Desk *) data)->engine);
  return G_SOURCE_CONTINUE;
}

static void
say_status (Desk *self)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (KEFU_TYPE_SYNC_STATE);
  GEnumValue *state = g_enum_get_value (states, (int) kefu_sync_engine_get_state (self->engine));
  g_autofree char *cursor = kefu_store_dup_cursor (self->store);

  say ("status %s %u %u %s %u %u", state->value_nick, kefu_store_get_n_pending (self->store),
       kefu_store_get_n_rejected (self->store), cursor != NULL ? cursor : "-", self->n_connections, self->n_streams);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) rows = kefu_store_list_finish (KEFU_STORE (source), result, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const KefuOutboxRecord *record = g_ptr_array_index (rows, i);

      kefu_store_discard_rejected (KEFU_STORE (source), record->op_id);
    }
}

static void
perform_text (Desk *self, const char *text)
{
  const char *space = strchr (text, ' ');
  g_autofree char *type = g_strndup (text, (gsize) (space - text));
  g_autoptr (JsonNode) node = json_from_string (space + 1, NULL);

  perform (self, type, json_node_get_object (node));
}

static void
obey (Desk *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  if (g_str_equal (words[0], "act"))
    {
      g_rand_set_seed (self->chance, (guint32) strtoul (words[1], NULL, 10));
      self->every_ms = (guint) strtoul (words[2], NULL, 10);
      act_later (self);
    }
  else if (g_str_equal (words[0], "rest"))
    self->every_ms = 0;
  else if (g_str_equal (words[0], "perform"))
    perform_text (self, line + strlen ("perform "));
  else if (g_str_equal (words[0], "hurry"))
    g_timeout_add (HURRY_MS, hurry_cb, self);
  else if (g_str_equal (words[0], "status"))
    say_status (self);
  else if (g_str_equal (words[0], "jump"))
    jump_clock_jump (JUMP_CLOCK (self->clock), g_ascii_strtoll (words[1], NULL, 10));
  else if (g_str_equal (words[0], "discard"))
    kefu_store_list_outbox_async (self->store, NULL, listed_cb, self);
  else if (g_str_equal (words[0], "quit"))
    g_main_loop_quit (self->loop);
  else
    g_error ("not a command: %s", line);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Desk *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  /* Whoever started it is gone. */
  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  obey (self, line);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Desk *self = user_data;
  g_autoptr (GError) error = NULL;

  self->store = kefu_store_open_finish (result, &error);
  if (self->store == NULL)
    g_error ("%s", error->message);
  if (kefu_store_get_notice (self->store) != NULL)
    g_error ("%s", kefu_store_get_notice (self->store));
  self->backend = kefu_native_backend_new_with_clock (self->address, self->clock, &error);
  if (self->backend == NULL)
    g_error ("%s", error->message);
  kefu_backend_set_token (self->backend, self->token);
  self->engine = kefu_sync_engine_new (self->store, self->backend, self->clock, NULL);
  g_signal_connect_swapped (self->engine, "notify::state", G_CALLBACK (state_cb), self);
  kefu_sync_engine_start (self->engine);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

int
main (int argc, char **argv)
{
  Desk self = { NULL };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);

  setlocale (LC_ALL, "");
  if (argc != 6)
    return 2;
  self.dir = argv[1];
  self.address = argv[2];
  self.agent_id = argv[3];
  self.token = argv[4];
  self.name = argv[5];
  self.loop = g_main_loop_new (NULL, FALSE);
  self.clock = jump_clock_new ();
  self.chance = g_rand_new_with_seed (1);
  self.types = kefu_op_desk_types ();
  /* What agents do most. */
  for (guint i = 0; i < MORE_MESSAGES; i++)
    g_ptr_array_add (self.types, (gpointer) "message.send");
  self.next_type = self.types->len;
  self.commands = g_data_input_stream_new (input);
  kefu_store_open_async (self.dir, self.clock, self.agent_id, KEFU_STORE_DEFAULT, NULL, opened_cb, &self);
  g_main_loop_run (self.loop);

  if (self.engine != NULL)
    kefu_sync_engine_stop (self.engine);
  g_clear_object (&self.engine);
  g_clear_object (&self.backend);
  if (self.store != NULL)
    kefu_store_close (self.store);
  g_clear_object (&self.store);
  g_clear_object (&self.commands);
  g_clear_object (&self.clock);
  g_ptr_array_unref (self.types);
  g_rand_free (self.chance);
  g_main_loop_unref (self.loop);
  return 0;
}
