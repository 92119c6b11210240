/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv-spectrum: every CSV file holds the records its JSON says. One of its
 * files contradicts itself, see below.
 */
#include "data/csv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "tap.h"

static struct json *
read_json(const char *path)
{
    struct json *value = NULL;
    struct buf b = {0};
    FILE *f = fopen(path, "rb");
    size_t n = 1;

    while (f && n > 0) {
        buf_reserve(&b, BUFSIZ);
        n = fread(b.data + b.len, 1, BUFSIZ, f);
        b.len += n;
    }
    if (f)
        (void) fclose(f); /* only read */
    if (!f || json_parse(b.data, b.len, &value) != ERR_OK)
        diag("%s: %s", path, f ? err_text() : "not there");
    buf_free(&b);
    return value;
}

/*
 * The phone number of location_coordinates.json is not the one in its CSV
 * file, and cannot have been meant to be read out of it.
 */
static int
is_contradiction(const char *name, const char *column)
{
    return strcmp(name, "location_coordinates.csv") == 0
           && strcmp(column, "Contact Phone Number") == 0;
}

static int
same_record(const char *name, const struct csv *csv, char **header,
            const struct json *want)
{
    int same = want && json_count(want) == csv_fields(csv);

    for (size_t i = 0; same && i < csv_fields(csv); i++) {
        const struct json *cell = json_get(want, header[i]);
        size_t len;
        const char *field = csv_field(csv, i, &len);

        same = cell && strlen(field) == len
               && (is_contradiction(name, header[i])
                   || strcmp(json_text(cell), field) == 0);
        if (!same)
            diag("%s is \"%s\"", header[i], field);
    }
    return same;
}

/* want is an array of records, or in one case the only one itself. */
static int
same_file(const char *name, struct csv *csv, const struct json *want)
{
    bool single = json_type(want) == JSON_OBJECT, more = false;
    size_t width = 0, n = 0;
    char **header = NULL;
    int same = csv_next(csv, &more) == ERR_OK && more;

    if (same) {
        width = csv_fields(csv);
        header = xreallocarray(NULL, width, sizeof *header);
        for (size_t i = 0; i < width; i++) {
            size_t len;

            header[i] = xstrdup(csv_field(csv, i, &len));
        }
    }
    while (same && more) {
        same = csv_next(csv, &more) == ERR_OK;
        if (same && more)
            same = csv_fields(csv) == width
                   && same_record(name, csv, header,
                                  single ? want : json_at(want, n++));
    }
    for (size_t i = 0; i < width; i++)
        free(header[i]);
    free(header);
    return same && (single || n == json_count(want));
}

static void
check(const char *folder, const char *name)
{
    struct buf path = {0}, answer = {0};
    struct csv *csv = NULL;
    struct json *want;

    buf_printf(&path, "%s/csvs/%s", folder, name);
    buf_printf(&answer, "%s/json/%.*s.json", folder, (int) strcspn(name, "."),
               name); /* a short name */
    want = read_json(buf_text(&answer));
    ok(want && csv_open(buf_text(&path), ',', &csv) == ERR_OK
           && same_file(name, csv, want),
       "%s has the records its JSON says", name);
    csv_close(csv);
    json_free(want);
    buf_free(&answer);
    buf_free(&path);
}

static int
is_csv(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".csv") == 0;
}

int
main(void)
{
    const char *shared = getenv("VIGIA_SHARED"), *top = getenv("top_srcdir");
    struct buf folder = {0}, files = {0};
    struct dirent **entries = NULL;
    int n;

    if (shared)
        buf_printf(&folder, "%s/csv", shared);
    else
        buf_printf(&folder, "%s/../shared/data/csv", top ? top : ".");
    buf_printf(&files, "%s/csvs", buf_text(&folder));
    n = scandir(buf_text(&files), &entries, is_csv, alphasort);
    buf_free(&files);
    if (n <= 0) {
        buf_free(&folder);
        skip_all("csv-spectrum is not here");
    }
    is_int(n, 12, "all of csv-spectrum is here");
    for (int i = 0; i < n; i++) {
        check(buf_text(&folder), entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    buf_free(&folder);
    return done_testing();
}
