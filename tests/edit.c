/* SPDX-License-Identifier: Apache-2.0 */
/* tui/edit.c: what keys and pastes make of a line, and what is seen of it. */
#include "tui/edit.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
type(struct edit *e, const char *text)
{
    edit_add(e, text, strlen(text));
}

static void
move(struct edit *e, enum edit_move how, int times)
{
    while (times-- > 0)
        edit_move(e, how);
}

/* The line with a bar at the cursor. */
static void
is_line(const struct edit *e, const char *want, const char *name)
{
    struct buf got = {0};

    buf_add(&got, buf_text(&e->text), e->at);
    buf_char(&got, '|');
    buf_str(&got, buf_text(&e->text) + e->at);
    is_str(buf_text(&got), want, name);
    buf_free(&got);
}

static void
test_keys(void)
{
    struct edit e = {0};

    is_line(&e, "|", "a line begins empty");
    move(&e, EDIT_LEFT, 1);
    move(&e, EDIT_RIGHT, 1);
    move(&e, EDIT_BACKSPACE, 1);
    move(&e, EDIT_DELETE, 1);
    move(&e, EDIT_KILL, 1);
    move(&e, EDIT_KILL_LINE, 1);
    move(&e, EDIT_KILL_WORD, 1);
    move(&e, EDIT_OLDER, 1);
    is_line(&e, "|", "keys do nothing to an empty line");
    type(&e, "été 25 日本");
    is_line(&e, "été 25 日本|", "text is typed");
    move(&e, EDIT_LEFT, 2);
    is_line(&e, "été 25 |日本", "left goes by characters");
    type(&e, "x");
    is_line(&e, "été 25 x|日本", "text goes in at the cursor");
    move(&e, EDIT_DELETE, 1);
    is_line(&e, "été 25 x|本", "delete takes the character behind");
    move(&e, EDIT_BACKSPACE, 1);
    is_line(&e, "été 25 |本", "backspace takes the one before");
    move(&e, EDIT_KILL_WORD, 1);
    is_line(&e, "été |本", "a word before the cursor goes");
    move(&e, EDIT_HOME, 1);
    move(&e, EDIT_RIGHT, 1);
    is_line(&e, "é|té 本", "home and right");
    move(&e, EDIT_KILL, 1);
    is_line(&e, "é|", "the rest of the line goes");
    move(&e, EDIT_END, 1);
    move(&e, EDIT_KILL_LINE, 1);
    is_line(&e, "|", "all before the cursor goes");
    edit_free(&e);
}

static void
test_paste(void)
{
    struct edit e = {0};
    char *much = malloc(EDIT_BYTES_MAX + 1);

    type(&e, "1\n2\t3\r\n4");
    is_line(&e, "1 2 3 4|", "line ends and tabs become blanks");
    edit_set(&e, "a\033[31mb\xff\xc3(\xe2\x80\xae.\x07");
    is_line(&e, "a[31mb(.|", "what cannot be shown is left out");
    if (much) {
        memset(much, 'x', EDIT_BYTES_MAX + 1);
        edit_add(&e, much, EDIT_BYTES_MAX + 1);
    }
    is_line(&e, "a[31mb(.|", "too much is left out as a whole");
    free(much);
    edit_free(&e);
}

static void
test_history(void)
{
    struct edit_history h = {0};
    struct edit e = {.history = &h};

    edit_history_add(&h, "one");
    edit_history_add(&h, "two");
    edit_history_add(&h, "two");
    edit_history_add(&h, "");
    is_int((int64_t) h.count, 2, "repeats and nothing are not kept");
    type(&e, "dra");
    move(&e, EDIT_OLDER, 1);
    is_line(&e, "two|", "the newest line comes first");
    move(&e, EDIT_OLDER, 5);
    is_line(&e, "one|", "the oldest stays");
    move(&e, EDIT_NEWER, 2);
    is_line(&e, "dra|", "what was being typed comes back");
    for (int i = 0; i < EDIT_HISTORY_MAX; i++)
        edit_history_add(&h, i % 2 ? "odd" : "even");
    is_int((int64_t) h.count, EDIT_HISTORY_MAX, "so many are kept");
    is_str(h.lines[0], "even", "the oldest ones go");
    edit_free(&e);
    edit_history_free(&h);
}

static void
is_view(struct edit *e, size_t width, bool ascii, const char *want,
        size_t want_column, const char *name)
{
    struct buf out = {0};
    size_t column;

    edit_view(e, width, ascii, &out, &column);
    is_str(buf_text(&out), want, name);
    is_int((int64_t) column, (int64_t) want_column, name);
    buf_free(&out);
}

static void
test_view(void)
{
    struct edit e = {0};

    type(&e, "abc");
    is_view(&e, 8, false, "abc     ", 3, "a short line is padded");
    type(&e, "defg");
    is_view(&e, 8, false, "abcdefg ", 7, "the cursor has its place");
    type(&e, "h");
    is_view(&e, 8, false, "…cdefgh ", 7, "a long line is cut at the left");
    move(&e, EDIT_LEFT, 3);
    is_view(&e, 8, false, "…cdefgh ", 4, "nothing moves without need");
    move(&e, EDIT_HOME, 1);
    is_view(&e, 8, true, "abcdefgh", 0, "home shows the beginning");
    move(&e, EDIT_END, 1);
    type(&e, "ijkl");
    move(&e, EDIT_HOME, 1);
    is_view(&e, 8, true, "abcdefg~", 0, "a long line is cut at the right");
    edit_set(&e, "日本語の行");
    is_view(&e, 8, false, "…語の行 ", 7, "wide characters count two");
    edit_free(&e);
}

static void
test_preset(void)
{
    struct edit e = {0};

    edit_set(&e, "10");
    e.preset = true;
    type(&e, "5");
    type(&e, "0");
    is_str(buf_text(&e.text), "50", "what is typed replaces a preset text");
    edit_set(&e, "10");
    e.preset = true;
    type(&e, "\x1b");
    is_str(buf_text(&e.text), "10", "what cannot be shown does not");
    move(&e, EDIT_LEFT, 1);
    type(&e, "5");
    is_str(buf_text(&e.text), "150", "one that was moved in is corrected");
    edit_free(&e);
}

int
main(void)
{
    test_keys();
    test_paste();
    test_history();
    test_view();
    test_preset();
    return done_testing();
}
