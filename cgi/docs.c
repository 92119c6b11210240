/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /openapi.json and the pages for people. A build --with-docs-assets=DIR
 * serves Swagger UI and Redoc from that folder; without them, or when they
 * are not there any more, both addresses show our own page (docs_page.c).
 * Nothing is ever loaded from another site.
 */
#include "cgi/docs_page.h"
#include "cgi/resources.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/json.h"
#include "cgi/html.h"
#include "cgi/openapi.h"

#ifndef DOCS_ASSETS
#define DOCS_ASSETS ""
#endif

enum { ASSET_MAX = 8 << 20 };

static const char *
prefix_of(const struct exchange *x)
{
    const char *prefix = x->app->conf->rest_prefix;

    return prefix ? prefix : "";
}

static enum err
answer_openapi(struct exchange *x)
{
    openapi_write(prefix_of(x), &x->response.body);
    return ERR_OK;
}

/* ---- assets ---- */

struct asset {
    const char *name, *type;
};

static const struct asset assets[] = {
    {"swagger-ui-bundle.js",     "text/javascript; charset=utf-8"},
    {"swagger-ui.css",                          "text/css; charset=utf-8"},
    {"redoc.standalone.js","text/javascript; charset=utf-8"},
    {.name = NULL     },
};

/* Opens an asset and tells its size; -1: it is not there. */
static int
open_asset(const char *name, size_t *size)
{
    struct buf path = {0};
    struct stat st;
    int fd = -1;

    if (*DOCS_ASSETS) {
        buf_printf(&path, "%s/%s", DOCS_ASSETS, name);
        fd = open(buf_text(&path), O_RDONLY | O_CLOEXEC);
        buf_free(&path);
    }
    if (fd >= 0
        && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)
            || st.st_size > ASSET_MAX)) {
        (void) close(fd);
        fd = -1;
    }
    if (fd >= 0)
        *size = (size_t) st.st_size; /* at most ASSET_MAX */
    return fd;
}

static bool
has_asset(const char *name)
{
    size_t size;
    int fd = open_asset(name, &size);

    return fd >= 0 && close(fd) == 0;
}

static enum err
read_asset(int fd, size_t size, struct buf *out)
{
    while (size > 0) {
        ssize_t n;

        buf_reserve(out, size);
        n = read(fd, out->data + out->len, size);
        if (n <= 0)
            return err_set(ERR_IO, "an asset of the documentation cannot be "
                                   "read");
        out->len += (size_t) n; /* n > 0 */
        size -= (size_t) n;
    }
    return ERR_OK;
}

static enum err
answer_asset(struct exchange *x)
{
    const struct asset *asset = assets;
    size_t size = 0;
    int fd = -1;
    enum err e;

    while (asset->name && strcmp(asset->name, x->names[0]) != 0)
        asset++;
    if (asset->name)
        fd = open_asset(asset->name, &size);
    if (fd < 0)
        return err_set(ERR_NOT_FOUND, "there is no \"%s\" here", x->names[0]);
    e = read_asset(fd, size, &x->response.body);
    (void) close(fd);
    x->response.type = asset->type;
    response_header(&x->response, "Cache-Control", "max-age=86400");
    return e;
}

/* ---- pages ---- */

/* Where scripts run they come from here alone; our own page has none. */
static const char own_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";
static const char script_policy[] =
    "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src blob:; base-uri 'none'; frame-ancestors 'none'";

static enum err
put_own_page(struct exchange *x)
{
    struct buf document = {0};
    enum err e;

    openapi_write(prefix_of(x), &document);
    e = docs_page_write(buf_text(&document), document.len, prefix_of(x),
                        &x->response.body);
    buf_free(&document);
    return e;
}

/* The page of put_page where the asset is there, else our own. */
static enum err
answer_page(struct exchange *x, const char *asset,
            void (*put_page)(const char *prefix, struct buf *out))
{
    bool scripts = has_asset(asset);

    x->response.type = "text/html; charset=utf-8";
    response_header(&x->response, "Content-Security-Policy",
                    scripts ? script_policy : own_policy);
    if (!scripts)
        return put_own_page(x);
    put_page(prefix_of(x), &x->response.body);
    return ERR_OK;
}

#define PAGE_HEAD                                                       \
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">" \
    "<meta name=\"viewport\" content=\"width=device-width\">"           \
    "<title>vigia</title>"

static void
put_swagger(const char *prefix, struct buf *out)
{
    buf_str(out, PAGE_HEAD "<link rel=\"stylesheet\" href=\"");
    html_add(out, prefix);
    buf_str(out, "/docs/swagger-ui.css\"></head><body><div id=\"ui\"></div>"
                 "<script src=\"");
    html_add(out, prefix);
    buf_str(out, "/docs/swagger-ui-bundle.js\"></script>"
                 "<script>SwaggerUIBundle({url: ");
    json_quote(out, prefix, strlen(prefix));
    buf_str(out, " + \"/openapi.json\", dom_id: \"#ui\", deepLinking: true,"
                 " presets: [SwaggerUIBundle.presets.apis]});</script>"
                 "</body></html>\n");
}

static void
put_redoc(const char *prefix, struct buf *out)
{
    buf_str(out, PAGE_HEAD "</head><body style=\"margin:0\">"
                           "<redoc spec-url=\"");
    html_add(out, prefix);
    buf_str(out, "/openapi.json\"></redoc><script src=\"");
    html_add(out, prefix);
    buf_str(out, "/docs/redoc.standalone.js\"></script></body></html>\n");
}

static enum err
answer_docs(struct exchange *x)
{
    return answer_page(x, "swagger-ui-bundle.js", put_swagger);
}

static enum err
answer_redoc(struct exchange *x)
{
    return answer_page(x, "redoc.standalone.js", put_redoc);
}

const struct route docs_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/openapi.json",
     .scope = SCOPE_READ,
     .answer = answer_openapi,
     .summary = "This document, as OpenAPI 3.1.",
     .response_schema = "{\"type\":\"object\"}",
     },
    {
     .method = METHOD_GET,
     .path = "/docs",
     .scope = SCOPE_READ,
     .answer = answer_docs,
     .summary = "This document as a page (Swagger UI where installed).",
     .response_type = "text/html",
     },
    {
     .method = METHOD_GET,
     .path = "/docs/{file}",
     .scope = SCOPE_READ,
     .answer = answer_asset,
     .summary = "What the pages are made of, where it is installed.",
     .response_type = "*/*",
     },
    {
     .method = METHOD_GET,
     .path = "/redoc",
     .scope = SCOPE_READ,
     .answer = answer_redoc,
     .summary = "This document as a page (Redoc where installed).",
     .response_type = "text/html",
     },
    {.path = NULL                       },
};
