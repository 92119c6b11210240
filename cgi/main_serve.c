/* SPDX-License-Identifier: Apache-2.0 */
/* vigia-serve: the REST service on a built-in HTTP listener. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cgi/app.h"
#include "cgi/program.h"
#include "cgi/serve.h"
#include "cgi/socket.h"

struct transport {
    struct listener listener;
    struct serve *serve;
};

static void
end(void *arg)
{
    struct transport *t = arg;

    serve_close(t->serve);
    listener_close(&t->listener);
    free(t);
}

/* Whoever started us waits for this line. */
static enum err
announce(const struct listener *listener)
{
    struct buf where = {0};
    enum err e = ERR_OK;

    listener_show(listener, &where);
    (void) printf("listening on http://%s\n", buf_text(&where));
    if (fflush(stdout) != 0)
        e = err_set(ERR_IO, "writing to standard output failed");
    buf_free(&where);
    return e;
}

static enum err
begin(struct app *app, struct loop *loop, const char *address, void **out)
{
    struct transport *t = xcalloc(1, sizeof *t);
    enum err e;

    t->listener.fd = -1;
    e = listener_tcp(address ? address : app->conf->serve_listen,
                     &t->listener);
    if (e == ERR_OK)
        e = serve_open(app, loop, t->listener.fd, &t->serve);
    if (e == ERR_OK)
        e = announce(&t->listener);
    if (e == ERR_OK)
        *out = t;
    else
        end(t);
    return e;
}

int
main(int argc, char **argv)
{
    static const struct program program = {
        .name = "vigia-serve",
        .summary = "the REST service of vigia on a built-in HTTP listener",
        .option = "listen",
        .option_arg = "HOST:PORT",
        .option_help = "where to listen; port 0 takes a free one",
        .open = begin,
        .close = end,
    };

    return program_main(&program, argc, argv);
}
