"""Whether only those sign in whom the organisation's provider knows, in a room
where doc/organisation-sign-in.md was followed; as plain CGI, as it says, and
as FastCGI."""
import os
import re
import subprocess
import time
import urllib.parse

os.environ.setdefault("TEST_CA_FILE", "/etc/ssl/certs/ca-certificates.crt")

import postern  # noqa: E402
import provider  # noqa: E402

BASE = "https://mail.example.org"
SITE = "/etc/apache2/sites-available/postern.conf"
CONFIGURATION = "/etc/postern/postern.conf"
OPEN = ("/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/mcp", "/health", "/",
        "/style.css")
CALLED = ("/mcp", "/token", "/oauth/token", "/register", "/oauth/register",
          "/revoke")
FORGED = {"REMOTE_USER": "demo@postern.test",
          "Remote-User": "demo@postern.test",
          "X-Remote-User": "demo@postern.test",
          "X-Forwarded-User": "demo@postern.test",
          "OIDC_CLAIM_email": "demo@postern.test"}
# What is not asked by a browser that shows pages is not led to the provider.
PAGE = {"Accept": "text/html,*/*;q=0.8"}
FORGED.update(PAGE)
case = postern.Cases()
server = provider.server


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def change(path, *pairs):
    text = content(path)
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def sh(command):
    subprocess.run(["sh", "-euc", command], check=True,
                   stdout=subprocess.DEVNULL)


def answers():
    for _ in range(100):
        try:
            if postern.fetch("GET", BASE + "/health").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("nothing answers")


class Person(provider.SignIn):
    """Somebody in a browser, who was not at the provider yet."""

    def __init__(self, **more):
        super().__init__(**more)
        self.browser.opener.addheaders = list(PAGE.items())

    def is_there(self):
        """Whether the browser was led to the provider."""
        return self.browser.url.startswith(os.environ["TEST_UPSTREAM"])

    def come(self, url=None):
        """Goes to a page of ours, and by way of the provider; status and
        text."""
        status, text, location = self.browser.go(url or self.url)
        for _ in range(4):
            if self.is_there():
                location = self.at_provider(self.browser.url)
            elif status != 302:
                return status, text
            status, text, location = self.browser.go(location)
        raise AssertionError("it leads in circles: %s" % location)


def refused(response):
    assert response.status == 403 and "not let in" in response.text(), response


def only_the_provider():
    """What is the same however the programs are run."""
    person = Person()
    for path in ("/authorize?" + urllib.parse.urlsplit(person.url).query,
                 "/oauth/authorize", "/connections", "/confirm",
                 "/oauth/upstream"):
        told = postern.fetch("GET", BASE + path, FORGED)
        assert told.status == 302, (path, told)
        assert told.header("Location").startswith(
            os.environ["TEST_UPSTREAM"]), (path, told)
    told = postern.fetch("POST", person.url, FORGED, {"decision": "allow"})
    assert told.status == 401, told
    for path in ("//authorize", "/./oauth/authorize", "/%61uthorize",
                 "/authorize/", "/oauth/authorize/x"):
        told = postern.fetch("GET", BASE + path, FORGED)
        assert told.status in (302, 403, 404), (path, told)
        assert "password" not in told.text(), path
    status, text = person.come()
    assert dict(postern.Form(text).fields)["username"] == server.username, (
        provider.why(text))
    status, text, location = person.send(
        text, {"username": server.username, "password": server.password,
               "decision": "allow"})
    assert status == 303, (status, provider.why(text))
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        location).query))["code"]
    told = provider.good(person.redeem(code))
    assert postern.Mcp(server, told["access_token"]).tool(
        "list_mailboxes")["mailboxes"]
    assert provider.good(person.refresh(told["refresh_token"]))


@case("what agents call is open to them, and says so in its own words")
def _():
    for path in OPEN:
        assert postern.fetch("GET", BASE + path).status == 200, path
    for path in CALLED:
        told = postern.fetch("POST", BASE + path, {
            "Content-Type": "application/json"}, "{}")
        assert told.status in (400, 401, 415), (path, told)
        assert "Set-Cookie" not in dict(told.headers), (path, told)
    told = postern.fetch("GET", BASE + "/health?deep=1")
    assert told.status != 302, told


@case("only whom the provider knows signs in, whatever headers say; plain CGI")
def _():
    only_the_provider()


@case("a page that asks for the mail server is told, not led away")
def _():
    told = postern.fetch("GET", BASE + "/oauth/discover?username=a@b.example",
                         PAGE)
    assert told.status == 401, told


@case("who signs out has to come by the provider again")
def _():
    person = Person()
    page = BASE + "/connections"
    assert person.come(page)[0] == 200
    assert person.browser.go(page)[0] == 200 and not person.is_there()
    status, text, location = person.browser.go(
        BASE + "/organisation?logout=" + urllib.parse.quote(BASE + "/", ""))
    assert status == 200 and "/session/end" in person.browser.url, (
        status, person.browser.url, location, text)
    secret = re.search(r'name="xsrf" value="([^"]+)"', text).group(1)
    action = re.search(r'action="([^"]+)"', text).group(1)
    status, text, location = person.browser.go(
        action, {"xsrf": secret, "logout": "yes"})
    assert location == BASE + "/", (status, location, text)
    _, text, _ = person.browser.go(page)
    assert person.is_there() and 'name="login"' in text, text


@case("a cookie of one's own making opens nothing")
def _():
    told = postern.fetch("GET", BASE + "/connections", {
        **FORGED, "Cookie": "mod_auth_openidc_session=eyJhbGciOiJkaXIifQ.."})
    assert told.status == 302, told


@case("of those it knows only those who are named may")
def _():
    change(CONFIGURATION, ("#REMOTE_USER_ALLOW=",
                           "REMOTE_USER_ALLOW=other@postern.test"))
    status, text = Person().come(BASE + "/connections")
    assert status == 403 and "not let in" in text, (status, text)
    status, text = Person(user="other@postern.test").come(
        BASE + "/connections")
    assert status == 200 and 'name="password"' in text, (status, text)
    change(CONFIGURATION, ("REMOTE_USER_ALLOW=other@postern.test",
                           "#REMOTE_USER_ALLOW="))


@case("where the module is forgotten, nobody is let in at all")
def _():
    line = "Include /etc/apache2/postern-organisation.conf"
    change(SITE, (line, "#" + line))
    sh("systemctl restart apache2")
    answers()
    for path in ("/connections", "/oauth/authorize"):
        refused(postern.fetch("GET", BASE + path, FORGED))
    change(SITE, ("#" + line, line))


@case("the same by FastCGI, of Apache's own processes")
def _():
    change(SITE, ("Include /usr/local/share/postern/apache/cgid.conf",
                  "Include /usr/local/share/postern/apache/fcgid.conf"),
           ("#Include /usr/local/share/postern/apache/fcgid.conf",
            "#Include /usr/local/share/postern/apache/cgid.conf"))
    sh("a2enmod -q fcgid; mkdir -p /run/postern; chown www-data /run/postern;"
       " systemctl restart apache2")
    answers()
    only_the_provider()


case.run()
