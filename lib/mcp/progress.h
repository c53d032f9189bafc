#ifndef MCP_PROGRESS_H
#define MCP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct call;
struct message;
struct reply;
struct request;
struct source;
struct watch;

/*
 * Telling a client how far a call has come, and noticing that it has gone.
 *
 * Whoever gave a progressToken and takes text/event-stream gets, where the
 * work is long, an event stream: notifications/progress, a comment whenever
 * there was nothing to tell for PROGRESS_KEEP_MS, and the response.  It begins
 * when there is something to tell, the work has taken PROGRESS_LONG_MS and the
 * mailbox is open and its card was seen there; what is done or refused before
 * is plain JSON with its own status.  Everybody else gets JSON always, and
 * these functions do nothing but watch the client.
 *
 * A client of the modern era that goes away ends the work, as soon as a mail
 * server is waited for: its session is closed in the midst of a flight, which
 * is well where nothing was to be changed.  A tool that changes something goes
 * on to its end, but for the parts that progress_may_stop names.
 */
enum {
	PROGRESS_LONG_MS = 500,		/* of the request */
	PROGRESS_KEEP_MS = 5 * 1000,
	PROGRESS_STEPS = 20,		/* told of a known total, at most */
	PROGRESS_PAUSE_MS = 500,	/* between those of an unknown one */
	PROGRESS_TOKEN_CHARS = 1000	/* a longer one counts as none */
};

/* For a request that is answered alone; until progress_may_stop says else, a
 * modern client's going ends it. */
void		 progress_open(struct call *call, struct request *request,
		    struct reply *reply, const struct message *message);

/* For one of a batch, which is never streamed. */
void		 progress_watch(struct call *call,
		    const struct request *request);

/*
 * So much of total (0: nobody knows) is done, in words a user reads.  What is
 * less than before begins another part of the work, which is added to what was
 * done.  text must live as long as the call.  May be called as often as one
 * likes: few of many steps are told.
 */
void		 progress_tell(struct call *call, int64_t done, int64_t total,
		    const char *text);

/* The same by itself as time passes: seconds from now on, of so many. */
void		 progress_count(struct call *call, int64_t seconds,
		    const char *text);

/* What follows is known to be long, and whatever could be refused was not:
 * the stream begins with what is told next. */
void		 progress_expect(struct call *call);

/* Another notification about this request, params being JSON, to whoever takes
 * an event stream, with or without a progressToken.  No tool of ours logs to
 * its client; the fixtures do. */
void		 progress_say(struct call *call, const char *method,
		    struct bytes params);

/* Whether a modern client's going ends the work from here on. */
void		 progress_may_stop(struct call *call, bool may);

/* Looks whether the client has gone and the work is to end. */
bool		 progress_ends(struct call *call);

/* What net's waits look after for this call, or NULL. */
struct watch	*progress_of(const struct call *call);

/* The source, which tells of its bytes as they are given. */
struct source	*progress_source(struct call *call, struct source *source,
		    const char *text);

/* Ends the stream with the response, if there is one: false if not. */
bool		 progress_close(struct call *call, struct bytes response);

#endif
