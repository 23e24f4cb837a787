/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server user, channel, label, import, restored: commands that write to the database beside a running server. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-cli-private.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "kefu-fingerprint.h"
#include "kefu-labels.h"
#include "kefu-orders-csv.h"
#include "kefu-storage.h"
#include "kefu-tokens.h"

#define CSV_MAX (256 * 1024 * 1024)

/* A command with its options read. */
typedef struct
{
  char *data;
  char *role;
  char *shop;
  char *url;
  char *channel;
  char *session;
  char *color;
  gboolean password_stdin;
  gboolean once;
  int window_h;
  int window_n;
  int max_len;

  char **words; /* what is not an option, after the command */
  guint n_words;
  KefuDb *db;
  gint64 now;
} Command;

static void
command_clear (Command *self)
{
  g_free (self->data);
  g_free (self->role);
  g_free (self->shop);
  g_free (self->url);
  g_free (self->channel);
  g_free (self->session);
  g_free (self->color);
  g_strfreev (self->words);
  g_clear_pointer (&self->db, kefu_db_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Command, command_clear)

/* FALSE: @status says with what to exit. */
static gboolean
command_init (Command *self,
              int argc,
              char **argv,
              const char *usage,
              const char *help,
              const GOptionEntry *more,
              int *status)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &self->data, N_ ("The folder of the server"), N_ ("DIR") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->words, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GError) error = NULL;
  g_autofree char *given = NULL;

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (help != NULL)
    g_option_context_set_description (context, help);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (more != NULL)
    g_option_context_add_main_entries (context, more, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      *status = kefu_cli_fail (KEFU_EXIT_USAGE, "%s", error->message);
      return FALSE;
    }
  self->n_words = self->words != NULL ? g_strv_length (self->words) : 0;
  given = g_steal_pointer (&self->data);
  self->data = kefu_cli_data_dir (given);
  self->now = g_get_real_time () / 1000;
  return TRUE;
}

/* Whoever looks for something where there is no database has the wrong folder. */
static gboolean
need_database (Command *self, int *status)
{
  g_autofree char *path = g_build_filename (self->data, "kefu.db", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  *status = kefu_cli_fail (KEFU_EXIT_FAILED, _ ("There is no server’s database in %s; see --data"), self->data);
  return FALSE;
}

static gboolean
command_open (Command *self, int *status)
{
  g_autoptr (GError) error = NULL;

  /* what adds the first of something makes it */
  if (!(self->n_words > 0 && g_str_equal (self->words[0], "add")) && !need_database (self, status))
    return FALSE;
  self->db = kefu_storage_open_db (self->data, &error);
  if (self->db == NULL)
    *status = kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  return self->db != NULL;
}

static int
bad_usage (const char *command)
{
  return kefu_cli_fail (KEFU_EXIT_USAGE, _ ("The arguments are wrong; see kefu-server %s --help"), command);
}

/* (transfer full) (nullable) */
static char *
read_password (void)
{
  char line[600];
  char *password = NULL;

  if (fgets (line, sizeof line, stdin) != NULL)
    {
      line[strcspn (line, "\r\n")] = '\0';
      password = g_strdup (line);
    }
  explicit_bzero (line, sizeof line);
  return password;
}

static int
finish (KefuWrite *write, gboolean done, GError **error)
{
  if (!done || !kefu_write_commit (write, error))
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", (*error)->message);
  return 0;
}

static int
user_list (Command *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (self->db, &error,
                                             "SELECT p.login, a.name, a.role, a.disabled FROM agent_password p JOIN "
                                             "agent a ON a.id = p.agent_id ORDER BY p.login",
                                             "");

  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    g_print ("%s\t%s\t%s%s\n", kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1), kefu_stmt_text (stmt, 2),
             kefu_stmt_int (stmt, 3) != 0 ? "\tdisabled" : "");
  return error == NULL ? 0 : kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
}

/* "2026-03-01 14:05", in the time of this computer. */
static char *
format_time (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return g_date_time_format (local, "%Y-%m-%d %H:%M");
}

static int
user_sessions (Command *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *agent_id = kefu_agent_find (self->db, self->words[1], &error);
  g_autoptr (GPtrArray) list = agent_id != NULL ? kefu_tokens_list (self->db, agent_id, NULL, self->now, &error) : NULL;

  if (list == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  for (guint i = 0; i < list->len; i++)
    {
      const KefuTokenInfo *info = list->pdata[i];
      g_autofree char *created = format_time (info->created_at);
      g_autofree char *seen = format_time (info->seen_at);

      g_print ("%s\t%s\t%s\t%s\n", info->id, created, seen, info->device_name);
    }
  return 0;
}

static int
user_sign_out (Command *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = NULL;
  g_autofree char *agent_id = kefu_agent_find (self->db, self->words[1], &error);
  int n;
  int status;

  if (agent_id == NULL || (write = kefu_write_begin (self->db, self->now, &error)) == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  n = kefu_tokens_end (write, agent_id, self->session, NULL, KEFU_TOKEN_REVOKED, &error);
  if (n == 0 && self->session != NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, _ ("There is no session “%s”; see kefu-server user sessions %s"),
                          self->session, self->words[1]);
  status = finish (write, n >= 0, &error);
  if (status == 0)
    g_print (ngettext ("%d device was signed out\n", "%d devices were signed out\n", n), n);
  return status;
}

static int
user_write (Command *self)
{
  const char *verb = self->words[0];
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = NULL;
  g_autofree char *id = NULL;
  g_autofree char *password = NULL;
  gboolean done;
  int status;

  if (g_str_equal (verb, "add") || g_str_equal (verb, "password"))
    {
      password = self->password_stdin ? read_password () : kefu_agent_make_password ();
      if (password == NULL || *password == '\0')
        return kefu_cli_fail (KEFU_EXIT_USAGE, _ ("There is no password on the standard input"));
    }
  write = kefu_write_begin (self->db, self->now, &error);
  if (write == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  if (g_str_equal (verb, "add"))
    {
      id = kefu_agent_add (write, self->words[1], self->words[2], self->role != NULL ? self->role : "agent", password,
                           &error);
      done = id != NULL;
    }
  else if (g_str_equal (verb, "password"))
    done = kefu_agent_set_password (write, self->words[1], password, &error);
  else
    done = kefu_agent_set_disabled (write, self->words[1], g_str_equal (verb, "disable"), &error);
  status = finish (write, done, &error);
  if (status == 0 && password != NULL && !self->password_stdin)
    g_print ("password %s\n", password);
  return status;
}

int
kefu_cli_user (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &self.role, N_ ("agent (the default) or lead"), N_ ("ROLE") },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &self.password_stdin, N_ ("Read the password from the standard input"),
      NULL },
    { "session", 0, 0, G_OPTION_ARG_STRING, &self.session, N_ ("sign-out: only this one of the agent’s sessions"),
      N_ ("ID") },
    { NULL },
  };
  int status;

  if (!command_init (&self, argc, argv,
                     "add LOGIN NAME | password LOGIN | disable LOGIN | enable LOGIN | sessions LOGIN | sign-out LOGIN "
                     "| list",
                     _ ("“sessions” prints id, first and last use, and name of each device."), entries, &status))
    return status;
  if (self.n_words == 1 && g_str_equal (self.words[0], "list"))
    return command_open (&self, &status) ? user_list (&self) : status;
  if ((self.n_words == 3 && g_str_equal (self.words[0], "add")) ||
      (self.n_words == 2 && (g_str_equal (self.words[0], "password") || g_str_equal (self.words[0], "disable") ||
                             g_str_equal (self.words[0], "enable"))))
    return command_open (&self, &status) ? user_write (&self) : status;
  if (self.n_words == 2 && g_str_equal (self.words[0], "sessions"))
    return command_open (&self, &status) ? user_sessions (&self) : status;
  if (self.n_words == 2 && g_str_equal (self.words[0], "sign-out"))
    return command_open (&self, &status) ? user_sign_out (&self) : status;
  return bad_usage ("user");
}

static int
channel_list (Command *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = kefu_channel_list (self->db, self->now, &error);

  if (list == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  for (guint i = 0; i < list->len; i++)
    {
      KefuChannelInfo *info = g_ptr_array_index (list, i);

      g_print ("%s\t%s\t%s\t%s\t%s\n", info->id, info->type, info->name, info->shop,
               info->url != NULL ? info->url : "-");
    }
  return 0;
}

static int
channel_write (Command *self)
{
  const char *verb = self->words[0];
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = kefu_write_begin (self->db, self->now, &error);
  g_autofree char *id = NULL;
  g_autofree char *secret = NULL;
  gboolean done;
  int status;

  if (write == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  if (g_str_equal (verb, "add"))
    {
      KefuChannelSpec spec = { .type = self->words[1],
                               .name = self->words[2],
                               .shop = self->shop,
                               .url = self->url,
                               .once = self->once,
                               .window_h = self->window_h,
                               .window_n = self->window_n,
                               .max_len = self->max_len };

      id = kefu_channel_add (write, &spec, &secret, &error);
      done = id != NULL;
    }
  else if (g_str_equal (verb, "rotate"))
    {
      secret = kefu_channel_rotate (write, self->words[1], &error);
      done = secret != NULL;
    }
  else
    done = kefu_channel_set_url (write, self->words[1], self->n_words == 3 ? self->words[2] : NULL, &error);
  status = finish (write, done, &error);
  if (status == 0 && id != NULL)
    g_print ("id %s\n", id);
  if (status == 0 && secret != NULL)
    g_print ("secret %s\n", secret);
  return status;
}

int
kefu_cli_channel (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &self.shop, N_ ("The shop it belongs to"), N_ ("SHOP") },
    { "url", 0, 0, G_OPTION_ARG_STRING, &self.url, N_ ("Where agents’ messages are posted"), N_ ("URL") },
    { "once", 0, 0, G_OPTION_ARG_NONE, &self.once,
      N_ ("The other side cannot tell a repeated Kefu-Delivery: post nothing twice"), NULL },
    { "window-hours", 0, 0, G_OPTION_ARG_INT, &self.window_h, N_ ("Hours in which a reply is allowed"), N_ ("N") },
    { "window-messages", 0, 0, G_OPTION_ARG_INT, &self.window_n, N_ ("Replies that are allowed in them"), N_ ("N") },
    { "max-length", 0, 0, G_OPTION_ARG_INT, &self.max_len, N_ ("Characters in a message"), N_ ("N") },
    { NULL },
  };
  int status;

  if (!command_init (&self, argc, argv, "add TYPE NAME | rotate ID | url ID [URL] | list",
                     _ ("TYPE is one of wangwang, wechat, qq, email, weibo, sms, phone, web."), entries, &status))
    return status;
  if (self.n_words == 1 && g_str_equal (self.words[0], "list"))
    return command_open (&self, &status) ? channel_list (&self) : status;
  if ((self.n_words == 3 && g_str_equal (self.words[0], "add")) ||
      (self.n_words == 2 && g_str_equal (self.words[0], "rotate")) ||
      ((self.n_words == 2 || self.n_words == 3) && g_str_equal (self.words[0], "url")))
    return command_open (&self, &status) ? channel_write (&self) : status;
  return bad_usage ("channel");
}

static int
label_list (Command *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = kefu_label_list (self->db, &error);

  if (list == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  for (guint i = 0; i < list->len; i++)
    g_print ("%s\n", (const char *) g_ptr_array_index (list, i));
  return 0;
}

static int
label_write (Command *self)
{
  const char *verb = self->words[0];
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = kefu_write_begin (self->db, self->now, &error);
  g_autofree char *id = NULL;
  gboolean done;
  int status;

  if (write == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  if (g_str_equal (verb, "add"))
    {
      id = kefu_label_add (write, NULL, self->words[1], self->color, &error);
      done = id != NULL;
    }
  else if (g_str_equal (verb, "rename"))
    done = kefu_label_rename (write, self->words[1], self->words[2], &error);
  else
    done = kefu_label_remove (write, self->words[1], &error);
  status = finish (write, done, &error);
  if (status == 0 && id != NULL)
    g_print ("id %s\n", id);
  return status;
}

int
kefu_cli_label (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  const GOptionEntry entries[] = {
    { "color", 0, 0, G_OPTION_ARG_STRING, &self.color, N_ ("add: its color, if not the one that is used least"),
      N_ ("COLOR") },
    { NULL },
  };
  g_autofree char *colors = g_strjoinv (", ", (char **) kefu_label_colors ());
  g_autofree char *help =
    g_strdup_printf (_ ("Labels are what agents mark conversations with. COLOR is one of %s."), colors);
  int status;

  if (!command_init (&self, argc, argv, "add NAME | rename NAME NEW-NAME | remove NAME | list", help, entries, &status))
    return status;
  if (self.n_words == 1 && g_str_equal (self.words[0], "list"))
    return command_open (&self, &status) ? label_list (&self) : status;
  if ((self.n_words == 2 && (g_str_equal (self.words[0], "add") || g_str_equal (self.words[0], "remove"))) ||
      (self.n_words == 3 && g_str_equal (self.words[0], "rename")))
    return command_open (&self, &status) ? label_write (&self) : status;
  return bad_usage ("label");
}

static int
import_orders (Command *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) orders = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (KefuWrite) write = NULL;
  g_autofree char *name = g_path_get_basename (path);
  char *contents;
  gsize length;
  int status;

  if (!g_file_get_contents (path, &contents, &length, &error))
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  bytes = g_bytes_new_take (contents, length);
  if (length > CSV_MAX)
    return kefu_cli_fail (KEFU_EXIT_FAILED, _ ("%s is larger than 256 MiB; split it"), name);
  orders = kefu_orders_csv_parse (name, bytes, self->channel, faults);
  if (orders == NULL)
    {
      for (guint i = 0; i < faults->len; i++)
        g_printerr ("%s\n", (const char *) g_ptr_array_index (faults, i));
      return kefu_cli_fail (KEFU_EXIT_FAILED, _ ("Nothing was imported"));
    }
  if (!command_open (self, &status))
    return status;
  write = kefu_write_begin (self->db, self->now, &error);
  if (write == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  status = finish (write, kefu_orders_csv_import (write, name, orders, &error), &error);
  if (status == 0)
    g_print (ngettext ("%u order was imported\n", "%u orders were imported\n", orders->len), orders->len);
  return status;
}

int
kefu_cli_fingerprint (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &path, N_ ("Certificate, PEM"), N_ ("FILE") },
    { NULL },
  };
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *grouped = NULL;
  int status;

  if (!command_init (
        &self, argc, argv, "",
        _ ("Prints the SHA-256 fingerprint of the server’s certificate. A desk that signs in for the first\n"
           "time shows the same; if it shows another one, somebody stands in between."),
        entries, &status))
    return status;
  if (path == NULL || self.n_words > 0)
    return bad_usage ("fingerprint");
  certificate = g_tls_certificate_new_from_file (path, &error);
  if (certificate == NULL)
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s: %s", path, error->message);
  fingerprint = kefu_fingerprint_of (certificate);
  grouped = kefu_fingerprint_group (fingerprint);
  g_print ("%s\n", grouped);
  return 0;
}

int
kefu_cli_import (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  const GOptionEntry entries[] = {
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel, N_ ("The channel of lines that name none"), N_ ("ID") },
    { NULL },
  };
  int status;

  if (!command_init (&self, argc, argv, "orders FILE.csv", kefu_orders_csv_help (), entries, &status))
    return status;
  if (self.n_words == 2 && g_str_equal (self.words[0], "orders"))
    return import_orders (&self, self.words[1]);
  return bad_usage ("import");
}

int
kefu_cli_restored (int argc, char **argv)
{
  g_auto (Command) self = { 0 };
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (KefuStorage) storage = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!command_init (
        &self, argc, argv, "",
        _ ("Makes every desk fetch everything anew, because the database has gone back in time. What the desks have\n"
           "not sent yet stays with them and is sent then. The server must be stopped."),
        NULL, &status))
    return status;
  if (!need_database (&self, &status))
    return status;
  /* Takes the lock: a running server keeps the epoch in memory. */
  storage = kefu_storage_new (self.data, clock);
  if (!kefu_storage_open (storage, &error))
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  if (!command_open (&self, &status))
    return status;
  if (!kefu_storage_renew_epoch (self.db, &error))
    return kefu_cli_fail (KEFU_EXIT_FAILED, "%s", error->message);
  kefu_storage_close (storage);
  return 0;
}
