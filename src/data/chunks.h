/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An input in chunks of a fixed size, scanned by several threads and settled
 * one after the other. The only threads of vigia: they share nothing while
 * they scan, and where a chunk begins depends on the input alone, so what
 * is settled is the same for any number of them.
 */
#ifndef VIGIA_CHUNKS_H
#define VIGIA_CHUNKS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;

enum { CHUNK_PAD = 16 };

struct chunk {
    const char *data; /* CHUNK_PAD bytes can be read behind it */
    size_t len;
    int64_t feeds; /* line feeds in the chunks before */
    bool first, last;
    void *own; /* what chunks_calls.make() gave */
};

struct chunks_plan {
    size_t size; /* bytes of a chunk */
    size_t jobs; /* threads that scan, of a file the caller's among them; 1:
                    none but that */
    bool prompt; /* what a read gives is a chunk; nothing is scanned ahead */
};

struct chunks_calls {
    /* For each chunk that is held at a time; reused. */
    void *(*make)(void *arg);
    void (*release)(void *own);
    /* On any thread, and with one job never. */
    void (*scan)(const struct chunk *chunk, void *arg);
    /* On the caller's thread, in order; not ERR_OK ends the run with that. */
    enum err (*settle)(const struct chunk *chunk, void *arg);
    void *arg;
};

/*
 * Runs over what is left of the input; its last chunk may be empty. A job
 * holds one chunk, and two more may wait to be settled. Errors are those of
 * input_read() and settle(); without one, no error is left behind.
 */
CHECKED enum err chunks_run(struct input *in, const struct chunks_plan *plan,
                            const struct chunks_calls *calls);

#endif
