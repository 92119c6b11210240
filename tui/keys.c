/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys. A key that stands twice does the same on other screens
 * or is a second name of what stands before it. */
#include "tui/keys.h"

#include <string.h>

#include "base/text.h"

/* clang-format off */
const struct key keys[] = {
    {KEY_RETURN, DO_OPEN, SCREEN_SENSORS | SCREEN_MODELS,
     false, "Enter", "open", "open the sensor or model under the cursor"},
    {'/', DO_FILTER, SCREEN_LISTS, false, "/", "filter",
     "show only rows with these words; they are looked for as you type"},
    {'f', DO_FIT, SCREEN_ABOUT, true, "f", "fit",
     "learn the column anew from a file, numbers, or recorded readings"},
    {'a', DO_ADJUST, SCREEN_ABOUT, true, "a", "adjust",
     "move the mean of the column by some percent"},
    {'k', DO_SET_K, SCREEN_ABOUT, true, "k", "set k",
     "how many standard deviations the threshold is above the mean"},
    {'t', DO_TEST, SCREEN_ABOUT | SCREEN_TEST | SCREEN_MODEL, false, "t",
     "test", "judge values that are typed; they are not recorded"},
    {'u', DO_STEP_BACK, SCREEN_ABOUT, true, "u", "undo",
     "take back the newest change of the sensor, then the one before"},
    {'r', DO_STEP_FORTH, SCREEN_ABOUT, true, "r", "redo",
     "bring back what undo took back"},
    {'U', DO_STEP_FORTH, SCREEN_ABOUT, true, "U", NULL, NULL},
    {'v', DO_VERSIONS, SCREEN_ABOUT, false, "v", "versions",
     "the versions of the sensor; choose one"},
    {KEY_RETURN, DO_ACTIVATE, SCREEN_VERSIONS, true, "Enter", "activate",
     "show what the version under the cursor would change, and activate it"},
    {KEY_TAB, DO_NEXT_COLUMN, SCREEN_SENSOR, false, "Tab", "column",
     "the next column of the sensor"},
    {KEY_BACK_TAB, DO_COLUMN_BEFORE, SCREEN_SENSOR, false, "Shift-Tab", NULL,
     "the column before"},
    {'m', DO_MARK, SCREEN_SENSOR, false, "m", "mark",
     "one end of a range of readings; the cursor is the other, f fits it"},
    {'f', DO_FILE, SCREEN_FIT, true, "f", "file",
     "read numbers from a file; Tab completes its path"},
    {'n', DO_NUMBERS, SCREEN_FIT, true, "n", "numbers",
     "type or paste the numbers"},
    {'r', DO_RECORDED, SCREEN_FIT, true, "r", "recorded",
     "take all recorded readings"},
    {'r', DO_RECORD, SCREEN_TEST, true, "r", "record",
     "record the values that were tested last"},
    {'e', DO_STATE, SCREEN_SENSORS, false, "e", "state",
     "show only one state, the next one with each press, then all again"},
    {'K', DO_KIND, SCREEN_MODELS, false, "K", "kind",
     "show only one kind, the next one with each press, then all again"},
    {'s', DO_SORT, SCREEN_SENSORS, false, "s", "sort",
     "sort by the next column, or all by state again"},
    {'>', DO_SORT, SCREEN_SENSORS, false, ">", NULL, NULL},
    {'<', DO_SORT_BEFORE, SCREEN_SENSORS, false, "<", NULL,
     "sort by the column before"},
    {'R', DO_REVERSE, SCREEN_SENSORS, false, "R", NULL,
     "turn the order round"},
    {'T', DO_RANGE, SCREEN_HISTORY, false, "T", "time",
     "show only readings of a time: since, or since and until"},
    {'h', DO_HISTORY, SCREEN_ABOUT | SCREEN_MODELS | SCREEN_MODEL, false, "h",
     "history",
     "the recorded readings"},
    {'l', DO_ALERTS, SCREEN_ABOUT | SCREEN_HISTORY, false, "l", "alerts",
     "the recorded alerts alone; once more shows all readings"},
    {'c', DO_CHANGES, SCREEN_ABOUT | SCREEN_HISTORY | SCREEN_MODELS, false,
     "c", "changes", "who did what, and when"},
    {'u', DO_UNDO, SCREEN_CHANGES, true, "u", "undo",
     "take the whole change under the cursor back, after a y"},
    {'m', DO_MODELS, SCREEN_SENSORS, false, "m", "models",
     "models of every kind, with titles and versions"},
    {'n', DO_NEW, SCREEN_SENSORS | SCREEN_MODELS, true, "n", "new",
     "name a new sensor, and let it learn from a file or from numbers"},
    {KEY_ARROW_DOWN, DO_DOWN, SCREEN_ALL, false, "Down", NULL,
     "one row down"},
    {'j', DO_DOWN, SCREEN_LISTS, false, "j", NULL, NULL},
    {KEY_ARROW_UP, DO_UP, SCREEN_ALL, false, "Up", NULL,
     "one row up"},
    {'k', DO_UP, SCREEN_LISTS & ~(unsigned) SCREEN_SENSORS, false, "k", NULL,
     NULL},
    {KEY_PAGE_DOWN, DO_PAGE_DOWN, SCREEN_ALL, false, "PgDn", NULL,
     "one page down"},
    {KEY_PAGE_UP, DO_PAGE_UP, SCREEN_ALL, false, "PgUp", NULL,
     "one page up"},
    {KEY_TO_HOME, DO_FIRST, SCREEN_ALL, false, "Home", NULL,
     "to the first"},
    {'g', DO_FIRST, SCREEN_LISTS, false, "g", NULL, NULL},
    {KEY_TO_END, DO_LAST, SCREEN_ALL, false, "End", NULL, "to the last"},
    {'G', DO_LAST, SCREEN_LISTS, false, "G", NULL, NULL},
    {KEY_ARROW_LEFT, DO_LEFT, SCREEN_SENSOR, false, "Left", NULL,
     "to the reading before"},
    {KEY_ARROW_RIGHT, DO_RIGHT, SCREEN_SENSOR, false, "Right", NULL,
     "to the next reading"},
    {'+', DO_FASTER, SCREEN_ALL, false, "+", NULL,
     "look twice as often whether something has changed"},
    {'-', DO_SLOWER, SCREEN_ALL, false, "-", NULL, "half as often"},
    {KEY_CTRL_L, DO_REPAINT, SCREEN_ALL, false, "Ctrl-L", NULL,
     "paint everything again"},
    {'?', DO_HELP, SCREEN_ALL, false, "?", "help",
     "the keys of this screen, and back from them"},
    {KEY_F1, DO_HELP, SCREEN_ALL, false, "F1", NULL,
     NULL},
    {'q', DO_BACK, SCREEN_ALL, false, "q", "back",
     "back to the screen before; from the first one, quit"},
    {KEY_ESCAPE, DO_BACK, SCREEN_ALL, false, "Esc", NULL, NULL},
    {'Q', DO_QUIT, SCREEN_ALL, false, "Q", NULL,
     "quit"},
    {.name = NULL},
};

static const struct {
    enum screen_id id;
    const char *name;
} screens[] = {
    {SCREEN_SENSORS,  "Sensors" },
    {SCREEN_SENSOR,   "Sensor"  },
    {SCREEN_FIT,      "Fit"     },
    {SCREEN_CHANGE,   "Change"  },
    {SCREEN_TEST,     "Test"    },
    {SCREEN_VERSIONS, "Versions"},
    {SCREEN_HISTORY,  "History" },
    {SCREEN_CHANGES,  "Changes" },
    {SCREEN_MODELS,   "Models"  },
    {SCREEN_MODEL,    "Model"   },
    {SCREEN_HELP,     "Help"    },
};
/* clang-format on */

const char *
screen_name(enum screen_id id)
{
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++)
        if (screens[i].id == id)
            return screens[i].name;
    return "";
}

const struct key *
key_at(int code, enum screen_id id)
{
    for (const struct key *k = keys; k->name; k++)
        if (k->code == code && k->screens & (unsigned) id)
            return k;
    return NULL;
}

/* Names that scripts use and no row of the table has. */
static const struct {
    const char *name;
    int code;
} further[] = {
    {"Tab",        KEY_TAB        },
    {"BackTab",    KEY_BACK_TAB   },
    {"Backspace",  KEY_RUBOUT     },
    {"Delete",     KEY_DELETE     },
    {"Ctrl-A",     KEY_CTRL_A     },
    {"Ctrl-D",     KEY_CTRL_D     },
    {"Ctrl-E",     KEY_CTRL_E     },
    {"Ctrl-K",     KEY_CTRL_K     },
    {"Ctrl-W",     KEY_CTRL_W     },
    {"Ctrl-U",     KEY_CTRL_U     },
    {"Left",       KEY_ARROW_LEFT },
    {"Right",      KEY_ARROW_RIGHT},
    {"PasteBegin", KEY_PASTE_BEGIN},
    {"PasteEnd",   KEY_PASTE_END  },
};

static int
by_name(const char *name, size_t len)
{
    for (const struct key *k = keys; k->name; k++)
        if (strlen(k->name) == len && memcmp(k->name, name, len) == 0)
            return k->code;
    for (size_t i = 0; i < sizeof further / sizeof *further; i++)
        if (strlen(further[i].name) == len
            && memcmp(further[i].name, name, len) == 0)
            return further[i].code;
    return KEY_NONE;
}

int
key_read(const char *text, size_t *len)
{
    const char *end = *text == '<' ? strchr(text, '>') : NULL;
    unsigned code;

    if (end && end > text + 1) {
        *len = (size_t) (end + 1 - text);
        return by_name(text + 1, *len - 2);
    }
    *len = text_decode(text, text + strlen(text), &code);
    return *len > 0 ? (int) code : KEY_NONE; /* a character: below 2^21 */
}
