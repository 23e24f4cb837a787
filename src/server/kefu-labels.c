/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels that agents mark conversations with. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-labels.h"

#include <string.h>

#include <glib/gi18n.h>

#include "kefu-id.h"
#include "kefu-json.h"

/* A chip in a row of the inbox has room for a few characters; a menu for a screenful. */
#define MAX_NAME 20
#define MAX_LABELS 100

static const char *const colors[] = { "grey", "red", "amber", "green", "teal", "blue", "purple", "pink", NULL };

const char *const *
kefu_label_colors (void)
{
  return colors;
}

/* (transfer full) (nullable) */
static char *
find (KefuDb *db, const char *name)
{
  return kefu_db_text (db, "SELECT id FROM other_entity WHERE kind = 'label' AND body ->> '$.name' = ?", "s", name);
}

static char *
find_or_fail (KefuDb *db, const char *name, GError **error)
{
  char *id = find (db, name);

  if (id == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("There is no label “%s”"), name);
  return id;
}

/* (transfer full) (nullable): the name without spaces around it. */
static char *
check_name (KefuDb *db, const char *name, GError **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *other = NULL;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The label needs a name"));
      return NULL;
    }
  trimmed = g_strstrip (g_strdup (name));
  if (*trimmed == '\0' || g_utf8_strlen (trimmed, -1) > MAX_NAME || strpbrk (trimmed, "\t\r\n") != NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The name of a label has 1 to %d characters in one line"),
                   MAX_NAME);
      return NULL;
    }
  other = find (db, trimmed);
  if (other != NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, _ ("There is a label “%s” already"), trimmed);
      return NULL;
    }
  return g_steal_pointer (&trimmed);
}

/* -1 and @error: there is none of that name. */
static gint64
pick_color (KefuDb *db, const char *color, GError **error)
{
  gint64 best = 1;
  gint64 fewest = G_MAXINT64;

  for (gint64 i = 0; color != NULL && colors[i] != NULL; i++)
    if (g_str_equal (colors[i], color))
      return i;
  if (color != NULL)
    {
      g_autofree char *list = g_strjoinv (", ", (char **) colors);

      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The color should be one of %s"), list);
      return -1;
    }
  /* Not grey, which says the least. */
  for (gint64 i = 1; colors[i] != NULL; i++)
    {
      gint64 n =
        kefu_db_int (db, 0, "SELECT count(*) FROM other_entity WHERE kind = 'label' AND body ->> '$.color' = ?", "i",
                     i);

      if (n < fewest)
        {
          fewest = n;
          best = i;
        }
    }
  return best;
}

static gboolean
put (KefuWrite *write, const char *id, const char *name, gint64 color, gint64 sort, GError **error)
{
  g_autoptr (JsonObject) label = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;

  json_object_set_string_member (label, "id", id);
  json_object_set_string_member (label, "name", name);
  json_object_set_int_member (label, "color", color);
  json_object_set_int_member (label, "sort", sort);
  node = json_node_init_object (json_node_alloc (), label);
  json = kefu_json_to_text (node);
  return kefu_write_put (write, "label", json, error);
}

char *
kefu_label_add (KefuWrite *write, const char *id, const char *name, const char *color, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *made = id != NULL ? g_strdup (id) : kefu_id_new (kefu_write_get_now (write));
  g_autofree char *trimmed = check_name (db, name, error);
  gint64 number;
  gint64 sort;

  if (trimmed == NULL || (number = pick_color (db, color, error)) < 0)
    return NULL;
  if (kefu_db_int (db, 0, "SELECT count(*) FROM other_entity WHERE kind = 'label'", "") >= MAX_LABELS)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("There can be %d labels"), MAX_LABELS);
      return NULL;
    }
  sort =
    kefu_db_int (db, 0, "SELECT coalesce(max(body ->> '$.sort'), 0) + 1 FROM other_entity WHERE kind = 'label'", "");
  return put (write, made, trimmed, number, sort, error) ? g_steal_pointer (&made) : NULL;
}

gboolean
kefu_label_rename (KefuWrite *write, const char *name, const char *new_name, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *id = find_or_fail (db, name, error);
  g_autofree char *trimmed = id != NULL ? check_name (db, new_name, error) : NULL;
  gint64 color;
  gint64 sort;

  if (trimmed == NULL)
    return FALSE;
  color = kefu_db_int (db, 0, "SELECT body ->> '$.color' FROM other_entity WHERE kind = 'label' AND id = ?", "s", id);
  sort = kefu_db_int (db, 0, "SELECT body ->> '$.sort' FROM other_entity WHERE kind = 'label' AND id = ?", "s", id);
  return put (write, id, trimmed, color, sort, error);
}

gboolean
kefu_label_remove (KefuWrite *write, const char *name, GError **error)
{
  g_autofree char *id = find_or_fail (kefu_write_get_db (write), name, error);

  /* The conversations keep its id, which then shows nothing: a hundred thousand of them need not go over every wire for it. */
  return id != NULL && kefu_write_delete (write, "label", id, error);
}

GPtrArray *
kefu_label_list (KefuDb *db, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error,
                                             "SELECT body ->> '$.name', body ->> '$.color' FROM other_entity"
                                             " WHERE kind = 'label' ORDER BY body ->> '$.sort', 1, id",
                                             "");

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step_error))
    {
      gint64 color = CLAMP (kefu_stmt_int (stmt, 1), 0, (gint64) G_N_ELEMENTS (colors) - 2);

      g_ptr_array_add (list, g_strdup_printf ("%s\t%s", kefu_stmt_text (stmt, 0), colors[color]));
    }
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return NULL;
    }
  return g_steal_pointer (&list);
}
