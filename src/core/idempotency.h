/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers to repeated requests: a client that does not know whether its
 * request was carried out sends it again with the same key, and gets the
 * first answer. They are kept for a day. A key is that of who sent it
 * (service.h): nobody gets the answers of others.
 */
#ifndef VIGIA_IDEMPOTENCY_H
#define VIGIA_IDEMPOTENCY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"

struct service;

/* What makes a request the same. Borrowed. */
struct idempotent {
    const char *key, *method, *target;
    uint8_t body[SHA256_SIZE]; /* its SHA-256 */
};

/* What is given again. Owned when it was found: idempotent_answer_free(). */
struct idempotent_answer {
    int64_t status;
    char *headers; /* complete lines */
    char *body;
};
void idempotent_answer_free(struct idempotent_answer *a);

/* *found: the request was answered within the last 24 hours. ERR_DATA: its
 * key was used for another request. */
CHECKED enum err idempotency_find(struct service *s,
                                  const struct idempotent *request,
                                  bool *found, struct idempotent_answer *out);

/* Keeps the answer, and drops a few that are over a day old. In the turn that
 * the answer acknowledges. */
CHECKED enum err idempotency_keep(struct service *s,
                                  const struct idempotent *request,
                                  const struct idempotent_answer *answer);

#endif
