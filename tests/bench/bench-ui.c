/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the measuring programs with a window share: a signed-in desk over real data, and frames. */
#include "config.h"

#include "bench-ui.h"

#include "bench-row.h"
#include "fixture.h"

/* Whoever waits longer for a frame waits in vain. */
#define PATIENCE_MS 60000
/* Two frames at 60 Hz, and one for the timer. */
#define REST_MS 50

/* --- a desk --- */

BenchSession *
bench_session_open (const char *dir, const char *agent_id, const char *agent_name)
{
  BenchSession *self = g_new0 (BenchSession, 1);
  g_autoptr (KefuBackend) backend = g_object_new (KEFU_TYPE_PUPPET_BACKEND, NULL);
  g_autoptr (KefuSyncEngine) engine = NULL;
  g_autoptr (KefuLint) lint = NULL;
  g_autoptr (GBytes) rules = g_bytes_new_static ("{\"rules\":[]}", 12);
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  GAsyncResult *opened = NULL;
  const char *dot;

  self->clock = kefu_system_clock_new ();
  self->settings = g_settings_new (KEFU_APP_ID);
  kefu_store_open_async (dir, self->clock, agent_id, KEFU_STORE_DEFAULT, NULL, bench_ready_cb, &opened);
  self->store = kefu_store_open_finish (bench_wait (&opened), &error);
  bench_check (error);
  g_object_unref (opened);
  engine = kefu_sync_engine_new (self->store, backend, self->clock, NULL);
  lint = kefu_lint_new (rules, NULL);
  self->session = kefu_session_new (self->store, backend, engine, self->clock, lint, agent_id, agent_name);
  cursor = kefu_store_dup_cursor (self->store);
  dot = cursor != NULL ? strrchr (cursor, '.') : NULL;
  self->seq = dot != NULL ? g_ascii_strtoll (dot + 1, NULL, 10) : 0;
  return self;
}

void
bench_session_close (BenchSession *self)
{
  kefu_sync_engine_stop (kefu_session_get_engine (self->session));
  kefu_ui_test_settle ();
  g_object_unref (self->session);
  kefu_store_close (self->store);
  g_object_unref (self->store);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  g_free (self);
}

GBytes *
bench_session_batch (BenchSession *self, const char *changes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (changes, &error);
  g_autofree char *cursor = kefu_store_dup_cursor (self->store);
  g_autofree char *epoch = cursor != NULL && strrchr (cursor, '.') != NULL
                             ? g_strndup (cursor, (gsize) (strrchr (cursor, '.') - cursor))
                             : NULL;
  g_autofree char *rows = NULL;
  gint64 from = self->seq;
  JsonArray *array;
  char *json;

  bench_check (error);
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *change = json_array_get_object_element (array, i);

      self->seq++;
      json_object_set_int_member (change, "seq", self->seq);
      json_object_set_int_member (json_object_get_object_member (change, "body"), "rev", self->seq);
    }
  rows = json_to_string (root, FALSE);
  json = g_strdup_printf ("{\"epoch\":\"%s\",\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"changes\":%s}",
                          epoch != NULL ? epoch : "bench", from, self->seq, rows);
  return g_bytes_new_take (json, strlen (json));
}

void
bench_session_apply (BenchSession *self, GBytes *batch)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *applied = NULL;
  KefuBatchResult result;

  kefu_store_apply_batch_async (self->store, batch, NULL, bench_ready_cb, &applied);
  kefu_store_apply_batch_finish (self->store, bench_wait (&applied), &result, &error);
  bench_check (error);
  g_assert_true (result.applied);
  g_object_unref (applied);
}

/* What is said in a shop: short and long, some of it over several lines. */
static const char *const said[] = {
  "在吗",
  "在的，您说",
  "都三分钟了，今天到底能不能发出呀",
  "亲，订单已经安排，顺丰发出后 48 小时内到，请您耐心等待一下哦",
  "好的谢谢",
  "这款表带和之前那款雾蓝色的是同一个批次吗？我看图片上的颜色好像有一点点不一样，想确认一下再下单",
  "是同一个批次的，拍摄时光线不同会有一点色差，您可以放心下单；收到后如果不满意，七天内都可以免费退换，运费我们来出",
  "满 99 元包邮，偏远地区补运费",
  "两件一起拍能包邮吗",
  "可以的，我给您改一下价格\n改好了会告诉您\n大概要一两分钟",
  "收到了，很喜欢，给个好评",
  "感谢您的支持，祝您生活愉快，有问题随时找我",
  "发票抬头能改吗？麻烦今天重开一张，公司名称和税号我等下发给您",
  "嗯"
};

char *
bench_conversation_id (guint n)
{
  return g_strdup_printf ("0be9c400-0001-7000-8000-%012u", n);
}

static void
add_messages (BenchSession *self, guint n, guint from, guint to, gint64 first_at)
{
  g_autoptr (GString) json = g_string_new ("[");
  g_autofree char *id = bench_conversation_id (n);

  for (guint i = from; i < to; i++)
    {
      gboolean in = i % 3 != 1;
      g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), said[(i * 7 + n) % G_N_ELEMENTS (said)]);
      g_autofree char *text = json_to_string (node, FALSE);

      g_string_append_printf (
        json,
        "%s{\"kind\":\"message\",\"id\":\"0be9c400-0003-7000-%04x-%012u\",\"op\":\"put\",\"body\":{\"id\":"
        "\"0be9c400-0003-7000-%04x-%012u\",\"conversation_id\":\"%s\",\"mseq\":%u,\"kind\":\"text\",\"dir\":\"%s\","
        "\"body\":%s,"
        "\"in_no\":%u,\"sent_at\":%" G_GINT64_FORMAT "%s}}",
        i > from ? "," : "", 0x8000 + n, i + 1, 0x8000 + n, i + 1, id, i + 1, in ? "in" : "out", text, i + 1,
        first_at + (gint64) i * 150000, in ? "" : ",\"author_id\":\"agent-lin\",\"delivery\":\"read\"");
    }
  g_string_append_c (json, ']');
  {
    g_autoptr (GBytes) batch = bench_session_batch (self, json->str);

    bench_session_apply (self, batch);
  }
}

void
bench_session_add_conversation (BenchSession *self, guint n, guint n_messages)
{
  const char *agent = kefu_session_get_agent_id (self->session);
  g_autofree char *id = bench_conversation_id (n);
  g_autofree char *json = NULL;
  g_autoptr (GBytes) batch = NULL;
  gint64 now = kefu_clock_now (self->clock);

  json = g_strdup_printf ("[{\"kind\":\"channel\",\"id\":\"bench-channel\",\"op\":\"put\",\"body\":{\"id\":\"bench-"
                          "channel\",\"type\":\"wechat\","
                          "\"name\":\"微信\",\"shop\":\"拾光表行\"}},"
                          "{\"kind\":\"customer\",\"id\":\"bench-customer-%u\",\"op\":\"put\",\"body\":{\"id\":\"bench-"
                          "customer-%u\",\"name\":"
                          "\"沈若溪 %u\",\"level\":\"VIP 1\"}},"
                          "{\"kind\":\"conversation\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"id\":\"%s\",\"customer_"
                          "id\":\"bench-customer-%u\","
                          "\"channel_id\":\"bench-channel\",\"key\":\"%s\",\"assignee_id\":\"%s\",\"waiting_since\":0,"
                          "\"last_in_at\":%" G_GINT64_FORMAT ",\"last_mseq\":%u,\"last_at\":%" G_GINT64_FORMAT
                          ",\"last_text\":\"嗯\",\"last_dir\":\"in\",\"in_count\":%u,\"open_items\":0}},"
                          "{\"kind\":\"read\",\"id\":\"%s:%s\",\"op\":\"put\",\"body\":{\"id\":\"%s:%s\","
                          "\"conversation_id\":\"%s\",\"agent_id\":"
                          "\"%s\",\"mseq\":%u,\"in_no\":%u}}]",
                          n, n, n, id, id, n, id, agent, now, n_messages, now, n_messages, id, agent, id, agent, id,
                          agent, n_messages, n_messages);
  batch = bench_session_batch (self, json);
  bench_session_apply (self, batch);
  for (guint i = 0; i < n_messages; i += 2000)
    add_messages (self, n, i, MIN (i + 2000, n_messages), now - (gint64) n_messages * 150000);
}

/* --- windows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

GtkWindow *
bench_string_window (GListModel *model, int width, int height, GtkListView **list)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  *list =
    GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (model))), factory));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (*list));
  return kefu_ui_test_window (scrolled, width, height);
}

typedef struct
{
  BenchSeen seen; /* NULL: whatever it shows */
  gpointer user_data;
  gboolean was_seen; /* before the frame began */
  gboolean painted;
  guint n_frames;
} Watch;

static void
before_paint_cb (Watch *watch)
{
  watch->was_seen = watch->was_seen || watch->seen == NULL || watch->seen (watch->user_data);
}

static void
after_paint_cb (Watch *watch)
{
  watch->n_frames++;
  watch->painted = watch->painted || watch->was_seen;
}

static gboolean
flag_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_painted (GtkWindow *window, Watch *watch)
{
  GdkFrameClock *frames = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  gboolean late = FALSE;
  guint timeout = g_timeout_add (PATIENCE_MS, flag_cb, &late);
  /* the layout phase comes before what is painted, and may be what makes it seen */
  gulong before = g_signal_connect_swapped (frames, "paint", G_CALLBACK (before_paint_cb), watch);
  gulong after = g_signal_connect_swapped (frames, "after-paint", G_CALLBACK (after_paint_cb), watch);

  while (!watch->painted && !late)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_error ("Nothing came to be seen");
  g_source_remove (timeout);
  g_signal_handler_disconnect (frames, before);
  g_signal_handler_disconnect (frames, after);
}

void
bench_wait_frame (GtkWindow *window)
{
  Watch watch = { 0 };

  gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (GTK_WIDGET (window)), GDK_FRAME_CLOCK_PHASE_PAINT);
  wait_painted (window, &watch);
}

void
bench_rest (GtkWindow *window)
{
  GdkFrameClock *frames = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  Watch watch = { 0 };
  gulong after = g_signal_connect_swapped (frames, "after-paint", G_CALLBACK (after_paint_cb), &watch);

  for (guint i = 0; i < 40; i++)
    {
      guint before = watch.n_frames;
      gboolean rested = FALSE;

      g_timeout_add (REST_MS, flag_cb, &rested);
      while (!rested)
        g_main_context_iteration (NULL, TRUE);
      if (watch.n_frames == before)
        break;
    }
  g_signal_handler_disconnect (frames, after);
}

BenchCost
bench_act (GtkWindow *window, BenchAct act, BenchSeen seen, gpointer user_data)
{
  Watch watch = { .seen = seen, .user_data = user_data };
  BenchCost cost;
  double wall, cpu;

  bench_rest (window);
  wall = bench_now ();
  cpu = bench_cpu ();
  act (user_data);
  /* what changes nothing on the screen paints nothing */
  if (seen == NULL)
    gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (GTK_WIDGET (window)), GDK_FRAME_CLOCK_PHASE_PAINT);
  wait_painted (window, &watch);
  cost.wall_ms = bench_now () - wall;
  cost.cpu_ms = bench_cpu () - cpu;
  return cost;
}
