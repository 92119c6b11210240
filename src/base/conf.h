/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: one table of keys (conf_keys[]) with preset, range and
 * help, from which the parser, `vigia config`, vigia.conf(5) and etc/ come.
 */
#ifndef VIGIA_CONF_H
#define VIGIA_CONF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_record { CONF_RECORD_ALL, CONF_RECORD_ALERTS, CONF_RECORD_NONE };
enum conf_durability { CONF_FULL, CONF_NORMAL };

struct conf {
    char *database;     /* [database] path; NULL: the rule of conf_database */
    int64_t durability; /* [database] durability: enum conf_durability */
    int64_t busy_timeout;      /* [database] busy_timeout: microseconds, 5 s */
    int64_t record;            /* [history] record: enum conf_record */
    int64_t keep_days;         /* [history] keep_days */
    int64_t max_size;          /* [history] max_size: bytes */
    int64_t keep_alert_days;   /* [history] keep_alert_days: 0 for ever */
    int64_t learning;          /* [state] learning: readings */
    char *rest_prefix;         /* [rest] prefix: "/vigia"; NULL: none */
    char *score_model;         /* [rest] score_model: of /model/predict */
    char *label_model;         /* [rest] label_model: of /predict */
    int64_t rest_insecure;     /* [rest] insecure: 1: nobody needs a key */
    char *rest_trusted_proxy;  /* [rest] trusted_proxy: addresses; NULL */
    int64_t rest_docs;         /* [rest] docs: 1: on */
    int64_t rest_rows_max;     /* [rest] rows_max */
    int64_t rest_body_max;     /* [rest] body_max: bytes */
    int64_t rest_body_total;   /* [rest] body_total: bytes */
    char *fcgi_socket;         /* [fcgi] socket: a path */
    int64_t fcgi_mode;         /* [fcgi] mode: permission bits */
    char *fcgi_group;          /* [fcgi] group; NULL: that of the process */
    int64_t fcgi_read_timeout; /* [fcgi] read_timeout: microseconds */
    char *serve_listen;        /* [serve] listen: HOST:PORT */
    int64_t metrics_max_models; /* [metrics] max_models */
    char *source;               /* the file(s) read, for messages; "presets" */
};

enum conf_type {
    CONF_INT,      /* a whole number */
    CONF_DURATION, /* 100ms 5s 15m 12h 7d, stored in microseconds */
    CONF_SIZE,     /* 512K 64M 10G, stored in bytes */
    CONF_MODE,     /* permission bits in octal: 0660 */
    CONF_CHOICE,   /* one of the words; of two, the second is the true one */
    CONF_TEXT
};

struct conf_key {
    const char *section, *name;
    enum conf_type type;
    const char *preset; /* as it would stand in the file; NULL: none */
    int64_t min, max;
    const char *const *choices; /* NULL-terminated, CONF_CHOICE */
    size_t offset;              /* of the field in struct conf */
    const char *help;           /* one sentence */
};

enum { CONF_KEYS_MAX = 64 };

extern const struct conf_key conf_keys[]; /* ends with section NULL */

struct buf;

/* Every key at its preset. Free with conf_free(). */
void conf_presets(struct conf *conf);
void conf_free(struct conf *conf);

/*
 * Reads file alone, or, when file is NULL, the installed vigia.conf and then
 * the user's, as far as they exist. ERR_CONFIG names file, line where known,
 * section and key for: unreadable, malformed, unknown key (with the nearest
 * one), value out of range. conf is complete on ERR_OK and owns nothing else.
 */
CHECKED enum err conf_load(const char *file, struct conf *conf);

/* The same where the installed file is sysconfdir/vigia/vigia.conf. */
CHECKED enum err conf_load_in(const char *sysconfdir, const char *file,
                              struct conf *conf);

/* Adds the present value of a key as it would stand in the file. */
void conf_show(const struct conf *conf, const struct conf_key *key,
               struct buf *out);

/*
 * Sets the key to what stands in a file as value. False when that is none of
 * the key's values; conf is untouched then.
 */
CHECKED bool conf_set(struct conf *conf, const struct conf_key *key,
                      const char *value);

/* Adds the values of a key in words: "a whole number from 1 to 36500". */
void conf_expected(const struct conf_key *key, struct buf *out);

/*
 * Which database: argument (-d) if not NULL, else VIGIA_DATABASE, else
 * [database] path, else $localstatedir/lib/vigia/vigia.db when that folder
 * exists, else $XDG_DATA_HOME/vigia/vigia.db (~/.local/share/...).
 * ERR_DENIED when the installed folder exists and is not accessible, naming
 * the group to join; ERR_CONFIG when there is no home either; ERR_USAGE for
 * an empty argument. *path is the caller's. Nothing is created.
 */
CHECKED enum err conf_database(const struct conf *conf, const char *argument,
                               char **path);

/* True when somebody named it, whose business its folder is then. */
bool conf_database_named(const struct conf *conf, const char *argument);

/* conf_database() for the given localstatedir. */
CHECKED enum err conf_database_in(const char *localstatedir,
                                  const struct conf *conf,
                                  const char *argument, char **path);

#endif
