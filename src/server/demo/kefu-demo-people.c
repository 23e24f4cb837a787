/* SPDX-License-Identifier: GPL-3.0-or-later
 * People who do not exist: names, addresses, orders. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-people.h"

#include <string.h>

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))

/* One of "name:weight name:weight …" as two arrays; the weights sum up to 100. */
static const char *
draw_weighted (GRand *rand, const char *const *names, const int *weights)
{
  int drawn = (int) kefu_demo_random_below (rand, 100);
  guint i = 0;

  while (drawn >= weights[i])
    drawn -= weights[i++];
  return names[i];
}

static char *
draw_phone (GRand *rand)
{
  static const char *const prefixes[] = { "139", "138", "136", "150", "158", "186", "188" };
  const char *prefix = prefixes[kefu_demo_random_below (rand, G_N_ELEMENTS (prefixes))];

  return g_strdup_printf ("%s0000%04u", prefix, kefu_demo_random_below (rand, 10000));
}

static char *
draw_nickname (KefuDemoShop *shop, GRand *rand, const char *surname, const char *given)
{
  char number[12];

  g_snprintf (number, sizeof number, "%u", 10 + kefu_demo_random_below (rand, 9990));
  return kefu_demo_fill (kefu_demo_texts_draw (&shop->nicknames, rand), "{surname}", surname, "{given}", given, "{n}",
                         number, NULL);
}

static GPtrArray *
draw_tags (KefuDemoShop *shop, GRand *rand)
{
  GPtrArray *tags = g_ptr_array_new ();
  guint n = kefu_demo_random_below (rand, 4);

  while (tags->len < n)
    {
      const char *tag = kefu_demo_texts_draw (&shop->tags, rand);

      if (g_ptr_array_find (tags, tag, NULL))
        n--;
      else
        g_ptr_array_add (tags, (gpointer) tag);
    }
  return tags;
}

void
kefu_demo_profile_draw (KefuDemoProfile *self, KefuDemoShop *shop, GRand *rand, gint64 now_ms)
{
  static const char *const levels[] = { "", "新客", "老客", "VIP 1", "VIP 2", "VIP 3" };
  static const int level_weights[] = { 20, 30, 30, 12, 6, 2 };
  static const char *const genders[] = { "f", "m", "" };
  static const int gender_weights[] = { 52, 36, 12 };
  KefuDemoRegion *region = g_ptr_array_index (shop->regions, kefu_demo_random_below (rand, shop->regions->len));
  const char *surname = kefu_demo_texts_draw (&shop->surnames, rand);
  const char *given = kefu_demo_texts_draw (&shop->given, rand);
  gboolean is_new;

  memset (self, 0, sizeof *self);
  self->level = g_strdup (draw_weighted (rand, levels, level_weights));
  is_new = *self->level == '\0' || g_str_equal (self->level, "新客");
  self->since =
    now_ms - kefu_demo_random_range (rand, 0, is_new ? 40 : 1500) * DAY_MS - kefu_demo_random_range (rand, 0, DAY_MS);
  kefu_demo_random_id (rand, self->since, self->id);
  self->name = g_strconcat (surname, given, NULL);
  self->nickname = draw_nickname (shop, rand, surname, given);
  self->gender = g_strdup (draw_weighted (rand, genders, gender_weights));
  self->region = g_strdup (region->region);
  self->city = kefu_demo_city (region->address);
  self->phone = draw_phone (rand);
  self->address =
    g_strdup_printf ("%s%s %u 号 %u 幢 %u0%u", region->address, kefu_demo_texts_draw (&region->streets, rand),
                     1 + kefu_demo_random_below (rand, 320), 1 + kefu_demo_random_below (rand, 18),
                     1 + kefu_demo_random_below (rand, 26), 1 + kefu_demo_random_below (rand, 4));
  if (kefu_demo_random_chance (rand, 0.4))
    self->birthday =
      g_strdup_printf ("%02u-%02u", 1 + kefu_demo_random_below (rand, 12), 1 + kefu_demo_random_below (rand, 28));
  else
    self->birthday = g_strdup ("");
  self->tags = draw_tags (shop, rand);
  self->notes = g_strdup (kefu_demo_random_chance (rand, 0.2) ? kefu_demo_texts_draw (&shop->notes, rand) : "");
  self->good_reviews = is_new ? 0 : (int) kefu_demo_random_below (rand, 8);
  self->bad_reviews = kefu_demo_random_chance (rand, 0.06) ? 1 : 0;
}

void
kefu_demo_profile_clear (KefuDemoProfile *self)
{
  g_free (self->name);
  g_free (self->nickname);
  g_free (self->gender);
  g_free (self->level);
  g_free (self->region);
  g_free (self->city);
  g_free (self->phone);
  g_free (self->address);
  g_free (self->birthday);
  g_clear_pointer (&self->tags, g_ptr_array_unref);
  g_free (self->notes);
  memset (self, 0, sizeof *self);
}

char *
kefu_demo_city (const char *address)
{
  const char *end = strstr (address, "市");
  const char *start = address;
  const char *province;

  if (end == NULL)
    return g_strdup ("海外");
  province = g_strrstr_len (address, end - address, "省");
  if (province != NULL)
    start = province + strlen ("省");
  province = g_strrstr_len (address, end - address, "自治区");
  if (province != NULL)
    start = province + strlen ("自治区");
  return g_strndup (start, (gsize) (end - start));
}

char *
kefu_demo_fill (const char *template, ...)
{
  GString *text;
  const char *name;
  va_list args;

  if (strchr (template, '{') == NULL)
    return g_strdup (template);
  text = g_string_new (template);
  va_start (args, template);
  while ((name = va_arg (args, const char *)) != NULL)
    g_string_replace (text, name, va_arg (args, const char *), 0);
  va_end (args);
  return g_string_free (text, FALSE);
}
