/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind trees: gradient-boosted decision trees. XGBoost trains them; what
 * it, or LightGBM, made elsewhere is loaded; both are evaluated here.
 *
 * The presets are what did best on unseen rows of New York listings (27,051
 * rows, 5 features, 4 classes; two runs of five-fold cross-validation):
 * accuracy 0.6417, one-vs-rest AUC 0.838. Around them the result is flat.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "kinds/boost.h"
#include "kinds/forest.h"
#include "kinds/tabular.h"
#include "kinds/trees_load.h"

/* clang-format off */
static const struct param own_params[] = {
    TABULAR_PARAMS,
    { .name = "rounds", .type = PARAM_NUMBER, .preset = "200",
      .min = 1, .max = 10000, .whole = true, .integer = true,
      .help = "trees per class" },
    { .name = "depth", .type = PARAM_NUMBER, .preset = "4",
      .min = 1, .max = 16, .whole = true, .integer = true,
      .help = "how many questions a tree asks at most" },
    { .name = "eta", .type = PARAM_NUMBER, .preset = "0.05",
      .min = 0.0001, .max = 1, .whole = true,
      .help = "the part of its answer that each tree adds" },
    { .name = "subsample", .type = PARAM_NUMBER, .preset = "0.7",
      .min = 0.01, .max = 1, .whole = true,
      .help = "the share of rows that each round learns from" },
    { .name = "colsample", .type = PARAM_NUMBER, .preset = "0.8",
      .min = 0.01, .max = 1, .whole = true,
      .help = "the share of features that each tree may ask for" },
    { .name = "min_weight", .type = PARAM_NUMBER, .preset = "5",
      .min = 0, .max = 1e9, .whole = true,
      .help = "the least sum of Hessians in a leaf (min_child_weight)" },
    { .name = "lambda", .type = PARAM_NUMBER, .preset = "1",
      .min = 0, .max = 1e9, .whole = true,
      .help = "how strongly large answers of leaves are held back" },
    { .name = NULL },
};
/* clang-format on */

/* ---- learning ---- */

enum { SETTINGS = 24, SETTING_MAX = 48 };

/* Settings of XGBoost with the memory of their values. */
struct settings {
    struct boost_setting items[SETTINGS];
    char values[SETTINGS][SETTING_MAX];
    size_t count;
};

static void
set_text(struct settings *s, const char *name, const char *value)
{
    char *to = s->values[s->count];
    size_t len = strlen(value);

    memcpy(to, value, len + 1); /* literals and numbers: all are short */
    s->items[s->count++] = (struct boost_setting){name, to};
}

static void
set_number(struct settings *s, const char *name, double v)
{
    char text[NUMBER_MAX];

    (void) number_print(text, v);
    set_text(s, name, text);
}

/* What is called otherwise there. */
static const struct {
    const char *ours, *theirs;
} same_params[] = {
    {"colsample",  "colsample_bytree"},
    {"depth",      "max_depth"       },
    {"eta",        "eta"             },
    {"lambda",     "lambda"          },
    {"min_weight", "min_child_weight"},
    {"seed",       "seed"            },
    {"subsample",  "subsample"       },
};

static double
mean_of(const struct lesson *l)
{
    double sum = 0, weight = 0;

    for (size_t i = 0; i < l->rows; i++) {
        sum += l->weights[i] * l->y[i];
        weight += l->weights[i];
    }
    return (float) (sum / weight);
}

static void
make_settings(const struct lesson *l, struct settings *s)
{
    size_t classes = l->features->classes.count;

    for (size_t i = 0; i < sizeof same_params / sizeof same_params[0]; i++)
        set_number(s, same_params[i].theirs,
                   tabular_number(l->kind, l->params, same_params[i].ours));
    set_text(s, "tree_method", "hist");
    /* The sums of a histogram depend on how rows are shared out, so the
     * number of threads may not depend on the machine. */
    set_text(s, "nthread", "1");
    set_text(s, "verbosity", "0");
    set_text(s, "objective",
             classes > 2    ? "multi:softprob"
             : classes == 2 ? "binary:logistic"
                            : "reg:squarederror");
    if (classes > 2)
        set_number(s, "num_class", (double) classes);
    if (classes == 0)
        set_number(s, "base_score", mean_of(l));
}

static enum err
learn(const struct lesson *l, struct buf *out, double *gains)
{
    size_t width = l->features->count;
    const char **types = xcalloc(width, sizeof *types);
    struct boost_data data = {.rows = l->rows,
                              .features = width,
                              .x = l->x,
                              .y = l->y,
                              .weights = l->weights,
                              .types = types};
    double rounds = tabular_number(l->kind, l->params, "rounds");
    struct settings settings = {.count = 0};
    struct features learned = {0};
    struct buf model = {0};
    enum err e;

    for (size_t i = 0; i < width; i++)
        types[i] = l->features->items[i].levels.count ? "c" : "float";
    make_settings(l, &settings);
    e = boost_train(&data, settings.items, (int64_t) rounds, l->progress,
                    l->arg, &model);
    if (e == ERR_OK)
        e = xgboost_read(buf_text(&model), model.len, &learned, out);
    for (size_t i = 0; e == ERR_OK && i < width; i++)
        if (learned.items[i].importance > 0) /* and not unknown */
            gains[i] = learned.items[i].importance;
    features_free(&learned);
    buf_free(&model);
    free(types);
    return e;
}

/* ---- predicting ---- */

static enum err
read_forest(const struct json *value, const struct features *f, void **own)
{
    size_t classes = f->classes.count, groups;
    struct forest *forest = NULL;
    enum err e = forest_read(value, f->count, &forest);

    if (e != ERR_OK)
        return e;
    groups = forest_groups(forest);
    if (classes == (groups > 1 ? groups : 0)
        || (classes == 2 && forest_output(forest) == FOREST_SIGMOID)) {
        *own = forest;
        return ERR_OK;
    }
    forest_free(forest);
    return kind_problem("/weights/target", "levels",
                        "the target has %zu levels, which does not go with "
                        "what the trees answer",
                        classes);
}

static void
release(void *own)
{
    forest_free(own);
}

/* One probability becomes two where there are two classes. */
static void
predict(const void *own, const double *row, size_t classes, double *out)
{
    const struct forest *forest = own;

    forest_predict(forest, row, out);
    if (classes == 2 && forest_groups(forest) == 1) {
        out[1] = out[0];
        out[0] = 1 - out[1];
    }
}

static const struct learner learner = {
    .kind = &kind_trees,
    .member = "forest",
    .learn = learn,
    .read = read_forest,
    .release = release,
    .predict = predict,
};

/* ---- loading ---- */

static enum err
add_scalers(const struct foreign *file, struct features *f)
{
    struct json *json = NULL;
    enum err e = json_parse(file->extra, file->extra_len, &json);
    char *why;

    if (e == ERR_OK)
        e = features_scale(f, json);
    json_free(json);
    if (e == ERR_OK)
        return e;
    why = xstrdup(err_text());
    e = err_set(e, "in the scalers: %s", why);
    free(why);
    return e;
}

static enum err
load(const struct foreign *file, bool *known, struct buf *weights,
     struct buf *params)
{
    bool lightgbm = lightgbm_is(file->text, file->len);
    struct features f = {0};
    struct buf forest = {0};
    struct json_out out = {.buf = weights};
    enum err e;

    (void) params; /* the presets */
    *known = lightgbm || xgboost_is(file->text, file->len);
    if (!*known)
        return ERR_OK;
    err_clear();
    e = lightgbm ? lightgbm_read(file->text, file->len, &f, &forest)
                 : xgboost_read(file->text, file->len, &f, &forest);
    if (e == ERR_OK && file->extra)
        e = add_scalers(file, &f);
    if (e == ERR_OK)
        e = features_check(&f, "");
    if (e == ERR_OK) {
        json_open(&out, '{');
        features_write(&f, &out);
        json_key(&out, "forest");
        json_put_raw(&out, buf_text(&forest));
        json_close(&out, '}');
    }
    buf_free(&forest);
    features_free(&f);
    return e;
}

/* ---- the kind ---- */

static enum err
fit(const struct source *source, const struct json *old, struct buf *weights)
{
    (void) old; /* a table says all */
    return tabular_fit(&learner, source, weights);
}

static enum err
compile(const struct json *weights, const struct json *params, void **model)
{
    return tabular_compile(&learner, weights, params, model);
}

static enum err
check(const struct json *weights)
{
    return tabular_check(&learner, weights);
}

const struct kind kind_trees = {
    .name = "trees",
    .summary = "a table: boosted decision trees answer a class or a number",
    .params = own_params,
    .learns = LEARNS_TABLE,
    .moves = "the odds of a class, or the number that is answered",
    .fit = fit,
    .compile = compile,
    .release = tabular_release,
    .columns = kind_no_columns,
    .find = kind_no_column,
    .test = tabular_test,
    .adjust = tabular_adjust,
    .show = tabular_show,
    .check = check,
    .metrics = tabular_metrics,
    .headlines = tabular_headlines,
    .load = load,
};
