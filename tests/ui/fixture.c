/* SPDX-License-Identifier: GPL-3.0-or-later
 * A signed-in agent with the inbox of the drawn pictures. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"

#include <glib/gstdio.h>

#include "kefu-ui-test.h"

#define MINUTE (60 * 1000)

/* One row of the inbox. */
static const struct
{
  const char *name;
  const char *level;
  const char *channel;
  const char *last;
  const char *dir;
  int unread;
  int items;
  int waits_s; /* 0: does not wait */
  int ago_min; /* when the last message came; by default when the waiting began */
  const char *assignee;
  const char *draft;
} people[] = {
  { "韩冬青", "VIP 1", "wangwang", "都三分钟了，今天到底能不能发出呀", "in", 4, 5, 206, 0, "agent-lin", "" },
  { "沈若溪", "VIP 2", "wechat", "对了，能不能多送一条同色的表带？", "in", 0, 3, 108, 0, "agent-lin", "" },
  { "何嘉木", "", "qq", "[图片] 走到七点秒针就会卡一下", "in", 1, 0, 101, 0, "agent-lin", "" },
  { "150****8832", "", "sms", "流量加油包扣了钱，怎么还没到账", "in", 1, 0, 57, 0, "agent-lin", "" },
  { "郑可欣", "新客", "wangwang", "两件一起拍能包邮吗", "in", 2, 0, 21, 0, "agent-lin", "" },
  { "方一鸣", "", "weibo", "好的谢谢", "in", 0, 0, 0, 4, "agent-lin", "防水 50 米指的是静态水压，洗澡游泳不建议戴" },
  { "Olivia Chen", "", "email", "Re: 发票抬头修改，麻烦今天重开", "in", 0, 1, 0, 18, "agent-lin", "" },
  { "许诺言", "", "wechat", "已帮您备注顺丰，今晚一起发出", "out", 0, 2, 0, 43, "agent-jie", "" },
  { "丁建国", "", "phone", "通话 4 分 12 秒 · 移机改约周六上午", "in", 0, 0, 0, 77, "agent-lin", "" },
  { "田小禾", "", "web", "好的谢谢，那我等到货通知", "in", 0, 1, 0, 150, "agent-lin", "" },
  { "苏晚晴", "", "wangwang", "换货单已寄出，差价 ¥46 原路退回", "out", 0, 0, 0, 1200, "agent-lin", "" },
  { "马会芳", "", "phone", "未接来电 · 响铃 22 秒", "in", 0, 0, 0, 1260, "agent-lin", "" },
};

static const char *channels[] = { "wangwang", "wechat", "qq", "email", "weibo", "sms", "phone", "web" };

char *
kefu_fixture_id (guint n)
{
  return g_strdup_printf ("01900000-0001-7000-8000-%012u", n);
}

/* --- the feed --- */

static void
begin (JsonBuilder *builder, const char *kind, const char *id)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "kind");
  json_builder_add_string_value (builder, kind);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, id);
  json_builder_set_member_name (builder, "op");
  json_builder_add_string_value (builder, "put");
  json_builder_set_member_name (builder, "body");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, id);
}

static void
text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
end (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_agents_and_channels (JsonBuilder *builder)
{
  begin (builder, "agent", "agent-lin");
  text (builder, "name", "林小满");
  end (builder);
  begin (builder, "agent", "agent-jie");
  text (builder, "name", "阿杰");
  end (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
    {
      begin (builder, "channel", channels[i]);
      text (builder, "type", channels[i]);
      text (builder, "name", channels[i]);
      text (builder, "shop", "拾光表行");
      end (builder);
    }
}

static void
add_message (JsonBuilder *builder, guint n, guint seq, const char *dir, const char *body, gint64 at, gint64 in_no)
{
  g_autofree char *id = g_strdup_printf ("01900000-0003-7000-8000-%06u%06u", n, seq);
  g_autofree char *conversation = kefu_fixture_id (n);

  begin (builder, "message", id);
  text (builder, "conversation_id", conversation);
  number (builder, "mseq", seq);
  text (builder, "kind", "text");
  text (builder, "dir", dir);
  text (builder, "body", body);
  number (builder, "in_no", in_no);
  number (builder, "sent_at", at);
  if (g_str_equal (dir, "out"))
    {
      text (builder, "author_id", "agent-lin");
      text (builder, "delivery", "read");
    }
  end (builder);
}

static void
add_person (JsonBuilder *builder, guint n)
{
  g_autofree char *conversation = kefu_fixture_id (n);
  g_autofree char *customer = g_strdup_printf ("01900000-0002-7000-8000-%012u", n);
  g_autofree char *read = g_strconcat (conversation, ":agent-lin", NULL);
  gint64 last_at = KEFU_FIXTURE_NOW - (people[n].waits_s > 0 ? people[n].waits_s * 1000 : people[n].ago_min * MINUTE);
  int in_count = MAX (people[n].unread, 2);

  begin (builder, "customer", customer);
  text (builder, "name", people[n].name);
  text (builder, "level", people[n].level);
  end (builder);

  begin (builder, "conversation", conversation);
  text (builder, "customer_id", customer);
  text (builder, "channel_id", people[n].channel);
  text (builder, "key", conversation);
  text (builder, "assignee_id", people[n].assignee);
  number (builder, "waiting_since", people[n].waits_s > 0 ? last_at : 0);
  number (builder, "last_in_at", last_at);
  number (builder, "last_mseq", 3);
  number (builder, "last_at", last_at);
  text (builder, "last_text", people[n].last);
  text (builder, "last_dir", people[n].dir);
  number (builder, "in_count", in_count);
  number (builder, "open_items", people[n].items);
  end (builder);

  begin (builder, "read", read);
  text (builder, "conversation_id", conversation);
  text (builder, "agent_id", "agent-lin");
  number (builder, "mseq", 2);
  number (builder, "in_no", in_count - people[n].unread);
  end (builder);

  add_message (builder, n, 1, "in", "您好，在吗", last_at - 4 * MINUTE, 1);
  add_message (builder, n, 2, "out", "在的，您说", last_at - 3 * MINUTE, 1);
  add_message (builder, n, 3, people[n].dir, people[n].last, last_at, in_count);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuBatchResult batch;
  g_autoptr (GError) error = NULL;

  kefu_store_apply_batch_finish (KEFU_STORE (source), result, &batch, &error);
  g_assert_no_error (error);
  g_assert_true (batch.applied);
  ++*(guint *) user_data;
}

void
kefu_fixture_start_feed (KefuFixture *self, const char *changes, guint *n_applied)
{
  g_autoptr (JsonNode) root = json_from_string (changes, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) batch = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *array = json_node_get_array (root);
  guint64 from = self->seq;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *change = json_array_get_object_element (array, i);
      gint64 seq = (gint64) ++self->seq;

      json_object_set_int_member (change, "seq", seq);
      json_object_set_int_member (json_object_get_object_member (change, "body"), "rev", seq);
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "changes");
  json_builder_add_value (builder, json_node_ref (root));
  number (builder, "from", (gint64) from);
  number (builder, "to", (gint64) self->seq);
  text (builder, "epoch", "epoch");
  json_builder_end_object (builder);
  batch = json_builder_get_root (builder);
  json = json_to_string (batch, FALSE);
  bytes = g_bytes_new (json, strlen (json));
  kefu_store_apply_batch_async (self->store, bytes, NULL, applied_cb, n_applied);
}

void
kefu_fixture_feed (KefuFixture *self, const char *changes)
{
  guint n_applied = 0;

  kefu_fixture_start_feed (self, changes, &n_applied);
  kefu_ui_test_wait (n_applied == 1);
}

static char *
finish_changes (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;

  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* A message of the customer of conversation number @n and what it changes there. */
static void
add_writing (KefuFixture *self, JsonBuilder *builder, guint n, const char *body, int in_count)
{
  g_autofree char *conversation = kefu_fixture_id (n);
  g_autofree char *customer = g_strdup_printf ("01900000-0002-7000-8000-%012u", n);
  gint64 now = kefu_clock_now (self->clock);

  add_message (builder, n, (guint) in_count, "in", body, now, in_count);
  begin (builder, "conversation", conversation);
  text (builder, "customer_id", customer);
  text (builder, "channel_id", people[n].channel);
  text (builder, "key", conversation);
  text (builder, "assignee_id", people[n].assignee);
  number (builder, "waiting_since", now);
  number (builder, "last_in_at", now);
  number (builder, "last_mseq", in_count);
  number (builder, "last_at", now);
  text (builder, "last_text", body);
  text (builder, "last_dir", "in");
  number (builder, "in_count", MAX (people[n].unread, 2) + 1);
  number (builder, "open_items", people[n].items);
  end (builder);
}

void
kefu_fixture_write (KefuFixture *self, guint n, const char *body)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *changes = NULL;

  json_builder_begin_array (builder);
  add_writing (self, builder, n, body, 100 + (int) self->seq);
  changes = finish_changes (builder);
  kefu_fixture_feed (self, changes);
}

void
kefu_fixture_start_writing (KefuFixture *self, guint first, guint n_messages, guint *n_applied)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *changes = NULL;

  json_builder_begin_array (builder);
  for (guint i = first; i < first + n_messages; i++)
    {
      g_autofree char *body = g_strdup_printf ("第 %u 条", i);

      add_writing (self, builder, i % G_N_ELEMENTS (people), body, 100 + (int) (self->seq + i - first));
    }
  changes = finish_changes (builder);
  kefu_fixture_start_feed (self, changes, n_applied);
}

/* --- setting up --- */

/* No act of a test is meant to fail. */
static void
failure_cb (KefuSession *session, const char *text)
{
  g_error ("The session failed: %s", text);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuFixture *self = user_data;
  g_autoptr (GError) error = NULL;

  self->store = kefu_store_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
draft_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *text = kefu_store_load_draft_finish (KEFU_STORE (object), result, NULL);

  *(gboolean *) user_data = TRUE;
}

KefuFixture *
kefu_fixture_new (void)
{
  KefuFixture *self = g_new0 (KefuFixture, 1);
  g_autoptr (KefuSyncEngine) engine = NULL;
  g_autoptr (KefuLint) lint = NULL;
  g_autoptr (GBytes) rules = g_bytes_new_static ("{\"rules\":[]}", 12);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *changes = NULL;

  self->dir = g_dir_make_tmp ("kefu-ui-XXXXXX", &error);
  g_assert_no_error (error);
  self->clock = kefu_fake_clock_new (KEFU_FIXTURE_NOW);
  self->settings = g_settings_new (KEFU_APP_ID);
  self->backend = g_object_new (KEFU_TYPE_PUPPET_BACKEND, NULL);
  kefu_store_open_async (self->dir, self->clock, "agent-lin", KEFU_STORE_DEFAULT, NULL, opened_cb, self);
  kefu_ui_test_wait (self->store != NULL);

  json_builder_begin_array (builder);
  add_agents_and_channels (builder);
  for (guint n = 0; n < G_N_ELEMENTS (people); n++)
    add_person (builder, n);
  changes = finish_changes (builder);
  kefu_fixture_feed (self, changes);
  for (guint n = 0; n < G_N_ELEMENTS (people); n++)
    if (people[n].draft[0] != '\0')
      {
        g_autofree char *id = kefu_fixture_id (n);
        gboolean drafted = FALSE;

        kefu_store_save_draft (self->store, id, "reply", people[n].draft);
        /* Drafts are written by and by; an inbox that is read before would show it a moment later. */
        kefu_store_load_draft_async (self->store, id, "reply", NULL, draft_cb, &drafted);
        kefu_ui_test_wait (drafted);
      }

  engine = kefu_sync_engine_new (self->store, KEFU_BACKEND (self->backend), self->clock, NULL);
  lint = kefu_lint_new (rules, NULL);
  self->session =
    kefu_session_new (self->store, KEFU_BACKEND (self->backend), engine, self->clock, lint, "agent-lin", "林小满");
  g_signal_connect (self->session, "failure", G_CALLBACK (failure_cb), NULL);
  return self;
}

static void
remove_dir (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_dir (child);
      else
        g_unlink (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

void
kefu_fixture_free (KefuFixture *self)
{
  kefu_sync_engine_stop (kefu_session_get_engine (self->session));
  kefu_ui_test_settle ();
  g_assert_finalize_object (self->session);
  kefu_store_close (self->store);
  g_object_unref (self->store);
  g_object_unref (self->backend);
  g_object_unref (self->clock);
  g_object_unref (self->settings);
  remove_dir (self->dir);
  g_free (self->dir);
  g_free (self);
}
