/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a model is loaded from. */
#ifndef VIGIA_TEXTS_H
#define VIGIA_TEXTS_H

#include "base/buf.h"
#include "base/err.h"

struct draft;
struct model;

struct texts {
    const char *path; /* borrowed */
    struct buf text, scalers;
};

/* Reads the file of a model, and that of its scalers (NULL: none); "-" is
 * standard input. Errors as whole_read(), and ERR_DATA: a pickle. Free in any
 * case. */
CHECKED enum err texts_read(struct texts *t, const char *path,
                            const char *scalers);
void texts_free(struct texts *t);

/* draft_load(), whose error names the file. */
CHECKED enum err texts_draft(const struct model *m, const struct texts *t,
                             struct draft *out);

#endif
