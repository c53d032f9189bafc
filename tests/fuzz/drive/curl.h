#ifndef DRIVE_CURL_H
#define DRIVE_CURL_H

#include <stddef.h>
#include <stdint.h>

/*
 * In the place of libcurl: every connection is to a server that has said
 * everything beforehand, and takes what it is told.
 */

/* What it says, in pieces of that size at most; then it hangs up. */
void	 curl_input(const uint8_t *at, size_t len, size_t piece);

#endif
