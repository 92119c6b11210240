/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration. iniparser reads the values; before it does, check_line()
 * goes through the same lines, because iniparser knows no line numbers, lets
 * the last duplicate win, joins lines at a backslash, cuts values at any # or
 * ; and gives up on the whole file for one long line. Its numbers are never
 * used: each value is read as text and judged by the table.
 */
#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#ifdef HAVE_INIPARSER_INIPARSER_H
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum {
    FILE_MAX = 1 << 20,   /* bytes of a configuration file */
    LINE_MAX_BYTES = 1000 /* of a line; iniparser fails at 1,023 */
};

static const char blanks[] = " \t\r\v\f";

/* ---- one file ---- */

struct file {
    const char *name;
    size_t line;                /* the one being checked */
    const char *section;        /* of the table; NULL before the first */
    size_t seen[CONF_KEYS_MAX]; /* the line of each key; 0: not in the file */
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
    const char *names[CONF_KEYS_MAX + 1] = {NULL};

    name[strlen(name) - 1] = '\0'; /* the bracket */
    name = trim(name + 1);
    for (size_t i = 0; conf_keys[i].section; i++) {
        names[i] = conf_keys[i].section;
        if (strcasecmp(name, names[i]) == 0) {
            file->section = names[i];
            return ERR_OK;
        }
    }
    return unknown(file, "section", name, names);
}

static enum err
check_name(struct file *file, const char *name)
{
    const char *names[CONF_KEYS_MAX + 1] = {NULL};
    size_t count = 0;

    if (!file->section)
        return bad_line(file, "a key stands before the first [section]");
    for (size_t i = 0; conf_keys[i].section; i++) {
        if (strcmp(conf_keys[i].section, file->section) != 0)
            continue;
        names[count++] = conf_keys[i].name;
        if (strcasecmp(name, conf_keys[i].name) != 0)
            continue;
        if (file->seen[i])
            return err_set(
                ERR_CONFIG, "%s:%zu: [%s] %s stands in line %zu already",
                file->name, file->line, file->section, name, file->seen[i]);
        file->seen[i] = file->line;
        return ERR_OK;
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

/* Takes the values of the keys that were seen. */
static enum err
take_values(const struct file *file, const dictionary *ini, struct conf *conf)
{
    for (size_t i = 0; conf_keys[i].section; i++) {
        const struct conf_key *key = &conf_keys[i];
        struct buf text = {0};
        const char *value;
        enum err e;

        if (!file->seen[i])
            continue;
        buf_printf(&text, "%s:%s", key->section, key->name);
        value = iniparser_getstring(ini, buf_text(&text), "");
        buf_clear(&text);
        if (conf_set(conf, key, value)) {
            buf_free(&text);
            continue;
        }
        conf_expected(key, &text);
        e = err_set(ERR_CONFIG, "%s:%zu: [%s] %s \"%s\": expected %s",
                    file->name, file->seen[i], key->section, key->name, value,
                    buf_text(&text));
        buf_free(&text);
        return e;
    }
    return ERR_OK;
}

static enum err
load_file(struct conf *conf, const char *name, bool optional,
          struct buf *source)
{
    struct file file = {.name = name};
    struct buf text = {0};
    dictionary *ini = NULL;
    bool found;
    enum err e = read_text(name, optional, &text, &found);

    if (e == ERR_OK && found)
        e = check_text(&file, text.data, text.len);
    if (e != ERR_OK || !found)
        goto done;
    iniparser_set_error_callback(be_quiet);
    ini = iniparser_load(name);
    if (!ini) {
        e = err_set(ERR_CONFIG, "iniparser cannot read %s", name);
        goto done;
    }
    e = take_values(&file, ini, conf);
    buf_printf(source, "%s%s", source->len ? ", " : "", name);
done:
    if (ini)
        iniparser_freedict(ini);
    buf_free(&text);
    return e;
}

/* ---- the whole ---- */

/*
 * Adds the user's file, in the folder the variable names or else in that of
 * the home. A relative path is no path there (the XDG rule).
 */
static bool
user_file(struct buf *out, const char *variable, const char *in_home,
          const char *file)
{
    const char *folder = getenv(variable);
    const char *home = getenv("HOME");

    if (folder && *folder == '/')
        buf_printf(out, "%s/vigia/%s", folder, file);
    else if (home && *home == '/')
        buf_printf(out, "%s/%s/vigia/%s", home, in_home, file);
    else
        return false;
    return true;
}

enum err
conf_load_in(const char *sysconfdir, const char *file, struct conf *conf)
{
    struct conf fresh;
    struct buf name = {0}, source = {0};
    enum err e;

    conf_presets(&fresh);
    if (file) {
        e = load_file(&fresh, file, false, &source);
    } else {
        buf_printf(&name, "%s/vigia/vigia.conf", sysconfdir);
        e = load_file(&fresh, name.data, true, &source);
        buf_clear(&name);
        if (e == ERR_OK
            && user_file(&name, "XDG_CONFIG_HOME", ".config", "vigia.conf"))
            e = load_file(&fresh, name.data, true, &source);
    }
    if (e == ERR_OK && source.len > 0) {
        free(fresh.source);
        fresh.source = buf_steal(&source);
    }
    if (e == ERR_OK)
        *conf = fresh;
    else
        conf_free(&fresh);
    buf_free(&source);
    buf_free(&name);
    return e;
}

enum err
conf_load(const char *file, struct conf *conf)
{
    return conf_load_in(SYSCONFDIR, file, conf);
}

static enum err
denied(const char *folder, gid_t gid)
{
    const struct group *group = getgrgid(gid);
    char number[24]; /* 64 bits have at most 20 digits */

    (void) snprintf(number, sizeof number, "%ju", (uintmax_t) gid);
    return err_set(ERR_DENIED,
                   "no access to %s: join the group \"%s\" or give -d FILE",
                   folder, group ? group->gr_name : number);
}

/* Whether the folder of the installation is there, and ours to write in. */
static enum err
check_installed(const char *folder, bool *exists)
{
    struct stat st;

    *exists = false;
    if (stat(folder, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return ERR_OK;
        return err_set(ERR_DENIED, "cannot look at %s: %s", folder,
                       strerror(errno));
    }
    if (!S_ISDIR(st.st_mode))
        return ERR_OK;
    if (faccessat(AT_FDCWD, folder, R_OK | W_OK | X_OK, AT_EACCESS) != 0)
        return denied(folder, st.st_gid);
    *exists = true;
    return ERR_OK;
}

enum err
conf_database_in(const char *localstatedir, const struct conf *conf,
                 const char *argument, char **path)
{
    const char *named = argument ? argument : getenv("VIGIA_DATABASE");
    struct buf file = {0};
    bool installed;
    enum err e;

    if (argument && *argument == '\0')
        return err_set(ERR_USAGE, "-d needs the name of a file");
    if (!named || *named == '\0')
        named = conf->database;
    if (named) {
        *path = xstrdup(named);
        return ERR_OK;
    }
    buf_printf(&file, "%s/lib/vigia", localstatedir);
    e = check_installed(file.data, &installed);
    if (e == ERR_OK && installed) {
        buf_str(&file, "/vigia.db");
    } else if (e == ERR_OK) {
        buf_clear(&file);
        if (!user_file(&file, "XDG_DATA_HOME", ".local/share", "vigia.db"))
            e = err_set(ERR_CONFIG,
                        "no database: HOME is not set, give -d FILE");
    }
    if (e == ERR_OK)
        *path = buf_steal(&file);
    buf_free(&file);
    return e;
}

enum err
conf_database(const struct conf *conf, const char *argument, char **path)
{
    return conf_database_in(LOCALSTATEDIR, conf, argument, path);
}

bool
conf_database_named(const struct conf *conf, const char *argument)
{
    const char *variable = getenv("VIGIA_DATABASE");

    return argument || (variable && *variable) || conf->database;
}
