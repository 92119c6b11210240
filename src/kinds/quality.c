/* SPDX-License-Identifier: Apache-2.0 */
/* Accuracy, log loss, AUC; MAE, RMSE, R2. */
#include "kinds/quality.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"

static const double LEAST = 1e-15; /* probability, so that a loss is finite */

struct scored {
    double score;
    unsigned char positive;
};

static int
by_score(const void *a, const void *b)
{
    const struct scored *left = a, *right = b;

    return (left->score > right->score) - (left->score < right->score);
}

double
quality_auc(const unsigned char *truth, const double *scores, size_t rows)
{
    struct scored *s = xcalloc(rows ? rows : 1, sizeof *s);
    double below = 0, area = 0, positives = 0;

    for (size_t i = 0; i < rows; i++)
        s[i] = (struct scored){scores[i], truth[i] != 0};
    qsort(s, rows, sizeof *s, by_score);
    for (size_t i = 0, end; i < rows; i = end) {
        double ties[2] = {0, 0}; /* negative, positive */

        for (end = i; end < rows && s[end].score == s[i].score; end++)
            ties[s[end].positive]++;
        area += ties[1] * (below + ties[0] / 2);
        below += ties[0];
        positives += ties[1];
    }
    free(s);
    return area / (positives * below); /* 0/0 when there is but one kind */
}

size_t
quality_best(const double *probabilities, size_t classes)
{
    size_t best = 0;

    for (size_t i = 1; i < classes; i++)
        if (probabilities[i] > probabilities[best])
            best = i;
    return best;
}

/* The mean of the classes' areas. */
static double
mean_auc(const size_t *truth, const double *probabilities, size_t rows,
         size_t classes)
{
    unsigned char *positive = xcalloc(rows, sizeof *positive);
    double *scores = xcalloc(rows, sizeof *scores);
    double sum = 0, count = 0;

    for (size_t c = 0; c < classes; c++) {
        double auc;

        for (size_t i = 0; i < rows; i++) {
            positive[i] = truth[i] == c;
            scores[i] = probabilities[i * classes + c];
        }
        auc = quality_auc(positive, scores, rows);
        if (isnan(auc))
            continue;
        sum += auc;
        count++;
    }
    free(scores);
    free(positive);
    return sum / count;
}

void
quality_classes(const size_t *truth, const double *probabilities, size_t rows,
                size_t classes, struct class_quality *out)
{
    double right = 0, loss = 0;

    out->confusion = xcalloc(classes * classes, sizeof *out->confusion);
    for (size_t i = 0; i < rows; i++) {
        const double *p = probabilities + i * classes;
        size_t best = quality_best(p, classes);

        out->confusion[truth[i] * classes + best]++;
        right += best == truth[i];
        loss -= log(p[truth[i]] > LEAST ? p[truth[i]] : LEAST);
    }
    out->accuracy = right / (double) rows;
    out->log_loss = loss / (double) rows;
    out->auc = mean_auc(truth, probabilities, rows, classes);
}

void
quality_values(const double *truth, const double *predicted, size_t rows,
               struct value_quality *out)
{
    double n = (double) rows, mean = 0, error = 0, squares = 0, spread = 0;

    for (size_t i = 0; i < rows; i++)
        mean += truth[i] / n;
    for (size_t i = 0; i < rows; i++) {
        double d = truth[i] - predicted[i];

        error += fabs(d);
        squares += d * d;
        spread += (truth[i] - mean) * (truth[i] - mean);
    }
    out->mae = error / n;
    out->rmse = sqrt(squares / n);
    out->r2 = spread > 0 ? 1 - squares / spread : NAN;
}
