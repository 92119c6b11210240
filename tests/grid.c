/* SPDX-License-Identifier: Apache-2.0 */
/* Tables on a screen: widths, what is left out, how cells are cut. */
#include "tui/grid.h"

#include <stdlib.h>

#include "tap.h"
#include "tui/canvas.h"

/* clang-format off */
static const struct grid_column columns[] = {
    {"NAME",  GRID_TEXT,  6, 12, 0},
    {"TAIL",  GRID_TAIL,  6, 12, 1},
    {"VALUE", GRID_POINT, 5, 12, 0},
    {"AGE",   GRID_RIGHT, 3, 5,  2},
    {"NOTE",  GRID_TEXT,  4, 20, 3},
    {"REST",  GRID_REST,  4, 10, 4},
    {.name = NULL},
};
/* clang-format on */

static void
fill(struct grid *g, const char *const *texts, size_t rows)
{
    grid_rows(g, rows);
    for (size_t i = 0; i < rows * 6; i++)
        buf_str(&grid_row(g, i / 6)[i % 6].text, texts[i]);
}

/* The table in width columns. */
static char *
painted(struct grid *g, size_t width)
{
    struct canvas c = {.ascii = g->ascii};
    struct buf out = {0};

    canvas_clear(&c, width, g->rows + 1);
    grid_fit(g, width);
    grid_heads(g, &c, 0);
    for (size_t i = 0; i < g->rows; i++)
        grid_paint(g, &c, i, i + 1);
    canvas_text(&c, &out);
    canvas_free(&c);
    return buf_steal(&out);
}

static void
shows(struct grid *g, size_t width, const char *want, const char *name)
{
    char *text = painted(g, width);

    is_str(text, want, name);
    free(text);
}

/* clang-format off */
static const struct grid_column states[] = {
    {"STATE", GRID_WORD, 10, 10, 0},
    {"NAME",  GRID_TEXT, 14, 32, 0},
    {.name = NULL},
};
/* clang-format on */

/* Words stay whole; a cell may have signs in another paint. */
static void
test_words(void)
{
    struct canvas c = {.width = 0};
    struct grid g;

    grid_begin(&g, states, false);
    grid_rows(&g, 1);
    buf_str(&grid_row(&g, 0)[0].text, "~ learning");
    buf_str(&grid_row(&g, 0)[1].text, "PUMP-HOUSE-7");
    grid_row(&g, 0)[1].alerts = 1 | 1 << 3;
    shows(&g, 16, "STATE      NAME\n~ learning PUMP…\n",
          "a word of state is never cut");
    canvas_clear(&c, 30, 1);
    grid_fit(&g, 30);
    grid_paint(&g, &c, 0, 0);
    ok(c.cells[11].paint == PAINT_ALERT && c.cells[12].paint == PAINT_PLAIN
           && c.cells[13].paint == PAINT_PLAIN
           && c.cells[14].paint == PAINT_ALERT,
       "what is in alert is painted so, and nothing else");
    canvas_free(&c);
    grid_free(&g);
}

/* clang-format off */
static const struct grid_column sensors[] = {
    {"SENSOR", GRID_NAME, 24, 32, 0},
    {"COLUMN", GRID_TAIL, 14, 32, 1},
    {"LAST",   GRID_POINT, 5, 14, 0},
    {"AGE",    GRID_RIGHT, 4, 5,  3},
    {"REST",   GRID_REST,  8, 40, 7},
    {.name = NULL},
};
/* clang-format on */

/* What tells rows apart is cut last, and where it does. */
static void
test_names(void)
{
    static const char *const texts[] = {
        "north.line12.feedpump-101A",
        "params.velRMS.x",
        "7.91",
        "2s",
        "▁▂▃",
        "north.line12.feedpump-101B",
        "te\xcc\x81mperature\\u{200d}x",
        "6.02",
        "31m",
        "▁▂▃",
    };
    struct grid g;

    grid_begin(&g, sensors, false);
    grid_rows(&g, 2);
    for (size_t i = 0; i < 10; i++)
        buf_str(&grid_row(&g, i / 5)[i % 5].text, texts[i]);
    shows(&g, 58,
          "SENSOR                     COLUMN                LAST  AGE\n"
          "north.line12.feedpump-101A params.velRMS.x       7.91   2s\n"
          "north.line12.feedpump-101B te\xcc\x81mperature\\u{200d}x  6.02"
          "  31m\n",
          "names come before what has the room that is left");
    shows(&g, 30,
          "SENSOR      COLUMN        LAST\n"
          "north…-101A …ms.velRMS.x  7.91\n"
          "north…-101B …re\\u{200d}x  6.02\n",
          "names are cut in their middle before columns go");
    shows(&g, 20,
          "SENSOR          LAST\n"
          "north.…mp-101A  7.91\n"
          "north.…mp-101B  6.02\n",
          "... which do where there would be little of both");
    grid_free(&g);
}

static void
over(void)
{
    static const char *const texts[] = {
        "PUMP-7", "velRMS.x", "7.9", "2s",
        "",       "abc",      "P",   "answers this, that, more",
        "",       "3s",       "",    "",
        "Q",      "no",       "",    "",
        "",       "",
    };
    struct grid g;

    grid_begin(&g, columns, false);
    fill(&g, texts, 3);
    grid_row(&g, 1)[1].over = grid_row(&g, 2)[1].over = true;
    shows(&g, 40,
          "NAME   TAIL     VALUE AGE REST\n"
          "PUMP-7 velRMS.x   7.9  2s abc\n"
          "P      answers this,…  3s\n"
          "Q      no\n",
          "a text runs over empty cells, and asks for no room");
    grid_free(&g);
}

int
main(void)
{
    static const char *const texts[] = {
        "PUMP-7", "params.velRMS.x",
        "7.914",  "2s",
        "",       "abc",
        "F",      "value",
        "-12",    "31m",
        "",       "",
        "C",      "t",
        "—",      "",
        "",       "",
        "D",      "t",
        "1.2e-9", "",
        "",       "",
    };
    static const char *const shorter[] = {
        "A", "b", "1", "", "", "",
    };
    struct grid g;

    grid_begin(&g, columns, false);
    fill(&g, texts, 4);
    shows(&g, 50,
          "NAME   TAIL            VALUE AGE REST\n"
          "PUMP-7 …ms.velRMS.x   7.914   2s abc\n"
          "F      value        -12      31m\n"
          "C      t              —\n"
          "D      t              1.2e-9\n",
          "numbers stand by their point, long names are cut on the left, an "
          "empty column is not there");
    shows(&g, 30,
          "NAME   TAIL          VALUE AGE\n"
          "PUMP-7 ….velRMS.x   7.914   2s\n"
          "F      value      -12      31m\n"
          "C      t            —\n"
          "D      t            1.2e-9\n",
          "where there is less room, the last goes, and texts have its room");
    shows(&g, 10, "NAME\nPUM…\nF\nC\nD\n",
          "a number that does not fit is not there at all");
    grid_free(&g);

    grid_begin(&g, columns, true);
    fill(&g, texts, 1);
    shows(&g, 40,
          "NAME   TAIL         VALUE AGE REST\n"
          "PUMP-7 ~ms.velRMS.x 7.914  2s abc\n",
          "in ASCII the sign of a cut is one, too");
    fill(&g, shorter, 1);
    shows(&g, 40,
          "NAME   TAIL         VALUE AGE REST\n"
          "A      b            1\n",
          "widths do not shrink while one scrolls");
    grid_free(&g);
    test_words();
    test_names();
    over();
    return done_testing();
}
