#ifndef DEPLOY_COMMAND_CHECK_REPORT_H
#define DEPLOY_COMMAND_CHECK_REPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "check_finding.h"
#include "data/json_write.h"

struct arena;

/*
 * What postern check has found, as it goes: a line each, "ok", "wrong" or
 * "note", or with --json one object at the end:
 *
 *	{"format":1, "base_url":"...", "server":"nginx",
 *	 "findings":[{"id","what","detail","why","mend"}],
 *	 "passed":["id"], "notes":["text"]}
 */
struct report {
	struct arena		*arena;
	bool			 json;
	enum check_server	 server;	/* whose words */
	unsigned		 wrong;		/* how many */
	struct buf		 found, passed, notes;
	struct json_writer	 found_writer, passed_writer, notes_writer;
};

void	 check_report_start(struct report *report, struct arena *arena,
	    bool json);

/* That nothing is wrong by that name. */
void	 check_report_ok(struct report *report, const char *id,
	    const char *what);

/* A finding of the table; detail may be NULL.  The second is for rows that
 * stand for several: id is what is told. */
void	 check_report_wrong(struct report *report, const char *id,
	    const char *detail);
void	 check_report_wrong_as(struct report *report, const char *row,
	    const char *id, const char *detail);

/* What is not wrong, but worth to be known. */
void	 check_report_note(struct report *report, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* With --json, prints all; base_url may be NULL. */
void	 check_report_end(struct report *report, const char *base_url);

#endif
