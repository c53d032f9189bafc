#ifndef MCP_CONFIRM_H
#define MCP_CONFIRM_H

#include <stdbool.h>

#include "mcp/once.h"

struct call;
struct confirm_draft;
struct confirm_link;
struct fault;
struct json;
struct json_writer;
struct question;
struct tool;

/*
 * The user's word before what they want to be asked first (account.ask_first).
 * A tool that has found out what it is about to do asks here; unless there is
 * a word that answers exactly this question it does nothing.  A client that
 * can show forms asks the user itself (mcp/confirm_state); to any other the
 * answer is a link (mcp/confirm_link).  A word is good for ten minutes and
 * once: who acts on it claims it before, on whatever host (mcp/once).
 */
enum { CONFIRM_SECONDS = 600 };

enum confirm_word { CONFIRM_UNSAID, CONFIRM_YES, CONFIRM_NO };

/* Of one call. */
struct confirm {
	const struct tool		*tool;
	const struct json		*given;		/* arguments, or NULL */
	const char			*arguments;	/* confirm_arguments's
						 * once asked for */
	bool				 forms;	/* the client shows forms */
	enum confirm_word		 word;
	const char			*nonce;	/* of the word, if any */
	const char			*asked;	/* digest of its question */
	const struct confirm_link	*link;	/* by which the page does it */
	bool				 looks;	/* only to see the question */
	const struct confirm_draft	*draft;	/* that is to be sent, or
						 * NULL: what the user said or
						 * is asked is about a draft */
	const struct question		*question; /* that came up, or NULL */
	struct once			 once;
	bool				 claimed; /* the word counts here */
};

/*
 * Notes which tool is called with what, and reads the word that came along
 * with the call.  FAULT_PARAMS for one that was not given to this.
 */
const struct fault	*confirm_begin(struct call *call,
			    struct confirm *confirm, const struct tool *tool,
			    const struct json *arguments);

/* The arguments as JSON for another account's call (data/json_canonical), and
 * a digest of all that was given; made when they are needed, since arguments
 * may hold files. */
const char		*confirm_arguments(struct call *call);
const char		*confirm_digest(struct call *call);

/*
 * NULL: go on, since nothing has to be asked, or the user said yes to this and
 * the word is claimed.  FAULT_CONFIRM, to be handed up: ask.  FAULT_PARAMS,
 * FAULT_CHANGED: it was used already; FAULT_UNKNOWN_STATE: somebody claimed it
 * and nobody knows what came of it.  The question lives as long as the call.
 */
const struct fault	*confirm_ask(struct call *call,
			    struct question *question);

/* Whether one of these kinds has to be asked for. */
bool			 confirm_is_needed(const struct call *call,
			    const char *kinds);

/* Whether it has to be, and by a link: what is to
 * be sent is kept as a draft then. */
bool			 confirm_is_by_link(const struct call *call,
			    const char *kinds);

/* Message-IDs for what goes out by a word, the first to be given; a second try
 * finds any of them (mcp/stamp).  None where no word was needed. */
struct texts		 confirm_message_ids(struct call *call);

/* Claims the word, whatever it was: the state is mcp/once's. */
const struct fault	*confirm_claim(struct call *call,
			    enum once_state *state);

/* FAULT_CHANGED where anybody has claimed it; it is not claimed by that. */
const struct fault	*confirm_look(struct call *call);

/* It was used: what a caller is told who comes with the word again. */
const struct fault	*confirm_used(struct call *call);

/* What came of the call: where nothing was done, the word may be used again.
 */
void			 confirm_finish(struct call *call,
			    const struct fault *bad);

/* Instead of an answer: the question, or a link to it. */
const struct fault	*confirm_put(struct call *call,
			    struct json_writer *writer,
			    const struct fault *bad);

/* The answer where the user said no. */
void			 confirm_put_refusal(struct call *call,
			    struct json_writer *writer);

#endif
