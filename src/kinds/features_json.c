/* SPDX-License-Identifier: Apache-2.0 */
/* Features and target of a table model as JSON, and scalers for them. */
#include "kinds/features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/kind.h"

static const char features_at[] = "/weights/features";
static const char target_at[] = "/weights/target";
static const char scalers_at[] = "/scalers";

/* ---- writing ---- */

/* A number that may be unknown, or as it is without being said. */
static void
put_unless(struct json_out *out, const char *key, double v, double usual)
{
    if (isnan(v) || v == usual)
        return;
    json_key(out, key);
    json_put_number(out, v);
}

static void
put_levels(struct json_out *out, const struct names *levels)
{
    if (levels->count == 0)
        return;
    json_key(out, "levels");
    json_open(out, '[');
    for (size_t i = 0; i < levels->count; i++)
        json_put_text(out, levels->items[i]);
    json_close(out, ']');
}

void
features_write(const struct features *f, struct json_out *out)
{
    json_key(out, "features");
    json_open(out, '[');
    for (const struct feature *i = f->items; i < f->items + f->count; i++) {
        json_open(out, '{');
        put_unless(out, "importance", i->importance, NAN);
        put_levels(out, &i->levels);
        put_unless(out, "max", i->max, NAN);
        put_unless(out, "mean", i->mean, 0);
        put_unless(out, "min", i->min, NAN);
        put_unless(out, "missing", i->missing, NAN);
        json_key(out, "name");
        json_put_text(out, i->name);
        put_unless(out, "scale", i->scale, 1);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key(out, "target");
    json_open(out, '{');
    put_levels(out, &f->classes);
    put_unless(out, "mean", f->mean, 0);
    json_key(out, "name");
    json_put_text(out, f->target ? f->target : "");
    put_unless(out, "scale", f->scale, 1);
    json_close(out, '}');
}

/* ---- reading ---- */

/* A member that may be absent (*v stays); it is from least to most. */
static enum err
read_number(const struct json *json, const char *at, const char *key,
            double least, double most, double *v)
{
    const struct json *value = json_get(json, key);
    double number;

    if (!value)
        return ERR_OK;
    number = json_type(value) == JSON_NUMBER ? json_number(value) : NAN;
    if (!(number >= least && number <= most))
        return kind_problem(at, key,
                            "\"%s\" is not a number in its range, %g to %g",
                            key, least, most);
    *v = number;
    return ERR_OK;
}

/* Texts without control characters, none twice; absent is none. sorted: in
 * the order of their bytes. */
static enum err
read_texts(const struct json *array, const char *at, const char *key,
           size_t most, bool sorted, struct names *out)
{
    size_t place;

    if (!array)
        return ERR_OK;
    if (json_type(array) != JSON_ARRAY || json_count(array) == 0
        || json_count(array) > most)
        return kind_problem(at, key,
                            "\"%s\" must be an array of 1 to %zu "
                            "texts",
                            key, most);
    for (size_t i = 0; i < json_count(array); i++) {
        const struct json *item = json_at(array, i);
        const char *text, *fault;

        if (json_type(item) != JSON_STRING)
            return kind_problem(at, key,
                                "item %zu of \"%s\" is %s, not a "
                                "text",
                                i, key, json_type_name(json_type(item)));
        text = json_text(item);
        fault = kind_text_fault(text, LEVEL_MAX);
        if (fault)
            return kind_problem(at, key, "\"%s\" in \"%s\" %s", text, key,
                                fault);
        if (sorted && i > 0 && strcmp(out->items[i - 1], text) >= 0)
            return kind_problem(at, key,
                                "\"%s\" in \"%s\" is not after \"%s\" in the "
                                "order of their bytes",
                                text, key, out->items[i - 1]);
        if (!sorted && names_find(out, text, &place))
            return kind_problem(at, key, "\"%s\" stands twice in \"%s\"", text,
                                key);
        names_add(out, text, strlen(text));
    }
    return ERR_OK;
}

static const double WIDE = 1.7976931348623157e308;
static const double THIN = 1e-300;

static enum err
read_feature(struct features *f, const struct json *json, size_t number)
{
    static const char *const known[] = {"importance", "levels", "max",
                                        "mean",       "min",    "missing",
                                        "name",       "scale",  NULL};
    const struct json *name = json_get(json, "name");
    struct feature *i;
    char at[64];
    enum err e;

    (void) snprintf(at, sizeof at, "%s/%zu", features_at, number);
    if (!name || json_type(name) != JSON_STRING)
        return kind_problem(at, NULL, "a feature must have a \"name\"");
    i = features_add(f, json_text(name), strlen(json_text(name)));
    e = kind_members(json, known, "a feature", at, NULL);
    if (e == ERR_OK)
        e = read_texts(json_get(json, "levels"), at, "levels", LEVELS_MAX,
                       true, &i->levels);
    if (e == ERR_OK)
        e = read_number(json, at, "importance", 0, 1, &i->importance);
    if (e == ERR_OK)
        e = read_number(json, at, "missing", 0, 1, &i->missing);
    if (e == ERR_OK)
        e = read_number(json, at, "max", -WIDE, WIDE, &i->max);
    if (e == ERR_OK)
        e = read_number(json, at, "mean", -WIDE, WIDE, &i->mean);
    if (e == ERR_OK)
        e = read_number(json, at, "min", -WIDE, WIDE, &i->min);
    if (e == ERR_OK)
        e = read_number(json, at, "scale", THIN, WIDE, &i->scale);
    return e;
}

static enum err
read_target(struct features *f, const struct json *json)
{
    static const char *const known[] = {"levels", "mean", "name", "scale",
                                        NULL};
    const struct json *name = json_get(json, "name");
    enum err e;

    if (!name || json_type(name) != JSON_STRING)
        return kind_problem(target_at, "name",
                            "the weights must have a \"target\" with a "
                            "\"name\"");
    f->target = xstrdup(json_text(name));
    e = kind_members(json, known, "a target", target_at, NULL);
    if (e == ERR_OK)
        e = read_texts(json_get(json, "levels"), target_at, "levels",
                       CLASSES_MAX, false, &f->classes);
    if (e == ERR_OK)
        e = read_number(json, target_at, "mean", -WIDE, WIDE, &f->mean);
    if (e == ERR_OK)
        e = read_number(json, target_at, "scale", THIN, WIDE, &f->scale);
    return e;
}

static int
by_name(const void *a, const void *b)
{
    const struct feature *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

enum err
features_check(const struct features *f, const char *pointer)
{
    const struct feature **sorted = xcalloc(f->count, sizeof *sorted);
    enum err e = ERR_OK;

    for (size_t i = 0; i < f->count && !kind_enough_problems(); i++) {
        const char *fault = kind_text_fault(f->items[i].name, KIND_COLUMN_MAX);

        sorted[i] = &f->items[i];
        if (fault)
            e = kind_problem(pointer, "features",
                             "the name \"%s\" of a feature %s",
                             f->items[i].name, fault);
    }
    if (e == ERR_OK) {
        qsort(sorted, f->count, sizeof *sorted, by_name);
        for (size_t i = 1; i < f->count && e == ERR_OK; i++)
            if (by_name(&sorted[i - 1], &sorted[i]) == 0)
                e = kind_problem(pointer, "features",
                                 "two features have the name \"%s\"",
                                 sorted[i]->name);
    }
    free(sorted);
    return e;
}

enum err
features_read(const struct json *weights, struct features *out)
{
    const struct json *list = json_get(weights, "features");
    struct features f = {.scale = 1};
    enum err e = ERR_OK, one;

    if (!list || json_type(list) != JSON_ARRAY || json_count(list) == 0
        || json_count(list) > FEATURES_MAX)
        return kind_problem("/weights", "features",
                            "the weights must have an array \"features\" of "
                            "1 to %d",
                            FEATURES_MAX);
    for (size_t i = 0; i < json_count(list) && !kind_enough_problems(); i++) {
        one = read_feature(&f, json_at(list, i), i);
        e = one != ERR_OK ? one : e;
    }
    one = read_target(&f, json_get(weights, "target"));
    e = one != ERR_OK ? one : e;
    if (e == ERR_OK)
        e = features_check(&f, "/weights");
    if (e == ERR_OK)
        *out = f;
    else
        features_free(&f);
    return e;
}

/* ---- scalers ---- */

/* The number of an array for each feature; least: what it must be above. */
static enum err
read_array(const struct features *f, const struct json *scalers,
           const char *key, double least, const struct json **out)
{
    const struct json *array = json_get(scalers, key);

    *out = array;
    if (!array)
        return ERR_OK;
    if (json_type(array) != JSON_ARRAY || json_count(array) != f->count)
        return kind_problem(scalers_at, key,
                            "\"%s\" must be an array of %zu, one for each "
                            "feature of the model, not %zu",
                            key, f->count, json_count(array));
    for (size_t i = 0; i < f->count; i++) {
        const struct json *item = json_at(array, i);

        if (strcmp(key, "features") == 0
                ? json_type(item) != JSON_STRING
                : json_type(item) != JSON_NUMBER
                      || !(json_number(item) >= least))
            return kind_problem(scalers_at, key,
                                "item %zu of \"%s\" is not what it must be: "
                                "features are texts, means numbers, scales "
                                "numbers above 0",
                                i, key);
    }
    return ERR_OK;
}

static void
scale_feature(struct feature *i, const struct json *name,
              const struct json *mean, const struct json *scale)
{
    if (name) {
        free(i->name);
        i->name = xstrdup(json_text(name));
    }
    if (!mean || !scale)
        return;
    i->mean = json_number(mean);
    i->scale = json_number(scale);
    i->min = i->mean + i->scale * i->min;
    i->max = i->mean + i->scale * i->max;
}

static enum err
read_pairs(struct features *f, const struct json *scalers)
{
    const struct json *names, *mean, *scale;
    enum err e = read_array(f, scalers, "features", 0, &names);

    if (e == ERR_OK)
        e = read_array(f, scalers, "x_mean", -WIDE, &mean);
    if (e == ERR_OK)
        e = read_array(f, scalers, "x_scale", THIN, &scale);
    if (e != ERR_OK)
        return e;
    if (!mean != !scale
        || !json_get(scalers, "y_mean") != !json_get(scalers, "y_scale"))
        return kind_problem(scalers_at, NULL,
                            "scalers have x_mean with x_scale, and y_mean "
                            "with y_scale");
    for (size_t i = 0; i < f->count; i++)
        scale_feature(&f->items[i], names ? json_at(names, i) : NULL,
                      mean ? json_at(mean, i) : NULL,
                      scale ? json_at(scale, i) : NULL);
    return ERR_OK;
}

static enum err
read_classes(struct features *f, const struct json *scalers)
{
    const struct json *classes = json_get(scalers, "classes");
    struct names names = {0};
    enum err e =
        read_texts(classes, scalers_at, "classes", CLASSES_MAX, false, &names);

    if (e == ERR_OK && classes && names.count != f->classes.count)
        e = kind_problem(scalers_at, "classes",
                         "the model has %zu classes, not %zu",
                         f->classes.count, names.count);
    if (e == ERR_OK && classes) {
        names_free(&f->classes);
        f->classes = names;
        return ERR_OK;
    }
    names_free(&names);
    return e;
}

enum err
features_scale(struct features *f, const struct json *scalers)
{
    static const char *const known[] = {
        "classes", "features", "x_mean", "x_scale", "y_mean", "y_scale", NULL};
    enum err e;

    if (json_type(scalers) != JSON_OBJECT)
        return kind_problem(scalers_at, NULL,
                            "scalers must be an object, not %s",
                            json_type_name(json_type(scalers)));
    e = kind_members(scalers, known, "a file of scalers", scalers_at, NULL);
    if (e == ERR_OK)
        e = read_pairs(f, scalers);
    if (e == ERR_OK)
        e = read_number(scalers, scalers_at, "y_mean", -WIDE, WIDE, &f->mean);
    if (e == ERR_OK)
        e = read_number(scalers, scalers_at, "y_scale", THIN, WIDE, &f->scale);
    if (e == ERR_OK && f->classes.count > 0
        && (json_get(scalers, "y_mean") || json_get(scalers, "y_scale")))
        e = kind_problem(scalers_at, "y_mean",
                         "a model that answers classes has no scale");
    if (e == ERR_OK)
        e = read_classes(f, scalers);
    return e == ERR_OK ? features_check(f, scalers_at) : e;
}
