/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one window: the way in, and the workspace. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-window.h"

#include <glib/gi18n.h>

#include "kefu-about.h"
#include "kefu-connect-page.h"
#include "kefu-preferences.h"
#include "kefu-shortcuts.h"
#include "kefu-sign-in-dialog.h"
#include "kefu-sign-out.h"
#include "kefu-tooltips.h"
#include "kefu-ui.h"
#include "kefu-welcome-page.h"

/* A pause between words. */
#define KEYS_REST_MS 1500
/* A workspace is there, and painted, sooner than this; to show the window before it would cost a frame of something else first. */
#define PRESENT_MS 400

struct _KefuWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  KefuWelcomePage *welcome_page;
  KefuConnectPage *connect_page;
  GtkSpinner *opening_spinner;
  GtkLabel *opening_label;
  AdwStatusPage *failed_page;
  AdwBin *workspace_bin;

  GSettings *settings;
  KefuTrust *trust;
  gint64 typed_at;  /* ms, when a key was last pressed here */
  guint ask_id;     /* until the keys rest */
  gboolean asked;   /* the agent wants the dialog now */
  guint present_id; /* while kefu_window_present_ready() waits */
  gboolean ready;   /* the workspace has all it shows first */
  guint paint_id;   /* until `painted` */
  GdkFrameClock *paint_clock;
  char *ask_login;
  char *ask_address;
  KefuAuthReason ask_reason;
  KefuSignInDialog *sign_in_dialog;
  char *sign_in_words;
  gboolean locked;
};

enum
{
  DEMO_REQUESTED,
  CONNECT_REQUESTED,
  RETRY_REQUESTED,
  SIGN_IN_REQUESTED,
  SIGN_OUT_REQUESTED,
  PASSWORD_GIVEN,
  PAINTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuWindow, kefu_window, ADW_TYPE_APPLICATION_WINDOW)

static void stop_asking (KefuWindow *self);

/* --- coming up --- */

static void
present_now (KefuWindow *self)
{
  if (self->present_id == 0)
    return;
  g_clear_handle_id (&self->present_id, g_source_remove);
  gtk_window_present (GTK_WINDOW (self));
}

static void painted (KefuWindow *self);

static void
stop_waiting_for_paint (KefuWindow *self)
{
  g_clear_handle_id (&self->paint_id, g_source_remove);
  /* GTK too has handlers there with the window, and takes all of them away when it is unrealized */
  if (self->paint_clock != NULL)
    g_signal_handlers_disconnect_by_func (self->paint_clock, painted, self);
  g_clear_object (&self->paint_clock);
}

static void
painted (KefuWindow *self)
{
  stop_waiting_for_paint (self);
  g_signal_emit (self, signals[PAINTED], 0);
}

static gboolean
paint_late_cb (gpointer user_data)
{
  KefuWindow *self = user_data;

  self->paint_id = 0;
  painted (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_paint (KefuWindow *self)
{
  stop_waiting_for_paint (self);
  self->paint_id = g_timeout_add (PRESENT_MS, paint_late_cb, self);
}

static void
ready_cb (KefuWindow *self)
{
  self->ready = TRUE;
  present_now (self);
  if (self->paint_id == 0 || !gtk_widget_get_realized (GTK_WIDGET (self)))
    return;
  self->paint_clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
  g_signal_connect_swapped (self->paint_clock, "after-paint", G_CALLBACK (painted), self);
}

static gboolean
present_late_cb (gpointer user_data)
{
  present_now (user_data);
  return G_SOURCE_REMOVE;
}

void
kefu_window_present_ready (KefuWindow *self)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self)) || self->locked || self->ready)
    gtk_window_present (GTK_WINDOW (self));
  else if (self->present_id == 0)
    self->present_id = g_timeout_add (PRESENT_MS, present_late_cb, self);
}

static void
show_page (KefuWindow *self, const char *name)
{
  if (self->opening_spinner != NULL)
    gtk_spinner_set_spinning (self->opening_spinner, g_str_equal (name, "opening"));
  gtk_stack_set_visible_child_name (self->stack, name);
  if (g_str_equal (name, "workspace"))
    return;
  present_now (self);
  stop_waiting_for_paint (self);
  stop_asking (self);
  adw_bin_set_child (self->workspace_bin, NULL);
}

/* --- what the pages ask for --- */

static void
demo_cb (KefuWindow *self)
{
  g_signal_emit (self, signals[DEMO_REQUESTED], 0);
}

static void
connect_cb (KefuWindow *self)
{
  g_autofree char *address = g_settings_get_string (self->settings, "server-address");
  g_autofree char *login = g_settings_get_string (self->settings, "login");
  gboolean demo = g_str_equal (address, "demo");

  kefu_window_show_connect (self, demo ? "" : address, demo ? "" : login);
}

static void
submit_cb (KefuWindow *self, const char *address, const char *login, const char *password)
{
  kefu_connect_page_set_busy (self->connect_page, TRUE);
  g_signal_emit (self, signals[CONNECT_REQUESTED], 0, address, login, password);
}

static void
back_cb (KefuWindow *self)
{
  kefu_window_show_welcome (self);
}

/* --- pages that most starts never show, made when they are --- */

static void
need_welcome (KefuWindow *self)
{
  GtkWidget *page;

  if (self->welcome_page != NULL)
    return;
  page = kefu_welcome_page_new ();
  self->welcome_page = KEFU_WELCOME_PAGE (page);
  g_signal_connect_object (page, "demo", G_CALLBACK (demo_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "connect", G_CALLBACK (connect_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, page, "welcome");
}

static void
need_connect (KefuWindow *self)
{
  GtkWidget *page;

  if (self->connect_page != NULL)
    return;
  page = kefu_connect_page_new ();
  self->connect_page = KEFU_CONNECT_PAGE (page);
  g_signal_connect_object (page, "submit", G_CALLBACK (submit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, page, "connect");
}

static void
need_opening_and_failed (KefuWindow *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  if (self->failed_page != NULL)
    return;
  builder = gtk_builder_new_from_resource (KEFU_UI_RESOURCES "/ui/kefu-window-pages.ui");
  self->opening_spinner = GTK_SPINNER (gtk_builder_get_object (builder, "opening_spinner"));
  self->opening_label = GTK_LABEL (gtk_builder_get_object (builder, "opening_label"));
  self->failed_page = ADW_STATUS_PAGE (gtk_builder_get_object (builder, "failed_page"));
  gtk_stack_add_named (self->stack, GTK_WIDGET (gtk_builder_get_object (builder, "opening")), "opening");
  gtk_stack_add_named (self->stack, GTK_WIDGET (gtk_builder_get_object (builder, "failed")), "failed");
}

static void
welcome_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_window_show_welcome (KEFU_WINDOW (widget));
}

static void
retry_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[RETRY_REQUESTED], 0);
}

static void
leave_cb (KefuForget forget, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGN_OUT_REQUESTED], 0, (int) forget);
}

static void
sign_out_cb (KefuWindow *self, KefuWorkspaceView *view)
{
  kefu_sign_out_ask (GTK_WIDGET (self), kefu_workspace_view_get_session (view),
                     g_settings_get_boolean (self->settings, "keep-nothing"), leave_cb, g_object_ref (self),
                     g_object_unref);
}

static void
sign_in_requested_cb (KefuWindow *self)
{
  self->asked = TRUE;
  g_signal_emit (self, signals[SIGN_IN_REQUESTED], 0);
  self->asked = FALSE;
}

static void
password_cb (KefuWindow *self, const char *password)
{
  kefu_sign_in_dialog_set_busy (self->sign_in_dialog, TRUE);
  g_signal_emit (self, signals[PASSWORD_GIVEN], 0, password);
}

static void
failure_cb (KefuWindow *self, const char *text)
{
  kefu_window_toast (self, text);
}

/* --- asking for the password --- */

static KefuClock *
clock_of_view (KefuWindow *self)
{
  KefuWorkspaceView *view = kefu_window_get_view (self);

  return view != NULL ? kefu_session_get_clock (kefu_workspace_view_get_session (view)) : NULL;
}

static void
stop_asking (KefuWindow *self)
{
  KefuClock *clock = clock_of_view (self);

  if (clock != NULL)
    kefu_clock_clear_timeout (clock, &self->ask_id);
}

static void
ask_now (KefuWindow *self)
{
  if (self->sign_in_dialog == NULL)
    {
      g_set_weak_pointer (&self->sign_in_dialog,
                          KEFU_SIGN_IN_DIALOG (kefu_sign_in_dialog_new (GTK_WINDOW (self), self->ask_login,
                                                                        self->ask_address, self->ask_reason)));
      g_signal_connect_object (self->sign_in_dialog, "submit", G_CALLBACK (password_cb), self, G_CONNECT_SWAPPED);
    }
  gtk_window_present (GTK_WINDOW (self->sign_in_dialog));
}

/* A dialog that comes up under the fingers of somebody who is writing would take the next words for a password. */
static void
ask_cb (gpointer user_data)
{
  KefuWindow *self = user_data;
  KefuClock *clock = clock_of_view (self);

  self->ask_id = 0;
  if (clock == NULL)
    return;
  if (self->asked || self->typed_at == 0 || kefu_clock_now (clock) - self->typed_at >= KEYS_REST_MS)
    ask_now (self);
  else
    self->ask_id = kefu_clock_add_timeout (clock, KEYS_REST_MS / 4, ask_cb, self, NULL);
}

static gboolean
key_cb (KefuWindow *self)
{
  KefuClock *clock = clock_of_view (self);

  if (clock != NULL)
    self->typed_at = kefu_clock_now (clock);
  return GDK_EVENT_PROPAGATE;
}

/* --- the window's own actions --- */

static void
preferences_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWindow *self = KEFU_WINDOW (widget);
  KefuWorkspaceView *view = kefu_window_get_view (self);

  kefu_preferences_show (GTK_WINDOW (self), self->settings, self->sign_in_words,
                         view != NULL ? kefu_workspace_view_get_session (view) : NULL, self->trust);
}

static void
shortcuts_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_shortcuts_show (GTK_WINDOW (widget));
}

static void
about_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_about_show (GTK_WINDOW (widget));
}

/* --- geometry --- */

static void
save_geometry (KefuWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (width > 0 && height > 0)
    {
      g_settings_set_int (self->settings, "window-width", width);
      g_settings_set_int (self->settings, "window-height", height);
    }
}

static void
restore_geometry (KefuWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
kefu_window_close_request (GtkWindow *window)
{
  KefuWindow *self = KEFU_WINDOW (window);

  save_geometry (self);
  if (adw_bin_get_child (self->workspace_bin) != NULL && g_settings_get_boolean (self->settings, "run-in-background"))
    {
      /* hidden, the window keeps the application and its notifications alive */
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return GDK_EVENT_STOP;
    }
  return GTK_WINDOW_CLASS (kefu_window_parent_class)->close_request (window);
}

/* --- object --- */

static void
kefu_window_dispose (GObject *object)
{
  KefuWindow *self = KEFU_WINDOW (object);

  g_clear_handle_id (&self->present_id, g_source_remove);
  stop_waiting_for_paint (self);
  if (self->workspace_bin != NULL)
    stop_asking (self);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->ask_login, g_free);
  g_clear_pointer (&self->ask_address, g_free);
  if (self->sign_in_dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->sign_in_dialog));
  g_clear_weak_pointer (&self->sign_in_dialog);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_WINDOW);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->sign_in_words, g_free);
  G_OBJECT_CLASS (kefu_window_parent_class)->dispose (object);
}

static void
kefu_window_class_init (KefuWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = KEFU_TYPE_WINDOW;

  object_class->dispose = kefu_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = kefu_window_close_request;
  kefu_tooltips_init ();

  signals[DEMO_REQUESTED] =
    g_signal_new ("demo-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CONNECT_REQUESTED] = g_signal_new ("connect-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[RETRY_REQUESTED] =
    g_signal_new ("retry-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGN_OUT_REQUESTED] =
    g_signal_new ("sign-out-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGN_IN_REQUESTED] =
    g_signal_new ("sign-in-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PASSWORD_GIVEN] =
    g_signal_new ("password-given", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PAINTED] = g_signal_new ("painted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-window.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, KefuWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuWindow, workspace_bin);

  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, shortcuts_action);
  gtk_widget_class_install_action (widget_class, "win.about", NULL, about_action);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "win.welcome", NULL, welcome_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_comma, GDK_CONTROL_MASK, "win.preferences", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.shortcuts", NULL);
  /* these come up from the focus widget: a text field keeps its "?" */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, 0, "win.shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_SHIFT_MASK, "win.shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F1, 0, "win.shortcuts", NULL);
}

static void
kefu_window_init (KefuWindow *self)
{
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_icon_name (GTK_WINDOW (self), KEFU_APP_ID);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

KefuWindow *
kefu_window_new (GtkApplication *application, GSettings *settings)
{
  KefuWindow *self = g_object_new (KEFU_TYPE_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (settings);
  restore_geometry (self);
  return self;
}

void
kefu_window_show_welcome (KefuWindow *self)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  need_welcome (self);
  show_page (self, "welcome");
  gtk_widget_grab_focus (GTK_WIDGET (self->welcome_page));
}

void
kefu_window_show_connect (KefuWindow *self, const char *address, const char *login)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  need_connect (self);
  kefu_connect_page_prepare (self->connect_page, address, login);
  show_page (self, "connect");
  gtk_widget_grab_focus (GTK_WIDGET (self->connect_page));
}

void
kefu_window_set_connect_error (KefuWindow *self, const GError *error)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  if (self->connect_page != NULL)
    kefu_connect_page_set_error (self->connect_page, error);
}

void
kefu_window_connect_again (KefuWindow *self)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "connect") == 0)
    gtk_widget_activate_action (GTK_WIDGET (self->connect_page), "connect.submit", NULL);
}

void
kefu_window_set_trust (KefuWindow *self, KefuTrust *trust)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  g_set_object (&self->trust, trust);
}

void
kefu_window_show_opening (KefuWindow *self, const char *text)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  need_opening_and_failed (self);
  gtk_label_set_label (self->opening_label, text);
  show_page (self, "opening");
}

void
kefu_window_show_failure (KefuWindow *self, const char *title, const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (KEFU_IS_WINDOW (self));

  escaped = g_markup_escape_text (text, -1);
  need_opening_and_failed (self);
  adw_status_page_set_title (self->failed_page, title);
  adw_status_page_set_description (self->failed_page, escaped);
  show_page (self, "failed");
}

void
kefu_window_show_session (KefuWindow *self, KefuSession *session, const char *title)
{
  GtkWidget *view;

  g_return_if_fail (KEFU_IS_WINDOW (self));
  g_return_if_fail (KEFU_IS_SESSION (session));

  self->ready = FALSE;
  wait_for_paint (self);
  view = kefu_workspace_view_new (session, self->settings, title);
  g_signal_connect_object (view, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "sign-out-requested", G_CALLBACK (sign_out_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "sign-in-requested", G_CALLBACK (sign_in_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "failure", G_CALLBACK (failure_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->workspace_bin, view);
  show_page (self, "workspace");
}

KefuWorkspaceView *
kefu_window_get_view (KefuWindow *self)
{
  GtkWidget *child;

  g_return_val_if_fail (KEFU_IS_WINDOW (self), NULL);

  child = adw_bin_get_child (self->workspace_bin);
  return child ? KEFU_WORKSPACE_VIEW (child) : NULL;
}

void
kefu_window_ask_password (KefuWindow *self, const char *login, const char *address, KefuAuthReason reason)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  g_free (self->ask_login);
  self->ask_login = g_strdup (login);
  g_free (self->ask_address);
  self->ask_address = g_strdup (address);
  self->ask_reason = reason;
  stop_asking (self);
  /* who may not sign in is not asked; the strip says it, and a click asks all the same */
  if (reason != KEFU_AUTH_DISABLED || self->asked)
    ask_cb (self);
}

void
kefu_window_set_password_error (KefuWindow *self, const char *text)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  if (self->sign_in_dialog == NULL)
    return;
  if (text != NULL)
    kefu_sign_in_dialog_set_error (self->sign_in_dialog, text);
  else
    gtk_window_destroy (GTK_WINDOW (self->sign_in_dialog));
}

static void
add_toast (KefuWindow *self, const char *text, guint timeout)
{
  /* toast titles are markup */
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_timeout (toast, timeout);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

void
kefu_window_notice (KefuWindow *self, const char *text)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  add_toast (self, text, 0);
}

void
kefu_window_toast (KefuWindow *self, const char *text)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  add_toast (self, text, 5);
}

void
kefu_window_quit (KefuWindow *self)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  save_geometry (self);
  gtk_window_destroy (GTK_WINDOW (self));
}

void
kefu_window_set_locked (KefuWindow *self, gboolean locked)
{
  static const char *const actions[] = { "win.preferences", "win.shortcuts", "win.about", "win.retry", "win.welcome" };

  g_return_if_fail (KEFU_IS_WINDOW (self));

  self->locked = locked;
  if (locked)
    present_now (self);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], !locked);
}

void
kefu_window_set_sign_in_words (KefuWindow *self, const char *words)
{
  g_return_if_fail (KEFU_IS_WINDOW (self));

  g_free (self->sign_in_words);
  self->sign_in_words = g_strdup (words);
}
