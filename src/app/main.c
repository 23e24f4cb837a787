/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu: the desk. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "kefu-application.h"
#include "kefu-private-files.h"
#include "kefu-watch.h"

/* Han is written alike in Unicode for Chinese and Japanese, and Pango asks the locale which forms to draw. Outside of East Asia the answer
 * would be Japanese ones; the customers of this program write Chinese. */
static void
prefer_chinese_forms (void)
{
  const char *language = g_get_language_names ()[0];
  g_autofree char *languages = NULL;

  if (g_str_has_prefix (language, "zh") || g_str_has_prefix (language, "ja") || g_str_has_prefix (language, "ko"))
    return;
  languages = g_strdup_printf ("%.2s:zh-cn", g_ascii_isalpha (language[1]) ? language : "en");
  g_setenv ("PANGO_LANGUAGE", languages, FALSE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (KefuWatch) watch = NULL;
  g_autoptr (KefuApplication) application = NULL;

  kefu_private_files_begin ();
  setlocale (LC_ALL, "");
  /* not once more when other threads run already */
  gtk_disable_setlocale ();
  bindtextdomain (GETTEXT_PACKAGE, KEFU_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  prefer_chinese_forms ();

  watch = kefu_watch_start_if_wanted ();
  application = kefu_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
