#include "mail/imap_session.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/imap_ability.h"
#include "mail/imap_channel.h"
#include "mail/imap_code.h"
#include "mail/imap_flight.h"
#include "mail/imap_guard.h"
#include "mail/imap_login.h"
#include "mail/imap_quote.h"
#include "mail/sasl.h"
#include "mail/source.h"
#include "net/wire.h"

enum { FAREWELL_MS = 200 };

bool
imap_can(const struct imap *imap, enum imap_ability ability)
{
	return (imap->abilities & ability) == (unsigned)ability;
}

void
imap_forget_folder(struct imap *imap)
{
	imap->has_box = false;
}

bool
imap_has_examined(const struct imap *imap, const char *name)
{
	return imap->kept_name != NULL && !imap->box.writable &&
	    text_equal(imap->kept_name, name);
}

uint32_t
imap_guess_exists(const struct imap *imap, const char *name)
{
	uint64_t	 hash = imap_flight_hash(name);
	size_t		 i;

	for (i = 0; i < SIZES_MOST; i++)
		if (imap->sizes[i].name == hash)
			return imap->sizes[i].exists;
	return 0;
}

const char *
imap_private_name(const struct imap *imap)
{
	return imap->private_name;
}

const struct imap_namespace *
imap_namespace(const struct imap *imap)
{
	return &imap->space;
}

void
imap_keep_namespace(struct imap *imap, struct imap_namespace space)
{
	if (imap->space.is_known)
		return;
	imap->space = space;
	imap->space.prefix = arena_text(imap->own, space.prefix == NULL ? "" :
	    space.prefix);
}

bool
imap_is_usable(const struct imap *imap)
{
	return !imap->broken && imap->login == NULL &&
	    !wire_has_input(imap->channel.wire);
}

const struct imap_box *
imap_box(const struct imap *imap)
{
	return imap->has_box ? &imap->box : NULL;
}

void
imap_begin(struct imap *imap, struct arena *arena, int64_t deadline)
{
	imap->arena = arena;
	imap->deadline = deadline;
	imap->first = imap->last = NULL;
	wire_set_arena(imap->channel.wire, arena);
	wire_set_deadline(imap->channel.wire, deadline);
}

void
imap_set_watch(struct imap *imap, struct watch *watch)
{
	wire_set_watch(imap->channel.wire, watch);
}

void
imap_thank(struct imap *imap)
{
	wire_thank(imap->channel.wire);
}

static struct queued *
make(struct imap *imap, struct arena *arena, const struct buf *text)
{
	struct queued	*queued;

	queued = arena_take(arena, sizeof(*queued));
	queued->arena = arena;
	queued->text = bytes_from(arena_copy(arena, text->at, text->len),
	    text->len);
	queued->tag = ++imap->tags;
	queued->command.replies.count = -1;
	return queued;
}

static struct queued *
queue(struct imap *imap, struct arena *arena, const struct buf *text)
{
	struct queued	*queued = make(imap, arena, text);

	if (imap->last == NULL)
		imap->first = queued;
	else
		imap->last->next = queued;
	imap->last = queued;
	return queued;
}

struct imap_command *
imap_queue(struct imap *imap, struct arena *arena, const struct buf *text)
{
	return &queue(imap, arena, text)->command;
}

struct imap_command *
imap_queue_source(struct imap *imap, struct arena *arena,
    const struct buf *text, struct source *source)
{
	struct queued	*queued = queue(imap, arena, text);

	queued->source = source;
	return &queued->command;
}

/* The folder that will be open when what is queued is done, or NULL. */
static const char *
will_be_open(const struct imap *imap, bool *writable)
{
	const struct queued	*at;
	const char		*name = imap->has_box ? imap->box.name : NULL;

	*writable = imap->has_box && imap->box.writable;
	for (at = imap->first; at != NULL; at = at->next)
		if (at->opens != NULL) {
			name = at->opens;
			*writable = at->writable;
		}
	return name;
}

struct imap_command *
imap_queue_open(struct imap *imap, struct arena *arena, const char *name,
    bool writable)
{
	struct queued	*queued;
	const char	*open;
	struct buf	 text;
	bool		 is_writable;

	open = will_be_open(imap, &is_writable);
	if (open != NULL && text_equal(open, name) && is_writable == writable)
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, writable ? "SELECT " : "EXAMINE ");
	imap_astring(&text, name);
	/* Dovecot tells HIGHESTMODSEQ only to those who ask for it. */
	if (imap_can(imap, IMAP_CAN_CONDSTORE))
		buf_text(&text, " (CONDSTORE)");
	queued = queue(imap, arena, &text);
	queued->opens = arena_text(arena, name);
	queued->writable = writable;
	return &queued->command;
}

void
imap_queue_resync(struct imap *imap, struct arena *arena)
{
	struct buf	 text;

	if (imap->resync || !imap_can(imap, IMAP_CAN_QRESYNC))
		return;
	imap->resync = true;
	buf_start(&text, arena);
	buf_text(&text, "ENABLE QRESYNC");
	(void)imap_queue(imap, arena, &text);
}

/* Ahead of what is queued. */
static struct imap_command *
queue_first(struct imap *imap, const char *command)
{
	struct queued	*queued;
	struct buf	 text;

	buf_start(&text, imap->arena);
	buf_text(&text, command);
	queued = make(imap, imap->arena, &text);
	queued->next = imap->first;
	imap->first = queued;
	return &queued->command;
}

/* Servers that answer nothing before ID (Coremail) are told who we are, in
 * the first flight, where it costs no waiting.  ENABLE takes no notice of what
 * a server has not (RFC 5161), which EXAMINE would not forgive. */
static void
introduce(struct imap *imap)
{
	if (imap->login != NULL)
		(void)queue_first(imap, "ENABLE CONDSTORE");
	if (imap->introduced || !imap_can(imap, IMAP_CAN_ID))
		return;
	imap->introduced = true;
	(void)queue_first(imap, "ID (\"name\" \"Postern\")");
}

/* By when the flight is to be over. */
static int64_t
find_deadline(const struct imap *imap)
{
	const struct queued	*at;
	int64_t			 until = clock_ms() + IMAP_FLIGHT_MS;

	for (at = imap->first; at != NULL; at = at->next) {
		until += (int64_t)(at->text.len / IMAP_SECOND_BYTES) * 1000;
		if (at->source != NULL)
			until += (int64_t)(at->source->length /
			    IMAP_SECOND_BYTES) * 1000;
	}
	return until < imap->deadline ? until : imap->deadline;
}

/* What it can do, where it did not say so as we logged in. */
static const struct fault *
ask_abilities(struct imap *imap)
{
	struct imap_command	*command;
	const struct fault	*bad;

	imap->is_unknown = false;
	command = queue_first(imap, "CAPABILITY");
	bad = imap_flight_end(imap, imap_flight_run(imap));
	return bad != NULL ? bad : imap_command_fault(imap->arena, command,
	    "say what it can do");
}

const struct fault *
imap_run(struct imap *imap)
{
	const struct fault	*bad;

	if (imap->first == NULL)
		return NULL;
	if (imap->broken)
		return fault_make(imap->arena, FAULT_UNAVAILABLE,
		    "the session with the mail server is over");
	if (imap->guard != NULL && !imap->guard->proved)
		return imap_guard_run(imap);
	if (arena_size(imap->arena) > IMAP_REQUEST_BYTES)
		return imap_flight_end(imap, fault_make(imap->arena,
		    FAULT_LIMIT, "the mail server's answers are too large"));
	imap->is_resting = false;
	introduce(imap);
	wire_set_deadline(imap->channel.wire, find_deadline(imap));
	bad = imap_flight_end(imap, imap_flight_run(imap));
	return bad != NULL || !imap->is_unknown ? bad : ask_abilities(imap);
}

const struct fault *
imap_settle(struct imap *imap)
{
	struct imap_login	*login = imap->login;
	struct texts		 capabilities = { NULL, 0 };
	const struct fault	*bad;

	if (login == NULL)
		return NULL;
	imap->login = NULL;
	imap->abilities = 0;
	wire_set_deadline(imap->channel.wire, find_deadline(imap));
	bad = imap_login_run(login, &capabilities);
	refused_note(imap->arena, &imap->refused, bad);
	imap->abilities = imap_ability_read(capabilities);
	if (bad == NULL && capabilities.len == 0)
		bad = ask_abilities(imap);
	imap->broken = imap->broken || bad != NULL;
	return bad;
}

const struct fault *
imap_command_fault(struct arena *arena, const struct imap_command *command,
    const char *what)
{
	if (command->outcome == IMAP_OK)
		return NULL;
	if (command->outcome == IMAP_WAITING)
		return fault_make(arena, FAULT_UNAVAILABLE,
		    "the mail server did not %s", what);
	return fault_make(arena, imap_code_kind(command->code),
	    "the mail server would not %s: \"%s\"", what, command->text);
}

/* Meets the server, and logs in unless that may go ahead. */
static const struct fault *
log_in(struct imap *imap, struct arena *arena,
    const struct sasl_credentials *credentials)
{
	const struct fault	*bad;

	/* The login does it then, ahead of all else. */
	imap->introduced = credentials->client != NULL;
	bad = imap_login_begin(imap, &imap->channel, arena, credentials,
	    &imap->login);
	if (bad != NULL)
		return bad;
	imap->abilities = imap_ability_read(imap_login_offers(imap->login));
	return imap_login_can_go_ahead(imap->login) ? NULL : imap_settle(imap);
}

const struct fault *
imap_reach(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline)
{
	const struct fault	*bad;
	struct wire_target	 target;
	struct wire		*wire;

	account_imap_target(account, config, &target);
	if ((bad = wire_open(arena, &target, deadline, &wire)) == NULL)
		wire_close(wire);
	return bad;
}

const struct fault *
imap_open_ahead(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct imap **result)
{
	struct sasl_credentials	 credentials;
	struct wire_target	 target;
	struct refused		 refused;
	struct arena		*own;
	struct imap		*imap;
	struct wire		*wire;
	const struct fault	*bad;
	int64_t			 until = clock_ms() + IMAP_FLIGHT_MS;

	if (account_is_waiting(account))
		return account_waits(arena, account);
	account_imap_target(account, config, &target);
	credentials = (struct sasl_credentials){
		.username = account->username, .password = account->password,
		.bearer = account->bearer, .host = target.guard.host,
		.port = (int)target.guard.port,
		.encrypted = target.tls != TLS_NONE, .client = config->client
	};
	bad = refused_find(arena, config, &credentials, &refused);
	if (bad != NULL ||
	    (bad = wire_open(arena, &target, deadline, &wire)) != NULL)
		return bad;
	own = arena_open();
	imap = arena_take(own, sizeof(*imap));
	imap->own = own;
	imap->kept = arena_open();
	imap->refused = refused;
	if (config->grants_folder != NULL)
		imap->private_name = arena_text(own, config->grants_folder);
	imap_channel_open(&imap->channel, wire);
	imap_begin(imap, arena, until < deadline ? until : deadline);
	if ((bad = log_in(imap, arena, &credentials)) != NULL) {
		imap->broken = true;
		imap_close(imap);
		return bad;
	}
	imap_begin(imap, arena, deadline);
	*result = imap;
	return NULL;
}

const struct fault *
imap_open(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct imap **imap)
{
	const struct fault	*bad;

	bad = imap_open_ahead(arena, account, config, deadline, imap);
	if (bad != NULL || (bad = imap_settle(*imap)) == NULL)
		return bad;
	imap_close(*imap);
	return bad;
}

void
imap_hold(struct imap *imap, struct slot place)
{
	imap->place = place;
}

void
imap_close(struct imap *imap)
{
	if (imap == NULL)
		return;
	imap_set_watch(imap, NULL);
	if (!imap->broken) {
		/* Nobody waits for what comes of it. */
		imap_begin(imap, imap->own, clock_ms() + FAREWELL_MS);
		(void)wire_write(imap->channel.wire, bytes_of("L2 LOGOUT\r\n"));
	}
	imap_channel_close(&imap->channel);
	slot_give(&imap->place);
	arena_close(imap->kept);
	arena_close(imap->own);
}
