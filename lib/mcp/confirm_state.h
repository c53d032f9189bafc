#ifndef MCP_CONFIRM_STATE_H
#define MCP_CONFIRM_STATE_H

struct call;
struct fault;
struct json_writer;
struct question;

/*
 * The way to the user's word for clients of 2026-07-28 that show forms
 * (basic/patterns/mrtr): the result is input_required with one question, yes
 * or no, and a sealed requestState that is bound to the grant, its account,
 * the tool and its arguments, and the question.  The client calls again with
 * both the answer and that state.
 */

/*
 * Reads requestState and inputResponses of the call's params into its confirm.
 * Without an answer, or with one of another form than asked for, there is no
 * word.  FAULT_PARAMS: a state that was not given to this call, or an answer
 * that is none.
 */
const struct fault	*confirm_state_read(struct call *call);

/* Writes the question and a new state as members of a result. */
const struct fault	*confirm_state_put(struct call *call,
			    const struct question *question,
			    struct json_writer *writer);

#endif
