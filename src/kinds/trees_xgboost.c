/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XGBoost's JSON, read value by value where it stands, since a model may have
 * more values than a parsed text may. Numbers that rule the whole are texts
 * in it ("num_class":"3"). A single tree is read in
 * xgboost_tree.c, what the objective means in xgboost_head.c.
 */
#include "kinds/trees_load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/json_pull.h"
#include "base/number.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/xgboost.h"

enum { WORDS_MAX = 64 }; /* bytes of a text that is compared */

struct model {
    struct json_pull trees, info; /* where they stand */
    bool has_trees, has_info, has_booster;
    int64_t classes, targets, count;
    int64_t claimed; /* trees, by num_trees; -1: it is not there */
    char objective[WORDS_MAX], base[WORDS_MAX];
    struct names names;
};

/* ---- walking objects ---- */

/*
 * What is done with the member of a name, whose value it must read; the
 * others are passed over.
 */
struct member {
    const char *name;
    enum err (*read)(struct json_pull *p, void *arg);
};

static enum err
read_object(struct json_pull *p, const struct member *members, void *arg)
{
    struct json_raw key;
    bool more = false;
    enum err e = json_pull_open(p, '{');

    for (size_t i = 0; e == ERR_OK; i++) {
        const struct member *m = members;

        e = json_pull_member(p, i, &key, &more);
        if (e != ERR_OK || !more)
            break;
        while (m->name && !json_raw_is(&key, m->name))
            m++;
        e = m->name ? m->read(p, arg) : json_pull_skip(p);
    }
    return e;
}

/* A text, or a number as its text; cut at WORDS_MAX, too long to be known. */
static enum err
read_word(struct json_pull *p, char out[WORDS_MAX])
{
    struct buf text = {0};
    struct json_raw raw;
    enum json_type type;
    double number;
    enum err e = json_pull_type(p, &type);

    if (e == ERR_OK && type == JSON_NUMBER) {
        e = json_pull_number(p, &number);
        if (e == ERR_OK)
            number_add(&text, number);
    } else if (e == ERR_OK) {
        e = json_pull_text(p, &raw);
        if (e == ERR_OK)
            json_raw_text(&raw, &text);
    }
    if (e == ERR_OK)
        (void) snprintf(out, WORDS_MAX, "%s", buf_text(&text));
    buf_free(&text);
    return e;
}

static enum err
read_count(struct json_pull *p, const char *name, int64_t *out)
{
    char word[WORDS_MAX];
    enum err e = read_word(p, word);

    if (e == ERR_OK && number_int(word, 0, FOREST_TREES_MAX, out) != ERR_OK)
        e = err_set(ERR_DATA, "%s is \"%s\"; it must be 0 to %d", name, word,
                    FOREST_TREES_MAX);
    return e;
}

static enum err
read_names(struct json_pull *p, struct names *out)
{
    struct buf text = {0};
    struct json_raw raw;
    bool more = false;
    enum err e = json_pull_open(p, '[');

    for (size_t i = 0; e == ERR_OK; i++) {
        e = json_pull_item(p, i, &more);
        if (e != ERR_OK || !more)
            break;
        e = json_pull_text(p, &raw);
        if (e == ERR_OK && i == FOREST_FEATURES_MAX)
            e = err_set(ERR_DATA, "the model has more than %d features",
                        FOREST_FEATURES_MAX);
        if (e == ERR_OK) {
            buf_clear(&text);
            json_raw_text(&raw, &text);
            names_add(out, buf_text(&text), text.len);
        }
    }
    buf_free(&text);
    return e;
}

/* ---- what the model says before its trees ---- */

static enum err
on_classes(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_count(p, "num_class", &m->classes);
}

static enum err
on_targets(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_count(p, "num_target", &m->targets);
}

static enum err
on_features(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_count(p, "num_feature", &m->count);
}

static enum err
on_base(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_word(p, m->base);
}

static enum err
on_parameters(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"base_score",  on_base    },
        {"num_class",   on_classes },
        {"num_feature", on_features},
        {"num_target",  on_targets },
        {NULL,          NULL       }
    };

    return read_object(p, members, arg);
}

static enum err
on_objective_name(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_word(p, m->objective);
}

static enum err
on_objective(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"name", on_objective_name},
        {NULL,   NULL             }
    };

    return read_object(p, members, arg);
}

static enum err
on_names(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_names(p, &m->names);
}

/* The trees are read later: the features may stand behind them. */
static enum err
on_trees(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    m->trees = *p;
    m->has_trees = true;
    return json_pull_skip(p);
}

static enum err
on_info(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    m->info = *p;
    m->has_info = true;
    return json_pull_skip(p);
}

static enum err
on_claim(struct json_pull *p, void *arg)
{
    struct model *m = arg;

    return read_count(p, "num_trees", &m->claimed);
}

static enum err
on_model_param(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"num_trees", on_claim},
        {NULL,        NULL    }
    };

    return read_object(p, members, arg);
}

static enum err
on_model(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"gbtree_model_param", on_model_param},
        {"trees",              on_trees      },
        {"tree_info",          on_info       },
        {NULL,                 NULL          }
    };

    return read_object(p, members, arg);
}

static enum err
on_booster_name(struct json_pull *p, void *arg)
{
    struct model *m = arg;
    char word[WORDS_MAX];
    enum err e = read_word(p, word);

    m->has_booster = e == ERR_OK;
    if (e == ERR_OK && strcmp(word, "gbtree") != 0)
        e = err_set(ERR_DATA,
                    "the booster \"%s\" is not supported, only gbtree", word);
    return e;
}

static enum err
on_booster(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"model", on_model       },
        {"name",  on_booster_name},
        {NULL,    NULL           }
    };

    return read_object(p, members, arg);
}

static enum err
on_learner(struct json_pull *p, void *arg)
{
    static const struct member members[] = {
        {"feature_names",       on_names     },
        {"gradient_booster",    on_booster   },
        {"learner_model_param", on_parameters},
        {"objective",           on_objective },
        {NULL,                  NULL         }
    };

    return read_object(p, members, arg);
}

static void
model_free(struct model *m)
{
    names_free(&m->names);
}

static enum err
read_model(const char *text, size_t len, struct model *m)
{
    static const struct member members[] = {
        {"learner", on_learner},
        {NULL,      NULL      }
    };
    struct json_pull p;
    enum err e = json_pull_begin(&p, text, len);

    if (e == ERR_OK)
        e = read_object(&p, members, m);
    if (e == ERR_OK)
        e = json_pull_end(&p);
    if (e == ERR_OK && !(m->has_trees && m->has_info))
        e = err_set(ERR_DATA, "the text has no XGBoost trees: there is no "
                              "learner.gradient_booster.model with trees and "
                              "tree_info");
    if (e == ERR_OK && (m->count < 1 || m->count > FOREST_FEATURES_MAX))
        e = err_set(ERR_DATA,
                    "the model has %jd features; it must be 1 to "
                    "%d",
                    (intmax_t) m->count, FOREST_FEATURES_MAX);
    if (e == ERR_OK && m->targets > 1)
        e = err_set(ERR_DATA,
                    "the model has %jd targets; only one is "
                    "supported",
                    (intmax_t) m->targets);
    return e;
}

/* ---- all of it ---- */

static enum err
make_features(const struct model *m, struct features *f)
{
    size_t count = (size_t) m->count;
    char name[32];

    f->scale = 1;
    if (m->names.count > 0 && m->names.count != count)
        return err_set(ERR_DATA,
                       "feature_names has %zu names, and num_feature is %zu",
                       m->names.count, count);
    for (size_t i = 0; i < count; i++) {
        (void) snprintf(name, sizeof name, "f%zu", i); /* as XGBoost does */
        if (m->names.count > 0)
            features_add(f, m->names.items[i], strlen(m->names.items[i]));
        else
            features_add(f, name, strlen(name));
    }
    return ERR_OK;
}

/* The trees, and beside each of them the class it adds to. */
static enum err
read_trees(struct model *m, struct forest_writer *w)
{
    struct xgboost_arrays arrays = {0};
    bool more = false, another = false;
    enum err e = json_pull_open(&m->trees, '[');

    if (e == ERR_OK)
        e = json_pull_open(&m->info, '[');
    for (size_t i = 0; e == ERR_OK; i++) {
        double group = 0;

        e = json_pull_item(&m->trees, i, &more);
        if (e == ERR_OK)
            e = json_pull_item(&m->info, i, &another);
        if (e == ERR_OK && more != another)
            e = err_set(ERR_DATA, "trees and tree_info differ in length");
        if (e != ERR_OK || !more)
            break;
        e = json_pull_number(&m->info, &group);
        if (e == ERR_OK
            && !(group >= 0 && group < (double) w->groups
                 && group == floor(group)))
            e = err_set(ERR_DATA,
                        "tree_info says class %g of tree %zu, and "
                        "there are %zu",
                        group, i, w->groups);
        if (e == ERR_OK)
            e = xgboost_tree(&m->trees, i, (size_t) group, &arrays, w);
    }
    if (e == ERR_OK && m->claimed >= 0 && (size_t) m->claimed != w->trees)
        e = err_set(ERR_DATA,
                    "the model is cut: it has %zu of %jd trees by its "
                    "num_trees",
                    w->trees, (intmax_t) m->claimed);
    if (e == ERR_OK && w->trees == 0)
        e = err_set(ERR_DATA, "the model has no trees");
    xgboost_arrays_free(&arrays);
    return e;
}

/*
 * XGBoost writes NaN, which JSON does not have, for what a node does not use
 * (the threshold of a set): such a text with null instead is added to out.
 */
static void
write_nulls(const char *text, size_t len, struct buf *out)
{
    bool quoted = false;

    buf_reserve(out, len + len / 3);
    for (size_t i = 0; i < len; i++) {
        if (quoted && text[i] == '\\' && i + 1 < len)
            buf_char(out, text[i++]);
        else if (text[i] == '"')
            quoted = !quoted;
        if (!quoted && len - i >= 3 && memcmp(text + i, "NaN", 3) == 0) {
            buf_str(out, "null");
            i += 2;
        } else {
            buf_char(out, text[i]);
        }
    }
}

bool
xgboost_is(const char *text, size_t len)
{
    struct buf plain = {0};
    struct model m = {0};
    bool is;

    if (len == 0 || text[0] != '{')
        return false;
    write_nulls(text, len, &plain);
    is = read_model(buf_text(&plain), plain.len, &m) == ERR_OK || m.has_trees
         || m.has_booster;
    model_free(&m);
    buf_free(&plain);
    return is;
}

enum err
xgboost_read(const char *text, size_t len, struct features *features,
             struct buf *forest)
{
    double base[FOREST_GROUPS_MAX];
    struct buf plain = {0}, made = {0};
    struct json_out out = {.buf = &made};
    struct forest_writer w = {.out = &out};
    struct forest_head head;
    struct model m = {.base = "0.5", .claimed = -1};
    size_t classes = 0;
    enum err e;

    write_nulls(text, len, &plain);
    e = read_model(buf_text(&plain), plain.len, &m);
    if (e == ERR_OK)
        e = xgboost_head(m.objective, m.base, m.classes, base, &head,
                         &classes);
    if (e == ERR_OK)
        e = make_features(&m, features);
    if (e != ERR_OK)
        goto done;
    w.features = features->count;
    w.gains = xcalloc(w.features, sizeof *w.gains);
    forest_begin(&w, &head);
    e = read_trees(&m, &w);
    if (e != ERR_OK)
        goto done;
    forest_end(&w);
    features_weigh(features, w.gains);
    features_classes(features, classes);
    buf_add(forest, made.data, made.len);

done:
    if (e != ERR_OK)
        features_free(features);
    free(w.gains);
    buf_free(&made);
    buf_free(&plain);
    model_free(&m);
    return e;
}
