/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recipe of a model. Training is what `vigia fit` does, with the keys of
 * model.ini as its options, and always from nothing, so that the folder alone
 * says what comes out.
 */
#include "cli/deploy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/fit.h"
#include "cli/texts.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/name.h"
#include "kinds/kind.h"

enum row {
    ROW_NAME,
    ROW_TITLE,
    ROW_KIND,
    ROW_DATA,
    ROW_FILE,
    ROW_SCALERS,
    ROW_LABEL,
    ROW_COLUMNS,
    ROW_MISSING,
    ROW_DELIMITER,
    ROW_DECIMAL,
    ROW_PARAM /* any key */
};

/* clang-format off */
static const struct ini_key keys[] = {
    [ROW_NAME] =      {"model", "name"},
    [ROW_TITLE] =     {"model", "title"},
    [ROW_KIND] =      {"model", "kind"},
    [ROW_DATA] =      {"model", "data"},
    [ROW_FILE] =      {"model", "file"},
    [ROW_SCALERS] =   {"model", "scalers"},
    [ROW_LABEL] =     {"model", "label"},
    [ROW_COLUMNS] =   {"model", "columns"},
    [ROW_MISSING] =   {"model", "missing"},
    [ROW_DELIMITER] = {"model", "delimiter"},
    [ROW_DECIMAL] =   {"model", "decimal"},
    [ROW_PARAM] =     {"params", NULL},
    {NULL, NULL},
};
/* clang-format on */

static const struct ini_item *
find(const struct recipe *r, enum row row)
{
    for (size_t i = 0; i < r->ini.count; i++)
        if (r->ini.items[i].row == row)
            return &r->ini.items[i];
    return NULL;
}

/* The value of a key; NULL when the file has none. */
static const char *
value(const struct recipe *r, enum row row)
{
    const struct ini_item *item = find(r, row);

    return item ? item->value : NULL;
}

/* A file of the folder; the caller frees the path. */
static char *
path_of(const char *folder, const char *file)
{
    struct buf path = {0};

    buf_printf(&path, "%s/%s", folder, file);
    return buf_steal(&path);
}

/* ---- reading ---- */

/* What the recipe is made from lies in the folder, and nowhere else. */
static enum err
check_inside(const struct recipe *r, enum row row)
{
    const struct ini_item *item = find(r, row);
    struct buf path = {0};
    bool outside;

    if (!item)
        return ERR_OK;
    buf_printf(&path, "/%s/", item->value);
    outside = *item->value == '/' || strstr(buf_text(&path), "/../");
    buf_free(&path);
    if (!*item->value || outside)
        return err_set(ERR_CONFIG,
                       "%s/model.ini:%zu: %s \"%s\" names no file in the "
                       "folder",
                       r->folder, item->line, item->name, item->value);
    return ERR_OK;
}

/* Exactly one of data and file; and only the keys that go with it. */
static enum err
check_source(const struct recipe *r)
{
    static const enum row training[] = {ROW_LABEL, ROW_COLUMNS, ROW_MISSING,
                                        ROW_DELIMITER, ROW_DECIMAL};
    const struct ini_item *wrong = NULL;

    if (!value(r, ROW_DATA) == !value(r, ROW_FILE))
        return err_set(ERR_CONFIG,
                       "%s/model.ini: either data, to learn from, or file, a "
                       "model to load",
                       r->folder);
    for (size_t i = 0; r->loads && i < sizeof training / sizeof *training; i++)
        if (!wrong)
            wrong = find(r, training[i]);
    if (!r->loads)
        wrong = find(r, ROW_SCALERS);
    if (wrong)
        return err_set(ERR_CONFIG, "%s/model.ini:%zu: %s goes with %s",
                       r->folder, wrong->line, wrong->name,
                       r->loads ? "data, not with file"
                                : "file, not with data");
    return ERR_OK;
}

static enum err
check_recipe(const struct recipe *r)
{
    const struct ini_item *kind = find(r, ROW_KIND);
    struct buf names = {0};
    enum err e = ERR_OK;

    if (!r->name)
        e = err_set(ERR_CONFIG, "%s/model.ini: it has no name", r->folder);
    else if (name_check(r->name) != ERR_OK)
        e = err_set(ERR_CONFIG, "%s/model.ini:%zu: %s", r->folder,
                    find(r, ROW_NAME)->line, err_text());
    kind_list(&names, -1);
    if (e == ERR_OK && kind && !kind_find(kind->value))
        e = err_set(ERR_CONFIG,
                    "%s/model.ini:%zu: no kind \"%s\"; there is %s", r->folder,
                    kind->line, kind->value, buf_text(&names));
    buf_free(&names);
    if (e == ERR_OK)
        e = check_source(r);
    if (e == ERR_OK)
        e = check_inside(r, ROW_DATA);
    if (e == ERR_OK)
        e = check_inside(r, ROW_FILE);
    return e == ERR_OK ? check_inside(r, ROW_SCALERS) : e;
}

enum err
recipe_read(const char *folder, struct recipe *out)
{
    char *path = path_of(folder, "model.ini");
    bool found = false;
    enum err e;

    *out = (struct recipe){.folder = folder};
    e = ini_read(path, keys, true, &found, &out->ini);
    if (e == ERR_OK && !found)
        e = err_set(ERR_INPUT, "there is no %s", path);
    free(path);
    if (e != ERR_OK)
        return e;
    out->name = value(out, ROW_NAME);
    out->loads = value(out, ROW_FILE);
    out->from = value(out, out->loads ? ROW_FILE : ROW_DATA);
    return check_recipe(out);
}

void
recipe_free(struct recipe *r)
{
    ini_free(&r->ini);
}

/* ---- making the draft ---- */

/* Params and title as KEY=VALUE; the caller frees each, and the array. */
static char **
make_pairs(const struct recipe *r, size_t *count)
{
    char **pairs = xcalloc(r->ini.count + 1, sizeof *pairs);

    *count = 0;
    for (size_t i = 0; i < r->ini.count; i++) {
        const struct ini_item *item = &r->ini.items[i];
        struct buf pair = {0};

        if (item->row != ROW_PARAM && item->row != ROW_TITLE)
            continue;
        buf_printf(&pair, "%s=%s",
                   item->row == ROW_TITLE ? "title" : item->name, item->value);
        pairs[(*count)++] = buf_steal(&pair);
    }
    return pairs;
}

static void
free_pairs(char **pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(pairs[i]);
    free(pairs);
}

/* Gives the fit an option, if there is a value. */
static void
give(struct cmd *fit, const char *name, const char *text)
{
    const struct cmd_option *o = cmd_fit.options;

    while (strcmp(o->name, name) != 0)
        o++;
    if (text)
        fit->given[fit->given_count++] = (struct cmd_given){o, text};
}

/* Tables are CSV, cases never, and readings by the name of their file. */
static bool
is_csv(const struct recipe *r, const struct kind *kind)
{
    const char *dot = strrchr(r->from, '.');

    return kind->learns == LEARNS_TABLE
           || (kind->learns == LEARNS_MOMENTS && dot
               && strcasecmp(dot, ".csv") == 0);
}

/* The data as the fit is to read it: an option, or an argument. */
static void
give_data(struct cmd *fit, const struct recipe *r, const char *path)
{
    static const struct {
        enum row row;
        const char *option;
    } rows[] = {
        {ROW_KIND,      "kind"     },
        {ROW_LABEL,     "label"    },
        {ROW_COLUMNS,   "columns"  },
        {ROW_MISSING,   "missing"  },
        {ROW_DELIMITER, "delimiter"},
        {ROW_DECIMAL,   "decimal"  },
    };
    const char *kind = value(r, ROW_KIND);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        give(fit, rows[i].option, value(r, rows[i].row));
    if (is_csv(r, kind ? kind_find(kind) : &kind_baseline))
        give(fit, "csv", path);
    else
        fit->argv[fit->argc++] = path;
}

static enum err
train(const struct cmd *cmd, const struct recipe *r, const struct model *m,
      char **pairs, size_t count, struct draft *out)
{
    struct cmd fit = *cmd;
    struct fit_job job = {
        .cmd = &fit, .fresh = true, .model = m, .draft = out};
    char *path = path_of(r->folder, r->from);
    const char *argv[2] = {r->name};
    enum err e;

    fit.command = &cmd_fit;
    fit.argv = argv;
    fit.argc = 1;
    fit.given = xcalloc(count + sizeof keys / sizeof *keys, sizeof *fit.given);
    fit.given_count = 0;
    give_data(&fit, r, path);
    for (size_t i = 0; i < count; i++)
        give(&fit, "param", pairs[i]);
    e = fit_run(&job);
    stop_release();
    fit_job_free(&job);
    free(fit.given);
    free(path);
    return e;
}

static enum err
load(const struct recipe *r, const struct model *m, char **pairs, size_t count,
     struct draft *out)
{
    const char *kind = value(r, ROW_KIND), *scalers = value(r, ROW_SCALERS);
    char *path = path_of(r->folder, r->from);
    char *beside = scalers ? path_of(r->folder, scalers) : NULL;
    struct texts texts = {0};
    struct draft d = {0};
    enum err e = texts_read(&texts, path, beside);

    if (e == ERR_OK)
        e = texts_draft(m, &texts, &d);
    if (e == ERR_OK && kind && d.kind != kind_find(kind))
        e = err_set(ERR_DATA, "%s is of kind %s, but %s/model.ini says %s",
                    path, d.kind->name, r->folder, kind);
    if (e == ERR_OK && count > 0)
        e = draft_change(&d, (const char *const *) pairs, count);
    if (e == ERR_OK)
        *out = d;
    else
        draft_free(&d);
    texts_free(&texts);
    free(beside);
    free(path);
    return e;
}

enum err
recipe_draft(const struct cmd *cmd, const struct recipe *r,
             const struct model *m, struct draft *out)
{
    size_t count;
    char **pairs = make_pairs(r, &count);
    enum err e = r->loads ? load(r, m, pairs, count, out)
                          : train(cmd, r, m, pairs, count, out);

    free_pairs(pairs, count);
    return e;
}
