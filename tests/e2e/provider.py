"""The way of a person who signs in at the OpenID provider (tests/provider),
as a browser goes it, and what the provider is told to be like."""
import base64
import hashlib
import html
import http.cookiejar
import os
import re
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request

import postern

server = postern.Server()
REDIRECT = "http://127.0.0.1:9/callback"
CONTROL = os.environ.get("TEST_UPSTREAM_CONTROL")
USUAL = {"down": 0, "blind": 0, "bytes": 32, "refresh_bytes": 32, "rotate": 0,
         "life": 3600, "other": 0, "away": 0}


def provider(**how):
    """Has the provider behave so, and as usual otherwise; how often it was
    asked for its document and for new tokens."""
    if CONTROL is None:
        raise postern.Skip("no OpenID provider: UPSTREAM=1")
    query = urllib.parse.urlencode({**USUAL, **how})
    response = postern.fetch("POST", CONTROL + "/test?" + query)
    assert response.status == 200, response
    return response.json()


def why(text):
    """What a page says is wrong."""
    said = re.search(r'id="problems">(.*?)</section>', text, re.S)
    text = said.group(1) if said else text
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:400]


class Browser:
    """A browser that keeps cookies and stops at every redirect that leads to
    nobody."""

    def __init__(self):
        context = ssl.create_default_context(
            cafile=os.environ["TEST_CA_FILE"])
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.jar), Stop())

    def forget(self, url):
        """Whoever signed in there did so in another browser."""
        host = urllib.parse.urlsplit(url).hostname
        for cookie in list(self.jar):
            if host in (cookie.domain, cookie.domain.split(".")[0]):
                self.jar.clear(cookie.domain, cookie.path, cookie.name)

    def go(self, url, form=None, **headers):
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self.opener.open(urllib.request.Request(
                    url, data, headers), timeout=30) as told:
                self.url = told.url
                return told.status, told.read().decode(), None
        except urllib.error.HTTPError as error:
            self.url = error.url
            return (error.code, error.read().decode(errors="replace"),
                    error.headers.get("Location"))


class Stop(urllib.request.HTTPRedirectHandler):
    """Goes on between the provider's own pages only."""

    def redirect_request(self, request, file, code, message, headers, url):
        if not url.startswith(os.environ["TEST_UPSTREAM"]):
            return None
        return super().redirect_request(request, file, code, message,
                                        headers, url)


class SignIn:
    """One person's way from the agent's question to its answer."""

    def __init__(self, user=None, **more):
        self.user = user or server.username
        self.browser = Browser()
        self.client_id = server.register()["client_id"]
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(
            self.verifier.encode()).digest()).rstrip(b"=").decode()
        self.url = (server.metadata()["authorization_endpoint"] + "?" +
                    urllib.parse.urlencode({
                        "response_type": "code", "client_id": self.client_id,
                        "redirect_uri": REDIRECT, "state": "s/+=",
                        "code_challenge": challenge,
                        "code_challenge_method": "S256", **more}))

    def send(self, text, values, scopes=None):
        """The form of a page of ours, with these values."""
        form = postern.Form(text)
        filled = form.filled(values, scopes) if scopes else form.filled(
            values)
        return self.browser.go(urllib.parse.urljoin(self.url, form.action),
                               filled, Origin=server.origin())

    def add(self, values):
        """Opens the page and adds a mailbox of a password; the page."""
        _, text, _ = self.browser.go(self.url)
        status, text, _ = self.send(text, {**values, "decision": "add"})
        assert status == 200, why(text)
        return text

    def press(self, page=None, scopes=None, **values):
        """Presses the button of a page, or of a new one; the provider's
        address that it leads to."""
        text = page or self.browser.go(self.url)[1]
        assert "Sign in with Test Mail" in text, why(text)
        status, text, _ = self.send(
            text, {"decision": "upstream-test", **values}, scopes)
        assert status == 200, (status, why(text))
        link = re.search(r'<a href="([^"]+)" id="onward">', text)
        assert link, text
        leads = html.unescape(link.group(1))
        assert 'content="0;url=%s"' % link.group(1) in text, why(text)
        return leads

    def at_provider(self, leads, allow=True):
        """Signs in there; the address of ours that it leads back to."""
        status, text, back = self.browser.go(leads)
        for _ in range(4):
            if back is not None:
                return back
            assert status == 200, (status, why(text))
            action = re.search(r'action="([^"]+)"', text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', text).group(1)
            if not allow:
                action = re.search(r'href="([^"]+/abort)"', text).group(1)
            action = urllib.parse.urljoin(self.browser.url, action)
            form = {"prompt": prompt, "login": self.user, "password": "x"}
            status, text, back = self.browser.go(
                action, form if allow else None)
        raise AssertionError("the provider leads nowhere: " + text)

    def back(self, leads=None, **press):
        """Comes back to our page: status and text."""
        self.returned = self.at_provider(leads or self.press(**press))
        return self.browser.go(self.returned)[:2]

    def consent(self, text, **values):
        """Allows it on our page; the code."""
        status, text, location = self.send(text, {"decision": "allow",
                                                  **values})
        assert status == 303, (status, why(text))
        told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
            location).query))
        assert told["state"] == "s/+=", told
        assert len(location) < 4000, len(location)
        assert len(told["code"]) <= 3000, len(told["code"])
        return told["code"]

    def allow(self, **press):
        """All of it: the answer of the token endpoint."""
        status, text = self.back(**press)
        assert status == 200 and "Mailboxes added" in text, why(text)
        assert self.user in text, why(text)
        return self.redeem(self.consent(text))

    def redeem(self, code):
        return self.ask(grant_type="authorization_code", code=code,
                        redirect_uri=REDIRECT, code_verifier=self.verifier)

    def ask(self, **form):
        return postern.fetch("POST", server.metadata()["token_endpoint"],
                             None, {"client_id": self.client_id, **form})

    def revoke(self, token):
        return postern.fetch(
            "POST", server.metadata()["revocation_endpoint"], None,
            {"client_id": self.client_id, "token": token})

    def refresh(self, token):
        return self.ask(grant_type="refresh_token", refresh_token=token)


def good(response):
    assert response.status == 200, response
    return response.json()
