/* What lies on this host, and the servers that are configured. */
#include "check_finding.h"

#define MAIL_WHY	"nobody can sign in, and agents get errors"

const struct check_finding	 check_finding_host[] = {
	{ "key-missing", "there is no encryption key", "no program starts",
	  { "postern key --file=PATH, and ENCRYPTION_KEY_FILE=PATH in the "
	    "configuration" } },
	{ "key-short", "the encryption key is no key", "no program starts",
	  { "32 random bytes, as postern key --file=PATH writes them; never "
	    "one that was typed" } },
	{ "key-readable", "others may read the key file",
	  "whoever reads it reads every mailbox",
	  { "chmod 0400, and let the user the programs run as own it" } },
	{ "key-below-root", "the key file lies below the document root",
	  "one wrong line in the web server's configuration gives it to "
	  "everybody",
	  { "move it outside, and put its new place into "
	    "ENCRYPTION_KEY_FILE" } },
	{ "key", "the encryption key cannot be used", "no program starts",
	  { "what the detail says" } },
	{ "mail-dns", "the mail server's name has no address", MAIL_WHY,
	  { "correct the name in IMAP_HOST or SMTP_HOST, or the name server in "
	    "/etc/resolv.conf" } },
	{ "mail-unreachable", "the mail server does not answer", MAIL_WHY,
	  { "correct host and port in IMAP_HOST and IMAP_PORT, or SMTP_HOST "
	    "and SMTP_PORT; a firewall may keep this host from it" } },
	{ "mail-expired", "the mail server's certificate has expired",
	  MAIL_WHY,
	  { "renew it on the mail server, and let the mail server load "
	    "it" } },
	{ "mail-name", "the mail server's certificate is for another name",
	  MAIL_WHY,
	  { "write the name that the certificate has into IMAP_HOST or "
	    "SMTP_HOST, or get a certificate for this one" } },
	{ "mail-untrusted", "the mail server's certificate is of nobody who is "
	  "trusted here", MAIL_WHY,
	  { "let the mail server send its whole chain; for an authority of "
	    "your own, MAIL_CA_FILE or SMTP_CA_FILE names its "
	    "certificate" } },
	{ "mail-starttls", "the mail server does not offer STARTTLS",
	  MAIL_WHY,
	  { "the port with TLS from the start (993 for IMAP, 465 for SMTP) "
	    "and IMAP_TLS or SMTP_TLS=implicit, or switch STARTTLS on "
	    "there" } },
	{ "mail-tls", "TLS with the mail server fails", MAIL_WHY,
	  { "IMAP_TLS or SMTP_TLS as the port wants it: implicit on 993 and "
	    "465, starttls on 143 and 587; TLS 1.2 at least" } },
	{ "mail-greeting", "what answers is no mail server that is ready",
	  MAIL_WHY,
	  { "correct IMAP_PORT or SMTP_PORT: it may be another service's" } },
	{ "s3-unreachable", "the object store does not answer",
	  "no attachment can be given out",
	  { "correct AWS_ENDPOINT_URL_S3" } },
	{ "s3-region", "the bucket is in another region",
	  "no attachment can be given out",
	  { "write the bucket's region into AWS_REGION" } },
	{ "s3-key", "the object store does not know the access key",
	  "no attachment can be given out",
	  { "correct AWS_ACCESS_KEY_ID" } },
	{ "s3-secret", "the object store refuses the signature",
	  "no attachment can be given out",
	  { "correct AWS_SECRET_ACCESS_KEY, or AWS_ACCESS_KEY_ID" } },
	{ "s3-bucket", "there is no such bucket",
	  "no attachment can be given out",
	  { "make the bucket, or correct AWS_S3_BUCKET" } },
	{ "s3-clock", "the clocks of this computer and of the object store "
	  "differ",
	  "links to attachments are refused",
	  { "timedatectl set-ntp true" } },
	{ "s3-refused", "the object store does not take objects",
	  "no attachment can be given out",
	  { "allow this key s3:PutObject and s3:GetObject on the bucket" } },
	{ "sign-in", "a provider of sign-ins does not take what is configured",
	  "nobody can sign in with it",
	  { "compare its client id and secret with what the provider shows, "
	    "and the redirect URI BASE_URL/oauth/upstream" } },
	{ .id = NULL }
};
