/* SPDX-License-Identifier: Apache-2.0 */
/* The schemas, as they go into the OpenAPI document. */
#include "cgi/schemas.h"

#define NUMBERS \
    "{\"type\":\"array\",\"items\":{\"type\":[\"number\",\"null\"]}}"
#define TIME "{\"type\":\"string\",\"format\":\"date-time\"}"

const char schema_fit[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"values\":" NUMBERS ",\"columns\":{\"type\":\"object\","
    "\"additionalProperties\":" NUMBERS "},"
    "\"recorded\":{\"type\":\"object\",\"properties\":{"
    "\"since\":" TIME ",\"until\":" TIME "}},"
    "\"cases\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
    "\"params\":{\"type\":\"object\"},\"fresh\":{\"type\":\"boolean\"}},"
    "\"oneOf\":[{\"required\":[\"values\"]},{\"required\":[\"columns\"]},"
    "{\"required\":[\"recorded\"]},{\"required\":[\"cases\"]}],"
    "\"examples\":[{\"values\":[10,5,6,9]}]}";

const char schema_test[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"value\":{\"type\":\"number\"},"
    "\"values\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}},"
    "\"columns\":{\"type\":\"object\",\"additionalProperties\":{\"type\":"
    "\"number\"}},\"column\":{\"type\":\"string\"},\"at\":" TIME "},"
    "\"oneOf\":[{\"required\":[\"value\"]},{\"required\":[\"values\"]},"
    "{\"required\":[\"columns\"]}],\"examples\":[{\"value\":10}]}";

const char schema_adjust[] =
    "{\"type\":\"object\",\"properties\":{\"percent\":{\"type\":"
    "\"number\",\"exclusiveMinimum\":-100,\"maximum\":1000,"
    "\"default\":10}},\"examples\":[{\"percent\":10}]}";

const char schema_model[] =
    "{\"type\":\"object\",\"required\":[\"name\",\"title\",\"kind\","
    "\"version\",\"state\"],\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"kind\":{\"type\":\"string\"},"
    "\"version\":{\"type\":[\"integer\",\"null\"]},"
    "\"origin\":{\"type\":\"string\"},\"created_at\":" TIME ","
    "\"by\":{\"type\":\"string\"},\"note\":{\"type\":\"string\"},"
    "\"active\":{\"type\":\"boolean\"},"
    "\"state\":{\"type\":[\"string\",\"null\"]},"
    "\"params\":{\"type\":\"object\"},\"weights\":{\"type\":\"object\"},"
    "\"activations\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
    "\"warning\":{\"type\":\"string\"}}}";

const char schema_job[] =
    "{\"type\":\"object\",\"required\":[\"id\",\"state\",\"model\"],"
    "\"properties\":{\"id\":{\"type\":\"integer\"},"
    "\"state\":{\"type\":\"string\",\"enum\":[\"running\",\"done\",\"failed\"]"
    "},"
    "\"model\":{\"type\":\"string\"},\"by\":{\"type\":\"string\"},"
    "\"began_at\":" TIME ","
    "\"ended_at\":{\"type\":[\"string\",\"null\"]},"
    "\"version\":{\"type\":[\"integer\",\"null\"]},"
    "\"status\":{\"type\":[\"integer\",\"null\"]},"
    "\"detail\":{\"type\":[\"string\",\"null\"]}}}";
