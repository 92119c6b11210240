/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the OpenAPI document that do not come from the routes. */
#include "cgi/openapi_parts.h"

#include <stddef.h>

#include "cgi/resources.h"

const char openapi_summary[] = "Watches machines through their sensors.";

const char openapi_description[] =
    "A sensor is fitted on readings of a good period: of each column the "
    "mean and the standard deviation. A reading at or above the threshold, "
    "mean + k * std (k is 2 unless set), is an alert. Every fit, adjust and "
    "set makes a new version, every change can be undone, and what is "
    "answered is on the disk.\n\n"
    "Bodies are JSON. A trailing slash is accepted everywhere. Names of "
    "models are letters, digits and `._:-`. Times are RFC 3339.\n\n"
    "**Keys.** From the machine itself no key is needed. From elsewhere send "
    "`Authorization: Bearer KEY`; `vigia key add` makes one. Scopes include "
    "those before them: read, test, operate, admin.\n\n"
    "**Retries.** A 503 to a change means that it may or may not have "
    "happened: send it again with the same `Idempotency-Key`. Weights and "
    "models have an `ETag`; `If-Match` refuses a change when another version "
    "has become active meanwhile.\n\n"
    "**Errors** are problem documents (RFC 9457) that name everything that "
    "is wrong at once.";

/* clang-format off */

const struct openapi_tag openapi_tags[] = {
    {"sensors", "Fit, inspect, test and adjust one sensor.", sensor_routes},
    {"readings", "Readings of many sensors at once.", reading_routes},
    {"models", "All models, by name.", model_routes},
    {"planners", "Whom to invite, and when to look again.", planner_routes},
    {"versions", "What a model has learnt, when.", version_routes},
    {"changes", "Who did what; each change can be undone whole.",
     change_routes},
    {"history", "The record of tested readings.", history_routes},
    {"tables", "Scores and labels, as other services gave them.", table_routes},
    {"jobs", "Work that takes long.", job_routes},
    {"health", "For whoever starts or watches the service.", health_routes},
    {"metrics", "For Prometheus.", metrics_routes},
    {"documentation", "This document and its pages.", docs_routes},
    {.name = NULL},
};

#define NAME_SCHEMA \
    "{\"type\":\"string\"," \
    "\"pattern\":\"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$\"," \
    "\"examples\":[\"PUMP-7\"]}"

const struct openapi_name openapi_names[] = {
    {"sensor_id", "The name of a sensor.", NAME_SCHEMA},
    {"name", "The name of a model.", NAME_SCHEMA},
    {"number", "The number of a version.",
     "{\"type\":\"integer\",\"minimum\":1,\"examples\":[1]}"},
    {"id", "The number of a change or job.",
     "{\"type\":\"integer\",\"minimum\":1,\"examples\":[1]}"},
    {"file", "The name of a file.", "{\"type\":\"string\"}"},
    {NULL, "A name.", "{\"type\":\"string\"}"},
};

const struct openapi_type openapi_types[] = {
    {"integer", "{\"type\":\"integer\"}"},
    {"boolean", "{\"type\":\"integer\",\"enum\":[0,1]}"},
    {"time", "{\"type\":\"string\"}"},
    {"strings", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"},
    {NULL, "{\"type\":\"string\"}"},
};

#define RETRY_AFTER \
    "{\"Retry-After\":{\"description\":\"Seconds to wait.\"," \
    "\"schema\":{\"type\":\"integer\"}}}"

const struct openapi_problem openapi_problems[] = {
    {.status = "400", .name = "Malformed", .when = WHEN_ALWAYS,
     .help = "The address, a query or the body is malformed; the detail "
             "says where."},
    {.status = "401", .name = "NoKey", .when = WHEN_GUARDED,
     .help = "A key is needed, or this one is not known.",
     .headers = "{\"WWW-Authenticate\":{\"description\":\"Bearer.\","
                "\"schema\":{\"type\":\"string\"}}}"},
    {.status = "403", .name = "Forbidden", .when = WHEN_GUARDED,
     .help = "The key lacks the scope that the detail names, there are no "
             "keys at all, or the request comes from a page of another "
             "site."},
    {.status = "404", .name = "NotFound", .when = WHEN_NAMED,
     .help = "There is no such model, version, column or change; the detail "
             "names the nearest."},
    {.status = "409", .name = "Conflict", .when = WHEN_CHANGING,
     .help = "Not in this state: nothing is left to undo, or the name is "
             "taken."},
    {.status = "412", .name = "Precondition", .when = WHEN_TAGGED,
     .help = "If-Match names another version than the active one, which the "
             "detail tells."},
    {.status = "413", .name = "TooLarge", .when = WHEN_BODY,
     .help = "The body is longer than [rest] body_max."},
    {.status = "415", .name = "MediaType", .when = WHEN_WRITING,
     .help = "The body is declared as something else than JSON; the detail "
             "says what to send."},
    {.status = "422", .name = "Invalid", .when = WHEN_ASKED,
     .help = "Well-formed, but not acceptable; errors has all reasons."},
    {.status = "429", .name = "OneAtATime", .when = WHEN_LATER,
     .help = "Another one is being worked on: try again.",
     .headers = RETRY_AFTER},
    {.status = "500", .name = "Internal", .when = WHEN_ALWAYS,
     .help = "An error inside the service; its log has it under the id in "
             "instance."},
    {.status = "503", .name = "Unavailable", .when = WHEN_ALWAYS,
     .help = "The database is busy, its disk is full, or the service is "
             "loaded: try again.",
     .headers = RETRY_AFTER},
    {.status = NULL},
};

const struct openapi_part openapi_parts[] = {
    {"securitySchemes",
     "{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\","
     "\"description\":\"A key made by `vigia key add NAME --scope S`.\"}}"},
    {"parameters",
     "{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\","
     "\"description\":\"A text of your own for this act: the same request "
     "with the same key is answered again within 24 hours, not done "
     "again.\",\"schema\":{\"type\":\"string\",\"minLength\":1}},"
     "\"IfMatch\":{\"name\":\"If-Match\",\"in\":\"header\","
     "\"description\":\"The ETag of the version that is to be changed: it is "
     "only if that is the active one.\",\"schema\":{\"type\":\"string\"}},"
     "\"IfNoneMatch\":{\"name\":\"If-None-Match\",\"in\":\"header\","
     "\"description\":\"The ETag of the version that is known already.\","
     "\"schema\":{\"type\":\"string\"}}}"},
    {"headers",
     "{\"RequestId\":{\"description\":\"The id of the request: yours, or one "
     "made here. It is in the history and the log.\","
     "\"schema\":{\"type\":\"string\",\"maxLength\":64}}}"},
    {"schemas",
     "{\"Problem\":{\"type\":\"object\","
     "\"description\":\"RFC 9457.\","
     "\"required\":[\"type\",\"title\",\"status\",\"detail\"],"
     "\"properties\":{"
     "\"type\":{\"type\":\"string\"},"
     "\"title\":{\"type\":\"string\"},"
     "\"status\":{\"type\":\"integer\"},"
     "\"detail\":{\"type\":\"string\"},"
     "\"instance\":{\"type\":\"string\","
     "\"description\":\"The id of the request.\"},"
     "\"error\":{\"type\":\"string\","
     "\"description\":\"The same as detail.\"},"
     "\"errors\":{\"type\":\"array\","
     "\"description\":\"Everything that is wrong.\","
     "\"items\":{\"type\":\"object\","
     "\"required\":[\"pointer\",\"detail\"],\"properties\":{"
     "\"pointer\":{\"type\":\"string\","
     "\"description\":\"A JSON pointer into the body.\"},"
     "\"detail\":{\"type\":\"string\"}}}}},"
     "\"examples\":[{\"type\":\"about:blank\","
     "\"title\":\"Unprocessable Content\",\"status\":422,"
     "\"detail\":\"a fit needs at least two values\","
     "\"instance\":\"5f1c-17\","
     "\"error\":\"a fit needs at least two values\","
     "\"errors\":[{\"pointer\":\"/values\","
     "\"detail\":\"a fit needs at least two values\"}]}]}}"},
    {.key = NULL},
};
