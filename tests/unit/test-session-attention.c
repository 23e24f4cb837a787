/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of attention: what is notified of, when, and when it goes away. */
#include "config.h"

#include "kefu-attention.h"
#include "session-fixture.h"

/* Writes down what it is told to show: "show ID|TITLE|BODY", "alarm …", "withdraw ID". */
#define TEST_TYPE_NOTIFIER (test_notifier_get_type ())
G_DECLARE_FINAL_TYPE (TestNotifier, test_notifier, TEST, NOTIFIER, GObject)

struct _TestNotifier
{
  GObject parent_instance;

  GPtrArray *log;
};

static void
test_notifier_show (KefuNotifier *notifier, const char *id, const char *title, const char *body, gboolean urgent)
{
  g_ptr_array_add (TEST_NOTIFIER (notifier)->log,
                   g_strdup_printf ("%s %s|%s|%s", urgent ? "alarm" : "show", id, title, body));
}

static void
test_notifier_withdraw (KefuNotifier *notifier, const char *id)
{
  g_ptr_array_add (TEST_NOTIFIER (notifier)->log, g_strdup_printf ("withdraw %s", id));
}

static void
notifier_iface_init (KefuNotifierInterface *iface)
{
  iface->show = test_notifier_show;
  iface->withdraw = test_notifier_withdraw;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestNotifier,
                               test_notifier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_NOTIFIER, notifier_iface_init))

static void
test_notifier_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_NOTIFIER (object)->log);
  G_OBJECT_CLASS (test_notifier_parent_class)->finalize (object);
}

static void
test_notifier_class_init (TestNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_notifier_finalize;
}

static void
test_notifier_init (TestNotifier *self)
{
  self->log = g_ptr_array_new_with_free_func (g_free);
}

typedef struct
{
  World *world;
  TestNotifier *notifier;
  KefuAttention *attention;
  int messages;
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->world = world_new ();
  self->notifier = g_object_new (TEST_TYPE_NOTIFIER, NULL);
  self->attention = kefu_attention_new (self->world->session, KEFU_NOTIFIER (self->notifier));
  return self;
}

static void
scene_free (Scene *self)
{
  world_settle (self->world);
  if (self->attention != NULL)
    g_assert_finalize_object (self->attention);
  world_free (self->world);
  g_assert_finalize_object (self->notifier);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* The customer of @conversation writes; not yet pushed. */
static void
put_writes_at (Scene *self, const TestConversation *base, const char *body, gint64 at)
{
  TestConversation conversation = *base;
  g_autofree char *id = g_strdup_printf ("a0000000-0000-7000-8000-%012d", ++self->messages);
  TestMessage message = { .id = id, .conversation = base->id, .mseq = base->in_count, .body = body, .at = at };

  conversation.last_at = at;
  world_put_conversation (self->world, &conversation);
  world_put_message (self->world, &message);
}

static void
writes (Scene *self, const TestConversation *conversation, const char *body)
{
  put_writes_at (self, conversation, body, world_now (self->world));
  world_push (self->world);
  world_settle (self->world);
}

static void
assert_log (Scene *self, guint n, ...)
{
  va_list lines;

  for (guint i = 0; i < self->notifier->log->len; i++)
    g_test_message ("log: %s", (char *) g_ptr_array_index (self->notifier->log, i));
  va_start (lines, n);
  for (guint i = 0; i < n; i++)
    {
      const char *expected = va_arg (lines, const char *);

      g_assert_cmpuint (i, <, self->notifier->log->len);
      g_assert_cmpstr (g_ptr_array_index (self->notifier->log, i), ==, expected);
    }
  va_end (lines);
  g_assert_cmpuint (self->notifier->log->len, ==, n);
  g_ptr_array_set_size (self->notifier->log, 0);
}

static void
test_new_message (void)
{
  g_autoptr (Scene) self = scene_new ();

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1 }, "我的手表到哪了\\n急");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服|我的手表到哪了 急");
  world_advance (self->world, 5000);
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 2 }, "在吗");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服 (2)|在吗");
}

static void
put_file (Scene *self, int in_no, const char *kind, const char *name)
{
  g_autofree char *sha256 = g_strnfill (64, 'a');
  g_autofree char *id = g_strdup_printf ("b0000000-0000-7000-8000-%012d", in_no);
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'" CONV_1 "','mseq':%d,'kind':'%s','dir':'in','body':'','in_no':%d,"
                     "'sent_at':%" G_GINT64_FORMAT ",'data':{'sha256':'%s','mime':'image/png','name':'%s','size':9}",
                     in_no, kind, in_no, world_now (self->world), sha256, name);
  TestConversation conversation = { .id = CONV_1, .in_count = in_no };

  world_put_conversation (self->world, &conversation);
  feed_put (self->world->feed, "message", id, fields);
  world_push (self->world);
  world_settle (self->world);
  world_advance (self->world, 5000);
}

static void
test_files (void)
{
  g_autoptr (Scene) self = scene_new ();

  put_file (self, 1, "file", "报价.pdf");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服|[File] 报价.pdf");
  put_file (self, 2, "image", "IMG_1.PNG");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服 (2)|[Picture]");
}

static void
test_whose (void)
{
  g_autoptr (Scene) self = scene_new ();

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1, .assignee = "agent-2" }, "别人的");
  assert_log (self, 0);
  writes (self, &(TestConversation){ .id = CONV_2, .in_count = 1, .assignee = "" }, "没人接");
  assert_log (self, 1, "show " CONV_2 "|沈若溪 · 微信客服|没人接");
}

static void
test_old_and_known (void)
{
  g_autoptr (Scene) self = scene_new ();
  TestConversation conversation = { .id = CONV_1, .in_count = 1 };
  gint64 start = world_now (self->world);

  /* written before the desk was opened */
  put_writes_at (self, &conversation, "早上的", start - 1000);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  /* written while the desk was open, brought 11 minutes later */
  world_advance (self->world, 20 * MINUTE_MS);
  conversation.in_count = 2;
  put_writes_at (self, &conversation, "刚才断网了", start + 9 * MINUTE_MS);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  /* and 9 minutes later */
  conversation.in_count = 3;
  put_writes_at (self, &conversation, "在吗", start + 11 * MINUTE_MS);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服|在吗");

  /* the same message once more: edited, delivered, recalled */
  world_put_message (self->world, &(TestMessage){ .id = "a0000000-0000-7000-8000-000000000003",
                                                  .conversation = CONV_1,
                                                  .mseq = 3,
                                                  .at = start + 11 * MINUTE_MS,
                                                  .body = "在吗？" });
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);
}

static void
test_own_messages_and_notes (void)
{
  g_autoptr (Scene) self = scene_new ();

  world_put_conversation (self->world, &(TestConversation){ .id = CONV_1, .in_count = 1, .last_at = 1 });
  world_push (self->world);
  kefu_session_send_message (self->world->session, CONV_1, FALSE, "您好", NULL);
  kefu_session_send_message (self->world->session, CONV_1, TRUE, "老客", NULL);
  world_settle (self->world);
  assert_log (self, 0);
}

static void
test_focus (void)
{
  g_autoptr (Scene) self = scene_new ();

  kefu_session_set_focus_conversation (self->world->session, CONV_1);
  kefu_session_set_active (self->world->session, TRUE);
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1 }, "看着呢");
  assert_log (self, 0);

  /* the window is behind another */
  kefu_session_set_active (self->world->session, FALSE);
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 2 }, "人呢");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服|人呢");

  /* and is brought to the front */
  kefu_session_set_active (self->world->session, TRUE);
  assert_log (self, 1, "withdraw " CONV_1);
}

static void
test_read (void)
{
  g_autoptr (Scene) self = scene_new ();

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1 }, "一");
  writes (self, &(TestConversation){ .id = CONV_2, .in_count = 1 }, "二");
  g_ptr_array_set_size (self->notifier->log, 0);

  /* read on another desk */
  feed_put (self->world->feed, "read", CONV_1 ":" TEST_AGENT,
            "'conversation_id':'" CONV_1 "','agent_id':'" TEST_AGENT "','mseq':1,'in_no':1");
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 1, "withdraw " CONV_1);

  /* taken by a colleague */
  world_put_conversation (self->world, &(TestConversation){ .id = CONV_2, .in_count = 1, .assignee = "agent-2" });
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 1, "withdraw " CONV_2);
}

static void
test_many_are_merged (void)
{
  g_autoptr (Scene) self = scene_new ();
  static const char *const ids[] = { CONV_1, CONV_2, CONV_3, CONV_4 };

  for (guint i = 0; i < 3; i++)
    {
      writes (self, &(TestConversation){ .id = ids[i], .in_count = 1, .waiting_since = world_now (self->world) },
              "在吗");
      world_advance (self->world, 500);
    }
  g_assert_cmpuint (self->notifier->log->len, ==, 3);
  g_ptr_array_set_size (self->notifier->log, 0);

  writes (self, &(TestConversation){ .id = CONV_4, .in_count = 1 }, "在吗");
  g_assert_cmpuint (self->notifier->log->len, ==, 5);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *line = g_strconcat ("withdraw ", ids[i], NULL);

      g_assert_true (g_ptr_array_find_with_equal_func (self->notifier->log, line, g_str_equal, NULL));
    }
  g_assert_cmpstr (g_ptr_array_index (self->notifier->log, 4), ==,
                   "show merged|New messages from 4 customers|沈若溪, 沈若溪, 沈若溪, 沈若溪");
  g_ptr_array_set_size (self->notifier->log, 0);

  /* later ones stand alone again */
  world_advance (self->world, 3000);
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 2 }, "还在吗");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服 (2)|还在吗");

  /* the click opens who has waited longest of the others */
  g_signal_emit_by_name (self->notifier, "activated", "merged", "open", NULL);
  world_settle (self->world);
  g_assert_cmpuint (self->world->opened->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->world->opened, 0), ==, CONV_2);
  assert_log (self, 1, "withdraw merged");
}

static void
test_many_in_one_batch (void)
{
  g_autoptr (Scene) self = scene_new ();

  for (int i = 1; i <= 6; i++)
    {
      g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", i);

      put_writes_at (self, &(TestConversation){ .id = id, .in_count = 1 }, "在吗", world_now (self->world));
    }
  world_push (self->world);
  world_settle (self->world);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->notifier->log, self->notifier->log->len - 1),
                                   "show merged|New messages from 6 customers|"));
}

static void
test_catching_up (void)
{
  g_autoptr (Scene) self = scene_new ();

  for (int i = 1; i <= 300; i++)
    {
      g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012d", i);

      put_writes_at (self, &(TestConversation){ .id = id, .in_count = 1 }, "在吗", world_now (self->world));
    }
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  /* nor when they are all of one customer */
  for (int i = 2; i <= 220; i++)
    put_writes_at (self, &(TestConversation){ .id = CONV_1, .in_count = i }, "在吗", world_now (self->world));
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);
}

static void
test_hidden_and_quiet (void)
{
  g_autoptr (Scene) self = scene_new ();

  g_object_set (self->attention, "hide-text", TRUE, NULL);
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1, .waiting_since = world_now (self->world) }, "秘密");
  assert_log (self, 1, "show " CONV_1 "|沈若溪 · 微信客服|1 new message");

  g_object_set (self->attention, "quiet", TRUE, NULL);
  writes (self, &(TestConversation){ .id = CONV_2, .in_count = 1, .waiting_since = world_now (self->world) }, "安静");
  assert_log (self, 0);
  world_advance (self->world, 180 * 1000);
  assert_log (self, 1, "alarm alarm|2 customers have waited too long|沈若溪 · 微信客服 · 03:00");
}

static void
test_clicks (void)
{
  g_autoptr (Scene) self = scene_new ();
  g_autoptr (KefuConversationRecord) read = NULL;

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1 }, "一");
  writes (self, &(TestConversation){ .id = CONV_2, .in_count = 1 }, "二");
  g_ptr_array_set_size (self->notifier->log, 0);

  g_signal_emit_by_name (self->notifier, "activated", CONV_1, "open", "token");
  g_assert_cmpuint (self->world->opened->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->world->opened, 0), ==, CONV_1);
  assert_log (self, 1, "withdraw " CONV_1);

  g_signal_emit_by_name (self->notifier, "activated", CONV_2, "read", NULL);
  world_settle (self->world);
  read = test_conversation (self->world->store, CONV_2);
  g_assert_cmpint (read->unread, ==, 0);
  g_assert_cmpuint (self->world->opened->len, ==, 1);
  assert_log (self, 1, "withdraw " CONV_2);
}

static void
test_alarm (void)
{
  g_autoptr (Scene) self = scene_new ();
  gint64 start = world_now (self->world);
  TestConversation first = { .id = CONV_1, .in_count = 1, .waiting_since = start, .last_at = start };
  TestConversation second = { .id = CONV_2, .in_count = 1, .waiting_since = start + 1000, .last_at = start };
  TestConversation others = { .id = CONV_3, .in_count = 1, .waiting_since = start, .assignee = "agent-2" };

  world_put_conversation (self->world, &first);
  world_put_conversation (self->world, &second);
  world_put_conversation (self->world, &others);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  world_advance (self->world, 179999);
  assert_log (self, 0);
  world_advance (self->world, 1);
  assert_log (self, 1, "alarm alarm|1 customer has waited too long|沈若溪 · 微信客服 · 03:00");
  world_advance (self->world, 1000);
  assert_log (self, 1, "alarm alarm|2 customers have waited too long|沈若溪 · 微信客服 · 03:01");

  /* changes that have nothing to do with it do not raise it again */
  first.in_count = 2;
  world_put_conversation (self->world, &first);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  g_signal_emit_by_name (self->notifier, "activated", "alarm", "open", NULL);
  g_assert_cmpstr (g_ptr_array_index (self->world->opened, 0), ==, CONV_1);

  /* both are answered */
  first.waiting_since = second.waiting_since = 0;
  world_put_conversation (self->world, &first);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);
  world_put_conversation (self->world, &second);
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 1, "withdraw alarm");

  /* and the first waits once more */
  first.waiting_since = world_now (self->world);
  world_put_conversation (self->world, &first);
  world_push (self->world);
  world_settle (self->world);
  world_advance (self->world, 180000);
  assert_log (self, 1, "alarm alarm|1 customer has waited too long|沈若溪 · 微信客服 · 03:00");
}

/* A locked desk: somebody waits, and nobody learns who. */
static void
test_discreet (void)
{
  g_autoptr (Scene) self = scene_new ();
  gint64 start = world_now (self->world);

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1, .waiting_since = start }, "锁屏之前");
  g_ptr_array_set_size (self->notifier->log, 0);
  g_object_set (self->attention, "discreet", TRUE, NULL);
  assert_log (self, 1, "withdraw " CONV_1);
  writes (self, &(TestConversation){ .id = CONV_2, .in_count = 1, .waiting_since = start }, "秘密");
  assert_log (self, 1, "show merged|A customer is waiting|");
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 2, .waiting_since = start }, "还有秘密");
  assert_log (self, 1, "show merged|A customer is waiting|");
  g_signal_emit_by_name (self->notifier, "activated", "merged", "open", NULL);
  g_signal_emit_by_name (self->notifier, "activated", "merged", "read", NULL);
  world_settle (self->world);
  assert_log (self, 0);
  g_assert_cmpuint (self->world->opened->len, ==, 0);

  world_advance (self->world, 180000);
  assert_log (self, 1, "alarm alarm|A customer is waiting|");
  g_signal_emit_by_name (self->notifier, "activated", "alarm", "open", NULL);
  g_assert_cmpuint (self->world->opened->len, ==, 0);

  /* the agent is back */
  g_object_set (self->attention, "discreet", FALSE, NULL);
  assert_log (self, 2, "withdraw merged", "withdraw alarm");
  world_advance (self->world, 5000);
  writes (self, &(TestConversation){ .id = CONV_3, .in_count = 1 }, "在吗");
  assert_log (self, 1, "show " CONV_3 "|沈若溪 · 微信客服|在吗");
}

/* An alarm that is on the screen when the desk is locked. */
static void
test_discreet_alarm (void)
{
  g_autoptr (Scene) self = scene_new ();

  world_put_conversation (self->world,
                          &(TestConversation){ .id = CONV_1, .in_count = 1, .waiting_since = world_now (self->world) });
  world_push (self->world);
  world_settle (self->world);
  world_advance (self->world, 180000);
  g_ptr_array_set_size (self->notifier->log, 0);
  g_object_set (self->attention, "discreet", TRUE, NULL);
  assert_log (self, 2, "withdraw alarm", "alarm alarm|A customer is waiting|");
}

static void
test_alarm_of_before (void)
{
  g_autoptr (Scene) self = scene_new ();
  gint64 start = world_now (self->world);

  world_put_conversation (self->world, &(TestConversation){ .id = CONV_1, .waiting_since = start - 10 * MINUTE_MS });
  world_push (self->world);
  world_settle (self->world);
  assert_log (self, 0);

  /* but it counts among the overdue when another one comes */
  world_put_conversation (self->world, &(TestConversation){ .id = CONV_2, .waiting_since = start });
  world_push (self->world);
  world_settle (self->world);
  world_advance (self->world, 180000);
  assert_log (self, 1, "alarm alarm|2 customers have waited too long|沈若溪 · 微信客服 · 13:00");
}

static void
test_end (void)
{
  g_autoptr (Scene) self = scene_new ();

  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 1, .waiting_since = world_now (self->world) }, "一");
  world_advance (self->world, 180000);
  g_ptr_array_set_size (self->notifier->log, 0);
  g_assert_finalize_object (self->attention);
  self->attention = NULL;
  assert_log (self, 2, "withdraw " CONV_1, "withdraw alarm");

  /* nothing of it is left behind */
  writes (self, &(TestConversation){ .id = CONV_1, .in_count = 2 }, "二");
  world_advance (self->world, 180000);
  assert_log (self, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/new-message-is-one-notification-a-conversation", test_new_message);
  g_test_add_func ("/attention/a-file-is-named-a-picture-is-not", test_files);
  g_test_add_func ("/attention/only-for-the-agents-own-and-nobodys", test_whose);
  g_test_add_func ("/attention/not-for-what-is-old-or-known", test_old_and_known);
  g_test_add_func ("/attention/not-for-own-messages-and-notes", test_own_messages_and_notes);
  g_test_add_func ("/attention/not-for-the-conversation-in-focus", test_focus);
  g_test_add_func ("/attention/withdrawn-when-read-or-taken-elsewhere", test_read);
  g_test_add_func ("/attention/more-than-three-at-once-are-merged", test_many_are_merged);
  g_test_add_func ("/attention/many-in-one-batch-are-merged", test_many_in_one_batch);
  g_test_add_func ("/attention/silent-while-catching-up", test_catching_up);
  g_test_add_func ("/attention/hides-text-and-keeps-quiet-but-for-the-alarm", test_hidden_and_quiet);
  g_test_add_func ("/attention/click-opens-or-reads", test_clicks);
  g_test_add_func ("/attention/one-alarm-for-all-who-wait-too-long", test_alarm);
  g_test_add_func ("/attention/a-locked-desk-names-nobody", test_discreet);
  g_test_add_func ("/attention/an-alarm-is-shown-anew-without-a-name", test_discreet_alarm);
  g_test_add_func ("/attention/no-alarm-for-what-was-late-before", test_alarm_of_before);
  g_test_add_func ("/attention/nothing-outlives-it", test_end);
  return g_test_run ();
}
