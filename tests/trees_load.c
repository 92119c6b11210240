/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of LightGBM and XGBoost: small ones whose answers are worked out by
 * hand, each way to spoil them, and the two of the shared data with every
 * golden line.
 */
#include "kinds/trees_load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "tap.h"

/* Two trees: distance <= 2.5 ? (clouds in {1, 33} ? 1 : 2) : 4, and 0.5. */
static const char lightgbm[] =
    "tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\n"
    "label_index=0\nmax_feature_idx=1\nobjective=regression\n"
    "feature_names=distance clouds\nfeature_infos=[0:9] 1:33\n"
    "tree_sizes=300 90\n\n"
    "Tree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 1\n"
    "split_gain=3 1\nthreshold=2.5 0\ndecision_type=8 1\nleft_child=1 -1\n"
    "right_child=-2 -3\nleaf_value=1 4 2\ncat_boundaries=0 2\n"
    "cat_threshold=2 2\nis_linear=0\nshrinkage=1\n\n\n"
    "Tree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0.5\nshrinkage=1\n\n\n"
    "end of trees\n\nfeature_importances:\ndistance=1\n\nparameters:\n"
    "end of parameters\n\npandas_categorical:null\n";

/* The same in XGBoost's JSON, with 0.5 for the base score. */
static const char xgboost[] =
    "{\"learner\":{\"attributes\":{},\"feature_names\":[\"distance\","
    "\"clouds\"],\"feature_types\":[\"float\",\"c\"],\"gradient_booster\":{"
    "\"model\":{\"gbtree_model_param\":{\"num_parallel_tree\":\"1\","
    "\"num_trees\":\"1\"},\"tree_info\":[0],\"trees\":[{\"base_weights\":"
    "[0,0,4,2,1],\"categories\":[1,33],\"categories_nodes\":[1],"
    "\"categories_segments\":[0],\"categories_sizes\":[2],\"default_left\":"
    "[0,1,0,0,0],\"id\":0,\"left_children\":[1,3,-1,-1,-1],"
    "\"loss_changes\":[3,1,0,0,0],\"parents\":[2147483647,0,0,1,1],"
    "\"right_children\":[2,4,-1,-1,-1],\"split_conditions\":[2.5E0,NaN,4,2,1],"
    "\"split_indices\":[0,1,0,0,0],\"split_type\":[0,1,0,0,0],"
    "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"2\","
    "\"num_nodes\":\"5\",\"size_leaf_vector\":\"0\"}}]},\"name\":"
    "\"gbtree\"},\"learner_model_param\":{\"base_score\":\"5E-1\","
    "\"num_class\":\"0\",\"num_feature\":\"2\",\"num_target\":\"1\"},"
    "\"objective\":{\"name\":\"reg:squarederror\"}},\"version\":[1,7,4]}";

struct model {
    struct features features;
    struct forest *forest;
};

static void
model_free(struct model *m)
{
    features_free(&m->features);
    forest_free(m->forest);
}

/* Loads what either program wrote, and reads what became of it. */
static enum err
load(const char *text, size_t len, struct model *m)
{
    struct buf made = {0};
    struct json *json = NULL;
    enum err e;

    *m = (struct model){.forest = NULL};
    err_clear();
    e = lightgbm_is(text, len) ? lightgbm_read(text, len, &m->features, &made)
                               : xgboost_read(text, len, &m->features, &made);
    if (e == ERR_OK)
        e = json_parse(buf_text(&made), made.len, &json);
    if (e == ERR_OK)
        e = forest_read(json, m->features.count, &m->forest);
    json_free(json);
    buf_free(&made);
    return e;
}

static double
ask(const struct model *m, double distance, double clouds)
{
    double row[] = {distance, clouds}, out = NAN;

    forest_predict(m->forest, row, &out);
    return out;
}

static void
test_answers(const char *text, const char *name)
{
    struct model m;

    if (!ok_at(load(text, strlen(text), &m) == ERR_OK, __FILE__, __LINE__,
               "%s is read", name)) {
        diag("%s", err_text());
        return;
    }
    ok(m.features.count == 2 && !strcmp(m.features.items[1].name, "clouds"),
       "%s: its features have names", name);
    ok(m.features.items[0].importance == 0.75
           && m.features.items[1].importance == 0.25,
       "%s: importances are shares of the gain", name);
    ok(m.features.classes.count == 0, "%s: it answers a number", name);
    ok(ask(&m, 2, 1) == 1.5 && ask(&m, 2, 33) == 1.5,
       "%s: categories of a set", name);
    ok(ask(&m, 2, 2) == 2.5 && ask(&m, 2, 70) == 2.5,
       "%s: categories of no set", name);
    ok(ask(&m, 3, 1) == 4.5, "%s: above the threshold", name);
    ok(ask(&m, NAN, 1) == 4.5, "%s: a missing value", name);
    ok(ask(&m, 2, NAN) == 2.5, "%s: a missing category", name);
    model_free(&m);
}

/* What the two programs do differently at the threshold itself. */
static void
test_edges(void)
{
    struct model m;

    if (load(lightgbm, strlen(lightgbm), &m) == ERR_OK)
        ok(ask(&m, 2.5, 2) == 2.5, "LightGBM goes left at the threshold");
    model_free(&m);
    if (load(xgboost, strlen(xgboost), &m) == ERR_OK)
        ok(ask(&m, 2.5, 2) == 4.5, "XGBoost goes right at the threshold");
    model_free(&m);
}

/* ---- each way to spoil them ---- */

struct spoilt {
    const char *from, *to, *words;
};

static const struct spoilt bad_lightgbm[] = {
    {"end of trees\n",           "",                                  "the model is cut: it has 2 of 2 trees and no"},
    {"tree_sizes=300 90",        "tree_sizes=300 90 90",              "it has 2 of 3 trees"                         },
    {"tree_sizes=300 90",        "tree_sizes=",                       "0 trees by its tree_sizes"                   },
    {"left_child=1 -1",          "left_child=0 -1",                   "two links lead to node 0"                    },
    {"left_child=1 -1",          "left_child=1 1",                    "two links lead to node 1"                    },
    {"left_child=1 -1",          "left_child=-1 -1",                  "no link leads to"                            },
    {"left_child=1 -1",          "left_child=2 -1",                   "which leads nowhere"                         },
    {"left_child=1 -1",          "left_child=1 -4",                   "which leads nowhere"                         },
    {"left_child=1 -1",          "left_child=1.5 -1",                 "which leads nowhere"                         },
    {"split_feature=0 1",        "split_feature=0 2",                 "splits by feature 2"                         },
    {"split_feature=0 1",        "split_feature=0 -7",                "splits by feature -1"                        },
    {"split_feature=0 1",        "split_feature=0",                   "has 1 numbers in"                            },
    {"threshold=2.5 0",          "threshold=nan 0",                   "\"nan\" in threshold is not"                 },
    {"threshold=2.5 0",          "threshold=inf 0",                   "\"inf\" in threshold is not"                 },
    {"threshold=2.5 0",          "threshold=2.5 1",                   "the categories of split 1"                   },
    {"cat_boundaries=0 2",       "cat_boundaries=0 9",                "the categories of split"                     },
    {"cat_threshold=2 2",        "cat_threshold=2 -2",                "no word of 32 bits"                          },
    {"leaf_value=1 4 2",         "leaf_value=1 4",                    "has 2 numbers in leaf_value"                 },
    {"leaf_value=1 4 2",         "leaf_value=1 4 2 3",                "has 4 numbers"                               },
    {"num_leaves=3",             "num_leaves=1000000000",             "in num_leaves is not"                        },
    {"num_leaves=3",             "num_leaves=-1",                     "in num_leaves is not"                        },
    {"num_leaves=3\n",           "",                                  "tree 0 has no num_leaves"                    },
    {"decision_type=8 1",        "decision_type=64 1",                "the decision_type 64"                        },
    {"Tree=1",                   "Tree=7",                            "tree 1 is expected, not 7"                   },
    {"is_linear=0",              "is_linear=1",                       "linear leaves"                               },
    {"objective=regression",     "objective=magic",                   "\"magic\" is not supported"                  },
    {"objective=regression",     "objective=binary sigmoid:0",        "above 0"                                     },
    {"objective=regression",     "objective=multiclass",              "does not go with"                            },
    {"max_feature_idx=1",        "max_feature_idx=2",                 "fewer names"                                 },
    {"max_feature_idx=1",        "max_feature_idx=0",                 "more names"                                  },
    {"max_feature_idx=1",        "max_feature_idx=1e9",               "is not a number that can"                    },
    {"num_tree_per_iteration=1", "num_tree_per_iteration=1000000000",
     "is not a number that can"                                                                                     },
    {"pandas_categorical:null",  "pandas_categorical:[[\"a\"]]",
     "categories of pandas"                                                                                         },
};

static const struct spoilt bad_xgboost[] = {
    {"\"version\":[1,7,4]}",                 "",                             "line 1"                        },
    {"[1,3,-1,-1,-1]",                       "[0,3,-1,-1,-1]",               "two links lead to node 0"      },
    {"[1,3,-1,-1,-1]",                       "[1,0,-1,-1,-1]",               "two links lead to node 0"      },
    {"[1,3,-1,-1,-1]",                       "[1,9,-1,-1,-1]",               "the links of node 1"           },
    {"[1,3,-1,-1,-1]",                       "[1,-1,-1,-1,-1]",              "the links of node 1"           },
    {"[1,3,-1,-1,-1]",                       "[1,3,-1,-1]",                  "items in"                      },
    {"\"split_indices\":[0,1",               "\"split_indices\":[0,2",       "feature 2"                     },
    {"\"split_indices\":[0,1",               "\"split_indices\":[0,-1",      "is no index"                   },
    {"[2.5E0,NaN,4,2,1]",                    "[NaN,NaN,4,2,1]",              "no finite number"              },
    {"[2.5E0,NaN,4,2,1]",                    "[1e39,NaN,4,2,1]",             "no finite number"              },
    {"[2.5E0,NaN,4,2,1]",                    "[2.5E0,NaN,4,2]",              "items in"                      },
    {"\"default_left\":[0",                  "\"default_left\":[2",          "is no index"                   },
    {"\"categories_sizes\":[2]",             "\"categories_sizes\":[3]",
     "the categories of item 0"                                                                              },
    {"\"categories_nodes\":[1]",             "\"categories_nodes\":[4]",
     "the categories of item 0"                                                                              },
    {"\"categories\":[1,33]",                "\"categories\":[33,1]",        "do not ascend"                 },
    {"\"categories\":[1,33]",                "\"categories\":[1,1e9]",       "category 1e+09"                },
    {"\"tree_info\":[0]",                    "\"tree_info\":[1]",            "class 1 of tree 0"             },
    {"\"tree_info\":[0]",                    "\"tree_info\":[0,0]",          "differ in length"              },
    {"\"num_deleted\":\"0\"",                "\"num_deleted\":\"1\"",        "no link leads to"              },
    {"\"size_leaf_vector\":\"0\"",           "\"size_leaf_vector\":\"2\"",
     "several values"                                                                                        },
    {"\"num_feature\":\"2\",\"num_target\"",
     "\"num_feature\":\"1000000000\",\"num_target\"",                        "must be 0 to"                  },
    {"\"num_feature\":\"2\",\"num_target\"",
     "\"num_feature\":\"3\",\"num_target\"",                                 "has 2 names"                   },
    {"\"num_target\":\"1\"",                 "\"num_target\":\"2\"",         "2 targets"                     },
    {"\"base_score\":\"5E-1\"",              "\"base_score\":\"much\"",      "\"much\""                      },
    {"\"name\":\"gbtree\"",                  "\"name\":\"dart\"",            "\"dart\" is not"               },
    {"\"num_trees\":\"1\"",                  "\"num_trees\":\"2\"",          "it has 1 of 2 trees"           },
    {"\"num_trees\":\"1\"",                  "\"num_trees\":\"1000000000\"", "must be 0 to"                  },
    {"reg:squarederror",                     "reg:magic",                    "\"reg:magic\" is not supported"},
    {"reg:squarederror",                     "multi:softprob",               "does not go with"              },
    {"\"trees\"",                            "\"shrubs\"",                   "has no XGBoost trees"          },
};

/* text with the first from replaced; the caller frees it. */
static char *
replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct buf b = {0};

    if (!at)
        abort();
    buf_add(&b, text, (size_t) (at - text));
    buf_str(&b, to);
    buf_str(&b, at + strlen(from));
    return buf_steal(&b);
}

static void
test_refusals(const char *text, const struct spoilt *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *bad = replace(text, cases[i].from, cases[i].to);
        struct model m;
        enum err e = load(bad, strlen(bad), &m);

        if (!ok((e == ERR_DATA || e == ERR_SYNTAX)
                    && strstr(err_text(), cases[i].words),
                "refused: %s", cases[i].words))
            diag("   got: %d %s", (int) e, err_text());
        ok(e != ERR_OK && m.features.count == 0, "and nothing is left of it");
        model_free(&m);
        free(bad);
    }
}

/* A text that ends early is refused wherever it ends: before the last line
 * that matters, and in JSON anywhere. */
static void
test_cuts(const char *text, size_t until, const char *name)
{
    size_t accepted = 0;

    for (size_t len = 5; len < until; len++) {
        struct model m;

        accepted += load(text, len, &m) == ERR_OK;
        model_free(&m);
    }
    is_int((int64_t) accepted, 0, name);
}

/* ---- objectives ---- */

static void
test_objectives(void)
{
    static const struct {
        const char *from, *to;
        bool is_xgboost;
        size_t classes;
        double answer; /* to distance 3, whose sum is 4.5 (4 + base) */
    } cases[] = {
        {"regression",       "regression sqrt",  false, 0, 20.25             },
        {"regression",       "poisson",          false, 0, 90.01713130052181 },
        {"regression",       "binary sigmoid:2", false, 2, 0.9998766054240137},
        {"regression",       "cross_entropy",    false, 0, 0.9890130573694068},
        {"reg:squarederror", "binary:logistic",  true,  2, 0.98201376        },
        {"reg:squarederror", "reg:logistic",     true,  0, 0.98201376        },
        {"reg:squarederror", "count:poisson",    true,  0, 27.299075         },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = replace(cases[i].is_xgboost ? xgboost : lightgbm,
                             cases[i].from, cases[i].to);
        struct model m;
        enum err e = load(text, strlen(text), &m);
        double got = e == ERR_OK ? ask(&m, 3, 1) : NAN;

        if (!ok(fabs(got / cases[i].answer - 1)
                        < (cases[i].is_xgboost ? 3e-7 : 1e-14)
                    && m.features.classes.count == cases[i].classes,
                "the objective %s", cases[i].to))
            diag("   got: %.17g %s", got, err_text());
        model_free(&m);
        free(text);
    }
}

/* ---- the flights ---- */

/* A file of the shared data; the caller frees it; NULL: it is not there. */
static char *
shared(const char *name)
{
    const char *folder = getenv("VIGIA_SHARED");
    struct buf path = {0}, text = {0};
    FILE *f;
    size_t n;

    buf_printf(&path, "%s/flights/%s", folder ? folder : "../shared/data",
               name);
    f = fopen(buf_text(&path), "rb");
    buf_free(&path);
    if (!f)
        return NULL;
    do {
        buf_reserve(&text, 1 << 16);
        n = fread(text.data + text.len, 1, 1 << 16, f);
        text.len += n;
    } while (n > 0);
    (void) fclose(f);
    buf_char(&text, '\0');
    return buf_steal(&text);
}

static double
score(const struct model *m, const struct json *request)
{
    double row[8], out = NAN;

    for (size_t i = 0; i < 8; i++) {
        const struct feature *f = &m->features.items[i];

        row[i] =
            (json_number(json_get(request, f->name)) - f->mean) / f->scale;
    }
    forest_predict(m->forest, row, &out);
    return m->features.mean + m->features.scale * out;
}

static void
test_golden(const char *model, const char *scalers, const char *key)
{
    char *text = shared(model), *scaling = shared(scalers);
    char *golden = shared("golden_predictions.jsonl");
    struct json *json = NULL;
    struct model m;
    size_t lines = 0, wrong = 0;

    if (!text || !scaling || !golden) {
        skip("there is no shared data");
        goto done;
    }
    if (load(text, strlen(text), &m) != ERR_OK
        || json_parse(scaling, strlen(scaling), &json) != ERR_OK
        || features_scale(&m.features, json) != ERR_OK) {
        ok(0, "%s: %s", model, err_text());
        goto done;
    }
    for (char *line = strtok(golden, "\n"); line; line = strtok(NULL, "\n")) {
        struct json *row = NULL;

        if (json_parse(line, strlen(line), &row) != ERR_OK)
            abort();
        lines++;
        wrong += !(fabs(score(&m, json_get(row, "request"))
                        - json_number(json_get(row, key)))
                   < 1e-9);
        json_free(row);
    }
    ok(lines > 200 && wrong == 0, "%s: %zu lines, %zu wrong", model, lines,
       wrong);
    ok(m.features.items[2].min > 16.9 && m.features.items[2].max < 4983.1,
       "%s: ranges are of plain values", model);
    model_free(&m);

done:
    json_free(json);
    free(golden);
    free(scaling);
    free(text);
}

int
main(void)
{
    test_answers(lightgbm, "LightGBM");
    test_answers(xgboost, "XGBoost");
    test_edges();
    test_refusals(lightgbm, bad_lightgbm,
                  sizeof bad_lightgbm / sizeof bad_lightgbm[0]);
    test_refusals(xgboost, bad_xgboost,
                  sizeof bad_xgboost / sizeof bad_xgboost[0]);
    test_cuts(lightgbm,
              (size_t) (strstr(lightgbm, "end of trees") - lightgbm) + 12,
              "a cut LightGBM text is refused");
    test_cuts(xgboost, strlen(xgboost), "a cut XGBoost text is refused");
    test_objectives();
    test_golden("model_lightgbm.txt", "model_scalers.json", "score_model_1");
    test_golden("model_2_lightgbm.txt", "model_2_scalers.json",
                "score_model_2");
    return done_testing();
}
