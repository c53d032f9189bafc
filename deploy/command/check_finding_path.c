/* Which addresses lead where, what arrives behind them, and what is told to
 * whom. */
#include "check_finding.h"

#define SHADOWED(address)						\
	{ "pass " address " on to the program well-known, before any other "\
	  "rule for /.well-known/",					\
	  [CHECK_NGINX] = "location " address " { fastcgi_pass "	\
	  "postern_well_known; } with no location ^~ /.well-known/ or "	\
	  "location ~ /\\. over it",					\
	  [CHECK_APACHE] = "Alias " address " "			\
	  ".../cgi-bin/well-known before any Alias /.well-known, and no "\
	  "<FilesMatch \"^\\.\"> or RewriteRule over it",		\
	  [CHECK_LIGHTTPD] = "\"/.well-known/\" => "			\
	  "var.postern_well_known in fastcgi.server, and no alias.url or "\
	  "url.access-deny for " address,				\
	  [CHECK_CADDY] = "handle " address "* with reverse_proxy "	\
	  "unix//run/postern/well-known.sock { transport fastcgi }" }

#define UNFOUND								\
	"agents do not find out how to sign in"

const struct check_finding	 check_finding_path[] = {
	{ "well-known-resource", "the document "
	  "/.well-known/oauth-protected-resource does not come", UNFOUND,
	  SHADOWED("/.well-known/oauth-protected-resource") },
	{ "well-known-resource-mcp", "the document "
	  "/.well-known/oauth-protected-resource/mcp does not come", UNFOUND,
	  SHADOWED("/.well-known/oauth-protected-resource") },
	{ "well-known-server", "the document "
	  "/.well-known/oauth-authorization-server does not come", UNFOUND,
	  SHADOWED("/.well-known/oauth-authorization-server") },
	{ "well-known-server-mcp", "the document "
	  "/.well-known/oauth-authorization-server/mcp does not come", UNFOUND,
	  SHADOWED("/.well-known/oauth-authorization-server") },
	{ "well-known-openid", "/.well-known/openid-configuration is not "
	  "answered by the program",
	  "agents take a page they get there for a document, and fail",
	  SHADOWED("/.well-known/openid-configuration") },
	{ "alias-missing", "an address at the root is not passed on",
	  "agents of 2025-03-26 look for sign-in there and nowhere else",
	  { "pass /authorize, /token, /register and /revoke on like those "
	    "below /oauth/",
	    [CHECK_NGINX] = "location ~ ^/(oauth/)?token$ { fastcgi_pass "
	    "postern_token; } and likewise for each",
	    [CHECK_APACHE] = "Alias /token .../cgi-bin/token and "
	    "likewise for each",
	    [CHECK_LIGHTTPD] = "\"/token\" => var.postern_token in "
	    "fastcgi.server and likewise for each",
	    [CHECK_CADDY] = "handle /token beside /oauth/token and likewise "
	    "for each" } },
	{ "sse-buffered", "events do not come one by one, but all at the end",
	  "agents see no progress, and give up on what takes long",
	  { "switch off buffering of answers",
	    [CHECK_NGINX] = "fastcgi_buffering off; (a proxy: proxy_buffering "
	    "off;) and no fastcgi_ignore_headers X-Accel-Buffering",
	    [CHECK_APACHE] = "flushpackets=on at <Proxy> or ProxyPass "
	    "(mod_proxy_fcgi, mod_proxy_http), FcgidOutputBufferSize 0 "
	    "(mod_fcgid), and no output filter that gathers",
	    [CHECK_LIGHTTPD] = "server.stream-response-body = 1",
	    [CHECK_CADDY] = "remove buffer_responses from reverse_proxy, and "
	    "what else gathers answers before it" } },
	{ "sse-compressed", "events are compressed",
	  "what compresses them gathers them first, so that they come late",
	  { "do not compress text/event-stream",
	    [CHECK_NGINX] = "gzip off; in location = /mcp, or gzip_types "
	    "without text/event-stream",
	    [CHECK_APACHE] = "SetEnvIf Request_URI \"^/mcp\" no-gzip, or "
	    "AddOutputFilterByType DEFLATE without text/event-stream (no "
	    "SetOutputFilter DEFLATE)",
	    [CHECK_LIGHTTPD] = "deflate.mimetypes without text/event-stream "
	    "(and without \"text/\" or \"\")",
	    [CHECK_CADDY] = "encode only for paths other than /mcp" } },
	{ "version-header-stripped", "headers of MCP do not arrive",
	  "a request is taken for one of an older revision, and refused or "
	  "misread",
	  { "pass MCP-Protocol-Version, Mcp-Method and Mcp-Name on",
	    [CHECK_NGINX] = "remove proxy_set_header or fastcgi_param lines "
	    "that set them empty, and *_pass_request_headers off",
	    [CHECK_APACHE] = "remove RequestHeader unset for them",
	    [CHECK_LIGHTTPD] = "remove them from setenv.set-request-header",
	    [CHECK_CADDY] = "remove request_header and header_up lines with "
	    "them" } },
	{ "address-forged", "the web server believes anybody's "
	  "X-Forwarded-For",
	  "who guesses passwords escapes the limits by a new address each "
	  "time",
	  { "believe it only when it comes from your own proxy",
	    [CHECK_NGINX] = "set_real_ip_from: the proxy's address alone, "
	    "never 0.0.0.0/0; without a proxy none, and fastcgi_param "
	    "REMOTE_ADDR $remote_addr;",
	    [CHECK_APACHE] = "RemoteIPInternalProxy: the proxy's address "
	    "alone; without a proxy no RemoteIPHeader",
	    [CHECK_LIGHTTPD] = "extforward.forwarder: the proxy's address "
	    "alone, never \"all\"; without a proxy no mod_extforward",
	    [CHECK_CADDY] = "trusted_proxies: the proxy's address alone" } },
	{ "address-missing", "the programs are not told who asks",
	  "sign-in is not limited by address: passwords can be guessed as "
	  "fast as the mail server answers",
	  { "pass REMOTE_ADDR on",
	    [CHECK_NGINX] = "fastcgi_param REMOTE_ADDR $remote_addr;" } },
	{ "key-other", "the programs there have another key",
	  "tokens made with the one are refused with the other",
	  { "copy one key file to every host, and start the programs anew; "
	    "check reads the one that POSTERN_CONF names" } },
	{ "keys-differ", "some of the programs have another key than the rest",
	  "agents are refused every now and then, and asked to sign in again",
	  { "copy one key file to every host, and start the programs anew on "
	    "all of them" } },
	{ "clock", "the clocks of this computer and of the site differ",
	  "codes and tokens are refused as expired or from the future",
	  { "timedatectl set-ntp true on whichever is wrong" } },
	{ "static-missing", "a file of the pages does not come as it should",
	  "the sign-in page is bare, or the guide for agents is missing",
	  { "let the document root be share/postern/htdocs, with types by "
	    "suffix",
	    [CHECK_NGINX] = "root /usr/local/share/postern/htdocs; types as "
	    "in deploy/nginx or include mime.types; and location = /connect { "
	    "try_files /connect.html "
	    "=404; }",
	    [CHECK_APACHE] = "DocumentRoot /usr/local/share/postern/htdocs, "
	    "mod_mime, and AliasMatch \"^/connect$\" .../connect.html",
	    [CHECK_LIGHTTPD] = "include static.conf with var.postern_share, "
	    "and mimetype.assign for .css .js .svg .html",
	    [CHECK_CADDY] = "root * /usr/local/share/postern/htdocs and "
	    "file_server" } },
	{ "file-served", "the web server gives out a file that is nobody's",
	  "whoever reads the key or the configuration reads every mailbox",
	  { "move it out of the document root, then make a new key (postern "
	    "key --add) and new passwords",
	    [CHECK_NGINX] = "root: a folder with nothing but htdocs; move the "
	    "file elsewhere, then postern key --add and new passwords",
	    [CHECK_APACHE] = "move it above DocumentRoot, or Require all "
	    "denied in a <Files> for it; then postern key --add and new "
	    "passwords",
	    [CHECK_LIGHTTPD] = "server.document-root: a folder with nothing "
	    "else; move the file, then postern key --add and new passwords",
	    [CHECK_CADDY] = "root: a folder with nothing but htdocs; move the "
	    "file elsewhere, then postern key --add and new passwords" } },
	{ "log-queries", "the web server's log has what stands behind the "
	  "question mark",
	  "codes and sealed links are read by whoever reads the log",
	  { "log addresses without their query",
	    [CHECK_NGINX] = "access_log off; or a log_format with $uri "
	    "instead of $request and $request_uri",
	    [CHECK_APACHE] = "LogFormat with \\\"%m %U %H\\\" instead of "
	    "\\\"%r\\\", and no %q",
	    [CHECK_LIGHTTPD] = "accesslog.format with \\\"%m %U\\\" instead "
	    "of \\\"%r\\\", and no %q",
	    [CHECK_CADDY] = "format filter { fields { request>uri query { "
	    "delete code delete state } } }" } },
	{ "deep-health", "what the programs there cannot reach",
	  "agents that are let in get errors",
	  { "what stands in the detail, on that host; postern check there "
	    "tells more" } },
	{ .id = NULL }
};
