/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI files. iniparser reads the values; before it does, check_line() goes
 * through the same lines, because iniparser knows no line numbers, lets the
 * last duplicate win, writes keys small, joins lines at a backslash, cuts
 * values at any # or ; and gives up on the whole file for one long line.
 */
#include "base/ini.h"

#include <errno.h>
#ifdef HAVE_INIPARSER_INIPARSER_H
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/text.h"

enum {
    FILE_MAX = 1 << 20,    /* bytes of a file */
    ITEMS_MAX = 4096,      /* keys of a file */
    LINE_MAX_BYTES = 1000, /* of a line; iniparser fails at 1,023 */
};

static const char blanks[] = " \t\r\v\f";

void
ini_free(struct ini *ini)
{
    for (size_t i = 0; i < ini->count; i++) {
        free(ini->items[i].name);
        free(ini->items[i].value);
    }
    free(ini->items);
    *ini = (struct ini){0};
}

struct file {
    const char *name;
    const struct ini_key *keys;
    size_t line;         /* the one being checked */
    const char *section; /* of the table; NULL before the first */
    struct ini ini;      /* what was seen, without values yet */
};

static int
be_quiet(const char *format, ...)
{
    (void) format; /* our own sentences say more */
    return 0;
}

static enum err
bad_line(const struct file *file, const char *why)
{
    return err_set(ERR_CONFIG, "%s:%zu: %s", file->name, file->line, why);
}

/* err_set() with the nearest of names behind what is unknown. */
static enum err
unknown(const struct file *file, const char *what, const char *word,
        const char *const *names)
{
    const char *near = text_nearest(word, names);

    return err_set(ERR_CONFIG, "%s:%zu: unknown %s \"%s\"%s%s%s", file->name,
                   file->line, what, word, near ? ", did you mean \"" : "",
                   near ? near : "", near ? "\"?" : "");
}

/* Cuts blanks at the end of s and returns where the others begin. */
static char *
trim(char *s)
{
    size_t len;

    s += strspn(s, blanks);
    for (len = strlen(s); len > 0 && strchr(blanks, s[len - 1]); len--)
        ;
    s[len] = '\0';
    return s;
}

static enum err
check_section(struct file *file, char *name)
{
    const char *names[INI_KEYS_MAX + 1] = {NULL};

    name[strlen(name) - 1] = '\0'; /* the bracket */
    name = trim(name + 1);
    for (size_t i = 0; file->keys[i].section; i++) {
        names[i] = file->keys[i].section;
        if (strcasecmp(name, names[i]) == 0) {
            file->section = names[i];
            return ERR_OK;
        }
    }
    return unknown(file, "section", name, names);
}

/* Notes the key, which row of the table is for, if it is the first time. */
static enum err
note_name(struct file *file, size_t row, const char *name)
{
    struct ini *ini = &file->ini;

    if (ini->count == ITEMS_MAX)
        return bad_line(file, "the file has too many keys");
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_item *item = &ini->items[i];

        if (strcmp(file->keys[item->row].section, file->section) == 0
            && strcasecmp(item->name, name) == 0)
            return err_set(
                ERR_CONFIG, "%s:%zu: [%s] %s stands in line %zu already",
                file->name, file->line, file->section, name, item->line);
    }
    ini->items = xreallocarray(ini->items, ini->count + 1, sizeof *ini->items);
    ini->items[ini->count++] = (struct ini_item){
        .row = row, .name = xstrdup(name), .line = file->line};
    return ERR_OK;
}

static enum err
check_name(struct file *file, const char *name)
{
    const char *names[INI_KEYS_MAX + 1] = {NULL};
    size_t count = 0;

    if (!file->section)
        return bad_line(file, "a key stands before the first [section]");
    for (size_t i = 0; file->keys[i].section; i++) {
        const struct ini_key *key = &file->keys[i];

        if (strcmp(key->section, file->section) != 0)
            continue;
        if (!key->name || strcasecmp(name, key->name) == 0)
            return note_name(file, i, name);
        names[count++] = key->name;
    }
    return unknown(file, "key", name, names);
}

/*
 * Refuses the values iniparser would take otherwise than they look: it cuts
 * at any # or ; outside quotes, and drops what follows quotes.
 */
static enum err
check_value(const struct file *file, const char *value)
{
    const char *end;

    if (*value == '"' || *value == '\'') {
        end = strchr(value + 1, *value);
        if (end)
            end += 1 + strspn(end + 1, blanks);
        if (!end || (*end != '\0' && *end != '#' && *end != ';'))
            return err_set(ERR_CONFIG,
                           "%s:%zu: %s is not closed by the same quote, or "
                           "more follows it",
                           file->name, file->line, value);
        return ERR_OK;
    }
    end = value + strcspn(value, "#;");
    if (*end == '\0' || end == value || strchr(blanks, end[-1]))
        return ERR_OK;
    return bad_line(file,
                    "quote a value with # or ;, or put a blank before it");
}

static enum err
check_line(struct file *file, char *line, size_t len)
{
    char *equals;
    enum err e;

    if (len > LINE_MAX_BYTES)
        return err_set(ERR_CONFIG, "%s:%zu: the line is longer than %d bytes",
                       file->name, file->line, LINE_MAX_BYTES);
    if (strlen(line) != len)
        return bad_line(file, "the line holds a NUL byte");
    line = trim(line);
    len = strlen(line);
    if (len > 0 && line[len - 1] == '\\')
        return bad_line(file, "a backslash at the end would join two lines");
    if (len == 0 || *line == '#' || *line == ';')
        return ERR_OK;
    if (*line == '[' && line[len - 1] == ']')
        return check_section(file, line);
    equals = strchr(line, '=');
    if (!equals || equals == line || *line == '[')
        return err_set(ERR_CONFIG,
                       "%s:%zu: \"%s\" is no section, key or comment",
                       file->name, file->line, line);
    *equals = '\0';
    e = check_name(file, trim(line));
    return e == ERR_OK ? check_value(file, trim(equals + 1)) : e;
}

static enum err
check_text(struct file *file, char *text, size_t len)
{
    char *end = text + len;
    enum err e = ERR_OK;

    while (e == ERR_OK && text < end) {
        char *newline = memchr(text, '\n', (size_t) (end - text));
        char *stop = newline ? newline : end;

        *stop = '\0'; /* a struct buf has room for it at its end too */
        file->line++;
        e = check_line(file, text, (size_t) (stop - text));
        text = stop + 1;
    }
    return e;
}

/* Adds the file to text. *found is false when an optional one is missing. */
static enum err
read_text(const char *name, bool optional, struct buf *text, bool *found)
{
    struct stat st;
    FILE *f = NULL;
    enum err e;

    *found = false;
    if (stat(name, &st) != 0) {
        if (optional && (errno == ENOENT || errno == ENOTDIR))
            return ERR_OK;
        goto unreadable;
    }
    /* It is read twice, which a pipe would not survive. */
    if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
        return err_set(ERR_CONFIG, "%s is not a file", name);
    f = fopen(name, "re");
    if (!f)
        goto unreadable;
    buf_reserve(text, FILE_MAX + 1);
    text->len = fread(text->data, 1, FILE_MAX + 1, f);
    text->data[text->len] = '\0';
    if (ferror(f))
        goto unreadable;
    (void) fclose(f);
    if (text->len > FILE_MAX)
        return err_set(ERR_CONFIG, "%s is longer than %d bytes", name,
                       FILE_MAX);
    *found = true;
    return ERR_OK;

unreadable:
    e = err_set(ERR_CONFIG, "cannot read %s: %s", name, strerror(errno));
    if (f)
        (void) fclose(f);
    return e;
}

/* Gives the keys that were seen their values. */
static void
take_values(struct file *file, const dictionary *dict)
{
    struct buf path = {0};

    for (size_t i = 0; i < file->ini.count; i++) {
        struct ini_item *item = &file->ini.items[i];

        buf_clear(&path);
        buf_printf(&path, "%s:%s", file->keys[item->row].section, item->name);
        item->value = xstrdup(iniparser_getstring(dict, buf_text(&path), ""));
    }
    buf_free(&path);
}

enum err
ini_read(const char *name, const struct ini_key *keys, bool optional,
         bool *found, struct ini *out)
{
    struct file file = {.name = name, .keys = keys};
    struct buf text = {0};
    dictionary *dict = NULL;
    enum err e = read_text(name, optional, &text, found);

    if (e == ERR_OK && *found)
        e = check_text(&file, text.data, text.len);
    if (e == ERR_OK && *found) {
        iniparser_set_error_callback(be_quiet);
        dict = iniparser_load(name);
        if (!dict)
            e = err_set(ERR_CONFIG, "iniparser cannot read %s", name);
    }
    if (dict) {
        take_values(&file, dict);
        iniparser_freedict(dict);
    }
    buf_free(&text);
    if (e == ERR_OK)
        *out = file.ini;
    else
        ini_free(&file.ini);
    return e;
}
