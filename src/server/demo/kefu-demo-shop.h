/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop's texts and goods as they stand in shop.json. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "kefu-error.h"

G_BEGIN_DECLS

typedef struct
{
  const char *key;
  const char *name;
  const char *login;
  const char *role;
} KefuDemoAgent;

typedef struct
{
  const char *key;
  const char *type;
  const char *name;
  const char *shop;
  char *id; /* the same at every start */
  int first_reply_s;
  int due_s;
  int over_s;
  int window_h;
  int window_n;
  int max_len;
} KefuDemoChannel;

typedef struct
{
  const char *key;
  const char *shop;
  const char *title;
  const char *image; /* name of a picture */
  const char **variants;
  guint n_variants;
  gint64 price_minor;
  gboolean ships; /* FALSE: nothing is sent in a parcel */
} KefuDemoProduct;

typedef struct
{
  GBytes *png;
  char *sha256;
  int width;
  int height;
} KefuDemoPicture;

/* What conversations are marked with. */
typedef struct
{
  const char *name;
  const char *color; /* see kefu_label_colors() */
  char *id;          /* the same at every start */
} KefuDemoLabel;

/* A text among equals: strings of one JSON array. */
typedef struct
{
  const char **texts;
  guint n_texts;
} KefuDemoTexts;

/* What a customer writes about; which lines of a topic are said when is the business of kefu-demo-person.c. */
typedef enum
{
  KEFU_DEMO_OPENER,
  KEFU_DEMO_MORE,
  KEFU_DEMO_AFTER_ANSWER,
  KEFU_DEMO_THANKS,
  KEFU_DEMO_HAGGLE,
  KEFU_DEMO_COMPLAIN,
  KEFU_DEMO_BYE,
  KEFU_DEMO_N_LINES,
} KefuDemoLine;

typedef struct
{
  const char *key;
  const char *shop;       /* "*": any, "": only who is said to have it */
  KefuDemoTexts keywords; /* an answer that helps has one of them */
  KefuDemoTexts lines[KEFU_DEMO_N_LINES];
} KefuDemoTopic;

/* A finished talk, to be told again with other names. */
typedef struct
{
  const char *topic;
  const char **lines;
  gboolean *from_agent;
  guint n_lines;
} KefuDemoHistory;

typedef struct
{
  const char *region;
  const char *address;
  KefuDemoTexts streets;
} KefuDemoRegion;

typedef struct
{
  const char *name;
  const char *prefix;
} KefuDemoCourier;

typedef struct
{
  const char *kind;
  const char *title;
} KefuDemoPromise;

typedef struct
{
  int score;
  int weight;
  KefuDemoTexts comments;
} KefuDemoRating;

/**
 * KefuDemoShop:
 *
 * shop.json as arrays that can be drawn from; immutable, the strings belong to @root. Not a GObject.
 */
typedef struct
{
  JsonNode *root;
  GPtrArray *agents;    /* KefuDemoAgent, the owner first */
  GPtrArray *channels;  /* KefuDemoChannel */
  GPtrArray *labels;    /* KefuDemoLabel */
  GPtrArray *products;  /* KefuDemoProduct */
  GPtrArray *topics;    /* KefuDemoTopic */
  GPtrArray *histories; /* KefuDemoHistory */
  GPtrArray *regions;   /* KefuDemoRegion */
  GPtrArray *couriers;  /* KefuDemoCourier */
  GPtrArray *ratings;   /* KefuDemoRating */
  GHashTable *pictures; /* name → KefuDemoPicture */
  KefuDemoTexts surnames;
  KefuDemoTexts given;
  KefuDemoTexts nicknames;
  KefuDemoTexts tags;
  KefuDemoTexts notes;
  KefuDemoTexts closings; /* what an agent says last */
  GPtrArray *promises;    /* KefuDemoPromise */
  JsonArray *cast;        /* the people with a story */
  JsonObject *track_steps;
  JsonObject *platforms;
  JsonObject *personal; /* phrases of the owner's own */
  JsonArray *articles;  /* of the knowledge: {title, body} */
} KefuDemoShop;

/* (transfer full) (nullable): reads the shop from the program's resources. KEFU_ERROR_CORRUPT if it is not what it should be. */
KefuDemoShop *kefu_demo_shop_load (GError **error);
void kefu_demo_shop_free (KefuDemoShop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDemoShop, kefu_demo_shop_free)

/* (transfer none) (nullable): by the key of shop.json. */
KefuDemoChannel *kefu_demo_shop_channel (KefuDemoShop *self, const char *key);
KefuDemoChannel *kefu_demo_shop_channel_by_id (KefuDemoShop *self, const char *id);
KefuDemoProduct *kefu_demo_shop_product (KefuDemoShop *self, const char *key);
KefuDemoTopic *kefu_demo_shop_topic (KefuDemoShop *self, const char *key);
/* (transfer none) (nullable) */
const char *kefu_demo_shop_platform (KefuDemoShop *self, const char *shop);
/* (transfer none): one that fits @shop. */
KefuDemoProduct *kefu_demo_shop_draw_product (KefuDemoShop *self, GRand *rand, const char *shop);
KefuDemoTopic *kefu_demo_shop_draw_topic (KefuDemoShop *self, GRand *rand, const char *shop);
/* (transfer none): a talk that can happen in @shop; @topic NULL: about anything. */
KefuDemoHistory *kefu_demo_shop_draw_history (KefuDemoShop *self, GRand *rand, const char *shop, const char *topic);
/* (transfer none): by weight. */
KefuDemoRating *kefu_demo_shop_draw_rating (KefuDemoShop *self, GRand *rand);
/* (transfer none): "" if there is none. */
const char *kefu_demo_texts_draw (const KefuDemoTexts *self, GRand *rand);
/* (transfer none): what of /org/kefu/demo/images, "watch-obsidian.png". NULL if there is no such picture. */
const KefuDemoPicture *kefu_demo_shop_picture (KefuDemoShop *self, const char *name);
/* (transfer full): the data of an image message with a picture of the shop. */
char *kefu_demo_shop_image_data (KefuDemoShop *self, const char *name);
/* (transfer full): how somebody is known on a channel: @name where that is a number or an address, else @person. */
char *kefu_demo_channel_key (KefuDemoChannel *self, const char *person, const char *name);
/* How far an outgoing message comes on the channel: "read", or "delivered" where nobody tells of reading. */
const char *kefu_demo_channel_delivery (KefuDemoChannel *self);

G_END_DECLS
