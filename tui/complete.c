/* SPDX-License-Identifier: Apache-2.0 */
/* One folder is read; what is typed stays as it was typed. */
#include "tui/complete.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

void
complete_free(struct complete *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->names[i]);
    free(c->names);
    *c = (struct complete){0};
}

void
complete_home(const char *path, struct buf *out)
{
    const char *home = getenv("HOME");

    if (strncmp(path, "~/", 2) == 0 && home) {
        buf_str(out, home);
        path++;
    }
    buf_str(out, path);
}

/* A name as it can be typed: text_safe() leaves it alone. */
static bool
can_be_shown(const char *name)
{
    struct buf safe = {0};
    bool same;

    text_safe(&safe, name, strlen(name), false);
    same = strcmp(buf_text(&safe), name) == 0;
    buf_free(&safe);
    return same;
}

static bool
is_folder(const char *folder, const char *name)
{
    struct buf path = {0};
    struct stat st;
    bool is;

    buf_printf(&path, "%s/%s", folder, name);
    is = stat(buf_text(&path), &st) == 0 && S_ISDIR(st.st_mode);
    buf_free(&path);
    return is;
}

static int
by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

/* Takes the names in folder that begin with start. */
static void
take_names(const char *folder, const char *start, struct complete *c)
{
    DIR *dir = opendir(folder);
    size_t len = strlen(start);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)) && !c->more) {
        const char *name = entry->d_name;
        struct buf full = {0};

        if (strncmp(name, start, len) != 0 || (*name == '.' && len == 0)
            || strcmp(name, ".") == 0 || strcmp(name, "..") == 0
            || !can_be_shown(name))
            continue;
        if (c->count == COMPLETE_MAX) {
            c->more = true;
            break;
        }
        buf_printf(&full, "%s%s", name, is_folder(folder, name) ? "/" : "");
        c->names = xreallocarray(c->names, c->count + 1, sizeof *c->names);
        c->names[c->count++] = buf_steal(&full);
    }
    if (dir)
        (void) closedir(dir);
    if (c->count > 0)
        qsort(c->names, c->count, sizeof *c->names, by_name);
}

/* How many bytes all names begin with, whole characters of them. */
static size_t
agreed(const struct complete *c)
{
    const char *first = c->names[0];
    size_t len = strlen(first);

    for (size_t i = 1; i < c->count; i++) {
        size_t same = 0;

        while (same < len && c->names[i][same] == first[same])
            same++;
        len = same;
    }
    while (len > 0 && (first[len] & 0xc0) == 0x80)
        len--;
    return len;
}

void
complete_path(const char *path, struct buf *out, struct complete *c)
{
    const char *slash = strrchr(path, '/');
    size_t head = slash ? (size_t) (slash - path) + 1 : 0; /* slash >= path */
    char *typed = xstrndup(path, head);
    struct buf folder = {0};

    *c = (struct complete){0};
    complete_home(head > 0 ? typed : ".", &folder);
    take_names(buf_text(&folder), path + head, c);
    if (c->count > 0 && !c->more) {
        buf_str(out, typed);
        buf_add(out, c->names[0], agreed(c));
    } else {
        buf_str(out, path);
    }
    buf_free(&folder);
    free(typed);
}
