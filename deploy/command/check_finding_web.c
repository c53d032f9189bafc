/* How the address is reached at all, and what the web server does to what
 * passes through it. */
#include "check_finding.h"

const struct check_finding	 check_finding_web[] = {
	{ "dns", "the name of the site has no address",
	  "nobody finds the site",
	  { "add an A or AAAA record for it, or give BASE_URL a name that has "
	    "one" } },
	{ "unreachable", "nobody answers at the site",
	  "no agent gets any answer",
	  { "start the web server, let it listen on that port, and open the "
	    "port in the firewall",
	    [CHECK_NGINX] = "listen 443 ssl; in the server block, systemctl "
	    "start nginx, and open the port in the firewall",
	    [CHECK_APACHE] = "Listen 443 and <VirtualHost *:443>, systemctl "
	    "start apache2, and open the port in the firewall",
	    [CHECK_LIGHTTPD] = "$SERVER[\"socket\"] == \":443\", systemctl "
	    "start lighttpd, and open the port in the firewall" } },
	{ "certificate", "the web server's certificate is no good",
	  "agents and browsers refuse to connect",
	  { "a certificate for this very name, not expired, with its whole "
	    "chain; --ca-file names an authority of your own",
	    [CHECK_NGINX] = "ssl_certificate: the file with the whole chain "
	    "(fullchain.pem), for this name and not expired",
	    [CHECK_APACHE] = "SSLCertificateFile: the file with the whole "
	    "chain (fullchain.pem), for this name and not expired",
	    [CHECK_LIGHTTPD] = "ssl.pemfile: the file with the whole chain "
	    "(fullchain.pem), for this name and not expired",
	    [CHECK_CADDY] = "name the site by its public host name, and Caddy "
	    "fetches a certificate by itself" } },
	{ "redirect-loop", "the address redirects to itself",
	  "nobody ever gets further; mostly the web server behind a proxy "
	  "thinks it was asked by http",
	  { "redirect to https only in the proxy, not behind it",
	    [CHECK_NGINX] = "return 301 https://...; only in the server block "
	    "that has listen 80; remove it from the one that answers https or "
	    "stands behind the proxy",
	    [CHECK_APACHE] = "Redirect only in <VirtualHost *:80>; behind a "
	    "proxy RewriteCond %{HTTP:X-Forwarded-Proto} !=https before the "
	    "RewriteRule",
	    [CHECK_LIGHTTPD] = "url.redirect only within $HTTP[\"scheme\"] == "
	    "\"http\"; behind a proxy remove it",
	    [CHECK_CADDY] = "remove the redir of this site; behind a proxy "
	    "name it http://NAME" } },
	{ "redirected", "the address redirects elsewhere",
	  "agents send tokens to no other address than the one they know",
	  { "make BASE_URL, and what people type, the address that answers "
	    "itself" } },
	{ "http-open", "http is answered without a redirect to https",
	  "who types http:// sends a password or a token in clear text",
	  { "redirect all of http to https",
	    [CHECK_NGINX] = "server { listen 80; return 301 "
	    "https://$host$request_uri; }",
	    [CHECK_APACHE] = "<VirtualHost *:80> with Redirect permanent / "
	    "https://NAME/ and nothing else",
	    [CHECK_LIGHTTPD] = "$HTTP[\"scheme\"] == \"http\" { url.redirect "
	    "= (\"\" => \"https://${url.authority}${url.path}${qsa}\") }",
	    [CHECK_CADDY] = "name the site without http://, and leave "
	    "auto_https on" } },
	{ "no-hsts", "no Strict-Transport-Security is sent",
	  "a browser may be led to http, where others read along",
	  { "send Strict-Transport-Security: max-age=31536000",
	    [CHECK_NGINX] = "add_header Strict-Transport-Security "
	    "\"max-age=31536000\" always;",
	    [CHECK_APACHE] = "Header always set Strict-Transport-Security "
	    "\"max-age=31536000\" (a2enmod headers)",
	    [CHECK_LIGHTTPD] = "setenv.add-response-header = "
	    "(\"Strict-Transport-Security\" => \"max-age=31536000\") with "
	    "mod_setenv",
	    [CHECK_CADDY] = "header Strict-Transport-Security "
	    "max-age=31536000" } },
	{ "wrong-scheme", "the programs think that their address has another "
	  "scheme",
	  "every address they give out is wrong, and agents refuse to sign in",
	  { "write the address as it is typed, https and all, into BASE_URL, "
	    "and start the programs anew; a proxy in front changes nothing in "
	    "it" } },
	{ "other-base-url", "the programs think that their address is another",
	  "agents refuse metadata whose issuer is another address",
	  { "write the address that people use into BASE_URL, without a slash "
	    "at its end, and start the programs anew; or ask by that one" } },
	{ "program-down", "a program does not answer",
	  "what it is for fails",
	  { "the web server's error log and the programs' say why; mostly a "
	    "key they may not read, or a wrong configuration",
	    [CHECK_NGINX] = "error_log names the socket: systemctl status "
	    "'postern-*', and let nginx's user write to /run/postern/*.sock; "
	    "journalctl -u 'postern-*' tells what the program says",
	    [CHECK_APACHE] = "ErrorLog tells what the program says; it must "
	    "be executable and may read POSTERN_CONF and the key as Apache's "
	    "user (suexec: as its owner)",
	    [CHECK_LIGHTTPD] = "server.errorlog tells what the program says; "
	    "bin-path must be executable, and server.username may read "
	    "POSTERN_CONF and the key and write to var.postern_sockets",
	    [CHECK_CADDY] = "the log names the socket: systemctl status "
	    "'postern-*', and let Caddy's user write to "
	    "/run/postern/*.sock" } },
	{ "program-missing", "the web server does not pass an address on to "
	  "its program",
	  "what it is for fails",
	  { "pass the address on to the program, before any rule for files",
	    [CHECK_NGINX] = "location = ADDRESS { fastcgi_pass "
	    "postern_PROGRAM; } as in deploy/nginx, and no location or rewrite "
	    "that comes before it",
	    [CHECK_APACHE] = "Alias ADDRESS .../cgi-bin/PROGRAM as in "
	    "deploy/apache, before any RewriteRule that takes all",
	    [CHECK_LIGHTTPD] = "\"ADDRESS\" => var.postern_PROGRAM in "
	    "fastcgi.server as in deploy/lighttpd, and no url.rewrite or "
	    "url.access-deny that comes before it",
	    [CHECK_CADDY] = "handle ADDRESS with reverse_proxy "
	    "unix//run/postern/PROGRAM.sock { transport fastcgi }" } },
	{ "authorization-stripped", "the Authorization header does not arrive",
	  "no agent is ever let in, however often people sign in",
	  { "let the web server pass Authorization on",
	    [CHECK_NGINX] = "remove what sets it empty: fastcgi_param "
	    "HTTP_AUTHORIZATION or proxy_set_header Authorization \"\"",
	    [CHECK_APACHE] = "CGIPassAuth On in the <Directory> of the "
	    "programs, or their <Location>, or .htaccess",
	    [CHECK_LIGHTTPD] = "remove Authorization from "
	    "setenv.set-request-header, and auth.require from /mcp",
	    [CHECK_CADDY] = "remove request_header -Authorization and "
	    "header_up -Authorization" } },
	{ "header-limit", "a long Authorization header is refused",
	  "a token of several mailboxes has up to 7,168 characters: such "
	  "agents are let in no more",
	  { "allow headers of 16 KB",
	    [CHECK_NGINX] = "large_client_header_buffers 4 16k; in the http "
	    "or server block",
	    [CHECK_APACHE] = "LimitRequestFieldSize 16380 in the server's "
	    "configuration, before the first <VirtualHost>",
	    [CHECK_LIGHTTPD] = "server.max-request-field-size = 16384",
	    [CHECK_CADDY] = "servers { max_header_size 16KB } in the global "
	    "options" } },
	{ "body-limit", "a request of 2 MB is refused by the web server",
	  "agents cannot send messages with files",
	  { "allow bodies of 32 MB on /mcp and /attachment/",
	    [CHECK_NGINX] = "client_max_body_size 32m; in location = /mcp and "
	    "location /attachment/",
	    [CHECK_APACHE] = "LimitRequestBody 33554432 (with mod_fcgid also "
	    "FcgidMaxRequestLen 33554432)",
	    [CHECK_LIGHTTPD] = "server.max-request-size = 32768",
	    [CHECK_CADDY] = "request_body { max_size 32MB }" } },
	{ "options-swallowed", "the web server answers OPTIONS itself",
	  "agents that run in a browser cannot read the answers",
	  { "leave OPTIONS to the programs",
	    [CHECK_NGINX] = "remove if ($request_method = OPTIONS) { return "
	    "...; } and limit_except",
	    [CHECK_APACHE] = "remove the RewriteRule or <Limit OPTIONS> that "
	    "answers it, and Script or Header rules for it",
	    [CHECK_LIGHTTPD] = "remove what $HTTP[\"request-method\"] == "
	    "\"OPTIONS\" does",
	    [CHECK_CADDY] = "remove the respond or abort of a matcher with "
	    "method OPTIONS" } },
	{ "cors-doubled", "Access-Control-Allow-Origin comes twice",
	  "browsers refuse an answer that has two",
	  { "leave that header to the programs",
	    [CHECK_NGINX] = "remove add_header Access-Control-Allow-Origin",
	    [CHECK_APACHE] = "remove Header set Access-Control-Allow-Origin",
	    [CHECK_LIGHTTPD] = "remove Access-Control-Allow-Origin from "
	    "setenv.add-response-header",
	    [CHECK_CADDY] = "remove header Access-Control-Allow-Origin" } },
	{ "delete-refused", "the web server refuses DELETE",
	  "agents that end a session by it report an error",
	  { "let the programs see every method",
	    [CHECK_NGINX] = "remove limit_except and what "
	    "if ($request_method ...) refuses",
	    [CHECK_APACHE] = "remove <LimitExcept>, <Limit DELETE> and "
	    "AllowMethods for these addresses",
	    [CHECK_LIGHTTPD] = "remove what $HTTP[\"request-method\"] "
	    "refuses with url.access-deny",
	    [CHECK_CADDY] = "remove the matcher by method that refuses "
	    "it" } },
	{ "head-broken", "HEAD is not answered as GET is",
	  "monitors and some agents ask so first, and give up",
	  { "let the programs see HEAD",
	    [CHECK_NGINX] = "remove limit_except and what "
	    "if ($request_method ...) refuses",
	    [CHECK_APACHE] = "remove what refuses it: RewriteCond "
	    "%{REQUEST_METHOD}, AllowMethods",
	    [CHECK_LIGHTTPD] = "remove what $HTTP[\"request-method\"] "
	    "refuses with url.access-deny",
	    [CHECK_CADDY] = "remove the matcher by method that refuses "
	    "it" } },
	{ .id = NULL }
};
