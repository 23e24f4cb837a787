/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders as spreadsheets write them: what is meant is read, and what was spoiled is named. */
#include "config.h"

#include <string.h>

#include "kefu-orders-csv.h"

#define HEADER "number,state,placed_at,customer_key,customer_name\r\n"

/* @text in UTF-8, written in @encoding. */
static GPtrArray *
parse (const char *text, const char *encoding, GPtrArray *faults)
{
  gsize length;
  g_autoptr (GError) error = NULL;
  char *data = g_convert (text, -1, encoding, "UTF-8", NULL, &length, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = g_bytes_new_take (data, length);
  return kefu_orders_csv_parse ("o.csv", bytes, "c1", faults);
}

static void
assert_fault (const char *text, gssize length, const char *expected)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);
  g_autoptr (GPtrArray) orders = kefu_orders_csv_parse ("o.csv", bytes, "c1", faults);

  g_assert_null (orders);
  g_assert_cmpuint (faults->len, ==, 1);
  g_test_message ("%s", (char *) g_ptr_array_index (faults, 0));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (faults, 0), expected));
}

static void
test_what_a_chinese_spreadsheet_writes (void)
{
  static const char *const encodings[] = { "UTF-8", "GBK", "GB18030" };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) orders = NULL;
      JsonObject *sender;

      /* a rare name, which only GBK has, and one that begins as UTF-8 might */
      orders =
        parse (HEADER "N1,paid,2024/5/1 12:30,u1,\"赵喆堃, 女\"\r\nN2,paid,2024/5/1,u2,联通\r\n", encodings[i], faults);
      g_assert_cmpuint (faults->len, ==, 0);
      g_assert_cmpuint (orders->len, ==, 2);
      sender = json_object_get_object_member (g_ptr_array_index (orders, 0), "sender");
      g_assert_cmpstr (json_object_get_string_member (sender, "name"), ==, "赵喆堃, 女");
      sender = json_object_get_object_member (g_ptr_array_index (orders, 1), "sender");
      g_assert_cmpstr (json_object_get_string_member (sender, "name"), ==, "联通");
    }
}

static void
test_a_damaged_file_is_not_guessed_at (void)
{
  /* one byte is missing; as GB18030 it would be 娌鑻ユ邯 */
  static const char damaged[] = HEADER "N1,paid,2024-05-01,u1,\xe6\xb2\xe8\x8b\xa5\xe6\xba\xaa\r\n";
  static const char zeros[] = HEADER "N1,paid,2024-05-01,u1,\0\0\r\n";
  static const char wide[] = "\xff\xfen\0u\0m\0b\0e\0r\0";

  assert_fault (damaged, -1, "o.csv:1: The file is neither UTF-8 nor GBK");
  assert_fault (zeros, sizeof zeros - 1, "o.csv:1: The file is neither UTF-8 nor GBK");
  assert_fault (wide, sizeof wide - 1, "o.csv:1: The file is neither UTF-8 nor GBK");
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gint64 at; /* in Shanghai; 0: none */
  } cases[] = {
    { "2024-05-01 12:30", 1714537800000 },
    { "2024-05-01", 1714492800000 },
    { "2024/5/1 12:30", 1714537800000 },
    { "2024/05/01 12:30:07", 1714537807000 },
    { "2024/5/1", 1714492800000 },
    { "2024/5/1 9:05", 1714525500000 },
    { "2024/13/1", 0 },
    { "2024/5/32 12:30", 0 },
    { "2024/5/1 25:00", 0 },
    { "2024/5/1 12", 0 },
    { "2024/5/1 12:30:", 0 },
    { "2024/5/1 12:30:07:09", 0 },
    { "5/1/2024", 0 },
    { "/", 0 },
    { "2024/5/-1", 0 },
    { "99999999999999999999/1/1", 0 },
    { "45413.52", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *csv = g_strdup_printf (HEADER "N1,paid,%s,u1,\n", cases[i].text);
      g_autofree char *fault = g_strdup_printf ("o.csv:2: placed_at: “%s” is not a time", cases[i].text);
      g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) orders = NULL;

      if (cases[i].at == 0)
        {
          assert_fault (csv, -1, fault);
          continue;
        }
      orders = parse (csv, "UTF-8", faults);
      g_assert_nonnull (orders);
      g_assert_cmpint (json_object_get_int_member (g_ptr_array_index (orders, 0), "placed_at"), ==, cases[i].at);
    }
}

static void
test_a_rounded_number_is_no_number (void)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) orders = NULL;

  assert_fault (HEADER "2.20688E+15,paid,2024-05-01,u1,\n", -1, "o.csv:2: number: “2.20688E+15” was rounded");
  assert_fault (HEADER "N1,paid,2024-05-01,1E+11,\n", -1, "o.csv:2: customer_key: “1E+11” was rounded");
  orders = parse (HEADER "E+2,paid,2024-05-01,2E+,3E+4x\n", "UTF-8", faults);
  g_assert_nonnull (orders);
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "Asia/Shanghai", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/orders-csv/what-a-chinese-spreadsheet-writes", test_what_a_chinese_spreadsheet_writes);
  g_test_add_func ("/orders-csv/a-damaged-file-is-not-guessed-at", test_a_damaged_file_is_not_guessed_at);
  g_test_add_func ("/orders-csv/times", test_times);
  g_test_add_func ("/orders-csv/a-rounded-number-is-no-number", test_a_rounded_number_is_no_number);
  return g_test_run ();
}
