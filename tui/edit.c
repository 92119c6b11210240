/* SPDX-License-Identifier: Apache-2.0 */
/* The text is always safe as text_safe() means it: its own picture. */
#include "tui/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { CELL_MAX = 4 }; /* bytes of a column of the terminal, mostly */

/* ---- history ---- */

void
edit_history_add(struct edit_history *h, const char *line)
{
    if (!*line || (h->count > 0 && strcmp(h->lines[h->count - 1], line) == 0))
        return;
    if (h->count == EDIT_HISTORY_MAX) {
        free(h->lines[0]);
        memmove(h->lines, h->lines + 1, --h->count * sizeof *h->lines);
    }
    h->lines[h->count++] = xstrdup(line);
}

void
edit_history_free(struct edit_history *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->lines[i]);
    *h = (struct edit_history){0};
}

/* ---- the text ---- */

void
edit_free(struct edit *e)
{
    buf_free(&e->text);
    free(e->draft);
    *e = (struct edit){0};
}

/* Bytes of the character at or before the place at; 0 at the end. */
static size_t
length_at(const struct edit *e, size_t at)
{
    const char *text = buf_text(&e->text);
    unsigned code;

    return text_decode(text + at, text + e->text.len, &code);
}

static size_t
length_before(const struct edit *e, size_t at)
{
    size_t len = at > 0;

    while (len < at && (buf_text(&e->text)[at - len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Puts bytes into the text at the place at. */
static void
insert(struct edit *e, size_t at, const char *bytes, size_t len)
{
    buf_add(&e->text, bytes, len); /* makes room; the bytes move next */
    memmove(e->text.data + at + len, e->text.data + at,
            e->text.len - len - at);
    memcpy(e->text.data + at, bytes, len);
}

static void
cut(struct edit *e, size_t from, size_t to)
{
    if (from >= to)
        return;
    memmove(e->text.data + from, e->text.data + to, e->text.len - to + 1);
    e->text.len -= to - from;
    e->at = from;
}

/* Adds what can be shown of text to out. */
static void
filter(struct buf *out, const char *text, size_t len)
{
    const char *end = text + len;
    struct buf shown = {0};

    while (text < end) {
        unsigned code;
        size_t one = text_decode(text, end, &code);

        if (*text == '\n' || *text == '\t') {
            buf_char(out, ' ');
        } else if (one > 0) {
            buf_clear(&shown);
            text_safe(&shown, text, one, false);
            if (shown.len == one && memcmp(shown.data, text, one) == 0)
                buf_add(out, text, one);
        }
        text += one > 0 ? one : 1;
    }
    buf_free(&shown);
}

void
edit_add(struct edit *e, const char *text, size_t len)
{
    struct buf fit = {0};

    filter(&fit, text, len);
    if (fit.len > 0 && e->preset)
        edit_set(e, "");
    if (fit.len > 0 && fit.len <= EDIT_BYTES_MAX - e->text.len) {
        insert(e, e->at, fit.data, fit.len);
        e->at += fit.len;
    }
    buf_free(&fit);
}

void
edit_set(struct edit *e, const char *text)
{
    buf_clear(&e->text);
    e->at = e->from = 0;
    e->preset = false;
    edit_add(e, text, strlen(text));
}

/* ---- moving ---- */

/* Goes to the line that is back lines before the one being typed. */
static void
recall(struct edit *e, size_t back)
{
    if (!e->history || back > e->history->count)
        return;
    if (e->back == 0) {
        free(e->draft);
        e->draft = xstrdup(buf_text(&e->text));
    }
    edit_set(e, back > 0 ? e->history->lines[e->history->count - back]
                         : e->draft);
    e->back = back;
}

static size_t
word_before(const struct edit *e)
{
    const char *text = buf_text(&e->text);
    size_t at = e->at;

    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

void
edit_move(struct edit *e, enum edit_move move)
{
    e->preset = false;
    switch (move) {
    case EDIT_LEFT:
        e->at -= length_before(e, e->at);
        break;
    case EDIT_RIGHT:
        e->at += length_at(e, e->at);
        break;
    case EDIT_HOME:
        e->at = 0;
        break;
    case EDIT_END:
        e->at = e->text.len;
        break;
    case EDIT_BACKSPACE:
        cut(e, e->at - length_before(e, e->at), e->at);
        break;
    case EDIT_DELETE:
        cut(e, e->at, e->at + length_at(e, e->at));
        break;
    case EDIT_KILL:
        cut(e, e->at, e->text.len);
        break;
    case EDIT_KILL_LINE:
        cut(e, 0, e->at);
        break;
    case EDIT_KILL_WORD:
        cut(e, word_before(e), e->at);
        break;
    case EDIT_OLDER:
        recall(e, e->back + 1);
        break;
    case EDIT_NEWER:
        if (e->back > 0)
            recall(e, e->back - 1);
        break;
    }
}

/* ---- what is seen ---- */

/* Columns of the bytes between two places. */
static size_t
columns(const struct edit *e, size_t from, size_t to)
{
    char *part = xstrndup(buf_text(&e->text) + from, to - from);
    size_t width = text_width(part);

    free(part);
    return width;
}

/* The first byte to show, so that room columns end at the cursor. */
static size_t
first_seen(const struct edit *e, size_t room)
{
    size_t from = e->at, used = 0;

    while (from > 0) {
        size_t len = length_before(e, from);

        used += columns(e, from - len, from);
        if (used > room)
            break;
        from -= len;
    }
    return from;
}

void
edit_view(struct edit *e, size_t width, bool ascii, struct buf *out,
          size_t *column)
{
    size_t room = width - 2; /* a sign at the left, the cursor at the right */
    size_t least = first_seen(e, room);
    bool cut_left;

    /* What is seen moves no more than the cursor needs. */
    if (e->from > e->at || e->from < least)
        e->from = least;
    if (e->text.len < CELL_MAX * width && columns(e, 0, e->text.len) < width)
        e->from = 0;
    cut_left = e->from > 0;
    if (cut_left)
        buf_str(out, ascii ? "~" : "…");
    *column = columns(e, e->from, e->at) + cut_left;
    text_fit(out, buf_text(&e->text) + e->from, width - cut_left, TEXT_LEFT,
             ascii);
}
