/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenAPI 3.1 document, made from the routing table: what a row says is
 * all that is known about a route, here as in dispatch.
 */
#ifndef VIGIA_OPENAPI_H
#define VIGIA_OPENAPI_H

struct buf;
struct route;

/* Adds the document. prefix: [rest] prefix, "" or NULL for none. */
void openapi_write(const char *prefix, struct buf *out);

/* Adds the operationId: get_v1_models_name for GET /v1/models/{name}. */
void openapi_id(const struct route *route, struct buf *out);

#endif
