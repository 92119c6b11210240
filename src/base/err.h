/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors: one code, one sentence, set where the fact is known. The front
 * ends translate the code once (exit status, HTTP status) and print the text.
 */
#ifndef VIGIA_ERR_H
#define VIGIA_ERR_H

#include <stddef.h>

/* Every fallible function is CHECKED: ignoring its result is a warning. */
#define CHECKED __attribute__((__warn_unused_result__))

enum err {
    ERR_OK,
    ERR_USAGE,       /* the command line is wrong */
    ERR_SYNTAX,      /* a text is not well-formed (JSON, CSV, a number) */
    ERR_DATA,        /* well-formed, but the values are not acceptable */
    ERR_NOT_FOUND,   /* no such model, version, column or change */
    ERR_CONFLICT,    /* not in this state: nothing to undo, needs --yes */
    ERR_INPUT,       /* an input file cannot be read */
    ERR_UNAVAILABLE, /* a service or terminal is not there */
    ERR_INTERNAL,    /* a bug */
    ERR_CREATE,      /* a file cannot be created */
    ERR_IO,          /* reading or writing a disk or pipe failed */
    ERR_FULL,        /* the disk is full */
    ERR_BUSY,        /* somebody else holds the database: try again */
    ERR_DENIED,      /* permission */
    ERR_CONFIG,      /* the configuration is wrong */
    ERR_SCHEMA,      /* not a vigia database, or of another version */
    ERR_INTERRUPTED, /* the user asked to stop */
};

/* One more thing that is wrong with the same input (err_also). */
struct err_detail {
    const char *pointer; /* JSON pointer or "" */
    const char *text;
};

/*
 * Sets the text of the calling thread's last error and returns code, so that
 * a function fails in one statement: return err_set(ERR_DATA, "...", ...).
 * The text is a sentence without capital and full stop, names the value that
 * is wrong, and lasts until the next err_set(). Longer texts are cut at
 * 1,000 bytes. Forgets the details of err_also().
 */
CHECKED enum err err_set(enum err code, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/*
 * For input that can be wrong in several places: the first call after
 * err_clear() sets the text, each call adds a detail (at most 100 are kept).
 * pointer says where (a JSON pointer; "" for the whole), and is copied.
 */
CHECKED enum err err_also(enum err code, const char *pointer,
                          const char *format, ...)
    __attribute__((__format__(__printf__, 3, 4)));

/* Puts parent before the pointer of every detail: what was wrong in a value
 * is told of the text it stands in. */
void err_within(const char *parent);

/*
 * What is wrong, put aside while more is looked for by what calls err_clear().
 * Starts as {0}; err_tell() ends it.
 */
struct err_kept {
    struct err_detail *items;
    size_t count;
};

/* Takes the details, or the text when there are none, with words before each
 * of their texts. */
void err_keep(struct err_kept *kept, const char *words);

/* Notes all of it by err_also(code); ERR_OK when there is nothing. */
CHECKED enum err err_tell(struct err_kept *kept, enum err code);

/* Forgets the text and the details. */
void err_clear(void);

/* The last text; "" when none was set. Borrowed until the next err_*(). */
const char *err_text(void);

/* The details of err_also(), *count of them; borrowed likewise. */
const struct err_detail *err_details(size_t *count);

#endif
