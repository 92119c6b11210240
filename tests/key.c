/* SPDX-License-Identifier: Apache-2.0 */
/* API keys and the answers to repeated requests, as the core keeps them. */
#include "core/key.h"

#include "core/idempotency.h"
#include "lab.h"

static struct service *s;

static enum err
add(const char *name, enum key_scope scope, char text[KEY_SIZE])
{
    enum err e;

    must(service_begin(s));
    e = key_add(s, name, scope, text);
    if (e == ERR_OK)
        must(service_commit(s));
    else
        service_rollback(s);
    return e;
}

static enum err
drop(const char *name)
{
    enum err e;

    must(service_begin(s));
    e = key_remove(s, name);
    if (e == ERR_OK)
        must(service_commit(s));
    else
        service_rollback(s);
    return e;
}

static bool
opens(const char *text)
{
    char name[KEY_NAME_MAX + 1];
    enum key_scope scope;
    bool found;

    must(key_check(s, text, &found, &scope, name));
    return found;
}

static void
test_keys(void)
{
    char first[KEY_SIZE], second[KEY_SIZE], name[KEY_NAME_MAX + 1];
    enum key_scope scope;
    struct key_list list;
    bool any, found;

    must(key_any(s, &any));
    ok(!any, "at first there is no key");
    must(add("plc7", KEY_TEST, first));
    must(add("ana", KEY_ADMIN, second));
    must(key_any(s, &any));
    ok(any, "then there is one");
    ok(strlen(first) == KEY_SIZE - 1 && strncmp(first, "vigia_", 6) == 0,
       "a key says what it is for");
    ok(strcmp(first, second) != 0, "no two are the same");
    must(key_check(s, first, &found, &scope, name));
    ok(found && scope == KEY_TEST, "it is known with its scope");
    is_str(name, "plc7", "and its name");
    must(key_list(s, &list));
    ok(list.count == 2 && strcmp(list.items[0].name, "ana") == 0
           && strcmp(list.items[1].by, "ana") == 0
           && list.items[1].created_at == LAB_TIME,
       "they are listed by name, with who made them and when");
    key_list_free(&list);
    is_int(lab_number(s, "SELECT count(*) FROM api_key"
                         " WHERE instr(hex(sha256), prefix) = 0"),
           2, "the database has their hashes alone");
    must(drop("plc7"));
    ok(!opens(first) && opens(second), "a removed one opens nothing");
    is_int(lab_number(s, "SELECT count(*) FROM change"), 3,
           "each of these is a change");
}

static void
test_wrong_keys(void)
{
    char text[KEY_SIZE];

    must(add("wrong", KEY_READ, text));
    text[KEY_SIZE - 2] = text[KEY_SIZE - 2] == '0' ? '1' : '0';
    ok(!opens(text), "a digit off at the end, and it is nobody's");
    text[KEY_SIZE - 2] = '\0';
    ok(!opens(text) && !opens("") && !opens("vigia_"),
       "nor are shorter texts");
}

static void
test_names(void)
{
    char text[KEY_SIZE], longest[KEY_NAME_MAX + 2];
    enum key_scope scope;

    memset(longest, 'n', sizeof longest);
    longest[KEY_NAME_MAX] = '\0';
    must(add("gate.7:a_b-c", KEY_READ, text));
    must(add(longest, KEY_READ, text));
    longest[KEY_NAME_MAX] = 'n';
    longest[KEY_NAME_MAX + 1] = '\0';
    refused(add(longest, KEY_READ, text), ERR_DATA, "at most 64",
            "a name is not too long");
    refused(add("", KEY_READ, text), ERR_DATA, "cannot be the name",
            "nor empty");
    refused(add("-x", KEY_READ, text), ERR_DATA, "cannot be the name",
            "nor an option");
    refused(add("a b", KEY_READ, text), ERR_DATA, "\"a b\" cannot",
            "nor has it blanks");
    refused(add("gate.7:a_b-c", KEY_READ, text), ERR_CONFLICT,
            "named gate.7:a_b-c already", "a name is taken once");
    refused(drop("gate.7:a_b"), ERR_NOT_FOUND, "nearest: gate.7:a_b-c",
            "an unknown one is told the nearest");
    refused(key_scope_of("Read", &scope), ERR_DATA, "read, test, operate",
            "scopes are words");
}

/* ---- repeated requests ---- */

static bool
ask(const char *key, const char *target, const char *body, enum err *e,
    struct idempotent_answer *answer)
{
    struct idempotent r = {.key = key, .method = "POST", .target = target};
    bool found = false;

    sha256(body, strlen(body), r.body);
    must(service_begin(s));
    *e = idempotency_find(s, &r, &found, answer);
    service_rollback(s);
    return found;
}

static void
keep(const char *key, const char *body)
{
    struct idempotent r = {.key = key, .method = "POST", .target = "/P/fit"};
    struct idempotent_answer answer = {200, (char[]){"ETag: x\r\n"},
                                       (char[]){"{}"}};

    sha256(body, strlen(body), r.body);
    must(service_begin(s));
    must(idempotency_keep(s, &r, &answer));
    must(service_commit(s));
}

static void
test_repeats(void)
{
    struct idempotent_answer answer;
    enum err e;

    ok(!ask("k", "/P/fit", "1", &e, &answer) && e == ERR_OK,
       "a new request has no answer");
    keep("k", "1");
    ok(ask("k", "/P/fit", "1", &e, &answer) && answer.status == 200
           && strcmp(answer.headers, "ETag: x\r\n") == 0
           && strcmp(answer.body, "{}") == 0,
       "a repeated one has the first answer");
    idempotent_answer_free(&answer);
    (void) ask("k", "/P/fit", "2", &e, &answer);
    refused(e, ERR_DATA, "with another body", "not with another body");
    (void) ask("k", "/Q/fit", "1", &e, &answer);
    refused(e, ERR_DATA, "another request, POST /P/fit",
            "nor on another path");
    service_act_as(s, "eva");
    ok(!ask("k", "/P/fit", "1", &e, &answer) && e == ERR_OK,
       "another client may have the same key");
    service_act_as(s, "ana");
}

static void
test_age(void)
{
    struct idempotent_answer answer;
    enum err e;

    clock_fix(LAB_TIME + CLOCK_DAY - 1);
    ok(ask("k", "/P/fit", "1", &e, &answer), "it is kept for a day");
    idempotent_answer_free(&answer);
    clock_fix(LAB_TIME + CLOCK_DAY);
    ok(!ask("k", "/P/fit", "1", &e, &answer), "and no longer");
    keep("other", "1");
    is_int(lab_number(s, "SELECT count(*) FROM idempotency"), 1,
           "which goes when a new one comes");
    keep("other", "2");
    is_int(lab_number(s, "SELECT count(*) FROM idempotency"), 1,
           "an answer replaces that of the same key");
}

/* ---- a database from before there were keys ---- */

static void
test_upgrade(struct lab *lab)
{
    static const char *const back[] = {"DROP TABLE job",
                                       "DROP TABLE api_key",
                                       "DROP TABLE idempotency",
                                       "ALTER TABLE version"
                                       " DROP COLUMN metrics",
                                       "PRAGMA user_version=1",
                                       NULL};
    char text[KEY_SIZE], *saved = NULL;

    for (size_t i = 0; back[i]; i++)
        must(db_run(s->db, back[i], NULL, 0));
    service_close(s);
    refused(service_open(lab->path, DB_WRITE, &lab->conf, "ana", "cli", &s),
            ERR_SCHEMA, "run `vigia upgrade`", "an older database is refused");
    must(service_open(lab->path, DB_UPGRADE, &lab->conf, "ana", "cli", &s));
    must(db_upgrade(s->db, &saved));
    free(saved);
    service_close(s);
    must(service_open(lab->path, DB_WRITE, &lab->conf, "ana", "cli", &s));
    must(add("new", KEY_READ, text));
    ok(opens(text), "after the upgrade it has keys");
    lab->s = s;
}

int
main(void)
{
    struct lab lab;

    clock_fix(LAB_TIME);
    lab_open(&lab);
    s = lab.s;
    test_keys();
    test_wrong_keys();
    test_names();
    test_repeats();
    test_age();
    test_upgrade(&lab);
    lab_close(&lab);
    return done_testing();
}
