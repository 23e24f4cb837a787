/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every measuring program shares: its options, its data, its statistics and the rows it prints. */
#include "config.h"

#include "bench-row.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

/* Of the one run that a program is. */
static gboolean is_short;
static char *data_dir;
static JsonNode *data_about;
static GPtrArray *folders;
static gboolean missed;

/* --- the run --- */

void
bench_begin (int *argc, char ***argv, const char *what)
{
  const GOptionEntry entries[] = {
    { "short", 0, 0, G_OPTION_ARG_NONE, &is_short, "The small data, and goals with slack", NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data_dir, "What tests/bench/data made", "DIR" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (context, what);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    bench_check (error);
  if (*argc > 1)
    {
      g_printerr ("“%s” is one too many; see --help\n", (*argv)[1]);
      exit (2);
    }
  folders = g_ptr_array_new_with_free_func (g_free);
}

gboolean
bench_is_short (void)
{
  return is_short;
}

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
    }
  g_remove (path);
}

int
bench_end (void)
{
  for (guint i = 0; i < folders->len; i++)
    remove_tree (g_ptr_array_index (folders, i));
  g_clear_pointer (&folders, g_ptr_array_unref);
  g_clear_pointer (&data_about, json_node_unref);
  g_clear_pointer (&data_dir, g_free);
  return missed ? 1 : 0;
}

void
bench_check (const GError *error)
{
  if (error == NULL)
    return;
  g_printerr ("%s\n", error->message);
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    remove_tree (g_ptr_array_index (folders, i));
  exit (2);
}

/* --- the data --- */

char *
bench_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("kefu-bench-XXXXXX", &error);

  bench_check (error);
  g_ptr_array_add (folders, g_strdup (folder));
  return folder;
}

static void
need_data (void)
{
  if (data_dir == NULL)
    {
      g_printerr ("Where is the data? --data \"$(tests/bench/data BUILD full)\"\n");
      exit (2);
    }
}

char *
bench_copy_data (const char *part)
{
  g_autofree char *from = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;
  char *to;

  need_data ();
  from = g_build_filename (data_dir, part, NULL);
  folder = bench_make_folder ();
  to = g_build_filename (folder, part, NULL);
  {
    const char *command[] = { "cp", "-a", "--reflink=auto", from, to, NULL };

    if (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error))
      g_spawn_check_wait_status (status, &error);
    bench_check (error);
  }
  return to;
}

static JsonObject *
about (void)
{
  need_data ();
  if (data_about == NULL)
    {
      g_autofree char *path = g_build_filename (data_dir, "data.json", NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      if (g_file_get_contents (path, &text, NULL, &error))
        data_about = json_from_string (text, &error);
      bench_check (error);
    }
  return json_node_get_object (data_about);
}

const char *
bench_data_text (const char *member)
{
  const char *text = json_object_get_string_member_with_default (about (), member, NULL);

  if (text == NULL)
    {
      g_printerr ("data.json does not say “%s”\n", member);
      exit (2);
    }
  return text;
}

gint64
bench_data_number (const char *member)
{
  return json_object_get_int_member_with_default (about (), member, 0);
}

/* --- statistics --- */

double
bench_now (void)
{
  return (double) g_get_monotonic_time () / 1e3;
}

double
bench_cpu (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spec);
  return (double) spec.tv_sec * 1e3 + (double) spec.tv_nsec / 1e6;
}

GArray *
bench_samples_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

void
bench_samples_add (GArray *samples, double value)
{
  g_array_append_val (samples, value);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

double
bench_samples_percentile (GArray *samples, double share)
{
  if (samples->len == 0)
    return 0;
  g_array_sort (samples, compare);
  return g_array_index (samples, double, (guint) MAX (ceil (share * samples->len) - 1, 0));
}

double
bench_samples_max (GArray *samples)
{
  return bench_samples_percentile (samples, 1.0);
}

double
bench_least (const double *values, guint n)
{
  double least = n > 0 ? values[0] : 0;

  for (guint i = 1; i < n; i++)
    least = MIN (least, values[i]);
  return least;
}

/* --- helpers for asynchronous calls --- */

void
bench_ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

GAsyncResult *
bench_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

typedef struct
{
  BenchCondition is_true;
  gpointer user_data;
  double end;
  gboolean held;
  gboolean late;
} Wait;

static gboolean
look_cb (gpointer user_data)
{
  Wait *wait = user_data;

  wait->held = wait->is_true (wait->user_data);
  wait->late = wait->end > 0 && bench_now () > wait->end;
  return G_SOURCE_CONTINUE;
}

gboolean
bench_wait_until (BenchCondition is_true, gpointer user_data, guint every_ms, guint patience_ms)
{
  Wait wait = { .is_true = is_true, .user_data = user_data, .end = patience_ms > 0 ? bench_now () + patience_ms : 0 };
  guint timeout = g_timeout_add (every_ms, look_cb, &wait);

  for (look_cb (&wait); !wait.held && !wait.late;)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return wait.held;
}

/* --- rows --- */

static void
add_goal (GString *goal, gboolean *good, gboolean reached, const char *before, double value, const char *after)
{
  if (goal->len > 0)
    g_string_append (goal, ", ");
  g_string_append (goal, before);
  g_string_append_printf (goal, "%.*f", value == floor (value) ? 0 : 2, value);
  g_string_append (goal, after);
  *good = *good && reached;
}

gboolean
bench_row (const BenchRow *row)
{
  double slack = !is_short ? 1 : row->slack > 0 ? row->slack : 2;
  double ours_slack = !is_short ? 1 : row->ours_slack > 0 ? row->ours_slack : 4;
  double ratio = row->baseline > 0 ? row->ours / row->baseline : 0;
  g_autoptr (GString) goal = g_string_new (NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *line = NULL;
  g_autofree char *unit = g_strconcat (" ", row->unit, NULL);
  gboolean good = TRUE;

  if (row->max_ratio > 0)
    add_goal (goal, &good, ratio <= row->max_ratio * slack, "≤ ", row->max_ratio, " ×");
  if (row->min_ratio > 0)
    add_goal (goal, &good, ratio >= row->min_ratio / slack, "≥ ", row->min_ratio, " ×");
  if (row->times_faster > 0)
    add_goal (goal, &good, row->ours > 0 && row->baseline / row->ours >= row->times_faster / slack, "≥ ",
              row->times_faster, " × faster");
  if (row->max_more > 0)
    add_goal (goal, &good, row->ours <= row->baseline + row->max_more * slack, "≤ baseline + ", row->max_more, unit);
  if (row->max_ours > 0)
    add_goal (goal, &good, row->ours <= row->max_ours * ours_slack, "≤ ", row->max_ours, unit);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "what");
  json_builder_add_string_value (builder, row->what);
  json_builder_set_member_name (builder, "unit");
  json_builder_add_string_value (builder, row->unit);
  json_builder_set_member_name (builder, "ours");
  json_builder_add_double_value (builder, row->ours);
  json_builder_set_member_name (builder, "baseline");
  if (row->baseline > 0)
    json_builder_add_double_value (builder, row->baseline);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "baseline_is");
  json_builder_add_string_value (builder, row->baseline_is != NULL ? row->baseline_is : "");
  json_builder_set_member_name (builder, "ratio");
  if (row->baseline > 0)
    json_builder_add_double_value (builder, ratio);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "goal");
  json_builder_add_string_value (builder, goal->str);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, good);
  if (row->note != NULL)
    {
      json_builder_set_member_name (builder, "note");
      json_builder_add_string_value (builder, row->note);
    }
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  line = json_to_string (node, FALSE);
  g_print ("%s\n", line);
  missed = missed || !good;
  return good;
}
