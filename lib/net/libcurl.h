#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <curl/curl.h>

/*
 * libcurl, loaded when it is first asked for a handle.  With all it brings it
 * is thirty libraries, which would be most of a program's start and of an
 * idle worker's memory; many a request needs none of them.
 *
 * Callers see the functions of <curl/curl.h>, of which those that the house
 * uses are defined here and call what was loaded; one that is missing here
 * fails to link.  curl_easy_init and curl_multi_init return NULL where
 * libcurl.so.4 can't be loaded; the others are called with what these gave.
 * It stays loaded until the program ends.
 *
 * Only programs of cgi/ and tests are linked with this.  The operator's command
 * names libcurl as what it needs, by which a package knows its version; the
 * bundle has it inside.
 *
 * So a program opens libraries after it has answered its first requests, which
 * a filter for system calls and files has to allow: reading below the folders
 * of libraries, and mapping what is there to be executed.  To forbid that, one
 * would call curl_global_init before, and pay for it in each idle worker.
 */

/*
 * Has TLS take what has come from the socket as a whole, instead of each
 * record's head and body by themselves.  It then holds what poll(2) does not
 * see, so this is for one that was opened with CURLOPT_CONNECT_ONLY, is read
 * until CURLE_AGAIN before it is waited for, and was read from before.  Where
 * TLS is not OpenSSL's nothing changes.
 */
void	 libcurl_read_ahead(CURL *curl);

#endif
