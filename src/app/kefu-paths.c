/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the desk finds its own files and keeps its data. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-paths.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/un.h>

/* (transfer full): the folder of the running program: an installed tree may have been moved. */
static char *
program_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program ? g_path_get_dirname (program) : g_strdup (KEFU_BINDIR);
}

char *
kefu_paths_find_server (void)
{
  g_autofree char *dir = program_dir ();
  char *candidates[] = {
    g_build_filename (dir, "kefu-server", NULL),
    g_build_filename (KEFU_BINDIR, "kefu-server", NULL),
    g_build_filename (dir, "..", "server", "kefu-server", NULL),
  };
  char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      if (found == NULL && g_file_test (candidates[i], G_FILE_TEST_IS_EXECUTABLE) &&
          !g_file_test (candidates[i], G_FILE_TEST_IS_DIR))
        found = g_steal_pointer (&candidates[i]);
      g_free (candidates[i]);
    }
  return found;
}

char *
kefu_paths_data_file (const char *name)
{
  g_autofree char *dir = program_dir ();
  g_autofree char *moved = g_build_filename (dir, "..", "share", "kefu", name, NULL);

  if (g_file_test (moved, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&moved);
  return g_build_filename (KEFU_DATADIR, name, NULL);
}

char *
kefu_paths_workspace (const char *address, const char *login)
{
  g_autofree char *key = NULL;
  g_autofree char *hash = NULL;

  if (g_str_equal (address, "demo"))
    return g_build_filename (g_get_user_data_dir (), "kefu", "demo", NULL);
  key = g_strconcat (address, "\n", login, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  hash[16] = '\0';
  return g_build_filename (g_get_user_data_dir (), "kefu", hash, NULL);
}

char *
kefu_paths_workspace_title (const char *address)
{
  g_autoptr (GUri) uri = NULL;

  if (g_str_equal (address, "demo"))
    return g_strdup (_ ("Demo Shop"));
  if (g_str_has_prefix (address, "unix:"))
    return g_strdup (_ ("Local Workspace"));
  uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0')
    return g_strdup (g_uri_get_host (uri));
  return g_strdup (address);
}

char *
kefu_paths_demo_socket (void)
{
  g_autofree char *dir = kefu_paths_workspace ("demo", "");
  char *path = g_build_filename (dir, "kefu.sock", NULL);

  if (strlen (path) < sizeof ((struct sockaddr_un *) NULL)->sun_path)
    return path;
  g_free (path);
  return g_build_filename (g_get_user_runtime_dir (), "kefu-demo.sock", NULL);
}
