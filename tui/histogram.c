/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bar per column of the terminal; a value that occurs at all is seen. The
 * threshold is a line upright, on whose right everything would alert.
 */
#include "tui/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/text.h"
#include "tui/canvas.h"
#include "tui/scale.h"

enum { WIDTH_MIN = 16, HEIGHT_MIN = 3, COLUMNS_PER_TICK = 14, EIGHTHS = 8 };

void
sample_add(struct sample *s, double v)
{
    s->stride = s->stride ? s->stride : 1;
    if (isnan(v) || s->seen++ % s->stride != 0)
        return;
    if (s->count
        == SAMPLE_MAX) { /* it is even, so this value stays one to keep */
        for (size_t i = 0; i < SAMPLE_MAX / 2; i++)
            s->values[i] = s->values[2 * i];
        s->count = SAMPLE_MAX / 2;
        s->stride *= 2;
    }
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->values = xreallocarray(s->values, s->cap, sizeof *s->values);
    }
    s->values[s->count++] = v;
}

void
sample_free(struct sample *s)
{
    free(s->values);
    *s = (struct sample){0};
}

struct bars {
    const struct histogram *h;
    struct canvas *canvas;
    struct scale scale;
    size_t *counts, most; /* a count per column; owned */
};

static size_t
bar_of(const struct bars *b, double v)
{
    double part = (v - b->scale.low) / (b->scale.high - b->scale.low);

    part = fmin(fmax(part, 0), 1) * (double) b->h->width;
    return part < (double) b->h->width ? (size_t) part : b->h->width - 1;
}

static void
count(struct bars *b)
{
    const struct histogram *h = b->h;
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < h->count; i++) {
        low = fmin(low, h->values[i]);
        high = fmax(high, h->values[i]);
    }
    low = fmin(low, h->threshold);
    high = fmax(high, h->threshold);
    if (low > high)
        low = high = 0;
    b->scale = scale_make(low, high, h->width / COLUMNS_PER_TICK);
    for (size_t i = 0; i < h->count; i++) {
        size_t *is = &b->counts[bar_of(b, h->values[i])];

        b->most = ++*is > b->most ? *is : b->most;
    }
}

/* A cell of a bar, filled by so many eighths; more are all of it. */
static const char *
bar_sign(const struct bars *b, size_t eighths)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄",
                                         "▅", "▆", "▇", "█"};

    if (b->h->set != CHARSET_ASCII)
        return blocks[eighths < EIGHTHS ? eighths : EIGHTHS];
    return eighths == 0 ? " " : eighths < EIGHTHS / 2 ? "." : "#";
}

static void
paint_bars(const struct bars *b)
{
    const struct histogram *h = b->h;
    size_t rows = h->height - 1;
    size_t limit = isnan(h->threshold) ? h->width : bar_of(b, h->threshold);

    for (size_t x = 0; x < h->width; x++) {
        double part = b->most ? (double) b->counts[x] / (double) b->most : 0;
        size_t full = (size_t) (part * (double) (rows * EIGHTHS) + 0.5);
        unsigned paint = x >= limit ? PAINT_ALERT : PAINT_PLAIN;

        full = b->counts[x] > 0 && full == 0 ? 1 : full;
        for (size_t y = 0; y < rows; y++) {
            size_t below = (rows - 1 - y) * EIGHTHS;
            const char *sign = bar_sign(b, full > below ? full - below : 0);

            if (x == limit && *sign == ' ')
                (void) canvas_put(b->canvas, h->x + x, h->y + y, 1,
                                  h->set == CHARSET_ASCII ? "|" : "┊",
                                  PAINT_LIMIT);
            else
                (void) canvas_put(b->canvas, h->x + x, h->y + y, 1, sign,
                                  paint);
        }
    }
}

/* Beside its line, on the side where there is room. */
static void
paint_name(const struct bars *b)
{
    const struct histogram *h = b->h;
    char figure[FIGURE_MAX];
    struct buf text = {0};
    size_t at, width;

    if (isnan(h->threshold))
        return;
    at = bar_of(b, h->threshold);
    buf_printf(&text, "threshold %s", figure_round(figure, h->threshold, NAN));
    width = text_width(buf_text(&text));
    if (at + 2 + width <= h->width)
        (void) canvas_put(b->canvas, h->x + at + 2, h->y, width,
                          buf_text(&text), PAINT_LIMIT);
    else if (at >= width + 1)
        (void) canvas_put(b->canvas, h->x + at - 1 - width, h->y, width,
                          buf_text(&text), PAINT_LIMIT);
    buf_free(&text);
}

static void
paint_axis(const struct bars *b)
{
    const struct histogram *h = b->h;
    size_t y = h->y + h->height - 1, unit = text_width(h->unit), next = 0;
    size_t end = h->width - (unit > 0 && unit < h->width / 3 ? unit + 1 : 0);
    char text[FIGURE_MAX];

    canvas_fill(b->canvas, h->x, y, h->width,
                h->set == CHARSET_ASCII ? "-" : "─", PAINT_DIM);
    if (end < h->width) {
        (void) canvas_put(b->canvas, h->x + end, y, 1, " ", PAINT_PLAIN);
        (void) canvas_put(b->canvas, h->x + end + 1, y, unit, h->unit,
                          PAINT_PLAIN);
    }
    for (size_t i = 0; i < scale_ticks(&b->scale); i++) {
        size_t at = bar_of(b, scale_tick(&b->scale, i));
        size_t len = strlen(scale_text(&b->scale, i, text));

        if (at < next || at + len + 1 > end)
            continue;
        (void) canvas_put(b->canvas, h->x + at, y, len, text, PAINT_PLAIN);
        (void) canvas_put(b->canvas, h->x + at + len, y, 1, " ", PAINT_PLAIN);
        next = at + len + 2;
    }
}

void
histogram_paint(struct canvas *canvas, const struct histogram *h)
{
    struct bars b = {.h = h, .canvas = canvas};

    if (h->width < WIDTH_MIN || h->height < HEIGHT_MIN
        || h->x + h->width > canvas->width
        || h->y + h->height > canvas->height)
        return;
    b.counts = xcalloc(h->width, sizeof *b.counts);
    count(&b);
    paint_bars(&b);
    paint_name(&b);
    paint_axis(&b);
    free(b.counts);
}
