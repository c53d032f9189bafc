#!/usr/bin/env python3
"""The servers of an address are found, and nobody else is spoken to.  Most of
it happens in domains.py."""
import functools
import json
import os
import subprocess
import sys
import urllib.parse

import postern

case = postern.Cases()
server = postern.Server()
WORLD = ("doc", "well", "slow", "moved", "large", "html", "doctype",
         "private", "oauth", "wrongname", "inside", "google", "microsoft",
         "both", "srv", "foreign", "odd", "guess", "badcert", "web",
         "nothing", "broken", "mute", "unknown", "hosted", "alone")
DOCUMENT = {"imap": {"host": "imap.hoster.example", "port": 993,
                     "tls": "implicit"},
            "smtp": {"host": "smtp.hoster.example", "port": 587,
                     "tls": "starttls"}}


@functools.lru_cache(maxsize=None)
def world():
    """What was answered in a world of its own."""
    if os.getuid() != 0:
        raise postern.Skip("namespaces need root")
    done = subprocess.run(
        [sys.executable, os.path.join(os.path.dirname(__file__),
                                      "domains.py"),
         *("Me@%s.example" % name for name in WORLD),
         "me@gmail.com", "me@10.1.2.3", "me@x.internal"],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def told(name):
    name = "Me@%s.example" % name if "@" not in name else name
    found = world()["told"][name]
    assert found["status"] == 200, found
    assert "Sanitizer" not in found["log"], found
    return found["told"]


def finds(name, **wanted):
    found = told(name)
    assert found.get("found") is True, found
    for member, value in wanted.items():
        assert found.get(member) == value, (member, found)
    return found


def finds_nothing(*names):
    for name in names:
        assert told(name) == {"found": False}, (name, told(name))


def pages(host):
    return [target for name, target, _ in world()["seen"]["https"]
            if name == host]


@case("known by heart: no network is asked")
def _():
    found = finds("me@gmail.com", provider="Gmail", sure=True, closed=False,
                  username="me@gmail.com",
                  imap={"host": "imap.gmail.com", "port": 993,
                        "tls": "implicit"})
    assert "app password" in found["hint"], found
    assert found["link"].startswith("https://"), found


@case("the domain's own document, at both of its places")
def _():
    for name in ("doc", "well"):
        finds(name, sure=True, closed=False, **DOCUMENT,
              username="Me@%s.example" % name, smtp_username="Me")
    asked = pages("autoconfig.doc.example")
    assert (asked[0].lower() ==
            "/mail/config-v1.1.xml?emailaddress=me%40doc.example"), asked


@case("both places are asked side by side")
def _():
    finds("slow", **DOCUMENT)
    order = world()["seen"]["slow"]
    assert order[:2] == ["waiting", "other"], order


@case("a document that takes no password says so")
def _():
    finds("oauth", closed=True, **DOCUMENT)


@case("what is no proper document, or not the domain's, tells nothing")
def _():
    finds_nothing("moved", "large", "html", "doctype", "wrongname")
    assert "/mail/config-v1.1.xml" in pages("autoconfig.moved.example")[0]
    assert pages("autoconfig.html.example"), "was not asked"
    assert not pages("autoconfig.wrongname.example"), "was told"


@case("no address of this network is proposed or spoken to")
def _():
    finds_nothing("private", "inside", "me@10.1.2.3", "me@x.internal")
    assert world()["seen"]["inside"] == 0


@case("who takes the domain's mail is known by heart")
def _():
    finds("google", provider="Gmail", username="Me@google.example",
          closed=False)
    found = finds("microsoft", provider="Microsoft 365", closed=True)
    assert "password" in found["hint"], found
    finds("both", provider="Fastmail")
    assert not pages("autoconfig.both.example"), "was asked"


@case("the document of who takes the domain's mail, to be looked at first")
def _():
    finds("hosted", sure=False, **DOCUMENT, username="Me@hosted.example",
          smtp_username="Me")
    # Side by side: the first good answer ends the others, asked or not yet.
    asked = [len(pages(host)) for host in
             ("autoconfig.taker.example", "autoconfig.mail.taker.example")]
    assert 1 <= sum(asked) and max(asked) == 1, asked
    finds_nothing("alone")
    assert not pages("autoconfig.example"), "was asked"


@case("SRV records, TLS from the start first, in their order")
def _():
    found = finds("srv", sure=True, username="Me@srv.example",
                  imap={"host": "a.srv.example", "port": 993,
                        "tls": "implicit"},
                  smtp={"host": "out.srv.example", "port": 587,
                        "tls": "starttls"})
    assert "provider" not in found, found
    found = finds("foreign", sure=False)
    assert found["imap"]["host"] == "mx.elsewhere.com", found
    assert "smtp" not in found, found
    finds_nothing("odd")


@case("usual names are taken if they answer with a valid certificate")
def _():
    finds("guess", sure=True,
          imap={"host": "mail.guess.example", "port": 993,
                "tls": "implicit"},
          smtp={"host": "smtp.guess.example", "port": 465,
                "tls": "implicit"})
    finds_nothing("badcert")
    assert set(world()["seen"]["mail"]) <= {""}, world()["seen"]["mail"]


@case("a domain without mail, nameservers, or being")
def _():
    finds_nothing("nothing", "broken", "mute", "unknown")


@case("the address is told to its domain and who takes its mail, no other")
def _():
    for host, _, head in world()["seen"]["https"]:
        for name in WORLD:
            assert ("%40" + name + ".example" not in head or
                    host == "autoconfig.%s.example" % name or
                    (name == "hosted" and "taker" in host)), (host, head)
        assert "ookie" not in head and "eferer" not in head, head


@case("no more than a few look at once")
def _():
    assert world()["full"]["told"] == {"found": False}, world()["full"]


@case("nobody has the network searched too often")
def _():
    first, late, known, other = world()["often"]
    assert first["found"] and other["found"], (first, other)
    assert late == {"found": False}, late
    assert known["found"], known


def page():
    """The sealed value of a page's form, and its browser's cookie."""
    client_id, _ = server.client()
    response = postern.fetch("GET", server.metadata()[
        "authorization_endpoint"] + "?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": client_id,
            "redirect_uri": "http://127.0.0.1:9/callback",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256"}))
    form = postern.Form(response.text())
    return (dict(form.fields)["request"],
            response.header("Set-Cookie").split(";")[0])


def ask(sealed, headers, address="me@gmail.com"):
    return postern.fetch("GET", server.base_url + "/oauth/discover?" +
                         urllib.parse.urlencode({"address": address,
                                                 "request": sealed}),
                         headers)


@case("only the script of our page may ask")
def _():
    sealed, cookie = page()
    other = page()[1]
    good = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    response = ask(sealed, good)
    assert response.status == 200, response
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Access-Control-Allow-Origin") is None, response
    # The servers of these tests are the only ones that may be chosen here.
    assert response.json() == {"found": False}, response
    for changed in ({"Cookie": other}, {"Cookie": "a=b"},
                    {"Sec-Fetch-Site": "cross-site"},
                    {"Sec-Fetch-Site": "same-site"},
                    {"Origin": "https://evil.example"}, {"Origin": "null"}):
        refused = ask(sealed, {**good, **changed})
        assert refused.status == 403, (changed, refused)
        assert "found" not in refused.text(), refused
    for forged in ("", "x", sealed[:-2]):
        assert ask(forged, good).status == 403, forged


@case("what is no address finds nothing")
def _():
    sealed, cookie = page()
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    for address in ("", "me", "@", "me@", "me@localhost", "a@b, c@d",
                    "x" * 300 + "@gmail.com"):
        response = ask(sealed, headers, address)
        assert response.status == 200, response
        assert response.json() == {"found": False}, (address, response)


case.run()
