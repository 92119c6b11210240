/* SPDX-License-Identifier: Apache-2.0 */
/* vigia.fcgi: the REST service as a FastCGI program behind a web server. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "cgi/app.h"
#include "cgi/fcgi.h"
#include "cgi/program.h"
#include "cgi/socket.h"

struct transport {
    struct listener listener;
    struct fcgi *fcgi;
};

static void
end(void *arg)
{
    struct transport *t = arg;

    fcgi_close(t->fcgi);
    listener_close(&t->listener);
    free(t);
}

/* A socket that was handed over comes before one of our own. */
static enum err
find_listener(const struct conf *conf, const char *path, struct listener *out)
{
    enum err e = listener_inherit(out);

    if (e != ERR_NOT_FOUND)
        return e;
    return listener_unix(path ? path : conf->fcgi_socket, conf->fcgi_mode,
                         conf->fcgi_group, out);
}

static enum err
begin(struct app *app, struct loop *loop, const char *path, void **out)
{
    struct transport *t = xcalloc(1, sizeof *t);
    enum err e;

    t->listener.fd = -1;
    e = find_listener(app->conf, path, &t->listener);
    if (e == ERR_OK)
        e = fcgi_open(app, loop, t->listener.fd, &t->fcgi);
    if (e != ERR_OK) {
        end(t);
        return e;
    }
    if (t->listener.path)
        log_line("serving on %s", t->listener.path);
    else
        log_line("serving on descriptor %d", t->listener.fd);
    *out = t;
    return ERR_OK;
}

int
main(int argc, char **argv)
{
    static const struct program program = {
        .name = "vigia.fcgi",
        .summary = "the REST service of vigia, for a web server that speaks "
                   "FastCGI",
        .option = "socket",
        .option_arg = "PATH",
        .option_help = "make this socket, unless one was handed over",
        .open = begin,
        .close = end,
    };

    return program_main(&program, argc, argv);
}
