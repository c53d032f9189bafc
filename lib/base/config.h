#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;
struct fault;

/* How a mail server is spoken to. */
enum tls_mode {
	TLS_DEFAULT,	/* by port: implicit on 993 and 465, else STARTTLS */
	TLS_IMPLICIT,
	TLS_STARTTLS,	/* required */
	TLS_NONE	/* clear text; only to a host the operator named */
};

/*
 * A provider of sign-ins (OpenID Connect) whose access tokens open mailboxes.
 * For Google and Microsoft all is known but what they gave the operator:
 * GOOGLE_CLIENT_ID is another name for UPSTREAM_GOOGLE_CLIENT_ID.
 */
struct upstream {
	const char	*name;		/* lower case: what tokens say */
	const char	*label;		/* UPSTREAM_<NAME>_LABEL */
	const char	*issuer;	/* ..._ISSUER, https */
	const char	*client_id;	/* ..._CLIENT_ID */
	const char	*client_secret;	/* ..._SECRET, or NULL */
	const char	*scope;		/* ..._SCOPE */
	const char	*more;		/* parameters of its sign-in page */
	const char	*authorization;	/* NULL: its document tells it */
	const char	*token;		/* likewise */
	const char	*ca_file;	/* ..._CA_FILE, or NULL */
	const char	*imap_host;	/* ..._IMAP_HOST, else IMAP_HOST */
	int64_t		 imap_port;
	enum tls_mode	 imap_tls;
	const char	*smtp_host;	/* NULL: no sending */
	int64_t		 smtp_port;
	enum tls_mode	 smtp_tls;
};

/*
 * Everything an operator can say, from the environment or from the file that
 * POSTERN_CONF names (one NAME=value a line, # for comments; the environment
 * wins).  Where neither that nor BASE_URL is in the environment, it is the
 * file postern.conf that place_find finds, and RUN_DIR is place_shared's.
 * The member's comment is the name.  Texts that were not given are NULL.  This
 * is the only file but web/gate.c that reads the environment.
 */
struct config {
	const char	*base_url;	/* BASE_URL, no slash at its end */
	const char	*key_file;	/* ENCRYPTION_KEY_FILE */
	const char	*key;		/* ENCRYPTION_KEY */
	const char	*keys_old;	/* ENCRYPTION_KEYS_OLD */

	const char	*imap_host;	/* IMAP_HOST */
	int64_t		 imap_port;	/* IMAP_PORT */
	enum tls_mode	 imap_tls;	/* IMAP_TLS */
	const char	*smtp_host;	/* SMTP_HOST */
	int64_t		 smtp_port;	/* SMTP_PORT */
	enum tls_mode	 smtp_tls;	/* SMTP_TLS */
	int64_t		 smtp_timeout;	/* SMTP_TIMEOUT, seconds */
	struct texts	 alias_domains;	/* ALIAS_DOMAINS */
	struct texts	 mail_hosts;	/* ALLOWED_MAIL_HOSTS, host[:port] */
	const char	*mail_ca_file;	/* MAIL_CA_FILE */
	struct texts	 client_hosts;	/* ALLOWED_CLIENT_HOSTS, likewise */
	const char	*client_ca_file; /* CLIENT_CA_FILE */
	const char	*smtp_ca_file;	/* SMTP_CA_FILE, else MAIL_CA_FILE */

	int64_t		 keep_sessions;	/* KEEP_SESSIONS, per worker */
	int64_t		 keep_idle;	/* KEEP_SESSION_IDLE, seconds */
	int64_t		 max_requests;	/* MAX_REQUESTS */
	int64_t		 max_lifetime;	/* MAX_LIFETIME, seconds */
	int64_t		 sessions;	/* MAX_SESSIONS_PER_ACCOUNT */
	int64_t		 rate_calls;	/* RATE_CALLS, a minute; 0: any */
	int64_t		 rate_sends;	/* RATE_SENDS, an hour; 0: any */
	const char	*run_dir;	/* RUN_DIR */
	int64_t		 waiting_workers; /* WAITING_WORKERS, of all */

	const char	*s3_access_key;	/* AWS_ACCESS_KEY_ID */
	const char	*s3_secret_key;	/* AWS_SECRET_ACCESS_KEY */
	const char	*s3_region;	/* AWS_REGION */
	const char	*s3_bucket;	/* AWS_S3_BUCKET */
	const char	*s3_endpoint;	/* AWS_ENDPOINT_URL_S3 */

	int64_t		 access_ttl;	/* ACCESS_TOKEN_TTL, seconds; 0: by
					 * what the mailbox keeps */
	int64_t		 refresh_ttl;	/* REFRESH_TOKEN_TTL, seconds */
	int64_t		 grant_max_age;	/* GRANT_MAX_AGE, seconds */
	int64_t		 grant_grace;	/* GRANT_GRACE, seconds */
	const char	*grants_folder;	/* GRANTS_FOLDER; NULL: none */

	int64_t		 remote_user;	/* REMOTE_USER_REQUIRED, 0 or 1 */
	struct texts	 remote_users;	/* REMOTE_USER_ALLOW */
	int64_t		 header_credentials; /* ALLOW_HEADER_CREDENTIALS, 0 or
					 * 1 */
	const struct upstream	*upstreams;	/* by name */
	size_t		 upstreams_len;

	int64_t		 tell_client;	/* TELL_CLIENT_ADDRESS, 0 or 1 */
	const char	*client;	/* of one request: the address to tell;
					 * nobody's setting */
	int64_t		 lenient_version; /* LENIENT_VERSION_HEADER, 0 or 1 */
	struct texts	 origins;	/* ALLOWED_ORIGINS */
	struct texts	 schemes;	/* ALLOWED_REDIRECT_SCHEMES */
	int64_t		 log_level;	/* LOG_LEVEL, enum log_level */
};

/*
 * Reads the configuration into the arena, which must live as long as the
 * program, and wipes the secrets' variables from the environment.  A wrong
 * value is a fault that names the variable, what was found (never a secret)
 * and what would be right.
 */
const struct fault	*config_load(struct arena *arena,
			    const struct config **config);

/* Whether BASE_URL names this computer only (localhost, 127.0.0.1, [::1]). */
bool			 config_is_loopback(const struct config *config);

/* The provider of that name, or NULL. */
const struct upstream	*config_upstream(const struct config *config,
			    const char *name);

/* The TLS mode in force: TLS_DEFAULT is resolved by port. */
enum tls_mode		 config_tls(enum tls_mode mode, int64_t port);

#endif
