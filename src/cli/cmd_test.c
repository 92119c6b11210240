/* SPDX-License-Identifier: Apache-2.0 */
/* vigia test: the command, and its first form, values against one sensor. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/table.h"
#include "cli/test.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "core/view.h"
#include "kinds/kind.h"

/* ---- shared with the other forms ---- */

enum err
test_value(const char *text, double *v)
{
    static const char *const missing[] = {"", "nan", "null"};

    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcasecmp(text, missing[i]) == 0)
            return err_set(ERR_DATA,
                           "\"%s\" is a missing reading, which has no verdict",
                           text);
    return number_read(text, strlen(text), NUMBER_LOOSE, v);
}

/* ---- values against one sensor ---- */

struct trial {
    struct cmd *cmd;
    struct model model;
    struct compiled *compiled;
    struct verdicts verdicts;
    enum state *states; /* by column */
};

static void
trial_free(struct trial *t)
{
    model_free(&t->model);
    compiled_put(t->compiled);
    verdicts_free(&t->verdicts);
    free(t->states);
}

static enum err
judge(struct trial *t)
{
    const struct kind *kind = t->compiled->kind;
    const void *model = t->compiled->model;
    size_t index = 0, count = kind->columns(model);
    double *values;
    enum err e =
        kind_column_find(kind, model, cmd_value(t->cmd, "column"), &index);

    if (e != ERR_OK)
        return e;
    values = xcalloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = NAN;
    for (size_t i = 1; e == ERR_OK && i < t->cmd->argc; i++) {
        e = test_value(t->cmd->argv[i], &values[index]);
        if (e == ERR_OK)
            kind->judge(model, values, count, &t->verdicts);
    }
    free(values);
    return e;
}

static enum err
print_json(const struct trial *t)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    answer_verdicts(&out, &t->model, t->compiled, &t->verdicts, t->states);
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* On a terminal the reasons stand below the table, a line each. */
static enum err
print_table(const struct trial *t)
{
    static const struct table_column columns[] = {
        {"column",    TABLE_TEXT  },
        {"value",     TABLE_NUMBER},
        {"verdict",   TABLE_STATE },
        {"score",     TABLE_NUMBER},
        {"threshold", TABLE_NUMBER},
        {"version",   TABLE_ID    },
        {"reason",    TABLE_TEXT  },
    };
    bool piped = !t->cmd->terminal;
    size_t count = sizeof columns / sizeof *columns - (piped ? 0 : 2);
    struct table *table = table_new(t->cmd, columns, count);
    struct buf reasons = {0}, reason = {0};
    enum err e;

    for (size_t i = 0; i < t->verdicts.count; i++) {
        const struct verdict *v = &t->verdicts.items[i];

        buf_clear(&reason);
        answer_reason(&reason, t->compiled, v);
        buf_printf(&reasons, "\n%s", buf_text(&reason));
        table_text(table, v->column);
        table_number(table, v->value);
        table_text(table, v->alert ? "alert" : "ok");
        table_number(table, v->score);
        table_number(table, v->threshold);
        if (piped) {
            table_int(table, t->compiled->number);
            table_text(table, buf_text(&reason));
        }
    }
    e = table_end(table);
    for (char *line = reasons.data; !piped && line && *line;) {
        size_t len = strcspn(++line, "\n");
        struct buf safe = {0};

        text_safe(&safe, line, len, t->cmd->ascii);
        cmd_line("%s", buf_text(&safe));
        buf_free(&safe);
        line += len;
    }
    buf_free(&reasons);
    buf_free(&reason);
    return e == ERR_OK ? cmd_flush() : e;
}

static enum err
print(struct trial *t)
{
    enum state worst;
    int64_t last;
    enum err e = view_states(t->cmd->service, &t->model, t->compiled,
                             clock_now(), &t->states, &worst, &last);

    if (e != ERR_OK)
        return e;
    return t->cmd->json ? print_json(t) : print_table(t);
}

static enum err
test_one(struct cmd *cmd)
{
    struct trial t = {.cmd = cmd};
    int64_t number = 0;
    enum err e = cmd_args(cmd, 2, SIZE_MAX);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model(cmd, cmd->argv[0], false, &t.model, &number);
    if (e == ERR_OK && t.model.kind->learns != LEARNS_MOMENTS)
        e = err_set(ERR_USAGE,
                    "%s is no sensor: it is tested with --json-input or "
                    "--csv",
                    t.model.name);
    if (e == ERR_OK)
        e = compiled_get(cmd->service, &t.model, number, &t.compiled);
    if (e == ERR_OK)
        e = judge(&t);
    if (e == ERR_OK && cmd_flag(cmd, "record"))
        e = history_record_values(cmd->service, &t.model, t.compiled,
                                  &t.verdicts);
    if (e == ERR_OK && !cmd_flag(cmd, "quiet"))
        e = print(&t);
    for (size_t i = 0; e == ERR_OK && i < t.verdicts.count; i++)
        if (t.verdicts.items[i].alert && cmd_flag(cmd, "quiet"))
            cmd->status = 1;
    trial_free(&t);
    return e;
}

/* ---- the command ---- */

enum { FORM_ONE = 1, FORM_ALL = 2, FORM_CSV = 4, FORM_JSON = 8 };

/* Which options go with which forms. */
static const struct {
    const char *option;
    int forms;
    const char *with;
} fitting[] = {
    {"column",      FORM_ONE | FORM_ALL,             "VALUE"                },
    {"record",      FORM_ONE | FORM_CSV | FORM_JSON,
     "SENSOR, --csv or --json-input"                                        },
    {"mode",        FORM_CSV | FORM_JSON,            "--csv or --json-input"},
    {"seed",        FORM_CSV | FORM_JSON,            "--csv or --json-input"},
    {"by",          FORM_CSV,                        "--csv"                },
    {"columns",     FORM_CSV,                        "--csv"                },
    {"time",        FORM_CSV,                        "--csv"                },
    {"since",       FORM_CSV,                        "--csv"                },
    {"until",       FORM_CSV,                        "--csv"                },
    {"missing",     FORM_CSV,                        "--csv"                },
    {"delimiter",   FORM_CSV,                        "--csv"                },
    {"decimal",     FORM_CSV,                        "--csv"                },
    {"skip-bad",    FORM_CSV,                        "--csv"                },
    {"jobs",        FORM_CSV,                        "--csv"                },
    {"alerts-only", FORM_CSV,                        "--csv"                },
};

static enum err
check_form(const struct cmd *cmd, int form)
{
    for (size_t i = 0; i < sizeof fitting / sizeof *fitting; i++)
        if (cmd_flag(cmd, fitting[i].option) && !(fitting[i].forms & form))
            return err_set(ERR_USAGE, "--%s goes with %s", fitting[i].option,
                           fitting[i].with);
    return ERR_OK;
}

static enum err
run(struct cmd *cmd)
{
    static const struct {
        const char *option;
        int form;
        enum err (*run)(struct cmd *cmd);
    } forms[] = {
        {"csv",        FORM_CSV,  test_csv },
        {"all",        FORM_ALL,  test_all },
        {"json-input", FORM_JSON, test_json},
    };
    enum err (*run_form)(struct cmd * cmd) = test_one;
    const char *other = NULL;
    int form = FORM_ONE;
    enum err e;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!cmd_flag(cmd, forms[i].option))
            continue;
        if (other)
            return err_set(ERR_USAGE, "either --%s or --%s", other,
                           forms[i].option);
        other = forms[i].option;
        form = forms[i].form;
        run_form = forms[i].run;
    }
    e = check_form(cmd, form);
    return e == ERR_OK ? run_form(cmd) : e;
}

static const struct cmd_option options[] = {
    {"column",                                   "COLUMN", false, "the column the values are of"},
    {"all",                                     NULL, false, "every sensor and column against VALUE"},
    {"csv",                                          "FILE", false, "every reading of a CSV file; - is standard input"},
    CSV_ASK_OPTIONS,
    {"json-input",  "FILE", false, "requests as JSON, one, several or lines"},
    {"mode",   "MODE", false, "another way of answering that the kind has"},
    {"seed",                                      "N", false, "begins what a kind draws: the same answer again"},
    {"alerts-only",                                     NULL, false, "print the alerts only"},
    {"record",                                          NULL, false, "record the readings in the history"},
    {"quiet",                                   NULL, false, "print nothing; exit status 1 for an alert"},
    {.name = NULL},
};

const struct command cmd_test = {
    .name = "test",
    .alias = "predict",
    .args = "SENSOR VALUE...\n"
            "--all VALUE\n"
            "--csv FILE --by COLUMN[,COLUMN]\n"
            "SENSOR --csv FILE\n"
            "MODEL --csv FILE\n"
            "MODEL --json-input FILE",
    .summary = "judge readings: alert or not, and why",
    .detail =
        "A value alerts when it reaches the threshold of its column. "
        "SENSOR@N tests version N. Of a CSV file every cell of the columns "
        "the sensors have gets a line line,sensor,column,value,alert,score,"
        "version; missing cells are counted. With --record the readings go "
        "into the history, at the time of the column --time if that is "
        "given: a reading of a time that is there already is not recorded "
        "again. Nothing is recorded before the whole file has been checked. "
        "A model without columns takes requests as JSON, or the rows of a "
        "CSV file, and answers what its kind has to say; see "
        "vigia-tables(7) and vigia-planners(7).",
    .example = "vigia test P-101 10",
    .options = options,
    .run = run,
};
