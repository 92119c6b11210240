/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fitting linear models: least squares, and multinomial logistic regression
 * by the bound of Boehning (1992, "Multinomial logistic regression
 * algorithm"): half the matrix of least squares is never flatter than the
 * likelihood, so one factorisation serves every step, and no step makes it
 * worse. Exact arithmetic of doubles in a fixed order: the same data give the
 * same bits.
 */
#ifndef VIGIA_LINEAR_SOLVE_H
#define VIGIA_LINEAR_SOLVE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct linear_problem {
    size_t rows, columns;  /* without the constant, which is always fitted */
    const double *x;       /* [row * columns + column] */
    const double *y;       /* a number, or a class */
    const double *weights; /* of the rows */
    size_t classes;        /* 0: least squares */
    double ridge;          /* held against large coefficients, above 0; not
                              against the constant */
    int64_t steps;         /* of the likelihood, at most */
    enum err (*progress)(int64_t done, int64_t total, void *arg); /* or NULL */
    void *arg;
};

/*
 * out[(columns + 1) * answer + column], the constant last; an answer per
 * class, or one. Fails with what progress says alone.
 */
CHECKED enum err linear_solve(const struct linear_problem *p, double *out);

/* Turns sums into probabilities that add up to 1, in place. */
void linear_softmax(double *sums, size_t count);

#endif
