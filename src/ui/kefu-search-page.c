/* SPDX-License-Identifier: GPL-3.0-or-later
 * Searching customers, orders, messages, phrases and the knowledge, in the place of the inbox. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-search-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-article-window.h"
#include "kefu-search-row.h"
#include "kefu-store-search.h"
#include "kefu-ui.h"

/* what one page has of each group */
#define PAGE 20
/* what is shown at once of the groups other than messages, so that all are in sight */
#define FEW 4

/* What was found of one kind. */
typedef struct
{
  GPtrArray *waiting; /* found, but not shown yet */
  KefuSearchPlace next;
  gboolean more;             /* there may be others from @next on */
  GtkListBoxRow *more_row;   /* behind the hits; NULL: there is nothing more */
  GCancellable *cancellable; /* of the page under way */
} Group;

/* The page stays while hits are opened, so that an agent can look at one after the other. */
struct _KefuSearchPage
{
  GtkWidget parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListBox *list;
  AdwStatusPage *failed_page;
  AdwStatusPage *problem_page;

  KefuSession *session;
  GCancellable *cancellable;
  KefuSearchQuery *query; /* of what is shown */
  Group groups[KEFU_SEARCH_N_GROUPS];
  /* Enter before the answer came: the first hit is opened then */
  gboolean open_first;
};

/* What comes back with a page. */
typedef struct
{
  KefuSearchPage *page;
  KefuSearchQuery *query;
  KefuSearchGroup group;
} Asked;

enum
{
  OPEN,
  INSERT_PHRASE,
  CLOSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSearchPage, kefu_search_page, GTK_TYPE_WIDGET)

static GQuark
group_quark (void)
{
  return g_quark_from_static_string ("kefu-search-group");
}

static KefuSearchGroup
group_of (GtkListBoxRow *row)
{
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (row), group_quark ()));
}

static void
set_group (GtkWidget *row, KefuSearchGroup group)
{
  g_object_set_qdata (G_OBJECT (row), group_quark (), GUINT_TO_POINTER (group));
}

static void
group_clear (Group *group)
{
  g_cancellable_cancel (group->cancellable);
  g_clear_object (&group->cancellable);
  g_clear_pointer (&group->waiting, g_ptr_array_unref);
  group->more_row = NULL;
  group->more = FALSE;
}

static void
clear (KefuSearchPage *self)
{
  GtkWidget *child;

  for (guint i = 0; i < KEFU_SEARCH_N_GROUPS; i++)
    group_clear (&self->groups[i]);
  g_clear_pointer (&self->query, kefu_search_query_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
}

/* --- the rows --- */

/* Shows or takes away the row that asks for more. */
static void
update_more_row (KefuSearchPage *self, KefuSearchGroup kind, int position)
{
  Group *group = &self->groups[kind];
  gboolean wanted = group->more || group->waiting->len > 0;

  if (wanted && group->more_row == NULL)
    {
      GtkWidget *label = gtk_label_new (C_ ("search results", "Show More"));
      GtkWidget *row = gtk_list_box_row_new ();

      gtk_widget_add_css_class (row, "search-more");
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      set_group (row, kind);
      group->more_row = GTK_LIST_BOX_ROW (row);
      gtk_list_box_insert (self->list, row, position);
    }
  else if (!wanted && group->more_row != NULL)
    {
      gboolean selected = gtk_list_box_row_is_selected (group->more_row);
      int index = gtk_list_box_row_get_index (group->more_row);

      gtk_list_box_remove (self->list, GTK_WIDGET (g_steal_pointer (&group->more_row)));
      if (selected && index > 0)
        gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, index - 1));
    }
}

/* Below the rows of a group, or where they would be. */
static int
end_of (KefuSearchPage *self, KefuSearchGroup kind)
{
  GtkListBoxRow *row;
  int n = 0;

  while ((row = gtk_list_box_get_row_at_index (self->list, n)) != NULL && group_of (row) <= kind)
    n++;
  return n;
}

/* The next @n of those that wait, in front of the row that asks for more, or at the end of the group. */
static void
show_waiting (KefuSearchPage *self, KefuSearchGroup kind, guint n)
{
  Group *group = &self->groups[kind];
  gint64 now = kefu_clock_now (kefu_session_get_clock (self->session));
  gboolean selected = group->more_row != NULL && gtk_list_box_row_is_selected (group->more_row);
  int position = group->more_row != NULL ? gtk_list_box_row_get_index (group->more_row) : end_of (self, kind);

  n = MIN (n, group->waiting->len);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = kefu_search_row_new (g_ptr_array_index (group->waiting, i), self->query->match, now);

      set_group (row, kind);
      gtk_list_box_insert (self->list, row, position + (int) i);
      /* who asked for more by the keys stands on the first of it */
      if (i == 0 && selected)
        gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
    }
  if (n > 0)
    g_ptr_array_remove_range (group->waiting, 0, n);
  update_more_row (self, kind, position + (int) n);
}

static void fetch_more (KefuSearchPage *self, KefuSearchGroup kind);

static void
show_stack (KefuSearchPage *self)
{
  gboolean any = gtk_list_box_get_row_at_index (self->list, 0) != NULL;

  gtk_stack_set_visible_child_name (self->stack, any ? "results" : "nothing");
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asked *asked = user_data;
  g_autoptr (KefuSearchPage) self = asked->page;
  g_autoptr (KefuSearchQuery) query = asked->query;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuSearchResults) results = kefu_store_search_finish (KEFU_STORE (source), result, &error);
  Group *group = &self->groups[asked->group];

  if (self->query != query || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->session == NULL)
    return;
  g_clear_object (&group->cancellable);
  if (results == NULL)
    {
      /* the row stays: one may ask again */
      g_message ("No more of the search: %s", error->message);
      return;
    }
  group->more = results->more[asked->group];
  group->next = results->next[asked->group];
  g_ptr_array_extend_and_steal (group->waiting, g_steal_pointer (&results->hits[asked->group]));
  if (group->waiting->len == 0 && group->more)
    {
      fetch_more (self, asked->group);
      return;
    }
  show_waiting (self, asked->group, PAGE);
  show_stack (self);
}

static void
fetch_more (KefuSearchPage *self, KefuSearchGroup kind)
{
  Group *group = &self->groups[kind];
  Asked *asked;

  if (group->cancellable != NULL)
    return;
  asked = g_new0 (Asked, 1);
  asked->page = g_object_ref (self);
  asked->query = kefu_search_query_ref (self->query);
  asked->group = kind;
  group->cancellable = g_cancellable_new ();
  kefu_store_search_more_async (kefu_session_get_store (self->session), self->query, kind, &group->next, PAGE,
                                group->cancellable, fetched_cb, asked);
}

static void
show_more (KefuSearchPage *self, KefuSearchGroup kind)
{
  Group *group = &self->groups[kind];

  if (group->waiting->len > 0)
    show_waiting (self, kind, PAGE);
  else
    fetch_more (self, kind);
}

/* --- opening --- */

static void
insert_text_cb (KefuSearchPage *self, const char *text)
{
  g_autoptr (KefuPhraseRecord) phrase = kefu_phrase_record_new ();

  phrase->body = g_strdup (text);
  g_signal_emit (self, signals[INSERT_PHRASE], 0, phrase);
}

static void
insert_phrase (KefuSearchPage *self, const char *id)
{
  GPtrArray *all = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session));

  for (guint i = 0; i < all->len; i++)
    {
      KefuPhraseRecord *phrase = g_ptr_array_index (all, i);

      if (g_str_equal (phrase->id, id))
        {
          g_signal_emit (self, signals[INSERT_PHRASE], 0, phrase);
          return;
        }
    }
}

static void
open_row (KefuSearchPage *self, GtkListBoxRow *row)
{
  KefuSearchHitRecord *hit;

  gtk_list_box_select_row (self->list, row);
  if (!KEFU_IS_SEARCH_ROW (row))
    {
      show_more (self, group_of (row));
      return;
    }
  hit = kefu_search_row_get_hit (KEFU_SEARCH_ROW (row));
  if (g_str_equal (hit->kind, "phrase"))
    {
      insert_phrase (self, hit->id);
    }
  else if (g_str_equal (hit->kind, "article"))
    {
      KefuArticleWindow *window = kefu_article_window_new (GTK_WIDGET (self), hit->title, hit->body);

      g_signal_connect_object (window, "insert", G_CALLBACK (insert_text_cb), self, G_CONNECT_SWAPPED);
      gtk_window_present (GTK_WINDOW (window));
    }
  else if (hit->conversation_id != NULL)
    {
      g_signal_emit (self, signals[OPEN], 0, hit->conversation_id, hit->message_id, self->query->text);
    }
}

/* --- asking --- */

static void
show_results (KefuSearchPage *self, KefuSearchResults *results)
{
  GtkListBoxRow *first;

  for (guint kind = 0; kind < KEFU_SEARCH_N_GROUPS; kind++)
    {
      Group *group = &self->groups[kind];

      group->waiting = g_steal_pointer (&results->hits[kind]);
      group->more = results->more[kind];
      group->next = results->next[kind];
      /* what is rare among very many takes more than one go */
      if (group->waiting->len == 0 && group->more)
        fetch_more (self, kind);
      else
        show_waiting (self, kind, kind == KEFU_SEARCH_MESSAGES ? PAGE : FEW);
    }
  first = gtk_list_box_get_row_at_index (self->list, 0);
  show_stack (self);
  if (first != NULL)
    {
      gtk_list_box_select_row (self->list, first);
      if (self->open_first)
        open_row (self, first);
    }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asked *asked = user_data;
  g_autoptr (KefuSearchPage) self = asked->page;
  g_autoptr (KefuSearchQuery) query = asked->query;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuSearchResults) results = kefu_store_search_finish (KEFU_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) || self->session == NULL)
    return;
  g_clear_object (&self->cancellable);
  clear (self);
  if (error != NULL)
    {
      adw_status_page_set_description (self->failed_page, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
    }
  else if (results->problems != NULL)
    {
      g_autofree char *problems = g_strjoinv ("\n", results->problems);
      g_autofree char *escaped = g_markup_escape_text (problems, -1);

      adw_status_page_set_description (self->problem_page, escaped);
      gtk_stack_set_visible_child_name (self->stack, "problem");
    }
  else
    {
      self->query = g_steal_pointer (&query);
      show_results (self, results);
    }
  self->open_first = FALSE;
}

static void
search_changed_cb (KefuSearchPage *self)
{
  g_autoptr (KefuSearchQuery) query = NULL;
  Asked *asked;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->open_first = FALSE;
  if (self->session == NULL)
    return;
  query = kefu_search_query_new (gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                                 kefu_clock_now (kefu_session_get_clock (self->session)));
  if (kefu_search_query_is_empty (query))
    {
      clear (self);
      gtk_stack_set_visible_child_name (self->stack, "start");
      return;
    }
  /* What is shown stays until the answer takes its place. */
  asked = g_new0 (Asked, 1);
  asked->page = g_object_ref (self);
  asked->query = kefu_search_query_ref (query);
  self->cancellable = g_cancellable_new ();
  kefu_store_search_async (kefu_session_get_store (self->session), query, PAGE, self->cancellable, found_cb, asked);
}

static void
activate_cb (KefuSearchPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (self->cancellable != NULL)
    self->open_first = TRUE;
  else if (row != NULL)
    open_row (self, row);
}

/* ↑ and ↓ choose among the results while one goes on typing; the focus stays in the entry, also where there is nothing to choose. */
static gboolean
key_pressed_cb (KefuSearchPage *self, guint keyval, guint keycode, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int step = keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down ? 1
             : keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up   ? -1
                                                                 : 0;

  if (step == 0 || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (row != NULL)
    row = gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + step);
  if (row != NULL)
    {
      GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->list);
      graphene_rect_t bounds;

      gtk_list_box_select_row (self->list, row);
      if (adjustment != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
        gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
    }
  return GDK_EVENT_STOP;
}

static void
close_cb (KefuSearchPage *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
close_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  close_cb (KEFU_SEARCH_PAGE (widget));
}

static const char *
group_title (KefuSearchGroup group)
{
  switch (group)
    {
    case KEFU_SEARCH_CUSTOMERS:
      return C_ ("search results", "Customers");
    case KEFU_SEARCH_ORDERS:
      return C_ ("search results", "Orders");
    case KEFU_SEARCH_MESSAGES:
      return C_ ("search results", "Messages");
    case KEFU_SEARCH_PHRASES:
      return C_ ("search results", "Phrases");
    case KEFU_SEARCH_ARTICLES:
      return C_ ("search results", "Knowledge");
    case KEFU_SEARCH_N_GROUPS:
    default:
      g_return_val_if_reached ("");
    }
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  GtkWidget *label;

  if (before != NULL && group_of (row) == group_of (before))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row) != NULL)
    return;
  label = gtk_label_new (group_title (group_of (row)));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "section-title");
  gtk_widget_add_css_class (label, "search-head");
  gtk_list_box_row_set_header (row, label);
}

static void
kefu_search_page_dispose (GObject *object)
{
  KefuSearchPage *self = KEFU_SEARCH_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < KEFU_SEARCH_N_GROUPS; i++)
    group_clear (&self->groups[i]);
  g_clear_pointer (&self->query, kefu_search_query_unref);
  g_clear_object (&self->session);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_SEARCH_PAGE);
  G_OBJECT_CLASS (kefu_search_page_parent_class)->dispose (object);
}

static void
kefu_search_page_class_init (KefuSearchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_search_page_dispose;

  signals[OPEN] = g_signal_new ("open", KEFU_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[INSERT_PHRASE] = g_signal_new ("insert-phrase", KEFU_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSE] =
    g_signal_new ("close", KEFU_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-search-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, entry);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, list);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, failed_page);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, problem_page);
  gtk_widget_class_install_action (widget_class, "search.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "search.close", NULL);
}

static void
kefu_search_page_init (KefuSearchPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, header_cb, NULL, NULL);
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (search_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "stop-search", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (open_row), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

void
kefu_search_page_set_session (KefuSearchPage *self, KefuSession *session)
{
  g_return_if_fail (KEFU_IS_SEARCH_PAGE (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
}

void
kefu_search_page_focus (KefuSearchPage *self)
{
  g_return_if_fail (KEFU_IS_SEARCH_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
