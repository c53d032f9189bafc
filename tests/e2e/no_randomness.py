#!/usr/bin/env python3
"""A kernel that gives no random bytes: a program that needs some seals
nothing and ends, and whoever asked is told in its own language that it is our
fault, also through a web server.  The next process serves again."""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse

import fastcgi
import memory
import postern
import program

BUILD = os.environ.get("BUILD", "build")
LIBRARY = os.path.join(BUILD, "tests/e2e/norandom.so")
ENDED = 71                      # EX_OSERR
FORM = {"Content-Type": program.FORM}
JSON = {"Content-Type": "application/json"}
CLIENT = json.dumps({"redirect_uris": ["http://127.0.0.1/x"]}).encode()
# What a token, a code or a client_id starts with: a JWE's header.
SEALED = re.compile(r"eyJ[A-Za-z0-9_-]{10}")
LIGHTTPD = """server.modules = ( "mod_fastcgi" )
server.bind = "127.0.0.1"
server.port = %(port)d
server.document-root = "%(folder)s"
server.upload-dirs = ( "%(folder)s" )
fastcgi.server = ( "" => ( ( "socket" => "%(socket)s",
	"check-local" => "disable" ) ) )
"""
NGINX = """daemon off;
pid %(folder)s/pid;
error_log %(folder)s/log;
events { }
http {
	access_log off;
	client_body_temp_path %(folder)s/body;
	fastcgi_temp_path %(folder)s/fastcgi;
	proxy_temp_path %(folder)s/proxy;
	scgi_temp_path %(folder)s/scgi;
	uwsgi_temp_path %(folder)s/uwsgi;
	server {
		listen 127.0.0.1:%(port)d;
		location / {
			fastcgi_param REQUEST_METHOD $request_method;
			fastcgi_param REQUEST_URI $request_uri;
			fastcgi_param CONTENT_TYPE $content_type;
			fastcgi_param CONTENT_LENGTH $content_length;
			fastcgi_pass unix:%(socket)s;
		}
	}
}
"""
server = postern.Server()
HOST = urllib.parse.urlsplit(server.base_url).netloc
case = postern.Cases()


@contextlib.contextmanager
def worker(name):
    """A process of that program that gets no random bytes."""
    if memory.is_sanitized():
        raise postern.Skip("sanitizers must be loaded first")
    folder = program.run_dir()
    os.chmod(folder, 0o755)
    copy = shutil.copy(LIBRARY, folder)
    try:
        with fastcgi.Worker(name, {"LD_PRELOAD": copy}) as one:
            os.chmod(one.path, 0o666)
            yield one
    finally:
        shutil.rmtree(folder)


def has_given_up(one):
    """Whether it ended by itself and said why, after that request."""
    assert one.process.wait(postern.TIMEOUT) == ENDED, one.said()
    assert "getrandom failed" in one.said(), one.said()
    one.start()


def is_ours(answer, kind):
    """Whether it is told as our fault, with nothing that was sealed."""
    assert answer.status == 500, answer
    assert answer.header("Content-Type").startswith(kind), answer
    assert not SEALED.search(answer.text()), answer
    assert "location" not in dict(answer.headers), answer


def is_oauth(answer):
    is_ours(answer, "application/json")
    told = answer.json()
    assert set(told) == {"error", "error_description"}, told
    assert told["error"] == "server_error", told
    assert answer.header("Cache-Control") == "no-store", answer


@contextlib.contextmanager
def before(name, one):
    """The base URL of a web server before that worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = program.run_dir()
    path = os.path.join(folder, "conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write((NGINX if name == "nginx" else LIGHTTPD) % {
            "folder": folder, "port": port, "socket": one.path})
    os.chmod(path, 0o644)
    words = ["nginx", "-e", folder + "/log", "-c", path] if name == "nginx" \
        else ["lighttpd", "-D", "-f", path]
    process = subprocess.Popen(words, cwd="/", **program.owner())
    try:
        until = time.monotonic() + postern.TIMEOUT
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        yield "http://127.0.0.1:%d" % port
    finally:
        process.terminate()
        process.wait(postern.TIMEOUT)
        shutil.rmtree(folder)


@case("T5: without randomness nobody is registered, and it is told")
def _():
    with worker("register") as one:
        is_oauth(one.ask("POST", "/oauth/register", JSON, CLIENT))
        has_given_up(one)
        # What needs none is answered.
        assert one.ask("POST", "/oauth/register", JSON, b"{").status == 400
    answer = program.run("register", "POST", "/oauth/register", JSON,
                         body=CLIENT)
    assert answer.status == 201 and SEALED.search(answer.text()), answer


@case("T5: without randomness nobody gets a token, and may ask again")
def _():
    client, secret = server.client()
    form = urllib.parse.urlencode({
        "grant_type": "refresh_token", "client_id": client,
        "client_secret": secret or "", "refresh_token":
        server.sign_in(client=(client, secret))["refresh_token"]}).encode()
    with worker("token") as one:
        for _ in range(2):
            is_oauth(one.ask("POST", "/oauth/token", FORM, form))
            has_given_up(one)
    answer = postern.fetch("POST", server.metadata()["token_endpoint"], FORM,
                           form)
    assert answer.status == 200 and "access_token" in answer.json(), answer


@case("T5: without randomness a person sees a page, an agent an error")
def _():
    with worker("connections") as one:
        answer = one.ask("GET", "/connections")
        is_ours(answer, "text/html")
        assert "<title>" in answer.text() and not answer.header("Set-Cookie")
        has_given_up(one)
    call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {
        "name": "get_upload_url", "arguments": {"filename": "a", "size": 1}}}
    with worker("mcp") as one:
        answer = one.ask("POST", "/mcp", {
            **JSON, "Accept": "application/json, text/event-stream",
            "Authorization": "Bearer " + server.token()},
            json.dumps(call).encode())
        is_ours(answer, "application/json")
        told = answer.json()
        assert told["error"]["code"] == -32603, told
        has_given_up(one)


@case("T5: without randomness web servers pass on what is told")
def _():
    for name in ("lighttpd", "nginx"):
        with worker("register") as one, before(name, one) as base:
            for _ in range(3):
                is_oauth(postern.fetch("POST", base + "/oauth/register", {
                    **JSON, "Host": HOST}, CLIENT))
                has_given_up(one)


case.run()
