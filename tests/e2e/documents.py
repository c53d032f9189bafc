#!/usr/bin/env python3
"""Clients that are known by a document at the address that is their id, as
far as a person and a browser see it: a host of ours serves good and bad ones,
and counts who asks."""
import base64
import hashlib
import json
import secrets
import socket
import time
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import postern
from client_host import JSON, Host, send

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def query_of(client, **more):
    return {"response_type": "code", "client_id": client, "state": "s",
            "redirect_uri": REDIRECT, "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", **more}


def ask(client, **more):
    query = {n: v for n, v in query_of(client, **more).items()
             if v is not None}
    return postern.fetch("GET", server.base_url + "/oauth/authorize?" +
                         urlencode(query))


def refused(client, word=None, **more):
    """A page for the person, and nobody is sent anywhere."""
    page = ask(client, **more)
    assert page.status == 400, page
    assert page.header("Location") is None, page
    assert page.header("Content-Type").startswith("text/html"), page
    assert page.header("Cache-Control") == "no-store", page
    assert word is None or word in page.text(), page
    return page


def served(answer=None, **members):
    """A host of its own for one document: no other is in its way."""
    host = Host()
    return host, host.add(answer, **members)


@case("item 16: a client known by its document signs in and refreshes")
def _():
    host, client = served(token_endpoint_auth_method=None,
                          client_uri="https://app.example",
                          logo_uri=host_of("logo"))
    told = server.sign_in(client=(client, None))
    assert told["token_type"] == "Bearer" and told["refresh_token"], told
    assert postern.Mcp(server, told["access_token"]).tools()
    response = postern.fetch("POST", server.base_url + "/oauth/token", None, {
        "grant_type": "refresh_token", "client_id": client,
        "refresh_token": told["refresh_token"]})
    assert response.status == 200, response
    again = response.json()["refresh_token"]
    other = host.add()
    for wrong in (other, server.register()["client_id"]):
        response = postern.fetch(
            "POST", server.base_url + "/oauth/token", None, {
                "grant_type": "refresh_token", "client_id": wrong,
                "refresh_token": again})
        assert response.status == 400, response
        assert response.json()["error"] == "invalid_grant", response
    # One document, asked for once, and never the logo or the other.
    assert [path for path, _ in host.asked] == [urlsplit(client).path]
    headers = {n.lower() for n in host.asked[0][1]}
    assert not headers & {"cookie", "authorization", "referer"}, headers


def host_of(path):
    """Where a picture is told to lie: nobody must ask there."""
    return pictures.url + "/" + path


pictures = Host()


@case("item 16: the page says whose document it is, and what that proves")
def _():
    host, client = served(redirect_uris=[REDIRECT, "https://app.example/cb"],
                          client_name="Claude <b>\u202e", logo_uri=host_of("x"))
    here = ask(client).text()
    assert '<strong class="host">localhost</strong>' in here, here
    assert "Any program on this computer can say" in here, here
    assert "Claude &lt;b&gt;" in here and "\u202e" not in here, here
    assert "unverified" in here and "/x" not in here, here
    there = ask(client, redirect_uri="https://app.example/cb").text()
    assert "Anybody can choose a name" in there, there
    assert "Any program on this computer" not in there, there
    assert '<strong class="host">app.example</strong>' in there, there
    assert len(host.asked) == 1, host.asked
    assert not pictures.asked, pictures.asked


@case("item 16: a person who took long finds the page as it was, though the "
      "client's host has gone")
def _():
    host, client = served(told_to_cache("no-store"))
    url = server.base_url + "/oauth/authorize?" + urlencode(query_of(client))
    page = postern.fetch("GET", url)
    host.answers.clear()
    host.shutdown()
    host.server_close()
    form = postern.Form(page.text())
    values = {"username": server.username, "password": server.password,
              **{n: v for n, v in server.server_fields().items()
                 if n in dict(form.fields)}}
    headers = {"Content-Type": "application/x-www-form-urlencoded",
               "Origin": server.origin(),
               "Cookie": page.header("Set-Cookie").split(";")[0]}
    response = postern.fetch("POST", urljoin(url, form.action), headers,
                             urlencode(form.filled(values)))
    assert response.status == 303, response
    # What was sealed for one client is nothing to another.
    other = served()[1]
    forged = postern.fetch(
        "POST", server.base_url + "/oauth/authorize?" + urlencode(
            query_of(other, redirect_uri="https://evil.example/")),
        headers, urlencode(form.filled(values)))
    assert forged.status == 400, forged
    assert forged.header("Location") is None, forged


def told_to_cache(words):
    return lambda handler, document: send(handler, document,
                                          Cache_Control=words)


@case("item 16: a code of such a client is for it alone")
def _():
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(
        verifier.encode()).digest()).rstrip(b"=").decode()
    host, client = served()
    response = server.authorize(client, REDIRECT, challenge)
    told = dict(parse_qsl(urlsplit(response.header("Location")).query))
    assert told["iss"] == server.base_url, told
    form = {"grant_type": "authorization_code", "code": told["code"],
            "redirect_uri": REDIRECT, "code_verifier": verifier}
    url = server.base_url + "/oauth/token"
    wrong = postern.fetch("POST", url, None, {
        **form, "client_id": host.add()})
    assert wrong.json()["error"] == "invalid_grant", wrong
    secret = postern.fetch("POST", url, None, {
        **form, "client_id": client, "client_secret": "x"})
    assert secret.status == 401, secret
    assert secret.json()["error"] == "invalid_client", secret
    good = postern.fetch("POST", url, None, {**form, "client_id": client})
    assert good.status == 200, good
    assert len(host.asked) == 1, host.asked


@case("item 16: who could show a key is known without where it says so")
def _():
    client = served(token_endpoint_auth_method="private_key_jwt",
                    jwks_uri="https://app.example/jwks",
                    token_endpoint_auth_methods_supported=[
                        "none", "private_key_jwt"])[1]
    assert server.sign_in(client=(client, None))["access_token"]
    refused(served(token_endpoint_auth_method="private_key_jwt")[1], "keys")


@case("item 16: documents that are not as they must be")
def _():
    for word, members in (
            ("to the letter", {"client_id": "https://localhost/other"}),
            ("client_id", {"client_id": None}),
            ("client_name", {"client_name": None}),
            ("redirect_uris", {"redirect_uris": None}),
            ("redirect_uris", {"redirect_uris": []}),
            ("redirect_uris", {"redirect_uris": ["javascript:alert(1)"]}),
            ("client_secret", {"client_secret": "x"}),
            ("shared secret", {"token_endpoint_auth_method":
                               "client_secret_basic"})):
        host, client = served(**members)
        for _ in range(2):
            refused(client, word)
        # What was no good is asked for again.
        assert len(host.asked) == 2, (word, host.asked)
    refused(served(redirect_uris=["https://app.example/cb"])[1],
            "cannot be trusted")


@case("item 16: answers that are none")
def _():
    def moved(handler, document):
        send(handler, document, 302, Location=host_of("moved"))

    def huge(handler, document):
        send(handler, {**document, "x": "x" * 70000})

    def endless(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 65536)

    def packed(handler, document):
        send(handler, document, Content_Encoding="gzip")

    for word, answer in (
            ("status 302", moved), ("64 KiB", huge), ("64 KiB", endless),
            (None, packed),
            ("status 404", lambda h, d: send(h, d, 404)),
            ("status 500", lambda h, d: send(h, d, 500)),
            ("Content-Type", lambda h, d: send(h, d, 200, "text/html")),
            ("Content-Type", lambda h, d: send(h, d, 200, None)),
            ("document", lambda h, d: send(h, b"<html>")),
            ("document", lambda h, d: send(h, b""))):
        refused(served(answer)[1], word)
    assert not pictures.asked, pictures.asked


@case("item 16: who drips is waited for five seconds in all")
def _():
    def drip(handler, document):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", "600")
        handler.end_headers()
        for byte in json.dumps(document).encode():
            handler.wfile.write(bytes([byte]))
            time.sleep(1)

    client = served(drip)[1]
    start = time.monotonic()
    refused(client, "within 5 seconds")
    # The document would take minutes.
    assert 3 < time.monotonic() - start < 60, time.monotonic() - start


@case("item 16: a host must prove its name")
def _():
    for certificate in ("expired", "wrong", "alone"):
        host = Host(certificate)
        refused(host.add(), "proves to be localhost")
        assert not host.asked, host.asked


@case("item 16: addresses that are none of a document")
def _():
    port = Host().server_address[1]
    for url in ("http://localhost:%d/a" % port, "https://localhost",
                "https://localhost:%d" % port, "https://localhost:%d/" % port,
                "https://me@localhost:%d/a" % port,
                "https://localhost:%d/a#b" % port,
                "https://localhost:%d/a/../b" % port,
                "https://localhost:%d/%%2e%%2e/b" % port,
                "ftp://localhost/a", "file:///etc/passwd", "data:,x",
                "javascript:alert(1)", "https://localhost:%d/\\a" % port,
                "https://localhost:%d/a b" % port,
                "https://localhost:%d/%s" % (port, "a" * 600)):
        page = refused(url, "is not known here")
        assert "<script" not in page.text(), page
        response = postern.fetch(
            "POST", server.base_url + "/oauth/token", None, {
                "grant_type": "refresh_token", "refresh_token": "x",
                "client_id": url})
        assert response.status == 401, (url, response)
        assert response.json()["error"] == "invalid_client", response


@case("item 16: addresses that nobody here may ask get no byte")
def _():
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    for host in ("127.0.0.1", "127.0.0.2", "127.1", "2130706433",
                 "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                 "foo.localhost", "localhost.localdomain", "ip6-localhost"):
        refused("https://%s:%d/a" % (host, port))
    for url in ("https://10.0.0.1/a", "https://169.254.169.254/latest/",
                "https://metadata.google.internal/a",
                "https://[fd00:ec2::254]/a"):
        refused(url)
    listener.settimeout(0.2)
    try:
        raise AssertionError(listener.accept()[1])
    except TimeoutError:
        listener.close()


@case("item 16: one host is asked ten times a minute; who is known goes on")
def _():
    host, known = served()
    assert ask(known).status == 200
    pages = [ask(host.add()) for _ in range(11)]
    late = [page for page in pages if page.status != 200]
    assert len(host.asked) == 10, len(host.asked)
    assert late and all("too often" in page.text() for page in late), late
    assert ask(known).status == 200


@case("item 16: a document is kept as long as its host says, in limits")
def _():
    host = Host()
    for told in ("no-store", "max-age=0", "max-age=99999999999", "public"):
        client = host.add(told_to_cache(told))
        before = len(host.asked)
        assert ask(client).status == ask(client).status == 200
        assert len(host.asked) == before + 1, told


case.run()
