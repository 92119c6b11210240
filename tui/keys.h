/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys: one table says which key does what on which screen. Dispatch, the
 * footer, the help screen and vigia-dashboard(1) come from it. A, S, Space
 * and F5 stay free.
 */
#ifndef VIGIA_KEYS_H
#define VIGIA_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* A key is its character (UTF-32), or one of these. */
enum key_code {
    KEY_NONE,
    KEY_CTRL_A = 1, /* as Ctrl makes them */
    KEY_CTRL_D = 4,
    KEY_CTRL_E = 5,
    KEY_CTRL_K = 11,
    KEY_CTRL_W = 23,
    KEY_CTRL_L = 12,
    KEY_CTRL_U = 21,
    KEY_TAB = 9,
    KEY_RETURN = 13, /* also for the line feed */
    KEY_ESCAPE = 27,
    KEY_RUBOUT = 127,     /* backspace, whatever the terminal sends */
    KEY_OTHER = 0x110000, /* beyond all characters: none of those below */
    KEY_ARROW_UP,
    KEY_ARROW_DOWN,
    KEY_ARROW_LEFT,
    KEY_ARROW_RIGHT,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_TO_HOME,
    KEY_TO_END,
    KEY_DELETE,
    KEY_BACK_TAB,
    KEY_F1,
    KEY_RESIZED,
    KEY_PASTE_BEGIN, /* what comes until the end was not typed */
    KEY_PASTE_END,
    KEY_END_OF_INPUT
};

/* The screens a key is for. */
enum screen_id {
    SCREEN_SENSORS = 1,
    SCREEN_SENSOR = 2,
    SCREEN_HISTORY = 4,
    SCREEN_CHANGES = 8,
    SCREEN_MODELS = 16,
    SCREEN_HELP = 32,
    SCREEN_VERSIONS = 64,
    SCREEN_FIT = 128,
    SCREEN_CHANGE = 256, /* of one sensor, before it is stored */
    SCREEN_TEST = 512,
    SCREEN_MODEL = 1024, /* of a kind without columns */
    SCREEN_ABOUT = SCREEN_SENSORS | SCREEN_SENSOR, /* with a sensor chosen */
    SCREEN_LISTS = SCREEN_SENSORS | SCREEN_HISTORY | SCREEN_CHANGES
                   | SCREEN_MODELS | SCREEN_HELP | SCREEN_VERSIONS
                   | SCREEN_MODEL,
    SCREEN_ALL = 0xffff
};

enum action {
    DO_UP,
    DO_DOWN,
    DO_LEFT,
    DO_RIGHT,
    DO_PAGE_UP,
    DO_PAGE_DOWN,
    DO_FIRST,
    DO_LAST,
    DO_OPEN,
    DO_FILTER,
    DO_STATE,
    DO_KIND,
    DO_SORT,
    DO_SORT_BEFORE,
    DO_REVERSE,
    DO_RANGE,
    DO_HISTORY,
    DO_ALERTS,
    DO_CHANGES,
    DO_MODELS,
    DO_UNDO,
    DO_NEXT_COLUMN,
    DO_COLUMN_BEFORE,
    DO_MARK,
    DO_NEW,
    DO_FIT,
    DO_FILE,
    DO_NUMBERS,
    DO_RECORDED,
    DO_ADJUST,
    DO_SET_K,
    DO_TEST,
    DO_RECORD,
    DO_STEP_BACK,
    DO_STEP_FORTH,
    DO_VERSIONS,
    DO_ACTIVATE,
    DO_FASTER,
    DO_SLOWER,
    DO_REPAINT,
    DO_HELP,
    DO_BACK,
    DO_QUIT
};

struct key {
    int code;
    int action;       /* enum action */
    unsigned screens; /* or'ed enum screen_id */
    bool changes;     /* not with --read-only */
    const char *name; /* as it is printed: "Enter", "PgUp" */
    const char *word; /* in the footer; NULL: it does not stand there */
    const char *help; /* a sentence without capital and full stop; NULL: the
                         same as the key before */
};

extern const struct key keys[]; /* ends with name NULL */

/* What the key does on a screen; NULL: nothing. */
const struct key *key_at(int code, enum screen_id id);

/*
 * The key with which a word of a script begins: a character as it is, or a
 * name of the table or of the terminal in pointed brackets: <Enter> <Down>.
 * *len is how many bytes it takes; KEY_NONE: a name that is none.
 */
int key_read(const char *text, size_t *len);

/* The name of a screen, as the help and the manual have it. */
const char *screen_name(enum screen_id id);

#endif
