"""A site behind a proxy that does TLS: nginx before lighttpd with plain CGI,
whose programs read their settings at each request."""
import os
import subprocess

import sites

FRONT = """
{user}
pid {dir}/front.pid;
error_log {dir}/front.log;
worker_processes 1;
events {{ }}
http {{
	access_log off;
	client_body_temp_path {dir}/front-body;
	proxy_temp_path {dir}/front-proxy;
	fastcgi_temp_path {dir}/front-fastcgi;
	uwsgi_temp_path {dir}/front-uwsgi;
	scgi_temp_path {dir}/front-scgi;
	server {{
		listen 127.0.0.1:{http};
		#plain
		return 301 https://localhost:{https}$request_uri;
	}}
	server {{
		listen 127.0.0.1:{https} ssl;
		ssl_certificate {tls}/server.pem;
		ssl_certificate_key {tls}/server.key;
		add_header Strict-Transport-Security "max-age=31536000" always;
		large_client_header_buffers 4 16k;
		client_max_body_size 32m;
		#here
		location / {{
			proxy_pass http://127.0.0.1:{back};
			proxy_set_header Host $http_host;
			proxy_buffering off;
			#there
		}}
	}}
}}
"""


class Proxy:
    """The same as a Site to those who seed it."""

    def __init__(self):
        self.site = sites.Site("lighttpd-cgi")
        self.dir = self.site.dir
        self.after = []

    def start(self):
        self.https, self.http = sites.free_ports(2)
        self.base = "https://localhost:%d" % self.https
        for name in ("env",):
            with open(os.path.join(self.dir, name), "w"):
                pass
        subprocess.run([os.path.join(sites.SERVERS, "tls"), "start",
                        self.dir], check=True, capture_output=True)
        self.tls = os.path.join(self.dir, "tls")
        self.site.start("BASE_URL=%s\n" % self.base)
        self.conf = self.site.conf
        self.text = FRONT.format(
            dir=self.dir, http=self.http, https=self.https, tls=self.tls,
            back=self.site.port, user="user www-data;"
            if os.geteuid() == 0 else "")
        self.front = self.text
        self.restart()
        return self

    def _nginx(self, *arguments):
        path = os.path.join(self.dir, "front.conf")
        with open(path, "w") as file:
            file.write(self.front)
        done = subprocess.run(
            ["nginx", "-q", "-c", path, "-e",
             os.path.join(self.dir, "front.log"), *arguments],
            env={**os.environ, "PATH": sites.PATH}, capture_output=True,
            text=True, check=False, timeout=sites.WAIT)
        assert done.returncode == 0, done

    def stop_front(self):
        if os.path.exists(os.path.join(self.dir, "front.pid")):
            self._nginx("-s", "stop")
            sites.wait(lambda: not os.path.exists(
                os.path.join(self.dir, "front.pid")), "the proxy ends")

    def restart(self):
        self.stop_front()
        self._nginx()
        sites.wait(lambda: sites.listens(self.https), "the proxy listens")

    def mend(self):
        self.front = self.text
        self.site.mend()

    def stop(self):
        self.stop_front()
        self.site.stop()

    def options(self):
        return ["--ca-file=%s/ca.pem" % self.tls,
                "--http=http://localhost:%d" % self.http]


def front(old, new):
    def seed(proxy):
        told = [text.replace("@BACK@", str(proxy.site.port)).replace(
            "@HTTPS@", str(proxy.https)) for text in (old, new)]
        assert told[0] in proxy.front, told
        proxy.front = proxy.front.replace(*told)
    return seed


def back(**rows):
    def seed(proxy):
        proxy.site.append("postern.conf", "\n".join(
            "%s=%s" % (name, value.replace("@HTTPS@", str(proxy.https)))
            for name, value in rows.items()))
    return seed


def certificate(name):
    return front("server.", name + ".")


def given(*arguments):
    """Nothing is wrong with the site, but with what is asked."""
    return lambda proxy: [word.replace("@HTTPS@", str(proxy.https))
                          for word in arguments]


PROXY = [
    ("no HSTS", ["no-hsts"],
     'add_header Strict-Transport-Security "max-age=31536000" always;',
     front('add_header Strict-Transport-Security "max-age=31536000" always;',
           "")),
    ("http not redirected", ["http-open"],
     "return 301 https://$host$request_uri;",
     front("#plain\n\t\treturn 301 https://localhost:@HTTPS@$request_uri;",
           "location / { return 200 here; }")),
    ("the redirect of http in the block of https", ["redirect-loop"],
     "return 301", front(
         "#here", "return 301 https://localhost:@HTTPS@$request_uri;")),
    ("a redirect to www", ["redirected"], "BASE_URL", front(
        "#here", "return 301 https://www.example.org$request_uri;")),
    ("the programs know the address behind the proxy only",
     ["wrong-scheme"], "write the address as it is typed",
     back(BASE_URL="http://localhost:@HTTPS@")),
    ("an expired certificate", ["certificate"], "for this very name",
     certificate("expired")),
    ("a certificate for another name", ["certificate"], "for this very name",
     certificate("wrong")),
    ("a certificate of nobody's", ["certificate"], "for this very name",
     certificate("alone")),
    ("the proxy gathers answers", ["sse-buffered"], "proxy_buffering off",
     front("proxy_buffering off;", "proxy_ignore_headers X-Accel-Buffering;"
           )),
    ("the proxy sets Authorization empty", ["authorization-stripped"],
     "proxy_set_header Authorization",
     front("#there", 'proxy_set_header Authorization "";')),
    ("the proxy sets MCP-Protocol-Version empty",
     ["version-header-stripped"], "proxy_set_header",
     front("#there", 'proxy_set_header MCP-Protocol-Version "";')),
    ("the proxy takes small bodies only", ["body-limit"],
     "client_max_body_size", front("client_max_body_size 32m;", "")),
    ("the proxy finds nobody behind it", ["program-down"], "error_log",
     front("proxy_pass http://127.0.0.1:@BACK@;",
           "proxy_pass http://127.0.0.1:1;")),
    ("a clock ten minutes ahead", ["clock"], "timedatectl",
     lambda proxy: None),
    ("a port where nobody listens", ["unreachable"], "listen",
     given("https://localhost:1")),
    ("a name without an address", ["dns"], "AAAA",
     given("https://nowhere.invalid")),
]
