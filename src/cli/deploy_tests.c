/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of a model, read and checked before anything is trained. */
#include "cli/deploy.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/random.h"
#include "cli/test_requests.h"
#include "cli/whole.h"
#include "kinds/kind.h"

void
trials_free(struct trials *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->items[i].name);
        free(t->items[i].why);
    }
    for (size_t i = 0; i < t->file_count; i++)
        json_free(t->files[i]);
    free(t->items);
    free(t->files);
    *t = (struct trials){0};
}

static struct trial *
add(struct trials *t, const struct json *test)
{
    t->items = xreallocarray(t->items, t->count + 1, sizeof *t->items);
    t->items[t->count] = (struct trial){.test = test};
    return &t->items[t->count++];
}

/* ---- reading ---- */

/* The member is absent, or of that type; no number is below 0. */
static enum err
check_member(const struct json *test, const char *key, enum json_type type)
{
    const struct json *value = json_get(test, key);

    if (!value)
        return ERR_OK;
    if (json_type(value) != type)
        return err_set(ERR_DATA, "\"%s\" is %s, not %s", key,
                       json_type_name(type), json_type_name(json_type(value)));
    if (type == JSON_NUMBER && json_number(value) < 0)
        return err_set(ERR_DATA, "\"%s\" is below 0", key);
    return ERR_OK;
}

static enum err
check_seed(const struct json *test)
{
    const struct json *seed = json_get(test, "seed");
    double v = seed ? json_number(seed) : 0;

    if (v > RANDOM_SEED_MAX || v != floor(v))
        return err_set(ERR_DATA, "\"seed\" is a whole number below 2^53");
    return ERR_OK;
}

static enum err
check_request(const struct json *test)
{
    static const char *const known[] = {"name", "request",   "expect", "error",
                                        "mode", "tolerance", "seed",   NULL};
    static const struct {
        const char *key;
        enum json_type type;
    } typed[] = {
        {"name",      JSON_STRING},
        {"error",     JSON_STRING},
        {"mode",      JSON_STRING},
        {"tolerance", JSON_NUMBER},
        {"seed",      JSON_NUMBER},
    };
    const struct json *expect = json_get(test, "expect");
    enum err e = ERR_OK;

    if (json_type(test) != JSON_OBJECT)
        return err_set(ERR_DATA, "a test is an object, not %s",
                       json_type_name(json_type(test)));
    err_clear();
    e = kind_members(test, known, "a test", "", NULL);
    for (size_t i = 0; e == ERR_OK && i < sizeof typed / sizeof *typed; i++)
        e = check_member(test, typed[i].key, typed[i].type);
    if (e == ERR_OK)
        e = check_seed(test);
    if (e != ERR_OK)
        return e;
    if (!json_get(test, "request") || !expect == !json_get(test, "error"))
        return err_set(ERR_DATA, "a test has a \"request\", and either what "
                                 "to \"expect\" or the \"error\"");
    if (expect && json_count(expect) == 0)
        return err_set(ERR_DATA, "\"expect\" is an object or an array with "
                                 "something in it");
    return ERR_OK;
}

/* An error as one about the test of a file. */
static enum err
blame(enum err e, const char *path, const char *test)
{
    char *why = xstrdup(err_text());

    e = err_set(e, "%s: %s: %s", path, test, why);
    free(why);
    return e;
}

static enum err
take_requests(struct trials *t, const char *path, const char *file,
              const struct json *tests)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < json_count(tests); i++) {
        const struct json *test = json_at(tests, i);
        const struct json *name = json_get(test, "name");
        struct buf text = {0};

        e = check_request(test);
        if (e == ERR_OK && name)
            buf_printf(&text, "%s %s", file, json_text(name));
        else if (e == ERR_OK)
            buf_printf(&text, "%s %zu", file, i + 1);
        else
            buf_printf(&text, "test %zu", i + 1);
        if (e == ERR_OK)
            add(t, test)->name = buf_steal(&text);
        else
            e = blame(e, path, buf_text(&text));
        buf_free(&text);
    }
    return e;
}

static enum err
check_bounds(const struct json *bounds)
{
    static const char *const known[] = {"min", "max", NULL};
    enum err e;

    if (json_type(bounds) != JSON_OBJECT || json_count(bounds) == 0)
        return err_set(ERR_DATA, "the bounds are an object with \"min\", "
                                 "\"max\" or both");
    err_clear();
    e = kind_members(bounds, known, "an object of bounds", "", NULL);
    for (size_t i = 0; e == ERR_OK && known[i]; i++) {
        const struct json *value = json_get(bounds, known[i]);

        if (value && json_type(value) != JSON_NUMBER)
            e = err_set(ERR_DATA, "\"%s\" is no number", known[i]);
    }
    return e;
}

static enum err
take_metrics(struct trials *t, const char *path, const struct json *metrics)
{
    struct json_walk it = {0};
    enum err e = ERR_OK;

    while (e == ERR_OK && json_next(metrics, &it)) {
        struct buf name = {0};
        struct trial *trial;

        e = check_bounds(it.value);
        if (e != ERR_OK)
            return blame(e, path, it.key);
        buf_printf(&name, "metrics.json %s", it.key);
        trial = add(t, it.value);
        trial->name = buf_steal(&name);
        trial->metric = it.key;
    }
    return e;
}

static enum err
read_metrics(const char *path, struct json **out)
{
    struct buf text = {0};
    enum err e = whole_read(path, &text);

    if (e == ERR_OK)
        e = whole_blame(json_parse(text.data, text.len, out), path);
    if (e == ERR_OK && json_type(*out) != JSON_OBJECT) {
        json_free(*out);
        *out = NULL;
        e = err_set(ERR_DATA, "%s is no object of metrics", path);
    }
    buf_free(&text);
    return e;
}

static enum err
read_tests(struct trials *t, const char *tests, const char *file)
{
    bool metrics = strcmp(file, "metrics.json") == 0;
    struct json *json = NULL;
    struct buf path = {0};
    enum err e;

    buf_printf(&path, "%s/%s", tests, file);
    e = metrics ? read_metrics(buf_text(&path), &json)
                : whole_values(buf_text(&path), &json);
    if (e == ERR_OK) {
        t->files = xreallocarray(t->files, t->file_count + 1, sizeof json);
        t->files[t->file_count++] = json;
        e = metrics ? take_metrics(t, buf_text(&path), json)
                    : take_requests(t, buf_text(&path), file, json);
    }
    buf_free(&path);
    return e;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
ends(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len > n && strcmp(text + len - n, end) == 0;
}

/* What is not a test, but may lie there. */
static bool
is_aside(const char *file)
{
    return *file == '.' || ends(file, ".md") || ends(file, ".txt");
}

static enum err
read_file(struct trials *t, const char *tests, const char *file)
{
    if (is_aside(file))
        return ERR_OK;
    if (!ends(file, ".json") && !ends(file, ".jsonl"))
        return err_set(ERR_DATA, "%s/%s is no test: they are .json or .jsonl",
                       tests, file);
    return read_tests(t, tests, file);
}

enum err
trials_read(const char *folder, struct trials *out)
{
    struct dirent **files = NULL;
    struct buf tests = {0};
    int count;
    enum err e = ERR_OK;

    *out = (struct trials){0};
    buf_printf(&tests, "%s/tests", folder);
    count = scandir(buf_text(&tests), &files, NULL, by_bytes);
    if (count < 0)
        e = err_set(ERR_INPUT, "cannot read %s: %s", buf_text(&tests),
                    strerror(errno));
    for (int i = 0; i < count; i++) {
        if (e == ERR_OK)
            e = read_file(out, buf_text(&tests), files[i]->d_name);
        free(files[i]);
    }
    free(files);
    if (e == ERR_OK && out->count == 0)
        e = err_set(ERR_DATA, "there is no test in %s", buf_text(&tests));
    buf_free(&tests);
    return e;
}
