#include "mail/smtp.h"

#include "net/watch.h"
#include "smtp_stage.h"

#define START	"S 220 hello", "C EHLO *", "S 250-hello",		\
    "S 250 PIPELINING", "C MAIL FROM:<tim@example.org>",		\
    "C RCPT TO:<a@example.org>", "C DATA"

/* When a client goes, what the server sees, and what comes of it. */
static const struct row {
	bool		 at_content;	/* else before anything */
	bool		 stops;		/* it is told to end the work */
	enum fault_kind	 kind;		/* FAULT_KINDS: it was sent */
	const char	*lines[16];
} rows[] = {
	{ false, true, FAULT_GONE, { START, "end" } },
	{ false, false, FAULT_KINDS, { START, "S 250 ok", "S 250 a",
	    "S 354 go", "C x", "C .", "S 250 queued", "C QUIT", "end" } },
	/* Its end and the final dot are written at once. */
	{ true, true, FAULT_KINDS, { START, "S 250 ok", "S 250 a",
	    "S 354 go", "C x", "C .", "S 250 queued", "C QUIT", "end" } },
	{ true, true, FAULT_UNKNOWN_STATE, { START, "S 250 ok", "S 250 a",
	    "S 354 go", "C x", "C .", "cut" } }
};

static int	 client;	/* the end that hangs up */

static const struct fault *
leave(void *state, struct bytes *piece)
{
	if (client != -1)
		close(client);
	client = -1;
	return spring_next(state, piece);
}

static void
try(const struct row *row)
{
	struct watch		 watch = { .events = POLLIN };
	const struct fault	*bad;
	struct smtp_message	 mail;
	struct objects		 results;
	struct stage		 stage;
	int			 ends[2];

	begin(&stage);
	assert_null(meet(&stage, play, row->lines));
	/* Not before: the peer would hold it open. */
	assert_int_equal(pipe(ends), 0);
	watch.fd = ends[0];
	watch.stops = row->stops;
	client = ends[1];
	smtp_set_watch(stage.smtp, &watch);
	mail = message(stage.arena, "a@example.org", "x\r\n");
	if (row->at_content)
		mail.source->next = leave;
	else
		close(client);
	bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
	assert_int_equal(bad == NULL ? FAULT_KINDS : (int)bad->kind,
	    row->kind);
	/* Where the server answers at once nobody looks. */
	assert_true(watch.gone || row->kind != FAULT_GONE);
	/* At the latest the final dot holds it. */
	assert_int_equal(watch.stops, row->kind == FAULT_GONE);
	end(&stage);
	close(ends[0]);
}

static void
clients_that_go(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try(&rows[i]);
}

CHECK_MAIN(cmocka_unit_test(clients_that_go))
