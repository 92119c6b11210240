/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as JSON: what they answer, and every way in which they are wrong. */
#include "kinds/forest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "tap.h"

static enum err
read_text(const char *text, size_t features, struct forest **f)
{
    struct json *json = NULL;
    enum err e = json_parse(text, strlen(text), &json);

    err_clear();
    if (e != ERR_OK)
        abort();
    e = forest_read(json, features, f);
    json_free(json);
    return e;
}

/* A forest of that head and those trees. */
static struct forest *
forest_of(const char *head, const char *trees)
{
    struct forest *f = NULL;
    struct buf text = {0};

    buf_printf(&text, "{%s,\"divisor\":1,\"steepness\":1,\"trees\":[%s]}",
               head, trees);
    if (read_text(buf_text(&text), 2, &f) != ERR_OK) {
        printf("Bail out! %s\n", err_text());
        exit(1);
    }
    buf_free(&text);
    return f;
}

static const char in_double[] =
    "\"arithmetic\":\"double\",\"output\":\"raw\",\"base\":[100]";
static const char in_float[] =
    "\"arithmetic\":\"float\",\"output\":\"raw\",\"base\":[0]";

static double
ask(const struct forest *f, double x, double y)
{
    double row[] = {x, y}, out;

    forest_predict(f, row, &out);
    return out;
}

/* One split at 5 of the given kind: 1 on the left, 2 on the right. */
static struct forest *
split(const char *head, char what)
{
    struct buf tree = {0};
    struct forest *f;

    buf_printf(&tree,
               "{\"group\":0,\"nodes\":\"%c..\",\"features\":[0],"
               "\"values\":[5,1,2]}",
               what);
    f = forest_of(head, buf_text(&tree));
    buf_free(&tree);
    return f;
}

static void
test_thresholds(void)
{
    struct forest *f = split(in_double, 'l');

    ok(ask(f, 4, 0) == 101 && ask(f, 5.000001, 0) == 102,
       "a threshold divides, and the base is added");
    ok(ask(f, 5, 0) == 101, "a value at the threshold goes left");
    ok(ask(f, NAN, 0) == 101, "l sends a missing value left");
    forest_free(f);
    f = split(in_double, 'r');
    ok(ask(f, NAN, 0) == 102, "r sends it right");
    ok(ask(f, 0, 0) == 101, "and a zero left");
    forest_free(f);
    f = split(in_double, 'z');
    ok(ask(f, 0, 0) == 102 && ask(f, -1e-36, 0) == 102 && ask(f, NAN, 0) == 102
           && ask(f, 1e-34, 0) == 101,
       "z takes a zero, or nearly, for missing and sends it right");
    forest_free(f);
    f = split(in_double, 'y');
    ok(ask(f, 0, 0) == 101 && ask(f, 7, 0) == 102, "y sends it left");
    forest_free(f);
    f = split(in_float, 'l');
    ok(ask(f, 5, 0) == 2, "of floats one at the threshold goes right");
    ok(ask(f, 4.99999999, 0) == 2, "the value becomes a float before");
    ok(ask(f, 4.9999, 0) == 1 && ask(f, NAN, 0) == 1, "the others go left");
    forest_free(f);
}

static void
test_sets(void)
{
    struct forest *f = forest_of(
        in_double, "{\"group\":0,\"nodes\":\"o.i..\",\"features\":[0,1],"
                   "\"values\":[1,2,3],\"sets\":[[0,40],[]]}");

    ok(ask(f, 0, 9) == 101 && ask(f, 40, 9) == 101, "codes of a set go left");
    ok(ask(f, 1, 9) == 103 && ask(f, 39, 9) == 103 && ask(f, 1e9, 9) == 103
           && ask(f, -3, 9) == 103,
       "others go right, also those that no set has");
    ok(ask(f, NAN, 9) == 103, "o sends a missing value right");
    ok(ask(f, 1, NAN) == 102, "i sends it left; a set may be empty");
    forest_free(f);
}

/* More trees than are walked at once, each with its own answer. */
static void
test_many(void)
{
    struct buf trees = {0};
    struct forest *f;
    double low = 100, high = 100;

    for (int i = 0; i < 21; i++) {
        buf_printf(&trees,
                   "%s{\"group\":0,\"nodes\":\"l.r..\",\"features\":[0,1],"
                   "\"values\":[%d,%d,0.5,0.25,0.125]}",
                   i ? "," : "", i, i);
        low += 7 <= i ? i : 0.25;
        high += 7 <= i ? i : 0.125;
    }
    f = forest_of(in_double, buf_text(&trees));
    ok(ask(f, 7, 0) == low, "many trees are added in their order");
    ok(ask(f, 7, 1) == high, "and each goes its own way");
    forest_free(f);
    buf_free(&trees);
}

static void
test_outputs(void)
{
    static const struct {
        const char *output;
        double doubles, floats;
    } cases[] = {
        {"exp",     4.4816890703380645, 4.48168897628784   },
        {"sigmoid", 0.8175744761936437, 0.81757450103759766},
        {"square",  2.25,               0                  },
    };
    struct buf head = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int floats = 0; floats < (cases[i].floats != 0 ? 2 : 1);
             floats++) {
            double want = floats ? cases[i].floats : cases[i].doubles;
            struct forest *f;

            buf_clear(&head);
            buf_printf(&head,
                       "\"arithmetic\":\"%s\",\"output\":\"%s\","
                       "\"base\":[1]",
                       floats ? "float" : "double", cases[i].output);
            f = forest_of(buf_text(&head),
                          "{\"group\":0,\"nodes\":\".\",\"features\":[],"
                          "\"values\":[0.5]}");
            ok(fabs(ask(f, 0, 0) - want) < (floats ? 5e-7 : 1e-15),
               "%s of a %s", cases[i].output, floats ? "float" : "double");
            forest_free(f);
        }
    buf_free(&head);
}

static void
test_classes(void)
{
    static const char trees[] =
        "{\"group\":0,\"nodes\":\".\",\"features\":[],\"values\":[1]},"
        "{\"group\":2,\"nodes\":\".\",\"features\":[],\"values\":[1]}";
    double row[] = {0, 0}, out[3];
    struct forest *f = forest_of("\"arithmetic\":\"double\","
                                 "\"output\":\"softmax\",\"base\":[0,0,1]",
                                 trees);

    forest_predict(f, row, out);
    ok(forest_groups(f) == 3 && fabs(out[0] + out[1] + out[2] - 1) < 1e-15,
       "probabilities sum to 1");
    ok(fabs(out[2] / out[0] - exp(1)) < 1e-14
           && fabs(out[0] / out[1] - exp(1)) < 1e-14,
       "and are as e to the sums");
    forest_free(f);
    f = forest_of("\"arithmetic\":\"float\",\"output\":\"softmax\","
                  "\"base\":[0,0,1]",
                  trees);
    forest_predict(f, row, out);
    ok(fabs(out[2] / out[0] - exp(1)) < 1e-6 && out[2] == (float) out[2],
       "in floats, too");
    forest_free(f);
}

/* ---- what is refused ---- */

static const struct {
    const char *tree, *words;
} wrong_trees[] = {
    {"1",                                                                      "must have a text \"nodes\""},
    {"{\"group\":0,\"nodes\":\"x\",\"values\":[1]}",                           "are written with"          },
    {"{\"group\":0,\"nodes\":\"l.\",\"features\":[0],\"values\":[1,2]}",
     "ends before its last leaf"                                                                           },
    {"{\"group\":0,\"nodes\":\"\",\"features\":[],\"values\":[]}",
     "ends before its last leaf"                                                                           },
    {"{\"group\":0,\"nodes\":\"..\",\"features\":[],\"values\":[1,2]}",
     "more nodes than places"                                                                              },
    {"{\"group\":0,\"nodes\":\"l..\",\"features\":[2],\"values\":[1,2,3]}",
     "no feature that is there"                                                                            },
    {"{\"group\":0,\"nodes\":\"l..\",\"features\":[-1],\"values\":[1,2,3]}",
     "no feature that is there"                                                                            },
    {"{\"group\":0,\"nodes\":\"l..\",\"features\":[0.5],\"values\":[1,2,3]}",
     "no feature that is there"                                                                            },
    {"{\"group\":0,\"nodes\":\"l..\",\"features\":[0],\"values\":[1,2]}",
     "a leaf has no value"                                                                                 },
    {"{\"group\":0,\"nodes\":\"l..\",\"features\":[0],\"values\":[null,2,1]}",
     "no threshold"                                                                                        },
    {"{\"group\":0,\"nodes\":\".\",\"features\":[0],\"values\":[1]}",
     "more features, values or sets"                                                                       },
    {"{\"group\":0,\"nodes\":\".\",\"features\":[],\"values\":[1,2]}",
     "more features, values or sets"                                                                       },
    {"{\"group\":1,\"nodes\":\".\",\"features\":[],\"values\":[1]}",
     "\"group\" is not there"                                                                              },
    {"{\"nodes\":\".\",\"features\":[],\"values\":[1]}",
     "\"group\" is not there"                                                                              },
    {"{\"group\":0,\"nodes\":\".\",\"leaves\":[1]}",                           "no member \"leaves\""      },
    {"{\"group\":0,\"nodes\":\"i..\",\"features\":[0],\"values\":[1,2]}",
     "must be an array of codes"                                                                           },
    {"{\"group\":0,\"nodes\":\"i..\",\"features\":[0],\"values\":[1,2],"
     "\"sets\":[[3,1]]}",                                                 "must ascend"               },
    {"{\"group\":0,\"nodes\":\"i..\",\"features\":[0],\"values\":[1,2],"
     "\"sets\":[[1,1]]}",                                                 "must ascend"               },
    {"{\"group\":0,\"nodes\":\"i..\",\"features\":[0],\"values\":[1,2],"
     "\"sets\":[[99999999]]}",                                            "must be an array of codes" },
};

/* Trees of two outputs, each of whose leaves is a probability. */
#define SHARES(base, divisor, leaf)                                     \
    "{\"arithmetic\":\"double\",\"output\":\"shares\",\"steepness\":1," \
    "\"base\":[0," base "],\"divisor\":" divisor ",\"trees\":["         \
    "{\"group\":0,\"nodes\":\"r..\",\"features\":[0],\"values\":[5,0."  \
    "25," leaf "]},{\"group\":1,\"nodes\":\"r..\",\"features\":[0],"    \
    "\"values\":[5,0.75,0]},"                                           \
    "{\"group\":0,\"nodes\":\".\",\"values\":[0.5]},"                   \
    "{\"group\":1,\"nodes\":\".\",\"values\":[0.5]}]}"

static void
test_shares(void)
{
    static const char text[] = SHARES("0", "2", "1");
    double row[] = {5, 0}, out[2];
    struct forest *f = NULL;

    if (!ok(read_text(text, 2, &f) == ERR_OK, "shares are read"))
        return;
    forest_predict(f, row, out);
    ok(out[0] == 0.375 && out[1] == 0.625, "they are means of the leaves");
    row[0] = 6;
    forest_predict(f, row, out);
    ok(out[0] == 0.75 && out[1] == 0.25, "... on the other side, too");
    forest_free(f);
}

static const struct {
    const char *text, *words;
} wrong_heads[] = {
    {SHARES("0",                                           "2",                                                               "1.5"), "a leaf is no probability"},
    {SHARES("0",                          "1",                                                                                           "1"), "the count of trees of each output"},
    {SHARES("0.1",                        "2","1"), "each \"base\" must be 0"},
    {"1",                                                    "an object \"forest\""                                                                                                         },
    {"{\"arithmetic\":\"half\"}",                                                "must be double or float"                                                                                             },
    {"{\"arithmetic\":\"float\",\"output\":\"rank\"}",                                                  "must be one of raw"                                         },
    {"{\"arithmetic\":\"float\",\"output\":\"raw\",\"divisor\":0,"
     "\"steepness\":1}",                          "must be above 0"                  },
    {"{\"arithmetic\":\"float\",\"output\":\"raw\",\"divisor\":1,"
     "\"steepness\":1,\"trees\":[],\"base\":[1]}",     "an array of 1 to"},
    {"{\"arithmetic\":\"float\",\"output\":\"raw\",\"divisor\":1,"
     "\"steepness\":1,\"trees\":[1],\"base\":[1,2]}",                              "a number for each output"                                                    },
    {"{\"arithmetic\":\"float\",\"output\":\"softmax\",\"divisor\":1,"
     "\"steepness\":1,\"trees\":[1],\"base\":[1]}",    "a number for each output"                                              },
    {"{\"arithmetic\":\"float\",\"output\":\"raw\",\"divisor\":1,"
     "\"steepness\":1,\"trees\":[1],\"base\":[0.1]}", "or no float"          },
    {"{\"arithmetic\":\"double\",\"turbo\":1}",   "no member \"turbo\""                                      },
};

static void
refuses(const char *text, const char *words)
{
    struct forest *f = NULL;
    enum err e = read_text(text, 2, &f);

    if (!ok_at(e == ERR_DATA && strstr(err_text(), words), __FILE__, __LINE__,
               "refused: %s", words))
        diag("   got: %d %s", (int) e, err_text());
}

static void
test_refusals(void)
{
    struct buf text = {0};

    for (size_t i = 0; i < sizeof wrong_heads / sizeof wrong_heads[0]; i++)
        refuses(wrong_heads[i].text, wrong_heads[i].words);
    for (size_t i = 0; i < sizeof wrong_trees / sizeof wrong_trees[0]; i++) {
        buf_clear(&text);
        buf_printf(&text, "{%s,\"divisor\":1,\"steepness\":1,\"trees\":[%s]}",
                   in_float, wrong_trees[i].tree);
        refuses(buf_text(&text), wrong_trees[i].words);
    }
    buf_free(&text);
}

int
main(void)
{
    test_thresholds();
    test_sets();
    test_many();
    test_outputs();
    test_classes();
    test_shares();
    test_refusals();
    return done_testing();
}
