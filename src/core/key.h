/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API keys: 256 random bits each, shown once and stored as their SHA-256
 * (bits that are random need no slow hash). Each has a name, under which its
 * bearer acts, and a scope.
 */
#ifndef VIGIA_KEY_H
#define VIGIA_KEY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service;

enum {
    KEY_NAME_MAX = 64,
    KEY_SIZE = 6 + 64 + 1 /* "vigia_", hexadecimal digits, NUL */
};

/* What a key may do, in words; each includes those before it. */
enum key_scope { KEY_READ, KEY_TEST, KEY_OPERATE, KEY_ADMIN };
extern const char *const key_scopes[]; /* by enum key_scope; ends with NULL */

/* ERR_DATA: none of the words. */
CHECKED enum err key_scope_of(const char *word, enum key_scope *scope);

struct key {
    char *name; /* owned: key_list_free() */
    enum key_scope scope;
    int64_t created_at;
    char *by;
};
struct key_list {
    struct key *items;
    size_t count;
};
void key_list_free(struct key_list *list);

/* Makes a key and writes it to text: the only time that it is seen. ERR_DATA:
 * not a name; ERR_CONFLICT: taken. In a turn; it is a change of its own. */
CHECKED enum err key_add(struct service *s, const char *name,
                         enum key_scope scope, char text[KEY_SIZE]);

/* ERR_NOT_FOUND has the nearest name. In a turn; a change of its own. */
CHECKED enum err key_remove(struct service *s, const char *name);

/* All keys by name. */
CHECKED enum err key_list(struct service *s, struct key_list *out);

/* Is there any key? */
CHECKED enum err key_any(struct service *s, bool *any);

/* Whose key is text? *found false when it is nobody's. Takes the same time
 * whatever a wrong key has in common with a right one. */
CHECKED enum err key_check(struct service *s, const char *text, bool *found,
                           enum key_scope *scope, char name[KEY_NAME_MAX + 1]);

#endif
