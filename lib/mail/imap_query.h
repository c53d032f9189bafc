#ifndef MAIL_IMAP_QUERY_H
#define MAIL_IMAP_QUERY_H

struct arena;
struct fault;
struct imap_criteria;

/*
 * SEARCH criteria written by a caller (RFC 9051 6.4.4, with OLDER and YOUNGER
 * of RFC 5032 and Gmail's X-GM-RAW), read by their grammar and written anew
 * behind what criteria holds.  Used by mail/imap_search only.
 * FAULT_ARGUMENT says at which word it went wrong.
 */
const struct fault	*imap_query_write(struct arena *arena,
			    const char *query,
			    struct imap_criteria *criteria);

#endif
