/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One matrix, X'WX and the ridge, is factored by Cholesky; least squares are
 * one solution, each step of the likelihood one for each class.
 */
#include "kinds/linear_solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A step that moves the fit no further than this per row is the last one. */
static const double CLOSE = 1e-7;

/* The row with its constant. */
static double
cell(const struct linear_problem *p, size_t row, size_t column)
{
    return column < p->columns ? p->x[row * p->columns + column] : 1;
}

/* The lower triangle of scale * X'WX + ridge, factored in place. */
static double *
factor(const struct linear_problem *p, double scale)
{
    size_t n = p->columns + 1;
    double *a = xcalloc(n * n, sizeof *a);

    for (size_t r = 0; r < p->rows; r++)
        for (size_t i = 0; i < n; i++) {
            double v = scale * p->weights[r] * cell(p, r, i);

            for (size_t j = 0; v != 0 && j <= i; j++)
                a[i * n + j] += v * cell(p, r, j);
        }
    for (size_t i = 0; i < n; i++)
        /* The constant, too, so that the matrix is positive definite; the
         * little there is against it is in no figure. */
        a[i * n + i] += i < p->columns ? p->ridge : 1e-9;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] =
                i == j ? sqrt(fmax(sum, 1e-12)) : sum / a[j * n + j];
        }
    return a;
}

/* Solves with that factor, in place. */
static void
solve(const double *a, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

static void
least_squares(const struct linear_problem *p, double *out)
{
    size_t n = p->columns + 1;
    double *a = factor(p, 1);

    memset(out, 0, n * sizeof *out);
    for (size_t r = 0; r < p->rows; r++)
        for (size_t i = 0; i < n; i++)
            out[i] += p->weights[r] * p->y[r] * cell(p, r, i);
    solve(a, n, out);
    free(a);
}

void
linear_softmax(double *sums, size_t count)
{
    double most = sums[0], sum = 0;

    for (size_t i = 1; i < count; i++)
        most = sums[i] > most ? sums[i] : most;
    for (size_t i = 0; i < count; i++)
        sum += sums[i] = exp(sums[i] - most);
    for (size_t i = 0; i < count; i++)
        sums[i] /= sum;
}

/* The gradient of the penalised likelihood, one for each class. */
static void
gradient(const struct linear_problem *p, const double *w, double *g)
{
    size_t n = p->columns + 1;
    double *sums = xcalloc(p->classes, sizeof *sums);

    for (size_t k = 0; k < p->classes; k++)
        for (size_t i = 0; i < n; i++)
            g[k * n + i] = i < p->columns ? -p->ridge * w[k * n + i] : 0;
    for (size_t r = 0; r < p->rows; r++) {
        for (size_t k = 0; k < p->classes; k++) {
            sums[k] = 0;
            for (size_t i = 0; i < n; i++)
                sums[k] += w[k * n + i] * cell(p, r, i);
        }
        linear_softmax(sums, p->classes);
        for (size_t k = 0; k < p->classes; k++) {
            double rest = p->weights[r] * ((p->y[r] == (double) k) - sums[k]);

            for (size_t i = 0; i < n; i++)
                g[k * n + i] += rest * cell(p, r, i);
        }
    }
    free(sums);
}

static enum err
likelihood(const struct linear_problem *p, double *w)
{
    size_t n = p->columns + 1, all = n * p->classes;
    double *a = factor(p, 0.5), *g = xcalloc(all, sizeof *g);
    double moved = INFINITY;
    enum err e = ERR_OK;

    memset(w, 0, all * sizeof *w);
    for (int64_t s = 0; s < p->steps && moved > CLOSE && e == ERR_OK; s++) {
        gradient(p, w, g);
        moved = 0;
        for (size_t k = 0; k < p->classes; k++)
            solve(a, n, g + k * n);
        for (size_t i = 0; i < all; i++) {
            w[i] += g[i];
            moved = fmax(moved, fabs(g[i]));
        }
        if (p->progress)
            e = p->progress(s + 1, p->steps, p->arg);
    }
    free(g);
    free(a);
    return e;
}

enum err
linear_solve(const struct linear_problem *p, double *out)
{
    if (p->classes > 0)
        return likelihood(p, out);
    least_squares(p, out);
    return ERR_OK;
}
