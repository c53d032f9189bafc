"""The requests that are tortured.  Each is made anew for each time that it is
asked, since most change something: (Asked, Effect)."""
import base64
import html
import json
import re
import secrets
import time
import urllib.parse

import postern
from effects import Change, Effect, Send, is_success
from mailbox import BODY, FILE, SUBJECT, Mailbox, sign_in, subject
from programs import Asked
from visitor import Visitor

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FRESH_SECONDS = 20      # of the minute that a code lives
SIGNED_IN_SECONDS = 120 # of the time that a user stays signed in
REDIRECT = "http://127.0.0.1:9/callback"


def grants(page):
    """Of the agents that a user's own page shows."""
    return re.findall(r'name="remove" value="([^"]+)"', page.text())


class Torture:
    """The requests, over a site whose calls are made to fail."""

    def __init__(self, site, smtp, server, mint, over_tls):
        self.site, self.smtp, self.server, self.mint = site, smtp, server, mint
        self.box, self.over_tls = Mailbox(server), over_tls[1]
        self.client, self.mcp, _ = sign_in(server)
        self.codes, self.fresh = [], 0
        self.still, self.folder, self.other = (
            self.box.make(server.folder(name))
            for name in ("Torture", "Torture Work", "Torture Too"))
        self.uid = self.box.put(self.still, SUBJECT)
        self.box.put(self.still, "Re: " + SUBJECT)
        self.file = self.box.put(
            self.still, "file", more='MIME-Version: 1.0\nContent-Type: '
            'multipart/mixed; boundary="b"\n',
            body="\n--b\nContent-Type: text/plain\n\n%s\n--b\nContent-Type: "
            "application/octet-stream\nContent-Disposition: attachment; "
            "filename=a.bin\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n"
            % (BODY, base64.encodebytes(FILE).decode()))
        self.visitor, self.first, self.signed_out = None, (), 0
        self.uploads = server.folder("Connected Agents", "Uploads")
        for name in (self.folder, self.other, self.box.sent, self.box.drafts,
                     self.box.trash, self.box.cards, self.uploads,
                     server.folder("Connected Agents", "Ledger")):
            self.box.keep(name)
        self.usual = {}

    def forget(self):
        """What requests have left, codes' cards too.  Often: who looks for
        one message looks through all of a folder, and a ledger holds no more
        than a thousand."""
        self.codes.clear()
        self.box.forget()
        self.smtp.forget()

    # How a request is written.

    def get(self, path, **headers):
        return Asked("GET", self.server.base_url + path, headers)

    def form(self, path, fields):
        return Asked("POST", self.server.base_url + path, None, fields)

    def rpc(self, method, params=None, mcp=None, token=True):
        mcp = mcp or self.mcp
        message, headers = mcp.message(method, params)
        headers.update({"Content-Type": "application/json",
                        "Accept": "application/json, text/event-stream"})
        if token:
            headers["Authorization"] = "Bearer " + mcp.token
        return Asked("POST", self.server.mcp_url, headers,
                     json.dumps({**message, "id": 1}))

    def rpc_like(self, path, told):
        return Asked("POST", self.server.base_url + path,
                     {"Content-Type": "application/json"}, json.dumps(told))

    def call(self, tool, **arguments):
        return self.rpc("tools/call", {"name": tool, "arguments": arguments})

    def authorize_url(self, **more):
        return "/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": self.client,
            "redirect_uri": REDIRECT, "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", "state": "s",
            "scope": "mail:read", "resource": self.server.mcp_url, **more})

    # What is changed.

    def sign_in(self):
        """The form of the page, as its browser sends it."""
        if "sign-in" not in self.usual:
            page = self.site.plain(self.get(self.authorize_url()))
            assert page.status == 200, page
            self.usual["sign-in"] = (page, postern.Form(page.text()))
        page, form = self.usual["sign-in"]
        values = {"username": self.server.username,
                  "password": self.server.password}
        cookies = [v.split(";")[0] for n, v in page.headers
                   if n == "Set-Cookie"]
        return Asked("POST", self.server.base_url + self.authorize_url(), {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.server.origin(), "Cookie": "; ".join(cookies)},
            urllib.parse.urlencode(form.filled(values)))

    def signed_in(self):
        last = max(self.box.uids(self.box.cards), default=0)

        def redeems(answer):
            location = answer.header("Location")
            if answer.status == 200:
                # No card could be kept: it says so, and leads on.
                location = html.unescape(re.search(
                    '<a href="([^"]*)">Go on to', answer.text()).group(1))
            query = urllib.parse.urlsplit(location).query
            code = dict(urllib.parse.parse_qsl(query))["code"]
            told = self.site.plain(self.form("/oauth/token", {
                "grant_type": "authorization_code", "code": code,
                "redirect_uri": REDIRECT, "code_verifier": VERIFIER,
                "client_id": self.client}))
            assert told.status == 200, told

        class SignIn(Change):
            def succeeded(self, answer):
                assert answer.status == 200 or self.is_done() == 1, answer
                redeems(answer)

        return self.sign_in(), SignIn(
            lambda: sum(uid > last for uid in self.box.uids(self.box.cards)),
            retried=False)

    def code(self):
        """What redeems a code that nobody has used."""
        if not self.codes or time.monotonic() > self.fresh:
            self.codes, self.fresh = self.mint(), \
                time.monotonic() + FRESH_SECONDS
        told = self.codes.pop()
        del told["grant"]
        return {"grant_type": "authorization_code", **told}

    def is_granted(self, answer):
        told = answer.json()
        token = self.rpc("tools/list", mcp=postern.Mcp(
            self.server, told["access_token"]))
        assert self.site.plain(token).status == 200, "no good token"
        assert told["token_type"] == "Bearer" and told["refresh_token"], told

    def exchanged(self):
        class Code(Change):
            """Which nobody can use again, whatever became of the answer."""

            def settled(self, answer, again):
                told = answer if is_success(answer) else again()
                assert is_success(told) or (
                    told.status == 400 and
                    told.json()["error"] == "invalid_grant"), told

        return self.form("/oauth/token", self.code()), Code(
            lambda: 1, self.is_granted)

    def refresh_token(self):
        fields = self.code()
        told = self.site.plain(self.form("/oauth/token", fields))
        assert told.status == 200, told
        return {"client_id": fields["client_id"],
                "refresh_token": told.json()["refresh_token"]}

    def refreshed(self):
        return self.form("/oauth/token", {
            "grant_type": "refresh_token", **self.refresh_token()}), Change(
                lambda: 1, self.is_granted)

    def revoked(self):
        fields = self.refresh_token()

        def is_over():
            told = self.site.plain(self.form("/oauth/token", {
                "grant_type": "refresh_token", **fields}))
            assert told.status in (200, 400), told
            return int(told.status == 400)

        def gone(answer):
            assert answer.status == 200 and is_over(), answer

        effect = Change(lambda: 1, gone)
        return self.form("/oauth/revoke", {
            "client_id": fields["client_id"],
            "token": fields["refresh_token"]}), effect

    def flagged(self):
        uid = self.box.put(self.folder, subject())
        return self.call("update_mail_message_flags", folder=self.folder,
                         uid=uid, add=["\\Flagged"]), Change(
            lambda: int("\\Flagged" in self.box.flags(self.folder, uid)))

    def _one(self, title, *folders):
        def counts():
            return [self.box.count(folder, title) for folder in folders]

        # Whoever asked for it may have ended while the server is at it.
        told = self.box.await_count(counts, lambda told: sum(told) == 1)
        assert sum(told) == 1, ("lost or doubled", told)
        return told[-1]

    def moved(self):
        title = subject()
        uid = self.box.put(self.folder, title)
        return self.call("move_mail_message", folder=self.folder, uid=uid,
                         destination=self.other), Change(
            lambda: self._one(title, self.folder, self.other), retried=False)

    def copied(self):
        title = subject()
        uid = self.box.put(self.folder, title)
        return self.call("copy_mail_message", folder=self.folder, uid=uid,
                         destination=self.other), Change(
            lambda: self.box.count(self.other, title), retried=False)

    def deleted(self):
        title = subject()
        uid = self.box.put(self.folder, title)
        return self.call("delete_mail_message", folder=self.folder,
                         uid=uid), Change(
            lambda: self._one(title, self.folder, self.box.trash),
            retried=False)

    def undone(self):
        asked, effect = self.moved()
        told = self.site.plain(asked).json()["result"]["structuredContent"]
        return self.call("undo_mail_change", undo=told["undo"]), Change(
            lambda: 1 - effect.is_done(), retried=False)

    def folder_made(self):
        name = self.server.folder("Made " + secrets.token_hex(6))
        return self.call("create_mailbox", name=name), Change(
            lambda: int(self.box.is_folder(name)), retried=False)

    def folder_renamed(self):
        old = self.box.make(self.server.folder("Old " + secrets.token_hex(6)))
        new = self.server.folder("New " + secrets.token_hex(6))

        def done():
            there = self.box.is_folder(old), self.box.is_folder(new)
            assert sum(there) == 1, there
            return int(there[1])

        return self.call("rename_mailbox", name=old, new_name=new), Change(
            done, retried=False)

    def folder_gone(self):
        name = self.box.make(self.server.folder(
            "Gone " + secrets.token_hex(6)))
        return self.call("delete_mailbox", name=name), Change(
            lambda: 1 - self.box.is_folder(name), retried=False)

    def drafted(self):
        title = subject()
        return self.call(
            "create_draft_mail_message", to="bob@example.org", subject=title,
            text_body=BODY, attachments=[{
                "filename": "a.txt",
                "content_base64": base64.b64encode(FILE).decode()}]), Change(
            lambda: self.box.count(self.box.drafts, title), retried=False)

    def _letter(self, **more):
        title = subject()
        return title, {
            "to": "bob@example.org", "subject": title, "text_body":
            BODY + " text" * 100 + "\nthe end of it\n", **more}

    def sent(self):
        title, letter = self._letter()
        return self.call("send_mail_message", **letter), Send(
            self, title, retried=False)

    def sent_once(self):
        title, letter = self._letter(request_id=secrets.token_hex(8))
        return self.call("send_mail_message", **letter), Send(self, title)

    def replied(self):
        title = subject()
        uid = self.box.put(self.folder, title)
        return self.call(
            "reply_mail_message", folder=self.folder, uid=uid,
            request_id=secrets.token_hex(8),
            text_body=BODY + "\nthe end of it\n"), Send(self, "Re: " + title)

    def forwarded(self):
        title = subject()
        uid = self.box.put(self.folder, title)
        return self.call(
            "forward_mail_message", folder=self.folder, uid=uid,
            to="bob@example.org", request_id=secrets.token_hex(8),
            text_body=BODY + "\nthe end of it\n"), Send(self, "Fwd: " + title)

    def draft_sent(self):
        title, letter = self._letter()
        told = self.site.plain(self.call("create_draft_mail_message", **letter))
        uid = told.json()["result"]["structuredContent"]["uid"]
        return self.call("send_draft_mail_message", uid=uid,
                         request_id=secrets.token_hex(8)), Send(self, title)

    def uploaded(self):
        told = self.site.plain(self.call(
            "get_upload_url", filename="a.bin", size=len(FILE))).json()
        url = told["result"]["structuredContent"]["url"]
        last = self._uploads()

        def usable(answer):
            title, letter = self._letter(attachment_urls=url)
            told = self.site.plain(self.call("create_draft_mail_message",
                                           **letter))
            assert is_success(told), told
            assert self.box.count(self.box.drafts, title) == 1

        return Asked("PUT", url, None, FILE), Change(
            lambda: self._uploads() - last, usable, retried=False)

    def _uploads(self):
        return len(self.box.uids(self.uploads))

    def downloaded(self):
        if "link" not in self.usual:
            told = self.site.plain(self.call(
                "get_mail_attachment", folder=self.still, uid=self.file))
            self.usual["link"] = told.json()["result"][
                "structuredContent"]["url"]

        class File(Effect):
            def succeeded(self, answer):
                assert answer.body == FILE, "not the file"

        return Asked("GET", self.usual["link"]), File()

    def page_of(self):
        """Who is signed in to the user's own page."""
        if time.monotonic() > self.signed_out:
            self.visitor = Visitor(self.server)
            assert self.visitor.sign_in().status == 303
            self.signed_out = time.monotonic() + SIGNED_IN_SECONDS
            self.first = grants(self.visitor.open())
        return self.visitor

    def page(self):
        return Asked("GET", self.server.base_url + "/connections",
                     {"Cookie": self.page_of().cookie()})

    def _pressed(self, visitor, fields):
        sealed = re.search(r'name="request" value="([^"]+)"',
                           visitor.page.text()).group(1)
        return Asked("POST", visitor.url, {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.server.origin(), "Cookie": visitor.cookie()},
            urllib.parse.urlencode([("request", sealed), *fields]))

    def page_entered(self):
        class Entered(Effect):
            def succeeded(_, answer):
                assert answer.status == 303, answer
                assert "session" in answer.header("Set-Cookie"), answer

        visitor = Visitor(self.server)
        visitor.open()
        return self._pressed(visitor, [
            ("username", self.server.username),
            ("password", self.server.password),
            ("decision", "sign-in")]), Entered()

    def _connected(self, visitor):
        return [grant for grant in grants(visitor.open())
                if grant not in self.first]

    def page_removed(self):
        """An agent that was connected since the first look at the page."""
        visitor = self.page_of()
        new = self._connected(visitor)
        if not new:
            sign_in(self.server)
            new = self._connected(visitor)
        assert new, visitor.page
        count = len(self.box.uids(self.box.cards))

        def says_so(answer):
            assert "One agent was disconnected" in answer.text(), answer

        return self._pressed(visitor, [("remove", new[0])]), Change(
            lambda: count - len(self.box.uids(self.box.cards)), says_so)
