/* SPDX-License-Identifier: GPL-3.0-or-later
 * The context of a signed-in agent, handed down to everything that shows or does something. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-session.h"

#include <glib/gi18n.h>

#include "kefu-id.h"

/* What a signed-in agent has, in one object that is passed on as a property instead of being looked up: its parts know
 * nothing of each other but through it. Acts are operations; the store makes them durable and visible, so nothing here
 * waits for an answer but for the sake of its error. */
struct _KefuSession
{
  GObject parent_instance;

  KefuStore *store;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  KefuClock *clock;
  KefuTicker *ticker;
  KefuOutboxList *outbox; /* (nullable): nobody has asked for it */
  KefuLabelList *labels;  /* the same */
  KefuPhraseEngine *phrases;
  KefuLint *lint;
  char *agent_id;
  char *agent_name;
  char *focus_conversation;
  gboolean active;
  GHashTable *reading; /* conversation ids that are being marked read; a set */
};

enum
{
  PROP_0,
  PROP_STORE,
  PROP_BACKEND,
  PROP_ENGINE,
  PROP_CLOCK,
  PROP_TICKER,
  PROP_PHRASES,
  PROP_LINT,
  PROP_AGENT_ID,
  PROP_AGENT_NAME,
  PROP_FOCUS_CONVERSATION,
  PROP_ACTIVE,
  N_PROPS
};

enum
{
  SIGNAL_FAILURE,
  SIGNAL_OPEN_CONVERSATION,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSession, kefu_session, G_TYPE_OBJECT)

/* An operation on its way to the store. */
typedef struct
{
  KefuSession *session;
  const char *type;
  char *conversation_id; /* of a message, whose draft goes when it is durable; else NULL */
  const char *mode;
  char *reading_id; /* of a conversation that is being marked read */
} Act;

static Act *
act_new (KefuSession *self, const char *type)
{
  Act *act = g_new0 (Act, 1);

  act->session = g_object_ref (self);
  act->type = g_intern_string (type);
  return act;
}

static void
act_free (Act *act)
{
  g_object_unref (act->session);
  g_free (act->conversation_id);
  g_free (act->reading_id);
  g_free (act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

/* (transfer full): what did not happen, in words for a toast; the error alone ("remark: it is too long") says only why. */
static char *
describe_failure (const char *type, const GError *error)
{
  if (g_str_equal (type, "message.send"))
    return g_strdup_printf (_ ("The message was not sent: %s"), error->message);
  if (g_str_equal (type, "message.retry"))
    return g_strdup_printf (_ ("The message was not sent again: %s"), error->message);
  if (g_str_equal (type, "conversation.claim") && g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CONFLICT))
    return g_strdup (_ ("Somebody else has taken this conversation"));
  if (g_str_has_prefix (type, "conversation."))
    return g_strdup_printf (_ ("The conversation was not changed: %s"), error->message);
  if (g_str_has_prefix (type, "checklist."))
    return g_strdup_printf (_ ("The checklist was not changed: %s"), error->message);
  if (g_str_has_prefix (type, "customer."))
    return g_strdup_printf (_ ("The customer was not changed: %s"), error->message);
  if (g_str_has_prefix (type, "order."))
    return g_strdup_printf (_ ("The order was not changed: %s"), error->message);
  if (g_str_has_prefix (type, "phrase"))
    return g_strdup_printf (_ ("The phrases were not changed: %s"), error->message);
  return g_strdup_printf (_ ("This was not done: %s"), error->message);
}

static void
performed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = kefu_store_perform_finish (KEFU_STORE (source), result, &error);
  g_autofree char *text = NULL;

  if (act->reading_id != NULL)
    g_hash_table_remove (act->session->reading, act->reading_id);
  if (op_id != NULL)
    {
      /* A message that became durable takes the place of its draft. */
      if (act->conversation_id != NULL)
        kefu_store_save_draft (KEFU_STORE (source), act->conversation_id, act->mode, "");
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* At the end of a session only what would be lost is worth a word. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) && act->conversation_id == NULL)
    return;
  text = describe_failure (act->type, error);
  kefu_session_fail (act->session, text);
}

static void
set_string_or_null (JsonObject *args, const char *field, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (args, field, value);
  else
    json_object_set_null_member (args, field);
}

static JsonObject *
make_args (const char *field, const char *id)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, field, id);
  return args;
}

static void
kefu_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuSession *self = KEFU_SESSION (object);

  switch (prop_id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_BACKEND:
      g_value_set_object (value, self->backend);
      break;
    case PROP_ENGINE:
      g_value_set_object (value, self->engine);
      break;
    case PROP_CLOCK:
      g_value_set_object (value, self->clock);
      break;
    case PROP_TICKER:
      g_value_set_object (value, self->ticker);
      break;
    case PROP_PHRASES:
      g_value_set_object (value, self->phrases);
      break;
    case PROP_LINT:
      g_value_set_object (value, self->lint);
      break;
    case PROP_AGENT_ID:
      g_value_set_string (value, self->agent_id);
      break;
    case PROP_AGENT_NAME:
      g_value_set_string (value, self->agent_name);
      break;
    case PROP_FOCUS_CONVERSATION:
      g_value_set_string (value, self->focus_conversation);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_session_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuSession *self = KEFU_SESSION (object);

  switch (prop_id)
    {
    case PROP_FOCUS_CONVERSATION:
      kefu_session_set_focus_conversation (self, g_value_get_string (value));
      break;
    case PROP_ACTIVE:
      kefu_session_set_active (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_session_finalize (GObject *object)
{
  KefuSession *self = KEFU_SESSION (object);

  g_clear_object (&self->phrases);
  g_clear_object (&self->outbox);
  g_clear_object (&self->labels);
  g_clear_object (&self->ticker);
  g_clear_object (&self->engine);
  g_clear_object (&self->backend);
  g_clear_object (&self->store);
  g_clear_object (&self->lint);
  g_clear_object (&self->clock);
  g_free (self->agent_id);
  g_free (self->agent_name);
  g_free (self->focus_conversation);
  g_hash_table_unref (self->reading);

  G_OBJECT_CLASS (kefu_session_parent_class)->finalize (object);
}

static void
kefu_session_class_init (KefuSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_session_get_property;
  object_class->set_property = kefu_session_set_property;
  object_class->finalize = kefu_session_finalize;

  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, KEFU_TYPE_STORE, read);
  properties[PROP_BACKEND] = g_param_spec_object ("backend", NULL, NULL, KEFU_TYPE_BACKEND, read);
  properties[PROP_ENGINE] = g_param_spec_object ("engine", NULL, NULL, KEFU_TYPE_SYNC_ENGINE, read);
  properties[PROP_CLOCK] = g_param_spec_object ("clock", NULL, NULL, KEFU_TYPE_CLOCK, read);
  properties[PROP_TICKER] = g_param_spec_object ("ticker", NULL, NULL, KEFU_TYPE_TICKER, read);
  properties[PROP_PHRASES] = g_param_spec_object ("phrases", NULL, NULL, KEFU_TYPE_PHRASE_ENGINE, read);
  properties[PROP_LINT] = g_param_spec_object ("lint", NULL, NULL, KEFU_TYPE_LINT, read);
  properties[PROP_AGENT_ID] = g_param_spec_string ("agent-id", NULL, NULL, NULL, read);
  properties[PROP_AGENT_NAME] = g_param_spec_string ("agent-name", NULL, NULL, NULL, read);
  properties[PROP_FOCUS_CONVERSATION] = g_param_spec_string ("focus-conversation", NULL, NULL, NULL, both);
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_FAILURE] =
    g_signal_new ("failure", KEFU_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_OPEN_CONVERSATION] = g_signal_new ("open-conversation", KEFU_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kefu_session_init (KefuSession *self)
{
  self->reading = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

KefuSession *
kefu_session_new (KefuStore *store,
                  KefuBackend *backend,
                  KefuSyncEngine *engine,
                  KefuClock *clock,
                  KefuLint *lint,
                  const char *agent_id,
                  const char *agent_name)
{
  KefuSession *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (KEFU_IS_CLOCK (clock), NULL);

  self = g_object_new (KEFU_TYPE_SESSION, NULL);
  self->store = g_object_ref (store);
  g_set_object (&self->backend, backend);
  g_set_object (&self->engine, engine);
  self->clock = g_object_ref (clock);
  g_set_object (&self->lint, lint);
  self->ticker = kefu_ticker_new (clock);
  self->phrases = kefu_phrase_engine_new (store);
  self->agent_id = g_strdup (agent_id);
  self->agent_name = g_strdup (agent_name);
  /* A draft or an act on the tray that could not be stored: nobody else is told. */
  g_signal_connect_object (store, "failure", G_CALLBACK (kefu_session_fail), self, G_CONNECT_SWAPPED);
  return self;
}

KefuStore *
kefu_session_get_store (KefuSession *self)
{
  return self->store;
}

KefuBackend *
kefu_session_get_backend (KefuSession *self)
{
  return self->backend;
}

KefuSyncEngine *
kefu_session_get_engine (KefuSession *self)
{
  return self->engine;
}

KefuClock *
kefu_session_get_clock (KefuSession *self)
{
  return self->clock;
}

KefuTicker *
kefu_session_get_ticker (KefuSession *self)
{
  return self->ticker;
}

KefuOutboxList *
kefu_session_get_outbox (KefuSession *self)
{
  if (self->outbox == NULL)
    self->outbox = kefu_outbox_list_new (self->store);
  return self->outbox;
}

KefuLabelList *
kefu_session_get_labels (KefuSession *self)
{
  if (self->labels == NULL)
    self->labels = kefu_label_list_new (self->store);
  return self->labels;
}

KefuPhraseEngine *
kefu_session_get_phrases (KefuSession *self)
{
  return self->phrases;
}

KefuLint *
kefu_session_get_lint (KefuSession *self)
{
  return self->lint;
}

KefuHistory *
kefu_session_get_history (KefuSession *self)
{
  g_return_val_if_fail (KEFU_IS_SESSION (self), NULL);

  return self->engine != NULL ? kefu_sync_engine_get_history (self->engine) : NULL;
}

KefuTransfers *
kefu_session_get_transfers (KefuSession *self)
{
  return self->engine != NULL ? kefu_sync_engine_get_transfers (self->engine) : NULL;
}

const char *
kefu_session_get_agent_id (KefuSession *self)
{
  return self->agent_id;
}

const char *
kefu_session_get_agent_name (KefuSession *self)
{
  return self->agent_name;
}

const char *
kefu_session_get_focus_conversation (KefuSession *self)
{
  return self->focus_conversation;
}

void
kefu_session_set_focus_conversation (KefuSession *self, const char *conversation_id)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  if (g_strcmp0 (self->focus_conversation, conversation_id) == 0)
    return;
  g_free (self->focus_conversation);
  self->focus_conversation = g_strdup (conversation_id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOCUS_CONVERSATION]);
}

gboolean
kefu_session_get_active (KefuSession *self)
{
  return self->active;
}

void
kefu_session_set_active (KefuSession *self, gboolean active)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  active = !!active;
  if (self->active == active)
    return;
  self->active = active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

void
kefu_session_open_conversation (KefuSession *self, const char *conversation_id)
{
  g_return_if_fail (KEFU_IS_SESSION (self));
  g_return_if_fail (conversation_id != NULL);

  g_signal_emit (self, signals[SIGNAL_OPEN_CONVERSATION], 0, conversation_id);
}

void
kefu_session_fail (KefuSession *self, const char *text)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  g_signal_emit (self, signals[SIGNAL_FAILURE], 0, text);
}

void
kefu_session_perform (KefuSession *self, const char *type, JsonObject *args)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  kefu_session_perform_edit (self, type, args, 0, NULL);
}

void
kefu_session_perform_edit (KefuSession *self,
                           const char *type,
                           JsonObject *args,
                           gint64 if_rev,
                           const char *refused_op_id)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  kefu_store_perform_instead_async (self->store, refused_op_id, type, args, if_rev, NULL, performed_cb,
                                    act_new (self, type));
}

/* (transfer full): what every message that is sent has. */
static JsonObject *
message_args (KefuSession *self, const char *conversation_id, const char *kind, const char *body, const char *quote_id)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *id = kefu_id_new (now);
  JsonObject *args = make_args ("id", id);

  json_object_set_string_member (args, "conversation_id", conversation_id);
  json_object_set_string_member (args, "kind", kind);
  json_object_set_string_member (args, "body", body);
  if (quote_id != NULL)
    json_object_set_string_member (args, "quote_id", quote_id);
  json_object_set_int_member (args, "at", now);
  return args;
}

void
kefu_session_send_message (KefuSession *self,
                           const char *conversation_id,
                           gboolean note,
                           const char *body,
                           const char *quote_id)
{
  g_autoptr (JsonObject) args = message_args (self, conversation_id, note ? "note" : "text", body, quote_id);
  Act *act = act_new (self, "message.send");

  act->conversation_id = g_strdup (conversation_id);
  act->mode = note ? "note" : "reply";
  kefu_store_perform_async (self->store, act->type, args, 0, NULL, performed_cb, act);
}

void
kefu_session_send_attachment (KefuSession *self,
                              const char *conversation_id,
                              KefuAttachment *attachment,
                              const char *caption,
                              const char *quote_id)
{
  const char *kind = kefu_attachment_is_picture (attachment->mime) ? "image" : "file";
  g_autoptr (JsonObject) args = message_args (self, conversation_id, kind, caption != NULL ? caption : "", quote_id);
  Act *act = act_new (self, "message.send");

  json_object_set_object_member (args, "attachment", kefu_attachment_to_json (attachment));
  if (caption != NULL && *caption != '\0')
    {
      act->conversation_id = g_strdup (conversation_id);
      act->mode = "reply";
    }
  kefu_store_perform_async (self->store, act->type, args, 0, NULL, performed_cb, act);
}

void
kefu_session_retry_message (KefuSession *self, const char *message_id)
{
  g_autoptr (JsonObject) args = make_args ("id", message_id);

  kefu_session_perform (self, "message.retry", args);
}

void
kefu_session_mark_read (KefuSession *self, KefuConversationRecord *conversation)
{
  g_autoptr (JsonObject) args = NULL;
  Act *act;

  g_return_if_fail (KEFU_IS_SESSION (self));

  /* The caller's record stays as it is until the store has it. */
  if (conversation->unread <= 0 || !g_hash_table_add (self->reading, g_strdup (conversation->id)))
    return;
  args = make_args ("conversation_id", conversation->id);
  json_object_set_int_member (args, "mseq", conversation->last_mseq);
  json_object_set_int_member (args, "in_no", conversation->in_count);
  act = act_new (self, "conversation.read");
  act->reading_id = g_strdup (conversation->id);
  kefu_store_perform_async (self->store, act->type, args, 0, NULL, performed_cb, act);
}

void
kefu_session_claim (KefuSession *self, KefuConversationRecord *conversation, const char *assignee_id)
{
  g_autoptr (JsonObject) args = make_args ("conversation_id", conversation->id);

  set_string_or_null (args, "assignee_id", assignee_id);
  set_string_or_null (args, "expect_assignee", conversation->assignee_id);
  kefu_session_perform (self, "conversation.claim", args);
}

void
kefu_session_set_status (KefuSession *self, const char *conversation_id, const char *status, gint64 until)
{
  g_autoptr (JsonObject) args = make_args ("conversation_id", conversation_id);

  json_object_set_string_member (args, "status", status);
  if (until > 0)
    json_object_set_int_member (args, "until", until);
  kefu_session_perform (self, "conversation.status", args);
}

void
kefu_session_set_label (KefuSession *self, const char *conversation_id, const char *label_id, gboolean add)
{
  g_autoptr (JsonObject) args = make_args ("conversation_id", conversation_id);

  json_object_set_string_member (args, "label_id", label_id);
  json_object_set_boolean_member (args, "add", add);
  kefu_session_perform (self, "conversation.label", args);
}

void
kefu_session_add_checklist (KefuSession *self,
                            const char *conversation_id,
                            const char *kind,
                            const char *title,
                            gint64 due_at,
                            const char *order_id,
                            const char *proof_message_id)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *id = kefu_id_new (now);
  g_autoptr (JsonObject) args = make_args ("id", id);

  json_object_set_string_member (args, "conversation_id", conversation_id);
  json_object_set_string_member (args, "kind", kind);
  json_object_set_string_member (args, "title", title);
  if (due_at > 0)
    json_object_set_int_member (args, "due_at", due_at);
  if (order_id != NULL)
    json_object_set_string_member (args, "order_id", order_id);
  if (proof_message_id != NULL)
    json_object_set_string_member (args, "proof_message_id", proof_message_id);
  json_object_set_int_member (args, "at", now);
  kefu_session_perform (self, "checklist.add", args);
}

void
kefu_session_set_done (KefuSession *self, const char *item_id, gboolean done)
{
  g_autoptr (JsonObject) args = make_args ("id", item_id);

  json_object_set_boolean_member (args, "done", done);
  kefu_session_perform (self, "checklist.done", args);
}

void
kefu_session_set_order_flag (KefuSession *self, const char *order_id, int flag)
{
  g_autoptr (JsonObject) args = make_args ("order_id", order_id);

  if (flag >= 0)
    json_object_set_int_member (args, "flag", flag);
  else
    json_object_set_null_member (args, "flag");
  kefu_session_perform (self, "order.flag", args);
}

void
kefu_session_tag_customer (KefuSession *self, const char *customer_id, const char *tag, gboolean add)
{
  g_autoptr (JsonObject) args = make_args ("customer_id", customer_id);
  JsonArray *tags = json_array_new ();

  json_array_add_string_element (tags, tag);
  json_object_set_array_member (args, add ? "add" : "remove", tags);
  kefu_session_perform (self, "customer.tag", args);
}

void
kefu_session_record_reveal (KefuSession *self, const char *customer_id, const char *field, const char *how)
{
  g_autoptr (JsonObject) args = make_args ("customer_id", customer_id);

  json_object_set_string_member (args, "field", field);
  json_object_set_string_member (args, "how", how);
  kefu_session_perform (self, "customer.reveal", args);
}

void
kefu_session_use_phrase (KefuSession *self, const char *phrase_id)
{
  g_autoptr (JsonObject) args = make_args ("phrase_id", phrase_id);

  json_object_set_int_member (args, "at", kefu_clock_now (self->clock));
  kefu_session_perform (self, "phrase.use", args);
}
