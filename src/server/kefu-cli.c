/* SPDX-License-Identifier: GPL-3.0-or-later
 * The command line of kefu-server. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-cli-private.h"

#include <locale.h>
#include <signal.h>

#include <glib/gi18n.h>
#include <glib/gprintf.h>

static const struct
{
  const char *name;
  int (*func) (int argc, char **argv);
} commands[] = {
  { "user", kefu_cli_user },     { "channel", kefu_cli_channel },
  { "label", kefu_cli_label },   { "fingerprint", kefu_cli_fingerprint },
  { "import", kefu_cli_import }, { "restored", kefu_cli_restored },
};

static void
print_help (void)
{
  g_print ("%s\n", _ ("Usage:\n"
                      "  kefu-server [serve] [OPTION…]               serve a shop until SIGTERM\n"
                      "  kefu-server user add LOGIN NAME             let an agent sign in; prints a password\n"
                      "  kefu-server user password LOGIN             a new password\n"
                      "  kefu-server user disable|enable LOGIN\n"
                      "  kefu-server user list\n"
                      "  kefu-server user sessions LOGIN             where the agent is signed in\n"
                      "  kefu-server user sign-out LOGIN             everywhere, or --session ID\n"
                      "  kefu-server channel add TYPE NAME           a channel; prints its id and secret\n"
                      "  kefu-server channel rotate ID               a new secret; the old one works for a day\n"
                      "  kefu-server channel url ID [URL]            where its messages are posted\n"
                      "  kefu-server channel list\n"
                      "  kefu-server label add NAME                  a mark for conversations\n"
                      "  kefu-server label rename NAME NEW-NAME\n"
                      "  kefu-server label remove NAME\n"
                      "  kefu-server label list\n"
                      "  kefu-server fingerprint --tls-cert FILE     what desks show at their first sign-in\n"
                      "  kefu-server import orders FILE.csv          orders of a shop\n"
                      "  kefu-server restored                        after a backup was put back\n"
                      "\n"
                      "Every command takes --data DIR and --help. All but “restored” also work while the\n"
                      "server runs.\n"
                      "  --version  the version"));
}

char *
kefu_cli_data_dir (const char *given)
{
  return given != NULL ? g_canonicalize_filename (given, NULL)
                       : g_build_filename (g_get_user_data_dir (), "kefu", "server", NULL);
}

int
kefu_cli_fail (int status, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("kefu-server: %s\n", text);
  return status;
}

int
kefu_cli_main (int argc, char **argv, const KefuDemoHooks *hooks)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, KEFU_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* Whoever read our output may be gone; that is no reason to stop serving. */
  signal (SIGPIPE, SIG_IGN);

  if (argc > 1 && g_str_equal (argv[1], "--version"))
    {
      g_print ("kefu-server %s\n", KEFU_VERSION);
      return 0;
    }
  if (argc > 1 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help")))
    {
      print_help ();
      return 0;
    }
  if (argc == 1 || *argv[1] == '-')
    return kefu_cli_serve (argc, argv, hooks);
  if (g_str_equal (argv[1], "serve"))
    return kefu_cli_serve (argc - 1, argv + 1, hooks);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, argv[1]))
      return commands[i].func (argc - 1, argv + 1);
  return kefu_cli_fail (KEFU_EXIT_USAGE, _ ("There is no command “%s”; see kefu-server --help"), argv[1]);
}
