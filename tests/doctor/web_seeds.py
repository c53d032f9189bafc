"""What is wrongly set up, for each web server: how it is done, and what
postern check has to find, which is that and nothing else."""
import os
import signal
import socket
import subprocess

import sites

# A seed is a row: its name, the ids to be found, words of the mend, what it
# does to the site; and options of postern check.
WELL_KNOWN = {
    "well-known-resource": "oauth-protected-resource",
    "well-known-resource-mcp": "oauth-protected-resource/mcp",
    "well-known-server": "oauth-authorization-server",
    "well-known-server-mcp": "oauth-authorization-server/mcp",
    "well-known-openid": "openid-configuration"}


def edits(*rows):
    """Each row: file, old and new text; old None appends."""
    def seed(site):
        for name, old, new in rows:
            new = new.replace("@HERE@", site.here)
            if old is None:
                site.append(name, new)
            else:
                site.replace(name, old, new)
    return seed


def options(*arguments):
    def seed(site):
        return [word.replace("@HERE@", site.here) for word in arguments]
    return seed


def both(*seeds):
    def seed(site):
        told = []
        for one in seeds:
            told += one(site) or []
        return told
    return seed


def file_in(folder, name, text):
    def seed(site):
        site.write(os.path.join(folder, name), text)
    return seed


KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"
CONF = "BASE_URL=https://mail.example.org\nENCRYPTION_KEY_FILE=/x\n"


# nginx

LOCATIONS = "share/nginx/locations.conf"


def nginx(text):
    return edits((LOCATIONS, None, text))


def other_worker(site):
    """A second worker of mcp, with a key of its own, at a socket of its own."""
    key = site.path("sockets/other-key")
    with open(key, "w") as file:
        file.write(KEY)
    user = sites.web_user()
    os.chmod(key, 0o400)
    if os.geteuid() == 0:
        os.chown(key, user.pw_uid, user.pw_gid)
    path = site.path("sockets/other.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        os.chmod(path, 0o666)
        site.worker = subprocess.Popen(
            [site.path("programs/mcp")], stdin=listening,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"POSTERN_CONF": site.path("postern.conf"),
                 "ENCRYPTION_KEY_FILE": key}, **sites.as_web_user())
    site.after = [lambda: (site.worker.send_signal(signal.SIGTERM),
                           site.worker.wait())]
    site.replace("share/nginx/workers.conf", "upstream postern_mcp {",
                 "upstream postern_mcp {\n\tserver unix:%s;" % path)


NGINX = [
    ("Authorization set empty", ["authorization-stripped"],
     "HTTP_AUTHORIZATION", nginx('fastcgi_param HTTP_AUTHORIZATION "";')),
    ("answers gathered", ["sse-buffered"], "fastcgi_buffering off",
     edits((LOCATIONS, "fastcgi_buffering off;", "fastcgi_buffering on; "
            "fastcgi_ignore_headers X-Accel-Buffering;"))),
    ("gzip for event streams", ["sse-compressed"], "gzip off",
     edits((LOCATIONS, "gzip off;", "gzip on; gzip_types "
            "text/event-stream; gzip_min_length 1;"))),
    ("everything with a dot denied", list(WELL_KNOWN), "location ~ /\\.",
     nginx("location ~ /\\. { deny all; }")),
    ("/token is a file's", ["alias-missing"], "location ~ ^/(oauth/)?token$",
     nginx("location = /token { return 404; }")),
    ("short header lines", ["header-limit"],
     "large_client_header_buffers 4 16k",
     edits((LOCATIONS, "large_client_header_buffers 4 16k;",
            "large_client_header_buffers 4 4k;"))),
    ("small bodies", ["body-limit"], "client_max_body_size 32m",
     edits((LOCATIONS, "client_max_body_size 32m;",
            "client_max_body_size 1m;"))),
    ("OPTIONS answered by nginx", ["options-swallowed"],
     "$request_method = OPTIONS",
     nginx("if ($request_method = OPTIONS) { return 200; }")),
    ("DELETE refused by nginx", ["delete-refused"], "limit_except",
     nginx("if ($request_method = DELETE) { return 405; }")),
    ("HEAD refused by nginx", ["head-broken"], "$request_method",
     nginx("if ($request_method = HEAD) { return 405; }")),
    ("MCP-Protocol-Version set empty", ["version-header-stripped"],
     "fastcgi_param", nginx('fastcgi_param HTTP_MCP_PROTOCOL_VERSION "";')),
    ("everybody's X-Forwarded-For believed", ["address-forged"],
     "set_real_ip_from", nginx("set_real_ip_from 0.0.0.0/0; "
                               "real_ip_header X-Forwarded-For;")),
    ("REMOTE_ADDR not passed on", ["address-missing"],
     "fastcgi_param REMOTE_ADDR",
     edits((LOCATIONS, "fastcgi_param REMOTE_ADDR $remote_addr;", ""))),
    ("queries in the log", ["log-queries"], "$uri",
     both(edits(("site.conf", "'$postern_logged ", "'$request_uri "),
                (LOCATIONS, "access_log", "access_log @HERE@/queries.log "
                 "postern;\n#"), ),
          options("--log=@HERE@/queries.log"))),
    ("the key among the pages", ["file-served"], "root:",
     file_in("share/htdocs", "key", KEY)),
    ("no type for style sheets", ["static-missing"], "mime.types",
     edits((LOCATIONS, "text/css css;", ""))),
    ("no worker at a socket", ["program-down"], "systemctl status",
     edits(("share/nginx/workers.conf", "/token.sock", "/nobody.sock"))),
    ("two Access-Control-Allow-Origin", ["cors-doubled"],
     "add_header Access-Control-Allow-Origin",
     nginx("add_header Access-Control-Allow-Origin * always;")),
    ("one of two workers has another key", ["keys-differ"], "one key file",
     other_worker),
    ("/oauth/revoke is a file's", ["program-missing"], "fastcgi_pass",
     nginx("location = /oauth/revoke { return 404; }")),
] + [
    ("%s shadowed" % path, [name], "location /.well-known/",
     nginx("location = /.well-known/%s { return 404; }" % path))
    for name, path in WELL_KNOWN.items()
]


# lighttpd

def lighttpd(text, *modules):
    """Before what the site includes, so that its modules come first."""
    text = "".join('server.modules += ( "%s" )\n' % one
                   for one in modules) + text

    def seed(site):
        site.replace_first(
            "lighttpd.conf", "var.postern_programs",
            text.replace("@HERE@", site.here) + "\nvar.postern_programs")
    return seed


STATIC = "share/lighttpd/static.conf"

LIGHTTPD = [
    ("answers gathered", ["sse-buffered"], "server.stream-response-body = 1",
     edits((STATIC, "server.stream-response-body = 1",
            "server.stream-response-body = 0"))),
    ("Authorization set empty", ["authorization-stripped"],
     "setenv.set-request-header",
     lighttpd('setenv.set-request-header = ( "Authorization" => "" )',
              "mod_setenv")),
    ("small bodies", ["body-limit"], "server.max-request-size = 32768",
     edits((STATIC, "server.max-request-size = 32768",
            "server.max-request-size = 1024"))),
    ("short header lines", ["header-limit"],
     "server.max-request-field-size = 16384",
     edits((STATIC, "server.max-request-field-size = 16384",
            "server.max-request-field-size = 4096"))),
    ("all of /.well-known/ denied", list(WELL_KNOWN), "url.access-deny",
     lighttpd('$HTTP["url"] =~ "^/\\.well-known/" {\n'
              'url.access-deny = ( "" )\n}', "mod_access")),
    ("OPTIONS denied", ["options-swallowed"], "$HTTP[\"request-method\"]",
     lighttpd('$HTTP["request-method"] == "OPTIONS" {\n'
              'url.access-deny = ( "" )\n}', "mod_access")),
    ("DELETE denied", ["delete-refused"], "url.access-deny",
     lighttpd('$HTTP["request-method"] == "DELETE" {\n'
              'url.access-deny = ( "" )\n}', "mod_access")),
    ("HEAD denied", ["head-broken"], "url.access-deny",
     lighttpd('$HTTP["request-method"] == "HEAD" {\n'
              'url.access-deny = ( "" )\n}', "mod_access")),
    ("MCP-Protocol-Version set empty", ["version-header-stripped"],
     "setenv.set-request-header",
     lighttpd('setenv.set-request-header = ( "MCP-Protocol-Version" => "" )',
              "mod_setenv")),
    ("everybody's X-Forwarded-For believed", ["address-forged"],
     "extforward.forwarder",
     lighttpd('extforward.forwarder = ( "all" => "trust" )\n'
              'extforward.headers = ( "X-Forwarded-For" )',
              "mod_extforward")),
    ("queries in the log", ["log-queries"], "accesslog.format",
     both(lighttpd('accesslog.filename = "@HERE@/uploads/queries.log"\n'
                   'accesslog.format = "%h %t \\"%r\\" %>s"',
                   "mod_accesslog"),
          options("--log=@HERE@/uploads/queries.log"))),
    ("the configuration in the document root", ["file-served"],
     "server.document-root", file_in("uploads", "postern.conf", CONF)),
    ("a template in the document root", ["file-served"],
     "server.document-root",
     file_in("uploads", "sign-in.html", "<p>{{WHO}}</p>\n")),
    ("a program in the document root", ["file-served"],
     "server.document-root",
     both(lambda site: os.makedirs(site.path("uploads/cgi-bin"),
                                   exist_ok=True),
          file_in("uploads/cgi-bin", "mcp",
                  "\177ELF\2\1\1" + "x" * 1000000))),
    ("no type for style sheets", ["static-missing"], "mimetype.assign",
     edits((STATIC, '".css" => "text/css; charset=utf-8",', ""))),
    ("/oauth/revoke not passed on", ["program-missing"], "fastcgi.server",
     edits(("share/lighttpd/routes.conf",
            '"/oauth/revoke" => var.postern_revoke,', ""))),
]


# Apache

def apache(text, *modules):
    """At the end of the virtual host; modules where those are loaded."""
    def seed(site):
        site.replace("site.conf", "</VirtualHost>",
                     text.replace("@HERE@", site.here) + "\n</VirtualHost>")
        site.write("apache2.conf", "".join(
            "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" %
            (one, one) for one in modules) + site.read("apache2.conf"))
    return seed


def settings(**rows):
    """Of the programs, that read them at each request."""
    def seed(site):
        site.append("postern.conf", "\n".join(
            "%s=%s" % (name, value.replace("@PORT@", str(site.port)))
            for name, value in rows.items()))
    return seed


def other_key(site):
    path = site.path("other-key")
    with open(path, "w") as file:
        file.write(KEY)
    os.chmod(path, 0o400)
    if os.geteuid() == 0:
        user = sites.web_user()
        os.chown(path, user.pw_uid, user.pw_gid)
    site.write("postern.conf", "".join(
        line for line in site.read("postern.conf").splitlines(True)
        if not line.startswith("ENCRYPTION_KEY_FILE=")) +
        "ENCRYPTION_KEY_FILE=%s\n" % path)
    site.after = [lambda: os.unlink(path)]


APACHE = [
    ("Authorization kept back", ["authorization-stripped"], "CGIPassAuth On",
     edits(("share/apache/cgid.conf", "CGIPassAuth On", "CGIPassAuth Off"))),
    ("small bodies", ["body-limit"], "LimitRequestBody 33554432",
     edits(("site.conf", "LimitRequestBody 33554432",
            "LimitRequestBody 1048576"))),
    ("short header lines", ["header-limit"], "LimitRequestFieldSize",
     edits(("site.conf", "LimitRequestFieldSize 16384",
            "LimitRequestFieldSize 4096"),
           ("apache2.conf", "ServerName", "LimitRequestFieldSize 4096\n"
            "ServerName"))),
    ("all of /.well-known/ denied", list(WELL_KNOWN), "<FilesMatch",
     apache('<LocationMatch "^/\\.well-known/">\nRequire all denied\n'
            '</LocationMatch>')),
    ("OPTIONS answered by Apache", ["options-swallowed"], "RewriteRule",
     apache("RewriteCond %{REQUEST_METHOD} =OPTIONS\n"
            "RewriteRule .* - [R=200,L]")),
    ("DELETE refused by Apache", ["delete-refused"], "<LimitExcept>",
     apache("<Location /mcp>\n<LimitExcept GET POST OPTIONS>\n"
            "Require all denied\n</LimitExcept>\n</Location>")),
    ("HEAD refused by Apache", ["head-broken"], "%{REQUEST_METHOD}",
     apache("RewriteCond %{REQUEST_METHOD} =HEAD\n"
            "RewriteRule ^/\\.well-known/ - [R=405,L]")),
    ("MCP-Protocol-Version unset", ["version-header-stripped"],
     "RequestHeader unset",
     apache("RequestHeader unset MCP-Protocol-Version")),
    ("answers gathered", ["sse-buffered"], "filter that gathers",
     apache("<Location /mcp>\nSetOutputFilter BUFFER\n</Location>",
            "buffer")),
    ("gzip for event streams", ["sse-compressed"], "no-gzip",
     apache("<Location /mcp>\nSetOutputFilter DEFLATE\n</Location>",
            "filter", "deflate")),
    ("everybody's X-Forwarded-For believed", ["address-forged"],
     "RemoteIPInternalProxy",
     apache("RemoteIPHeader X-Forwarded-For", "remoteip")),
    ("queries in the log", ["log-queries"], "%m %U %H",
     both(edits(("site.conf", '\\"%m %U %H\\"', '\\"%r\\"')),
          options("--log=@HERE@/access.log"))),
    ("the key among the pages", ["file-served"], "Require all denied",
     file_in("share/htdocs", "key", KEY)),
    ("a wrong type for the script", ["static-missing"], "mod_mime",
     apache('<Files "sign-in.js">\nForceType application/octet-stream\n'
            '</Files>')),
    ("BASE_URL with another scheme", ["wrong-scheme"], "BASE_URL",
     settings(BASE_URL="https://127.0.0.1:@PORT@")),
    ("BASE_URL with another name", ["other-base-url"], "BASE_URL",
     settings(BASE_URL="http://localhost:@PORT@")),
    ("BASE_URL left as it was tried out", ["other-base-url"], "BASE_URL",
     settings(BASE_URL="http://127.0.0.1:8480")),
    ("the programs have another key", ["key-other"], "one key file",
     other_key),
    ("the key is not the programs' to read", ["program-down"],
     "may read POSTERN_CONF and the key",
     settings(ENCRYPTION_KEY_FILE="/nowhere/key")),
    ("/oauth/revoke not passed on", ["program-missing"], "Alias ADDRESS",
     edits(("share/apache/aliases.conf", "AliasMatch ^/(oauth/)?revoke$",
            "#"))),
]


# Caddy

def caddy(text):
    return edits(("Caddyfile", "\timport ", "\t" + text + "\n\timport "))


CADDY = [
    ("Authorization removed", ["authorization-stripped"],
     "request_header -Authorization",
     caddy("request_header -Authorization")),
    ("MCP-Protocol-Version removed", ["version-header-stripped"],
     "request_header", caddy("request_header -MCP-Protocol-Version")),
    ("small bodies", ["body-limit"], "max_size 32MB",
     edits(("share/caddy/program", "max_size 32MiB", "max_size 1MiB"))),
    ("gzip for event streams", ["sse-compressed"], "encode",
     caddy("encode {\n\t\tgzip\n\t\tminimum_length 1\n\t\tmatch {\n"
           "\t\t\theader Content-Type text/event-stream*\n\t\t}\n\t}")),
    ("OPTIONS answered by Caddy", ["options-swallowed"], "OPTIONS",
     caddy("@options method OPTIONS\n\thandle @options {\n"
           "\t\trespond 200\n\t}")),
    ("the key among the pages", ["file-served"], "root:",
     file_in("share/htdocs", "key", KEY)),
    ("no worker at a socket", ["program-down"], "systemctl status",
     edits(("share/caddy/routes", "program token", "program nobody"))),
]
