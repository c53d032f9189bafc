/*
 * One HTTP request, as it stands in a file, sent again and again over
 * connections that are kept, to 127.0.0.1.  Every answer must be of the status
 * (200) and hold the text.
 *
 * Usage: drive PORT PEOPLE TIMES FILE TEXT [STATUS]
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <string.h>

#include "crowd.h"

enum { REQUEST_BYTES = 64 * 1024, ANSWER_BYTES = 4 * 1024 * 1024 };

static char	 request[REQUEST_BYTES];
static size_t	 request_len;
static char	 answer[ANSWER_BYTES + 1];
static size_t	 answer_len;
static int	 fd;
static int	 port;
static const char	*text;
static char		 status[] = "HTTP/1.1 200";

static void
open_line(void)
{
	struct sockaddr_in	 to = { .sin_family = AF_INET };
	int			 on = 1;

	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == -1)
		crowd_fail("no connection");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* Whether the server says that it closes the line. */
static int
closes(void)
{
	return strstr(answer, "\r\nConnection: close\r\n") != NULL;
}

/* How long the whole answer is; 0 as long as that is not known. */
static size_t
whole(void)
{
	const char	*body, *said;

	answer[answer_len] = '\0';
	body = strstr(answer, "\r\n\r\n");
	if (body == NULL)
		return 0;
	said = strstr(answer, "\r\nContent-Length:");
	if (said != NULL && said < body)
		return (size_t)(body + 4 - answer) +
		    strtoul(said + strlen("\r\nContent-Length:"), NULL, 10);
	/* Chunks; the last is of no length. */
	if (answer_len > 7 &&
	    strcmp(answer + answer_len - 7, "\r\n0\r\n\r\n") == 0)
		return answer_len;
	return 0;
}

static void
once(void)
{
	ssize_t	 got;
	size_t	 end = 0;

	if (write(fd, request, request_len) != (ssize_t)request_len)
		crowd_fail("nothing can be written");
	for (answer_len = 0; end == 0 || answer_len < end; end = whole()) {
		got = read(fd, answer + answer_len, ANSWER_BYTES - answer_len);
		if (got <= 0)
			crowd_fail("the answer is not whole");
		answer_len += (size_t)got;
	}
	if (strncmp(answer, status, strlen(status)) != 0 ||
	    strstr(answer, text) == NULL)
		crowd_fail(answer);
	if (closes()) {
		close(fd);
		open_line();
	}
}

int
main(int argc, char *argv[])
{
	FILE	*file;

	if (argc < 6 || argc > 7)
		crowd_fail("drive PORT PEOPLE TIMES FILE TEXT [STATUS]");
	if (argc == 7)
		snprintf(status, sizeof(status), "HTTP/1.1 %s", argv[6]);
	port = crowd_number(argv[1]);
	text = argv[5];
	file = fopen(argv[4], "r");
	if (file == NULL)
		crowd_fail("no such file");
	request_len = fread(request, 1, sizeof(request), file);
	fclose(file);
	crowd_run(crowd_number(argv[2]), crowd_number(argv[3]), open_line,
	    once);
	return 0;
}
