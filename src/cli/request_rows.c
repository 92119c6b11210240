/* SPDX-License-Identifier: Apache-2.0 */
/* From the records of a CSV file to JSON objects. */
#include "cli/request_rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "data/cell.h"
#include "data/records.h"

enum err
request_rows_open(const struct cmd *cmd, struct request_rows *r)
{
    static const char *const other[] = {"by",    "columns", "time",
                                        "since", "until",   "alerts-only"};
    enum err e = csv_ask_read(cmd, &r->ask);

    for (size_t i = 0; e == ERR_OK && i < sizeof other / sizeof *other; i++)
        if (cmd_flag(cmd, other[i]))
            e = err_set(ERR_USAGE, "--%s is for sensors", other[i]);
    if (e == ERR_OK && r->ask.file_count > 1)
        e = err_set(ERR_USAGE, "%s --csv takes one file", cmd->command->name);
    if (e == ERR_OK)
        e = records_open(r->ask.files[0], r->ask.plan.delimiter, &r->records);
    return e;
}

void
request_rows_free(struct request_rows *r)
{
    records_close(r->records);
    csv_ask_free(&r->ask);
}

static void
put_cell(const struct request_rows *r, size_t i, struct json_out *out)
{
    size_t len;
    const char *cell = records_cell(r->records, i, &len);
    char *copy;
    double v;

    switch (cell_read(&r->ask.plan, cell, len, &v)) {
    case CELL_NUMBER:
        json_put_number(out, v);
        break;
    case CELL_MISSING:
        json_put_null(out);
        break;
    case CELL_BEYOND:
    case CELL_TEXT:
        copy = xstrndup(cell, len);
        json_put_text(out, copy);
        free(copy);
        break;
    }
}

enum err
request_rows_next(struct request_rows *r, struct json **request)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    size_t count;
    const char *const *names = records_names(r->records, &count);
    bool more;
    enum err e = records_next(r->records, &more);

    if (e != ERR_OK)
        return e;
    *request = NULL;
    if (!more)
        return ERR_OK;
    json_open(&out, '{');
    for (size_t i = 0; i < count; i++) {
        json_key(&out, names[i]);
        put_cell(r, i, &out);
    }
    json_close(&out, '}');
    e = json_parse(text.data, text.len, request);
    buf_free(&text);
    return e == ERR_OK ? e : request_rows_blame(r, e);
}

int64_t
request_rows_line(const struct request_rows *r)
{
    return records_line(r->records);
}

enum err
request_rows_blame(const struct request_rows *r, enum err e)
{
    const struct err_detail *details;
    struct buf why = {0};
    size_t count;

    details = err_details(&count);
    for (size_t i = 0; i < count; i++)
        buf_printf(&why, "%s%s", i ? "; " : "", details[i].text);
    if (count == 0)
        buf_str(&why, err_text());
    e = err_set(e, "%s:%" PRId64 ": %s", csv_ask_name(&r->ask, 0),
                records_line(r->records), buf_text(&why));
    buf_free(&why);
    return e;
}

enum err
request_rows_skip(struct request_rows *r, enum err e)
{
    if (e != ERR_DATA || !r->ask.plan.skip_bad || !records_usable(r->records))
        return e;
    csv_ask_tell(&r->ask, err_text());
    return ERR_OK;
}
