/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the configuration, and which database follows from it. */
#include "base/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"

static char folder[1000]; /* a temporary one, current while this runs */

static void
make_folder(const char *name)
{
    if (mkdir(name, 0755) != 0)
        abort();
}

static void
write_file(const char *name, const char *text, size_t len)
{
    FILE *f = fopen(name, "w");

    if (!f || fwrite(text, 1, len, f) != len || fclose(f) != 0)
        abort();
}

static enum err
load(const char *text, struct conf *conf)
{
    write_file("t.conf", text, strlen(text));
    return conf_load("t.conf", conf);
}

static void
shows(const struct conf *conf, const char *section, const char *name,
      const char *want, const char *test)
{
    const struct conf_key *key = conf_keys;
    struct buf got = {0};

    while (key->section
           && (strcmp(key->section, section) || strcmp(key->name, name)))
        key++;
    if (key->section)
        conf_show(conf, key, &got);
    is_str(buf_text(&got), want, test);
    buf_free(&got);
}

static void
reading(void)
{
    struct conf c;

    is_int(load("# all of it\r\n"
                "[Database]\n"
                "path = \"/data/a#1;b/vigia.db\" ; in quotes\n"
                "Durability=normal\n"
                "  busy_timeout = 100ms  # short\n"
                "[ history ]\n"
                "record = alerts\n"
                "keep_days = 365\n"
                "max_size = 1536m\n"
                "keep_alert_days = 36500\n"
                "\n"
                "[state]\n"
                "learning = 2",
                &c),
           ERR_OK, "a file is read");
    is_str(c.database, "/data/a#1;b/vigia.db", "quotes protect a text");
    is_int(c.durability, CONF_NORMAL, "a word is read");
    is_int(c.busy_timeout, CLOCK_SECOND / 10, "a duration is read");
    is_int(c.record, CONF_RECORD_ALERTS, "another word is read");
    is_int(c.keep_days, 365, "a number is read");
    is_int(c.max_size, INT64_C(1536) << 20, "a size is read");
    is_int(c.learning, 2, "the last line needs no end");
    is_str(c.source, "t.conf", "the file is named");
    shows(&c, "database", "path", "\"/data/a#1;b/vigia.db\"",
          "a text is shown in the quotes it needs");
    shows(&c, "database", "busy_timeout", "100ms", "a duration is shown");
    shows(&c, "history", "max_size", "1536M", "a size is shown");
    shows(&c, "history", "record", "alerts", "a word is shown");
    conf_free(&c);
}

static void
boundaries(void)
{
    static const char *const good[] = {
        "[history]\nkeep_days = 1",
        "[history]\nkeep_days = 36500",
        "[history]\nmax_size = 1M",
        "[history]\nmax_size = 1024K",
        "[history]\nmax_size = 1048576",
        "[history]\nmax_size = 64T",
        "[database]\nbusy_timeout = 10m",
        "[database]\nbusy_timeout = 1",
        "[state]\nlearning = 1000000",
        "[state]\nlearning = '40'",
        "[history]\n[history]\n",
        "",
        "\n;\n#\n",
    };
    struct conf c;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        enum err e = load(good[i], &c);

        ok(e == ERR_OK, "file %zu is accepted", i);
        if (e == ERR_OK)
            conf_free(&c);
        else
            diag("%s", err_text());
    }
}

static const char days[] = "a whole number from 1 to 36500";
static const char from_0[] = "a whole number from 0 to 36500";
static const char size[] = "a size such as 512M or 10G from 1M to 64T";
static const char wait[] = "a time such as 90s or 15m from 100ms to 10m";
static const char words[] = "one of all, alerts, none";

static const struct {
    const char *section, *name, *value, *expected;
} bad_values[] = {
    {"history",  "keep_days",       "0",                    days    },
    {"history",  "keep_days",       "36501",                days    },
    {"history",  "keep_days",       "99999999999999999999", days    },
    {"history",  "keep_days",       "0x10",                 days    },
    {"history",  "keep_days",       "10abc",                days    },
    {"history",  "keep_days",       "1e3",                  days    },
    {"history",  "keep_days",       "",                     days    },
    {"history",  "keep_alert_days", "-1",                   from_0  },
    {"history",  "max_size",        "1023K",                size    },
    {"history",  "max_size",        "65T",                  size    },
    {"history",  "max_size",        "16777217T",            size    },
    {"history",  "max_size",        "10GB",                 size    },
    {"history",  "max_size",        "G",                    size    },
    {"history",  "max_size",        "-1G",                  size    },
    {"history",  "record",          "some",                 words   },
    {"history",  "record",          "ALL",                  words   },
    {"database", "busy_timeout",    "99ms",                 wait    },
    {"database", "busy_timeout",    "11m",                  wait    },
    {"database", "busy_timeout",    "soon",                 wait    },
    {"database", "path",            "",                     "a text"},
};

static void
values_refused(void)
{
    struct conf c = {.learning = 42};

    for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++) {
        const char *section = bad_values[i].section,
                   *name = bad_values[i].name;
        struct buf text = {0};

        buf_printf(&text, "[%s]\n%s = %s", section, name, bad_values[i].value);
        is_int(load(text.data, &c), ERR_CONFIG, "a value is refused");
        buf_clear(&text);
        buf_printf(&text, "t.conf:2: [%s] %s \"%s\": expected %s", section,
                   name, bad_values[i].value, bad_values[i].expected);
        is_str(err_text(), text.data,
               "and the sentence says what is expected");
        buf_free(&text);
    }
    is_int(c.learning, 42, "what is refused leaves the result alone");
}

/* clang-format off */

/* Lines that are refused; what is said follows the name of the file. */
static const struct {
    const char *text, *why;
} bad_lines[] = {
    {"[history]\nkeepdays = 3",
     "2: unknown key \"keepdays\", did you mean \"keep_days\"?"},
    {"[history]\ncolour = 3", "2: unknown key \"colour\""},
    {"[state]\nkeep_days = 3", "2: unknown key \"keep_days\""},
    {"[histroy]\n",
     "1: unknown section \"histroy\", did you mean \"history\"?"},
    {"[]\n", "1: unknown section \"\""},
    {"keep_days = 3\n[history]",
     "1: a key stands before the first [section]"},
    {"[history]\nkeep_days = 3\n\nKEEP_DAYS = 4",
     "4: [history] KEEP_DAYS stands in line 2 already"},
    {"[history]\nkeep_days 3",
     "2: \"keep_days 3\" is no section, key or comment"},
    {"[history]\n= 3", "2: \"= 3\" is no section, key or comment"},
    {"[history", "1: \"[history\" is no section, key or comment"},
    {"[history] # a = b",
     "1: \"[history] # a = b\" is no section, key or comment"},
    {"\xef\xbb\xbf[history]",
     "1: \"\xef\xbb\xbf[history]\" is no section, key or comment"},
    {"# C:\\\n[history]", "1: a backslash at the end would join two lines"},
    {"[database]\npath = /a#1.db",
     "2: quote a value with # or ;, or put a blank before it"},
    {"[database]\npath = \"/a",
     "2: \"/a is not closed by the same quote, or more follows it"},
    {"[database]\npath = '/a' b",
     "2: '/a' b is not closed by the same quote, or more follows it"},
};

/* clang-format on */

static void
lines_refused(void)
{
    struct conf c;

    for (size_t i = 0; i < sizeof bad_lines / sizeof *bad_lines; i++) {
        struct buf want = {0};

        buf_printf(&want, "t.conf:%s", bad_lines[i].why);
        is_int(load(bad_lines[i].text, &c), ERR_CONFIG, "a line is refused");
        is_str(err_text(), want.data, "and the sentence says why");
        buf_free(&want);
    }
}

static void
hostile_files(void)
{
    struct conf c;
    struct buf b = {0};

    buf_str(&b, "[database]\npath = /");
    while (b.len < 11 + 1000)
        buf_char(&b, 'x');
    is_int(load(b.data, &c), ERR_OK, "a line may have 1,000 bytes");
    is_int((int64_t) strlen(c.database), 1000 - 7, "and comes whole");
    conf_free(&c);
    buf_char(&b, 'x');
    is_int(load(b.data, &c), ERR_CONFIG, "one more is refused");
    is_str(err_text(), "t.conf:2: the line is longer than 1000 bytes",
           "naming the line");
    write_file("t.conf", "[state]\nlearn\0ing = 3\n", 22);
    is_int(conf_load("t.conf", &c), ERR_CONFIG, "a NUL byte is refused");
    is_str(err_text(), "t.conf:2: the line holds a NUL byte",
           "naming the line");
    buf_clear(&b);
    while (b.len <= 1 << 20)
        buf_str(&b, "# filling\n");
    is_int(load(b.data, &c), ERR_CONFIG, "a huge file is refused");
    is_str(err_text(), "t.conf is longer than 1048576 bytes", "by its size");
    is_int(conf_load("missing.conf", &c), ERR_CONFIG,
           "a file that is asked for has to be there");
    is_str(err_text(), "cannot read missing.conf: No such file or directory",
           "and is named");
    is_int(conf_load(folder, &c), ERR_CONFIG, "a folder is no file");
    if (mkfifo("fifo", 0600) != 0)
        abort();
    is_int(conf_load("fifo", &c), ERR_CONFIG, "a pipe is none either");
    is_str(err_text(), "fifo is not a file", "and nobody waits for it");
    is_int(conf_load("/dev/null", &c), ERR_OK, "/dev/null is an empty file");
    conf_free(&c);
    buf_free(&b);
}

/* iniparser complains to stderr unless it is stopped. */
static void
silence(void)
{
    char got[16];
    int saved = dup(STDERR_FILENO), ends[2];
    struct conf c;

    if (saved < 0 || pipe(ends) != 0)
        abort();
    (void) dup2(ends[1], STDERR_FILENO);
    (void) close(ends[1]);
    is_int(load("[history]\nkeep_days\n", &c), ERR_CONFIG,
           "a malformed line is refused");
    is_int(load("[history]\nkeep_days = 5\n", &c), ERR_OK, "a good one not");
    (void) dup2(saved, STDERR_FILENO); /* the last writer: read() ends */
    is_int(read(ends[0], got, sizeof got), 0, "nothing is printed");
    (void) close(saved);
    (void) close(ends[0]);
    conf_free(&c);
}

static void
put_conf(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

static void
prefix(void)
{
    struct conf c;

    put_conf("t.conf", "[rest]\nprefix = a/b/\n");
    is_int(conf_load_in("etc", "t.conf", &c), ERR_OK, "a prefix is given");
    is_str(c.rest_prefix, "/a/b", "however its slashes stand");
    conf_free(&c);
}

static void
layers(void)
{
    struct buf user = {0}, want = {0};
    struct conf c;

    make_folder("etc");
    make_folder("etc/vigia");
    make_folder("home");
    make_folder("home/.config");
    make_folder("home/.config/vigia");
    buf_printf(&user, "%s/home", folder);
    (void) setenv("HOME", user.data, 1);
    (void) unsetenv("XDG_CONFIG_HOME");

    is_int(conf_load_in("etc", NULL, &c), ERR_OK, "no file is needed");
    is_str(c.source, "presets", "without one the presets hold");
    conf_free(&c);

    put_conf("etc/vigia/vigia.conf",
             "[history]\nkeep_days=5\n[state]\nlearning=50\n");
    put_conf("home/.config/vigia/vigia.conf", "[history]\nkeep_days = 6\n");
    is_int(conf_load_in("etc", NULL, &c), ERR_OK, "both files are read");
    is_int(c.keep_days, 6, "the user's keys win");
    is_int(c.learning, 50, "the others stay");
    buf_printf(&want, "etc/vigia/vigia.conf, %s/.config/vigia/vigia.conf",
               user.data);
    is_str(c.source, want.data, "both are named");
    conf_free(&c);

    (void) setenv("XDG_CONFIG_HOME", "nowhere", 1);
    is_int(conf_load_in("none", NULL, &c), ERR_OK,
           "a relative folder is no "
           "error");
    is_int(c.keep_days, 6, "and does not count");
    conf_free(&c);
    buf_printf(&user, "/elsewhere");
    (void) setenv("XDG_CONFIG_HOME", user.data, 1);
    is_int(conf_load_in("etc", NULL, &c), ERR_OK, "XDG_CONFIG_HOME is asked");
    is_int(c.keep_days, 5, "before the home");
    conf_free(&c);
    put_conf("t.conf", "[history]\nkeep_days = 7\n");
    is_int(conf_load_in("etc", "t.conf", &c), ERR_OK, "one file may be named");
    is_int(c.learning, 30, "and is read alone");
    conf_free(&c);
    put_conf("etc/vigia/vigia.conf", "[state]\nlearning = 1\n");
    is_int(conf_load_in("etc", NULL, &c), ERR_CONFIG,
           "an installed file with an error is not passed over");
    (void) unsetenv("XDG_CONFIG_HOME");
    (void) unsetenv("HOME");
    is_int(conf_load_in("none", NULL, &c), ERR_OK, "no home is no error");
    conf_free(&c);
    buf_free(&user);
    buf_free(&want);
}

static void
database_is(const struct conf *conf, const char *argument, const char *want,
            const char *name)
{
    char *path = NULL;
    enum err e = conf_database_in("var", conf, argument, &path);

    if (e != ERR_OK)
        diag("%s", err_text());
    is_str(path, want, name);
    free(path);
}

static void
databases(void)
{
    struct conf c;
    char *path = NULL;

    conf_presets(&c);
    (void) unsetenv("VIGIA_DATABASE");
    (void) unsetenv("XDG_DATA_HOME");
    (void) unsetenv("HOME");
    make_folder("var");
    is_int(conf_database_in("var", &c, NULL, &path), ERR_CONFIG,
           "without a home there is no database");
    is_str(err_text(), "no database: HOME is not set, give -d FILE",
           "and the sentence says what to give");
    (void) setenv("HOME", "/home/ana", 1);
    database_is(&c, NULL, "/home/ana/.local/share/vigia/vigia.db",
                "the home is the last resort");
    (void) setenv("XDG_DATA_HOME", "/data/ana", 1);
    database_is(&c, NULL, "/data/ana/vigia/vigia.db",
                "XDG_DATA_HOME comes before it");
    make_folder("var/lib");
    write_file("var/lib/vigia", "", 0);
    database_is(&c, NULL, "/data/ana/vigia/vigia.db",
                "a file is no installed folder");
    if (unlink("var/lib/vigia") != 0)
        abort();
    make_folder("var/lib/vigia");
    database_is(&c, NULL, "var/lib/vigia/vigia.db",
                "an installed folder comes before the user's");
    c.database = xstrdup("/srv/conf.db");
    database_is(&c, NULL, "/srv/conf.db", "the configuration before that");
    (void) setenv("VIGIA_DATABASE", "", 1);
    database_is(&c, NULL, "/srv/conf.db", "an empty variable does not count");
    (void) setenv("VIGIA_DATABASE", "env.db", 1);
    database_is(&c, NULL, "env.db", "the environment before that");
    database_is(&c, "arg.db", "arg.db", "the argument before everything");
    is_int(conf_database_in("var", &c, "", &path), ERR_USAGE,
           "an empty argument is refused");
    ok(!path, "a refusal leaves the result alone");
    (void) unsetenv("VIGIA_DATABASE");
    conf_free(&c);
}

/* The folder of the installation without rights, seen by somebody else. */
static void
denied_database(void)
{
    struct conf c;
    char *path = NULL;

    conf_presets(&c);
    if (chmod("var/lib/vigia", 0) != 0
        || (geteuid() == 0 && seteuid(65534) != 0))
        abort();
    is_int(conf_database_in("var", &c, NULL, &path), ERR_DENIED,
           "a folder without access is not passed over");
    ok(strstr(err_text(), "no access to var/lib/vigia: join the group \""),
       "the group to join is named: %s", err_text());
    if (seteuid(getuid()) != 0 || chmod("var/lib", 0) != 0
        || (geteuid() == 0 && seteuid(65534) != 0))
        abort();
    is_int(conf_database_in("var", &c, NULL, &path), ERR_DENIED,
           "nor is one that cannot even be looked at");
    is_int(conf_database_in("var", &c, "x.db", &path), ERR_OK,
           "with -d nobody looks");
    if (seteuid(getuid()) != 0 || chmod("var/lib", 0755) != 0
        || chmod("var/lib/vigia", 0755) != 0)
        abort();
    free(path);
    conf_free(&c);
}

static void
enter_folder(void)
{
    const char *tmp = getenv("TMPDIR");

    (void) snprintf(folder, sizeof folder, "%s/vigia-conf-XXXXXX",
                    tmp ? tmp : "/tmp");
    if (!mkdtemp(folder) || chdir(folder) != 0 || chmod(".", 0755) != 0)
        abort();
}

/* Files and folders made above, the inner ones first. */
static void
leave_folder(void)
{
    static const char *const made[] = {
        "home/.config/vigia/vigia.conf",
        "home/.config/vigia",
        "home/.config",
        "home",
        "etc/vigia/vigia.conf",
        "etc/vigia",
        "etc",
        "var/lib/vigia",
        "var/lib",
        "var",
        "fifo",
        "t.conf",
    };
    int left = 0;

    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        left += remove(made[i]) != 0;
    ok(left == 0 && chdir("/") == 0 && rmdir(folder) == 0,
       "nothing else was made");
}

int
main(void)
{
    enter_folder();
    reading();
    boundaries();
    values_refused();
    lines_refused();
    hostile_files();
    silence();
    layers();
    prefix();
    databases();
    denied_database();
    leave_folder();
    return done_testing();
}
