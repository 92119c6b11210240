/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings are drawn into a raster that is finer than the cells (a cell has
 * 2 x 4 dots with braille, 1 x 2 with blocks, 1 with ASCII); what no reading
 * covers takes lines and their names.
 */
#include "tui/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/text.h"
#include "tui/canvas.h"
#include "tui/scale.h"

enum {
    WIDTH_MIN = 16,
    HEIGHT_MIN = 3,
    ROWS_PER_TICK = 3,
    GAP = 8,           /* times the usual time between two readings */
    LABEL_GAP = 6,     /* columns between two times */
    SECONDS_SPAN = 600 /* below it, times have seconds */
};

/* clang-format off */
enum sign {
    SIGN_AXIS, SIGN_TICK, SIGN_CORNER, SIGN_BASE, SIGN_CURSOR, SIGN_MEAN,
    SIGN_LIMIT, SIGN_FRESH, SIGNS
};
static const char *const signs[][SIGNS] = {
    {"│", "┤", "└", "─", "│", "─", "┄", "╌"},
    {"|", "+", "+", "-", "|", "-", "=", "~"},
};
/* clang-format on */

/* What a dot is of: the line between two readings, or a reading. */
enum { DOT_LINE = 1, DOT_READING };

/* Who has taken a cell. */
enum { TAKEN_READINGS = 1, TAKEN_NAME };

struct plot {
    const struct chart *c;
    struct canvas *canvas;
    const char *const *sign;
    size_t x, y, width, height; /* of what is inside of the axes */
    size_t fine_x, fine_y;      /* dots of a cell */
    struct scale scale;
    unsigned char *dots;  /* fine_x * width by fine_y * height; owned */
    unsigned char *taken; /* of each cell; owned */
};

/* ---- from readings to dots ---- */

static size_t
dot_x(const struct plot *p, size_t reading)
{
    size_t last = p->width * p->fine_x - 1;

    return p->c->count > 1 ? reading * last / (p->c->count - 1) : last;
}

static size_t
dot_y(const struct plot *p, double v)
{
    double last = (double) (p->height * p->fine_y - 1);
    double part = (p->scale.high - v) / (p->scale.high - p->scale.low);

    return (size_t) (fmin(fmax(part, 0), 1) * last + 0.5); /* 0 to last */
}

static unsigned char *
cell_taken(const struct plot *p, size_t x, size_t y)
{
    return &p->taken[y * p->width + x];
}

static void
draw_dot(struct plot *p, size_t x, size_t y, unsigned char of)
{
    unsigned char *dot = &p->dots[y * p->width * p->fine_x + x];

    *dot = *dot > of ? *dot : of;
    *cell_taken(p, x / p->fine_x, y / p->fine_y) = TAKEN_READINGS;
}

static void
draw_line(struct plot *p, size_t from, size_t to)
{
    double x = (double) dot_x(p, from), dx = (double) dot_x(p, to) - x;
    double y = (double) dot_y(p, p->c->readings[from].value);
    double dy = (double) dot_y(p, p->c->readings[to].value) - y;
    double steps = fmax(fabs(dx), fabs(dy));

    for (double i = 1; i < steps; i++)
        draw_dot(p, (size_t) (x + dx * i / steps + 0.5),
                 (size_t) (y + dy * i / steps + 0.5), DOT_LINE);
}

static int
by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int64_t
chart_usual(const struct chart_reading *readings, size_t count)
{
    int64_t *between = xcalloc(count + 1, sizeof *between), usual;
    size_t found = 0;

    for (size_t i = 1; i < count; i++)
        if (readings[i].at > readings[i - 1].at)
            between[found++] = readings[i].at - readings[i - 1].at;
    qsort(between, found, sizeof *between, by_time);
    usual = found > 0 ? between[found / 2] : 0;
    free(between);
    return usual;
}

static void
draw_readings(struct plot *p)
{
    const struct chart_reading *r = p->c->readings;
    int64_t usual = chart_usual(r, p->c->count);
    size_t before = CHART_NONE;

    for (size_t i = 0; i < p->c->count; i++) {
        if (isnan(r[i].value)) {
            before = CHART_NONE;
            continue;
        }
        if (before != CHART_NONE && r[i].at - r[before].at <= usual * GAP)
            draw_line(p, before, i);
        draw_dot(p, dot_x(p, i), dot_y(p, r[i].value), DOT_READING);
        before = i;
    }
}

/* ---- from dots to cells ---- */

/* Braille's dots by row and column: bits of U+2800. */
static const unsigned char braille[4][2] = {
    {0x01, 0x08},
    {0x02, 0x10},
    {0x04, 0x20},
    {0x40, 0x80}
};

static const char *
dots_sign(const struct plot *p, size_t x, size_t y, char utf8[4])
{
    static const char *const halves[] = {" ", "▀", "▄", "█"};
    unsigned set = 0, most = 0;

    for (size_t row = 0; row < p->fine_y; row++)
        for (size_t column = 0; column < p->fine_x; column++) {
            unsigned dot = p->dots[(y * p->fine_y + row) * p->width * p->fine_x
                                   + x * p->fine_x + column];

            if (dot && p->c->set == CHARSET_BRAILLE)
                set |= braille[row][column];
            else if (dot)
                set |= 1U << row;
            most = dot > most ? dot : most;
        }
    if (p->c->set == CHARSET_ASCII)
        return most == DOT_READING ? "*" : ".";
    if (p->c->set == CHARSET_BLOCKS)
        return halves[set];
    utf8[0] = '\xe2'; /* U+2800 + set in UTF-8 */
    utf8[1] = (char) (0xa0 | set >> 6);
    utf8[2] = (char) (0x80 | (set & 0x3f));
    utf8[3] = '\0';
    return utf8;
}

static void
put(const struct plot *p, size_t x, size_t y, const char *sign, unsigned paint)
{
    (void) canvas_put(p->canvas, p->x + x, p->y + y, 1, sign, paint);
}

/* One sign in a column, at its highest alert, so that the line is seen. */
static void
paint_alerts(const struct plot *p)
{
    const struct chart *c = p->c;
    size_t *highest = xcalloc(p->width, sizeof *highest); /* rows, from 1 */

    for (size_t i = 0; i < c->count; i++) {
        size_t x = dot_x(p, i) / p->fine_x, y;

        if (!c->readings[i].alert || isnan(c->readings[i].value))
            continue;
        y = dot_y(p, c->readings[i].value) / p->fine_y + 1;
        if (highest[x] == 0 || y < highest[x])
            highest[x] = y;
    }
    for (size_t x = 0; x < p->width; x++)
        if (highest[x] > 0)
            put(p, x, highest[x] - 1, charset_alert(c->set), PAINT_ALERT);
    free(highest);
}

static void
paint_readings(const struct plot *p)
{
    char utf8[4];

    for (size_t y = 0; y < p->height; y++)
        for (size_t x = 0; x < p->width; x++)
            if (*cell_taken(p, x, y) == TAKEN_READINGS)
                put(p, x, y, dots_sign(p, x, y, utf8), PAINT_PLAIN);
    paint_alerts(p);
}

/* ---- lines across ---- */

/* The rightmost place in row y with room for a name; width: there is none. */
static size_t
find_room(const struct plot *p, size_t y, size_t need)
{
    size_t room = 0;

    for (size_t x = p->width; x-- > 0;) {
        room = *cell_taken(p, x, y) ? 0 : room + 1;
        if (room == need)
            return x;
    }
    return p->width;
}

static void
paint_line(const struct plot *p, const char *name, double value, double other,
           enum sign sign, unsigned paint)
{
    struct buf label = {0};
    char figure[FIGURE_MAX];
    size_t y, x, need;

    if (isnan(value))
        return;
    y = dot_y(p, value) / p->fine_y;
    for (x = 0; x < p->width; x++)
        if (!*cell_taken(p, x, y))
            put(p, x, y, p->sign[sign], paint);
    buf_printf(&label, " %s %s ", name, figure_round(figure, value, other));
    need = text_width(buf_text(&label));
    x = find_room(p, y, need + 1);
    if (x < p->width) {
        (void) canvas_put(p->canvas, p->x + x, p->y + y, need,
                          buf_text(&label), paint);
        memset(cell_taken(p, x, y), TAKEN_NAME, need + 1);
    }
    buf_free(&label);
}

/* ---- axes ---- */

static size_t
label_width(const struct scale *s)
{
    size_t widest = 1;
    char text[FIGURE_MAX];

    for (size_t i = 0; i < scale_ticks(s); i++) {
        size_t width = strlen(scale_text(s, i, text));

        widest = width > widest ? width : widest;
    }
    return widest;
}

static void
paint_values(const struct plot *p, size_t labels)
{
    char text[FIGURE_MAX];

    for (size_t y = 0; y < p->height; y++)
        (void) canvas_put(p->canvas, p->x - 1, p->y + y, 1, p->sign[SIGN_AXIS],
                          PAINT_DIM);
    for (size_t i = 0; i < scale_ticks(&p->scale); i++) {
        size_t y = p->y + dot_y(p, scale_tick(&p->scale, i)) / p->fine_y;
        size_t len = strlen(scale_text(&p->scale, i, text));

        (void) canvas_put(p->canvas, p->x - 1, y, 1, p->sign[SIGN_TICK],
                          PAINT_DIM);
        if (len <= labels)
            (void) canvas_put(p->canvas, p->x - 1 - len, y, len, text,
                              PAINT_PLAIN);
    }
}

/* The first reading in column x or behind it; CHART_NONE. */
static size_t
reading_at(const struct plot *p, size_t x)
{
    for (size_t i = 0; i < p->c->count; i++)
        if (dot_x(p, i) / p->fine_x >= x)
            return i;
    return CHART_NONE;
}

/* Each time begins under its reading, and says its day when the one before
 * it is of another. */
static void
paint_times(const struct plot *p, size_t end)
{
    const struct chart_reading *r = p->c->readings;
    int64_t beside = p->c->now;
    bool seconds =
        p->c->count > 0
        && r[p->c->count - 1].at - r[0].at < SECONDS_SPAN * INT64_C(1000000);
    struct buf text = {0}, last = {0};

    for (size_t x = 0; x < end;) {
        size_t i = reading_at(p, x), len;

        if (i == CHART_NONE)
            break;
        buf_clear(&text);
        scale_time(&text, r[i].at, beside, seconds);
        x = dot_x(p, i) / p->fine_x;
        len = text.len;
        if (x + len + 1 > end)
            break;
        if (strcmp(buf_text(&text), buf_text(&last)) != 0) {
            if (x > 0)
                put(p, x - 1, p->height, " ", PAINT_PLAIN);
            (void) canvas_put(p->canvas, p->x + x, p->y + p->height, len,
                              buf_text(&text), PAINT_PLAIN);
            put(p, x + len, p->height, " ", PAINT_PLAIN);
            buf_clear(&last);
            scale_time(&last, r[i].at, r[i].at, seconds);
        }
        beside = r[i].at;
        x += len + LABEL_GAP;
    }
    buf_free(&text);
    buf_free(&last);
}

static void
paint_base(const struct plot *p)
{
    size_t unit = text_width(p->c->unit), end = p->width;
    bool marked = p->c->mark < p->c->count; /* its ends stand there */

    (void) canvas_put(p->canvas, p->x - 1, p->y + p->height, 1,
                      p->sign[SIGN_CORNER], PAINT_DIM);
    canvas_fill(p->canvas, p->x, p->y + p->height, p->width,
                p->sign[SIGN_BASE], PAINT_DIM);
    if (!marked && unit > 0 && unit + 2 < p->width / 2) {
        end -= unit + 1;
        put(p, end, p->height, " ", PAINT_PLAIN);
        (void) canvas_put(p->canvas, p->x + end + 1, p->y + p->height, unit,
                          p->c->unit, PAINT_PLAIN);
    }
    if (!marked)
        paint_times(p, end);
}

/* ---- the cursor ---- */

static void
paint_told(const struct plot *p)
{
    const struct chart *c = p->c;
    const struct chart_reading *r = &c->readings[c->cursor];
    char figure[FIGURE_MAX];
    struct buf text = {0};
    size_t at = dot_x(p, c->cursor) / p->fine_x, width, x;

    scale_time(&text, r->at, c->now, true);
    buf_printf(&text, "  %s%s%s",
               isnan(r->value) ? "-" : figure_round(figure, r->value, NAN),
               *c->unit ? " " : "", c->unit);
    if (r->alert)
        buf_printf(&text, " %s", charset_alert(c->set));
    width = text_width(buf_text(&text));
    x = at > width / 2 ? at - width / 2 : 0;
    if (x + width > p->width)
        x = width < p->width ? p->width - width : 0;
    (void) canvas_put(p->canvas, p->x + x, p->y - 1, p->width - x,
                      buf_text(&text), r->alert ? PAINT_ALERT : PAINT_BOLD);
    buf_free(&text);
}

static void
reverse(const struct plot *p, size_t x, size_t y)
{
    p->canvas->cells[(p->y + y) * p->canvas->width + p->x + x].paint |=
        (unsigned char) PAINT_CURSOR;
}

static void
paint_cursor(const struct plot *p)
{
    const struct chart *c = p->c;
    size_t at = dot_x(p, c->cursor) / p->fine_x, from, to;

    for (size_t y = 0; y < p->height; y++)
        if (!*cell_taken(p, at, y))
            put(p, at, y, p->sign[SIGN_CURSOR], PAINT_NOTE);
    if (!isnan(c->readings[c->cursor].value))
        reverse(p, at, dot_y(p, c->readings[c->cursor].value) / p->fine_y);
    if (c->mark >= c->count)
        return;
    from = dot_x(p, c->mark) / p->fine_x;
    to = from > at ? from : at;
    from = from < at ? from : at;
    for (size_t x = from; x <= to; x++)
        for (size_t y = 0; y < p->height; y++)
            reverse(p, x, y);
    put(p, to, p->height, "]", PAINT_NOTE);
    put(p, from, p->height, "[", PAINT_NOTE);
}

/* ---- the whole ---- */

static void
include(double v, double *low, double *high)
{
    if (isnan(v))
        return;
    *low = v < *low ? v : *low;
    *high = v > *high ? v : *high;
}

static struct scale
find_scale(const struct chart *c, size_t rows)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < c->count; i++)
        include(c->readings[i].value, &low, &high);
    include(c->mean, &low, &high);
    include(c->threshold, &low, &high);
    include(c->fresh, &low, &high);
    if (low > high)
        low = high = 0;
    return scale_make(low, high, 1 + rows / ROWS_PER_TICK);
}

void
chart_paint(struct canvas *canvas, const struct chart *c)
{
    bool told = c->cursor < c->count && c->height > HEIGHT_MIN;
    struct plot p = {.c = c, .canvas = canvas};
    size_t labels;

    if (c->width < WIDTH_MIN || c->height < HEIGHT_MIN
        || c->x + c->width > canvas->width
        || c->y + c->height > canvas->height)
        return;
    p.sign = signs[c->set == CHARSET_ASCII];
    p.fine_x = c->set == CHARSET_BRAILLE ? 2 : 1;
    p.fine_y = c->set == CHARSET_BRAILLE  ? 4
               : c->set == CHARSET_BLOCKS ? 2
                                          : 1;
    p.height = c->height - 1 - told;
    p.scale = find_scale(c, p.height);
    labels = label_width(&p.scale);
    if (labels > c->width / 3)
        labels = c->width / 3;
    p.x = c->x + labels + 1;
    p.y = c->y + told;
    p.width = c->width - labels - 1;
    p.dots = xcalloc(p.width * p.fine_x, p.height * p.fine_y);
    p.taken = xcalloc(p.width, p.height);
    draw_readings(&p);
    paint_line(&p, "threshold", c->threshold, c->fresh, SIGN_LIMIT,
               PAINT_LIMIT);
    paint_line(&p, "new", c->fresh, c->threshold, SIGN_FRESH, PAINT_NOTE);
    paint_line(&p, "mean", c->mean, NAN, SIGN_MEAN, PAINT_MEAN);
    paint_readings(&p);
    if (c->count == 0)
        (void) canvas_put(canvas, p.x + 1, p.y, p.width - 1, "no readings",
                          PAINT_DIM);
    paint_values(&p, labels);
    paint_base(&p);
    if (told) {
        paint_told(&p);
        paint_cursor(&p);
    }
    free(p.dots);
    free(p.taken);
}
