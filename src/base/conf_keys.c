/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of the configuration, and its values: how each type is read,
 * bounded and written. What a file looks like is conf.c's concern.
 */
#include "base/conf.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)

static const char *const durability_words[] = {"full", "normal", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const off_on[] = {"off", "on", NULL};
static const char *const record_words[] = {"all", "alerts", "none", NULL};

/* clang-format off */

const struct conf_key conf_keys[] = {
    {
        .section = "database",
        .name = "path",
        .type = CONF_TEXT,
        .offset = offsetof(struct conf, database),
        .help = "The database file, when neither -d nor VIGIA_DATABASE "
                "names one.",
    },
    {
        .section = "database",
        .name = "durability",
        .type = CONF_CHOICE,
        .preset = "full",
        .choices = durability_words,
        .offset = offsetof(struct conf, durability),
        .help = "Whether an answer waits until its change survives a loss of "
                "power (full) or only the end of the process (normal).",
    },
    {
        .section = "database",
        .name = "busy_timeout",
        .type = CONF_DURATION,
        .preset = "5s",
        .min = CLOCK_SECOND / 10,
        .max = 600 * CLOCK_SECOND,
        .offset = offsetof(struct conf, busy_timeout),
        .help = "How long to wait for another program that is writing to the "
                "database.",
    },
    {
        .section = "history",
        .name = "record",
        .type = CONF_CHOICE,
        .preset = "all",
        .choices = record_words,
        .offset = offsetof(struct conf, record),
        .help = "Which tested readings the history keeps.",
    },
    {
        .section = "history",
        .name = "keep_days",
        .type = CONF_INT,
        .preset = "90",
        .min = 1,
        .max = 36500,
        .offset = offsetof(struct conf, keep_days),
        .help = "After how many days readings are pruned.",
    },
    {
        .section = "history",
        .name = "max_size",
        .type = CONF_SIZE,
        .preset = "10G",
        .min = MIB,
        .max = 64 * TIB,
        .offset = offsetof(struct conf, max_size),
        .help = "Above which size of the database the oldest readings are "
                "pruned, however young they are.",
    },
    {
        .section = "history",
        .name = "keep_alert_days",
        .type = CONF_INT,
        .preset = "0",
        .min = 0,
        .max = 36500,
        .offset = offsetof(struct conf, keep_alert_days),
        .help = "After how many days alerts are pruned, if that is later "
                "than keep_days; 0 keeps them for ever.",
    },
    {
        .section = "state",
        .name = "learning",
        .type = CONF_INT,
        .preset = "30",
        .min = 2,
        .max = 1000000,
        .offset = offsetof(struct conf, learning),
        .help = "A column fitted from fewer readings than this is shown as "
                "learning.",
    },
    {
        .section = "rest",
        .name = "prefix",
        .type = CONF_TEXT,
        .offset = offsetof(struct conf, rest_prefix),
        .help = "The path that the web server has put the service at, such "
                "as /vigia.",
    },
    {
        .section = "rest",
        .name = "insecure",
        .type = CONF_CHOICE,
        .preset = "no",
        .choices = no_yes,
        .offset = offsetof(struct conf, rest_insecure),
        .help = "Whether everybody may do everything without a key.",
    },
    {
        .section = "rest",
        .name = "trusted_proxy",
        .type = CONF_TEXT,
        .offset = offsetof(struct conf, rest_trusted_proxy),
        .help = "The addresses (not networks) of the proxies whose "
                "X-Forwarded-For is believed, parted by commas.",
    },
    {
        .section = "rest",
        .name = "docs",
        .type = CONF_CHOICE,
        .preset = "on",
        .choices = off_on,
        .offset = offsetof(struct conf, rest_docs),
        .help = "Whether /docs, /redoc and /openapi.json are there.",
    },
    {
        .section = "rest",
        .name = "rows_max",
        .type = CONF_INT,
        .preset = "100000",
        .min = 1,
        .max = 10000000,
        .offset = offsetof(struct conf, rest_rows_max),
        .help = "How many readings one request may bring.",
    },
    {
        .section = "rest",
        .name = "body_max",
        .type = CONF_SIZE,
        .preset = "64M",
        .min = KIB,
        .max = 64 * MIB, /* JSON_SIZE_MAX */
        .offset = offsetof(struct conf, rest_body_max),
        .help = "How long the body of one request may be.",
    },
    {
        .section = "rest",
        .name = "body_total",
        .type = CONF_SIZE,
        .preset = "256M",
        .min = MIB,
        .max = 64 * GIB,
        .offset = offsetof(struct conf, rest_body_total),
        .help = "How long the bodies of all unanswered requests may be "
                "together.",
    },
    {
        .section = "rest",
        .name = "score_model",
        .type = CONF_TEXT,
        .preset = "flights",
        .offset = offsetof(struct conf, score_model),
        .help = "The model that answers /model/predict.",
    },
    {
        .section = "rest",
        .name = "label_model",
        .type = CONF_TEXT,
        .preset = "clients",
        .offset = offsetof(struct conf, label_model),
        .help = "The model that answers /predict.",
    },
    {
        .section = "fcgi",
        .name = "socket",
        .type = CONF_TEXT,
        .preset = "/run/vigia/vigia.sock",
        .offset = offsetof(struct conf, fcgi_socket),
        .help = "The socket that vigia.fcgi makes when it was not handed "
                "one.",
    },
    {
        .section = "fcgi",
        .name = "mode",
        .type = CONF_MODE,
        .preset = "0660",
        .min = 0,
        .max = 0777,
        .offset = offsetof(struct conf, fcgi_mode),
        .help = "The permissions of that socket.",
    },
    {
        .section = "fcgi",
        .name = "group",
        .type = CONF_TEXT,
        .offset = offsetof(struct conf, fcgi_group),
        .help = "The group of that socket, in which the web server is.",
    },
    {
        .section = "fcgi",
        .name = "read_timeout",
        .type = CONF_DURATION,
        .preset = "10s",
        .min = CLOCK_SECOND / 10,
        .max = 600 * CLOCK_SECOND,
        .offset = offsetof(struct conf, fcgi_read_timeout),
        .help = "How long a request may take to arrive, or an answer to be "
                "taken.",
    },
    {
        .section = "serve",
        .name = "listen",
        .type = CONF_TEXT,
        .preset = "127.0.0.1:8080",
        .offset = offsetof(struct conf, serve_listen),
        .help = "The address and port of vigia serve.",
    },
    {
        .section = "metrics",
        .name = "max_models",
        .type = CONF_INT,
        .preset = "5000",
        .min = 0,
        .max = 100000,
        .offset = offsetof(struct conf, metrics_max_models),
        .help = "How many models, by age, have series of their own in "
                "/metrics.",
    },
    { .section = NULL },
};

/* clang-format on */

_Static_assert(sizeof conf_keys / sizeof *conf_keys <= CONF_KEYS_MAX + 1,
               "those who walk conf_keys[] have room for each key");

/* Suffixes of values, the largest first. */
struct unit {
    const char *suffix;
    int64_t size;
};

static const struct unit size_units[] = {
    {"T",  TIB},
    {"G",    GIB},
    {"M",MIB},
    {"K",  KIB},
    {"",    1},
    {0},
};

static const struct unit time_units[] = {
    {"d",                  CLOCK_DAY},
    {"h",                    3600 * CLOCK_SECOND},
    {"m",60 * CLOCK_SECOND},
    {"s",                  CLOCK_SECOND},
    {"ms",                    CLOCK_SECOND / 1000},
    {0},
};

/* The fields stand where the table says, as the type of the key. */
static int64_t *
number_field(struct conf *conf, const struct conf_key *key)
{
    return (int64_t *) (void *) ((char *) conf + key->offset);
}

static char **
text_field(struct conf *conf, const struct conf_key *key)
{
    return (char **) (void *) ((char *) conf + key->offset);
}

static bool
read_size(const char *s, int64_t *out)
{
    size_t digits = strspn(s, "0123456789");
    const struct unit *unit = size_units;
    char *number;
    enum err e;

    while (unit->suffix && strcasecmp(s + digits, unit->suffix) != 0)
        unit++;
    if (!unit->suffix)
        return false;
    number = xstrndup(s, digits);
    e = number_int(number, 0, INT64_MAX / unit->size, out);
    free(number);
    if (e == ERR_OK)
        *out *= unit->size;
    return e == ERR_OK;
}

/* Octal, as chmod(1) takes it. */
static bool
read_mode(const char *s, int64_t *out)
{
    int64_t mode = 0;

    if (*s == '\0' || strlen(s) > 4)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '7')
            return false;
        mode = mode * 8 + (*s - '0');
    }
    *out = mode;
    return true;
}

static bool
read_choice(const char *s, const char *const *choices, int64_t *out)
{
    for (int64_t i = 0; choices[i]; i++) {
        if (strcmp(s, choices[i]) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

bool
conf_set(struct conf *conf, const struct conf_key *key, const char *s)
{
    int64_t n = 0;
    bool good = false;

    switch (key->type) {
    case CONF_INT:
        good = number_int(s, key->min, key->max, &n) == ERR_OK;
        break;
    case CONF_DURATION:
        good = clock_duration(s, &n) == ERR_OK;
        good = good && n >= key->min && n <= key->max;
        break;
    case CONF_SIZE:
        good = read_size(s, &n) && n >= key->min && n <= key->max;
        break;
    case CONF_MODE:
        good = read_mode(s, &n) && n >= key->min && n <= key->max;
        break;
    case CONF_CHOICE:
        good = read_choice(s, key->choices, &n);
        break;
    case CONF_TEXT:
        if (*s == '\0')
            return false;
        free(*text_field(conf, key));
        *text_field(conf, key) = xstrdup(s);
        return true;
    }
    if (good)
        *number_field(conf, key) = n;
    return good;
}

/* Adds value in the largest unit that leaves no rest. */
static void
show_units(struct buf *out, int64_t value, const struct unit *units)
{
    while (units[1].suffix && (value == 0 || value % units->size != 0))
        units++;
    buf_printf(out, "%" PRId64 "%s", value / units->size, units->suffix);
}

/* Adds s, in the quotes without which iniparser would change it. */
static void
show_text(struct buf *out, const char *s)
{
    const char *quote = "";

    if (s[strcspn(s, "#;'\"")] != '\0' || strchr(" \t", *s)
        || strchr(" \t", s[strlen(s) - 1]))
        quote = strchr(s, '"') ? "'" : "\"";
    buf_printf(out, "%s%s%s", quote, s, quote);
}

static void
show_number(struct buf *out, const struct conf_key *key, int64_t n)
{
    switch (key->type) {
    case CONF_INT:
        buf_printf(out, "%" PRId64, n);
        break;
    case CONF_DURATION:
        show_units(out, n, time_units);
        break;
    case CONF_SIZE:
        show_units(out, n, size_units);
        break;
    case CONF_MODE:
        buf_printf(out, "%04" PRIo64, (uint64_t) n); /* not negative */
        break;
    case CONF_CHOICE:
        buf_str(out, key->choices[n]);
        break;
    case CONF_TEXT:
        break;
    }
}

void
conf_show(const struct conf *conf, const struct conf_key *key, struct buf *out)
{
    struct conf copy = *conf; /* the fields are looked up in it */

    if (key->type != CONF_TEXT)
        show_number(out, key, *number_field(&copy, key));
    else if (*text_field(&copy, key))
        show_text(out, *text_field(&copy, key));
}

void
conf_expected(const struct conf_key *key, struct buf *out)
{
    static const char *const nouns[] = {
        [CONF_INT] = "a whole number",
        [CONF_DURATION] = "a time such as 90s or 15m",
        [CONF_SIZE] = "a size such as 512M or 10G",
        [CONF_MODE] = "permissions such as 0660",
        [CONF_CHOICE] = "one of ",
        [CONF_TEXT] = "a text",
    };

    buf_str(out, nouns[key->type]);
    if (key->choices) {
        for (size_t i = 0; key->choices[i]; i++)
            buf_printf(out, "%s%s", i ? ", " : "", key->choices[i]);
    } else if (key->max > 0) {
        buf_str(out, " from ");
        show_number(out, key, key->min);
        buf_str(out, " to ");
        show_number(out, key, key->max);
    }
}

void
conf_presets(struct conf *conf)
{
    *conf = (struct conf){.source = xstrdup("presets")};
    for (const struct conf_key *key = conf_keys; key->section; key++)
        if (key->preset && !conf_set(conf, key, key->preset))
            abort(); /* the table contradicts itself */
}

void
conf_free(struct conf *conf)
{
    for (const struct conf_key *key = conf_keys; key->section; key++)
        if (key->type == CONF_TEXT)
            free(*text_field(conf, key));
    free(conf->source);
    *conf = (struct conf){0};
}
