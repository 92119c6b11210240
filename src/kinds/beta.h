/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Beta distribution, the beta-binomial one, and draws that a seed
 * repeats. Sources: the incomplete beta function by its continued fraction
 * (DLMF 8.17.22); where the search for a quantile begins, by Abramowitz and
 * Stegun, 26.5.22; gamma variates by Marsaglia and Tsang, "A simple method for
 * generating gamma variables" (2000); the generator splitmix64 by Steele, Lea
 * and Flood (2014).
 */
#ifndef VIGIA_BETA_H
#define VIGIA_BETA_H

#include <stdint.h>

/* Both above 0. */
struct beta {
    double alpha, beta;
};

double beta_mean(const struct beta *b);

/* The Beta of a mean in (0, 1) and a variance below mean (1 - mean). */
struct beta beta_of(double mean, double variance);

/* Below what value lies the share p, 0 < p < 1, to about 1e-10. */
double beta_quantile(const struct beta *b, double p);

/*
 * Of n tries whose chance is drawn once from b: the probability of wanted
 * successes or more, and the expected number of those above wanted.
 */
struct beta_tries {
    double enough, over;
};
struct beta_tries beta_tries(const struct beta *b, int64_t n, int64_t wanted);

/* A generator; any state will do to begin with. */
struct draws {
    uint64_t state;
};
double draws_uniform(struct draws *d); /* in (0, 1) */
double draws_beta(struct draws *d, const struct beta *b);

#endif
