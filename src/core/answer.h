/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers as JSON: the command line (--json) and REST write the same objects
 * by these functions. Each writes one value; what it stands in is the
 * caller's.
 */
#ifndef VIGIA_ANSWER_H
#define VIGIA_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "core/state.h"

struct change_row;
struct compiled;
struct history_row;
struct json_out;
struct kind;
struct model;
struct undo_report;
struct verdict;
struct verdicts;
struct version;
struct view;

/* Writes key and number; 0 stands for none and becomes null. */
void answer_int_or_null(struct json_out *out, const char *key, int64_t number);

/* The answer of `show`; with a member "warning" (NULL: none). */
void answer_view(struct json_out *out, const struct view *view,
                 const char *warning);

/* The weights of a version as `show` has them: {"columns":{...}}. */
void answer_weights(struct json_out *out, const struct kind *kind,
                    const void *compiled, const enum state *states);

/* A model in a list; state is its word. */
void answer_listed(struct json_out *out, const struct model *m,
                   const struct state_list *states, const char *state);

/* The last reading of any column (0: none), and whether one is in alert. */
int64_t answer_last(const struct state_list *states, bool *alert);

void answer_version(struct json_out *out, const struct model *m,
                    const struct version *v);
void answer_change(struct json_out *out, const struct change_row *row);

/* What the undo of change id did; left is as undo.h makes it. */
void answer_undone(struct json_out *out, int64_t id, const char *left,
                   const struct undo_report *report);

/* A verdict; state is that of its column. One of a kind without columns says
 * what the kind has to say. */
void answer_verdict(struct json_out *out, const struct model *m,
                    const struct compiled *c, const struct verdict *v,
                    enum state state);

/* The answer of a test: {"verdicts":[...]}, and what the kind says beside. */
void answer_verdicts(struct json_out *out, const struct model *m,
                     const struct compiled *c, const struct verdicts *verdicts,
                     const enum state *states);

/* A row of the history, with its verdicts. */
void answer_reading(struct json_out *out, const struct history_row *row,
                    const struct verdicts *verdicts);

struct buf;

/*
 * What an output of the history begins with, for people, added to out:
 * "finished false, candidates 28". The members that explain it, objects and
 * arrays, stand behind that.
 */
void answer_brief(struct buf *out, const char *output);

/* Why a verdict is what it is: a sentence added to out. */
void answer_reason(struct buf *out, const struct compiled *c,
                   const struct verdict *v);

#endif
