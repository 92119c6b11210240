/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for the checksum of exported models and for keys. */
#ifndef VIGIA_SHA256_H
#define VIGIA_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_HEX = 65 };

void sha256(const void *bytes, size_t len, uint8_t out[SHA256_SIZE]);

/* The same as 64 lower-case hexadecimal digits and a NUL. */
void sha256_hex(const void *bytes, size_t len, char out[SHA256_HEX]);

#endif
