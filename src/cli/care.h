/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that look after files share. */
#ifndef VIGIA_CARE_H
#define VIGIA_CARE_H

#include "base/err.h"

#include <stdint.h>

#include "base/figure.h"
#include "cli/cmd.h"

/* 850 bytes, 12.3 kB, 4.56 MB. */
const char *care_size(char out[FIGURE_MAX], int64_t bytes);

/* The size of a file; 0 when it cannot be told. */
int64_t care_file_size(const char *file);

/*
 * The error of a piece of work that has done something already: done says
 * what, and stands behind the sentence. ERR_OK stays what it is.
 */
CHECKED enum err care_stopped(enum err e, const char *done);

#endif
