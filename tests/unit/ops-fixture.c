/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's and a desk's database side by side, on which the same operation is applied. */
#include "config.h"

#include "ops-fixture.h"

#include <string.h>

#include "kefu-entity.h"

#define PUT(seq, kind, id, rest)                                                                                       \
  "{'seq':" seq ",'kind':'" kind "','id':'" id "','op':'put','body':{'id':'" id "','rev':" seq "," rest "}}"

static const char
  world
    [] =
      "[" PUT (
        "1",
        "agent",
        "lin",
        "'name':'林小满'") "," PUT ("2", "agent", "jie", "'name':'阿杰'") "," PUT ("3",
                                                                                   "agent",
                                                                                   "gone",
                                                                                   "'name':'旧人','disabled':true") "," PUT ("4",
                                                                                                                             "channel",
                                                                                                                             "ww1",
                                                                                                                             "'type':'wangwang','name':'旺旺','max_len':20") "," PUT ("5",
                                                                                                                                                                                      "customer",
                                                                                                                                                                                      CUSTOMER,
                                                                                                                                                                                      "'name':'张晓雨','tags':['老客']") "," PUT ("6",
                                                                                                                                                                                                                                  "customer",
                                                                                                                                                                                                                                  OTHER_CUSTOMER,
                                                                                                                                                                                                                                  "'name':'李雷'") "," PUT ("7", "identity", IDENTITY, "'customer_id':'" CUSTOMER "','channel_id':'ww1','key':'buyer1','name':'晓雨'") "," PUT ("8",
                                                                                                                                                                                                                                                                                                                                                                                "conversation",
                                                                                                                                                                                                                                                                                                                                                                                CONVERSATION,
                                                                                                                                                                                                                                                                                                                                                                                "'customer_id':'" CUSTOMER
                                                                                                                                                                                                                                                                                                                                                                                "','channel_id':'ww1','identity_id':'" IDENTITY
                                                                                                                                                                                                                                                                                                                                                                                "','key':'buyer1','in_count':1,"
                                                                                                                                                                                                                                                                                                                                                                                "'last_mseq':2,'waiting_since':1799999000000,'last_in_at':1799999000000,'last_at':1799999000000,"
                                                                                                                                                                                                                                                                                                                                                                                "'last_text':'在吗','last_dir':'in','created_at':1799998000000") "," PUT ("9",
                                                                                                                                                                                                                                                                                                                                                                                                                                                          "conversation",
                                                                                                                                                                                                                                                                                                                                                                                                                                                          OTHER_CONVERSATION,
                                                                                                                                                                                                                                                                                                                                                                                                                                                          "'customer_id':'" OTHER_CUSTOMER "','channel_id':'ww1','key':'buyer2','last_mseq':1,'in_count':1") "," PUT ("10",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "message",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      OWN_MESSAGE,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "'conversation_id':'" CONVERSATION
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "','mseq':1,'dir':'out','author_id':'lin','body':'亲','sent_at':1799998000000,"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "'delivery':'sent'") "," PUT ("11",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "message",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    MESSAGE,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "'conversation_id':'" CONVERSATION
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "','mseq':2,'dir':'in','body':'在吗','in_no':1,'sent_at':1799999000000") "," PUT ("12",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "message",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      OTHER_MESSAGE,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "'conversation_id':'" OTHER_CONVERSATION
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "','mseq':1,'dir':'in','body':'hi','in_no':1,'sent_at':1799999000000") "," PUT ("13",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "order",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      ORDER,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "'customer_id':'" CUSTOMER
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "','channel_id':'ww1','number':'2206','state':'paid','placed_at':1799000000000,"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "'items':[{'title':'晴山石英女表','qty':2,'image':'w.png'}],'total_minor':59800,'paid_minor':59800") "," PUT ("14",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "order",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    OTHER_ORDER,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "'customer_id':'" OTHER_CUSTOMER
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "','channel_id':'ww1','number':'2207','state':'paid','placed_at':1799000000000") "," PUT ("15",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "phrase_group",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              GROUP,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "'name':'开场'") "," PUT ("16",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "phrase",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        PHRASE,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "'group_id':'" GROUP
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "','title':'问候','body':'您好','sort':3,'uses':2,'last_used':5") "," PUT ("17",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "phrase",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   FOREIGN_PHRASE,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "'group_id':'" GROUP
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "','body':'我的','scope':'personal','agent_id':'jie'") "]";

/* As in protocol.md and the server's own script. */
static const char server_tables[] =
  "CREATE TABLE change(seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,"
  " op TEXT NOT NULL CHECK(op IN('put','del')), UNIQUE(kind,id) ON CONFLICT REPLACE);"
  "INSERT INTO sqlite_sequence(name, seq) VALUES('change', 100);"
  "CREATE TABLE audit(id INTEGER PRIMARY KEY, at INTEGER, agent_id TEXT, what TEXT, customer_id TEXT, field TEXT, how "
  "TEXT);"
  "CREATE TABLE field_edit(kind TEXT, id TEXT, field TEXT, value TEXT, agent_id TEXT, at INTEGER,"
  " PRIMARY KEY(kind, id, field));";

static char *
double_quotes (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

static KefuDb *
open_world (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *changes = double_quotes (world);
  KefuDb *db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, &error);

  g_assert_no_error (error);
  kefu_model_init ();
  kefu_db_migrate (db, KEFU_ENTITY_SQL, &error);
  g_assert_no_error (error);
  kefu_entity_apply_changes (db, changes, NULL, NULL, &error);
  g_assert_no_error (error);
  kefu_db_exec (db,
                "INSERT INTO other_entity VALUES('label', '" LABEL "', 30, '{\"name\":\"催发货\",\"color\":1}'),"
                " ('label', '" OTHER_LABEL "', 31, '{\"name\":\"售后\",\"color\":2}')",
                &error);
  g_assert_no_error (error);
  return db;
}

void
ops_set_up (Ops *self, gconstpointer data)
{
  self->server = open_world ();
  self->desk = open_world ();
  g_assert_true (kefu_db_exec (self->server, server_tables, NULL));
  self->now = NOW;
  self->actor = "lin";
  self->if_rev = 0;
  self->n_ops = 0;
  self->touched = g_ptr_array_new_with_free_func (g_free);
}

void
ops_tear_down (Ops *self, gconstpointer data)
{
  kefu_db_close (self->server);
  kefu_db_close (self->desk);
  g_ptr_array_unref (self->touched);
  g_free (self->conflicts);
}

gint64
ops_assign_revs (KefuOpContext *context)
{
  gint64 seq = 0;

  for (guint i = 0; i < context->touched->len; i++)
    {
      const KefuEntityRef *ref = g_ptr_array_index (context->touched, i);

      g_assert_true (kefu_db_run (context->db, NULL, "INSERT INTO change(kind, id, op) VALUES(?1, ?2, 'put')", "ss",
                                  ref->kind, ref->id));
      seq = sqlite3_last_insert_rowid (kefu_db_handle (context->db));
      g_assert_true (kefu_entity_set_rev (context->db, ref->kind, ref->id, seq, NULL));
      if (kefu_db_changes (context->db) == 0)
        g_assert_true (kefu_db_run (context->db, NULL, "UPDATE change SET op = 'del' WHERE seq = ?1", "i", seq));
    }
  return seq;
}

/* All entities, one a line, without what the server alone gives. */
static char *
dump (KefuDb *db)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *const *kinds = kefu_entity_kinds ();

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s ORDER BY id", kefu_entity_table (kinds[i]));
      g_autoptr (KefuStmt) rows = kefu_db_query (db, NULL, sql, "");

      while (kefu_stmt_step (rows, NULL))
        {
          g_autofree char *json = kefu_entity_to_json (db, kinds[i], kefu_stmt_text (rows, 0), NULL);
          g_autoptr (JsonNode) node = json_from_string (json, NULL);
          g_autofree char *bare = NULL;

          json_object_remove_member (json_node_get_object (node), "rev");
          json_object_remove_member (json_node_get_object (node), "mseq");
          json_object_remove_member (json_node_get_object (node), "last_mseq");
          bare = json_to_string (node, FALSE);
          g_string_append_printf (out, "%s %s\n", kinds[i], bare);
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
note_conflicts (Ops *self, JsonArray *conflicts)
{
  g_autoptr (GString) text = conflicts != NULL ? g_string_new ("") : NULL;

  for (guint i = 0; conflicts != NULL && i < json_array_get_length (conflicts); i++)
    {
      JsonObject *conflict = json_array_get_object_element (conflicts, i);

      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", json_object_get_string_member (conflict, "field"),
                              json_object_get_string_member_with_default (conflict, "by", "-"));
    }
  g_free (self->conflicts);
  self->conflicts = text != NULL ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static KefuOpOutcome
apply_on (Ops *self,
          KefuDb *db,
          const char *op_id,
          const char *type,
          JsonObject *args,
          gboolean is_repeat,
          char **message)
{
  gboolean is_server = db == self->server;
  g_autoptr (GError) error = NULL;
  KefuOpContext context;
  KefuOpOutcome outcome;
  int before = sqlite3_total_changes (kefu_db_handle (db));

  kefu_op_context_init (&context, db, is_server, self->now, self->actor);
  context.op_id = op_id;
  g_assert_true (kefu_db_begin (db, NULL));
  outcome = kefu_op_apply (&context, type, args, is_repeat ? 0 : self->if_rev, &error);
  if (outcome == KEFU_OP_APPLIED)
    g_assert_no_error (error);
  else
    g_assert_nonnull (error);

  if (outcome != KEFU_OP_APPLIED || is_repeat)
    {
      g_assert_cmpint (sqlite3_total_changes (kefu_db_handle (db)), ==, before);
      g_assert_cmpuint (context.touched->len, ==, 0);
    }
  else if (is_server)
    {
      ops_assign_revs (&context);
    }
  if (is_server && !is_repeat)
    {
      g_ptr_array_set_size (self->touched, 0);
      for (guint i = 0; i < context.touched->len; i++)
        {
          KefuEntityRef *ref = g_ptr_array_index (context.touched, i);

          g_ptr_array_add (self->touched, g_strdup_printf ("%s %s", ref->kind, ref->id));
        }
    }
  if (is_server && !is_repeat)
    note_conflicts (self, context.conflicts);
  g_assert_true (kefu_db_commit (db, NULL));
  if (message != NULL)
    *message = error != NULL ? g_strdup (error->message) : NULL;
  kefu_op_context_clear (&context);
  return outcome;
}

KefuOpOutcome
ops_apply (Ops *self, const char *type, const char *args, char **message)
{
  g_autofree char *json = double_quotes (args);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autofree char *op_id = g_strdup_printf ("01890000-0000-7000-9000-%012u", ++self->n_ops);
  g_autofree char *first_message = NULL;
  g_autofree char *desk_message = NULL;
  g_autofree char *on_server = NULL;
  g_autofree char *on_desk = NULL;
  KefuOpOutcome outcome;
  JsonObject *object;

  g_assert_nonnull (node);
  object = json_node_get_object (node);
  outcome = apply_on (self, self->server, op_id, type, object, FALSE, &first_message);
  if (outcome == KEFU_OP_APPLIED)
    g_assert_cmpint (apply_on (self, self->server, op_id, type, object, TRUE, NULL), ==, KEFU_OP_APPLIED);

  if (self->actor != NULL && self->conflicts == NULL && (self->if_rev == 0 || outcome == KEFU_OP_APPLIED))
    {
      g_assert_cmpint (apply_on (self, self->desk, op_id, type, object, FALSE, &desk_message), ==, outcome);
      g_assert_cmpstr (desk_message, ==, first_message);
      if (outcome == KEFU_OP_APPLIED)
        g_assert_cmpint (apply_on (self, self->desk, op_id, type, object, TRUE, NULL), ==, KEFU_OP_APPLIED);
      on_server = dump (self->server);
      on_desk = dump (self->desk);
      g_assert_cmpstr (on_desk, ==, on_server);
    }
  if (message != NULL)
    *message = g_steal_pointer (&first_message);
  return outcome;
}

void
ops_applied (Ops *self, const char *type, const char *args)
{
  g_autofree char *message = NULL;
  KefuOpOutcome outcome = ops_apply (self, type, args, &message);

  if (outcome != KEFU_OP_APPLIED)
    g_error ("%s %s: %s", type, args, message);
}

static void
refused (Ops *self, KefuOpOutcome expected, const char *type, const char *args, const char *named)
{
  g_autofree char *message = NULL;
  KefuOpOutcome outcome = ops_apply (self, type, args, &message);
  g_autofree char *beginning = g_strconcat (named, ":", NULL);

  if (outcome != expected || !g_str_has_prefix (message, beginning))
    g_error ("%s %s: %u, %s; not %u, %s", type, args, outcome, message, expected, named);
}

void
ops_rejected (Ops *self, const char *type, const char *args, const char *named)
{
  refused (self, KEFU_OP_REJECTED, type, args, named);
}

void
ops_conflict (Ops *self, const char *type, const char *args, const char *named)
{
  refused (self, KEFU_OP_CONFLICT, type, args, named);
}

void
ops_assert_int (Ops *self, gint64 expected, const char *sql)
{
  g_assert_cmpint (kefu_db_int (self->server, -99, sql, ""), ==, expected);
  if (self->actor != NULL)
    g_assert_cmpint (kefu_db_int (self->desk, -99, sql, ""), ==, expected);
}

void
ops_assert_text (Ops *self, const char *expected, const char *sql)
{
  g_autofree char *on_server = kefu_db_text (self->server, sql, "");
  g_autofree char *on_desk = kefu_db_text (self->desk, sql, "");

  g_assert_cmpstr (on_server, ==, expected);
  if (self->actor != NULL)
    g_assert_cmpstr (on_desk, ==, expected);
}
