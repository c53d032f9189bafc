"""Each entry of doc/troubleshooting.md: the fault is made, seen as the page
shows it word for word, mended as the page says, and seen to be gone.  Run in a
room where doc/apache.md was followed."""
import base64
import concurrent.futures
import hashlib
import html
import imaplib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import chapter as chapters  # noqa: E402
import postern  # noqa: E402
import steps  # noqa: E402

PAGE = "doc/troubleshooting.md"
BASE = "https://mail.example.org"
CONF = "/etc/postern/postern.conf"
SITE = "/etc/apache2/sites-available/postern.conf"
CGID = "/usr/local/share/postern/apache/cgid.conf"
DOVECOT = "/tmp/postern.room/dovecot/dovecot.conf"
CALLBACK = "http://127.0.0.1:9/callback"
LARGE = 2 * 1024 * 1024
TITLES = {}
case = postern.Cases()


class Visitor(postern.Server):
    """Who has the address and nothing else: names no servers."""

    def server_fields(self):
        return {}


server = Visitor()


def entry(title):
    """Its function; in another room than this one, only the title."""
    def keep(function):
        number, rooms = map(int, os.environ.get("ROOM", "0/1").split("/"))
        TITLES[chapters.slug(title)] = title
        if len(TITLES) % rooms != number:
            return function

        @case(title)
        def _():
            try:
                function(Entry(title))
            except Exception:
                print(re.sub("^", "# ", sh(
                    "tail -n 20 /var/log/apache2/error.log"), flags=re.M))
                raise
        return function
    return keep


class Entry:
    """One of the page: what it shows, and its mend."""

    def __init__(self, title):
        self.fences = chapters.find(
            PAGE + "#" + chapters.slug(title)).fences

    def shows(self, *seen):
        """All that the page shows is in what was seen."""
        text = " ".join(map(plain, seen))
        lines = [line for fence in self.fences if fence.language == "text"
                 for line in fence.text.splitlines()]
        assert lines
        for line in lines:
            assert line in text, (line, text)

    def mend(self):
        for fence in filter(chapters.is_step, self.fences):
            steps.step(fence)


def plain(seen):
    """What a person reads of a page or a log."""
    text = seen.text() if isinstance(seen, postern.Response) else str(seen)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def sh(command):
    done = subprocess.run(["bash", "-c", command], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=postern.TIMEOUT)
    return done.stdout


def check(options="", before=""):
    return sh("POSTERN_CONF=%s %s postern check %s" % (CONF, before, options))


def log():
    return sh("tail -n 2 /var/log/apache2/error.log")


def change(path, old, new):
    text = steps.content(path)
    assert old in text, (path, old)
    steps.save(path, text.replace(old, new, 1))


def setting(**settings):
    steps.set_in(CONF, "".join("%s=%s\n" % one for one in settings.items()))


def restart():
    sh("systemctl restart apache2")
    for _ in range(100):
        try:
            return get("/health")
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log())


def in_site(line):
    change(SITE, "SSLEngine on\n", "SSLEngine on\n\t%s\n" % line)
    restart()


def get(path):
    return postern.fetch("GET", BASE + path)


def ask(client):
    """The sign-in page for a client."""
    return get("/authorize?response_type=code&code_challenge=" + "A" * 43 +
               "&code_challenge_method=S256&redirect_uri=" + CALLBACK +
               "&client_id=" + client)


def sign_in(**fields):
    """What the sign-in page answers; a redirect if all is well."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(
        verifier.encode()).digest()).rstrip(b"=").decode()
    return server.authorize(CLIENT, CALLBACK, challenge, fields=fields)


def connects():
    assert sign_in().status in (302, 303)


def connect():
    return postern.Mcp(server, server.sign_in(
        client=(CLIENT, None))["access_token"])


CLIENT = server.register()["client_id"]
MCP = connect()


def listed(mcp=MCP):
    return mcp.post(*mcp.message("tools/list"))


@case("each entry of the page has its case, and each case its entry")
def _():
    sections = [one[0] for one in chapters.read(PAGE) if one[1] == 3]
    assert len(sections) >= 15 and len(set(sections)) == len(sections)
    assert sorted(sections) == sorted(TITLES), set(sections) ^ set(TITLES)


@entry("Every page says that the service is not set up yet")
def _(page):
    setting(IMAP_PORT="imap")
    page.shows(get("/connections"), log())
    page.mend()
    assert get("/connections").status == 200


@entry("The key cannot be read")
def _(page):
    sh("chown root /etc/postern/key")
    page.shows(get("/connections"), log())
    page.mend()
    assert get("/connections").status == 200


@entry("The key is lost")
def _(page):
    sh("mv /etc/postern/key /root/postern-key.backup;"
       "postern key --file=/etc/postern/key;"
       "chown www-data /etc/postern/key")
    page.shows(listed(), ask(CLIENT))
    page.mend()
    assert listed().status == 200 and ask(CLIENT).status == 200


@entry("The agent does not find out how to sign in")
def _(page):
    in_site("Alias /.well-known /var/www/html/.well-known")
    page.shows(check("--only=site"))
    page.mend()
    restart()
    assert server.metadata()["issuer"] == BASE


@entry("The client asks to sign in again and again")
def _(page):
    change(CGID, "CGIPassAuth On", "")
    restart()
    page.shows(listed(), check("--only=site"))
    page.mend()
    restart()
    assert listed().status == 200


@entry("The agent says that the address or issuer does not match")
def _(page):
    setting(BASE_URL="https://www.mail.example.org")
    assert get("/.well-known/oauth-authorization-server").json()[
        "issuer"] != BASE
    page.shows(check(BASE + " --only=site"))
    page.mend()
    assert server.metadata()["issuer"] == BASE


@entry("Behind a proxy the address is refused")
def _(page):
    setting(BASE_URL="http://mail.example.org")
    assert get("/connections").status == 503
    page.shows(log())
    page.mend()
    assert get("/connections").status == 200


@entry("An attachment is refused as too large")
def _(page):
    def put():
        url = MCP.tool("get_upload_url", filename="a.bin",
                       size=LARGE)["url"]
        return postern.fetch("PUT", url, {}, bytes(LARGE))
    change(SITE, "LimitRequestBody 33554432", "LimitRequestBody 1048576")
    restart()
    told = put()
    assert told.status == 413, told
    page.shows(told, check("--only=site"))
    page.mend()
    restart()
    assert put().status == 201


@entry("Progress comes all at once, or a long search ends in a time-out")
def _(page):
    sh("a2enmod -q deflate")
    in_site("AddOutputFilterByType DEFLATE text/html text/event-stream")
    page.shows(check("--only=site"))
    page.mend()
    restart()
    told = check("--only=site")
    assert "events come one by one" in told, told


@entry("The clock is off")
def _(page):
    page.shows(check("--only=site", "faketime -f +1h"))
    page.mend()
    told = check("--only=site")
    assert "clocks of the site and of this computer agree" in told, told


@entry("The page says that you are not let in")
def _(page):
    setting(REMOTE_USER_REQUIRED="1")
    page.shows(get("/connections"))
    page.mend()
    assert get("/connections").status == 200


@entry("make run: the port is taken")
def _(page):
    with socket.create_server(("127.0.0.1", 8480)):
        page.shows(sh("make run"))
        command = [fence.text for fence in page.fences
                   if fence.language == "sh"][0]
        with subprocess.Popen(
                ["sh", "-c", "exec " + command.strip().replace(
                    "PORT=", "env PORT=")], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True, stdin=subprocess.DEVNULL,
                preexec_fn=lambda: signal.signal(
                    signal.SIGINT, signal.SIG_DFL)) as run:
            told = ""
            for line in run.stdout:
                told += line
                if "http://127.0.0.1:8481/connections" in line:
                    break
            answered = postern.fetch("GET", "http://127.0.0.1:8481/health")
            os.killpg(run.pid, signal.SIGINT)
            run.stdout.read()
        assert answered.status == 200, told


@entry("Sign-in fails with the right password")
def _(page):
    page.shows(sign_in(password="the one for web pages"))
    connects()


@entry("The redirect URI is refused")
def _(page):
    def register():
        return postern.fetch(
            "POST", BASE + "/register", {"Content-Type": "application/json"},
            json.dumps({"redirect_uris": ["exampleapp://callback"],
                        "token_endpoint_auth_method": "none"}))
    told = register()
    assert told.status == 400, told
    page.shows(told)
    page.mend()
    assert register().status == 201


@entry("Every tool call is refused with -32020")
def _(page):
    mcp = postern.Mcp(server, MCP.token, modern=True)
    body, headers = mcp.message("tools/call", {"name": "list_mailboxes",
                                               "arguments": {}})
    headers["MCP-Protocol-Version"] = postern.LEGACY
    told = mcp.post(body, headers)
    assert told.json()["error"]["code"] == -32020, told
    page.shows(told)
    page.mend()
    assert "result" in mcp.post(body, headers).json()


@entry("Sending tools are missing")
def _(page):
    change(CONF, "\nSMTP_HOST=", "\n#SMTP_HOST=")

    def sends():
        return "send_mail_message" in {tool["name"]
                                       for tool in connect().tools()}
    assert not sends()
    page.shows(check("--only=mail"))
    page.mend()
    assert sends()


@entry("Wrong version number")
def _(page):
    setting(SMTP_PORT="587", SMTP_TLS="implicit")
    page.shows(sign_in(), check("--only=mail"))
    page.mend()
    connects()


@entry("The server for sending gives no answer: 587 against 465")
def _(page):
    setting(SMTP_PORT="465", SMTP_TLS="starttls")
    page.shows(sign_in())
    page.mend()
    connects()


@entry("The mail server's certificate is not trusted")
def _(page):
    own = "/tmp/postern.room/tls/ca.pem"
    link = "/etc/ssl/certs/%s.0" % sh(
        "openssl x509 -hash -noout -in " + own).strip()
    sh("mv %s /root/ca.pem; cp %s /etc/postern/mail-ca.pem" % (link, own))
    page.shows(sign_in(), check("--only=mail"))
    page.mend()
    connects()
    sh("mv /root/ca.pem " + link)


def patient(action):
    """A mail server that was just told to read its settings may be away."""
    for _ in range(50):
        try:
            return action()
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
    return action()


def at_once():
    """So many calls at a time; what they answer."""
    def call(_):
        return json.dumps(connected.result("list_mailboxes"))
    connected = postern.Mcp(server, MCP.token)
    connected.result("list_mailboxes")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(call, range(8)))


@entry("The mail server has too many connections")
def _(page):
    change(DOVECOT, "mail_max_userip_connections = 1000",
           "mail_max_userip_connections = 3")
    sh("doveadm -c %s reload" % DOVECOT)
    phone = patient(lambda: server.imap("INBOX"))
    seen = []
    while not any("isError" in one and "Maximum" in one for one in seen):
        assert len(seen) < 200, seen[-1]
        seen += at_once()
    page.shows(*[one for one in seen if "Maximum" in one])
    page.mend()
    for told in at_once() + at_once():
        assert "Maximum" not in told and '"mailboxes"' in told, told
    phone.logout()


@case("after all mends postern check is content")
def _():
    told = check()
    assert "wrong" not in told, told


case.run()
