/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders of the demo shop: goods, money, and where the parcel is. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-order.h"

#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static gboolean
is_state (const KefuDemoOrder *self, const char *state)
{
  return g_str_equal (self->state, state);
}

static gboolean
ships (const KefuDemoOrder *self)
{
  for (guint i = 0; i < self->items->len; i++)
    if (((KefuDemoItem *) g_ptr_array_index (self->items, i))->product->ships)
      return TRUE;
  return FALSE;
}

static void
add_item (KefuDemoOrder *self, KefuDemoShop *shop, KefuDemoProduct *product, const char *variant, int qty)
{
  KefuDemoItem *item = g_new0 (KefuDemoItem, 1);

  item->product = product;
  item->picture = kefu_demo_shop_picture (shop, product->image);
  item->variant = variant;
  item->qty = qty;
  self->total_minor += product->price_minor * qty;
  g_ptr_array_add (self->items, item);
}

static void
add_step (KefuDemoOrder *self, const char *step, gint64 at)
{
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;

  text = kefu_demo_fill (step, "{courier}", self->courier, "{city}", self->city, NULL);
  json_object_set_int_member (object, "at", at);
  json_object_set_string_member (object, "text", text);
  json_array_add_object_element (self->track, object);
}

/* @n_steps of @steps, evenly from @from to @to, the newest first. */
static void
add_steps (KefuDemoOrder *self, JsonArray *steps, const guint *which, guint n_steps, gint64 from, gint64 to)
{
  for (guint i = n_steps; i-- > 0;)
    add_step (self, json_array_get_string_element (steps, which[i]),
              n_steps > 1 ? from + (to - from) * i / (n_steps - 1) : from);
}

static void
track_parcel (KefuDemoOrder *self, KefuDemoShop *shop, GRand *rand, guint told_steps, gint64 now_ms)
{
  guint which[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
  const char *name = is_state (self, "refunded") ? "refunding" : self->state;
  JsonArray *steps;
  guint n;

  if (!ships (self) || !json_object_has_member (shop->track_steps, name))
    return;
  steps = json_object_get_array_member (shop->track_steps, name);
  n = MIN (json_array_get_length (steps), (guint) G_N_ELEMENTS (which));
  if (is_state (self, "signed") && n > 1)
    {
      /* The last two are two ways to end. */
      n--;
      which[n - 1] = n - kefu_demo_random_below (rand, 2);
      add_steps (self, steps, which, n, self->shipped_at, self->signed_at);
    }
  else if (is_state (self, "shipped"))
    {
      guint reached = told_steps > 0 ? told_steps : 2 + (guint) ((now_ms - self->shipped_at) / (9 * HOUR_MS));

      add_steps (self, steps, which, CLAMP (reached, 1, n), self->shipped_at,
                 MAX (self->shipped_at, now_ms - kefu_demo_random_range (rand, 20, 150) * MINUTE_MS));
    }
  else if (is_state (self, "paid"))
    {
      guint reached = 1 + (guint) ((now_ms - self->paid_at) / (4 * HOUR_MS));

      n = CLAMP (reached, 1, n);
      add_steps (self, steps, which, n, self->paid_at, MIN (self->paid_at + (n - 1) * 3 * HOUR_MS, now_ms - MINUTE_MS));
    }
  else if (n > 0)
    {
      gint64 from =
        self->signed_at > 0 ? self->signed_at + (now_ms - self->signed_at) / 4 : self->placed_at + 30 * MINUTE_MS;

      from = MIN (from, now_ms - MINUTE_MS);
      add_steps (self, steps, which, n, from, from + (now_ms - from) / 2);
    }
}

/* The number ends like the buyer's phone, as on the shop platforms. */
static void
address_to (KefuDemoOrder *self, KefuDemoShop *shop, GRand *rand, const KefuDemoProfile *customer)
{
  char digits[13];

  kefu_demo_random_id (rand, self->placed_at, self->id);
  kefu_demo_random_digits (rand, 8, digits);
  if (*customer->phone != '\0')
    g_strlcpy (digits + 8, customer->phone + 7, 5);
  else
    kefu_demo_random_digits (rand, 4, digits + 8);
  self->number = g_strdup (digits);
  self->platform = kefu_demo_shop_platform (shop, self->channel->shop);
  self->platform = self->platform != NULL ? self->platform : "";
  self->receiver = g_strdup (customer->name);
  self->phone = g_strdup (customer->phone);
  self->address = g_strdup (customer->address);
  self->city = kefu_demo_city (customer->address);
  self->track = json_array_new ();
}

/* With the courier of the story, or any. */
static void
send_off (KefuDemoOrder *self, KefuDemoShop *shop, GRand *rand, gint64 now_ms)
{
  KefuDemoCourier *courier = g_ptr_array_index (shop->couriers, kefu_demo_random_below (rand, shop->couriers->len));
  gint64 left = now_ms - self->paid_at;
  char digits[13];

  for (guint i = 0; i < shop->couriers->len && self->courier != NULL; i++)
    if (g_str_equal (((KefuDemoCourier *) g_ptr_array_index (shop->couriers, i))->name, self->courier))
      courier = g_ptr_array_index (shop->couriers, i);
  self->courier = courier->name;
  kefu_demo_random_digits (rand, 12, digits);
  self->tracking = g_strconcat (courier->prefix, digits, NULL);
  self->shipped_at = self->paid_at + MIN (left * 4 / 10, kefu_demo_random_range (rand, 4 * HOUR_MS, 30 * HOUR_MS));
  left = now_ms - self->shipped_at;
  if (!is_state (self, "shipped"))
    self->signed_at = self->shipped_at + MIN (left * 7 / 10, kefu_demo_random_range (rand, 28 * HOUR_MS, 96 * HOUR_MS));
}

/* Times, money and parcel follow from the goods, the state and the time of the order. */
static void
complete (KefuDemoOrder *self,
          KefuDemoShop *shop,
          GRand *rand,
          const KefuDemoProfile *customer,
          guint told_steps,
          gint64 now_ms)
{
  gboolean paid = !is_state (self, "unpaid") && !is_state (self, "closed");

  address_to (self, shop, rand, customer);
  if (paid)
    {
      self->paid_minor = self->total_minor - self->discount_minor;
      self->paid_at = MIN (self->placed_at + kefu_demo_random_range (rand, 15, 500) * 1000, now_ms - 1000);
    }
  if (paid && !is_state (self, "paid") && ships (self))
    {
      send_off (self, shop, rand, now_ms);
    }
  else
    {
      self->courier = "";
      self->tracking = g_strdup ("");
    }
  if (is_state (self, "signed"))
    {
      self->confirmed = now_ms - self->signed_at > 10 * DAY_MS || kefu_demo_random_chance (rand, 0.5);
      self->reviewed = self->confirmed && kefu_demo_random_chance (rand, 0.6);
    }
  if (is_state (self, "refunded"))
    self->refunded_minor = self->paid_minor;
  track_parcel (self, shop, rand, told_steps, now_ms);
}

static KefuDemoOrder *
order_new (KefuDemoChannel *channel, gint64 placed_at)
{
  KefuDemoOrder *self = g_new0 (KefuDemoOrder, 1);

  self->channel = channel;
  self->placed_at = placed_at;
  self->items = g_ptr_array_new_with_free_func (g_free);
  self->flag = -1;
  return self;
}

static const char *
draw_state (KefuDemoOrder *self, GRand *rand, gint64 age_ms)
{
  guint drawn = kefu_demo_random_below (rand, 100);

  if (!ships (self))
    return drawn < 90 ? "paid" : drawn < 95 ? "refunded" : "closed";
  if (age_ms < 6 * HOUR_MS)
    return drawn < 30 ? "unpaid" : "paid";
  if (age_ms < DAY_MS)
    return drawn < 6 ? "closed" : drawn < 50 ? "paid" : "shipped";
  if (age_ms < 5 * DAY_MS)
    return drawn < 6 ? "closed" : drawn < 75 ? "shipped" : "signed";
  return drawn < 5 ? "closed" : drawn < 8 ? "refunding" : drawn < 12 ? "refunded" : "signed";
}

KefuDemoOrder *
kefu_demo_order_draw (KefuDemoShop *shop,
                      GRand *rand,
                      const KefuDemoProfile *customer,
                      KefuDemoChannel *channel,
                      const char *state,
                      gint64 placed_at,
                      gint64 now_ms)
{
  KefuDemoOrder *self = order_new (channel, placed_at);
  guint n_items = kefu_demo_random_chance (rand, 0.65) ? 1 : 2 + kefu_demo_random_below (rand, 2);

  for (guint i = 0; i < n_items; i++)
    {
      KefuDemoProduct *product = kefu_demo_shop_draw_product (shop, rand, channel->shop);

      add_item (self, shop, product, product->variants[kefu_demo_random_below (rand, product->n_variants)],
                kefu_demo_random_chance (rand, 0.9) ? 1 : 2);
    }
  self->state = state != NULL ? state : draw_state (self, rand, now_ms - placed_at);
  if (self->total_minor > 20000 && kefu_demo_random_chance (rand, 0.4))
    self->discount_minor = self->total_minor / 100 * (gint64) (3 + kefu_demo_random_below (rand, 8)) / 100 * 100;
  if (kefu_demo_random_chance (rand, 0.3))
    self->flag = (int) kefu_demo_random_below (rand, 6);
  self->remark = g_strdup ("");
  complete (self, shop, rand, customer, 0, now_ms);
  return self;
}

KefuDemoOrder *
kefu_demo_order_from_cast (KefuDemoShop *shop,
                           GRand *rand,
                           const KefuDemoProfile *customer,
                           KefuDemoChannel *channel,
                           JsonObject *story,
                           gint64 now_ms)
{
  JsonArray *items = json_object_get_array_member (story, "items");
  gint64 ago_s = json_object_get_int_member_with_default (story, "placed_ago_s", 0);
  KefuDemoOrder *self;

  if (ago_s == 0)
    ago_s = json_object_get_int_member (story, "age_days") * 86400 + kefu_demo_random_range (rand, 0, 6 * 3600);
  self = order_new (channel, now_ms - ago_s * 1000);
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonObject *item = json_array_get_object_element (items, i);

      add_item (self, shop, kefu_demo_shop_product (shop, json_object_get_string_member (item, "product")),
                json_object_get_string_member (item, "variant"), (int) json_object_get_int_member (item, "qty"));
    }
  self->state = json_object_get_string_member (story, "state");
  self->discount_minor = json_object_get_int_member_with_default (story, "discount_minor", 0);
  self->courier = json_object_get_string_member_with_default (story, "courier", NULL);
  self->flag = (int) json_object_get_int_member_with_default (story, "flag", -1);
  self->remark = g_strdup (json_object_get_string_member_with_default (story, "remark", ""));
  complete (self, shop, rand, customer, (guint) json_object_get_int_member_with_default (story, "track_steps", 0),
            now_ms);
  return self;
}

void
kefu_demo_order_free (KefuDemoOrder *self)
{
  g_free (self->number);
  g_free (self->tracking);
  g_free (self->city);
  g_free (self->receiver);
  g_free (self->phone);
  g_free (self->address);
  g_free (self->remark);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->track, json_array_unref);
  g_free (self);
}

const char *
kefu_demo_order_title (KefuDemoOrder *self)
{
  return ((KefuDemoItem *) g_ptr_array_index (self->items, 0))->product->title;
}

JsonArray *
kefu_demo_order_items (KefuDemoOrder *self)
{
  JsonArray *array = json_array_sized_new (self->items->len);

  for (guint i = 0; i < self->items->len; i++)
    {
      KefuDemoItem *item = g_ptr_array_index (self->items, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "title", item->product->title);
      json_object_set_string_member (object, "variant", item->variant);
      json_object_set_int_member (object, "qty", item->qty);
      json_object_set_int_member (object, "price_minor", item->product->price_minor);
      json_object_set_string_member (object, "image", item->picture != NULL ? item->picture->sha256 : "");
      json_array_add_object_element (array, object);
    }
  return array;
}

JsonObject *
kefu_demo_order_card (KefuDemoOrder *self)
{
  KefuDemoItem *first = g_ptr_array_index (self->items, 0);
  JsonObject *card = json_object_new ();
  int count = 0;

  for (guint i = 0; i < self->items->len; i++)
    count += ((KefuDemoItem *) g_ptr_array_index (self->items, i))->qty;
  json_object_set_string_member (card, "order_id", self->id);
  json_object_set_string_member (card, "number", self->number);
  json_object_set_string_member (card, "title", first->product->title);
  json_object_set_int_member (card, "count", count);
  json_object_set_int_member (card, "amount_minor", self->total_minor - self->discount_minor);
  json_object_set_string_member (card, "currency", "CNY");
  json_object_set_string_member (card, "state", self->state);
  json_object_set_string_member (card, "image", first->picture != NULL ? first->picture->sha256 : "");
  return card;
}

static void
set_time (JsonObject *object, const char *member, gint64 at)
{
  if (at > 0)
    json_object_set_int_member (object, member, at);
}

JsonObject *
kefu_demo_order_event (KefuDemoOrder *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "number", self->number);
  json_object_set_string_member (object, "platform", self->platform);
  json_object_set_string_member (object, "state", self->state);
  set_time (object, "placed_at", self->placed_at);
  set_time (object, "paid_at", self->paid_at);
  set_time (object, "shipped_at", self->shipped_at);
  set_time (object, "signed_at", self->signed_at);
  json_object_set_boolean_member (object, "confirmed", self->confirmed);
  json_object_set_boolean_member (object, "reviewed", self->reviewed);
  json_object_set_array_member (object, "items", kefu_demo_order_items (self));
  json_object_set_int_member (object, "total_minor", self->total_minor);
  json_object_set_int_member (object, "discount_minor", self->discount_minor);
  json_object_set_int_member (object, "paid_minor", self->paid_minor);
  json_object_set_int_member (object, "refunded_minor", self->refunded_minor);
  json_object_set_string_member (object, "currency", "CNY");
  json_object_set_string_member (object, "courier", self->courier);
  json_object_set_string_member (object, "tracking", self->tracking);
  json_object_set_array_member (object, "track", json_array_ref (self->track));
  json_object_set_string_member (object, "receiver", self->receiver);
  json_object_set_string_member (object, "phone", self->phone);
  json_object_set_string_member (object, "address", self->address);
  return object;
}
