/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well predictions agree with what was true, for rows that a model did
 * not learn from. Classes count from 0; probabilities stand row by row.
 */
#ifndef VIGIA_QUALITY_H
#define VIGIA_QUALITY_H

#include <stddef.h>

/* The class of the largest probability, the first of equal ones. */
size_t quality_best(const double *probabilities, size_t classes);

struct class_quality {
    double accuracy;   /* the share of rows whose best class is the true one */
    double log_loss;   /* mean of -ln of the true class's probability, which
                          counts as at least 1e-15 */
    double auc;        /* one-vs-rest: the mean over the classes that some row
                          is of and some is not; NaN: there is none */
    size_t *confusion; /* [true * classes + best], counts; the caller's */
};

/* rows > 0 and classes > 1; truth has a class per row. */
void quality_classes(const size_t *truth, const double *probabilities,
                     size_t rows, size_t classes, struct class_quality *out);

/*
 * The probability that a row of positive truth (not 0) has a higher score
 * than one of the others, ties counting half: the area under the ROC curve
 * (Mann and Whitney 1947). NaN when all rows are of one kind.
 */
double quality_auc(const unsigned char *truth, const double *scores,
                   size_t rows);

struct value_quality {
    double mae;  /* mean absolute error */
    double rmse; /* root of the mean squared error */
    double r2;   /* 1 - squared errors / squared deviations from the mean;
                    NaN when all values are equal */
};

/* rows > 0. */
void quality_values(const double *truth, const double *predicted, size_t rows,
                    struct value_quality *out);

#endif
