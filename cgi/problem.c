/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Problem documents. What is wrong with the service itself (5xx) is told in
 * general words, because the sentence may name files; the log has it.
 */
#include "cgi/http.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"

enum { RETRY_SECONDS = 1 };

int
http_status(enum err e)
{
    switch (e) {
    case ERR_OK:
        return 200;
    case ERR_USAGE:
    case ERR_SYNTAX:
        return 400;
    case ERR_DATA:
        return 422;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_UNAVAILABLE:
    case ERR_IO:
    case ERR_FULL:
    case ERR_BUSY:
    case ERR_SCHEMA:
    case ERR_INTERRUPTED:
        return 503;
    case ERR_INPUT:
    case ERR_INTERNAL:
    case ERR_CREATE:
    case ERR_DENIED:
    case ERR_CONFIG:
        break;
    }
    return 500;
}

const char *
http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"                             },
        {202, "Accepted"                       },
        {204, "No Content"                     },
        {304, "Not Modified"                   },
        {308, "Permanent Redirect"             },
        {400, "Bad Request"                    },
        {401, "Unauthorized"                   },
        {403, "Forbidden"                      },
        {404, "Not Found"                      },
        {405, "Method Not Allowed"             },
        {408, "Request Timeout"                },
        {409, "Conflict"                       },
        {412, "Precondition Failed"            },
        {413, "Content Too Large"              },
        {414, "URI Too Long"                   },
        {415, "Unsupported Media Type"         },
        {422, "Unprocessable Content"          },
        {429, "Too Many Requests"              },
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"          },
        {503, "Service Unavailable"            },
    };

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

const char *
http_excuse(enum err e)
{
    if (e == ERR_BUSY)
        return "the database is busy; try again";
    if (e == ERR_FULL)
        return "the disk of the database is full";
    if (e == ERR_IO)
        return "the database could not be written or read; try again";
    if (http_status(e) == 503)
        return "the service cannot answer now; try again";
    return "an error inside the service; its log has it under this id";
}

/* errors: what err_also() collected; none for errors of the service. */
static void
write_problem(struct response *r, int status, const char *detail,
              const char *id, const struct err_detail *errors, size_t count)
{
    struct json_out out = {.buf = &r->body};

    buf_clear(&r->headers);
    buf_clear(&r->body);
    r->status = status;
    r->type = "application/problem+json";
    response_header(r, "X-Request-Id", id);
    json_open(&out, '{');
    json_key(&out, "type");
    json_put_text(&out, "about:blank"); /* the status says it all */
    json_key(&out, "title");
    json_put_text(&out, http_reason(status));
    json_key(&out, "status");
    json_put_int(&out, status);
    json_key(&out, "detail");
    json_put_text(&out, detail);
    json_key(&out, "instance");
    json_put_text(&out, id);
    json_key(&out, "error");
    json_put_text(&out, detail);
    json_key(&out, "errors");
    json_open(&out, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&out, '{');
        json_key(&out, "pointer");
        json_put_text(&out, errors[i].pointer);
        json_key(&out, "detail");
        json_put_text(&out, errors[i].text);
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
}

static void
ask_again(struct response *r)
{
    if (r->status == 429 || r->status == 503)
        buf_printf(&r->headers, "Retry-After: %d\r\n", RETRY_SECONDS);
}

void
response_problem(struct response *r, enum err e, const char *id)
{
    int status = http_status(e);
    const struct err_detail *errors;
    size_t count;

    if (status >= 500) {
        if (e != ERR_BUSY) /* which is no fault, and comes in great numbers */
            log_line("request %s: %s", id, err_text());
        write_problem(r, status, http_excuse(e), id, NULL, 0);
        ask_again(r);
        return;
    }
    errors = err_details(&count);
    write_problem(r, status, err_text(), id, errors, count);
}

void
response_problem_status(struct response *r, int status, const char *detail,
                        const char *id)
{
    write_problem(r, status, detail, id, NULL, 0);
    ask_again(r);
}

void
response_gone(struct response *r, const char *id)
{
    log_line("request %s: %s", id, err_text());
    write_problem(r, 503,
                  "the database was removed or replaced; the service must be "
                  "started again",
                  id, NULL, 0);
}
