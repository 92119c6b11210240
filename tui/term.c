/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Curses keeps what the terminal shows and sends the difference. Colours are
 * the terminal's own eight, so that they fit its theme.
 */
#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/stop.h"
#include "tui/canvas.h"
#include "tui/keys.h"

enum {
    ESCAPE_MS = 25,            /* after which an escape is no sequence */
    PASTE_BEGIN = KEY_MAX + 1, /* our own codes for curses */
    PASTE_END
};

static SCREEN *terminal;
static attr_t looks[PAINTS];
static bool ended; /* standard input */

/* ---- how paints look ---- */

static bool
make_looks(bool colour)
{
    static const struct {
        attr_t attributes;
        short colour; /* -1: the terminal's own */
    } table[PAINTS] = {
        [PAINT_PLAIN] = {A_NORMAL,  -1          },
        [PAINT_DIM] = {A_DIM,     -1          },
        [PAINT_BOLD] = {A_BOLD,    -1          },
        [PAINT_ALERT] = {A_BOLD,    COLOR_RED   },
        [PAINT_WARN] = {A_NORMAL,  COLOR_YELLOW},
        [PAINT_GOOD] = {A_NORMAL,  COLOR_GREEN },
        [PAINT_NOTE] = {A_NORMAL,  COLOR_CYAN  },
        [PAINT_BAR] = {A_REVERSE, -1          },
        [PAINT_MEAN] = {A_NORMAL,  COLOR_CYAN  },
        [PAINT_LIMIT] = {A_NORMAL,  COLOR_RED   },
    };
    bool can = colour && has_colors() && start_color() == OK;

    if (can)
        (void) use_default_colors();
    for (short i = 0; i < PAINTS; i++) {
        looks[i] = table[i].attributes;
        if (can && table[i].colour >= 0
            && init_pair((short) (i + 1), table[i].colour, -1) == OK)
            looks[i] |= COLOR_PAIR(i + 1);
    }
    return can;
}

/* ---- begin and end ---- */

/* What curses does not know of: pasted text is marked as such. */
static void
ask_for_pastes(bool on)
{
    static const char *const asks[] = {"\033[?2004l", "\033[?2004h"};
    const char *term = getenv("TERM");

    if (!term || strncmp(term, "vt", 2) == 0)
        return;
    (void) putp(asks[on]);
    (void) fflush(stdout);
    if (on) {
        (void) define_key("\033[200~", PASTE_BEGIN);
        (void) define_key("\033[201~", PASTE_END);
    }
}

/* What most terminals send for these keys, also those whose description does
 * not say so. */
static void
define_keys(void)
{
    static const struct {
        const char *sequence;
        int code;
    } table[] = {
        {"\033[1~", KEY_HOME },
        {"\033[3~", KEY_DC   },
        {"\033[4~", KEY_END  },
        {"\033[5~", KEY_PPAGE},
        {"\033[6~", KEY_NPAGE},
        {"\033[A",  KEY_UP   },
        {"\033[B",  KEY_DOWN },
        {"\033[C",  KEY_RIGHT},
        {"\033[D",  KEY_LEFT },
        {"\033[F",  KEY_END  },
        {"\033[H",  KEY_HOME },
        {"\033[Z",  KEY_BTAB },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (key_defined(table[i].sequence) == 0)
            (void) define_key(table[i].sequence, table[i].code);
}

/* The terminal can be painted on: it can put its cursor anywhere. */
static enum err
check_terminal(const char *term)
{
    if (!cursor_address) {
        term_end();
        return err_set(ERR_UNAVAILABLE,
                       "the terminal \"%s\" cannot move its cursor", term);
    }
    return ERR_OK;
}

enum err
term_check(void)
{
    const char *term = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(ERR_UNAVAILABLE,
                       "the dashboard needs a terminal; vigia-dashboard "
                       "--batch prints its table anywhere");
    if (!term || !*term)
        return err_set(ERR_UNAVAILABLE, "TERM is not set");
    return ERR_OK;
}

enum err
term_begin(bool *colour)
{
    const char *term = getenv("TERM");
    enum err e;

    terminal = newterm(NULL, stdout, stdin);
    if (!terminal)
        return err_set(ERR_UNAVAILABLE,
                       "no terminal is known as \"%.60s\": set TERM", term);
    e = check_terminal(term);
    if (e != ERR_OK)
        return e;
    (void) cbreak();
    (void) noecho();
    (void) nonl();
    (void) keypad(stdscr, TRUE);
    (void) nodelay(stdscr, TRUE);
    (void) curs_set(0);
    if (!getenv("ESCDELAY"))
        (void) set_escdelay(ESCAPE_MS);
    define_keys();
    *colour = make_looks(*colour);
    ask_for_pastes(true);
    return ERR_OK;
}

void
term_end(void)
{
    if (!terminal)
        return;
    ask_for_pastes(false);
    (void) curs_set(1);
    (void) endwin();
    delscreen(terminal);
    terminal = NULL;
}

void
term_size(size_t *width, size_t *height)
{
    *width = COLS > 0 ? (size_t) COLS : 1;
    *height = LINES > 0 ? (size_t) LINES : 1;
}

/* ---- painting ---- */

/* Cells of one look are sent together, but what is not ASCII by itself, as
 * terminals do not agree on its width. */
static size_t
put_run(const struct cell *row, size_t x, size_t width, int y,
        struct buf *text)
{
    size_t end = x;

    buf_clear(text);
    while (end < width && row[end].paint == row[x].paint
           && (end == x || (row[end].text[0] > 0 && row[end - 1].text[0] > 0)))
        buf_str(text, row[end++].text);
    (void) attrset((int) (looks[row[x].paint & ~PAINT_CURSOR] /* < PAINTS */
                          ^ (row[x].paint & PAINT_CURSOR ? A_REVERSE : 0)));
    (void) mvaddstr(y, (int) x, buf_text(text)); /* x < CANVAS_WIDTH_MAX */
    return end;
}

void
term_show(const struct canvas *canvas, bool all)
{
    struct buf text = {0};

    if (all)
        (void) clearok(curscr, TRUE);
    (void) attrset(A_NORMAL);
    for (size_t y = 0; y < canvas->height; y++) {
        const struct cell *row = &canvas->cells[y * canvas->width];

        for (size_t x = 0; x < canvas->width;)
            x = row[x].text[0] ? put_run(row, x, canvas->width, (int) y, &text)
                               : x + 1;
    }
    (void) curs_set(canvas->caret);
    if (canvas->caret)
        (void) move((int) canvas->caret_y, (int) canvas->caret_x);
    (void) refresh();
    buf_free(&text);
}

/* ---- keys ---- */

static const struct {
    int curses, ours;
} codes[] = {
    {KEY_UP,        KEY_ARROW_UP   },
    {KEY_DOWN,      KEY_ARROW_DOWN },
    {KEY_LEFT,      KEY_ARROW_LEFT },
    {KEY_RIGHT,     KEY_ARROW_RIGHT},
    {KEY_PPAGE,     KEY_PAGE_UP    },
    {KEY_NPAGE,     KEY_PAGE_DOWN  },
    {KEY_HOME,      KEY_TO_HOME    },
    {KEY_FIND,      KEY_TO_HOME    },
    {KEY_END,       KEY_TO_END     },
    {KEY_SELECT,    KEY_TO_END     },
    {KEY_DC,        KEY_DELETE     },
    {KEY_BTAB,      KEY_BACK_TAB   },
    {KEY_ENTER,     KEY_RETURN     },
    {KEY_BACKSPACE, KEY_RUBOUT     },
    {KEY_F(1),      KEY_F1         },
    {KEY_RESIZE,    KEY_RESIZED    },
    {PASTE_BEGIN,   KEY_PASTE_BEGIN},
    {PASTE_END,     KEY_PASTE_END  },
};

/* An escape, unless it begins a sequence that nobody knows: that is one key,
 * whose end is not to be taken for keys. */
static int
after_escape(void)
{
    int code = getch();

    if (code == ERR)
        return KEY_ESCAPE;
    if (code != '[' && code != 'O') {
        (void) ungetch(code); /* it came as one */
        return KEY_ESCAPE;
    }
    do
        code = getch(); /* parameters */
    while (code != ERR && (code < 0x40 || code > 0x7e));
    return KEY_OTHER;
}

static int
of_character(wchar_t c)
{
    if (c == KEY_ESCAPE)
        return after_escape();
    if (c == '\n')
        return KEY_RETURN;
    return c == '\b' ? KEY_RUBOUT : (int) c; /* UTF-32 */
}

static int
of_curses(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].curses == code)
            return codes[i].ours;
    return KEY_OTHER;
}

/*
 * The next key that is there; KEY_NONE: none is, or not all of its bytes.
 * Those that are no character of the locale are left out; wget_wch() would
 * leave out what follows them, too, and not say that there was something.
 */
static int
take(bool *something)
{
    static mbstate_t state;

    for (;;) {
        int code = getch();
        bool began = !mbsinit(&state);
        char byte = (char) code; /* 0 to 255, when it is one */
        wchar_t c = 0;
        size_t len;

        if (code == ERR)
            return KEY_NONE;
        *something = true;
        if (code >= KEY_MIN)
            return of_curses(code);
        len = mbrtowc(&c, &byte, 1, &state);
        if (len <= 1)
            return of_character(c);
        if (len == (size_t) -1) {
            state = (mbstate_t){0};
            if (began) /* it may be good by itself */
                (void) ungetch(code);
        }
    }
}

int
term_key(int ms)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    bool something = false;
    int key = take(&something), ready;

    if (key != KEY_NONE)
        return key;
    if (ended)
        return KEY_END_OF_INPUT;
    ready = poll(&input, 1, ms);
    if (ready < 0 && errno == EINTR && stop_asked())
        return KEY_NONE;
    something = false;
    key = take(&something); /* also when its size has changed */
    /* Readable, and there is nothing: the end. */
    ended = ready > 0 && !something;
    return ended ? KEY_END_OF_INPUT : key;
}
