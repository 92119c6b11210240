/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No statement of the core reads a whole table or sorts one: all of them are
 * made to run, and then SQLite is asked how it does each. A statement that
 * stands in the sources and did not run here fails the test, too.
 */
#include "core/idempotency.h"
#include "core/impact.h"
#include "core/job.h"
#include "core/key.h"
#include "core/overview.h"
#include "core/prune.h"
#include "core/undo.h"
#include "lab.h"

static struct service *s;

static const char *const columns[] = {"x", "y", NULL};

/* ---- everything the core does, once ---- */

static void
fit(const char *name, size_t count)
{
    const char *some[] = {columns[0], count > 1 ? columns[1] : NULL, NULL};
    struct draft d;

    lab_draft(s, name, some, 1, &d);
    lab_apply(s, name, "fit", &d);
}

static void
write_all(void)
{
    static const double both[] = {13, 5};
    const double second[] = {(double) NAN, 6};
    struct model m;

    fit("A", 1);
    fit("A", 2);
    fit("B", 1);
    must(service_begin(s));
    lab_put(s, "A", both, 2, 0, "r");
    lab_put(s, "A", second, 2, LAB_TIME, NULL);
    lab_put(s, "B", both, 1, 0, NULL);
    must(service_commit(s));
    m = lab_model(s, "B");
    must(service_begin(s));
    must(change_open(s, "rename", ""));
    must(model_rename(s, &m, "C"));
    must(service_commit(s));
    model_free(&m);
}

static void
undo_all(void)
{
    struct undo_report report;
    struct buf left = {0};
    struct model m = lab_model(s, "A");
    struct step step;

    must(change_undo_step(s, &m, &step));
    must(service_begin(s));
    must(change_open(s, "undo", ""));
    must(change_undo(s, &m, &step));
    must(service_commit(s));
    must(change_redo_step(s, &m, &step));
    must(service_begin(s));
    must(change_open(s, "redo", ""));
    must(change_redo(s, &m, &step));
    must(service_commit(s));
    model_free(&m);
    fit("D", 1);
    must(undo_change(s, s->change.id, &left, &report));
    buf_free(&left);
}

static void
read_history(void)
{
    struct model m = lab_model(s, "A");
    /* clang-format 14 does not survive this table */
    /* clang-format off */
    struct history_query queries[] = {
        { .limit = 10 },
        { .limit = 10, .alerts = true },
        { .limit = 10, .model = m.id },
        { .limit = 10, .model = m.id, .cursor = 1 << 30 }, /* cut: by alerts */
    };
    /* clang-format on */
    struct history_page page = {0};
    struct compiled *c;
    struct impact impact;
    struct quiet quiet;
    int64_t newest;

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        queries[i].since = INT64_MIN;
        queries[i].until = INT64_MAX;
        must(history_read(s, &queries[i], &page));
        history_page_free(&page);
    }
    must(history_tail(s, 0, false, 0, 10, &page));
    history_page_free(&page);
    must(history_newest(s, &newest));
    must(compiled_get(s, &m, 0, &c));
    must(impact_measure(s, &m, c->model, c->model, &impact));
    must(impact_quiet(s, &m, c->model, NULL, &quiet));
    buf_free(&quiet.pairs);
    compiled_put(c);
    model_free(&m);
}

static void
read_models(void)
{
    struct model m = lab_model(s, "A"), none = {0};
    struct model_gap gap = {0};
    struct model_page models = {0};
    struct version_list versions = {0};
    struct activation_list activations = {0};
    struct change_page changes = {0};
    struct state_list states = {0};

    ok(model_find(s, "nobody", false, &none) == ERR_NOT_FOUND,
       "names near a wrong one are looked for");
    must(model_or_new_next(s, &gap, "nobody", &none));
    model_gap_free(&gap);
    model_free(&none);
    must(model_by_id(s, m.id, &none));
    model_free(&none);
    must(model_list(s, "", 10, false, &models));
    model_page_free(&models);
    must(model_list(s, "", 10, true, &models));
    model_page_free(&models);
    must(version_list(s, &m, 0, 10, &versions));
    version_list_free(&versions);
    must(activation_list(s, &m, 10, &activations));
    activation_list_free(&activations);
    must(change_list(s, 0, 10, &changes));
    change_page_free(&changes);
    must(state_load(s, m.id, &states));
    state_list_free(&states);
    model_free(&m);
}

static void
ignore(const struct overview_row *row, void *arg)
{
    (void) row;
    (void) arg;
}

static void
read_overview(void)
{
    struct overview walk = {0};
    int64_t count, oldest;
    bool all;

    must(overview_step(s, &walk, LAB_TIME, 0, ignore, NULL));
    overview_free(&walk);
    must(overview_alerts(s, 10, LAB_TIME, ignore, NULL, &all));
    must(overview_rate(s, 0, 10, &count, &oldest));
}

static void
use_keys(void)
{
    struct idempotent request = {.key = "k", .method = "POST", .target = "/"};
    char headers[] = "", body[] = "{}";
    struct idempotent_answer answer = {.headers = headers, .body = body};
    char text[KEY_SIZE], name[KEY_NAME_MAX + 1];
    struct key_list list = {0};
    enum key_scope scope;
    struct job job;
    int64_t id;
    bool found;

    must(service_begin(s));
    must(key_add(s, "plc7", KEY_TEST, text));
    must(key_check(s, text, &found, &scope, name));
    must(key_any(s, &found));
    must(key_list(s, &list));
    key_list_free(&list);
    must(key_remove(s, "plc7"));
    must(idempotency_keep(s, &request, &answer));
    must(idempotency_find(s, &request, &found, &answer));
    idempotent_answer_free(&answer);
    must(job_begin(s, "A", &id));
    must(job_done(s, id, 1));
    must(job_find(s, id, &job));
    job_free(&job);
    must(job_begin(s, "A", &id));
    must(job_failed(s, id, 65, "no"));
    must(service_commit(s));
}

static void
delete_all(void)
{
    struct prune_plan plan = {INT64_MAX, INT64_MIN, 1};
    struct prune_state state = {0};
    struct model m;
    int64_t rows = 0;
    bool more = true;

    must(prune_count(s, &plan, &rows));
    must(prune_slice(s, &plan, &state, 10, &rows, &more));
    m = lab_model(s, "A");
    for (more = true; more;) {
        must(service_begin(s));
        must(change_open(s, "purge", "A"));
        must(model_purge(s, &m, 10, &more));
        must(service_commit(s));
    }
    model_free(&m);
}

static bool
is_sql(const char *literal)
{
    static const char *const words[] = {"SELECT ", "INSERT INTO ", "UPDATE ",
                                        "DELETE FROM ", "WHERE "};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(literal, words[i]))
            return true;
    return false;
}

/* ---- how each statement is done ---- */

struct seen {
    struct buf all; /* the statements, one a line */
    int count;
};

static void
look(const char *sql, void *arg)
{
    struct seen *seen = arg;
    struct buf plan = {0};

    buf_printf(&seen->all, "%s\n", sql);
    seen->count++;
    if (!is_sql(sql) || strstr(sql, "sqlite_schema"))
        return; /* the store's own words */
    must(db_plan(s->db, sql, &plan));
    if (!ok(!strstr(buf_text(&plan), "SCAN")
                && !strstr(buf_text(&plan), "TEMP B-TREE"),
            "by index: %.60s", sql))
        diag("%s\n# %s", sql, buf_text(&plan));
    buf_free(&plan);
}

/* ---- the statements that stand in the sources ---- */

/* Every literal of a source that is a piece of SQL must have been seen. */
static int
compare(const char *path, const struct seen *seen)
{
    FILE *f = fopen(path, "r");
    char line[1024];
    int found = 0;

    if (!f)
        abort();
    while (fgets(line, sizeof line, f)) {
        char *at = line;

        while ((at = strchr(at, '"'))) {
            char *end = strchr(++at, '"');

            if (!end || strstr(line, "#include"))
                break;
            *end = '\0';
            if (is_sql(at)) {
                found++;
                if (!strstr(buf_text(&seen->all), at))
                    ok(false, "%s: did not run: %s", path, at);
            }
            at = end + 1;
        }
    }
    (void) fclose(f);
    return found;
}

static void
compare_sources(const struct seen *seen)
{
    const char *top = getenv("top_srcdir");
    char *folder = lab_file(top ? top : ".", "src/core");
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int found = 0;

    if (!dir)
        abort();
    while ((entry = readdir(dir))) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot && strcmp(dot, ".c") == 0) {
            char *path = lab_file(folder, entry->d_name);

            found += compare(path, seen);
            free(path);
        }
    }
    (void) closedir(dir);
    free(folder);
    ok(found > 60, "the SQL of the sources was found (%d pieces)", found);
}

int
main(void)
{
    struct seen seen = {.count = 0};
    struct lab lab;

    clock_fix(LAB_TIME);
    lab_open(&lab);
    s = lab.s;
    write_all();
    undo_all();
    read_history();
    read_models();
    read_overview();
    use_keys();
    delete_all();
    db_each_statement(s->db, look, &seen);
    ok(seen.count > 50, "%d statements ran", seen.count);
    compare_sources(&seen);
    buf_free(&seen.all);
    lab_close(&lab);
    return done_testing();
}
