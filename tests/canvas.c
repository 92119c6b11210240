/* SPDX-License-Identifier: Apache-2.0 */
/* Cells: wide characters, ones that combine, and what is outside. */
#include "tui/canvas.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

static void
shows(const struct canvas *c, const char *want, const char *name)
{
    struct buf out = {0};

    canvas_text(c, &out);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

int
main(void)
{
    struct canvas c = {0};

    canvas_clear(&c, 8, 3);
    shows(&c, "\n\n\n", "it begins blank");
    ok(canvas_put(&c, 2, 0, 10, "abcdefghij", PAINT_BOLD) == 6,
       "what does not fit is left out");
    ok(canvas_put(&c, 0, 1, 3, "温度計", 0) == 2,
       "half a wide character does not fit");
    ok(canvas_put(&c, 4, 1, 4, "e\u0301te", 0) == 3,
       "what combines takes no room");
    ok(canvas_put(&c, 9, 1, 4, "x", 0) == 0
           && canvas_put(&c, 0, 3, 4, "x", 0) == 0,
       "outside nothing is painted");
    shows(&c, "  abcdef\n温  e\u0301te\n\n", "all of it");
    (void) canvas_put(&c, 1, 1, 1, "x", 0);
    shows(&c, "  abcdef\n x  e\u0301te\n\n",
          "a wide character loses both halves when one is painted over");
    canvas_fit(&c, 0, 2, 5, "too long", 0);
    shows(&c, "  abcdef\n x  e\u0301te\ntoo …\n", "a cut has its sign");
    canvas_mark(&c, 0, PAINT_CURSOR);
    ok(c.cells[0].paint == PAINT_CURSOR
           && c.cells[2].paint == (PAINT_BOLD | PAINT_CURSOR),
       "a row is marked whole");
    canvas_clear(&c, 100000, 100000);
    ok(c.width == CANVAS_WIDTH_MAX && c.height == CANVAS_HEIGHT_MAX,
       "no terminal is larger than the limit");
    canvas_free(&c);
    return done_testing();
}
