/* SPDX-License-Identifier: Apache-2.0 */
/* The steps are those of who reads: numbers.h and recorded.h. */
#include "tui/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/progress.h"
#include "data/numbers.h"

enum { SLICE = 5000 /* microseconds of work between two keys */ };

void
reading_free(struct reading *r)
{
    numbers_close(r->file);
    free(r->path);
    recorded_free(&r->past);
    sample_free(&r->sample);
    *r = (struct reading){0};
}

static enum err
take_value(const struct row *row, void *arg)
{
    struct reading *r = arg;

    sample_add(&r->sample, row->values[0]);
    return ERR_OK;
}

static enum err
take_progress(int64_t done, int64_t size, void *arg)
{
    struct reading *r = arg;

    r->done = done;
    r->size = size;
    return ERR_OK;
}

static enum err
check_file(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return err_set(ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(ERR_INPUT, "cannot read %s: it is no plain file", path);
    return ERR_OK;
}

enum err
reading_file(struct reading *r, const char *path)
{
    const struct rows_plan plan = {.by = NULL};
    enum err e = check_file(path);

    if (e != ERR_OK)
        return e;
    reading_free(r);
    r->path = xstrdup(path);
    r->calls = (struct rows_calls){
        .row = take_value, .progress = take_progress, .arg = r};
    r->began = clock_elapsed();
    e = numbers_open(r->path, &plan, &r->calls, &r->file);
    r->on = e == ERR_OK;
    return e;
}

enum err
reading_past(struct reading *r, struct service *s, const struct model *m,
             int64_t since, int64_t until)
{
    enum err e;

    reading_free(r);
    e = recorded_begin(s, m, since, until, &r->past);
    r->began = clock_elapsed();
    r->on = e == ERR_OK;
    return e;
}

static enum err
one_step(struct reading *r, struct service *s)
{
    bool done = false;
    int64_t bad = 0; /* none: a bad one is an error */
    enum err e;

    if (r->path) {
        e = numbers_step(r->file, &done);
        if (e == ERR_OK && done)
            e = numbers_end(r->file, &r->moments, &bad);
    } else {
        e = recorded_step(s, &r->past);
        done = r->past.done;
    }
    r->on = e == ERR_OK && !done;
    return e;
}

enum err
reading_step(struct reading *r, struct service *s)
{
    int64_t began = clock_elapsed();
    enum err e = ERR_OK;

    while (e == ERR_OK && r->on && clock_elapsed() - began < SLICE)
        e = one_step(r, s);
    return e;
}

/* ---- painting ---- */

static void
paint_bar(const struct reading *r, bool ascii, struct canvas *c, size_t y)
{
    size_t width = c->width - 2, done = 0;

    if (r->size > 0 && r->done <= r->size)
        done = (size_t) ((double) r->done / (double) r->size
                         * (double) width); /* at most width */
    canvas_fill(c, 1, y, done, ascii ? "#" : "█", PAINT_NOTE);
    canvas_fill(c, 1 + done, y, width - done, ascii ? "." : "░", PAINT_DIM);
}

void
reading_paint(const struct reading *r, const struct app *app, struct canvas *c,
              struct area area)
{
    int64_t us = clock_elapsed() - r->began;
    struct buf what = {0}, far = {0};
    char n[FIGURE_MAX];
    size_t y = area.y + (area.height > 4);

    buf_str(&what, "reading ");
    app_safe(app, &what, r->path ? r->path : "recorded readings");
    canvas_fit(c, 1, y++, c->width - 1, buf_text(&what), PAINT_BOLD);
    if (r->path) {
        paint_bar(r, app->ascii, c, y++);
        progress_text(&far, r->done, r->size, us, "B");
        buf_printf(&far, "  %s numbers",
                   figure_group(n, (int64_t) r->sample.seen)); /* below 2^63 */
    } else {
        progress_text(&far, r->past.readings, 0, us, "");
    }
    canvas_fit(c, 1, y, c->width - 1, buf_text(&far), PAINT_PLAIN);
    buf_free(&what);
    buf_free(&far);
}
