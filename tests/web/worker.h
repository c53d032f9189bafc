#ifndef WORKER_H
#define WORKER_H

/*
 * A program under test in a child process, and the least a web server says to
 * it: FastCGI records over a unix socket, or CGI's variables and pipes.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "web/serve.h"

#define HELPER	static __attribute__((unused))

enum { ANSWER_SECONDS = 20 };

struct worker_child {
	char			 folder[64];
	struct sockaddr_un	 address;
	int			 listener;
	pid_t			 pid;
};

/* What a request is made of; variables end with NULL. */
struct asked {
	const char	*method;
	const char	*uri;		/* REQUEST_URI */
	const char	*variables[12];	/* name, value, … */
	const char	*body;		/* or NULL */
	bool		 no_length;	/* leave CONTENT_LENGTH out */
};

HELPER void
worker_run(const struct program *program, const char *log)
{
	int	 fd;

	/* It ends with a test that fails. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	_exit(serve(program));
}

HELPER void
worker_start(struct worker_child *worker, const struct program *program)
{
	char	 log[80];

	if (worker->folder[0] == '\0') {
		snprintf(worker->folder, sizeof(worker->folder),
		    "/tmp/web-test-XXXXXX");
		assert_non_null(mkdtemp(worker->folder));
		worker->address.sun_family = AF_UNIX;
		snprintf(worker->address.sun_path,
		    sizeof(worker->address.sun_path), "%s/socket",
		    worker->folder);
		worker->listener = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(bind(worker->listener,
		    (struct sockaddr *)&worker->address,
		    sizeof(worker->address)), 0);
		assert_int_equal(listen(worker->listener, 64), 0);
	}
	snprintf(log, sizeof(log), "%s/log", worker->folder);
	if ((worker->pid = fork()) == 0) {
		dup2(worker->listener, STDIN_FILENO);
		worker_run(program, log);
	}
}

/* The status of the end of a worker told to stop (or ending by itself). */
HELPER int
worker_stop(struct worker_child *worker, int number)
{
	int	 status;

	if (number != 0)
		kill(worker->pid, number);
	waitpid(worker->pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

/* What it has logged; the folder is removed. */
HELPER const char *
worker_log(struct worker_child *worker, struct arena *arena)
{
	struct buf	 buf;
	char		 path[80];
	FILE		*file;
	int		 c;

	buf_start(&buf, arena);
	snprintf(path, sizeof(path), "%s/log", worker->folder);
	if ((file = fopen(path, "r")) != NULL) {
		while ((c = getc(file)) != EOF)
			buf_byte(&buf, (unsigned char)c);
		fclose(file);
	}
	unlink(path);
	unlink(worker->address.sun_path);
	rmdir(worker->folder);
	close(worker->listener);
	worker->folder[0] = '\0';
	return buf_string(&buf);
}

HELPER int
worker_connect(const struct worker_child *worker)
{
	struct timeval	 patience = { ANSWER_SECONDS, 0 };
	int		 fd;

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(fd,
	    (const struct sockaddr *)&worker->address,
	    sizeof(worker->address)), 0);
	return fd;
}

HELPER void
put_record(struct buf *out, unsigned char type, struct bytes content)
{
	buf_byte(out, 1);
	buf_byte(out, type);
	buf_byte(out, 0);
	buf_byte(out, 1);
	buf_byte(out, (unsigned char)(content.len >> 8));
	buf_byte(out, (unsigned char)content.len);
	buf_byte(out, 0);
	buf_byte(out, 0);
	buf_bytes(out, content);
}

HELPER void
put_length(struct buf *out, size_t len)
{
	if (len > 127) {
		buf_byte(out, (unsigned char)(0x80 | (len >> 24)));
		buf_byte(out, (unsigned char)(len >> 16));
		buf_byte(out, (unsigned char)(len >> 8));
	}
	buf_byte(out, (unsigned char)len);
}

HELPER void
put_variable(struct buf *out, const char *name, const char *value)
{
	put_length(out, strlen(name));
	put_length(out, strlen(value));
	buf_text(out, name);
	buf_text(out, value);
}

/* Calls put for each variable of the request. */
HELPER void
each_variable(const struct asked *asked, struct buf *out,
    void (*put)(struct buf *, const char *, const char *))
{
	const char	*query;
	char		 number[24];
	size_t		 i;

	put(out, "REQUEST_METHOD", asked->method);
	put(out, "REQUEST_URI", asked->uri);
	query = strchr(asked->uri, '?');
	put(out, "QUERY_STRING", query == NULL ? "" : query + 1);
	snprintf(number, sizeof(number), "%zu",
	    asked->body == NULL ? 0 : strlen(asked->body));
	if (!asked->no_length)
		put(out, "CONTENT_LENGTH", number);
	for (i = 0; asked->variables[i] != NULL; i += 2)
		put(out, asked->variables[i], asked->variables[i + 1]);
}

/* The records of a whole request. */
HELPER struct bytes
fastcgi_request(struct arena *arena, const struct asked *asked)
{
	static const unsigned char	 begin[8] = { 0, 1 };
	struct bytes			 none = { NULL, 0 }, body;
	struct buf			 out, variables;
	enum { PIECE = 60000 };

	buf_start(&out, arena);
	buf_start(&variables, arena);
	put_record(&out, 1, bytes_from(begin, sizeof(begin)));
	each_variable(asked, &variables, put_variable);
	put_record(&out, 4, buf_view(&variables));
	put_record(&out, 4, none);
	body = asked->body == NULL ? none : bytes_of(asked->body);
	for (; body.len > 0; body = bytes_slice(body, PIECE, body.len))
		put_record(&out, 5, bytes_slice(body, 0, PIECE));
	put_record(&out, 5, none);
	return buf_view(&out);
}

/* What FCGI_STDOUT records hold; NULL unless an FCGI_END_REQUEST came. */
HELPER const char *
fastcgi_answer(struct arena *arena, int fd)
{
	unsigned char	 head[8], skipped[256];
	struct buf	 out;
	size_t		 len;

	buf_start(&out, arena);
	while (recv(fd, head, sizeof(head), MSG_WAITALL) == sizeof(head)) {
		if (head[1] == 3)
			return buf_string(&out);
		len = (size_t)head[4] << 8 | head[5];
		if (len > 0 && recv(fd, buf_room(&out, len), len,
		    MSG_WAITALL) != (ssize_t)len)
			return NULL;
		if (head[1] != 6)
			buf_cut(&out, out.len - len);
		if (head[6] > 0 && recv(fd, skipped, head[6],
		    MSG_WAITALL) != head[6])
			return NULL;
	}
	return NULL;
}

HELPER void
write_all(int fd, struct bytes data)
{
	ssize_t	 len;

	while (data.len > 0) {
		len = send(fd, data.at, data.len, MSG_NOSIGNAL);
		if (len <= 0)
			return;
		data = bytes_slice(data, (size_t)len, data.len);
	}
}

HELPER const char *
ask_fastcgi(struct arena *arena, const struct worker_child *worker,
    const struct asked *asked)
{
	const char	*answer;
	int		 fd;

	fd = worker_connect(worker);
	write_all(fd, fastcgi_request(arena, asked));
	answer = fastcgi_answer(arena, fd);
	close(fd);
	return answer;
}

HELPER void
put_environment(struct buf *out, const char *name, const char *value)
{
	(void)out;
	setenv(name, value, 1);
}

/* Runs the program once as CGI. */
HELPER const char *
ask_cgi(struct arena *arena, const struct program *program,
    const struct asked *asked)
{
	int		 in[2], out[2], status;
	struct buf	 answer;
	ssize_t		 len;
	pid_t		 pid;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	if ((pid = fork()) == 0) {
		signal(SIGPIPE, SIG_DFL);
		each_variable(asked, NULL, put_environment);
		setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		worker_run(program, "/dev/null");
	}
	close(in[0]);
	close(out[1]);
	/* A program may answer without having read the body. */
	signal(SIGPIPE, SIG_IGN);
	if (asked->body != NULL && write(in[1], asked->body,
	    strlen(asked->body)) == -1)
		assert_int_equal(errno, EPIPE);
	close(in[1]);
	buf_start(&answer, arena);
	do {
		len = read(out[0], buf_room(&answer, 4096), 4096);
		buf_cut(&answer, answer.len - 4096 +
		    (len > 0 ? (size_t)len : 0));
	} while (len > 0);
	close(out[0]);
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return buf_string(&answer);
}

#endif
