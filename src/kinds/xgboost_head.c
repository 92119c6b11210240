/* SPDX-License-Identifier: Apache-2.0 */
/* What XGBoost's objectives mean for the sums of the trees. */
#include "kinds/xgboost.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "kinds/forest.h"

enum link { AS_IT_IS, LOGIT, LOG };

/* What an objective makes of the sums, and of the base score before them. */
static const struct objective {
    const char *name;
    enum forest_output output;
    enum link link;
    bool two_classes;
} objectives[] = {
    {"reg:squarederror",     FOREST_RAW,     AS_IT_IS, false},
    {"reg:linear",           FOREST_RAW,     AS_IT_IS, false},
    {"reg:squaredlogerror",  FOREST_RAW,     AS_IT_IS, false},
    {"reg:pseudohubererror", FOREST_RAW,     AS_IT_IS, false},
    {"reg:absoluteerror",    FOREST_RAW,     AS_IT_IS, false},
    {"reg:quantileerror",    FOREST_RAW,     AS_IT_IS, false},
    {"reg:logistic",         FOREST_SIGMOID, LOGIT,    false},
    {"reg:gamma",            FOREST_EXP,     LOG,      false},
    {"reg:tweedie",          FOREST_EXP,     LOG,      false},
    {"count:poisson",        FOREST_EXP,     LOG,      false},
    {"binary:logistic",      FOREST_SIGMOID, LOGIT,    true },
    {"multi:softmax",        FOREST_SOFTMAX, AS_IT_IS, false},
    {"multi:softprob",       FOREST_SOFTMAX, AS_IT_IS, false},
};

/*
 * The base score as what is added to the sums: all in floats. It is one
 * number or, since 3.1, an array of them in a text.
 */
static enum err
read_base(const char *text, const struct objective *o, size_t groups,
          double *base)
{
    const char *s = text, *end = s + strlen(s);
    size_t n = 0, used = 1;
    double v = 0;

    for (s += *s == '['; used > 0 && n < groups; s += *s == ',') {
        used = number_scan(s, end, NUMBER_LOOSE, &v);
        s += used;
        if (used > 0 && o->link == LOGIT)
            base[n++] = -logf(1 / (float) v - 1);
        else if (used > 0)
            base[n++] = o->link == LOG ? logf((float) v) : (float) v;
    }
    s += *s == ']';
    for (size_t i = n; n == 1 && i < groups; i++)
        base[i] = base[0];
    if (*s || n == 0 || (n > 1 && n < groups))
        return err_set(ERR_DATA,
                       "base_score \"%s\" is not a number for %zu "
                       "outputs",
                       text, groups);
    for (size_t i = 0; i < groups; i++)
        if (!isfinite(base[i]))
            return err_set(ERR_DATA,
                           "base_score \"%s\" cannot be with the "
                           "objective %s",
                           text, o->name);
    return ERR_OK;
}

enum err
xgboost_head(const char *objective, const char *base_score, int64_t num_class,
             double *base, struct forest_head *head, size_t *classes)
{
    size_t count = sizeof objectives / sizeof objectives[0], i = 0;
    bool several;

    while (i < count && strcmp(objectives[i].name, objective) != 0)
        i++;
    if (i == count)
        return err_set(ERR_DATA, "the objective \"%s\" is not supported",
                       objective);
    several = objectives[i].output == FOREST_SOFTMAX;
    if (several ? num_class < 2 || num_class > FOREST_GROUPS_MAX
                : num_class > 1)
        return err_set(ERR_DATA,
                       "the objective %s does not go with "
                       "num_class %jd",
                       objective, (intmax_t) num_class);
    *head = (struct forest_head){.arithmetic = FOREST_FLOAT,
                                 .output = objectives[i].output,
                                 .groups = several ? (size_t) num_class : 1,
                                 .base = base,
                                 .divisor = 1,
                                 .steepness = 1};
    *classes = several ? head->groups : objectives[i].two_classes ? 2 : 0;
    return read_base(base_score, &objectives[i], head->groups, base);
}
