/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line that is typed: UTF-8, with a cursor and the lines before. It takes
 * only what can be shown as it is, so that nothing in it is hidden; line
 * ends and tabs in what is pasted become blanks.
 */
#ifndef VIGIA_EDIT_H
#define VIGIA_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { EDIT_BYTES_MAX = 1 << 20, EDIT_HISTORY_MAX = 50 };

/* Lines that were entered, oldest first; one for each thing that is asked,
 * which outlives its editors. Starts as {0}. */
struct edit_history {
    char *lines[EDIT_HISTORY_MAX]; /* owned: edit_history_free() */
    size_t count;
};
void edit_history_add(struct edit_history *h, const char *line);
void edit_history_free(struct edit_history *h);

/* Starts as {0}. text and at are to be read. */
struct edit {
    struct buf text;
    size_t at;                    /* the cursor, in bytes */
    struct edit_history *history; /* borrowed; NULL: none */
    size_t back;                  /* lines that one has gone back */
    char *draft;                  /* what was typed before that; owned */
    size_t from;                  /* the first byte that is seen */
    bool preset; /* set by who asks: what is typed first replaces the text */
};
void edit_free(struct edit *e);

/* Another text; the cursor at its end. What cannot be shown is left out. */
void edit_set(struct edit *e, const char *text);

/* Adds what was typed or pasted at the cursor; what cannot be shown, or is too
 * much, is left out. */
void edit_add(struct edit *e, const char *text, size_t len);

enum edit_move {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_HOME,
    EDIT_END,
    EDIT_BACKSPACE,
    EDIT_DELETE,
    EDIT_KILL,      /* what is behind the cursor */
    EDIT_KILL_LINE, /* what is before it */
    EDIT_KILL_WORD, /* the word before it */
    EDIT_OLDER,     /* lines of the history */
    EDIT_NEWER
};
void edit_move(struct edit *e, enum edit_move move);

/* Adds the part around the cursor in exactly width columns, with a sign where
 * it is cut; *column is where the cursor stands in it. width at least 4. */
void edit_view(struct edit *e, size_t width, bool ascii, struct buf *out,
               size_t *column);

#endif
