/* SPDX-License-Identifier: Apache-2.0 */
/* Recording. The layout and its reasons stand in store/schema.c. */
#include "core/history.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/pack.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"
#include "kinds/kind.h"

enum { PACKED_FROM = 512 }; /* bytes of JSON */

/* The request as JSON; a long one packed. */
static struct arg
pack_request(const struct reading *r, struct buf *input)
{
    const struct json *own = r->verdicts->items[0].input;
    struct buf text = {0};
    const char *json = r->text;

    if (own || !json) {
        json_canonical(own ? own : r->input, &text);
        json = buf_text(&text);
    }
    if (strlen(json) < PACKED_FROM) {
        buf_str(input, json);
        buf_free(&text);
        return arg_text(buf_text(input));
    }
    pack_text(json, strlen(json), input);
    buf_free(&text);
    return arg_blob(input->data, input->len);
}

/* The values by column of the version, as they will be read back; without
 * columns, the request. */
static struct arg
pack(const struct reading *r, struct buf *input)
{
    size_t columns = r->compiled->kind->columns(r->compiled->model);
    double none = NAN;

    if (columns == 0)
        return pack_request(r, input);
    if (columns == 1 && r->verdicts->count == 1)
        return arg_blob(&r->verdicts->items[0].value, sizeof(double));
    for (size_t i = 0; i < columns; i++)
        buf_add(input, &none, sizeof none);
    for (size_t i = 0; i < r->verdicts->count; i++) {
        const struct verdict *v = &r->verdicts->items[i];

        memcpy(input->data + v->index * sizeof v->value, &v->value,
               sizeof v->value);
    }
    return arg_blob(input->data, input->len);
}

static bool
any_alert(const struct verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (verdicts->items[i].alert)
            return true;
    return false;
}

static enum err
insert(struct service *s, const struct reading *r, int64_t at, int64_t prev,
       bool alert, int64_t *id)
{
    static const char plain[] =
        "INSERT INTO history(at, model, version, prev, input, alert, actor,"
        " request, output) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    static const char timed[] =
        "INSERT INTO history(at, model, version, prev, input, alert, actor,"
        " request, output, delay)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (model, at) WHERE delay IS NOT NULL DO NOTHING";
    const char *output = NULL;
    struct buf input = {0};
    int64_t actor;
    enum err e = service_actor(s, &actor);

    *id = 0;
    if (e != ERR_OK)
        return e;
    if (r->verdicts->count > 0 && r->verdicts->items[0].detail.len > 0)
        output = r->verdicts->items[0].detail.data;
    struct arg args[] = {
        arg_int(at),
        arg_int(r->model->id),
        arg_int(r->compiled->number),
        prev ? arg_int(prev) : arg_null(),
        pack(r, &input),
        arg_int(alert),
        arg_int(actor),
        arg_text(r->request),
        arg_text(output),
        arg_int(clock_now() - at),
    };
    e = db_run(s->db, r->timed ? timed : plain, args, r->timed ? 10 : 9);
    if (e == ERR_OK && db_changed(s->db) == 1) {
        *id = db_inserted(s->db);
        s->recorded++;
    }
    buf_free(&input);
    return e;
}

enum err
history_record(struct service *s, const struct reading *r, bool *stored)
{
    int64_t now = clock_now(), at = r->timed ? r->at : now, id = 0;
    bool alert = any_alert(r->verdicts);
    bool keep = s->conf->record == CONF_RECORD_ALL
                || (s->conf->record == CONF_RECORD_ALERTS && alert);
    struct seat *seat = NULL;
    enum err e;

    if (r->timed && at > now + CLOCK_DAY)
        return err_set(ERR_DATA,
                       "the time of a reading lies more than a day ahead");
    e = state_seat(s, r->model->id, &seat);
    if (e == ERR_OK && keep)
        e = insert(s, r, at, seat->newest, alert, &id);
    *stored = id != 0 || !keep;
    if (e == ERR_OK && *stored)
        e = state_reading(s, seat, r->compiled, r->verdicts, at, id);
    return e;
}

enum err
history_count(struct service *s, int64_t *count)
{
    return db_one_int(s->db,
                      "SELECT value FROM meta WHERE name = 'history_rows'",
                      NULL, 0, count);
}

enum err
history_count_add(struct service *s, int64_t rows)
{
    struct arg args[] = {arg_int(rows)};

    return rows == 0 ? ERR_OK
                     : db_run(s->db,
                              "UPDATE meta SET value = value + $1"
                              " WHERE name = 'history_rows'",
                              args, 1);
}

/* One turn of them, from *at on. */
static enum err
record_piece(struct service *s, const struct model *m,
             const struct compiled *c, const struct verdicts *verdicts,
             size_t *at)
{
    struct model now = {0};
    size_t i = *at;
    int64_t began;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    e = model_by_id(s, m->id, &now);
    model_free(&now);
    while (e == ERR_OK && i < verdicts->count
           && clock_elapsed() - began < PIECE_US) {
        struct verdicts one = {.items = &verdicts->items[i++], .count = 1};
        struct reading reading = {.model = m, .compiled = c, .verdicts = &one};
        bool stored;

        e = history_record(s, &reading, &stored);
    }
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e == ERR_OK)
        *at = i;
    return e;
}

enum err
history_record_values(struct service *s, const struct model *m,
                      const struct compiled *c,
                      const struct verdicts *verdicts)
{
    size_t done = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && done < verdicts->count)
        e = record_piece(s, m, c, verdicts, &done);
    if (e != ERR_OK && done > 0)
        e = err_set(e, "%s: %zu of %zu readings were recorded", err_text(),
                    done, verdicts->count);
    return e;
}
