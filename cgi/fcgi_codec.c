/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On a socket libfcgi blocks: one peer that is silent holds up all others,
 * and one that does not close takes two seconds. Here it reads BEGIN and
 * those PARAMS that are looked at from a file in memory, and writes its
 * records there, too. The body does not take this way: the framer has it
 * already, as one piece, and 64 MiB are not copied for nothing.
 */
#include "cgi/fcgi_codec.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/number.h"
#include "cgi/fcgi_frame.h"
#include "cgi/http.h"

/* Bytes of the file that we see as memory, which costs no calls: any head,
 * and most answers. */
enum { MAPPED = 128 << 10 };

struct codec {
    int fd;
    char *map;
    /* Kept for their memory: the params that are looked at; the records of a
     * request, or the head of an answer. */
    struct buf params, head;
};

struct codec_call {
    FCGX_Request fcgx;
};

static void
close_file(struct codec *c)
{
    if (c->map)
        (void) munmap(c->map, MAPPED);
    if (c->fd >= 0)
        (void) close(c->fd);
    c->map = NULL;
    c->fd = -1;
}

static enum err
open_file(struct codec *c)
{
    void *map = MAP_FAILED;

    c->fd = memfd_create("vigia-fcgi", MFD_CLOEXEC);
    if (c->fd >= 0 && ftruncate(c->fd, MAPPED) == 0)
        map = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
    if (map != MAP_FAILED) {
        c->map = map;
        return ERR_OK;
    }
    close_file(c);
    return err_set(ERR_INTERNAL, "cannot make a file in memory: %s",
                   strerror(errno));
}

enum err
codec_new(struct codec **out)
{
    struct codec *c = xcalloc(1, sizeof *c);
    enum err e = open_file(c);

    (void) FCGX_Init(); /* it only looks at the environment */
    if (e == ERR_OK)
        *out = c;
    else
        codec_free(c);
    return e;
}

void
codec_free(struct codec *c)
{
    if (!c)
        return;
    close_file(c);
    buf_free(&c->params);
    buf_free(&c->head);
    free(c);
}

/* ---- requests ---- */

/* The params that are looked at: those of the headers (http.h), then these. */
enum {
    PARAM_METHOD = HEADERS,
    PARAM_TARGET,
    PARAM_REMOTE,
    PARAM_LENGTH,
    PARAM_HTTPS,
    PARAM_SCHEME,
    PARAMS
};

/* clang-format off */
#define NAMED(literal) {literal, sizeof literal - 1}
static const struct {
    const char *name;
    size_t len;
} names[PARAMS] = {
    [HEADER_AUTHORIZATION]    = NAMED("HTTP_AUTHORIZATION"),
    [HEADER_CONTENT_ENCODING] = NAMED("HTTP_CONTENT_ENCODING"),
    [HEADER_CONTENT_TYPE]     = NAMED("CONTENT_TYPE"),
    [HEADER_HOST]             = NAMED("HTTP_HOST"),
    [HEADER_IDEMPOTENCY_KEY]  = NAMED("HTTP_IDEMPOTENCY_KEY"),
    [HEADER_IF_MATCH]         = NAMED("HTTP_IF_MATCH"),
    [HEADER_IF_NONE_MATCH]    = NAMED("HTTP_IF_NONE_MATCH"),
    [HEADER_ORIGIN]           = NAMED("HTTP_ORIGIN"),
    [HEADER_FORWARDED_FOR]    = NAMED("HTTP_X_FORWARDED_FOR"),
    [HEADER_REQUEST_ID]       = NAMED("HTTP_X_REQUEST_ID"),
    [PARAM_METHOD]            = NAMED("REQUEST_METHOD"),
    [PARAM_TARGET]            = NAMED("REQUEST_URI"),
    [PARAM_REMOTE]            = NAMED("REMOTE_ADDR"),
    [PARAM_LENGTH]            = NAMED("CONTENT_LENGTH"),
    [PARAM_HTTPS]             = NAMED("HTTPS"),
    [PARAM_SCHEME]            = NAMED("REQUEST_SCHEME"),
};
#undef NAMED
/* clang-format on */

/* Which one is it? PARAMS: none of them. */
static size_t
which_param(const char *name, size_t len)
{
    size_t i = 0;

    while (i < PARAMS
           && (names[i].len != len || memcmp(names[i].name, name, len) != 0))
        i++;
    return i;
}

/* libfcgi makes a string of every param, and a web server sends twice as many
 * as anybody looks at. */
static void
keep_params(struct codec *c, const struct buf *params)
{
    struct frame_pair pair;

    buf_clear(&c->params);
    for (size_t from = 0, at = 0; frame_pair(params, &at, &pair); from = at)
        if (which_param(pair.name, pair.name_len) < PARAMS)
            buf_add(&c->params, params->data + from, at - from);
}

/* BEGIN and PARAMS, as a peer that keeps its connection would send them; at
 * the end of what is mapped, as libfcgi reads 8 KiB wherever they are. */
static void
write_head(struct codec *c, const struct frame *f)
{
    static const unsigned char begin[] = {
        0, FCGI_RESPONDER, FCGI_KEEP, 0, 0, 0, 0, 0};
    struct buf *head = &c->head;
    size_t start;

    keep_params(c, &f->params);
    buf_clear(head);
    frame_header(head, FCGI_BEGIN, f->id, sizeof begin);
    buf_add(head, begin, sizeof begin);
    if (c->params.len > 0)
        frame_header(head, FCGI_PARAMS, f->id, c->params.len);
    buf_add(head, c->params.data, c->params.len);
    frame_header(head, FCGI_PARAMS, f->id, 0);
    start = MAPPED - head->len; /* params are bounded */
    memcpy(c->map + start, head->data, head->len);
    (void) lseek(c->fd, (off_t) start, SEEK_SET); /* cannot fail there */
}

_Static_assert(MAPPED >= FRAME_PARAMS_MAX + 4 * FCGI_HEADER,
               "a head fits what is mapped");

/* libfcgi reads no further than to the end of the params. */
static enum err
accept_head(struct codec *c, struct codec_call *call)
{
    FCGX_Request *fcgx = &call->fcgx;

    (void) FCGX_InitRequest(fcgx, -1, 0); /* -1: it never accepts itself */
    fcgx->ipcFd = c->fd;
    fcgx->keepConnection = 1; /* else it would close what it is given */
    if (FCGX_Accept_r(fcgx) == 0)
        return ERR_OK;
    c->fd = -1; /* it has closed the file: the next request gets another */
    close_file(c);
    return err_set(ERR_INTERNAL, "libfcgi does not take a request");
}

/* Of all params those that we look at, in one walk; the first of a name
 * counts, if it does at all: web servers set what is not there to nothing. */
static void
find_params(const struct codec_call *call, const char *values[PARAMS])
{
    for (char *const *at = call->fcgx.envp; *at; at++) {
        const char *text = *at;
        size_t len = strcspn(text, "="), i = which_param(text, len);

        if (i < PARAMS && !values[i] && text[len] != '\0')
            values[i] = text + len + 1;
    }
    for (size_t i = 0; i < PARAMS; i++)
        if (values[i] && !header_counts(i, values[i]))
            values[i] = NULL;
}

static char *
copy(const char *s)
{
    return s ? xstrdup(s) : NULL;
}

static bool
is_https(const char *const values[PARAMS])
{
    const char *https = values[PARAM_HTTPS], *scheme = values[PARAM_SCHEME];

    return (https && strcasecmp(https, "off") != 0)
           || (scheme && strcasecmp(scheme, "https") == 0);
}

/* Who is not named is no neighbour: it gets an address that nobody has. */
static const char *
remote_address(const char *remote)
{
    if (!remote)
        return "unknown";
    return strncmp(remote, "unix:", 5) == 0 ? "" : remote;
}

/* A body that is shorter than announced was cut off on its way. */
static enum err
check_length(const char *text, const struct frame *f)
{
    int64_t length = 0;

    if (f->refused || !text)
        return ERR_OK;
    if (number_int(text, 0, INT64_MAX, &length) != ERR_OK)
        return err_set(ERR_SYNTAX, "CONTENT_LENGTH is no number: \"%s\"",
                       text);
    if ((uint64_t) length == f->body.len) /* not negative */
        return ERR_OK;
    return err_set(ERR_SYNTAX,
                   "the body has %zu bytes, and not the %s that "
                   "its length says",
                   f->body.len, text);
}

static enum err
fill(const struct codec_call *call, struct frame *f, struct request *r)
{
    const char *values[PARAMS] = {NULL}, *target;

    find_params(call, values);
    target = values[PARAM_TARGET];
    r->method = method_of(values[PARAM_METHOD] ? values[PARAM_METHOD] : "");
    r->target = copy(target ? target : "");
    for (size_t i = 0; i < HEADERS; i++)
        r->headers[i] = copy(values[i]);
    r->remote = copy(remote_address(values[PARAM_REMOTE]));
    r->https = is_https(values);
    if (!target)
        return err_set(ERR_SYNTAX, "the web server does not pass on "
                                   "REQUEST_URI: include its fastcgi_params");
    return check_length(values[PARAM_LENGTH], f);
}

enum err
codec_decode(struct codec *c, struct frame *f, struct request *r,
             struct codec_call **out)
{
    struct codec_call *call = xcalloc(1, sizeof *call);
    enum err e = c->map ? ERR_OK : open_file(c);

    if (e == ERR_OK) {
        write_head(c, f);
        e = accept_head(c, call);
    }
    if (e != ERR_OK) {
        free(call);
        return e;
    }
    e = fill(call, f, r);
    FCGX_FreeStream(&call->fcgx.in); /* many wait for a turn: 8 KiB each */
    r->body = f->body;
    f->body = (struct buf){0};
    *out = call;
    return e;
}

/* ---- answers ---- */

static bool
has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void
put(FCGX_Stream *stream, const char *bytes, size_t len)
{
    while (len > 0) {
        int n = len < INT_MAX ? (int) len : INT_MAX; /* no longer */

        if (FCGX_PutStr(bytes, n, stream) != n)
            return; /* the stream remembers it */
        bytes += n;
        len -= (size_t) n; /* positive */
    }
}

static void
write_answer(struct codec *c, FCGX_Stream *stream,
             const struct response *response, bool bare)
{
    const struct buf *headers = &response->headers, *body = &response->body;
    bool full = has_body(response->status);
    struct buf *head = &c->head;

    buf_clear(head);
    buf_printf(head, "Status: %d %s", response->status,
               http_reason(response->status));
    if (full && response->type) {
        buf_str(head, "\r\nContent-Type: ");
        buf_str(head, response->type);
    }
    if (full) {
        buf_str(head, "\r\nContent-Length: ");
        number_add(head, (double) body->len);
    }
    buf_str(head, "\r\n");
    buf_add(head, headers->data, headers->len);
    buf_str(head, "\r\n");
    put(stream, head->data, head->len);
    if (full && !bare)
        put(stream, body->data, body->len);
}

/* Takes the records that libfcgi has written from the file. */
static enum err
read_records(struct codec *c, struct buf *out)
{
    off_t end = lseek(c->fd, 0, SEEK_CUR);
    size_t len = end > 0 ? (size_t) end : 0; /* positive */
    ssize_t n;

    if (len <= MAPPED) {
        buf_add(out, c->map, len);
        return ERR_OK;
    }
    buf_reserve(out, len);
    n = pread(c->fd, out->data + out->len, len, 0);
    if (ftruncate(c->fd, MAPPED) != 0) /* else it would stay in memory */
        return err_set(ERR_INTERNAL, "cannot cut a file in memory: %s",
                       strerror(errno));
    if (n < 0 || (size_t) n != len)
        return err_set(ERR_INTERNAL, "cannot read a file in memory: %s",
                       strerror(errno));
    out->len += len;
    out->data[out->len] = '\0';
    return ERR_OK;
}

enum err
codec_answer(struct codec *c, struct codec_call *call,
             const struct response *response, bool bare, struct buf *out)
{
    FCGX_Request *fcgx = &call->fcgx;
    int failed;

    (void) lseek(c->fd, 0, SEEK_SET);
    fcgx->ipcFd = c->fd;
    fcgx->keepConnection = 1;
    write_answer(c, fcgx->out, response, bare);
    failed = c->map ? FCGX_GetError(fcgx->out) : EBADF;
    if (failed) {
        codec_drop(call);
        return err_set(ERR_INTERNAL, "libfcgi does not write an answer (%d)",
                       failed);
    }
    /* FCGX_Finish_r() would need the stream that is freed already. */
    (void) FCGX_FClose(fcgx->err);
    (void) FCGX_FClose(fcgx->out);
    codec_drop(call);
    return read_records(c, out);
}

void
codec_drop(struct codec_call *call)
{
    if (!call)
        return;
    FCGX_Free(&call->fcgx, 0);
    free(call);
}
