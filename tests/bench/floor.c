/*
 * The physical limit: the IMAP that a tool needs, straight at the server over
 * TLS, by as little code as there can be.  It understands nothing but where
 * answers end.
 *
 * Usage: floor PORT kept|fresh PEOPLE TIMES USER PASSWORD FOLDER FLIGHT...
 *
 * A flight is one command or several, a line each, written at once and
 * answered before the next.  kept: one connection for all, its folder is open;
 * fresh: each time a connection, sign-in, the folder is opened in the first
 * flight, LOGOUT.  A FOLDER of "" is opened by nobody.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <stdbool.h>
#include <string.h>

#include "crowd.h"

enum { ROOM = 64 * 1024, TAG_LEN = 2 };

struct line {
	int	 fd;
	SSL	*tls;
	char	 data[ROOM];
	size_t	 at, len;
};

static struct line	 line;
static SSL_CTX		*context;
static char		**arguments;
static bool		 kept;

static void
fill(void)
{
	int	 got;

	if (line.at == line.len)
		line.at = line.len = 0;
	else if (line.len == sizeof(line.data)) {
		line.len -= line.at;
		memmove(line.data, line.data + line.at, line.len);
		line.at = 0;
	}
	got = SSL_read(line.tls, line.data + line.len,
	    (int)(sizeof(line.data) - line.len));
	if (got <= 0)
		crowd_fail("the server is gone");
	line.len += (size_t)got;
}

static void
skip(size_t count)
{
	size_t	 part;

	while (count > 0) {
		if (line.at == line.len)
			fill();
		part = line.len - line.at < count ? line.len - line.at : count;
		line.at += part;
		count -= part;
	}
}

/* The next line and its length; it is there until the next. */
static const char *
next(size_t *len)
{
	const char	*start, *end;

	while ((end = memchr(line.data + line.at, '\n',
	    line.len - line.at)) == NULL)
		fill();
	start = line.data + line.at;
	*len = (size_t)(end - start) + 1;
	line.at += *len;
	return start;
}

/* Of a line that ends with {N}: the literal's length, else 0. */
static size_t
literal(const char *text, size_t len)
{
	const char	*open;

	if (len < 5 || text[len - 3] != '}')
		return 0;
	for (open = text + len - 3; open > text && *open != '{'; open--)
		;
	return strtoul(open + 1, NULL, 10);
}

/* Reads until so many commands have their tagged answer. */
static void
await(int commands)
{
	const char	*text;
	size_t		 len, more;

	while (commands > 0) {
		text = next(&len);
		more = literal(text, len);
		if (more > 0) {
			skip(more);
		} else if (text[0] == 't' && text[1] == ' ') {
			if (strncmp(text + TAG_LEN, "OK", 2) != 0)
				crowd_fail(text);
			commands--;
		}
	}
}

/* Adds each line of text as a command, and says how many these are. */
static int
add(char *out, const char *text)
{
	int	 commands = 0;
	size_t	 len;

	while (*text != '\0') {
		len = strcspn(text, "\n");
		out += strlen(out);
		snprintf(out, ROOM / 2, "t %.*s\r\n", (int)len, text);
		text += len + (text[len] == '\n');
		commands++;
	}
	return commands;
}

static void
fly(const char *first, const char *then)
{
	static char	 out[ROOM];
	int		 commands;

	out[0] = '\0';
	commands = add(out, first) + add(out, then);
	if (SSL_write(line.tls, out, (int)strlen(out)) <= 0)
		crowd_fail("nothing can be written");
	await(commands);
}

/* Writes what opens the folder, if there is one. */
static void
examine(char *command, size_t room)
{
	const char	*folder = arguments[7];

	command[0] = '\0';
	if (*folder != '\0')
		snprintf(command, room, "EXAMINE \"%s\"\n", folder);
}

static void
connect_in(void)
{
	struct sockaddr_in	 to = { .sin_family = AF_INET };
	char			 command[512];
	int			 on = 1;
	size_t			 len;

	to.sin_port = htons((uint16_t)crowd_number(arguments[1]));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	line.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(line.fd, (const struct sockaddr *)&to, sizeof(to)) == -1)
		crowd_fail("no connection");
	setsockopt(line.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	line.tls = SSL_new(context);
	line.at = line.len = 0;
	SSL_set_fd(line.tls, line.fd);
	if (SSL_connect(line.tls) != 1)
		crowd_fail("no TLS");
	next(&len);
	snprintf(command, sizeof(command), "LOGIN \"%s\" \"%s\"",
	    arguments[5], arguments[6]);
	fly(command, "");
}

static void
open_line(void)
{
	char	 command[512];

	if (!kept)
		return;
	connect_in();
	examine(command, sizeof(command));
	if (command[0] != '\0')
		fly(command, "");
}

static void
once(void)
{
	char	 command[512] = "";
	int	 i;

	if (!kept) {
		connect_in();
		examine(command, sizeof(command));
	}
	for (i = 8; arguments[i] != NULL; i++) {
		fly(command, arguments[i]);
		command[0] = '\0';
	}
	if (kept)
		return;
	SSL_write(line.tls, "t LOGOUT\r\n", 10);
	SSL_free(line.tls);
	close(line.fd);
}

int
main(int argc, char *argv[])
{
	if (argc < 9)
		crowd_fail("floor PORT kept|fresh PEOPLE TIMES USER PASSWORD "
		    "FOLDER FLIGHT...");
	arguments = argv;
	kept = strcmp(argv[2], "kept") == 0;
	context = SSL_CTX_new(TLS_client_method());
	crowd_run(crowd_number(argv[3]), crowd_number(argv[4]), open_line,
	    once);
	return 0;
}
