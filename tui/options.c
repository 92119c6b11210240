/* SPDX-License-Identifier: Apache-2.0 */
/* Reading options: long ones, and letters for those that are used daily. */
#include "tui/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/keys.h"

enum option {
    OPTION_CONFIG,
    OPTION_DATABASE,
    OPTION_READ_ONLY,
    OPTION_BATCH,
    OPTION_ROWS,
    OPTION_ASCII,
    OPTION_NO_COLOR,
    OPTION_SCRIPT,
    OPTION_DUMP,
    OPTION_SIZE,
    OPTION_NOW,
    OPTION_VERSION,
    OPTION_HELP,
    OPTIONS
};

/* clang-format off */
static const struct {
    const char *letter, *name, *arg, *help; /* letter NULL: none */
} table[OPTIONS] = {
    [OPTION_CONFIG]    = {"-c", "--config", "FILE",
                          "read this configuration only"},
    [OPTION_DATABASE]  = {"-d", "--database", "FILE", "show this database"},
    [OPTION_READ_ONLY] = {NULL, "--read-only", NULL, "nothing can be changed"},
    [OPTION_BATCH]     = {"-b", "--batch", NULL, "print the table and exit"},
    [OPTION_ROWS]      = {"-n", "--rows", "N", "with --batch: N rows of it"},
    [OPTION_ASCII]     = {NULL, "--ascii", NULL,
                          "no characters beyond ASCII; without UTF-8 always"},
    [OPTION_NO_COLOR]  = {NULL, "--no-color", NULL,
                          "no colours, as NO_COLOR in the environment"},
    [OPTION_SCRIPT]    = {NULL, "--script", "FILE",
                          "press the keys that are in FILE, without a "
                          "terminal"},
    [OPTION_DUMP]      = {NULL, "--dump", "FILE",
                          "with --script: write the screens to FILE"},
    [OPTION_SIZE]      = {NULL, "--size", "COLUMNSxROWS",
                          "with --script and --batch: of the screen"},
    [OPTION_NOW]       = {NULL, "--now", "TIME",
                          "with --script: the time that it is"},
    [OPTION_VERSION]   = {NULL, "--version", NULL, "print the version"},
    [OPTION_HELP]      = {"-h", "--help", NULL, "show this help"},
};
/* clang-format on */

/* Which screens a key is for: "everywhere", or their names. */
static void
add_screens(struct buf *out, unsigned screens)
{
    size_t before = out->len;

    if (screens == SCREEN_ALL) {
        buf_str(out, "everywhere");
        return;
    }
    for (unsigned id = 1; id < SCREEN_ALL; id <<= 1)
        if (screens & id && *screen_name((enum screen_id) id)) /* a bit */
            buf_printf(out, "%s%s", out->len > before ? ", " : "",
                       screen_name((enum screen_id) id)); /* likewise */
}

/* Keys that do the same thing with the first of them. */
static void
print_keys(void)
{
    (void) printf("\nkeys:\n");
    for (const struct key *k = keys; k->name;) {
        const struct key *first = k++;
        struct buf names = {0}, screens = {0};

        buf_str(&names, first->name);
        for (; k->name && !k->help; k++)
            buf_printf(&names, ", %s", k->name);
        add_screens(&screens, first->screens);
        (void) printf("  %-18s  %s (%s)\n", buf_text(&names), first->help,
                      buf_text(&screens));
        buf_free(&names);
        buf_free(&screens);
    }
}

static void
print_help(void)
{
    (void) printf("usage: vigia-dashboard [OPTION...]\n"
                  "the sensors of vigia in a terminal; ? shows the keys\n\n"
                  "options:\n");
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[60];

        (void) snprintf(left, sizeof left, "%s%s%s%s%s",
                        table[i].letter ? table[i].letter : "",
                        table[i].letter ? ", " : "", table[i].name,
                        table[i].arg ? " " : "",
                        table[i].arg ? table[i].arg : "");
        (void) printf("  %-22s  %s\n", left, table[i].help);
    }
    print_keys();
}

/* COLUMNSxROWS */
static enum err
read_size(const char *value, struct options *out)
{
    const char *x = strchr(value, 'x');
    char *columns = x ? strndup(value, (size_t) (x - value)) : NULL;
    bool good = columns && number_int(columns, 1, 1000, &out->width) == ERR_OK
                && number_int(x + 1, 1, 500, &out->height) == ERR_OK;

    free(columns);
    return good ? ERR_OK
                : err_set(ERR_USAGE,
                          "--size: \"%s\" is not COLUMNSxROWS, such as 80x24",
                          value);
}

static enum err
take(enum option option, const char *value, struct options *out, bool *done)
{
    int64_t now = 0;
    enum err e = ERR_OK;

    switch (option) {
    case OPTION_CONFIG:
        out->config = value;
        break;
    case OPTION_DATABASE:
        out->database = value;
        break;
    case OPTION_READ_ONLY:
        out->read_only = true;
        break;
    case OPTION_BATCH:
        out->batch = true;
        break;
    case OPTION_ROWS:
        e = number_int(value, 1, INT64_MAX, &out->limit);
        break;
    case OPTION_ASCII:
        out->ascii = true;
        break;
    case OPTION_NO_COLOR:
        out->colour = false;
        break;
    case OPTION_SCRIPT:
        out->script = value;
        break;
    case OPTION_DUMP:
        out->dump = value;
        break;
    case OPTION_SIZE:
        return read_size(value, out);
    case OPTION_NOW:
        e = clock_argument(value, clock_now(), &now);
        if (e == ERR_OK)
            clock_fix(now);
        break;
    case OPTION_VERSION:
        (void) printf("vigia-dashboard %s\n", PACKAGE_VERSION);
        *done = true;
        break;
    case OPTION_HELP:
        print_help();
        *done = true;
        break;
    case OPTIONS:
        break;
    }
    if (e != ERR_OK)
        return err_set(ERR_USAGE, "%s: %s", table[option].name, err_text());
    return ERR_OK;
}

/* Which option a word is, and the value that stands behind "=". */
static enum err
find(const char *word, enum option *out, const char **value)
{
    const char *names[OPTIONS + 1] = {NULL}, *near;
    size_t len = strcspn(word, "=");

    for (size_t i = 0; i < OPTIONS; i++) {
        names[i] = table[i].name;
        *out = (enum option) i; /* below OPTIONS */
        *value = NULL;
        if (table[i].letter && strcmp(word, table[i].letter) == 0)
            return ERR_OK;
        if (strlen(table[i].name) == len
            && memcmp(word, table[i].name, len) == 0) {
            *value = word[len] ? word + len + 1 : NULL;
            return ERR_OK;
        }
    }
    near = text_nearest(word, names);
    return near ? err_set(ERR_USAGE, "no option %s; is it %s?", word, near)
                : err_set(ERR_USAGE,
                          "no option %s; vigia-dashboard --help lists them",
                          word);
}

static enum err
check(const struct options *o)
{
    if (o->batch && o->script)
        return err_set(ERR_USAGE, "--batch and --script exclude each other");
    if (o->limit && !o->batch)
        return err_set(ERR_USAGE, "--rows belongs to --batch");
    if (o->dump && !o->script)
        return err_set(ERR_USAGE, "--dump belongs to --script");
    return ERR_OK;
}

enum err
options_read(int argc, char **argv, struct options *out, bool *done)
{
    const char *no_color = getenv("NO_COLOR");
    enum err e = ERR_OK;

    out->colour = !no_color || !*no_color;
    for (int i = 1; e == ERR_OK && !*done && i < argc; i++) {
        enum option option;
        const char *value;

        if (argv[i][0] != '-')
            return err_set(ERR_USAGE, "\"%s\" is one too many", argv[i]);
        e = find(argv[i], &option, &value);
        if (e != ERR_OK)
            return e;
        if (table[option].arg && !value) {
            if (i + 1 >= argc)
                return err_set(ERR_USAGE, "%s needs %s", argv[i],
                               table[option].arg);
            value = argv[++i];
        } else if (!table[option].arg && value) {
            return err_set(ERR_USAGE, "%s takes no value", table[option].name);
        }
        e = take(option, value, out, done);
    }
    if (e == ERR_OK && !*done)
        e = check(out);
    return e;
}
