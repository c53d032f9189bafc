/* The mail servers that are configured: name, port, certificate, greeting. */
#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "mail/reach.h"

/* By what a fault says; libcurl and OpenSSL tell certificates apart by words
 * alone.  The first row that fits is it. */
static const struct cause {
	enum fault_kind	 kind;
	const char	*word;		/* in the detail; NULL: any */
	const char	*row;
} causes[] = {
	{ FAULT_HOST, NULL, "mail-dns" },
	{ FAULT_TIMEOUT, "was not told in time", "mail-dns" },
	{ FAULT_TLS, "STARTTLS", "mail-starttls" },
	{ FAULT_TLS, "expired", "mail-expired" },
	{ FAULT_TLS, "subject name", "mail-name" },
	{ FAULT_TLS, "certificate", "mail-untrusted" },
	{ FAULT_TLS, "CA certificates", "mail-untrusted" },
	{ FAULT_TLS, NULL, "mail-tls" },
	{ FAULT_PROTOCOL, NULL, "mail-greeting" },
	{ FAULT_UNAVAILABLE, NULL, "mail-greeting" },
	{ FAULT_KINDS, NULL, "mail-unreachable" }
};

static const char *
find_row(const struct fault *bad)
{
	const struct cause	*cause;

	for (cause = causes; cause->kind != FAULT_KINDS; cause++)
		if (cause->kind == bad->kind && (cause->word == NULL ||
		    text_find_case(bad->detail, cause->word) != NULL))
			break;
	return cause->row;
}

static void
check_server(struct check *check, const char *protocol,
    const struct wire_target *target)
{
	const struct fault	*bad;
	const char		*row;

	bad = reach_server(check->arena, target,
	    clock_ms() + WIRE_CONNECT_MS);
	if (bad == NULL) {
		check_report_ok(&check->report, protocol, text_format(
		    check->arena, "%s server %s port %d greets", protocol,
		    target->guard.host, (int)target->guard.port));
		return;
	}
	row = find_row(bad);
	check_report_wrong_as(&check->report, row, text_format(check->arena,
	    "%s%s", protocol, strchr(row, '-')), text_format(check->arena,
	    "%s port %d: %s", target->guard.host, (int)target->guard.port,
	    bad->detail));
}

void
check_mail(struct check *check)
{
	const struct account	 anybody = { .address = NULL };
	struct wire_target	 target;

	if (check->config->imap_host == NULL) {
		check_report_note(&check->report, "IMAP_HOST is not set: users "
		    "name their own mail server");
		return;
	}
	account_imap_target(&anybody, check->config, &target);
	check_server(check, "imap", &target);
	if (check->config->smtp_host == NULL) {
		check_report_note(&check->report, "SMTP_HOST is not set: "
		    "nobody can send");
		return;
	}
	account_smtp_target(&anybody, check->config, &target);
	check_server(check, "smtp", &target);
}
