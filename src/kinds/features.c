/* SPDX-License-Identifier: Apache-2.0 */
/* Features and target of a table model: memory, names, importances. */
#include "kinds/features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kinds/kind.h"

/* ---- memory ---- */

void
names_add(struct names *n, const char *text, size_t len)
{
    /* Room for the next power of two, so a long list costs little. */
    if ((n->count & (n->count - 1)) == 0)
        n->items = xreallocarray(n->items, n->count ? 2 * n->count : 1,
                                 sizeof *n->items);
    n->items[n->count++] = xstrndup(text, len);
}

void
names_free(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    free(n->items);
    *n = (struct names){0};
}

bool
names_find(const struct names *n, const char *text, size_t *at)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->items[i], text) == 0) {
            *at = i;
            return true;
        }
    return false;
}

struct feature *
features_add(struct features *f, const char *name, size_t len)
{
    struct feature *new;

    f->items = xreallocarray(f->items, f->count + 1, sizeof *f->items);
    new = &f->items[f->count++];
    *new = (struct feature){.name = xstrndup(name, len),
                            .min = NAN,
                            .max = NAN,
                            .missing = NAN,
                            .scale = 1,
                            .importance = NAN};
    return new;
}

void
features_free(struct features *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->items[i].name);
        names_free(&f->items[i].levels);
    }
    free(f->items);
    free(f->target);
    names_free(&f->classes);
    *f = (struct features){0};
}

void
features_classes(struct features *f, size_t count)
{
    char name[24];

    names_free(&f->classes);
    for (size_t i = 0; i < count; i++) {
        (void) snprintf(name, sizeof name, "%zu", i);
        names_add(&f->classes, name, strlen(name));
    }
}

void
features_weigh(struct features *f, const double *gains)
{
    double sum = 0;

    for (size_t i = 0; i < f->count; i++)
        sum += gains[i];
    for (size_t i = 0; i < f->count; i++)
        f->items[i].importance =
            sum > 0 && isfinite(sum) ? gains[i] / sum : NAN;
}

/* ---- finding ---- */

bool
features_find(const struct features *f, const char *name, size_t *at)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->items[i].name, name) == 0) {
            *at = i;
            return true;
        }
    return false;
}

/* Levels stand in the order of their bytes: read_texts() sees to it. */
bool
features_level(const struct feature *f, const char *text, size_t *at)
{
    size_t low = 0, high = f->levels.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(text, f->levels.items[middle]);

        if (order == 0) {
            *at = middle;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

enum { NEAREST_OF = 100 }; /* names that are compared with a wrong one */

void
features_nearest(const struct features *f, const char *name, struct buf *out)
{
    const char *names[NEAREST_OF + 1] = {NULL};

    for (size_t i = 0; i < f->count && i < NEAREST_OF; i++)
        names[i] = f->items[i].name;
    kind_suggest(out, name, names);
}

void
features_suggest(const struct feature *f, const char *text, struct buf *out)
{
    const char *names[NEAREST_OF + 1] = {NULL};

    for (size_t i = 0; i < f->levels.count && i < NEAREST_OF; i++)
        names[i] = f->levels.items[i];
    kind_suggest(out, text, names);
}
