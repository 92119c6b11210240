/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that come as JSON, and what their tests share with others. */
#include "cli/test_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/random.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/test.h"
#include "cli/whole.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"
#include "data/csv.h"

void
requests_free(struct requests *r)
{
    leaves_free(&r->columns);
    compiled_put(r->compiled);
    model_free(&r->model);
}

enum err
requests_open(struct requests *r, const char *text)
{
    int64_t number = 0, seed = -1;
    enum err e = cmd_int(r->cmd, "seed", 0, RANDOM_SEED_MAX, &seed);

    if (e == ERR_OK)
        e = cmd_model(r->cmd, text, false, &r->model, &number);
    if (e == ERR_OK && r->model.kind->learns == LEARNS_MOMENTS)
        e = err_set(ERR_USAGE, "%s is a sensor: give it a VALUE",
                    r->model.name);
    if (e == ERR_OK)
        e = compiled_get(r->cmd->service, &r->model, number, &r->compiled);
    r->record = cmd_flag(r->cmd, "record");
    r->ask.mode = cmd_value(r->cmd, "mode");
    r->ask.seeded = seed >= 0;
    r->ask.seed = (uint64_t) seed; /* if it was given */
    return e;
}

/* Without a seed of the user each request draws its own. */
enum err
requests_judge(struct requests *r, const struct json *request,
               struct verdicts *verdicts)
{
    enum err e = r->ask.seeded ? ERR_OK : random_seed(&r->ask.seed);

    err_clear();
    if (e == ERR_OK)
        e = r->compiled->kind->test(r->compiled->model, request, &r->ask,
                                    verdicts);
    return e;
}

/* ---- recording ---- */

/* Verdicts of one request. In a turn. */
enum err
requests_record(struct requests *r, const struct json *request,
                const struct verdicts *verdicts)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < verdicts->count; i++) {
        struct verdicts one = {.items = &verdicts->items[i], .count = 1};
        struct reading reading = {.model = &r->model,
                                  .compiled = r->compiled,
                                  .verdicts = &one,
                                  .input = request};
        bool stored;

        e = history_record(r->cmd->service, &reading, &stored);
    }
    return e;
}

/* The model is still there in this turn. */
enum err
requests_begin(struct requests *r)
{
    struct model now = {0};
    enum err e = service_begin(r->cmd->service);

    if (e != ERR_OK)
        return e;
    e = model_by_id(r->cmd->service, r->model.id, &now);
    model_free(&now);
    if (e != ERR_OK)
        service_rollback(r->cmd->service);
    return e;
}

enum err
requests_end(struct requests *r, enum err e)
{
    if (e == ERR_OK)
        return service_commit(r->cmd->service);
    service_rollback(r->cmd->service);
    return e;
}

/* ---- verdicts as rows ---- */

void
requests_leaves(const struct verdict *v, struct leaves *out)
{
    struct json *json = NULL;

    if (json_parse(buf_text(&v->detail), v->detail.len, &json) == ERR_OK)
        leaves_add(out, json); /* the kind wrote it, so it can be read */
    json_free(json);
}

/* The columns are those of the first verdict; a warning may come later. */
static void
put_header(struct requests *r, const struct verdict *v, struct buf *out)
{
    static const char warnings[] = "warnings";

    requests_leaves(v, &r->columns);
    if (r->model.kind->learns == LEARNS_TABLE
        && !leaves_find(&r->columns, warnings))
        leaves_put_text(&r->columns, warnings, xstrdup(""));
    if (cmd_flag(r->cmd, "no-header"))
        return;
    buf_str(out, "line");
    for (size_t i = 0; i < r->columns.count; i++) {
        const char *name = r->columns.items[i].name;

        buf_char(out, ',');
        csv_add(out, name, strlen(name), ',');
    }
    buf_str(out, ",version\n");
}

/* A verdict as a line of CSV; line 0: it came from no line. */
void
requests_line(struct requests *r, const struct verdict *v, int64_t line,
              struct buf *out)
{
    struct leaves leaves = {0};

    if (r->count++ == 0)
        put_header(r, v, out);
    requests_leaves(v, &leaves);
    buf_printf(out, "%" PRId64, line);
    for (size_t i = 0; i < r->columns.count; i++) {
        const struct leaf *leaf =
            leaves_find(&leaves, r->columns.items[i].name);

        buf_char(out, ',');
        if (leaf)
            csv_add(out, leaf->text, strlen(leaf->text), ',');
    }
    buf_printf(out, ",%" PRId64 "\n", r->compiled->number);
    leaves_free(&leaves);
}

/* ---- requests as JSON ---- */

static enum err
judge_one(struct requests *r, const struct json *request, struct verdicts *all)
{
    size_t before = all->count;
    enum err e = requests_judge(r, request, all);

    for (size_t i = before; e == ERR_OK && i < all->count; i++)
        if (!all->items[i].input)
            all->items[i].input = request;
    return e;
}

/* Judges all of them before anything is recorded or printed; all that is
 * wrong with any is told. */
static enum err
judge_all(struct requests *r, const struct json *requests,
          struct verdicts *all)
{
    size_t count = json_count(requests);
    struct err_kept kept = {0};
    enum err e = ERR_OK, told;

    for (size_t i = 0; i < count && (e == ERR_OK || e == ERR_DATA); i++) {
        enum err one = judge_one(r, json_at(requests, i), all);
        char words[40] = ""; /* any size_t fits */

        if (count > 1)
            (void) snprintf(words, sizeof words, "request %zu: ", i + 1);
        if (one != ERR_OK)
            err_keep(&kept, words);
        if (one != ERR_OK && (e == ERR_OK || one != ERR_DATA))
            e = one;
    }
    told = err_tell(&kept, e);
    return e == ERR_OK ? e : told;
}

static enum err
print_json(const struct requests *r, const struct verdicts *all)
{
    const enum state none = STATE_OK; /* no verdict tells it */
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    answer_verdicts(&out, &r->model, r->compiled, all, &none);
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
print_rows(struct requests *r, const struct verdicts *all)
{
    struct buf text = {0};
    struct leaves leaves = {0};
    enum err e = ERR_OK;

    if (all->count == 1) {
        buf_printf(&text, "%s@%" PRId64, r->model.name, r->compiled->number);
        leaves_put_text(&leaves, "model", buf_steal(&text));
        requests_leaves(&all->items[0], &leaves);
        e = show_leaves(r->cmd, &leaves);
    }
    for (size_t i = 0; all->count > 1 && i < all->count; i++)
        requests_line(r, &all->items[i], (int64_t) i + 1,
                      &text); /* in memory */
    if (text.len > 0)
        (void) fwrite(text.data, 1, text.len, stdout);
    leaves_free(&leaves);
    buf_free(&text);
    return e == ERR_OK ? cmd_flush() : e;
}

static enum err
test_values(struct requests *r, const struct json *requests)
{
    struct verdicts all = {0};
    enum err e = judge_all(r, requests, &all);

    if (e == ERR_OK && r->record && all.count > 0) {
        e = requests_begin(r);
        if (e == ERR_OK)
            e = requests_end(r, requests_record(r, NULL, &all));
    }
    if (e == ERR_OK && !cmd_flag(r->cmd, "quiet"))
        e = r->cmd->json ? print_json(r, &all) : print_rows(r, &all);
    verdicts_free(&all);
    return e;
}

enum err
test_json(struct cmd *cmd)
{
    struct requests r = {.cmd = cmd};
    struct json *requests = NULL;
    const char *path = cmd_value(cmd, "json-input");
    const struct kind *own = NULL;
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK) {
        own = kind_find(cmd->argv[0]);
        e = whole_values(path, &requests);
    }
    if (e == ERR_OK) /* a model that is built in needs no database yet */
        e = cmd_open(cmd, own && own->builtin ? DB_CREATE : DB_WRITE);
    if (e == ERR_OK)
        e = requests_open(&r, cmd->argv[0]);
    if (e == ERR_OK)
        e = whole_blame(test_values(&r, requests), path);
    json_free(requests);
    requests_free(&r);
    return e;
}
