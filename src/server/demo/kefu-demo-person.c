/* SPDX-License-Identifier: GPL-3.0-or-later
 * One simulated customer: what they say next, and when. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-person.h"

#include <string.h>

/* A person who waits writes again after this long at the earliest, and gives up after so many lines. */
#define NAG_MS 25000
#define MAX_NAGS 5
/* After so many answers everybody has heard enough. */
#define MAX_ROUNDS 4
#define REST_MIN_MS (8 * 60 * 1000)
#define REST_MAX_MS (40 * 60 * 1000)

KefuDemoPerson *
kefu_demo_person_new (KefuDemoShop *shop,
                      KefuDemoChannel *channel,
                      KefuDemoTopic *topic,
                      const char *key,
                      const char *name,
                      gint64 seed,
                      guint32 stream)
{
  KefuDemoPerson *self = g_new0 (KefuDemoPerson, 1);
  guint drawn;

  self->shop = shop;
  self->channel = channel;
  self->topic = topic;
  self->key = g_strdup (key);
  self->sender = g_strndup (key, strcspn (key, KEFU_DEMO_EARLIER_MARK));
  self->name = g_strdup (name);
  self->rand = kefu_demo_random_new (seed, stream);
  drawn = kefu_demo_random_below (self->rand, 100);
  self->mood = drawn < 45   ? KEFU_DEMO_CALM
               : drawn < 65 ? KEFU_DEMO_HURRIED
               : drawn < 85 ? KEFU_DEMO_HAGGLER
                            : KEFU_DEMO_GRUMPY;
  self->product = g_strdup (kefu_demo_shop_draw_product (shop, self->rand, channel->shop)->title);
  self->amount = g_strdup_printf ("%u 元", 10 * (3 + kefu_demo_random_below (self->rand, 60)));
  self->courier =
    g_strdup (((KefuDemoCourier *) g_ptr_array_index (shop->couriers, kefu_demo_random_below (self->rand, 5)))->name);
  return self;
}

void
kefu_demo_person_free (KefuDemoPerson *self)
{
  g_free (self->key);
  g_free (self->sender);
  g_free (self->name);
  g_free (self->product);
  g_free (self->amount);
  g_free (self->courier);
  g_free (self->order_channel_id);
  g_clear_pointer (&self->order, json_object_unref);
  g_rand_free (self->rand);
  g_free (self);
}

/* "在吗" is for those who hear nothing. */
static gboolean
asks_for_attention (const char *text)
{
  return strstr (text, "在吗") != NULL || strstr (text, "在不在") != NULL;
}

/* (transfer full) (nullable): a line of @kind that was not said in this talk; NULL if all were. */
static char *
say (KefuDemoPerson *self, KefuDemoLine kind, gint64 now_ms)
{
  const KefuDemoTexts *texts = &self->topic->lines[kind];
  guint skip = kefu_demo_random_below (self->rand, texts->n_texts);

  for (guint i = 0; i < texts->n_texts; i++)
    {
      guint index = (skip + i) % texts->n_texts;

      if ((self->said[kind] & (1u << (index % 32))) ||
          (self->state == KEFU_DEMO_THINKING && asks_for_attention (texts->texts[index])))
        continue;
      self->said[kind] |= 1u << (index % 32);
      self->last_said_at = now_ms;
      return kefu_demo_fill (texts->texts[index], "{product}", self->product, "{amount}", self->amount, "{courier}",
                             self->courier, NULL);
    }
  return NULL;
}

static char *
say_goodbye (KefuDemoPerson *self, gint64 now_ms)
{
  if (self->parted)
    return NULL;
  self->parted = TRUE;
  return say (self, KEFU_DEMO_BYE, now_ms);
}

static void
wait (KefuDemoPerson *self, gint64 now_ms)
{
  if (self->waiting_since == 0)
    self->waiting_since = now_ms;
  self->state = KEFU_DEMO_WAITING;
}

static void
finish (KefuDemoPerson *self, gint64 now_ms)
{
  self->state = KEFU_DEMO_DONE;
  self->rest_until = now_ms + kefu_demo_random_range (self->rand, REST_MIN_MS, REST_MAX_MS);
}

char *
kefu_demo_person_open (KefuDemoPerson *self, gint64 now_ms)
{
  memset (self->said, 0, sizeof self->said);
  self->n_nags = 0;
  self->n_rounds = 0;
  self->helped = FALSE;
  self->over = FALSE;
  self->thanked = FALSE;
  self->parted = FALSE;
  self->shown = NULL;
  wait (self, now_ms);
  return say (self, KEFU_DEMO_OPENER, now_ms);
}

char *
kefu_demo_person_nag (KefuDemoPerson *self, gint64 now_ms)
{
  char *text = NULL;

  if (self->state != KEFU_DEMO_WAITING || self->n_nags >= MAX_NAGS || now_ms - self->last_said_at < NAG_MS)
    return NULL;
  self->over |= now_ms - self->waiting_since >= self->channel->over_s * G_GINT64_CONSTANT (1000);
  if (self->over)
    text = say (self, KEFU_DEMO_COMPLAIN, now_ms);
  if (text == NULL && (!self->over || self->mood != KEFU_DEMO_GRUMPY))
    text = say (self, KEFU_DEMO_MORE, now_ms);
  if (text == NULL)
    self->n_nags = MAX_NAGS;
  else
    self->n_nags++;
  return text;
}

void
kefu_demo_person_hear (KefuDemoPerson *self, const char *text, gint64 now_ms)
{
  if (self->state != KEFU_DEMO_THINKING)
    self->helped = FALSE;
  for (guint i = 0; i < self->topic->keywords.n_texts; i++)
    self->helped |= strstr (text, self->topic->keywords.texts[i]) != NULL;
  if (self->waiting_since > 0)
    self->over |= now_ms - self->waiting_since >= self->channel->over_s * G_GINT64_CONSTANT (1000);
  self->waiting_since = 0;
  self->n_nags = 0;
  if (self->state == KEFU_DEMO_IDLE)
    {
      /* Nobody asked, so there is not much to say to it. */
      self->helped = TRUE;
      self->n_rounds = 2;
    }
  self->state = KEFU_DEMO_THINKING;
}

void
kefu_demo_person_see (KefuDemoPerson *self, const char *kind, const char *caption, gint64 now_ms)
{
  kefu_demo_person_hear (self, caption, now_ms);
  self->helped = TRUE;
  self->shown = g_str_equal (kind, "image") ? "image" : "file";
}

/* (transfer full): nobody gets a picture without a word of thanks. */
static char *
thank_for (KefuDemoPerson *self, const char *shown, gint64 now_ms)
{
  static const char *const pictures[] = { "图片收到了，很清楚，谢谢", "看到图了，谢谢", "就是这样的，谢谢发图" };
  static const char *const files[] = { "文件收到了，谢谢", "收到文件了，我看一下，谢谢" };
  gboolean is_image = g_str_equal (shown, "image");

  self->last_said_at = now_ms;
  if (g_str_has_suffix (self->topic->key, "-en"))
    return g_strdup (is_image ? "Got the picture, thank you!" : "Got the file, thank you!");
  if (is_image)
    return g_strdup (pictures[kefu_demo_random_below (self->rand, G_N_ELEMENTS (pictures))]);
  return g_strdup (files[kefu_demo_random_below (self->rand, G_N_ELEMENTS (files))]);
}

/* What they feel like saying, in the order of trying. */
static void
choose (KefuDemoPerson *self, KefuDemoLine order[3])
{
  guint drawn = kefu_demo_random_below (self->rand, 100);
  guint haggles = self->mood == KEFU_DEMO_HAGGLER ? 45 : 10;
  guint complains = self->mood == KEFU_DEMO_GRUMPY ? 40 : self->over ? 20 : 5;

  order[1] = self->helped ? KEFU_DEMO_THANKS : KEFU_DEMO_MORE;
  order[2] = KEFU_DEMO_THANKS;
  if (self->n_rounds >= MAX_ROUNDS || (self->helped && drawn < 25 + 20 * self->n_rounds))
    order[0] = KEFU_DEMO_THANKS;
  else if (!self->helped && drawn >= 100 - complains)
    order[0] = KEFU_DEMO_COMPLAIN;
  else if (self->helped && drawn >= 100 - haggles)
    order[0] = KEFU_DEMO_HAGGLE;
  else if (!self->helped && drawn < 40)
    order[0] = KEFU_DEMO_MORE;
  else
    order[0] = KEFU_DEMO_AFTER_ANSWER;
}

char *
kefu_demo_person_react (KefuDemoPerson *self, gint64 now_ms)
{
  KefuDemoLine order[3];
  char *text = NULL;
  guint i;

  if (self->state != KEFU_DEMO_THINKING)
    return NULL;
  if (self->shown != NULL)
    {
      text = thank_for (self, g_steal_pointer (&self->shown), now_ms);
      self->thanked = TRUE;
      finish (self, now_ms);
      return text;
    }
  if (self->thanked)
    {
      /* An answer to their thanks: half of them say goodbye, once, and nobody starts again. */
      finish (self, now_ms);
      return kefu_demo_random_chance (self->rand, 0.5) ? say_goodbye (self, now_ms) : NULL;
    }
  self->n_rounds++;
  choose (self, order);
  for (i = 0; i < G_N_ELEMENTS (order) && text == NULL; i++)
    text = say (self, order[i], now_ms);
  if (text == NULL || order[i - 1] == KEFU_DEMO_THANKS)
    {
      self->thanked = TRUE;
      finish (self, now_ms);
    }
  else
    wait (self, now_ms);
  return text;
}

char *
kefu_demo_person_part (KefuDemoPerson *self, gint64 now_ms)
{
  if (self->state != KEFU_DEMO_DONE || !self->thanked || kefu_demo_random_chance (self->rand, 0.6))
    return NULL;
  return say_goodbye (self, now_ms);
}

guint
kefu_demo_person_delay (KefuDemoPerson *self, const char *heard)
{
  gint64 reading = MIN (g_utf8_strlen (heard, -1), 80) * 90;
  gint64 typing = kefu_demo_random_range (self->rand, 2500, self->mood == KEFU_DEMO_HURRIED ? 6000 : 14000);

  return (guint) (1200 + reading + typing);
}

gboolean
kefu_demo_person_is_free (KefuDemoPerson *self, gint64 now_ms)
{
  return (self->state == KEFU_DEMO_IDLE || self->state == KEFU_DEMO_DONE) && self->timeout == 0 && !self->shy &&
         now_ms >= self->rest_until;
}
