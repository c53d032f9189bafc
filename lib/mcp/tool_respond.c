#include "mcp/tool_respond.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/identity.h"
#include "mail/imap_session.h"
#include "mail/invitation.h"
#include "mail/invitation_reply.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/filing.h"
#include "mcp/invited.h"
#include "mcp/original.h"
#include "mcp/outgoing.h"
#include "mcp/sending.h"
#include "mcp/tool.h"

enum { COMMENT_CHARS = 2000 };

static const char *const	 responses[] = {
	"accept", "tentative", "decline", NULL
};

/* What they are called in calendars, and to people. */
static const struct {
	const char	*status;
	const char	*subject;
	const char	*sentence;
} words[] = {
	{ "ACCEPTED", "Accepted", "has accepted the invitation" },
	{ "TENTATIVE", "Tentative",
	  "has accepted the invitation tentatively" },
	{ "DECLINED", "Declined", "has declined the invitation" }
};

static const char	 no_calendar[] =
    "No calendar was looked at or changed.";

struct respond_args {
	const char	*folder;
	int64_t		 uid;
	int64_t		 uidvalidity;
	const char	*response;
	const char	*comment;
};

static const struct field	 respond_rows[] = {
	{ FIELD(struct respond_args, folder), .preset = "INBOX", .bare = true },
	{ FIELD(struct respond_args, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct respond_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD(struct respond_args, response), .required = true,
	  .words = responses },
	{ FIELD(struct respond_args, comment), .most = COMMENT_CHARS },
	{ FIELD_END }
};

/* An answer on its way. */
struct job {
	struct call			*call;
	const struct respond_args	*args;
	size_t				 word;		/* of words */
	struct original			 original;
	struct invitation_request	 request;
	struct invitation_reply		 reply;
	struct outgoing			 out;
	bool				 uninvited;
};

static const char	 answer_in_words[] =
    "Read it with get_mail_message; what is to be said of it goes with "
    "reply_mail_message.";

static const struct fault *
read_request(struct job *job)
{
	struct call			*call = job->call;
	const struct imap_command	*command;
	const struct part		*part;
	const struct fault		*bad;
	const char			*text;

	command = invited_queue_part(call, job->original.uid,
	    job->original.body, &part);
	if (command == NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "the message holds no invitation"),
		    "%s", answer_in_words);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the invitation")) != NULL)
		return bad;
	text = invited_text(call, job->original.uid, command, part);
	bad = invitation_request_read(call->arena, text == NULL ? "" : text,
	    clock_now(), &job->request);
	if (bad != NULL && part->size > INVITATION_BYTES)
		bad = fault_make(call->arena, FAULT_LIMIT, "the invitation "
		    "is too long: of its %lld bytes %d are looked at",
		    (long long)part->size, INVITATION_BYTES);
	return bad == NULL ? NULL : fault_hint(call->arena, bad, "%s",
	    answer_in_words);
}

/* As whom it is answered: the invited address that is the user's own, however
 * it was written, or else the account's. */
static const struct fault *
choose_attendee(struct job *job)
{
	struct call		*call = job->call;
	const struct account	*account = call->account;
	struct address		*from = &job->out.compose.from;
	const struct texts	*invited = &job->request.attendees;
	const char		*own = NULL;
	size_t			 i;

	if (identity_find(call->arena, account, job->request.organizer) !=
	    NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "the user is the organizer of this event"),
		    "There is nobody to answer; write to those invited with "
		    "send_mail_message.");
	for (i = 0; i < invited->len && own == NULL; i++)
		own = identity_find(call->arena, account, invited->at[i]);
	job->uninvited = own == NULL;
	from->address = own == NULL ? account->address : own;
	from->name = account->name;
	job->reply.attendee = own == NULL ? account->address :
	    invited->at[i - 1];
	return NULL;
}

static void
write_reply(struct job *job)
{
	struct invitation_reply	*reply = &job->reply;
	struct compose		*compose = &job->out.compose;
	struct arena		*arena = job->call->arena;
	const char		*summary = job->request.summary == NULL ?
				    "an event" : job->request.summary;
	bool			 mute = text_is_empty(job->args->comment);

	reply->request = &job->request;
	reply->name = job->call->account->name;
	reply->status = words[job->word].status;
	reply->comment = mute ? NULL : job->args->comment;
	reply->now = clock_now();
	compose->calendar = invitation_reply_write(arena, reply);
	compose->calendar_method = "REPLY";
	compose->subject = text_format(arena, "%s: %s",
	    words[job->word].subject, summary);
	compose->text = text_format(arena, "%s %s: %s\n%s%s%s",
	    reply->name != NULL ? reply->name : reply->attendee,
	    words[job->word].sentence, summary, mute ? "" : "\n",
	    mute ? "" : job->args->comment, mute ? "" : "\n");
}

static void
address_it(struct job *job)
{
	struct arena	*arena = job->call->arena;
	struct compose	*compose = &job->out.compose;
	struct address	*organizer;

	organizer = arena_take(arena, sizeof(*organizer));
	organizer->address = job->request.organizer;
	compose->to = (struct objects){ organizer, 1 };
	texts_add(arena, &job->out.recipients, organizer->address);
	job->out.utf8 = !text_is_ascii(organizer->address) ||
	    !text_is_ascii(compose->from.address);
	compose->date = clock_now();
	compose->message_id = compose_message_id(arena,
	    address_domain(compose->from.address));
	original_continue(job->call, &job->original, compose);
	/* With words of one's own it is as good as any message. */
	job->out.waiting.kind = text_is_empty(job->args->comment) ||
	    confirm_is_needed(job->call, "invitation") ? "invitation" : "send";
}

static void
tell(struct job *job, struct sent *sent)
{
	struct arena	*arena = job->call->arena;
	struct texts	 notes = { 0 };

	if (sent->note != NULL)
		texts_add(arena, &notes, sent->note);
	if (job->uninvited)
		texts_add(arena, &notes, text_format(arena, "None of the "
		    "user's addresses is among those invited; answered as "
		    "%s.", job->reply.attendee));
	texts_add(arena, &notes, no_calendar);
	sent->note = texts_join(arena, notes, " ");
}

static const struct fault *
respond(struct call *call, const void *arguments, void *result)
{
	const struct respond_args	*args = arguments;
	struct sent			*sent = result;
	struct job			 job = { .call = call, .args = args };
	const struct fault		*bad;
	const char			*wire;

	while (!text_equal(args->response, responses[job.word]))
		job.word++;
	bad = original_fetch(call, args->folder, args->uid,
	    args->uidvalidity, &job.original);
	if (bad != NULL || (bad = read_request(&job)) != NULL ||
	    (bad = choose_attendee(&job)) != NULL)
		return bad;
	write_reply(&job);
	address_it(&job);
	if ((bad = filing_folder(call, "\\Sent", &wire)) != NULL)
		return bad;
	bad = sending_run_outgoing(call, &job.out, wire, sent);
	if (bad == NULL)
		tell(&job, sent);
	return bad;
}

const struct tool	 tool_respond_invitation = {
	.name = "respond_to_invitation", .title = "Answer an invitation",
	.description = "Answers the organizer; no calendar is changed.",
	.scope = "mail:send", .open_world = true, .sends = true,
	.input = respond_rows, .input_size = sizeof(struct respond_args),
	.output = sending_answer_rows, .output_size = sizeof(struct sent),
	.handler = respond
};
