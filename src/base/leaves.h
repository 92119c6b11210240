/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON value as names and texts, for tables and CSV: what kinds without
 * columns say of weights and verdicts, which only they know the shape of.
 */
#ifndef VIGIA_LEAVES_H
#define VIGIA_LEAVES_H

#include <stdbool.h>
#include <stddef.h>

struct json;

struct leaf {
    char *name;  /* the steps to it, with dots between */
    char *text;  /* numbers with every digit; null is empty */
    bool number; /* then also: */
    double value;
};
struct leaves {
    struct leaf *items;
    size_t count, cap;
};
void leaves_free(struct leaves *l);

/*
 * Adds the leaves of an object. An array of plain values is one leaf, with
 * "; " between them; the items of another are named by their member "name",
 * or by their place.
 */
void leaves_add(struct leaves *l, const struct json *object);

/* Adds the leaves of one value under a name. */
void leaves_put(struct leaves *l, const char *name, const struct json *value);

/* Adds a text, which is taken over. */
void leaves_put_text(struct leaves *l, const char *name, char *text);

/* NULL: there is none of that name. */
const struct leaf *leaves_find(const struct leaves *l, const char *name);

#endif
