#!/usr/bin/env python3
"""Whoever comes by http is led to https, and no log of the web server tells
what address he came with: it may hold a sealed link or a code."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

SECRET = "canary"
PATIENCE_SECONDS = 10
PATHS = ("/attachment/" + SECRET, "/attachment/?t=" + SECRET,
         "/oauth/authorize?code=" + SECRET)
case = postern.Cases()

# What Debian's own files say around the site's.
NGINX = """daemon off;
worker_processes 1;
pid @HERE@/pid;
error_log @HERE@/error.log;
events {}
http {
	access_log @HERE@/access.log;
	@SITE@
}
"""
APACHE = """LoadModule mpm_event_module @MODULES@/mod_mpm_event.so
LoadModule authz_core_module @MODULES@/mod_authz_core.so
LoadModule alias_module @MODULES@/mod_alias.so
ServerRoot @HERE@
ServerName 127.0.0.1
PidFile @HERE@/pid
DefaultRuntimeDir @HERE@
Mutex file:@HERE@ default
Define APACHE_LOG_DIR @HERE@
ErrorLog @HERE@/error.log
CustomLog @HERE@/other.log "%v:%p %h %t \\"%r\\" %>s"
Listen 127.0.0.1:@PORT@
@SITE@
"""
SERVERS = (
    ("nginx/postern.conf", NGINX, r"^server \{\n\tlisten 80;.*?^\}\n",
     ("nginx", "-e", "@HERE@/error.log", "-c")),
    ("balancer/http.conf", NGINX, r"^server \{\n\tlisten 80;.*?^\}\n",
     ("nginx", "-e", "@HERE@/error.log", "-c")),
    ("apache/postern.conf", APACHE,
     r"^<VirtualHost \*:80>.*?^</VirtualHost>\n",
     ("apache2", "-D", "FOREGROUND", "-f")))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def start(name, around, pattern, words, here):
    """The process, and the port of what the file has for http."""
    port = free_port()
    with open(os.path.join(TOP, "deploy", name), encoding="utf-8") as file:
        site, = re.findall(pattern, file.read(), re.M | re.S)
    site = re.sub(r"\tlisten \[::\].*\n", "", site)
    site = site.replace("listen 80", "listen 127.0.0.1:%d" % port)
    site = site.replace("*:80", "127.0.0.1:%d" % port)
    text = around.replace("@SITE@", site)
    for word, value in (("@HERE@", here), ("@PORT@", str(port)),
                        ("@MODULES@", "/usr/lib/apache2/modules")):
        text = text.replace(word, value)
    with open(here + "/conf", "w", encoding="utf-8") as file:
        file.write(text)
    return port, subprocess.Popen(
        [word.replace("@HERE@", here) for word in words] + [here + "/conf"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(port, path):
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return postern.fetch("GET", "http://127.0.0.1:%d%s" % (
                port, path), {"Host": "mail.example.org"})
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)


for row in SERVERS:
    @case(row[0] + ": who comes by http is led to https, and not logged")
    def _(row=row):
        if shutil.which(row[3][0]) is None:
            raise postern.Skip("there is no " + row[3][0])
        with tempfile.TemporaryDirectory(dir="/tmp") as here:
            port, process = start(*row, here)
            try:
                for path in PATHS:
                    told = ask(port, path)
                    assert told.status == 301, told
                    assert told.header("Location") == \
                        "https://mail.example.org" + path, told
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_SECONDS)
            for name in os.listdir(here):
                if name.endswith(".log"):
                    with open(here + "/" + name, encoding="utf-8") as log:
                        assert SECRET not in log.read(), name


case.run()
