/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a text file or of standard input: in their order, or, where
 * it is a file, from anywhere and by several threads.
 */
#ifndef VIGIA_INPUT_H
#define VIGIA_INPUT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;

/*
 * Opens path, "-" for standard input, and passes over a byte order mark of
 * UTF-8. ERR_INPUT with the reason: does not exist, no permission, a
 * directory. Refused with ERR_DATA: UTF-16 or UTF-32 (the sentence has the
 * iconv line to use), a NUL byte in what is read first (a binary file). An
 * empty file opens. Close with input_close() (takes NULL).
 */
CHECKED enum err input_open(const char *path, struct input **out);
void input_close(struct input *in);

/* The name for messages: the path, or "standard input". Borrowed. */
const char *input_name(const struct input *in);

/*
 * Reads the next bytes, at most size; none at the end only. ERR_IO: reading
 * failed. ERR_INTERRUPTED: the user asked to stop (stop.h) while it waited.
 */
CHECKED enum err input_read(struct input *in, char *to, size_t size,
                            size_t *len);

/* Gives bytes back: they are the next to be read. */
void input_unread(struct input *in, const char *bytes, size_t len);

/*
 * True for a file, of which input_read_at() reads: the same from the offset
 * on, wherever others read. Any thread.
 */
bool input_is_file(const struct input *in);
CHECKED enum err input_read_at(const struct input *in, int64_t offset,
                               char *to, size_t size, size_t *len);

/* Bytes read so far without those given back, the mark among them; and the
 * size of the file (0 when not a file). */
int64_t input_position(const struct input *in);
int64_t input_size(const struct input *in);

#endif
