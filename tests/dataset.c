/* SPDX-License-Identifier: Apache-2.0 */
/* Tables to learn from, and JSON lines, out of files. */
#include "data/dataset.h"

#include "base/json.h"
#include "data/lines.h"
#include "data/rows.h"
#include "lab.h"

static char *folder;
static size_t told;

static enum err
read_as(const char *text, const struct rows_plan *plan,
        const struct dataset_calls *calls, struct dataset *out)
{
    char *path = lab_file(folder, "t.csv");
    FILE *f = fopen(path, "w");
    enum err e;

    (void) fputs(text, f);
    (void) fclose(f);
    e = dataset_read(path, plan, "label", calls, out);
    free(path);
    return e;
}

static enum err
read_text(const char *text, struct dataset *out)
{
    return read_as(text, &(struct rows_plan){.by = NULL}, NULL, out);
}

static void
test_types(void)
{
    struct dataset f = {0};

    must(read_text("a,kind,label\n"
                   "1, x ,High\n"
                   "2.5,y,Low\n"
                   ",x,High\n"
                   "4,,\n"
                   "5,NaN,Low\n",
                   &f));
    ok(f.rows == 4 && f.count == 2 && f.unlabelled == 1,
       "rows with a label, and columns beside it");
    ok(!strcmp(f.columns[0].name, "a") && !f.columns[0].levels
           && f.columns[0].values[1] == 2.5 && isnan(f.columns[0].values[2])
           && f.columns[0].missing == 1,
       "a column of numbers and missing cells is numeric");
    ok(f.columns[1].level_count == 2 && !strcmp(f.columns[1].levels[0], "x")
           && !strcmp(f.columns[1].levels[1], "y")
           && f.columns[1].values[0] == 0 && f.columns[1].values[1] == 1
           && f.columns[1].values[2] == 0 && isnan(f.columns[1].values[3]),
       "another is categorical, its levels without the blanks around");
    ok(!strcmp(f.label.name, "label") && f.label.level_count == 2
           && !strcmp(f.label.levels[1], "Low") && f.label.values[0] == 0
           && f.label.values[1] == 1 && f.label.values[3] == 1,
       "the label is a column of its own");
    dataset_free(&f);
    must(read_text("label,a\n2,z\n1,b\n", &f));
    ok(!f.label.levels && f.label.values[0] == 2
           && !strcmp(f.columns[0].levels[0], "b")
           && f.columns[0].values[0] == 1,
       "levels are in the order of their bytes, not of the rows");
    dataset_free(&f);
    must(read_text("label,code\n1,7\n2,7a\n", &f));
    ok(f.columns[0].level_count == 2 && !strcmp(f.columns[0].levels[0], "7"),
       "one text makes levels of a column's numbers");
    dataset_free(&f);
}

static enum err
stop(int64_t done, int64_t size, void *arg)
{
    (void) arg;
    return done > size / 2 ? err_set(ERR_INTERRUPTED, "enough") : ERR_OK;
}

static void
tell(const char *sentence, void *arg)
{
    (void) arg;
    told += strstr(sentence, ":3: 1 field") || strstr(sentence, ":2: column");
}

static void
test_plan(void)
{
    static const char *const columns[] = {"b", "a"};
    static const char *const missing[] = {"?"};
    struct rows_plan plan = {.columns = columns,
                             .column_count = 2,
                             .missing = missing,
                             .missing_count = 1,
                             .delimiter = ';',
                             .decimal = ','};
    const struct dataset_calls stops = {.progress = stop};
    const struct dataset_calls tells = {.bad = tell};
    struct dataset f = {0};

    must(read_as("a;label;b;c\n1,5;x;?;9\n2;y;3;z\n", &plan, NULL, &f));
    ok(f.count == 2 && !strcmp(f.columns[0].name, "b")
           && f.columns[0].missing == 1 && f.columns[1].values[0] == 1.5,
       "columns, missing texts, delimiter and decimal sign as asked");
    dataset_free(&f);
    plan = (struct rows_plan){.skip_bad = true};
    must(read_as("a,label\n1,x\n2\n3,y\n", &plan, &tells, &f));
    ok(f.rows == 2 && told == 1, "records of a wrong width can be left out");
    dataset_free(&f);
    must(read_as("k,a,label\nv,1e200,x\n,2,x\nw,3,y\n", &plan, &tells, &f));
    ok(f.rows == 2 && told == 2 && f.columns[1].values[0] == 2
           && f.columns[0].missing == 1 && f.columns[0].level_count == 1,
       "so can those with a number beyond the limit, and all of them");
    dataset_free(&f);
    plan.skip_bad = false;
    refused(read_as("a,label\n1,x\n3,y\n", &plan, &stops, &f), ERR_INTERRUPTED,
            "enough", "reading can be stopped");
}

static void
test_refusals(void)
{
    static const char *const same[] = {"a", "a"};
    static const char *const label[] = {"label"};
    struct rows_plan plan = {.columns = same, .column_count = 2};
    struct dataset f = {0};
    struct buf many = {0};
    const struct {
        const char *text, *says;
    } cases[] = {
        {"",                          "is empty"                             },
        {"a,lable\n1,2\n",            "(the nearest is \"lable\")"           },
        {"label\n1\n",                "there is no column beside the label"  },
        {"a,label\n",                 "has no row with a label"              },
        {"a,label\n1,\n",             "has no row with a label"              },
        {"a,label\n,1\n",             "column \"a\" has no value in any row" },
        {"a,a,label\n1,2,3\n",        "column \"a\" is twice in the header"  },
        {"a,,label\n1,2,3\n",         "column 2 of the header has no name"   },
        {"a,label\n1,2\n3\n",         ":3: 1 field, but the header has 2"    },
        {"a,label\n1e200,2\n",        ":2: column \"a\": \"1e200\" is beyond"},
        {"a,label\n\xff\xff\xff,2\n", "not UTF-8"                            },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(read_text(cases[i].text, &f), ERR_DATA, cases[i].says,
                cases[i].says);
    refused(read_as("a,label\n1,2\n", &plan, NULL, &f), ERR_DATA,
            "named twice", "a feature named twice is refused");
    plan = (struct rows_plan){.columns = label, .column_count = 1};
    refused(read_as("a,label\n1,2\n", &plan, NULL, &f), ERR_DATA,
            "cannot be a feature as well", "so is the label among them");
    buf_str(&many, "id,label\n");
    for (int i = 0; i <= DATASET_LEVELS_MAX; i++)
        buf_printf(&many, "id%d,1\n", i);
    refused(read_text(many.data, &f), ERR_DATA, "more than 4096 different",
            "an id is no feature");
    buf_free(&many);
}

static void
test_lines(void)
{
    const char *three = "{\"a\":1}\n\n [2]\r\n\"x\"";
    struct json *json = NULL;

    must(lines_read(three, strlen(three), &json));
    ok(json_count(json) == 3 && json_type(json_at(json, 2)) == JSON_STRING,
       "each line that is not blank is a value");
    json_free(json);
    must(lines_read(" [1,\n2]", 7, &json));
    ok(json_count(json) == 2, "an array may go over several lines");
    json_free(json);
    must(lines_read("\n", 1, &json));
    ok(json_count(json) == 0, "no line, no value");
    json_free(json);
    refused(lines_read("1\n{\n2", 5, &json), ERR_SYNTAX,
            "line 2: ", "a wrong line is named");
    must(lines_read("\n{\n\"a\":\n[1]}\n", 12, &json));
    ok(json_count(json) == 1 && json_count(json_at(json, 0)) == 1,
       "one object may go over several lines, too");
    json_free(json);
    refused(lines_read("{\"a\":\n1,\n2}", 11, &json), ERR_SYNTAX,
            "line 3, column 1: ", "and is wrong where it is");
    refused(lines_read("{\"a\":1\n{\"b\":1}", 15, &json), ERR_SYNTAX,
            "line 1: ", "but for a line that is cut off before another");
}

/* Puts another file with the text arg in its place, once it is being read. */
static enum err
replace(int64_t done, int64_t size, void *arg)
{
    char *path = lab_file(folder, "t.csv"), *other = lab_file(folder, "u.csv");
    FILE *f = fopen(other, "w");

    (void) done;
    (void) size;
    (void) fputs(arg, f);
    (void) fclose(f);
    (void) rename(other, path);
    free(other);
    free(path);
    return ERR_OK;
}

static void
test_changes(void)
{
    static const char *const texts[] = {
        "a,b,label\n1,2,x\n3,4,y\n5,6,x\n", /* a row more */
        "a,b,label\n1,2,x\n",               /* one less */
        "a,b,label\n1,2,x\n3,none,y\n",     /* a number no more */
        "b,a,label\n1,2,x\n3,4,y\n",        /* other columns */
        "label\nx\ny\n",                    /* fewer */
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = xstrdup(texts[i]);
        struct dataset_calls calls = {.progress = replace, .arg = text};
        struct dataset f = {0};

        refused(read_as("a,b,label\n1,2,x\n3,4,y\n",
                        &(struct rows_plan){.by = NULL}, &calls, &f),
                ERR_DATA, "t.csv changed while it was read",
                "a file that changes between the passes is told");
        free(text);
    }
}

int
main(void)
{
    folder = lab_folder();
    test_types();
    test_plan();
    test_refusals();
    test_changes();
    test_lines();
    lab_clear(folder);
    return done_testing();
}
