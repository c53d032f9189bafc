"""What the end-to-end tests share: the running server, signing in as a
browser would, MCP by raw HTTP, a second IMAP client, and TAP.

POSTERN_READY names the ready.json of the servers under test (default
build/run/ready.json).  A test is a program of cases:

    import postern
    server = postern.Server()
    case = postern.Cases()

    @case("item 42: ping answers {}")
    def _():
        assert server.mcp().call("ping") == {}

    case.run()
"""
import base64
import hashlib
import html.parser
import http.client
import imaplib
import json
import os
import re
import secrets
import subprocess
import sys
import traceback
import urllib.parse

import calls

MODERN = "2026-07-28"
LEGACY = "2025-11-25"
META = "io.modelcontextprotocol/"
SCOPES = ("mail:folders", "mail:read", "mail:search", "mail:modify",
          "mail:send")
TIMEOUT = 60
# The command goes on as the key's owner, which the search for leaks can't.
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0"}


class Skip(Exception):
    """Raised by a case that can't run here; the text says why."""


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        """All values of a header joined, or None."""
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return ", ".join(values) if values else None

    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return "%d %r %r" % (self.status, self.headers, self.body[:2000])


def path_of(url):
    """The path of an address: "" for none."""
    return urllib.parse.urlsplit(url).path


def fetch(method, url, headers=None, body=None):
    """One HTTP request; redirects are not followed."""
    parts = urllib.parse.urlsplit(url)
    kind = (http.client.HTTPSConnection if parts.scheme == "https"
            else http.client.HTTPConnection)
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body)
        headers = {"Content-Type": "application/x-www-form-urlencoded",
                   **(headers or {})}
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return Response(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


class Form(html.parser.HTMLParser):
    """The first form of a page that has a user name's field, else the first
    one: where it goes, and its fields as a browser would send them."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.choices = None, [], []
        self.submit = None
        self._open, self._select = False, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "form" and self.action is None:
            self._open, self.action = True, has.get("action") or ""
        if self._open and tag == "option":
            self._option(has)
        if not self._open or "name" not in has or "disabled" in has:
            return
        if tag == "input":
            self._input(has)
        elif tag == "button" and has.get("type", "submit") == "submit":
            self.submit = self.submit or (has["name"], has.get("value", ""))
        elif tag == "textarea":
            self.fields.append((has["name"], ""))
        elif tag == "select":
            self._select = has["name"]

    def _option(self, has):
        """The first option counts, until one is marked as selected."""
        names = [n for n, _ in self.fields]
        if self._select is None:
            return
        if self._select not in names:
            self.fields.append((self._select, has.get("value", "")))
        elif "selected" in has:
            self.fields[names.index(self._select)] = (
                self._select, has.get("value", ""))

    def _input(self, has):
        kind = has.get("type", "text").lower()
        if kind in ("submit", "button", "image", "file"):
            return
        if kind in ("checkbox", "radio"):
            self.choices.append((has["name"], has.get("value", "on")))
            if "checked" not in has:
                return
        default = "on" if kind in ("checkbox", "radio") else ""
        self.fields.append((has["name"], has.get("value") or default))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = None

    def filled(self, values, scopes=None):
        """The fields with these values (a list is a field that comes more
        than once) and the first button, which Enter presses; of the scope
        switches only those.  Nothing is to be asked first unless the values
        say so: tools then do at once what they are told."""
        if self.submit is not None:
            values = {self.submit[0]: self.submit[1], **values}
        fields = [(n, v) for n, v in self.fields
                  if n not in values and n != "ask"
                  and not (scopes is not None and v in SCOPES)]
        for name, value in values.items():
            several = isinstance(value, (list, tuple))
            fields += [(name, v) for v in (value if several else [value])]
        if scopes is not None:
            fields += [(n, v) for n, v in self.choices if v in scopes]
        return fields


class Refused(Exception):
    """A JSON-RPC error: code, message, data, and the HTTP response."""

    def __init__(self, response, error):
        super().__init__("%d: %r" % (response.status, error))
        self.response, self.error = response, error
        self.code, self.status = error.get("code"), response.status


class ToolError(Exception):
    """A result with isError: code, message, hint, retryable."""

    def __init__(self, result):
        self.error = result["structuredContent"]["error"]
        self.code = self.error["code"]
        super().__init__("%(code)s: %(message)s" % self.error)


def check_schema(schema, value, at="structuredContent"):
    """Fails unless the value conforms; knows what our rows can say, and an
    unknown member is always wrong."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int,
             "boolean": bool}
    kind = schema["type"]
    assert isinstance(value, kinds[kind]), "%s: no %s" % (at, kind)
    assert kind != "integer" or not isinstance(value, bool), at
    if "enum" in schema:
        assert value in schema["enum"], "%s: %r" % (at, value)
    if kind == "array" and "items" in schema:
        for i, item in enumerate(value):
            check_schema(schema["items"], item, "%s[%d]" % (at, i))
    if kind != "object" or "properties" not in schema:
        return
    for name in schema.get("required", ()):
        assert name in value, "%s.%s is missing" % (at, name)
    for name, member in value.items():
        assert name in schema["properties"], "%s.%s unknown" % (at, name)
        check_schema(schema["properties"][name], member, at + "." + name)


class Mcp:
    """A client of the MCP endpoint with one token."""

    def __init__(self, server, token, modern=False):
        self.server, self.token, self.modern = server, token, modern
        self._id, self._schemas = 0, None

    def post(self, body, headers=None):
        """Posts anything (a text as it is); None removes a header."""
        sent = {"Content-Type": "application/json",
                "Accept": "application/json, text/event-stream"}
        if self.token is not None:
            sent["Authorization"] = "Bearer " + self.token
        sent.update(headers or {})
        sent = {n: v for n, v in sent.items() if v is not None}
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        response = fetch("POST", self.server.mcp_url, sent, body)
        calls.keep(body, response)
        return response

    def message(self, method, params=None):
        """A request and its headers in this client's era."""
        self._id += 1
        params, headers = dict(params or {}), {}
        if self.modern:
            params["_meta"] = {META + "protocolVersion": MODERN,
                               META + "clientCapabilities": {},
                               **params.get("_meta", {})}
            headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
            name = params.get("name", params.get("uri"))
            if name is not None:
                headers["Mcp-Name"] = name
        return {"jsonrpc": "2.0", "id": self._id, "method": method,
                "params": params}, headers

    def call(self, method, params=None):
        """The result; Refused for an error."""
        message, headers = self.message(method, params)
        response = self.post(message, headers)
        try:
            answer = response.json()
        except ValueError as bad:
            raise AssertionError(repr(response)) from bad
        if "error" in answer:
            raise Refused(response, answer["error"])
        assert response.status == 200, response
        assert answer["id"] == message["id"] and answer["jsonrpc"] == "2.0"
        return answer["result"]

    def tools(self):
        return self.call("tools/list")["tools"]

    def result(self, name, /, **arguments):
        """The whole result of a tool, isError or not, checked against the
        tool's outputSchema."""
        if self._schemas is None:
            self._schemas = {t["name"]: t["outputSchema"]
                             for t in self.tools()}
        result = self.call("tools/call",
                           {"name": name, "arguments": arguments})
        if not result.get("isError"):
            told = result["structuredContent"]
            check_schema(self._schemas[name], told)
            assert json.loads(result["content"][0]["text"]) == told
        return result

    def tool(self, name, /, **arguments):
        """structuredContent of a tool; ToolError for isError."""
        result = self.result(name, **arguments)
        if result.get("isError"):
            raise ToolError(result)
        return result["structuredContent"]

    def tool_error(self, name, /, **arguments):
        """The error object that a tool must answer with."""
        result = self.result(name, **arguments)
        assert result.get("isError") is True, result
        error = result["structuredContent"]["error"]
        assert error["message"] in result["content"][0]["text"]
        assert isinstance(error["retryable"], bool)
        return error


class Server:
    """The servers under test, as ready.json tells them."""

    def __init__(self):
        path = os.environ.get("POSTERN_READY", "build/run/ready.json")
        with open(path, encoding="utf-8") as file:
            self.ready = json.load(file)
        self.base_url = self.ready["base_url"]
        self.mcp_url = self.ready["mcp_url"]
        self.username = self.ready["account"]["username"]
        self.password = self.ready["account"]["password"]
        self._tokens = {}
        self._space = self._capabilities = None

    def keeps(self):
        """Whether Postern keeps messages of its own in the mailbox."""
        try:
            with open(os.environ["TEST_POSTERN_CONF"],
                      encoding="utf-8") as file:
                said = re.findall(r"^GRANTS_FOLDER=(.*)$", file.read(), re.M)
        except (KeyError, OSError):
            return True
        return not said or bool(said[-1].strip())

    def metadata(self):
        return fetch("GET", self.base_url +
                     "/.well-known/oauth-authorization-server").json()

    def register(self, redirect="http://127.0.0.1:9/callback", **more):
        """A dynamically registered public client's answer."""
        response = fetch(
            "POST", self.metadata()["registration_endpoint"],
            {"Content-Type": "application/json"},
            json.dumps({"redirect_uris": [redirect], "client_name": "Tests",
                        "token_endpoint_auth_method": "none", **more}))
        assert response.status == 201, response
        return response.json()

    def server_fields(self):
        """What a person types into the server fields, where the page has
        them."""
        fields = {}
        for kind in ("imap", "smtp"):
            told = self.ready.get(kind)
            if told:
                fields[kind + "_host"] = told["host"]
                fields[kind + "_port"] = str(told["port"])
        return fields

    def authorize(self, client_id, redirect, challenge, scopes=SCOPES,
                  fields=None, asked=SCOPES, before=(), **more):
        """Opens the sign-in page, adds the mailboxes that come before, fills
        it, and gives the response to it."""
        query = {"response_type": "code", "client_id": client_id,
                 "redirect_uri": redirect, "code_challenge": challenge,
                 "code_challenge_method": "S256", "state": "st/+=",
                 "scope": " ".join(asked), "resource": self.mcp_url, **more}
        url = (self.metadata()["authorization_endpoint"] + "?" +
               urllib.parse.urlencode(query))
        page = fetch("GET", url)
        assert page.status == 200, page
        for more in before:
            page = self._send(url, page, {**more, "decision": "add"}, None)
            assert page.status == 200, page
        return self._send(url, page, fields or {}, scopes)

    def _send(self, url, page, fields, scopes):
        """Fills the form of a page and sends it, as its browser."""
        form = Form(page.text())
        values = {"username": self.username, "password": self.password}
        names = {n for n, _ in form.fields}
        values.update({n: v for n, v in self.server_fields().items()
                       if n in names})
        values.update(fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded",
                   "Origin": self.origin(), "Referer": url}
        cookies = [v.split(";")[0] for n, v in page.headers
                   if n.lower() == "set-cookie"]
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        return fetch("POST", urllib.parse.urljoin(url, form.action or url),
                     headers,
                     urllib.parse.urlencode(form.filled(values, scopes)))

    def origin(self):
        parts = urllib.parse.urlsplit(self.base_url)
        return "%s://%s" % (parts.scheme, parts.netloc)

    def client(self):
        """The provisioned client, else a registered one: id and secret."""
        told = self.ready.get("client")
        if told:
            return told["client_id"], told.get("client_secret")
        return self.register()["client_id"], None

    def provision(self, *flags, imap=None, imap_host="127.0.0.1"):
        """A client the operator made, whose mailbox is at another IMAP port
        than the server's own: its id and secret."""
        smtp = self.ready["smtp"]
        told = subprocess.run(
            [os.path.join(os.environ.get("BUILD", "build"), "postern"),
             "client", "--json", "--imap-host=" + imap_host,
             "--imap-port=%d" % (imap or self.ready["imap"]["port"]),
             "--smtp-host=" + smtp["host"],
             "--smtp-port=%d" % smtp["port"],
             "--no-smtp-ssl", *(flags or ["--no-imap-ssl"])],
            env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                 **SANITIZERS},
            check=True, capture_output=True, timeout=TIMEOUT).stdout
        told = json.loads(told)
        return told["client_id"], told["client_secret"]

    def sign_in(self, scopes=SCOPES, asked=SCOPES, fields=None,
                redirect="http://127.0.0.1:9/callback", client=None,
                before=(), cardless=False):
        """The whole way to a token, as a client and a browser go it; the
        answer of the token endpoint.  Where no card can be kept the page
        says so, and its link leads on."""
        client_id, secret = client or self.client()
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        response = self.authorize(client_id, redirect, challenge, scopes,
                                  fields, asked, before)
        location = response.header("Location")
        if cardless and response.status == 200:
            link = re.search('<a href="([^"]*)">Go on to', response.text())
            location = html.unescape(link.group(1))
        else:
            assert response.status in (302, 303), response
        target = urllib.parse.urlsplit(location)
        told = dict(urllib.parse.parse_qsl(target.query))
        assert told.get("state") == "st/+=", told
        assert "code" in told, told
        body = {"grant_type": "authorization_code", "code": told["code"],
                "redirect_uri": redirect, "code_verifier": verifier,
                "client_id": client_id}
        if secret:
            body["client_secret"] = secret
        response = fetch("POST", self.metadata()["token_endpoint"], None,
                         body)
        assert response.status == 200, response
        return response.json()

    def token(self, scopes=SCOPES):
        """An access token with these scopes, signed in for once."""
        if scopes not in self._tokens:
            self._tokens[scopes] = self.sign_in(scopes, scopes)[
                "access_token"]
        return self._tokens[scopes]

    def mcp(self, modern=False, scopes=SCOPES):
        return Mcp(self, self.token(scopes), modern)

    def imap(self, folder=None, readonly=False):
        """A second IMAP client in the same mailbox."""
        told = self.ready["imap"]
        client = imaplib.IMAP4(told["host"], told["port"], timeout=TIMEOUT)
        client.login(self.username, self.password)
        if folder is not None:
            kind, _ = client.select('"%s"' % folder, readonly)
            assert kind == "OK", folder
        return client

    def folder(self, *names):
        """A folder's name as this mail server has it: below the prefix of
        its personal namespace, with its delimiter (RFC 2342)."""
        if self._space is None:
            client = self.imap()
            _, told = client.namespace()
            client.logout()
            self._space = re.match(rb'\(\("(.*?)" "(.)"', told[0]).groups()
        prefix, delimiter = (part.decode() for part in self._space)
        return prefix + delimiter.join(names)

    def can(self, *capabilities):
        """Whether the IMAP server, signed in to, has these capabilities."""
        if self._capabilities is None:
            client = self.imap()
            _, told = client.capability()
            client.logout()
            self._capabilities = told[-1].decode().upper().split()
        return set(capabilities) <= set(self._capabilities)

    def deliver(self, folder, message, flags=""):
        """Puts a message into a folder and returns its UID."""
        client = self.imap()
        if isinstance(message, str):
            message = message.encode()
        message = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        client.create('"%s"' % folder)
        kind, told = client.append('"%s"' % folder, flags, None, message)
        assert kind == "OK", told
        # Mail may arrive just then: the last one is only a guess.
        given = re.search(rb"APPENDUID \d+ (\d+)", told[0] or b"")
        if given:
            client.logout()
            return int(given.group(1))
        client.select('"%s"' % folder, True)
        _, found = client.uid("SEARCH", "ALL")
        client.logout()
        return int(found[0].split()[-1])


def folders():
    """Names of all folders as the server spells them, or None where there
    is no mailbox."""
    try:
        client = Server().imap()
        _, told = client.list()
        client.logout()
    except (OSError, KeyError, ValueError, imaplib.IMAP4.error):
        return None
    lines = [line for line in told if isinstance(line, bytes)]
    return {re.sub(rb'^\(.*?\) (".*?"|NIL) ', b"", line).decode()
            for line in lines if b"postern" not in line.lower()}


def tidy(before):
    """Removes the folders made since, so that no program finds a mailbox
    that others have littered."""
    after = folders()
    if before is None or after is None:
        return
    client = Server().imap()
    for name in sorted(after - before, key=len, reverse=True):
        try:
            client.unsubscribe(name)
            client.delete(name)
        except imaplib.IMAP4.error:
            pass                # a name that a test made to be difficult
    client.logout()


class Cases:
    """Collects cases and runs them in order, printing TAP; or skips them
    all, for that reason.  POSTERN_CASES is an expression: only cases with
    such a name are run."""

    def __init__(self, skip=None):
        self._cases, self._skip = [], skip

    def __call__(self, name):
        def keep(function):
            self._cases.append((name, function))
            return function
        return keep

    def run(self):
        failed, before = 0, folders()
        only = re.compile(os.environ.get("POSTERN_CASES", ""))
        cases = [one for one in self._cases if only.search(one[0])]
        print("1..%d" % len(cases))
        for number, (name, function) in enumerate(cases, 1):
            name = name.replace("#", "no. ")
            try:
                if self._skip is not None:
                    raise Skip(self._skip)
                function()
                print("ok %d - %s" % (number, name))
            except Skip as why:
                print("ok %d - %s # SKIP %s" % (number, name, why))
            except Exception:
                failed += 1
                print("not ok %d - %s" % (number, name))
                for line in traceback.format_exc().splitlines():
                    print("# " + line[:2000])
            calls.end_case(name)
            sys.stdout.flush()
        tidy(before)
        sys.exit(failed != 0)
