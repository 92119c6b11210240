/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model kind is: a row of kinds[]. A kind learns, judges, adjusts and
 * explains; it is pure functions over JSON values and numbers, and knows no
 * database, clock, file or log.
 *
 * Weights and params are JSON texts (objects). A compiled model is what test
 * needs of them, opaque to the callers, immutable, and cached by them.
 */
#ifndef VIGIA_KIND_H
#define VIGIA_KIND_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset;
struct json;
struct json_out;
struct moments;

enum {
    KIND_COLUMN_MAX = 128,   /* bytes of a column's name */
    KIND_COLUMNS_MAX = 65536 /* columns of a model */
};

/* A param of a kind, kept with the weights in each version. */
enum param_type { PARAM_NUMBER, PARAM_TEXT, PARAM_DURATION /* seconds */ };
struct param {
    const char *name;
    enum param_type type;
    const char *preset; /* as written on the command line, a number just as
                           number_print() has it; NULL: absent */
    double min, max;    /* of the number or seconds; max bytes of a text */
    bool per_column;    /* NAME.COLUMN is possible */
    bool whole;         /* NAME alone is possible */
    bool integer;       /* a number without a fraction */
    const char *help;
};

/*
 * What a kind learns from: the moments of columns, and then a model has
 * columns that are judged one by one; a table with a label; or finished
 * cases. Models of the last two have no columns: kind_no_columns() and the
 * like stand in their rows of kinds[].
 */
enum learns { LEARNS_MOMENTS, LEARNS_TABLE, LEARNS_CASES };

/* What a fit learns from, by kind->learns. Everything is borrowed. */
struct source {
    size_t column_count;
    const char *const *columns;    /* distinct, checked by fit */
    const struct moments *moments; /* one per column */
    const struct dataset *data;    /* a table with its label */
    const struct json *cases;      /* an array */
    /* The params of the new version, complete (tables and cases). */
    const struct json *params;
    /* Called now and then by a fit that takes long: done of total. Not
     * ERR_OK: the fit stops and answers that. NULL: nobody wants to know. */
    enum err (*progress)(int64_t done, int64_t total, void *arg);
    void *arg;
};

/* A column of a compiled model: what lists and charts show. Borrowed. */
struct kind_column {
    const char *name;
    const char *unit; /* "" when none */
    int64_t n, missing;
    double mean, std, min, max, k, threshold;
};

/* One verdict. column and unit are borrowed from the compiled model. */
struct verdict {
    size_t index;       /* of the column */
    const char *column; /* NULL for kinds without columns */
    double value;
    double score; /* NaN: none */
    double mean, std, threshold;
    bool alert;
    /* Of kinds without columns: */
    struct buf detail;        /* what the JSON answer says beside model and
                                 version: {"label":"High",...}; owned */
    const struct json *input; /* the part of the request that was judged;
                                 NULL: all of it */
};

struct verdicts {
    struct verdict *items;
    size_t count, cap;
    struct buf beside; /* an object whose members stand in the answer beside
                          "verdicts", or nothing; owned */
};

/* How a test is to be done, beside its request. */
struct ask {
    const char *mode; /* of the kind, such as "original"; NULL: the usual */
    bool seeded;      /* the seed was asked for, and not drawn by us */
    uint64_t seed;    /* for kinds that draw; below 2^53 */
};

/* A model's text that no vigia wrote. */
struct foreign {
    const char *text;
    size_t len;
    const char *extra; /* a second text, such as scalers; NULL: none */
    size_t extra_len;
};

void verdicts_clear(struct verdicts *v); /* keeps the memory */
void verdicts_free(struct verdicts *v);
struct verdict *verdicts_add(struct verdicts *v); /* a zeroed one */

struct kind {
    const char *name, *summary;
    const struct param *params; /* ends with name NULL */
    enum learns learns;
    const char *moves; /* what adjust moves, for help: "the means" */

    /*
     * Adds the weights from source to weights. old: the weights whose other
     * columns are kept, or NULL. ERR_DATA names every failing column
     * (err_also, pointer /columns/NAME). The same source, params and old
     * weights give the same bytes.
     */
    enum err (*fit)(const struct source *source, const struct json *old,
                    struct buf *weights);

    /*
     * A short cut: the weights (NULL: they are not wanted), and what compile
     * makes of them and params. NULL: the kind has none.
     */
    enum err (*fit_compiled)(const struct source *source,
                             const struct json *old, const struct json *params,
                             struct buf *weights, void **model);

    /*
     * What test needs; the caller frees it with release (takes NULL).
     * params may be NULL: the presets. Weights and params are checked
     * completely: ERR_DATA names all that is wrong (err_also, pointers as in
     * an export: /weights/columns/NAME, /params/KEY).
     */
    enum err (*compile)(const struct json *weights, const struct json *params,
                        void **model);
    void (*release)(void *model);

    /*
     * A short cut from weights as this kind writes them; false, and nothing
     * happens, for all that is not quite so, right or wrong. NULL: none.
     */
    bool (*compile_plain)(const char *weights, const struct json *params,
                          void **model);

    /*
     * The columns of a compiled model: how many (0 for kinds without
     * columns), one of them, and the number of a name (false: none).
     */
    size_t (*columns)(const void *model);
    void (*column)(const void *model, size_t i, struct kind_column *out);
    bool (*find)(const void *model, const char *name, size_t *index);

    /*
     * Values by column number (NaN: not given), count of them. Adds a
     * verdict for each value given. Cannot fail: the values are finite.
     * NULL for kinds without columns.
     */
    void (*judge)(const void *model, const double *values, size_t count,
                  struct verdicts *out);

    /* How many of the values alert: judge() without what it says. */
    size_t (*alerts)(const void *model, const double *values, size_t count);

    /*
     * A request as JSON (the body of a test): adds the verdicts. ERR_DATA
     * names all that is wrong at once (err_also, pointers into request, or
     * ?mode). What may be doubted but is no error is told by a member
     * "warnings" of the verdict, an array of sentences.
     */
    enum err (*test)(const void *model, const struct json *request,
                     const struct ask *ask, struct verdicts *out);

    /*
     * The same of a request that is a text still, for kinds that read long
     * ones without building values; ERR_SYNTAX: it is no JSON. NULL: the
     * kind wants values. The verdict is of the whole request.
     */
    enum err (*test_text)(const void *model, const char *text, size_t len,
                          const struct ask *ask, struct verdicts *out);

    /* One sentence: why this verdict. Adds to out. NULL for kinds without
     * columns, whose verdicts have a member "reason" if they want one. */
    void (*explain)(const void *model, const struct verdict *verdict,
                    struct buf *out);

    /*
     * Adds to out the weights moved by percent, of one column or (NULL) of
     * all; what that moves is the kind's to say (moves), and so is what a
     * column is to it. ERR_NOT_FOUND: no such column; ERR_DATA: not finite.
     */
    enum err (*adjust)(const struct json *weights, double percent,
                       const char *column, struct buf *out);

    /*
     * Writes the value of "weights" in `show`, for a compiled model. states
     * has the state's word of each column.
     */
    void (*show)(const void *model, const char *const *states,
                 struct json_out *out);

    /* Checks weights from outside (a load) completely, as compile does. */
    enum err (*check)(const struct json *weights);

    /* Writes the figures that tell versions apart ({"accuracy":0.64,...}),
     * which are stored beside each; NULL: the kind has none. */
    void (*metrics)(const void *model, struct json_out *out);

    /* Their names, the most telling first, ending with NULL: of each version
     * lists show the first that it has. NULL: none. */
    const char *const *headlines;

    /*
     * Foreign texts: *known is false, and nothing else happens, when the
     * text is in no format of this kind. Else adds the weights, and an
     * object of the params that differ from their presets, if any does.
     * ERR_SYNTAX, ERR_DATA: what is wrong with it. NULL: it knows no format.
     */
    enum err (*load)(const struct foreign *file, bool *known,
                     struct buf *weights, struct buf *params);

    /* Adds the weights of a model that exists unfitted: the one that has the
     * kind's own name, from its first use on. NULL: there is none. */
    void (*builtin)(struct buf *weights);
};

extern const struct kind *const kinds[]; /* ends with NULL */
extern const struct kind kind_baseline, kind_invite_exp, kind_invite_nbinom,
    kind_invite_stoch, kind_linear, kind_trees; /* each in its file */

/* The kind of that name; NULL when there is none. */
const struct kind *kind_find(const char *name);

/* Reads params; NULL when they are the presets. */
CHECKED enum err kind_params(const struct kind *kind, const char *params,
                             struct json **out);

/* Compiles the texts of weights and params, as kind->compile() does. */
CHECKED enum err kind_compile(const struct kind *kind, const char *weights,
                              const char *params, void **model);

/*
 * The number of the column: the one named; without a name (NULL) the only
 * one, else "value"; ERR_NOT_FOUND lists the columns or the nearest.
 */
CHECKED enum err kind_column_find(const struct kind *kind, const void *model,
                                  const char *name, size_t *index);

/* Adds the names of the kinds there are, with commas between; those that
 * learn so, or (-1) all. */
void kind_list(struct buf *out, int learns);

/* ---- for the kinds themselves ---- */

/* The columns of kinds that have none. */
size_t kind_no_columns(const void *model);
bool kind_no_column(const void *model, const char *name, size_t *index);

/* ERR_DATA when a mode is asked for and is none of modes (ends with NULL; the
 * first one is the usual); *mode is its place. */
CHECKED enum err kind_mode(const struct ask *ask, const char *const *modes,
                           size_t *mode);

/*
 * err_also(ERR_DATA) with the JSON pointer parent/key (~ and / of key are
 * escaped), or parent alone when key is NULL.
 */
CHECKED enum err kind_problem(const char *parent, const char *key,
                              const char *format, ...)
    __attribute__((__format__(__printf__, 3, 4)));

/*
 * True when so many problems are noted that further ones would not be kept:
 * time to stop looking.
 */
bool kind_enough_problems(void);

/*
 * Every member of object that is not one of known (ends with NULL) is a
 * problem, with the nearest name; ERR_OK when there is none. what begins the
 * sentences ("a request"); the pointer is parent/key, or parent/MEMBER when
 * key is NULL.
 */
CHECKED enum err kind_members(const struct json *object,
                              const char *const *known, const char *what,
                              const char *parent, const char *key);

/*
 * What is wrong with a name or unit from outside ("is empty", ...), which
 * must be 1 to max bytes of UTF-8 without control characters; NULL: nothing.
 */
const char *kind_text_fault(const char *text, size_t max);

/*
 * Adds '; did you mean "..."?' for the nearest of candidates (ends with
 * NULL), if one is near. Only for the first few problems of an input, as
 * each comparison costs.
 */
void kind_suggest(struct buf *out, const char *word,
                  const char *const *candidates);

/* As kind_column_find(), without an error. */
bool kind_column_seek(const struct kind *kind, const void *model,
                      const char *name, size_t *index);

/* Adds the sentence for a column that kind_column_seek() did not find. */
void kind_column_lost(const struct kind *kind, const void *model,
                      const char *name, struct buf *out);

/* The same for columns that are only names. */
void kind_name_lost(const char *name, const char *const *names, size_t count,
                    struct buf *out);

/* ---- params (params.c) ---- */

/*
 * The row of a key such as k or k.COLUMN; *column is the column's name in
 * key, or NULL. NULL when the kind has no such param.
 */
const struct param *param_find(const struct kind *kind, const char *key,
                               const char **column);

/*
 * Checks KEY=VALUE of a kind and adds it to the JSON object text params (in
 * place, other members keep their order); VALUE "" or "preset" takes the key
 * back to its preset. columns are the names a per-column key may have.
 * ERR_NOT_FOUND: unknown key or column (with the nearest); ERR_SYNTAX: not a
 * number or duration; ERR_DATA: value out of range.
 */
CHECKED enum err params_set(const struct kind *kind, struct buf *params,
                            const char *key, const char *value,
                            const char *const *columns, size_t count);

/*
 * Merges the object changes into the JSON object text params, as RFC 7396
 * does: a null takes a key back to its preset. ERR_DATA names all that is
 * wrong (err_also, pointers /params/KEY); params is untouched then. columns
 * as above.
 */
CHECKED enum err params_merge(const struct kind *kind, struct buf *params,
                              const struct json *changes,
                              const char *const *columns, size_t count);

/* Adds the params a new model starts with, an object. */
void params_presets(const struct kind *kind, struct buf *params);

/*
 * Checks params from outside (a load): ERR_DATA names all that is wrong
 * (err_also, pointers /params/KEY). Whether the columns exist is not known
 * here; compile looks at that.
 */
CHECKED enum err params_check(const struct kind *kind,
                              const struct json *params);

#endif
