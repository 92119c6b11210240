/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libfcgi as the codec: a complete request becomes a struct request, and a
 * struct response becomes records. Between libfcgi and us stands a file in
 * memory, so that it never waits for a peer.
 */
#ifndef VIGIA_FCGI_CODEC_H
#define VIGIA_FCGI_CODEC_H

#include "base/err.h"

#include <stdbool.h>

struct buf;
struct codec;
struct codec_call;
struct frame;
struct request;
struct response;

CHECKED enum err codec_new(struct codec **out);
void codec_free(struct codec *c); /* takes NULL */

/*
 * Fills a zeroed r from a request that is complete; the body is moved out of
 * the frame. *call is what the answer needs: codec_answer() or codec_drop()
 * ends it. ERR_SYNTAX: REQUEST_URI is missing, or the body is not as long as
 * CONTENT_LENGTH says; *call is there and r may be answered all the same.
 * ERR_INTERNAL: it is not.
 */
CHECKED enum err codec_decode(struct codec *c, struct frame *f,
                              struct request *r, struct codec_call **call);

/*
 * Adds the answer's records to out and ends the call. bare: HEAD, so the
 * body is only announced. ERR_INTERNAL: out is as it was.
 */
CHECKED enum err codec_answer(struct codec *c, struct codec_call *call,
                              const struct response *response, bool bare,
                              struct buf *out);
void codec_drop(struct codec_call *call); /* takes NULL */

#endif
