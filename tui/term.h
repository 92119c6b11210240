/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal: the only file that knows curses. */
#ifndef VIGIA_TERM_H
#define VIGIA_TERM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct canvas;

/* ERR_UNAVAILABLE: standard input and output are no terminal, or TERM is not
 * set. */
CHECKED enum err term_check(void);

/*
 * Takes over the terminal that standard input and output are, after
 * term_check(). ERR_UNAVAILABLE: TERM names none that can move its cursor.
 * term_end() gives it back as it was, and may be called without a beginning.
 * *colour: whether colours are wanted, and then, whether there are some.
 */
CHECKED enum err term_begin(bool *colour);
void term_end(void);

/* Columns and rows, as they are now. */
void term_size(size_t *width, size_t *height);

/* Shows the canvas; only what changed is sent, unless all is to be. */
void term_show(const struct canvas *canvas, bool all);

/*
 * The next key (keys.h), waiting at most ms milliseconds for one: 0 when none
 * came, KEY_END_OF_INPUT when standard input has ended.
 */
int term_key(int ms);

#endif
