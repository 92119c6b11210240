/* SPDX-License-Identifier: Apache-2.0 */
/* Records are checked for their width only; what is in them is the caller's
 * affair. */
#include "data/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/cell.h"
#include "data/csv.h"

struct records {
    struct csv *csv;
    char **names; /* ends with NULL */
    size_t count;
    bool usable;
};

void
records_close(struct records *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        free(r->names[i]);
    free(r->names);
    csv_close(r->csv);
    free(r);
}

static enum err
check_name(const struct records *r, size_t i)
{
    char clip[CSV_CLIP];
    const char *name = r->names[i];

    if (*name == '\0')
        return err_set(ERR_DATA, "%s: column %zu of the header has no name",
                       csv_name(r->csv), i + 1);
    for (size_t j = 0; j < i; j++)
        if (strcmp(r->names[j], name) == 0)
            return err_set(
                ERR_DATA, "%s: column \"%s\" is twice in the header",
                csv_name(r->csv), csv_clip(clip, name, strlen(name)));
    return ERR_OK;
}

static enum err
read_header(struct records *r)
{
    bool more;
    enum err e = csv_next(r->csv, &more);

    if (e == ERR_OK && !more)
        e = err_set(ERR_DATA, "%s is empty", csv_name(r->csv));
    if (e != ERR_OK)
        return e;
    r->names = xcalloc(csv_fields(r->csv) + 1, sizeof *r->names);
    for (size_t i = 0; e == ERR_OK && i < csv_fields(r->csv); i++) {
        size_t len;
        const char *name = records_cell(r, i, &len);

        r->names[r->count++] = xstrndup(name, len);
        e = check_name(r, i);
    }
    return e;
}

enum err
records_open(const char *path, char delimiter, struct records **out)
{
    struct records *r = xcalloc(1, sizeof *r);
    enum err e = csv_open(path, delimiter ? delimiter : ',', &r->csv);

    if (e == ERR_OK)
        e = read_header(r);
    if (e == ERR_OK)
        *out = r;
    else
        records_close(r);
    return e;
}

const char *const *
records_names(const struct records *r, size_t *count)
{
    *count = r->count;
    return (const char *const *) r->names; /* not written */
}

enum err
records_next(struct records *r, bool *more)
{
    enum err e = csv_next(r->csv, more);
    size_t n;

    r->usable = e == ERR_OK;
    if (e != ERR_OK || !*more)
        return e;
    n = csv_fields(r->csv);
    if (n == r->count)
        return ERR_OK;
    return err_set(ERR_DATA,
                   "%s:%" PRId64 ": %zu field%s, but the header has "
                   "%zu",
                   csv_name(r->csv), csv_line(r->csv), n, n == 1 ? "" : "s",
                   r->count);
}

const char *
records_cell(const struct records *r, size_t i, size_t *len)
{
    const char *text = csv_field(r->csv, i, len);

    cell_trim(&text, len);
    return text;
}

int64_t
records_line(const struct records *r)
{
    return csv_line(r->csv);
}

bool
records_usable(const struct records *r)
{
    return r->usable;
}

const char *
records_name(const struct records *r)
{
    return csv_name(r->csv);
}

void
records_position(const struct records *r, int64_t *done, int64_t *size)
{
    *done = (int64_t) csv_used(r->csv);
    *size = csv_size(r->csv);
}
