/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server and desks as processes of their own, a bad network between them. */
#include "config.h"

#include "crash-world.h"

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "kefu-entity.h"
#include "kefu-native-backend.h"
#include "server-process.h"

#define PASSWORD "richtig"

static void
act_free (gpointer data)
{
  WorldAct *act = data;

  g_free (act->type);
  json_object_unref (act->args);
  g_free (act->op_id);
  g_free (act);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
world_pass (guint ms)
{
  gint64 until = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

/* --- the server --- */

World *
world_new (guint32 seed)
{
  World *self = g_new0 (World, 1);

  kefu_model_init ();
  self->dir = g_dir_make_tmp ("kefu-crash-XXXXXX", NULL);
  self->server_dir = g_build_filename (self->dir, "server", NULL);
  self->server_socket = g_build_filename (self->server_dir, "kefu.sock", NULL);
  self->network_socket = g_build_filename (self->dir, "network", NULL);
  self->clock = kefu_system_clock_new ();
  self->network = fault_proxy_new (self->network_socket, self->server_socket, seed);
  return self;
}

void
world_free (World *self)
{
  if (self->server != NULL)
    world_kill_server (self);
  fault_proxy_free (self->network);
  remove_tree (self->dir);
  g_clear_object (&self->clock);
  g_free (self->dir);
  g_free (self->server_dir);
  g_free (self->server_socket);
  g_free (self->network_socket);
  g_free (self);
}

char *
world_command (World *self, const char *input, const char *const *words)
{
  return server_process_command (self->server_dir, input, words);
}

void
world_add_agent (World *self, const char *login, const char *name)
{
  const char *words[] = { "user", "add", login, name, "--password-stdin", NULL };
  g_autofree char *said = world_command (self, PASSWORD "\n", words);
}

void
world_add_channel (World *self, const char *name, const char *url, gboolean once, char **id, char **secret)
{
  g_autofree char *option = url != NULL ? g_strconcat ("--url=", url, NULL) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  g_autofree char *said = NULL;

  g_strv_builder_add_many (builder, "channel", "add", "wangwang", name, "--shop", "表带店", NULL);
  if (option != NULL)
    g_strv_builder_add (builder, option);
  if (once)
    g_strv_builder_add (builder, "--once");
  words = g_strv_builder_end (builder);
  said = world_command (self, NULL, (const char *const *) words);
  *id = server_process_value (said, "id");
  *secret = server_process_value (said, "secret");
}

void
world_start_server (World *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_assert_null (self->server);
  if (!self->server_with_clock)
    {
      self->server = server_process_start (self->server_dir);
      return;
    }
  self->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error,
                                   g_getenv ("CRASH_SERVER"), self->server_dir, NULL);
  g_assert_no_error (error);
  self->server_out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  line = g_data_input_stream_read_line (self->server_out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (line != NULL && g_str_has_prefix (line, "ready "));
}

void
world_kill_server (World *self)
{
  g_clear_object (&self->server_out);
  server_process_kill (&self->server);
}

void
world_jump_server (World *self, gint64 ms)
{
  GOutputStream *in = g_subprocess_get_stdin_pipe (self->server);
  g_autofree char *line = g_strdup_printf ("jump %" G_GINT64_FORMAT "\n", ms);
  g_autofree char *said = NULL;

  g_assert_true (g_output_stream_write_all (in, line, strlen (line), NULL, NULL, NULL));
  said = g_data_input_stream_read_line (self->server_out, NULL, NULL, NULL);
  g_assert_cmpstr (said, ==, "jumped");
}

static char *
server_db_path (World *self)
{
  return g_build_filename (self->server_dir, "kefu.db", NULL);
}

KefuDb *
world_open_server_db (World *self)
{
  g_autofree char *path = server_db_path (self);
  g_autoptr (GError) error = NULL;
  KefuDb *db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);

  g_assert_no_error (error);
  return db;
}

gint64
world_server_int (World *self, const char *sql)
{
  g_autoptr (KefuDb) db = world_open_server_db (self);

  return kefu_db_int (db, -1, sql, "");
}

/* A database is a file and its log. */
static void
copy_database (const char *from, const char *to)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *source = g_strconcat (from, suffixes[i], NULL);
      g_autofree char *target = g_strconcat (to, suffixes[i], NULL);
      g_autofree char *content = NULL;
      gsize size;

      g_remove (target);
      if (i < 2 && g_file_get_contents (source, &content, &size, NULL))
        g_assert_true (g_file_set_contents_full (target, content, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
}

void
world_back_up (World *self)
{
  g_autofree char *path = server_db_path (self);
  g_autofree char *copy = g_build_filename (self->dir, "backup.db", NULL);

  g_assert_null (self->server);
  copy_database (path, copy);
}

void
world_restore (World *self)
{
  static const char *const restored[] = { "restored", NULL };
  g_autofree char *path = server_db_path (self);
  g_autofree char *copy = g_build_filename (self->dir, "backup.db", NULL);
  g_autofree char *said = NULL;

  g_assert_null (self->server);
  copy_database (copy, path);
  said = world_command (self, NULL, restored);
}

/* --- desks --- */

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(KefuCredentials **) user_data = kefu_backend_sign_in_finish (KEFU_BACKEND (source), result, &error);
  g_assert_no_error (error);
}

WorldDesk *
world_desk_new (World *world, const char *login, const char *name)
{
  g_autofree char *address = g_strconcat ("unix:", world->server_socket, NULL);
  g_autoptr (KefuBackend) backend = kefu_native_backend_new (address, NULL);
  g_autoptr (KefuCredentials) credentials = NULL;
  WorldDesk *self = g_new0 (WorldDesk, 1);

  kefu_backend_sign_in_async (backend, login, PASSWORD, name, name, NULL, signed_in_cb, &credentials);
  WORLD_WAIT (20, credentials != NULL);
  self->world = world;
  self->name = g_strdup (name);
  self->dir = g_build_filename (world->dir, name, NULL);
  self->agent_id = g_strdup (credentials->agent_id);
  self->token = g_strdup (credentials->token);
  self->acts = g_ptr_array_new_with_free_func (act_free);
  return self;
}

void
world_desk_free (WorldDesk *self)
{
  if (self->process != NULL)
    world_desk_kill (self);
  g_ptr_array_unref (self->acts);
  g_free (self->name);
  g_free (self->dir);
  g_free (self->agent_id);
  g_free (self->token);
  g_free (self->state);
  g_free (self->cursor);
  g_free (self);
}

static void
hear_will (WorldDesk *self, const char *text)
{
  const char *space = strchr (text, ' ');
  g_autoptr (JsonNode) node = NULL;
  WorldAct *act = g_new0 (WorldAct, 1);

  g_assert_nonnull (space);
  node = json_from_string (space + 1, NULL);
  act->type = g_strndup (text, (gsize) (space - text));
  act->args = json_node_dup_object (node);
  g_ptr_array_add (self->acts, act);
}

static WorldAct *
last_act (WorldDesk *self)
{
  return g_ptr_array_index (self->acts, self->acts->len - 1);
}

static void
hear (WorldDesk *self, const char *line)
{
  if (g_str_has_prefix (line, "will "))
    hear_will (self, line + 5);
  else if (g_str_has_prefix (line, "did "))
    last_act (self)->op_id = g_strdup (line + 4);
  else if (g_str_has_prefix (line, "not "))
    last_act (self)->refused = TRUE;
  else if (g_str_has_prefix (line, "status "))
    {
      g_auto (GStrv) words = g_strsplit (line, " ", -1);

      g_assert_cmpuint (g_strv_length (words), ==, 7);
      g_free (self->state);
      g_free (self->cursor);
      self->state = g_strdup (words[1]);
      self->n_pending = (guint) g_ascii_strtoull (words[2], NULL, 10);
      self->n_rejected = (guint) g_ascii_strtoull (words[3], NULL, 10);
      self->cursor = g_strdup (words[4]);
      self->n_connections = (guint) g_ascii_strtoull (words[5], NULL, 10);
      self->n_streams = (guint) g_ascii_strtoull (words[6], NULL, 10);
      self->n_answers++;
    }
  else
    g_error ("%s says: %s", self->name, line);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WorldDesk *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_clear_object (&self->out);
      return;
    }
  hear (self, line);
  g_data_input_stream_read_line_async (self->out, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

void
world_desk_start (WorldDesk *self)
{
  g_autofree char *address = g_strconcat ("unix:", self->world->network_socket, NULL);
  /* Each run signs what it writes: it counts from the beginning. */
  g_autofree char *name = g_strdup_printf ("%s.%u", self->name, ++self->n_starts);
  g_autoptr (GError) error = NULL;

  g_assert_null (self->process);
  self->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("CRASH_DESK"),
                      self->dir, address, self->agent_id, self->token, name, NULL);
  g_assert_no_error (error);
  self->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->out, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

void
world_desk_kill (WorldDesk *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, NULL);
  /* It died by our hand, not by its own. */
  g_assert_true (g_subprocess_get_if_signaled (self->process));
  g_assert_cmpint (g_subprocess_get_term_sig (self->process), ==, SIGKILL);
  /* What it said before still holds. */
  WORLD_WAIT (20, self->out == NULL);
  g_clear_object (&self->process);
}

void
world_desk_signal (WorldDesk *self, int number)
{
  g_subprocess_send_signal (self->process, number);
}

void
world_desk_tell (WorldDesk *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strconcat (text, "\n", NULL);
  if (g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line), NULL, NULL, NULL))
    return;
  g_subprocess_wait (self->process, NULL, NULL);
  if (g_subprocess_get_if_signaled (self->process))
    g_error ("%s died of signal %d", self->name, g_subprocess_get_term_sig (self->process));
  g_error ("%s ended with %d", self->name, g_subprocess_get_exit_status (self->process));
}

void
world_desk_ask (WorldDesk *self)
{
  guint n = self->n_answers;

  world_desk_tell (self, "status");
  WORLD_WAIT (60, self->n_answers > n);
}

WorldAct *
world_desk_perform (WorldDesk *self, const char *type, const char *args)
{
  guint n = self->acts->len;
  g_autofree char *json = g_strdelimit (g_strdup (args), "'", '"');

  world_desk_tell (self, "perform %s %s", type, json);
  WORLD_WAIT (60, self->acts->len > n && (last_act (self)->op_id != NULL || last_act (self)->refused));
  return last_act (self);
}

KefuDb *
world_desk_open_db (WorldDesk *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  g_autoptr (GError) error = NULL;
  KefuDb *db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);

  g_assert_no_error (error);
  return db;
}

/* Whether each entity that @from has is the same in @in. */
static gboolean
has_all (KefuDb *from, KefuDb *in, const char *sql)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (from, NULL, sql, "");

  while (kefu_stmt_step (stmt, NULL))
    {
      const char *kind = kefu_stmt_text (stmt, 0);
      const char *id = kefu_stmt_text (stmt, 1);
      g_autofree char *one = kefu_entity_to_json (from, kind, id, NULL);
      g_autofree char *other = kefu_entity_to_json (in, kind, id, NULL);

      if (g_strcmp0 (one, other) != 0)
        {
          g_test_message ("%s %s: %s\nelsewhere: %s", kind, id, one, other);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
caches_are_equal (KefuDb *server, KefuDb *cache)
{
  if (!has_all (server, cache, "SELECT kind, id FROM change"))
    return FALSE;
  for (const char *const *kind = kefu_entity_kinds (); *kind != NULL; kind++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT '%s', id FROM %s", *kind, kefu_entity_table (*kind));

      if (!has_all (cache, server, sql))
        return FALSE;
    }
  return kefu_db_int (cache, 1, "SELECT count(*) FROM base", "") == 0;
}

gboolean
world_desk_is_equal (WorldDesk *self)
{
  g_autoptr (KefuDb) server = NULL;
  g_autoptr (KefuDb) cache = NULL;
  g_autoptr (KefuDb) desk = NULL;

  world_desk_ask (self);
  if (!g_str_equal (self->state, "live") || self->n_pending > 0)
    return FALSE;
  server = world_open_server_db (self->world);
  cache = world_desk_open_db (self, "cache.db");
  desk = world_desk_open_db (self, "desk.db");
  return kefu_db_int (desk, 1, "SELECT count(*) FROM outbox WHERE state <> 'rejected'", "") == 0 &&
         caches_are_equal (server, cache);
}
