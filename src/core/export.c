/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exported versions:
 *   {"format":"vigia-1","kind":...,"params":{...},"sha256":...,"weights":{...}}
 * The checksum is that of the same text without its own member.
 */
#include "core/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "core/model.h"
#include "core/version.h"
#include "kinds/kind.h"

#define FORMAT "vigia-1"

/* params and weights are canonical; sum NULL: without the checksum. */
static void
compose(const char *kind, const char *params, const char *weights,
        const char *sum, struct buf *out)
{
    struct json_out json = {.buf = out};

    json_open(&json, '{');
    json_key(&json, "format");
    json_put_text(&json, FORMAT);
    json_key(&json, "kind");
    json_put_text(&json, kind);
    json_key(&json, "params");
    json_put_raw(&json, params);
    if (sum) {
        json_key(&json, "sha256");
        json_put_text(&json, sum);
    }
    json_key(&json, "weights");
    json_put_raw(&json, weights);
    json_close(&json, '}');
}

static void
checksum(const char *kind, const char *params, const char *weights,
         char sum[SHA256_HEX])
{
    struct buf text = {0};

    compose(kind, params, weights, NULL, &text);
    sha256_hex(text.data, text.len, sum);
    buf_free(&text);
}

static enum err
canonical(const char *text, struct buf *out)
{
    struct json *json;
    enum err e = json_parse(text, strlen(text), &json);

    if (e != ERR_OK)
        return e;
    json_canonical(json, out);
    json_free(json);
    return ERR_OK;
}

/* The text of a version: canonical, with its checksum. */
static enum err
put_export(const struct kind *kind, const char *params_text,
           const char *weights_text, struct buf *out)
{
    struct buf params = {0}, weights = {0};
    char sum[SHA256_HEX];
    enum err e = canonical(params_text, &params);

    if (e == ERR_OK)
        e = canonical(weights_text, &weights);
    if (e == ERR_OK) {
        checksum(kind->name, buf_text(&params), buf_text(&weights), sum);
        compose(kind->name, buf_text(&params), buf_text(&weights), sum, out);
        buf_char(out, '\n');
    }
    buf_free(&params);
    buf_free(&weights);
    return e;
}

enum err
version_export(struct service *s, const struct model *m, int64_t number,
               struct buf *out)
{
    struct version v = {0};
    enum err e = version_load(s, m, number, &v);

    if (e == ERR_OK)
        e = put_export(m->kind, v.params, v.weights, out);
    version_free(&v);
    return e;
}

enum err
draft_compare(struct service *s, const struct model *m, struct draft *d)
{
    struct version v = {0};
    struct buf now = {0}, then = {0};
    enum err e = ERR_OK;

    d->same = false;
    if (!m->version || m->kind != d->kind)
        return ERR_OK;
    e = version_load(s, m, 0, &v);
    if (e == ERR_OK)
        e = put_export(m->kind, v.params, v.weights, &now);
    if (e == ERR_OK)
        e = put_export(d->kind, d->params, d->weights, &then);
    if (e == ERR_OK)
        d->same = strcmp(v.title, d->title) == 0
                  && strcmp(buf_text(&now), buf_text(&then)) == 0;
    buf_free(&now);
    buf_free(&then);
    version_free(&v);
    return e;
}

/* ---- loading ---- */

static const char *const members[] = {"format", "kind",    "params",
                                      "sha256", "weights", NULL};

static const char *
text_member(const struct json *json, const char *key)
{
    const struct json *value = json_get(json, key);

    return value && json_type(value) == JSON_STRING ? json_text(value) : NULL;
}

static enum err
check_members(const struct json *json)
{
    struct json_walk walk = {0};
    const char *format = text_member(json, "format");

    if (json_type(json) != JSON_OBJECT || !format)
        return err_set(ERR_DATA,
                       "this is no exported model: it has no \"format\"");
    if (strcmp(format, FORMAT) != 0)
        return err_set(ERR_DATA, "the format \"%.40s\" is not known; %s is",
                       format, FORMAT);
    while (json_next(json, &walk)) {
        bool known = false;

        for (const char *const *m = members; *m; m++)
            known |= strcmp(*m, walk.key) == 0;
        if (!known)
            return err_set(ERR_DATA, "unknown member \"%.40s\"", walk.key);
    }
    for (const char *const *m = members; *m; m++)
        if (!json_get(json, *m))
            return err_set(ERR_DATA, "the member \"%s\" is missing", *m);
    return ERR_OK;
}

static enum err
check_content(const struct json *json, struct draft *d)
{
    const struct json *params = json_get(json, "params");
    const struct json *weights = json_get(json, "weights");
    const char *kind = text_member(json, "kind");
    const char *claimed = text_member(json, "sha256");
    struct buf text = {0};
    char sum[SHA256_HEX];

    d->kind = kind ? kind_find(kind) : NULL;
    if (!d->kind)
        return err_set(ERR_DATA, "this vigia knows no kind \"%.40s\"",
                       kind ? kind : "");
    json_canonical(params, &text);
    d->params = buf_steal(&text);
    json_canonical(weights, &text);
    d->weights = buf_steal(&text);
    checksum(d->kind->name, d->params, d->weights, sum);
    if (!claimed || strcmp(claimed, sum) != 0)
        return err_set(ERR_DATA,
                       "the checksum does not fit: the file was changed or "
                       "is damaged");
    return params_check(d->kind, params);
}

/* What is said of a file that is no text at all. */
static enum err
check_text(const struct foreign *file)
{
    static const char pickle[] =
        "a Python pickle, which could run any code when it is read; the "
        "scripts in packaging/convert make a text of it that vigia loads";
    static const char binary[] = "a binary model of XGBoost: save it as .json";
    const struct {
        const char *begins, *what;
    } others[] = {
        {"\x80",     pickle                                          },
        {"(dp",      pickle                                          },
        {"\x1f\x8b", "compressed: gunzip it first"                   },
        {"PK\x03",   "a zip archive: take the model's text out of it"},
        {"binf",     binary                                          },
        {"{L",       binary                                          },
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t len = strlen(others[i].begins);

        if (file->len >= len && memcmp(file->text, others[i].begins, len) == 0)
            return err_set(ERR_DATA, "this is %s", others[i].what);
    }
    return ERR_OK;
}

/* A text that some kind knows; d->kind stays NULL when none does. */
static enum err
load_foreign(const struct foreign *file, struct draft *d)
{
    struct buf weights = {0}, params = {0}, presets = {0};
    struct json *changes = NULL;
    bool known = false;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && !known && kinds[i]; i++) {
        if (!kinds[i]->load)
            continue;
        err_clear();
        e = kinds[i]->load(file, &known, &weights, &params);
        if (known)
            d->kind = kinds[i];
    }
    if (e == ERR_OK && known)
        params_presets(d->kind, &presets);
    if (e == ERR_OK && params.len > 0)
        e = json_parse(params.data, params.len, &changes);
    if (e == ERR_OK && changes)
        e = params_merge(d->kind, &presets, changes, NULL, 0);
    if (e == ERR_OK && known) {
        d->params = buf_steal(&presets);
        d->weights = buf_steal(&weights);
    }
    json_free(changes);
    buf_free(&weights);
    buf_free(&params);
    buf_free(&presets);
    return e;
}

/* A text that version_export() wrote. */
static enum err
load_export(const struct foreign *file, struct draft *d)
{
    struct json *json = NULL;
    enum err e = json_parse(file->text, file->len, &json);

    if (e == ERR_OK)
        e = check_members(json);
    if (e == ERR_OK && file->extra)
        e = err_set(ERR_DATA, "an exported model is complete: a second text "
                              "does not go with it");
    if (e == ERR_OK)
        e = check_content(json, d);
    if (e == ERR_OK)
        e = d->kind->check(json_get(json, "weights"));
    json_free(json);
    return e;
}

enum err
draft_load(const struct model *m, const struct foreign *file,
           struct draft *out)
{
    struct draft d = {.origin = "load", .base = m->version};
    enum err e = check_text(file);

    if (e == ERR_OK)
        e = load_foreign(file, &d);
    if (e == ERR_OK && !d.kind)
        e = load_export(file, &d);
    if (e == ERR_OK && m->id && m->kind != d.kind)
        e = err_set(ERR_CONFLICT,
                    "%s is of kind %s, the file has a model of kind %s",
                    m->name, m->kind->name, d.kind->name);
    d.title = xstrdup(m->id ? m->title : "");
    return draft_finish(&d, e, out);
}
