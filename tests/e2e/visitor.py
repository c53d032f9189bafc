"""A browser at the user's own pages: it keeps cookies, and sends the forms of
the page that it looks at."""
import html
import re
import urllib.parse

import postern


class Visitor:
    def __init__(self, server):
        self.server, self.cookies, self.page = server, {}, None
        self.url = server.base_url + "/connections"

    def keep(self, response):
        for name, value in response.headers:
            if name.lower() != "set-cookie":
                continue
            cookie, _, more = value.partition(";")
            name, _, value = cookie.partition("=")
            self.cookies[name] = value
            if re.search(r"max-age=0\b", more, re.I):
                del self.cookies[name]
        self.page = response
        return response

    def cookie(self):
        return "; ".join("%s=%s" % told for told in self.cookies.items())

    def open(self, url=None):
        self.url = url or self.url
        return self.keep(postern.fetch("GET", self.url,
                                       {"Cookie": self.cookie()}))

    def send(self, fields, **headers):
        """The fields, and what the page's form holds for itself."""
        sealed = re.search(r'name="request" value="([^"]+)"',
                           self.page.text())
        sent = [("request", html.unescape(sealed.group(1)))] \
            if sealed else []
        headers = {"Content-Type": "application/x-www-form-urlencoded",
                   "Origin": self.server.origin(), "Cookie": self.cookie(),
                   **headers}
        return self.keep(postern.fetch(
            "POST", self.url, headers,
            urllib.parse.urlencode(sent + list(fields))))

    def sign_in(self, **more):
        """Signs in with the mailbox of the servers under test."""
        page = self.open()
        assert page.status == 200, page
        form = postern.Form(page.text())
        names = {name for name, _ in form.fields}
        told = {"username": self.server.username,
                "password": self.server.password, "decision": "sign-in",
                **{n: v for n, v in self.server.server_fields().items()
                   if n in names}, **more}
        return self.send(told.items())
