/* SPDX-License-Identifier: Apache-2.0 */
/* History: what is recorded, what follows it, and how it is read back. */
#include "core/history.h"

#include "core/prune.h"
#include "lab.h"

#define MINUTE (60 * CLOCK_SECOND)

static struct service *s;

static int64_t
id_of(const char *name)
{
    struct model m = lab_model(s, name);
    int64_t id = m.id;

    model_free(&m);
    return id;
}

/* The first values of a page's rows: "13 5 7"; "..." when there is more. */
static const char *
values_of(const struct history_page *page)
{
    static struct buf text;

    buf_clear(&text);
    for (size_t i = 0; i < page->count; i++)
        buf_printf(&text, "%s%g", i ? " " : "", page->items[i].values[0]);
    if (page->next)
        buf_str(&text, "...");
    return buf_text(&text);
}

/* A whole query, as values_of(). */
static const char *
asked(struct history_query q)
{
    struct history_page page = {0};
    const char *text;

    q.since = q.since ? q.since : INT64_MIN;
    q.until = q.until ? q.until : INT64_MAX;
    q.limit = q.limit ? q.limit : 100;
    must(history_read(s, &q, &page));
    text = values_of(&page);
    history_page_free(&page);
    return text;
}

/* All pages of a query, one after the other: "1 2|3 4|5". */
static const char *
paged(struct history_query q)
{
    static struct buf text;

    buf_clear(&text);
    q.since = INT64_MIN;
    q.until = INT64_MAX;
    for (int pages = 0; pages < 100; pages++) {
        struct history_page page = {0};

        must(history_read(s, &q, &page));
        q.cursor = page.next;
        page.next = 0;
        buf_printf(&text, "%s%s", pages ? "|" : "", values_of(&page));
        history_page_free(&page);
        if (!q.cursor)
            break;
    }
    return buf_text(&text);
}

static int64_t
count(void)
{
    int64_t kept = 0, rows = lab_number(s, "SELECT count(*) FROM history");

    must(history_count(s, &kept));
    is_int(kept, rows, "the count that is kept is the count of the rows");
    return kept;
}

/* A: 13 (an alert), 5, 7 and B: 1, 14, in turns, a minute apart. */
static void
record_some(void)
{
    static const struct {
        const char *name;
        double value;
    } readings[] = {
        {"A", 13},
        {"B", 1 },
        {"A", 5 },
        {"B", 14},
        {"A", 7 }
    };

    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        clock_fix(LAB_TIME + (int64_t) i * MINUTE);
        ok(lab_record(s, readings[i].name, readings[i].value, 0),
           "reading %zu is recorded", i);
    }
}

static void
test_read(void)
{
    struct history_query a = {.model = id_of("A")};
    struct history_page page = {0};
    struct verdicts verdicts = {0};
    struct compiled *c;

    is_str(asked((struct history_query){0}), "7 14 5 1 13",
           "all readings, newest first");
    is_str(asked(a), "7 5 13", "those of one model, along its chain");
    is_str(asked((struct history_query){.alerts = true}), "14 13",
           "only the alerts of all");
    is_str(asked((struct history_query){.alerts = true, .model = a.model}),
           "13", "and of one model");
    is_str(asked((struct history_query){.limit = 2}), "7 14...",
           "a limit leaves a next");
    is_str(asked((struct history_query){.limit = 3, .model = a.model}),
           "7 5 13", "but not when that was the end");
    is_str(paged((struct history_query){.limit = 2}), "7 14|5 1|13",
           "pages follow each other without gap or repetition");
    is_str(paged((struct history_query){.limit = 1, .model = a.model}),
           "7|5|13", "those of a model, too");
    is_str(asked((struct history_query){.since = LAB_TIME + 2 * MINUTE}),
           "7 14 5", "since is inclusive");
    is_str(asked((struct history_query){.until = LAB_TIME + 2 * MINUTE}),
           "1 13", "until is exclusive");
    is_str(asked((struct history_query){.model = a.model,
                                        .since = LAB_TIME + 1,
                                        .until = LAB_TIME + 3 * MINUTE}),
           "5", "both, for one model");
    is_str(asked((struct history_query){.model = 999}), "",
           "a model that is not there has none");

    must(history_read(s,
                      &(struct history_query){
                          .since = INT64_MIN, .until = INT64_MAX, .limit = 9},
                      &page));
    const struct history_row *row = &page.items[4];

    ok(row->id == 1 && row->at == LAB_TIME && row->recorded_at == row->at
           && row->version == 1 && row->alert && !row->request
           && !strcmp(row->model, "A") && !strcmp(row->by, "ana"),
       "a row knows when, which model, which version and who");
    must(history_verdicts(s, row, &c, &verdicts));
    ok(verdicts.count == 1 && verdicts.items[0].alert
           && verdicts.items[0].threshold == 12.260952285695232,
       "its verdict is computed again to the same figures");
    compiled_put(c);
    verdicts_free(&verdicts);
    history_page_free(&page);
}

static void
test_tail(void)
{
    struct history_page page = {0};
    int64_t newest = 0;

    must(history_tail(s, 0, false, 2, 2, &page));
    is_str(values_of(&page), "5 14...", "a tail goes on after a row, upwards");
    is_int(page.next, 4, "and says how far it came");
    history_page_free(&page);
    must(history_tail(s, id_of("A"), true, 0, 100, &page));
    is_str(values_of(&page), "13...", "of one model's alerts");
    is_int(page.next, 5, "the rows it passed over count");
    history_page_free(&page);
    must(history_newest(s, &newest));
    is_int(newest, 5, "the newest row is known");
}

/* Readings that come with their own time. */
static void
test_timed(void)
{
    struct state_list list = {0};
    int64_t at = LAB_TIME - 10 * MINUTE;
    double value = 99;

    lab_fit(s, "T", 1);
    clock_fix(LAB_TIME + 10 * MINUTE);
    ok(lab_record(s, "T", 6, LAB_TIME), "a dated reading is recorded");
    ok(!lab_record(s, "T", 6, LAB_TIME), "a second time it is not");
    ok(!lab_record(s, "T", 8, LAB_TIME), "also with another value");
    ok(lab_record(s, "A", 6, LAB_TIME), "for another model it is");
    ok(lab_record(s, "T", 50, at), "a late one is recorded");
    must(state_load(s, id_of("T"), &list));
    ok(list.items[0].value == 6 && list.items[0].at == LAB_TIME
           && !list.items[0].alert,
       "and does not replace the state of a newer one");
    state_list_free(&list);
    s->epoch++; /* as after another process has written */
    ok(lab_record(s, "T", 50, at - MINUTE), "a later one is recorded");
    must(state_load(s, id_of("T"), &list));
    ok(list.items[0].value == 6 && list.items[0].at == LAB_TIME,
       "nor does it when the state is read anew");
    state_list_free(&list);
    is_str(asked((struct history_query){.model = id_of("T")}), "50 50 6",
           "rows are in the order they were recorded in");
    must(service_begin(s));
    lab_put(s, "T", &value, 1, 0, "request-1");
    service_rollback(s);
    is_str(asked((struct history_query){.model = id_of("T")}), "50 50 6",
           "a turn that is taken back leaves none");

    struct model m = lab_model(s, "T");
    struct verdicts none = {0};
    struct reading ahead = {.model = &m,
                            .verdicts = &none,
                            .timed = true,
                            .at = clock_now() + CLOCK_DAY + 1};
    bool stored;

    must(service_begin(s));
    refused(history_record(s, &ahead, &stored), ERR_DATA, "a day ahead",
            "a reading from the future is refused");
    service_rollback(s);
    model_free(&m);
    is_int(count(), 9, "four more rows are there");
}

static void
test_columns(void)
{
    static const char *const columns[] = {"x", "y", NULL};
    static const double both[] = {13, 5};
    const double first[] = {(double) NAN, 6};
    struct state_list list = {0};
    struct draft d;

    lab_draft(s, "C", columns, 1, &d);
    lab_apply(s, "C", "fit", &d);
    must(service_begin(s));
    lab_put(s, "C", both, 2, 0, NULL);
    lab_put(s, "C", first, 2, 0, "r-7");
    must(service_commit(s));
    must(state_load(s, id_of("C"), &list));
    ok(list.count == 2 && list.items[0].alert && list.items[0].value == 13
           && !list.items[1].alert && list.items[1].value == 6,
       "each column keeps its last reading");
    state_list_free(&list);

    struct history_page page = {0};

    must(history_read(s,
                      &(struct history_query){.model = id_of("C"),
                                              .since = INT64_MIN,
                                              .until = INT64_MAX,
                                              .limit = 9},
                      &page));
    ok(page.count == 2 && isnan(page.items[0].values[0])
           && page.items[0].values[1] == 6 && !page.items[0].alert
           && page.items[1].alert && page.items[0].value_count == 2,
       "a row has all columns of its reading, and only those given");
    is_str(page.items[0].request, "r-7", "and the request it came with");
    history_page_free(&page);
}

/* [history] record decides what is kept; the state follows all. */
static void
test_record(struct conf *conf)
{
    struct state_list list = {0};

    lab_fit(s, "R", 1);
    conf->record = CONF_RECORD_ALERTS;
    ok(lab_record(s, "R", 5, 0) && lab_record(s, "R", 20, 0),
       "readings are taken");
    is_str(asked((struct history_query){.model = id_of("R")}), "20",
           "record = alerts keeps the alerts");
    conf->record = CONF_RECORD_NONE;
    lab_record(s, "R", 30, 0);
    is_str(asked((struct history_query){.model = id_of("R")}), "20",
           "record = none keeps nothing");
    must(state_load(s, id_of("R"), &list));
    ok(list.items[0].value == 30 && list.items[0].alert,
       "the last reading is known all the same");
    state_list_free(&list);
    conf->record = CONF_RECORD_ALL;
}

/* Pruning cuts the chain and leaves the alerts, which must still be found. */
static void
test_cut(void)
{
    struct prune_plan plan = {
        .before = INT64_MAX, .alerts_before = INT64_MIN, .rows_max = -1};
    struct prune_state state = {0};
    int64_t deleted = 0;
    bool more = true;

    clock_fix(LAB_TIME + 60 * MINUTE);
    lab_fit(s, "P", 1);
    for (int i = 0; i < 10; i++)
        lab_record(s, "P", i % 3 == 0 ? 20 + i : i, 0);
    lab_record(s, "last", 5, 0);
    while (more)
        must(prune_slice(s, &plan, &state, 1000, &deleted, &more));
    ok(deleted > 0, "pruning deleted something");
    is_str(paged((struct history_query){.model = id_of("P"), .limit = 3}),
           "29 26 23|20", "alerts are found beyond the cut");
    lab_record(s, "P", 7, 0);
    is_str(paged((struct history_query){.model = id_of("P"), .limit = 3}),
           "7 29 26|23 20", "and behind new readings");
    (void) count();
}

static void
test_purge(void)
{
    struct model m = lab_model(s, "P");
    int64_t before = count(), id = m.id;
    bool more = true;
    int turns = 0;

    while (more) {
        must(service_begin(s));
        must(change_open(s, "purge", "P"));
        must(model_purge(s, &m, 2, &more));
        must(service_commit(s));
        turns++;
    }
    model_free(&m);
    ok(turns > 2, "a purge is done in pieces");
    m = lab_model(s, "P");
    is_int(m.id, 0, "then the model is gone");
    is_str(asked((struct history_query){.model = id}), "",
           "and its history with it");
    is_int(count(), before - 4, "but for the newest row, kept for its id");
    model_free(&m);
    lab_fit(s, "P", 1);
    ok(id_of("P") > id, "a new model of that name is another one");

    /* Were ids given again, chains could become rings. */
    int64_t newest = 0, next = 0;

    must(history_newest(s, &newest));
    lab_record(s, "P", 1, 0);
    must(history_newest(s, &next));
    ok(next > newest, "ids of history go on after a purge");
    is_str(asked((struct history_query){.model = id_of("P")}), "1",
           "and the new model has its own history only");
}

int
main(void)
{
    struct lab p;

    clock_fix(LAB_TIME);
    lab_open(&p);
    s = p.s;
    lab_fit(s, "A", 1);
    lab_fit(s, "B", 1);
    lab_fit(s, "last", 1);
    record_some();
    is_int(count(), 5, "five rows are there");
    test_read();
    test_tail();
    test_timed();
    test_columns();
    test_record(&p.conf);
    test_cut();
    test_purge();
    lab_close(&p);
    return done_testing();
}
