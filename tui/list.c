/* SPDX-License-Identifier: Apache-2.0 */
/* Moving in a list. */
#include "tui/screen.h"

enum { GOAL = 20000 /* rows that End reads, at most */ };

size_t
list_wanted(const struct list *l)
{
    size_t pages = l->top + 4 * (l->height + 1);

    return l->goal > pages ? l->goal : pages;
}

void
list_read(struct list *l, size_t count, bool more)
{
    l->count = count;
    l->more = more;
    if (l->goal > 0)
        l->cursor = count ? count - 1 : 0;
    if (!more || count >= l->goal)
        l->goal = 0;
}

void
list_settle(struct list *l)
{
    size_t height = l->height ? l->height : 1;

    if (l->cursor >= l->count)
        l->cursor = l->count ? l->count - 1 : 0;
    if (l->cursor < l->top)
        l->top = l->cursor;
    if (l->cursor >= l->top + height)
        l->top = l->cursor - height + 1;
    if (l->top + height > l->count)
        l->top = l->count > height ? l->count - height : 0;
}

size_t
list_fit(struct list *l, size_t height)
{
    l->height = height > 1 ? height - 1 : 1;
    list_settle(l);
    return l->count - l->top < l->height ? l->count - l->top : l->height;
}

bool
list_move(struct list *l, int action)
{
    size_t page = l->height > 1 ? l->height - 1 : 1;
    size_t last = l->count ? l->count - 1 : 0;

    switch (action) {
    case DO_UP:
        l->cursor -= l->cursor > 0;
        break;
    case DO_DOWN:
        l->cursor += l->cursor < last;
        break;
    case DO_PAGE_UP:
        l->cursor -= l->cursor < page ? l->cursor : page;
        l->top -= l->top < page ? l->top : page;
        break;
    case DO_PAGE_DOWN:
        l->cursor += last - l->cursor < page ? last - l->cursor : page;
        l->top += page;
        break;
    case DO_FIRST:
        l->cursor = 0;
        break;
    case DO_LAST:
        l->cursor = last;
        l->goal = l->more ? l->count + GOAL : 0;
        break;
    default:
        return false;
    }
    list_settle(l);
    return true;
}
