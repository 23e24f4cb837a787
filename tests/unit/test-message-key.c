/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rowids of messages that come as JSON grow with their time, are unique, and never fail a batch. */
#include "config.h"

#include "entity-fixture.h"
#include "kefu-message-key.h"

#define MINUTE 60000
#define DAY (24 * 60 * MINUTE)
#define NOON G_GINT64_CONSTANT (1700049600000)
#define SLOTS (1 << KEFU_MESSAGE_KEY_BITS)

static void
append_put (GString *json, const char *id, gint64 rev, const char *sent_at)
{
  g_string_append_printf (json,
                          "%s{\"seq\":%" G_GINT64_FORMAT ",\"kind\":\"message\",\"id\":\"%s\",\"op\":\"put\",\"body\":"
                          "{\"conversation_id\":\"c\",\"mseq\":1,\"dir\":\"in\",\"body\":\"%s\",\"sent_at\":%s}}",
                          json->len > 0 ? "," : "[", rev, id, id, sent_at);
}

static void
put (KefuDb *db, const char *id, gint64 rev, gint64 sent_at)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, sent_at);
  g_autoptr (GError) error = NULL;

  append_put (json, id, rev, at);
  g_string_append_c (json, ']');
  kefu_entity_apply_changes (db, json->str, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gint64
key (KefuDb *db, const char *id)
{
  gint64 rowid = kefu_db_int (db, -1, "SELECT rowid FROM message WHERE id = ?", "s", id);

  g_assert_cmpint (rowid, >=, 0);
  return rowid;
}

static gint64
count (KefuDb *db)
{
  return kefu_db_int (db, -1, "SELECT count(*) FROM message", "");
}

static void
test_keys_follow_time_in_whatever_order_they_come (void)
{
  g_autoptr (KefuDb) db = entity_db_new ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);
  gint64 rev = 0;

  for (guint batch = 0; batch < 40; batch++)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < 50; i++)
        {
          g_autofree char *id = g_strdup_printf ("m%u-%u", batch, i);
          g_autofree char *at =
            g_strdup_printf ("%" G_GINT64_FORMAT, NOON + g_rand_int_range (chance, 0, 200 * MINUTE));

          append_put (json, id, ++rev, at);
        }
      g_string_append_c (json, ']');
      kefu_entity_apply_changes (db, json->str, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (count (db), ==, 2000);
  g_assert_cmpint (kefu_db_int (db, -1,
                                "SELECT count(*) FROM (SELECT sent_at / 60000 AS minute,"
                                " lag(sent_at / 60000) OVER (ORDER BY rowid) AS before FROM message)"
                                " WHERE before > minute",
                                ""),
                   ==, 0);
  /* Within one batch the order is that of the milliseconds. */
  g_assert_cmpint (kefu_db_int (db, -1,
                                "SELECT count(*) FROM (SELECT sent_at, lag(sent_at) OVER (ORDER BY rowid) AS before"
                                " FROM message WHERE id LIKE 'm7-%') WHERE before > sent_at",
                                ""),
                   ==, 0);
  /* A span of time is a span of keys. */
  for (guint i = 0; i < 20; i++)
    {
      gint64 from = NOON + g_rand_int_range (chance, 0, 100) * MINUTE;
      gint64 to = from + g_rand_int_range (chance, 1, 100) * MINUTE;

      g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM message WHERE rowid >= ?1 AND rowid < ?2", "ii",
                                    kefu_message_key_floor (from), kefu_message_key_floor (to)),
                       ==,
                       kefu_db_int (db, -2, "SELECT count(*) FROM message WHERE sent_at >= ?1 AND sent_at < ?2", "ii",
                                    from, to));
    }
}

static void
test_a_newer_revision_keeps_its_key (void)
{
  g_autoptr (KefuDb) db = entity_db_new ();
  gint64 first, second;

  put (db, "a", 1, NOON);
  put (db, "b", 2, NOON);
  first = key (db, "a");
  second = key (db, "b");
  g_assert_cmpint (second, ==, first + 1);
  put (db, "a", 3, NOON);
  put (db, "b", 1, NOON);
  g_assert_cmpint (key (db, "a"), ==, first);
  g_assert_cmpint (key (db, "b"), ==, second);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT rev FROM message WHERE id = 'a'", ""), ==, 3);
  g_assert_cmpint (count (db), ==, 2);
}

static void
test_one_that_comes_back_stands_at_its_time (void)
{
  g_autoptr (KefuDb) db = entity_db_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *body = NULL;

  put (db, "old", 1, NOON - DAY);
  put (db, "new", 2, NOON);
  body = kefu_entity_to_json (db, "message", "old", &error);
  g_assert_no_error (error);
  g_assert_true (kefu_entity_restore (db, "message", "old", NULL, &error));
  g_assert_cmpint (count (db), ==, 1);
  g_assert_true (kefu_entity_restore (db, "message", "old", body, &error));
  g_assert_no_error (error);
  g_assert_cmpint (key (db, "old"), ==, kefu_message_key_floor (NOON - DAY));
  g_assert_cmpint (key (db, "new"), ==, kefu_message_key_floor (NOON));
}

static void
test_absurd_times_have_a_key (void)
{
  static const char *const times[] = {
    "0", "-1", "-9223372036854775808", "9223372036854775807", "99999999999999999999999", "59999", "60000"
  };
  g_autoptr (KefuDb) db = entity_db_new ();
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      append_put (json, id, i + 1, times[i]);
    }
  g_string_append_c (json, ']');
  kefu_entity_apply_changes (db, json->str, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (db), ==, G_N_ELEMENTS (times));
  g_assert_cmpint (key (db, "m2"), <, SLOTS);
  g_assert_cmpint (key (db, "m5"), <, SLOTS);
  g_assert_cmpint (key (db, "m6"), >=, SLOTS);
  g_assert_cmpint (key (db, "m3"), >=, kefu_message_key_floor (G_MAXINT64));
  g_assert_cmpint (kefu_message_key_floor (G_MININT64), ==, 0);

  /* and there is room behind them */
  put (db, "today", 100, NOON);
  g_assert_cmpint (key (db, "today"), ==, kefu_message_key_floor (NOON));
}

static void
test_a_full_minute_loses_nothing (void)
{
  g_autoptr (KefuDb) db = entity_db_new ();
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, NOON);

  kefu_db_run (db, &error,
               "INSERT INTO message(rowid, id, conversation_id, mseq, dir, sent_at) VALUES(?1, 'x', 'c', 1, 'in', ?2)",
               "ii", kefu_message_key_floor (NOON) + SLOTS - 2, NOON);
  g_assert_no_error (error);
  put (db, "next", 1, NOON + MINUTE);
  append_put (json, "a", 2, at);
  append_put (json, "b", 3, at);
  append_put (json, "c", 4, at);
  g_string_append_c (json, ']');
  kefu_entity_apply_changes (db, json->str, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (db), ==, 5);
  g_assert_cmpint (key (db, "a"), ==, kefu_message_key_floor (NOON) + SLOTS - 1);
  g_assert_cmpint (key (db, "next"), ==, kefu_message_key_floor (NOON + MINUTE));
  g_assert_cmpint (key (db, "b"), >, key (db, "next"));
  put (db, "d", 5, NOON);
  g_assert_cmpint (count (db), ==, 6);
}

/* @member: of each message's body; one that is not known makes the batch go the long way. */
static void
put_over_a_full_minute (const char *member)
{
  g_autoptr (KefuDb) db = entity_db_new ();
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  /* The first minute is full, and the next one has the newest row of all, just behind which the batch goes on. */
  const gint64 minutes[] = { NOON, NOON, NOON + MINUTE, NOON + MINUTE, NOON + MINUTE };

  kefu_db_run (db, &error,
               "INSERT INTO message(rowid, id, conversation_id, mseq, dir, sent_at) VALUES(?1, 'x', 'c', 1, 'in', ?2)",
               "ii", kefu_message_key_floor (NOON) + SLOTS - 1, NOON);
  g_assert_no_error (error);
  put (db, "y", 1, NOON + MINUTE);
  for (guint i = 0; i < G_N_ELEMENTS (minutes); i++)
    g_string_append_printf (json,
                            "%s{\"seq\":%u,\"kind\":\"message\",\"id\":\"m%u\",\"op\":\"put\",\"body\":"
                            "{\"conversation_id\":\"c\",\"mseq\":1,\"dir\":\"in\",\"sent_at\":%" G_GINT64_FORMAT "%s}}",
                            i > 0 ? "," : "[", i + 2, i, minutes[i], member);
  g_string_append_c (json, ']');
  kefu_entity_apply_changes (db, json->str, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (db), ==, 2 + G_N_ELEMENTS (minutes));
  for (guint i = 0; i < G_N_ELEMENTS (minutes); i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      if (minutes[i] != NOON)
        g_assert_cmpint (key (db, id), ==, kefu_message_key_floor (NOON + MINUTE) + i - 1);
      else
        g_assert_cmpint (key (db, id), >, kefu_message_key_floor (NOON + MINUTE) + 3);
    }
}

static void
test_what_a_full_minute_turns_away_takes_nobodys_place (void)
{
  put_over_a_full_minute ("");
  put_over_a_full_minute (",\"new\":1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-key/keys-follow-time-in-whatever-order-they-come",
                   test_keys_follow_time_in_whatever_order_they_come);
  g_test_add_func ("/message-key/a-newer-revision-keeps-its-key", test_a_newer_revision_keeps_its_key);
  g_test_add_func ("/message-key/one-that-comes-back-stands-at-its-time", test_one_that_comes_back_stands_at_its_time);
  g_test_add_func ("/message-key/absurd-times-have-a-key", test_absurd_times_have_a_key);
  g_test_add_func ("/message-key/a-full-minute-loses-nothing", test_a_full_minute_loses_nothing);
  g_test_add_func ("/message-key/what-a-full-minute-turns-away-takes-nobodys-place",
                   test_what_a_full_minute_turns_away_takes_nobodys_place);
  return g_test_run ();
}
