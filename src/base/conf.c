/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: its files, and which database it names. */
#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ini.h"

/* ---- one file ---- */

/* The table as ini_read() wants it: a row for each of conf_keys[]. */
static void
list_keys(struct ini_key rows[CONF_KEYS_MAX + 1])
{
    size_t i;

    for (i = 0; conf_keys[i].section; i++)
        rows[i] = (struct ini_key){conf_keys[i].section, conf_keys[i].name};
    rows[i] = (struct ini_key){NULL, NULL};
}

static enum err
take_values(const char *name, const struct ini *ini, struct conf *conf)
{
    struct buf expected = {0};
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < ini->count; i++) {
        const struct ini_item *item = &ini->items[i];
        const struct conf_key *key = &conf_keys[item->row];

        if (conf_set(conf, key, item->value))
            continue;
        conf_expected(key, &expected);
        e = err_set(ERR_CONFIG, "%s:%zu: [%s] %s \"%s\": expected %s", name,
                    item->line, key->section, key->name, item->value,
                    buf_text(&expected));
    }
    buf_free(&expected);
    return e;
}

static enum err
load_file(struct conf *conf, const char *name, bool optional,
          struct buf *source)
{
    struct ini_key rows[CONF_KEYS_MAX + 1];
    struct ini ini = {0};
    bool found;
    enum err e;

    list_keys(rows);
    e = ini_read(name, rows, optional, &found, &ini);
    if (e == ERR_OK)
        e = take_values(name, &ini, conf);
    if (e == ERR_OK && found)
        buf_printf(source, "%s%s", source->len ? ", " : "", name);
    ini_free(&ini);
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

/* However it is written, "/vigia" is what a path begins with. */
static void
tidy_prefix(struct conf *conf)
{
    const char *prefix = conf->rest_prefix;
    struct buf path = {0};
    size_t len;

    if (!prefix)
        return;
    prefix += strspn(prefix, "/");
    len = strlen(prefix);
    while (len > 0 && prefix[len - 1] == '/')
        len--;
    if (len > 0)
        buf_printf(&path, "/%.*s", (int) len, prefix); /* a line at most */
    free(conf->rest_prefix);
    conf->rest_prefix = len > 0 ? buf_steal(&path) : NULL;
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
    tidy_prefix(&fresh);
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
