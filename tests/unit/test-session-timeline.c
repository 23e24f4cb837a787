/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the timeline model: a window over a conversation that pages at both ends and follows the store. */
#include "config.h"

#include "kefu-timeline-model.h"
#include "list-mirror.h"
#include "session-fixture.h"

#define DAY_MS (24 * 60 * MINUTE_MS)

static char *
message_id (int n)
{
  return g_strdup_printf ("a0000000-0000-7000-8000-%012d", n);
}

/* Message number @n of CONV_1, a minute after the one before; the customer's unless @dir says otherwise. */
static void
put (World *self, int n, const char *dir)
{
  g_autofree char *id = message_id (n);
  g_autofree char *body = g_strdup_printf ("%d", n);

  world_put_message (self, &(TestMessage){ .id = id,
                                           .conversation = CONV_1,
                                           .mseq = n,
                                           .dir = dir,
                                           .author = g_strcmp0 (dir, "out") == 0 ? TEST_AGENT : NULL,
                                           .at = TEST_NOW + n * MINUTE_MS,
                                           .body = body });
}

/* CONV_1 with messages 1 … @n of the customer. */
static World *
world_with (int n)
{
  World *self = world_new ();

  world_put_conversation (self, &(TestConversation){ .id = CONV_1, .in_count = n, .last_at = world_now (self) });
  for (int i = 1; i <= n; i++)
    put (self, i, NULL);
  world_push (self);
  return self;
}

static KefuTimelineModel *
model_new (World *self, gint64 read_in_no)
{
  KefuTimelineModel *model = kefu_timeline_model_new (self->store->store, NULL, CONV_1, read_in_no, 0);

  world_settle (self);
  return model;
}

static gboolean
flag (KefuTimelineModel *model, const char *name)
{
  gboolean value;

  g_object_get (model, name, &value, NULL);
  return value;
}

static KefuTimelineItem *
item_at (KefuTimelineModel *model, guint position)
{
  g_autoptr (KefuTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (model), position);

  g_assert_nonnull (item);
  return item;
}

/* "[day] 1 2 | 3": days, the unread line, and the texts, "…" after one that is continued. At most 12 rows. */
static char *
describe (KefuTimelineModel *model)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      KefuTimelineItem *item = item_at (model, i);

      if (i > 0)
        g_string_append_c (text, ' ');
      if (kefu_timeline_item_get_kind (item) == KEFU_TIMELINE_DAY)
        {
          g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (kefu_timeline_item_get_at (item) / 1000);
          g_autofree char *date = g_date_time_format (day, "[%m-%d]");

          g_string_append (text, date);
        }
      else if (kefu_timeline_item_get_kind (item) == KEFU_TIMELINE_UNREAD)
        {
          g_string_append_c (text, '|');
        }
      else
        {
          g_string_append_printf (text, "%s%s%s", kefu_timeline_item_get_record (item)->body,
                                  kefu_timeline_item_get_grouped (item) ? "…" : "",
                                  kefu_timeline_item_is_pending (item) ? "?" : "");
        }
    }
  return g_string_free (text, FALSE);
}

static void
assert_rows (KefuTimelineModel *model, const char *expected)
{
  g_autofree char *rows = describe (model);

  g_assert_cmpstr (rows, ==, expected);
}

/* The messages in the window are @first … @last without a gap. */
static void
assert_window (KefuTimelineModel *model, int first, int last)
{
  int next = first;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      KefuMessageRecord *record = kefu_timeline_item_get_record (item_at (model, i));

      if (record != NULL)
        g_assert_cmpint (record->mseq, ==, next++);
    }
  g_assert_cmpint (next - 1, ==, last);
}

static void
count_cb (GObject *object, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_days_and_runs (void)
{
  g_autoptr (World) self = world_new ();
  KefuTimelineModel *model;
  /* 23:59:10 in Shanghai */
  gint64 late = G_GINT64_CONSTANT (1700063950000);
  const TestMessage messages[] = {
    { .id = "m1", .conversation = CONV_1, .mseq = 1, .at = late, .body = "1" },
    { .id = "m2", .conversation = CONV_1, .mseq = 2, .at = late + 20000, .body = "2" },
    { .id = "m3",
      .conversation = CONV_1,
      .mseq = 3,
      .at = late + 45000,
      .body = "3",
      .dir = "out",
      .author = TEST_AGENT },
    { .id = "m4",
      .conversation = CONV_1,
      .mseq = 4,
      .at = late + 60000,
      .body = "4",
      .dir = "out",
      .author = TEST_AGENT },
    { .id = "m5",
      .conversation = CONV_1,
      .mseq = 5,
      .at = late + 61000,
      .body = "5",
      .dir = "out",
      .author = "agent-2" },
    { .id = "m6", .conversation = CONV_1, .mseq = 6, .at = late + 62000, .body = "6", .dir = "none", .kind = "note" },
    { .id = "m7", .conversation = CONV_1, .mseq = 7, .at = late + 63000, .body = "7", .dir = "none", .kind = "note" },
    { .id = "m8", .conversation = CONV_1, .mseq = 8, .at = late + 2 * DAY_MS, .body = "8" },
  };

  world_put_conversation (self, &(TestConversation){ .id = CONV_1, .in_count = 3 });
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    world_put_message (self, &messages[i]);
  world_push (self);
  model = model_new (self, -1);
  /* a new day breaks a run of the same minute by the clock only if it is another minute; authors and notes always do */
  assert_rows (model, "[11-15] 1… 2 3 [11-16] 4 5 6 7 [11-17] 8");
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (model)) == KEFU_TYPE_TIMELINE_ITEM);
  g_assert_cmpstr (kefu_timeline_model_get_conversation_id (model), ==, CONV_1);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 99));
  g_assert_finalize_object (model);
}

static void
test_first_page (void)
{
  g_autoptr (World) self = world_with (100);
  KefuTimelineModel *model = kefu_timeline_model_new (self->store->store, NULL, CONV_1, -1, 0);
  guint loaded = 0;

  g_signal_connect (model, "loaded", G_CALLBACK (count_cb), &loaded);
  g_assert_true (flag (model, "loading"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  world_settle (self);
  g_assert_cmpuint (loaded, ==, 1);
  g_assert_false (flag (model, "loading"));
  g_assert_true (flag (model, "has-older"));
  g_assert_false (flag (model, "has-newer"));
  assert_window (model, 41, 100);
  g_assert_finalize_object (model);
}

static void
test_empty (void)
{
  g_autoptr (World) self = world_with (0);
  KefuTimelineModel *model = model_new (self, 0);

  assert_rows (model, "");
  g_assert_false (flag (model, "has-older"));
  kefu_timeline_model_load_older (model);
  kefu_timeline_model_load_newer (model);
  put (self, 1, NULL);
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1");
  g_assert_finalize_object (model);
}

static void
test_unread_line (void)
{
  g_autoptr (World) self = world_with (5);
  KefuTimelineModel *model = model_new (self, 3);

  assert_rows (model, "[11-15] 1 2 3 | 4 5");
  /* it stays while the conversation is open, whatever comes */
  put (self, 6, NULL);
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 2 3 | 4 5 6");
  g_assert_finalize_object (model);

  /* all read: no line, also not for what comes before the agent's eyes */
  model = model_new (self, 6);
  put (self, 7, NULL);
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 2 3 4 5 6 7");
  g_assert_finalize_object (model);
}

/* Whether the unread line stands right above message @mseq. */
static gboolean
is_unread_line_above (KefuTimelineModel *model, gint64 mseq)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));

  for (guint i = 0; i + 1 < n; i++)
    if (kefu_timeline_item_get_kind (item_at (model, i)) == KEFU_TIMELINE_UNREAD)
      return kefu_timeline_item_get_record (item_at (model, i + 1))->mseq == mseq;
  return FALSE;
}

static void
test_opens_at_first_unread (void)
{
  g_autoptr (World) self = world_with (600);
  KefuTimelineModel *model = model_new (self, 560);

  /* a few unread: they are in the newest page */
  assert_window (model, 541, 600);
  g_assert_true (is_unread_line_above (model, 561));
  g_assert_finalize_object (model);

  /* more: the first of them is in the middle of the window, and the end is further down */
  model = model_new (self, 450);
  assert_window (model, 392, 511);
  g_assert_true (is_unread_line_above (model, 451));
  g_assert_true (flag (model, "has-newer"));
  g_assert_finalize_object (model);

  /* more than a window holds */
  model = model_new (self, 50);
  assert_window (model, 1, 111);
  g_assert_true (is_unread_line_above (model, 51));
  g_assert_finalize_object (model);
}

static void
test_pages (void)
{
  g_autoptr (World) self = world_with (1000);
  KefuTimelineModel *model = model_new (self, -1);
  ListMirror mirror;
  int first = 941;

  list_mirror_init (&mirror, G_LIST_MODEL (model));
  while (flag (model, "has-older"))
    {
      guint before = mirror.n_signals;
      g_autoptr (KefuTimelineItem) anchor = g_object_ref (item_at (model, 30));
      guint position;

      kefu_timeline_model_load_older (model);
      /* asking twice is asking once */
      kefu_timeline_model_load_older (model);
      world_settle (self);
      first = MAX (1, first - 60);
      assert_window (model, first, MIN (1000, first + 399));
      /* what the agent reads is neither taken out nor put in again: the far end goes, then the page comes */
      g_assert_cmpuint (mirror.n_signals - before, <=, 2);
      g_assert_cmpuint (mirror.removed, <=, 1);
      g_assert_cmpuint (mirror.added, <=, 61);
      g_assert_true (g_ptr_array_find (mirror.items, anchor, &position));
      list_mirror_check (&mirror);
    }
  assert_window (model, 1, 400);
  g_assert_true (flag (model, "has-newer"));

  while (flag (model, "has-newer"))
    {
      guint before = mirror.n_signals;

      kefu_timeline_model_load_newer (model);
      world_settle (self);
      g_assert_cmpuint (mirror.n_signals - before, <=, 2);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), <=, 410);
      list_mirror_check (&mirror);
    }
  assert_window (model, 601, 1000);
  g_assert_true (flag (model, "has-older"));
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_follows (void)
{
  g_autoptr (World) self = world_with (3);
  KefuTimelineModel *model = model_new (self, -1);
  ListMirror mirror;

  list_mirror_init (&mirror, G_LIST_MODEL (model));
  put (self, 4, NULL);
  put (self, 5, "out");
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 2 3 4 5");
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_cmpuint (mirror.position, ==, 4);
  g_assert_cmpuint (mirror.removed, ==, 0);
  g_assert_cmpuint (mirror.added, ==, 2);

  /* of another conversation, and one that is deleted */
  world_put_conversation (self, &(TestConversation){ .id = CONV_2 });
  world_put_message (self, &(TestMessage){ .id = "x", .conversation = CONV_2, .mseq = 1, .body = "x" });
  feed_del (self->feed, "message", MESSAGE_2);
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 3 4 5");
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_delivery_in_place (void)
{
  g_autoptr (World) self = world_with (3);
  KefuTimelineModel *model = model_new (self, -1);
  KefuTimelineItem *item = item_at (model, 2);
  guint changes = 0;
  ListMirror mirror;

  list_mirror_init (&mirror, G_LIST_MODEL (model));
  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &changes);
  world_put_message (self, &(TestMessage){ .id = MESSAGE_2,
                                           .conversation = CONV_1,
                                           .mseq = 2,
                                           .at = TEST_NOW + 2 * MINUTE_MS,
                                           .body = "2",
                                           .delivery = "delivered" });
  world_push (self);
  world_settle (self);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpstr (kefu_timeline_item_get_record (item)->delivery, ==, "delivered");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_pending_last (void)
{
  g_autoptr (World) self = world_with (2);
  KefuTimelineModel *model = model_new (self, -1);
  g_autofree char *id = NULL;
  KefuTimelineItem *item;
  guint changes = 0;
  ListMirror mirror;

  kefu_session_send_message (self->session, CONV_1, FALSE, "A", NULL);
  world_settle (self);
  world_advance (self, 1000);
  kefu_session_send_message (self->session, CONV_1, FALSE, "B", NULL);
  world_settle (self);
  /* sent before the others were written, by the desk's clock: still last */
  assert_rows (model, "[11-15] 1 2 A…? B?");
  put (self, 3, NULL);
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 2 3 A…? B?");

  /* the server has A: it stays the same row and is no longer pending */
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  item = item_at (model, 4);
  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &changes);
  id = g_strdup (kefu_timeline_item_get_record (item)->id);
  world_put_message (self, &(TestMessage){ .id = id,
                                           .conversation = CONV_1,
                                           .mseq = 4,
                                           .dir = "out",
                                           .author = TEST_AGENT,
                                           .at = TEST_NOW,
                                           .body = "A",
                                           .delivery = "sent" });
  {
    g_autoptr (GBytes) ops = test_take (self->store, 1);
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autofree char *answer = NULL;
    guint settled, rejected;

    json_parser_load_from_data (parser, g_bytes_get_data (ops, NULL), (gssize) g_bytes_get_size (ops), NULL);
    answer = g_strdup_printf (
      "{'results':[{'op_id':'%s','status':'applied','rev':%" G_GINT64_FORMAT ",'seq':%" G_GINT64_FORMAT "}]}",
      json_object_get_string_member (
        json_array_get_object_element (
          json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "ops"), 0),
        "op_id"),
      feed_head (self->feed), feed_head (self->feed));
    g_assert_true (test_settle (self->store, answer, &settled, &rejected, NULL));
  }
  world_push (self);
  world_settle (self);
  assert_rows (model, "[11-15] 1 2 3 A… B?");
  g_assert_true (item_at (model, 4) == item);
  g_assert_cmpuint (changes, >=, 1);
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_far_from_the_end (void)
{
  g_autoptr (World) self = world_with (700);
  KefuTimelineModel *model = model_new (self, -1);
  ListMirror mirror;

  while (flag (model, "has-older"))
    {
      kefu_timeline_model_load_older (model);
      world_settle (self);
    }
  assert_window (model, 1, 400);
  list_mirror_init (&mirror, G_LIST_MODEL (model));
  /* what is said at the other end does not come between */
  put (self, 701, NULL);
  world_push (self);
  kefu_session_send_message (self->session, CONV_1, FALSE, "A", NULL);
  world_settle (self);
  assert_window (model, 1, 400);
  g_assert_cmpuint (mirror.n_signals, ==, 0);

  /* nor does so much of it that the window is read anew */
  for (int i = 1; i <= 300; i++)
    put (self, i, "out");
  world_push (self);
  world_settle (self);
  g_assert_cmpstr (kefu_timeline_item_get_record (item_at (model, 1))->dir, ==, "out");
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  assert_window (model, 1, 400);
  g_assert_true (flag (model, "has-newer"));
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

static void
test_window_is_kept_small (void)
{
  g_autoptr (World) self = world_with (60);
  KefuTimelineModel *model = model_new (self, -1);
  int n = 60;

  for (int batch = 0; batch < 9; batch++)
    {
      for (int i = 0; i < 50; i++)
        put (self, ++n, NULL);
      world_push (self);
      world_settle (self);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), <=, 470);
    }
  g_assert_true (flag (model, "has-older"));
  assert_window (model, n - (int) g_list_model_get_n_items (G_LIST_MODEL (model)) + 2, n);
  g_assert_finalize_object (model);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(gint64 *) user_data = kefu_timeline_model_find_finish (KEFU_TIMELINE_MODEL (object), result);
}

static guint
find (KefuTimelineModel *model, const char *id)
{
  gint64 position = -1;

  kefu_timeline_model_find_async (model, id, found_cb, &position);
  wait_until (position >= 0);
  return (guint) position;
}

static void
test_find (void)
{
  g_autoptr (World) self = world_with (1000);
  KefuTimelineModel *model = model_new (self, -1);
  g_autofree char *near = message_id (990);
  g_autofree char *far = message_id (300);
  guint position;
  ListMirror mirror;

  list_mirror_init (&mirror, G_LIST_MODEL (model));
  position = find (model, near);
  g_assert_cmpint (kefu_timeline_item_get_record (item_at (model, position))->mseq, ==, 990);
  g_assert_cmpuint (mirror.n_signals, ==, 0);

  position = find (model, far);
  g_assert_cmpint (kefu_timeline_item_get_record (item_at (model, position))->mseq, ==, 300);
  assert_window (model, 241, 360);
  g_assert_true (flag (model, "has-older"));
  g_assert_true (flag (model, "has-newer"));
  kefu_timeline_model_load_newer (model);
  world_settle (self);
  assert_window (model, 241, 420);
  kefu_timeline_model_load_older (model);
  world_settle (self);
  assert_window (model, 181, 420);

  g_assert_cmpuint (find (model, ID_1), ==, G_MAXUINT);
  assert_window (model, 181, 420);
  list_mirror_clear (&mirror);
  g_assert_finalize_object (model);
}

/* The store says that anything may have changed, as it does while the desk catches up. */
static void
change_all (World *self)
{
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();

  kefu_change_set_add_all (set);
  g_signal_emit_by_name (self->store->store, "changed", set);
}

static void
test_find_while_all_changes (void)
{
  g_autoptr (World) self = world_with (1000);
  KefuTimelineModel *model = model_new (self, -1);
  g_autofree char *far = message_id (300);
  gint64 position = -1;

  kefu_timeline_model_find_async (model, far, found_cb, &position);
  change_all (self);
  wait_until (position >= 0);
  g_assert_cmpint (kefu_timeline_item_get_record (item_at (model, (guint) position))->mseq, ==, 300);
  world_settle (self);
  assert_window (model, 241, 360);
  g_assert_finalize_object (model);
}

static void
test_opens_while_all_changes (void)
{
  g_autoptr (World) self = world_with (600);

  /* whichever question is on its way */
  for (guint n = 0; n < 6; n++)
    {
      KefuTimelineModel *model = kefu_timeline_model_new (self->store->store, NULL, CONV_1, 450, 0);

      for (guint i = 0; i < n && !flag (model, "has-newer"); i++)
        g_main_context_iteration (NULL, TRUE);
      if (!flag (model, "has-newer"))
        change_all (self);
      world_settle (self);
      g_assert_true (is_unread_line_above (model, 451));
      g_assert_finalize_object (model);
    }
}

static void
test_goes_while_asking (void)
{
  g_autoptr (World) self = world_with (100);
  KefuTimelineModel *model = kefu_timeline_model_new (self->store->store, NULL, CONV_1, -1, 0);

  g_assert_finalize_object (model);
  model = model_new (self, -1);
  kefu_timeline_model_load_older (model);
  put (self, 101, NULL);
  world_push (self);
  g_assert_finalize_object (model);
  world_settle (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/days-and-runs-of-one-minute", test_days_and_runs);
  g_test_add_func ("/timeline/first-page-is-the-end", test_first_page);
  g_test_add_func ("/timeline/empty-conversation-waits-for-its-first-message", test_empty);
  g_test_add_func ("/timeline/unread-line-stands-still", test_unread_line);
  g_test_add_func ("/timeline/window-reaches-the-first-unread-message", test_opens_at_first_unread);
  g_test_add_func ("/timeline/paging-never-touches-what-is-read", test_pages);
  g_test_add_func ("/timeline/follows-what-comes-and-goes", test_follows);
  g_test_add_func ("/timeline/delivery-changes-in-place", test_delivery_in_place);
  g_test_add_func ("/timeline/pending-messages-stand-last", test_pending_last);
  g_test_add_func ("/timeline/far-from-the-end-nothing-moves", test_far_from_the_end);
  g_test_add_func ("/timeline/window-stays-small-at-the-end", test_window_is_kept_small);
  g_test_add_func ("/timeline/finds-a-message-anywhere", test_find);
  g_test_add_func ("/timeline/finds-a-message-while-all-changes", test_find_while_all_changes);
  g_test_add_func ("/timeline/opens-at-the-first-unread-while-all-changes", test_opens_while_all_changes);
  g_test_add_func ("/timeline/may-go-while-it-asks", test_goes_while_asking);
  return g_test_run ();
}
