#include "peer.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	SCRIPT_SECONDS = 60,
	DAY_SECONDS = 86400,
	LINE_BYTES = 16 * 1024,
	PATH_BYTES = 200
};

struct line {
	int	 fd;
	SSL	*tls;
};

/* What is made once per test program, before it forks. */
struct identity {
	EVP_PKEY	*key;
	X509		*certificate;
};

static struct identity	 authority, leaves[PEER_SELF_SIGNED + 1];
static pid_t		 maker;
static char		 ca_file[PATH_BYTES];
static char		 ca_folder[PATH_BYTES];

static void
add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION	*extension;

	extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	if (extension == NULL || !X509_add_ext(certificate, extension, -1))
		errx(1, "extension %s", value);
	X509_EXTENSION_free(extension);
}

static struct identity
make_identity(const char *name, const char *names, long days,
    const struct identity *issuer)
{
	struct identity	 made;
	X509_NAME	*subject;
	static long	 serial;

	made.key = EVP_EC_gen("P-256");
	made.certificate = X509_new();
	X509_set_version(made.certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(made.certificate),
	    -10L * DAY_SECONDS);
	X509_gmtime_adj(X509_getm_notAfter(made.certificate),
	    days * DAY_SECONDS);
	X509_set_pubkey(made.certificate, made.key);
	subject = X509_get_subject_name(made.certificate);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	add_extension(made.certificate, NID_basic_constraints,
	    names == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (names != NULL)
		add_extension(made.certificate, NID_subject_alt_name, names);
	if (issuer == NULL)
		issuer = &made;
	X509_set_issuer_name(made.certificate,
	    X509_get_subject_name(issuer->certificate));
	if (!X509_sign(made.certificate, issuer->key, EVP_sha256()))
		errx(1, "signing %s", name);
	return made;
}

static void
remove_ca(void)
{
	if (getpid() != maker)
		return;
	unlink(ca_file);
	rmdir(ca_folder);
}

static void
make_identities(void)
{
	static const char	 here[] = "DNS:localhost,IP:127.0.0.1";
	if (maker != 0)
		return;
	maker = getpid();
	authority = make_identity("Test CA", NULL, 10, NULL);
	leaves[PEER_GOOD] = make_identity("localhost", here, 10, &authority);
	leaves[PEER_EXPIRED] = make_identity("localhost", here, -1,
	    &authority);
	leaves[PEER_WRONG_NAME] = make_identity("elsewhere",
	    "DNS:elsewhere.example.org", 10, &authority);
	leaves[PEER_RIGHT_ADDRESS] = make_identity("elsewhere",
	    "DNS:elsewhere.example.org,IP:127.0.0.1", 10, &authority);
	leaves[PEER_SELF_SIGNED] = make_identity("localhost", here, 10, NULL);
}

const char *
peer_ca_file(void)
{
	const char	*folder;
	FILE		*file;

	if (ca_file[0] != '\0')
		return ca_file;
	make_identities();
	folder = getenv("TMPDIR");
	snprintf(ca_folder, sizeof(ca_folder), "%s/postern-test-XXXXXX",
	    folder == NULL ? "/tmp" : folder);
	if (mkdtemp(ca_folder) == NULL)
		err(1, "mkdtemp");
	snprintf(ca_file, sizeof(ca_file), "%.180s/ca.pem", ca_folder);
	if ((file = fopen(ca_file, "w")) == NULL)
		err(1, "%s", ca_file);
	PEM_write_X509(file, authority.certificate);
	fclose(file);
	atexit(remove_ca);
	return ca_file;
}

const char *
peer_pin(void)
{
	static unsigned char	 text[EVP_MAX_MD_SIZE * 2];
	unsigned char		 hash[EVP_MAX_MD_SIZE], *der;
	unsigned		 len;
	int			 der_len;

	make_identities();
	der = NULL;
	der_len = i2d_PUBKEY(leaves[PEER_GOOD].key, &der);
	EVP_Digest(der, (size_t)der_len, hash, &len, EVP_sha256(), NULL);
	OPENSSL_free(der);
	EVP_EncodeBlock(text, hash, (int)len);
	return (const char *)text;
}

static _Noreturn void
serve(int listener, peer_script *script, const void *state)
{
	struct line	 line = { 0 };

	signal(SIGPIPE, SIG_IGN);
	alarm(SCRIPT_SECONDS);
	if ((line.fd = accept(listener, NULL, NULL)) == -1)
		err(1, "accept");
	close(listener);
	script(&line, state);
	if (line.tls != NULL)
		SSL_shutdown(line.tls);
	close(line.fd);
	_exit(0);
}

void
peer_start(struct peer *peer, peer_script *script, const void *state)
{
	struct sockaddr_in	 address = { .sin_family = AF_INET };
	socklen_t		 len;
	int			 listener;

	make_identities();
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	len = sizeof(address);
	if ((listener = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(listener, (struct sockaddr *)&address, len) == -1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) == -1)
		err(1, "listen");
	peer->port = ntohs(address.sin_port);
	fflush(NULL);
	if ((peer->pid = fork()) == -1)
		err(1, "fork");
	if (peer->pid == 0)
		serve(listener, script, state);
	close(listener);
}

bool
peer_stop(struct peer *peer)
{
	int	 i, status;

	for (i = 0; i < 1000; i++) {
		if (waitpid(peer->pid, &status, WNOHANG) == peer->pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0;
		peer_sleep(10);
	}
	kill(peer->pid, SIGKILL);
	waitpid(peer->pid, &status, 0);
	return false;
}

void
peer_say_bytes(struct line *line, const void *at, size_t len)
{
	const char	*from;
	ssize_t		 n;

	for (from = at; len > 0; from += n, len -= (size_t)n) {
		if (line->tls != NULL)
			n = SSL_write(line->tls, from, (int)len);
		else
			n = write(line->fd, from, len);
		if (n <= 0)
			_exit(2);
	}
}

void
peer_say(struct line *line, const char *text)
{
	peer_say_bytes(line, text, strlen(text));
}

static bool
read_byte(struct line *line, char *byte)
{
	if (line->tls != NULL)
		return SSL_read(line->tls, byte, 1) == 1;
	return read(line->fd, byte, 1) == 1;
}

bool
peer_read_line(struct line *line, char *text, size_t size)
{
	size_t	 len;
	char	 byte;

	for (len = 0; len + 1 < size; len++) {
		if (!read_byte(line, &byte))
			return false;
		if (byte == '\n')
			break;
		text[len] = byte;
	}
	if (len > 0 && text[len - 1] == '\r')
		len--;
	text[len] = '\0';
	return true;
}

void
peer_expect(struct line *line, const char *text)
{
	char	 found[LINE_BYTES];
	size_t	 len;

	if (!peer_read_line(line, found, sizeof(found)))
		errx(3, "expected \"%s\", found the end", text);
	len = strlen(text);
	if (len > 0 && text[len - 1] == '*' ?
	    strncmp(found, text, len - 1) == 0 : strcmp(found, text) == 0)
		return;
	warnx("expected \"%s\", found \"%s\"", text, found);
	_exit(3);
}

size_t
peer_take(struct line *line, size_t len)
{
	char	 bytes[LINE_BYTES];
	ssize_t	 n;
	size_t	 done, size;

	for (done = 0; done < len; done += (size_t)n) {
		size = len - done < sizeof(bytes) ? len - done : sizeof(bytes);
		if (line->tls != NULL)
			n = SSL_read(line->tls, bytes, (int)size);
		else
			n = read(line->fd, bytes, size);
		if (n <= 0)
			break;
	}
	return done;
}

size_t
peer_drain(struct line *line)
{
	return peer_take(line, SIZE_MAX);
}

bool
peer_tls(struct line *line, enum peer_certificate certificate,
    int version_most)
{
	SSL_CTX	*context;

	context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(context, leaves[certificate].certificate);
	SSL_CTX_use_PrivateKey(context, leaves[certificate].key);
	if (version_most != 0) {
		/* Debian's OpenSSL signs nothing older at its own level. */
		SSL_CTX_set_security_level(context, 0);
		SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(context, version_most);
	}
	line->tls = SSL_new(context);
	SSL_CTX_free(context);
	SSL_set_fd(line->tls, line->fd);
	if (SSL_accept(line->tls) == 1)
		return true;
	SSL_free(line->tls);
	line->tls = NULL;
	return false;
}

void
peer_sleep(int milliseconds)
{
	struct timespec	 pause;

	pause.tv_sec = milliseconds / 1000;
	pause.tv_nsec = milliseconds % 1000 * 1000000L;
	nanosleep(&pause, NULL);
}

void
peer_cut(struct line *line)
{
	struct linger	 at_once = { 1, 0 };

	setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof(at_once));
	close(line->fd);
	_exit(0);
}
