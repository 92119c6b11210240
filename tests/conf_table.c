/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the configuration, and the sample file that is its mirror. */
#include "base/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"

static void
presets(void)
{
    struct conf c;

    conf_presets(&c);
    ok(!c.database, "no database is preset");
    is_int(c.durability, CONF_FULL, "commits are fully durable");
    is_int(c.busy_timeout, 5 * CLOCK_SECOND, "five seconds are waited");
    is_int(c.record, CONF_RECORD_ALL, "all readings are recorded");
    is_int(c.keep_days, 90, "readings are kept for 90 days");
    is_int(c.max_size, INT64_C(10) << 30, "the history may take 10 GiB");
    is_int(c.keep_alert_days, 0, "alerts are kept for ever");
    is_int(c.learning, 30, "thirty readings are learnt from");
    ok(!c.rest_prefix && !c.rest_trusted_proxy, "the service is at /");
    is_int(c.rest_insecure, 0, "and asks others for keys");
    is_int(c.rest_docs, 1, "and has its pages");
    is_int(c.rest_rows_max, 100000, "takes 100,000 readings at once");
    is_int(c.rest_body_max, INT64_C(64) << 20, "in at most 64 MiB");
    is_int(c.rest_body_total, INT64_C(256) << 20, "and 256 MiB together");
    is_int(c.fcgi_mode, 0660, "its socket is for owner and group");
    is_int(c.metrics_max_models, 5000, "it has series for 5,000 models");
    is_str(c.source, "presets", "and that is said");
    conf_free(&c);
    ok(!c.source, "free zeroes what it frees");
    conf_free(&c);
}

static void
preset_texts(void)
{
    struct conf c;
    struct buf shown = {0};

    conf_presets(&c);
    for (const struct conf_key *key = conf_keys; key->section; key++) {
        buf_clear(&shown);
        conf_show(&c, key, &shown);
        is_str(buf_text(&shown), key->preset ? key->preset : "",
               "a preset is shown as it stands in the table");
    }
    buf_free(&shown);
    conf_free(&c);
}

/* Loads a text through a temporary file. */
static enum err
load(const char *text, struct conf *conf)
{
    const char *tmp = getenv("TMPDIR");
    struct buf name = {0};
    size_t len = strlen(text);
    enum err e;
    int fd;

    buf_printf(&name, "%s/vigia-conf-XXXXXX", tmp ? tmp : "/tmp");
    fd = mkstemp(name.data);
    if (fd < 0 || write(fd, text, len) != (ssize_t) len) /* it is small */
        abort();
    e = conf_load(name.data, conf);
    (void) close(fd);
    (void) unlink(name.data);
    buf_free(&name);
    return e;
}

/*
 * The next line of *text without its end; false behind the last. The newline
 * is overwritten.
 */
static bool
next_line(char **text, char **line)
{
    char *end = strchr(*text, '\n');

    if (!end)
        return false;
    *end = '\0';
    *line = *text;
    *text = end + 1;
    return true;
}

/* A key that is commented out; a comment has a blank behind its #. */
static bool
is_key_line(const char *line)
{
    return *line == '#' && line[1] >= 'a' && line[1] <= 'z';
}

/* Whether the sample explains and presets key, in its section. */
static bool
sample_has(const char *sample, const struct conf_key *key)
{
    char *copy = xstrdup(sample), *text = copy, *line;
    struct buf help = {0}, wanted = {0}, header = {0};
    bool in_section = false, found = false;

    buf_printf(&wanted, "#%s = %s", key->name, key->preset ? key->preset : "");
    buf_printf(&header, "[%s]", key->section);
    while (!found && next_line(&text, &line)) {
        if (*line == '[')
            in_section = strcmp(line, header.data) == 0;
        if (strncmp(line, "# ", 2) == 0) {
            buf_str(&help, line + 1);
            continue;
        }
        found = in_section && strstr(buf_text(&help), key->help)
                && (key->preset ? strcmp(line, wanted.data) == 0
                                : strncmp(line, wanted.data, wanted.len) == 0);
        buf_clear(&help);
    }
    buf_free(&help);
    buf_free(&wanted);
    buf_free(&header);
    free(copy);
    return found;
}

/* The sample with every key in force. */
static void
uncomment(const char *sample, struct buf *out)
{
    char *copy = xstrdup(sample), *text = copy, *line;

    while (next_line(&text, &line))
        buf_printf(out, "%s\n", is_key_line(line) ? line + 1 : line);
    free(copy);
}

/* Every key of the sample is in force: those with a preset are at it. */
static void
at_presets(const struct conf *c)
{
    struct buf shown = {0};

    for (const struct conf_key *key = conf_keys; key->section; key++) {
        buf_clear(&shown);
        conf_show(c, key, &shown);
        if (key->preset)
            is_str(buf_text(&shown), key->preset, "and is at its preset");
        else
            ok(shown.len > 0, "the sample has an example of %s", key->name);
    }
    buf_free(&shown);
}

static void
sample(const char *text)
{
    struct conf c;
    struct buf all = {0};

    for (const struct conf_key *key = conf_keys; key->section; key++)
        ok(sample_has(text, key), "the sample has [%s] %s with its help",
           key->section, key->name);
    is_int(load(text, &c), ERR_OK, "the sample is a configuration");
    ok(!c.database, "in which no key is in force");
    conf_free(&c);
    uncomment(text, &all);
    is_int(load(all.data, &c), ERR_OK, "all of its keys are known");
    at_presets(&c);
    conf_free(&c);
    buf_free(&all);
}

static char *
read_sample(void)
{
    const char *top = getenv("top_srcdir");
    struct buf b = {0};
    FILE *f;

    buf_printf(&b, "%s/etc/vigia.conf.in", top ? top : ".");
    f = fopen(b.data, "r");
    if (!f)
        abort();
    buf_clear(&b);
    buf_reserve(&b, 1 << 16);
    b.len = fread(b.data, 1, 1 << 16, f);
    b.data[b.len] = '\0';
    (void) fclose(f);
    return buf_steal(&b);
}

int
main(void)
{
    char *text = read_sample();

    presets();
    preset_texts();
    sample(text);
    free(text);
    return done_testing();
}
