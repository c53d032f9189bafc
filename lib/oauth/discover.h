#ifndef OAUTH_DISCOVER_H
#define OAUTH_DISCOVER_H

#include "mail/autoconfig.h"

struct fault;
struct mailbox_form;
struct reply;
struct request;

/*
 * Finding the servers of the address that is being typed on the sign-in page.
 *
 * GET /oauth/discover?address=...&request=... for the page's own script:
 * request is the sealed value of its form, the cookie must be that of the
 * page, and Sec-Fetch-Site or Origin, where the browser tells, must be ours;
 * else FAULT_ORIGIN (403).  The answer is always 200 with JSON:
 *
 *	{"found": true,			servers are in it
 *	 "sure": true,			see mail/autoconfig.h
 *	 "provider": "Gmail",		or absent
 *	 "closed": false,		true: no password opens it
 *	 "hint": "...", "link": "https://...",		or absent
 *	 "username": "me@example.org",			or absent
 *	 "smtp_username": "me",		absent: the same
 *	 "imap": {"host": "imap.example.org", "port": 993, "tls": "implicit"},
 *	 "smtp": {"host": "...", "port": 587, "tls": "starttls"}}
 *
 * imap and smtp are absent where not found; tls is "implicit" or "starttls",
 * as the form's fields have it.  Where the servers are not the person's to
 * choose it is {"found": false}, as it is for no address, when too many are
 * looked for at once, and when one address asked too often (oauth/pace).
 */
const struct fault	*discover_answer(struct request *request,
			    struct reply *reply);

/* So that nobody has the network searched quickly through us: how many look
 * at once, of all processes that have RUN_DIR, and how long each takes at
 * least for what is not known by heart. */
enum {
	DISCOVER_SLOTS = 3,
	DISCOVER_LEAST_MS = 500
};

/*
 * The same for a form that was sent with an address and no servers.  Takes
 * AUTOCONFIG_MS at most. Nothing found: servers->source is SERVERS_NONE.
 */
void			 discover_find(struct request *request,
			    const char *address, struct servers *servers);

/* Puts what was found into the fields for servers that are empty: host, port
 * and tls of each, the user names. What was typed stays. */
void			 discover_fill(struct request *request,
			    const struct servers *servers,
			    struct mailbox_form *form);

#endif
