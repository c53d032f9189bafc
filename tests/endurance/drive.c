/*
 * Whole FastCGI requests, as they stand in files, again and again in turn to a
 * worker's own socket, a connection each.  Every answer must be ended, and hold
 * the text behind its file's name.
 *
 * Usage: drive SOCKET TIMES (FILE TEXT)...
 */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FILES_MOST = 32,
	REQUEST_BYTES = 256 * 1024,
	ANSWER_BYTES = 256 * 1024,	/* the rest is read and not kept */
	HEAD_BYTES = 8,			/* of a record */
	END_REQUEST = 3
};

struct request {
	char		*at;
	size_t		 len;
	const char	*text;
};

static char	 answer[ANSWER_BYTES];

static struct request
read_request(const char *path, const char *text)
{
	struct request	 request = { malloc(REQUEST_BYTES), 0, text };
	FILE		*file = fopen(path, "r");

	if (file == NULL || request.at == NULL)
		err(1, "%s", path);
	request.len = fread(request.at, 1, REQUEST_BYTES, file);
	fclose(file);
	return request;
}

static int
open_line(const char *path)
{
	struct sockaddr_un	 to = { .sun_family = AF_UNIX };
	int			 fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(to.sun_path))
		errx(1, "%s is too long", path);
	memcpy(to.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "%s", path);
	return fd;
}

static void
write_all(int fd, const struct request *request)
{
	size_t	 done = 0;
	ssize_t	 n;

	while (done < request->len) {
		n = write(fd, request->at + done, request->len - done);
		if (n <= 0)
			err(1, "nothing can be written");
		done += (size_t)n;
	}
}

/* All that comes; of that the start is kept in answer, and its length told,
 * and the last 16 bytes in tail: an empty record of the answer's, then the one
 * that ends the request, are the end of each. */
static size_t
read_all(int fd, unsigned char tail[16])
{
	static char	 more[ANSWER_BYTES];
	size_t		 kept = 0, n, i;
	ssize_t		 got;

	memset(tail, 0, 16);
	while ((got = read(fd, more, sizeof(more))) > 0) {
		n = (size_t)got;
		for (i = n > 16 ? n - 16 : 0; i < n; i++) {
			memmove(tail, tail + 1, 15);
			tail[15] = (unsigned char)more[i];
		}
		if (n > sizeof(answer) - kept)
			n = sizeof(answer) - kept;
		memcpy(answer + kept, more, n);
		kept += n;
	}
	return kept;
}

/* What an answer says that is not as it must be. */
static void
fail(const char *what, size_t len)
{
	warnx("%s", what);
	fwrite(answer, 1, len, stderr);
	exit(1);
}

static void
once(const char *path, const struct request *request)
{
	unsigned char	 tail[16];
	int		 fd = open_line(path);
	size_t		 len;

	write_all(fd, request);
	len = read_all(fd, tail);
	close(fd);
	if (tail[0] != 1 || tail[1] != END_REQUEST)
		fail("the answer is not whole", len);
	if (memmem(answer, len, request->text, strlen(request->text)) == NULL)
		fail(request->text, len);
}

int
main(int argc, char *argv[])
{
	struct request	 requests[FILES_MOST];
	int		 count = (argc - 3) / 2, i;
	long		 times;

	if (count < 1 || count > FILES_MOST || argc != 3 + 2 * count)
		errx(1, "drive SOCKET TIMES (FILE TEXT)...");
	for (i = 0; i < count; i++)
		requests[i] = read_request(argv[3 + 2 * i], argv[4 + 2 * i]);
	for (times = strtol(argv[2], NULL, 10); times > 0; times--)
		once(argv[1], &requests[times % count]);
	return 0;
}
