/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders from a CSV file. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-orders-csv.h"

#include <csv.h>
#include <stdio.h>

#include <glib/gi18n.h>

#include "kefu-json.h"

#define FAULTS_MAX 50
#define BOM "\xef\xbb\xbf"

typedef enum
{
  TEXT,
  STATE,
  TIME,
  MONEY,
  COUNT,
} ValueType;

typedef enum
{
  OF_ORDER,
  OF_SENDER,
  OF_ITEM,
} Owner;

/* header: what the first line says; member: where it goes in the arguments of channel.order. */
static const struct
{
  const char *header;
  const char *member;
  ValueType type;
  Owner owner;
  gboolean required;
} columns[] = {
  { "channel", "channel_id", TEXT, OF_ORDER, FALSE },
  { "customer_key", "key", TEXT, OF_SENDER, TRUE },
  { "customer_name", "name", TEXT, OF_SENDER, FALSE },
  { "number", "number", TEXT, OF_ORDER, TRUE },
  { "platform", "platform", TEXT, OF_ORDER, FALSE },
  { "state", "state", STATE, OF_ORDER, TRUE },
  { "placed_at", "placed_at", TIME, OF_ORDER, TRUE },
  { "paid_at", "paid_at", TIME, OF_ORDER, FALSE },
  { "shipped_at", "shipped_at", TIME, OF_ORDER, FALSE },
  { "signed_at", "signed_at", TIME, OF_ORDER, FALSE },
  { "currency", "currency", TEXT, OF_ORDER, FALSE },
  { "total", "total_minor", MONEY, OF_ORDER, FALSE },
  { "discount", "discount_minor", MONEY, OF_ORDER, FALSE },
  { "paid", "paid_minor", MONEY, OF_ORDER, FALSE },
  { "refunded", "refunded_minor", MONEY, OF_ORDER, FALSE },
  { "item", "title", TEXT, OF_ITEM, FALSE },
  { "variant", "variant", TEXT, OF_ITEM, FALSE },
  { "qty", "qty", COUNT, OF_ITEM, FALSE },
  { "price", "price_minor", MONEY, OF_ITEM, FALSE },
  { "courier", "courier", TEXT, OF_ORDER, FALSE },
  { "tracking", "tracking", TEXT, OF_ORDER, FALSE },
  { "receiver", "receiver", TEXT, OF_ORDER, FALSE },
  { "phone", "phone", TEXT, OF_ORDER, FALSE },
  { "address", "address", TEXT, OF_ORDER, FALSE },
};

static const char *const states[] = { "unpaid", "paid", "shipped", "signed", "closed", "refunding", "refunded", NULL };

/* A file on its way through the parser. */
typedef struct
{
  const char *name;
  const char *channel_id;
  GPtrArray *faults;
  GPtrArray *orders;
  GHashTable *by_key;                 /* channel and number → order */
  int places[G_N_ELEMENTS (columns)]; /* of a column in the file, -1: none */
  GPtrArray *fields;                  /* of the row so far */
  guint line;                         /* being fed */
  guint row_line;                     /* where the row began */
  gboolean has_header;
  gboolean header_wrong; /* what the columns mean is not known: their values are not looked at */
  gboolean row_open;
} Reader;

static void G_GNUC_PRINTF (3, 4) fault (Reader *self, const char *column, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (self->faults->len >= FAULTS_MAX)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (column != NULL)
    g_ptr_array_add (self->faults, g_strdup_printf ("%s:%u: %s: %s", self->name, self->row_line, column, text));
  else
    g_ptr_array_add (self->faults, g_strdup_printf ("%s:%u: %s", self->name, self->row_line, text));
}

static void
fault_of_parser (Reader *self, struct csv_parser *parser)
{
  if (csv_error (parser) == CSV_EPARSE)
    fault (self, NULL, _ ("a quotation mark is missing or stands in the wrong place"));
  else
    fault (self, NULL, "%s", csv_strerror (csv_error (parser)));
}

static const char *
get_field (Reader *self, guint column)
{
  int place = self->places[column];

  return place >= 0 && (guint) place < self->fields->len ? g_ptr_array_index (self->fields, place) : "";
}

/* (transfer full) (nullable): of 2024/5/1, 2024/5/1 12:30 and 2024/5/1 12:30:05, which is what a spreadsheet makes of a time. */
static GDateTime *
parse_slashed (GTimeZone *zone, const char *text)
{
  int year, month, day;
  int hour = 0, minute = 0, second = 0;
  int day_end = -1, minute_end = -1, second_end = -1;
  gsize length = strlen (text);

  if (strspn (text, "0123456789/: ") != length)
    return NULL;
  sscanf (text, "%4d/%2d/%2d%n %2d:%2d%n:%2d%n", &year, &month, &day, &day_end, &hour, &minute, &minute_end, &second,
          &second_end);
  if ((gsize) day_end != length && (gsize) minute_end != length && (gsize) second_end != length)
    return NULL;
  return g_date_time_new (zone, year, month, day, hour, minute, second);
}

static gboolean
parse_time (const char *text, gint64 *value)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *full = NULL;

  /* 2024-05-01, 2024-05-01 12:30 and what ISO 8601 has beyond. */
  if (strlen (text) == 10)
    full = g_strdup_printf ("%sT00:00:00", text);
  else if (strlen (text) == 16)
    full = g_strdup_printf ("%s:00", text);
  else
    full = g_strdup (text);
  time = strchr (text, '/') != NULL ? parse_slashed (zone, text) : g_date_time_new_from_iso8601 (full, zone);
  if (time == NULL)
    return FALSE;
  *value = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  return *value > 0;
}

static gboolean
parse_money (const char *text, guint decimals, gint64 *value)
{
  const char *dot = strchr (text, '.');
  gsize whole = dot != NULL ? (gsize) (dot - text) : strlen (text);
  gsize fraction = dot != NULL ? strlen (dot + 1) : 0;
  gint64 minor = 0;

  if (whole == 0 || whole > 12 || fraction > decimals || (dot != NULL && fraction == 0))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (p == dot)
        continue;
      if (!g_ascii_isdigit (*p))
        return FALSE;
      minor = minor * 10 + (*p - '0');
    }
  for (gsize i = fraction; i < decimals; i++)
    minor *= 10;
  *value = minor;
  return TRUE;
}

/* 2206881044000001 that a spreadsheet took for a number is 2.20688E+15 now, and nobody knows which one it was. */
static gboolean
was_rounded (const char *text)
{
  const char *exponent = strstr (text, "E+");

  return exponent != NULL && g_ascii_isdigit (*text) && strspn (text, "0123456789.") == (gsize) (exponent - text) &&
         exponent[2] != '\0' && strspn (exponent + 2, "0123456789") == strlen (exponent + 2);
}

static guint
currency_decimals (const char *currency)
{
  return g_str_equal (currency, "JPY") || g_str_equal (currency, "KRW") || g_str_equal (currency, "VND") ? 0 : 2;
}

/* Puts the value of a column into @object; FALSE after a fault. */
static gboolean
set_value (Reader *self, guint column, const char *text, guint decimals, JsonObject *object)
{
  const char *member = columns[column].member;
  gint64 value = 0;
  guint64 count;

  switch (columns[column].type)
    {
    case TEXT:
      if (was_rounded (text))
        {
          fault (self, columns[column].header,
                 _ ("“%s” was rounded by a spreadsheet; make the column one of text, and fill it in anew"), text);
          return FALSE;
        }
      json_object_set_string_member (object, member, text);
      return TRUE;
    case STATE:
      if (g_strv_contains (states, text))
        {
          json_object_set_string_member (object, member, text);
          return TRUE;
        }
      fault (self, columns[column].header,
             _ ("“%s” is not one of unpaid, paid, shipped, signed, closed, refunding, refunded"), text);
      return FALSE;
    case TIME:
      if (!parse_time (text, &value))
        {
          fault (self, columns[column].header, _ ("“%s” is not a time like 2024-05-01 12:30"), text);
          return FALSE;
        }
      break;
    case MONEY:
      if (!parse_money (text, decimals, &value))
        {
          fault (self, columns[column].header, _ ("“%s” is not an amount like 134.80"), text);
          return FALSE;
        }
      break;
    case COUNT:
    default:
      if (!g_ascii_string_to_unsigned (text, 10, 1, 1000000, &count, NULL))
        {
          fault (self, columns[column].header, _ ("“%s” is not a number of pieces"), text);
          return FALSE;
        }
      value = (gint64) count;
      break;
    }
  json_object_set_int_member (object, member, value);
  return TRUE;
}

static void
read_header (Reader *self)
{
  guint n_before = self->faults->len;

  self->has_header = TRUE;
  for (guint place = 0; place < self->fields->len; place++)
    {
      const char *header = g_ptr_array_index (self->fields, place);
      gboolean known = *header == '\0';

      for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        if (g_str_equal (columns[i].header, header))
          {
            if (self->places[i] >= 0)
              fault (self, header, _ ("this column is there twice"));
            self->places[i] = (int) place;
            known = TRUE;
          }
      if (!known)
        fault (self, header, _ ("there is no such column; see kefu-server import --help"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (columns[i].required && self->places[i] < 0)
      fault (self, columns[i].header, _ ("this column is missing"));
  self->header_wrong = self->faults->len > n_before;
}

/* A further line of an order only brings an item: what it says of the order must be the same or empty. */
static void
check_same (Reader *self, JsonObject *first)
{
  JsonArray *texts = json_object_get_array_member (first, "texts");

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      const char *text = get_field (self, i);

      if (columns[i].owner != OF_ITEM && *text != '\0' && !g_str_equal (text, json_array_get_string_element (texts, i)))
        fault (self, columns[i].header, _ ("it differs from line %d of the same order"),
               (int) json_object_get_int_member (first, "line"));
    }
}

static void
read_item (Reader *self, JsonObject *order, guint decimals)
{
  g_autoptr (JsonObject) item = json_object_new ();
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (columns[i].owner == OF_ITEM && *get_field (self, i) != '\0')
      {
        any = TRUE;
        set_value (self, i, get_field (self, i), decimals, item);
      }
  if (!any)
    return;
  if (!json_object_has_member (item, "title"))
    {
      fault (self, "item", _ ("it is empty"));
      return;
    }
  if (!json_object_has_member (item, "qty"))
    json_object_set_int_member (item, "qty", 1);
  json_array_add_object_element (json_object_get_array_member (order, "items"), g_steal_pointer (&item));
}

static JsonObject *
new_order (Reader *self, const char *channel_id, guint decimals)
{
  JsonObject *order = json_object_new ();
  JsonObject *sender = json_object_new ();
  JsonArray *texts = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      const char *text = get_field (self, i);

      json_array_add_string_element (texts, text);
      if (columns[i].required && *text == '\0')
        fault (self, columns[i].header, _ ("it is empty"));
      else if (*text != '\0' && columns[i].owner != OF_ITEM)
        set_value (self, i, text, decimals, columns[i].owner == OF_SENDER ? sender : order);
    }
  json_object_set_string_member (order, "channel_id", channel_id);
  json_object_set_object_member (order, "sender", sender);
  json_object_set_array_member (order, "items", json_array_new ());
  json_object_set_array_member (order, "texts", texts);
  json_object_set_int_member (order, "line", self->row_line);
  return order;
}

static void
read_row (Reader *self)
{
  /* The places in the table above. */
  const char *channel_id = get_field (self, 0);
  const char *number = get_field (self, 3);
  guint decimals = currency_decimals (get_field (self, 10));
  g_autofree char *key = NULL;
  JsonObject *order;

  if (*channel_id == '\0')
    channel_id = self->channel_id;
  if (channel_id == NULL)
    {
      fault (self, "channel", _ ("it is empty, and no --channel was given"));
      return;
    }
  key = g_strdup_printf ("%s\n%s", channel_id, number);
  order = g_hash_table_lookup (self->by_key, key);
  if (order != NULL && *number != '\0')
    check_same (self, order);
  else
    {
      order = new_order (self, channel_id, decimals);
      g_ptr_array_add (self->orders, order);
      g_hash_table_insert (self->by_key, g_steal_pointer (&key), order);
    }
  read_item (self, order, decimals);
}

static void
field_cb (void *data, size_t length, void *user_data)
{
  Reader *self = user_data;
  char *text = g_strndup (data, length);

  g_ptr_array_add (self->fields, g_strstrip (text));
}

static void
row_cb (int terminator, void *user_data)
{
  Reader *self = user_data;

  self->row_open = FALSE;
  if (!self->has_header)
    read_header (self);
  else if (!self->header_wrong)
    read_row (self);
  g_ptr_array_set_size (self->fields, 0);
}

/* Line by line, so that a fault can say where it is; only a quoted line break leaves a row open. */
static gboolean
feed (Reader *self, struct csv_parser *parser, const char *data, gsize size)
{
  const char *end = data + size;

  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      gsize length = newline != NULL ? (gsize) (newline - data) + 1 : (gsize) (end - data);

      self->line++;
      if (!self->row_open)
        self->row_line = self->line;
      self->row_open = TRUE;
      if (csv_parse (parser, data, length, field_cb, row_cb, self) != length)
        {
          fault_of_parser (self, parser);
          return FALSE;
        }
      /* Empty lines come without a callback. */
      if (self->fields->len == 0 && (length == 1 || (length == 2 && *data == '\r')))
        self->row_open = FALSE;
      data += length;
    }
  if (csv_fini (parser, field_cb, row_cb, self) != 0)
    {
      fault_of_parser (self, parser);
      return FALSE;
    }
  return TRUE;
}

/* How many bytes of @data are characters beyond ASCII in UTF-8, and how many are no ASCII. */
static void
count_beyond_ascii (const char *data, gsize size, gsize *n_utf8, gsize *n_all)
{
  const char *end = data + size;

  *n_utf8 = *n_all = 0;
  while (data < end)
    {
      gunichar c = g_utf8_get_char_validated (data, end - data);
      gsize length = (c & 0x80000000) == 0 ? (gsize) g_unichar_to_utf8 (c, NULL) : 1;

      if ((guchar) *data >= 0x80)
        {
          *n_all += length;
          *n_utf8 += (c & 0x80000000) == 0 ? length : 0;
        }
      data += length;
    }
}

/* (transfer full) (nullable): text that is not UTF-8, in UTF-8. A spreadsheet in Chinese writes GBK, which is a part of GB18030. What is mostly UTF-8 is a
 * damaged file: every second such one can be read as GB18030 too, and means nothing. */
static char *
convert (const char *data, gsize size, gsize *length)
{
  gsize n_utf8, n_all;

  count_beyond_ascii (data, size, &n_utf8, &n_all);
  return n_utf8 > n_all / 2 ? NULL : g_convert (data, (gssize) size, "UTF-8", "GB18030", NULL, length, NULL);
}

const char *
kefu_orders_csv_help (void)
{
  return _ ("The first line names the columns, in any order:\n"
            "  number, state, placed_at, customer_key           these must be there\n"
            "  channel                                          id of the channel; or --channel ID for all\n"
            "  customer_name, platform\n"
            "  paid_at, shipped_at, signed_at                   like 2024-05-01 12:30 or 2024/5/1 12:30,\n"
            "                                                   in local time\n"
            "  currency                                         ISO 4217, CNY if empty\n"
            "  total, discount, paid, refunded                  like 134.80\n"
            "  item, variant, qty, price                        one item a line; more lines of the same\n"
            "                                                   channel and number are further items\n"
            "  courier, tracking, receiver, phone, address\n"
            "state is one of unpaid, paid, shipped, signed, closed, refunding, refunded.\n"
            "The file is UTF-8 or GBK. If anything in it is wrong, every fault is named with its line and column\n"
            "and nothing is imported.");
}

GPtrArray *
kefu_orders_csv_parse (const char *name, GBytes *bytes, const char *channel_id, GPtrArray *faults)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GPtrArray) orders = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *converted = NULL;
  Reader reader = {
    .name = name, .channel_id = channel_id, .faults = faults, .orders = orders, .by_key = by_key, .fields = fields
  };
  struct csv_parser parser;
  guint n_before = faults->len;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    reader.places[i] = -1;
  reader.row_line = 1;
  if (!g_utf8_validate_len (data, size, NULL))
    {
      data = converted = convert (data, size, &size);
      if (converted == NULL || !g_utf8_validate_len (data, size, NULL))
        {
          fault (&reader, NULL, _ ("The file is neither UTF-8 nor GBK; save it as “CSV UTF-8”"));
          return NULL;
        }
    }
  if (size >= 3 && memcmp (data, BOM, 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  if (csv_init (&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
    g_error ("libcsv cannot be started");
  if ((size == 0 || feed (&reader, &parser, data, size)) && !reader.has_header)
    fault (&reader, NULL, _ ("The file is empty"));
  csv_free (&parser);
  return faults->len == n_before ? g_steal_pointer (&orders) : NULL;
}

gboolean
kefu_orders_csv_import (KefuWrite *write, const char *name, GPtrArray *orders, GError **error)
{
  for (guint i = 0; i < orders->len; i++)
    {
      JsonObject *order = g_ptr_array_index (orders, i);
      int line = (int) json_object_get_int_member (order, "line");

      json_object_remove_member (order, "texts");
      json_object_remove_member (order, "line");
      if (kefu_write_op (write, NULL, "channel.order", order, 0, error) != KEFU_OP_APPLIED)
        {
          g_prefix_error (error, "%s:%d: ", name, line);
          return FALSE;
        }
    }
  return TRUE;
}
