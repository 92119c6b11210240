/* SPDX-License-Identifier: Apache-2.0 */
/* Keys. They are few: all of them may be read to suggest a name. */
#include "core/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "core/change.h"
#include "core/service.h"

enum {
    KEY_BYTES = 32,
    MARK_LEN = 6, /* "vigia_", by which tools that look for secrets know it */
    PREFIX_LEN = 8
};

const char *const key_scopes[] = {
    [KEY_READ] = "read",
    [KEY_TEST] = "test",
    [KEY_OPERATE] = "operate",
    [KEY_ADMIN] = "admin",
    NULL,
};

enum err
key_scope_of(const char *word, enum key_scope *scope)
{
    for (enum key_scope i = KEY_READ; key_scopes[i]; i++) {
        if (strcmp(key_scopes[i], word) == 0) {
            *scope = i;
            return ERR_OK;
        }
    }
    return err_set(ERR_DATA,
                   "no scope \"%s\"; it is one of read, test, operate, admin",
                   word);
}

void
key_list_free(struct key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].by);
    }
    free(list->items);
    *list = (struct key_list){0};
}

/* The rule of model names, but for the words that are reserved there. */
static enum err
check_name(const char *name)
{
    static const char allowed[] = "._:-"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t len = strspn(name, allowed);

    if (len < 1 || name[len] != '\0' || strchr("._:-", *name))
        return err_set(ERR_DATA,
                       "\"%.*s\" cannot be the name of a key: letters, digits "
                       "and . _ : - are allowed, and a letter or digit first",
                       KEY_NAME_MAX, name);
    if (len > KEY_NAME_MAX)
        return err_set(ERR_DATA, "the name of a key has at most %d characters",
                       KEY_NAME_MAX);
    return ERR_OK;
}

static enum err
make_text(char text[KEY_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[KEY_BYTES];
    char *at = text;
    enum err e = random_fill(bytes, sizeof bytes);

    if (e != ERR_OK)
        return e;
    memcpy(at, "vigia_", MARK_LEN);
    at += MARK_LEN;
    for (size_t i = 0; i < sizeof bytes; i++) {
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
    explicit_bzero(bytes, sizeof bytes);
    return ERR_OK;
}

static enum err
find(struct service *s, const char *name, bool *found)
{
    static const char sql[] = "SELECT id FROM api_key WHERE name = $1";
    struct arg args[] = {arg_text(name)};
    struct db_rows *rows;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, found);
    db_done(rows);
    return e;
}

/* Opens the change that an act on a key is. */
static enum err
open_change(struct service *s, const char *what, const char *name,
            const char *scope)
{
    struct buf note = {0};
    enum err e;

    buf_printf(&note, "%s%s%s", name, *scope ? ", scope " : "", scope);
    e = change_open(s, what, note.data);
    buf_free(&note);
    return e;
}

enum err
key_add(struct service *s, const char *name, enum key_scope scope,
        char text[KEY_SIZE])
{
    static const char sql[] =
        "INSERT INTO api_key(name, prefix, sha256, scope, change)"
        " VALUES ($1, $2, $3, $4, $5)";
    char fresh[KEY_SIZE], prefix[PREFIX_LEN + 1] = "";
    uint8_t hash[SHA256_SIZE];
    bool found = false;
    enum err e = check_name(name);

    if (e == ERR_OK)
        e = find(s, name, &found);
    if (e == ERR_OK && found)
        e = err_set(ERR_CONFLICT, "there is a key named %s already", name);
    if (e == ERR_OK)
        e = make_text(fresh);
    if (e == ERR_OK)
        e = open_change(s, "key add", name, key_scopes[scope]);
    if (e != ERR_OK)
        return e;
    memcpy(prefix, fresh + MARK_LEN, PREFIX_LEN);
    sha256(fresh, KEY_SIZE - 1, hash);
    e = db_run(s->db, sql,
               (struct arg[]){arg_text(name), arg_text(prefix),
                              arg_blob(hash, sizeof hash),
                              arg_text(key_scopes[scope]),
                              arg_int(s->change.id)},
               5);
    if (e == ERR_OK)
        memcpy(text, fresh, KEY_SIZE);
    explicit_bzero(fresh, sizeof fresh);
    return e;
}

static enum err
not_found(struct service *s, const char *name)
{
    struct key_list list;
    const char **names, *near;
    enum err e = key_list(s, &list);

    if (e != ERR_OK)
        return e;
    names = xcalloc(list.count + 1, sizeof *names);
    for (size_t i = 0; i < list.count; i++)
        names[i] = list.items[i].name;
    near = text_nearest(name, names);
    e = err_set(ERR_NOT_FOUND, "no key named \"%.*s\"%s%s", KEY_NAME_MAX, name,
                near ? "; nearest: " : "", near ? near : "");
    free(names);
    key_list_free(&list);
    return e;
}

enum err
key_remove(struct service *s, const char *name)
{
    static const char sql[] = "DELETE FROM api_key WHERE name = $1";
    struct arg args[] = {arg_text(name)};
    bool found = false;
    enum err e = find(s, name, &found);

    if (e == ERR_OK && !found)
        return not_found(s, name);
    if (e == ERR_OK)
        e = open_change(s, "key remove", name, "");
    if (e == ERR_OK)
        e = db_run(s->db, sql, args, 1);
    return e;
}

enum err
key_list(struct service *s, struct key_list *out)
{
    static const char sql[] =
        "SELECT k.name, k.scope, c.at, a.name FROM api_key k"
        " JOIN change c ON c.id = k.change JOIN actor a ON a.id = c.actor"
        " WHERE k.name >= '' ORDER BY k.name";
    struct key_list list = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, NULL, 0, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        enum key_scope scope = KEY_READ;

        e = key_scope_of(db_text(rows, 1), &scope);
        if (e != ERR_OK)
            break;
        list.items =
            xreallocarray(list.items, list.count + 1, sizeof *list.items);
        list.items[list.count++] = (struct key){
            .name = xstrdup(db_text(rows, 0)),
            .scope = scope,
            .created_at = db_int(rows, 2),
            .by = xstrdup(db_text(rows, 3)),
        };
    }
    db_done(rows);
    if (e == ERR_OK)
        *out = list;
    else
        key_list_free(&list);
    return e;
}

enum err
key_any(struct service *s, bool *any)
{
    static const char sql[] =
        "SELECT name FROM api_key WHERE name >= '' LIMIT 1";
    struct db_rows *rows;
    enum err e = db_query(s->db, sql, NULL, 0, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, any);
    db_done(rows);
    return e;
}

static bool
same_bytes(const uint8_t *a, const uint8_t *b, size_t len)
{
    volatile uint8_t differ = 0;

    for (size_t i = 0; i < len; i++)
        differ = (uint8_t) (differ | (a[i] ^ b[i])); /* bytes */
    return differ == 0;
}

enum err
key_check(struct service *s, const char *text, bool *found,
          enum key_scope *scope, char name[KEY_NAME_MAX + 1])
{
    static const char sql[] =
        "SELECT sha256, scope, name FROM api_key WHERE prefix = $1";
    char prefix[PREFIX_LEN + 1] = "";
    struct arg args[1];
    uint8_t hash[SHA256_SIZE];
    struct db_rows *rows;
    bool more = false;
    enum err e;

    *found = false;
    if (strlen(text) != KEY_SIZE - 1)
        return ERR_OK;
    memcpy(prefix, text + MARK_LEN, PREFIX_LEN);
    sha256(text, KEY_SIZE - 1, hash);
    args[0] = arg_text(prefix);
    e = db_query(s->db, sql, args, 1, &rows);
    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more && !*found) {
        size_t len;
        const uint8_t *kept = db_blob(rows, 0, &len);

        if (len != sizeof hash || !same_bytes(kept, hash, len))
            continue;
        e = key_scope_of(db_text(rows, 1), scope);
        if (e != ERR_OK)
            break;
        *found = true;
        (void) snprintf(name, KEY_NAME_MAX + 1, "%s", db_text(rows, 2));
    }
    db_done(rows);
    return e;
}
