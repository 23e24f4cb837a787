/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk knows of one conversation's customer, kept fresh. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-dossier.h"

/* How long the previous customer may stay visible while the next one loads. */
#define GRACE_MS 150
#define MINUTE_MS 60000

/* The three things that load on their own; the order of `signals` and `parts`. */
typedef enum
{
  PART_CUSTOMER,
  PART_ORDERS,
  PART_CHECKLIST,
  N_PARTS,
} Part;

/* Four panel pages, the phrase picker and the composer ask about the same customer. Instead of each asking the store and each watching its changes, the answers
 * stand here once. `cancellable` is renewed with every customer: an answer that carries another one is stale. */
struct _KefuDossier
{
  GObject parent_instance;

  KefuSession *session;
  KefuConversationRecord *conversation;
  GCancellable *cancellable;
  guint grace_id;
  GPtrArray *parts[N_PARTS]; /* as the store gave them; NULL: not known yet */
  gboolean loading[N_PARTS];
  gboolean dirty[N_PARTS]; /* changed while loading */
  gboolean fresh[N_PARTS]; /* belongs to the conversation that is set */
  gboolean awake;          /* holds the ticker */
  gint64 minute;
};

enum
{
  CUSTOMER_CHANGED,
  ORDERS_CHANGED,
  CHECKLIST_CHANGED,
  CONVERSATION_CHANGED,
  MINUTE_PASSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuDossier, kefu_dossier, G_TYPE_OBJECT)

typedef struct
{
  GWeakRef dossier;
  GCancellable *cancellable;
  Part part;
} Request;

static void load (KefuDossier *self, Part part);

static void
request_free (Request *request)
{
  g_weak_ref_clear (&request->dossier);
  g_object_unref (request->cancellable);
  g_free (request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
set_part (KefuDossier *self, Part part, GPtrArray *records)
{
  g_clear_pointer (&self->parts[part], g_ptr_array_unref);
  self->parts[part] = records;
  g_signal_emit (self, signals[part], 0);
}

/* Drops what belongs to the customer before. */
static void
drop_stale (KefuDossier *self)
{
  kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->grace_id);
  for (Part part = 0; part < N_PARTS; part++)
    if (!self->fresh[part] && self->parts[part])
      set_part (self, part, NULL);
}

static void
grace_cb (gpointer user_data)
{
  KefuDossier *self = user_data;

  self->grace_id = 0;
  drop_stale (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuDossier) self = g_weak_ref_get (&request->dossier);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  Part part = request->part;

  if (!self || self->cancellable != request->cancellable)
    return;

  self->loading[part] = FALSE;
  if (!records)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        kefu_session_fail (self->session, error->message);
      return;
    }
  self->fresh[part] = TRUE;
  set_part (self, part, g_steal_pointer (&records));
  if (self->dirty[part])
    load (self, part);
}

static void
load (KefuDossier *self, Part part)
{
  KefuStore *store = kefu_session_get_store (self->session);
  const char *customer_id = self->conversation->customer_id;
  Request *request;

  /* One question at a time: what changes meanwhile is asked for once more afterwards. */
  self->dirty[part] = self->loading[part];
  if (self->loading[part])
    return;

  self->loading[part] = TRUE;
  request = g_new0 (Request, 1);
  g_weak_ref_init (&request->dossier, self);
  request->cancellable = g_object_ref (self->cancellable);
  request->part = part;
  switch (part)
    {
    case PART_CUSTOMER:
      kefu_store_get_customer_async (store, customer_id, self->conversation->id, self->cancellable, loaded_cb, request);
      break;
    case PART_ORDERS:
      kefu_store_list_orders_async (store, customer_id, self->cancellable, loaded_cb, request);
      break;
    case PART_CHECKLIST:
      kefu_store_list_checklist_async (store, customer_id, self->cancellable, loaded_cb, request);
      break;
    case N_PARTS:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
has_earlier (KefuDossier *self, KefuChangeSet *set)
{
  KefuCustomerRecord *customer = kefu_dossier_get_customer (self);

  if (!customer)
    return FALSE;
  for (guint i = 0; i < customer->earlier->len; i++)
    {
      KefuConversationRecord *earlier = customer->earlier->pdata[i];

      if (kefu_change_set_has (set, "conversation", earlier->id))
        return TRUE;
    }
  return FALSE;
}

static void
changed_cb (KefuDossier *self, KefuChangeSet *set)
{
  gboolean orders, checklist;

  if (!self->conversation)
    return;

  /* A new order or item cannot be told from the id alone whose it is; both are rare enough to look. */
  orders = kefu_change_set_has (set, "order", NULL);
  checklist = kefu_change_set_has (set, "checklist_item", NULL);
  if (orders || kefu_change_set_has (set, "customer", self->conversation->customer_id) ||
      kefu_change_set_has (set, "identity", NULL) || has_earlier (self, set))
    load (self, PART_CUSTOMER);
  if (orders || checklist)
    load (self, PART_ORDERS);
  if (checklist)
    load (self, PART_CHECKLIST);
}

static void
tick_cb (KefuDossier *self, gint64 now)
{
  if (now / MINUTE_MS == self->minute)
    return;
  self->minute = now / MINUTE_MS;
  g_signal_emit (self, signals[MINUTE_PASSED], 0);
}

static void
kefu_dossier_dispose (GObject *object)
{
  KefuDossier *self = KEFU_DOSSIER (object);

  if (self->session)
    kefu_dossier_set_awake (self, FALSE);
  g_cancellable_cancel (self->cancellable);
  if (self->session)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->grace_id);
  for (Part part = 0; part < N_PARTS; part++)
    g_clear_pointer (&self->parts[part], g_ptr_array_unref);
  g_clear_pointer (&self->conversation, kefu_conversation_record_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kefu_dossier_parent_class)->dispose (object);
}

static void
kefu_dossier_class_init (KefuDossierClass *klass)
{
  static const char *const names[N_SIGNALS] = { "customer-changed", "orders-changed", "checklist-changed",
                                                "conversation-changed", "minute-passed" };

  G_OBJECT_CLASS (klass)->dispose = kefu_dossier_dispose;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] =
      g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_dossier_init (KefuDossier *self)
{
  self->cancellable = g_cancellable_new ();
}

KefuDossier *
kefu_dossier_new (KefuSession *session)
{
  KefuDossier *self = g_object_new (KEFU_TYPE_DOSSIER, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (kefu_session_get_store (session), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

KefuSession *
kefu_dossier_get_session (KefuDossier *self)
{
  g_return_val_if_fail (KEFU_IS_DOSSIER (self), NULL);

  return self->session;
}

void
kefu_dossier_set_conversation (KefuDossier *self, KefuConversationRecord *conversation)
{
  gboolean same_customer, same_conversation;

  g_return_if_fail (KEFU_IS_DOSSIER (self));

  if (self->conversation == conversation)
    return;

  same_customer =
    self->conversation && conversation && g_str_equal (self->conversation->customer_id, conversation->customer_id);
  same_conversation = self->conversation && conversation && g_str_equal (self->conversation->id, conversation->id);
  g_clear_pointer (&self->conversation, kefu_conversation_record_unref);
  self->conversation = conversation ? kefu_conversation_record_ref (conversation) : NULL;

  if (!same_customer)
    {
      g_cancellable_cancel (self->cancellable);
      g_object_unref (self->cancellable);
      self->cancellable = g_cancellable_new ();
      for (Part part = 0; part < N_PARTS; part++)
        self->loading[part] = self->dirty[part] = self->fresh[part] = FALSE;
    }
  g_signal_emit (self, signals[CONVERSATION_CHANGED], 0);

  if (!conversation)
    {
      drop_stale (self);
    }
  else if (!same_customer)
    {
      KefuClock *clock = kefu_session_get_clock (self->session);

      kefu_clock_clear_timeout (clock, &self->grace_id);
      self->grace_id = kefu_clock_add_timeout (clock, GRACE_MS, grace_cb, self, NULL);
      for (Part part = 0; part < N_PARTS; part++)
        load (self, part);
    }
  else if (!same_conversation)
    {
      load (self, PART_CUSTOMER); /* `earlier` leaves out the open conversation */
    }
}

void
kefu_dossier_set_awake (KefuDossier *self, gboolean awake)
{
  KefuTicker *ticker;

  g_return_if_fail (KEFU_IS_DOSSIER (self));

  if (self->awake == awake)
    return;
  self->awake = awake;
  ticker = kefu_session_get_ticker (self->session);
  if (awake)
    {
      g_signal_connect_object (ticker, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
      kefu_ticker_hold (ticker);
    }
  else
    {
      g_signal_handlers_disconnect_by_func (ticker, tick_cb, self);
      kefu_ticker_release (ticker);
    }
}

KefuConversationRecord *
kefu_dossier_get_conversation (KefuDossier *self)
{
  g_return_val_if_fail (KEFU_IS_DOSSIER (self), NULL);

  return self->conversation;
}

KefuCustomerRecord *
kefu_dossier_get_customer (KefuDossier *self)
{
  GPtrArray *records;

  g_return_val_if_fail (KEFU_IS_DOSSIER (self), NULL);

  records = self->parts[PART_CUSTOMER];
  return records && records->len > 0 ? records->pdata[0] : NULL;
}

GPtrArray *
kefu_dossier_get_orders (KefuDossier *self)
{
  g_return_val_if_fail (KEFU_IS_DOSSIER (self), NULL);

  return self->parts[PART_ORDERS];
}

GPtrArray *
kefu_dossier_get_checklist (KefuDossier *self)
{
  g_return_val_if_fail (KEFU_IS_DOSSIER (self), NULL);

  return self->parts[PART_CHECKLIST];
}

guint
kefu_dossier_get_n_open (KefuDossier *self)
{
  GPtrArray *records;
  guint n = 0;

  g_return_val_if_fail (KEFU_IS_DOSSIER (self), 0);

  records = self->parts[PART_CHECKLIST];
  for (guint i = 0; records && i < records->len; i++)
    n += !((KefuChecklistRecord *) records->pdata[i])->done;
  return n;
}
