/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording into the state. Seats are direct-mapped like the other caches:
 * a model has one, and drives out who sat there. Columns are in the order of
 * the active version, so a verdict's index is the row's; only a reading that
 * another version judged has its columns looked up by name.
 */
#include "core/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum {
    SEATS = 1 << 17,
    COLUMNS_MAX = 1 << 20 /* that all seats have room for */
};

struct seats {
    struct seat *items[SEATS]; /* each made when it is needed first */
    bool used;                 /* one was made */
    size_t columns;            /* that there is room for */
    size_t hand;               /* the seat to be left next */
};

struct seats *
seats_new(void)
{
    return xcalloc(1, sizeof(struct seats));
}

static void
leave(struct seats *seats, struct seat *seat)
{
    seats->columns -= seat->cap;
    free(seat->at);
    *seat = (struct seat){.model = 0};
}

void
seats_free(struct seats *seats)
{
    for (size_t i = 0; seats && seats->used && i < SEATS; i++) {
        if (seats->items[i])
            free(seats->items[i]->at);
        free(seats->items[i]);
    }
    free(seats);
}

/* The seat of the model, or of another one of that place. */
static struct seat *
find_seat(struct seats *seats, int64_t model)
{
    struct seat **place = &seats->items[(size_t) model % SEATS]; /* > 0 */

    if (!*place)
        *place = xcalloc(1, sizeof **place);
    seats->used = true;
    return *place;
}

/* Others leave while there are too many columns. */
static void
make_room(struct seats *seats, struct seat *stays)
{
    seats->columns += stays->cap;
    for (size_t i = 0; seats->columns > COLUMNS_MAX && i < SEATS; i++) {
        struct seat *seat = seats->items[seats->hand++ % SEATS];

        if (seat && seat != stays)
            leave(seats, seat);
    }
}

static void
add_column(struct seat *seat, int64_t at)
{
    if (seat->count == seat->cap) {
        seat->cap = seat->cap ? 2 * seat->cap : 1;
        seat->at = xreallocarray(seat->at, seat->cap, sizeof *seat->at);
    }
    seat->at[seat->count++] = at;
}

enum err
state_seat(struct service *s, int64_t model, struct seat **out)
{
    static const char sql[] =
        "SELECT m.version, s.newest, s.at FROM model m"
        " JOIN state s ON s.model = m.id WHERE m.id = $1 ORDER BY s.ord";
    struct seat *seat = find_seat(s->seats, model);
    struct arg args[] = {arg_int(model)};
    struct db_rows *rows;
    bool more = false;
    enum err e;

    *out = seat;
    if (seat->model == model && seat->epoch == s->epoch)
        return ERR_OK;
    leave(s->seats, seat);
    e = db_query(s->db, sql, args, 1, &rows);
    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        if (seat->count == 0) {
            seat->version = db_int(rows, 0);
            seat->newest = db_int(rows, 1);
        }
        add_column(seat,
                   db_is_null(rows, 2) ? SEAT_UNTESTED : db_int(rows, 2));
    }
    db_done(rows);
    make_room(s->seats, seat);
    if (e != ERR_OK)
        return e;
    seat->model = model;
    seat->epoch = s->epoch;
    return ERR_OK;
}

/* One column's row, and in the first one the newest row of the history. */
static enum err
put(struct service *s, const struct seat *seat, size_t ord,
    const struct verdict *v, int64_t at)
{
    static const char first[] =
        "UPDATE state SET at = $1, value = $2, score = $3, alert = $4,"
        " newest = $5 WHERE model = $6 AND ord = 0";
    static const char other[] =
        "UPDATE state SET at = $1, value = $2, score = $3, alert = $4"
        " WHERE model = $5 AND ord = $6";
    struct arg args[6] = {
        arg_int(at),
        arg_real(v->value),
        isnan(v->score) ? arg_null() : arg_real(v->score),
        arg_int(v->alert),
    };

    if (ord == 0) {
        args[4] = seat->newest ? arg_int(seat->newest) : arg_null();
        args[5] = arg_int(seat->model);
    } else {
        args[4] = arg_int(seat->model);
        args[5] = arg_int((int64_t) ord);
    }
    return db_run(s->db, ord == 0 ? first : other, args, 6);
}

/* The rows of the active version's columns, for verdicts of another one; name
 * NULL is that of a model without columns. */
static bool
find_column(const struct state_list *list, const char *name, size_t *ord)
{
    for (*ord = 0; *ord < list->count; (*ord)++)
        if (strcmp(list->items[*ord].column, name ? name : "") == 0)
            return true;
    return false;
}

/* Links row in the first column's state, whose reading stays as it is. */
static enum err
link_row(struct service *s, const struct seat *seat)
{
    static const char sql[] =
        "UPDATE state SET newest = $1 WHERE model = $2 AND ord = 0";
    struct arg args[] = {arg_int(seat->newest), arg_int(seat->model)};

    return db_run(s->db, sql, args, 2);
}

enum err
state_reading(struct service *s, struct seat *seat, const struct compiled *c,
              const struct verdicts *verdicts, int64_t at, int64_t row)
{
    struct state_list names = {0};
    bool active = c->number == seat->version, linked = row == 0;
    enum err e = active ? ERR_OK : state_load(s, seat->model, &names);

    seat->newest = row ? row : seat->newest;
    for (size_t i = 0; e == ERR_OK && i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];
        size_t ord = v->index;

        if (!active && !find_column(&names, v->column, &ord))
            continue; /* the active version does not have it */
        if (ord >= seat->count || seat->at[ord] > at)
            continue;
        e = put(s, seat, ord, v, at);
        seat->at[ord] = at;
        linked = linked || ord == 0;
    }
    if (e == ERR_OK && !linked)
        e = link_row(s, seat);
    state_list_free(&names);
    return e;
}
