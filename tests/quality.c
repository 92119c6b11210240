/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics against figures worked out by hand. */
#include "kinds/quality.h"

#include <math.h>
#include <stdlib.h>

#include "tap.h"

#define is_near(got, want, name) \
    ok(fabs((got) - (want)) < 1e-12, "%s (%.17g)", name, (double) (got))

static void
test_auc(void)
{
    static const unsigned char truth[] = {0, 0, 1, 1};
    static const unsigned char same[] = {1, 1, 1, 1};
    static const double scores[] = {0.1, 0.4, 0.35, 0.8};
    static const double ties[] = {0.5, 0.5, 0.5, 0.5};
    static const double wrong[] = {4, 3, 2, 1};

    is_near(quality_auc(truth, scores, 4), 0.75, "three of four pairs");
    is_near(quality_auc(truth, ties, 4), 0.5, "ties count half");
    is_near(quality_auc(truth, wrong, 4), 0, "the wrong order is 0");
    ok(isnan(quality_auc(same, scores, 4)), "one kind has no area");
    ok(isnan(quality_auc(truth, scores, 0)), "nothing has no area");
}

static void
test_classes(void)
{
    static const size_t truth[] = {0, 1, 2, 1};
    static const double p[] = {0.5, 0.25, 0.25, 0.25, 0.5, 0.25,
                               0.5, 0.5,  0,    0.2,  0.2, 0.6};
    struct class_quality q;

    quality_classes(truth, p, 4, 3, &q);
    is_near(q.accuracy, 0.5, "accuracy");
    /* -(ln 0.5 + ln 0.5 + ln 1e-15 + ln 0.2) / 4 */
    is_near(q.log_loss, -(2 * log(0.5) + log(1e-15) + log(0.2)) / 4,
            "log loss, with a probability of 0");
    /* class 0: 0.5 against .25 .5 .2: 2.5 of 3; class 1: .5 and .2 against
     * .25 and .5: 1.5 of 4; class 2: 0 against three above: 0 */
    is_near(q.auc, (2.5 / 3 + 1.5 / 4 + 0) / 3, "one-vs-rest AUC");
    ok(q.confusion[0] == 1 && q.confusion[4] == 1 && q.confusion[6] == 1
           && q.confusion[5] == 1,
       "the confusion matrix counts true by best");
    ok(q.confusion[1] + q.confusion[2] + q.confusion[3] + q.confusion[7]
               + q.confusion[8]
           == 0,
       "and nothing else; the first of equal probabilities is the best");
    free(q.confusion);
}

static void
test_values(void)
{
    static const double truth[] = {1, 2, 3, 6}, said[] = {1, 3, 3, 3};
    static const double flat[] = {2, 2};
    struct value_quality q;

    quality_values(truth, said, 4, &q);
    is_near(q.mae, 1, "mean absolute error");
    is_near(q.rmse, sqrt(2.5), "root of the mean squared error");
    is_near(q.r2, 1 - 10.0 / 14, "R2");
    quality_values(flat, truth, 2, &q);
    ok(isnan(q.r2), "equal values have no R2");
}

int
main(void)
{
    test_auc();
    test_classes();
    test_values();
    return done_testing();
}
