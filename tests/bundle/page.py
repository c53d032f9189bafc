#!/usr/bin/env python3
"""What doc/shared-hosting.md says to do is done, by a user of a shared host:
Apache there gives the user's folder CGI, suexec and what .htaccess may say, and
the page setup tells the rest.  In the end an agent reads mail."""
import glob
import html
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

PAGE = "doc/shared-hosting.md"
server = postern.Server()
case = postern.Cases()
BASE = server.base_url
HERE = os.path.dirname(os.environ["TEST_POSTERN_CONF"])
HOME = HERE + "/home"
MAIL = HOME + "/public_html/mail"
CONF = MAIL + "/postern.conf"
BUILD = os.environ.get("BUILD", "build")
USER, GROUP = os.stat(HOME).st_uid, os.stat(HOME).st_gid
OPEN_SECONDS = 3600
PUBLIC = {"Host": "www.example.org", "X-Forwarded-Proto": "https"}

with open(os.path.join(TOP, PAGE), encoding="utf-8") as file:
    MAKE, UNPACK, RIGHTS = re.findall(r"^```sh\n(.*?)^```$", file.read(),
                                      re.M | re.S)


def run(text, **more):
    done = subprocess.run(["sh", "-euc", text], capture_output=True,
                          text=True, check=False, timeout=300, **more)
    assert done.returncode == 0, (text, done.stdout, done.stderr)
    return done.stdout


def as_user(text):
    return run(text, cwd="/", user=USER, group=GROUP, extra_groups=[],
               env={"HOME": HOME, "PATH": os.environ["PATH"]})


def setup(method="GET", headers=None):
    """The page: what it says, and its rows (title, word, text, lines)."""
    response = postern.fetch(method, BASE + "/setup", headers,
                             {} if method == "POST" else None)
    assert response.status == 200, response
    assert response.header("Cache-Control") == "no-store", response
    assert "default-src 'none'" in response.header("Content-Security-Policy")
    page = response.text()
    rows = [(title, word, html.unescape(text),
             html.unescape(line).strip())
            for title, word, text, line in re.findall(
                r'<h2>(.*?) <span class="badge \w+">(.*?)</span></h2>\s*'
                r'<p>(.*?)</p>\s*(?:<pre class="copied"><code>(.*?)</code>'
                r'</pre>)?', page, re.S)]
    return page, rows


def row(rows, start):
    found = [one for one in rows if one[0].startswith(start)]
    assert len(found) == 1, (start, rows)
    return found[0]


def write(name, value):
    """As an editor: the line of that name, or one more."""
    with open(CONF, encoding="utf-8") as text:
        old = text.read()
    new, count = re.subn("^%s=.*$" % name, lambda _: name + "=" + value, old,
                         flags=re.M)
    with open(CONF, "w", encoding="utf-8") as text:
        text.write(new if count else new + "%s=%s\n" % (name, value))


@case("the zip is made as the page says, and the same each time")
def _():
    zips = BUILD + "/postern-*.zip"
    told = []
    for _ in range(2):
        run(MAKE.replace("make ", "make -s BUILD=%s " % BUILD), cwd=TOP)
        (path,) = glob.glob(zips)
        with open(path, "rb") as made:
            told.append(made.read())
    assert told[0] == told[1] and len(told[0]) < 5 << 20, len(told[0])
    shutil.copy(path, HOME)


@case("it is unpacked in the folder of the site; nothing in it is served")
def _():
    as_user(UNPACK)
    for name in ("README.txt", "postern.conf", "root.htaccess", ".htaccess",
                 "LICENSES.txt", "postern.cdx.json", "ca-certificates.crt",
                 "templates/", "templates/sign-in.html", "cgi-bin/", "cgi-bin/postern.cgi",
                 "cgi-bin/.htaccess", "run/", "run/x", "htdocs/", "none",
                 "htdocs/../postern.conf", "%70ostern.conf",
                 "cgi-bin/../postern.conf", "postern.conf/mcp",
                 "cgi-bin/postern.cgi/mcp", "htdocs/index.html"):
        # A folder that only its owner opens is refused in other words.
        told = postern.fetch("GET", BASE + "/" + name)
        assert told.status in (403, 404), (name, told)
        assert "ENCRYPTION" not in told.text(), name
    told = postern.fetch("GET", BASE + "/none").text()
    assert "<h1>There is nothing at this address</h1>" in told, told


@case("no address leads the rules to another file")
def _():
    for inside in ("/mail/htdocs/style.css%3f", "/mail/postern.conf%3F",
                   "/mail/cgi-bin/postern.cgi/setup%3f", "http://a.example/",
                   "%0a/mail/postern.conf%3f"):
        for path in ("attachment/a%%23%sattachment/a" % inside,
                     "mcp/%%23%smcp/" % inside):
            told = postern.fetch("GET", BASE + "/" + path)
            assert told.status == 404, (path, told)


@case("without rights nothing starts, and it is told what to do")
def _():
    for path in [MAIL] + glob.glob(MAIL + "/**", recursive=True):
        os.chmod(path, 0o755 if os.path.isdir(path) else 0o644)
    told = postern.fetch("GET", BASE + "/setup")
    assert told.status == 500 and "rights 755" in told.text(), told
    as_user("cd ~/public_html\n" + RIGHTS)
    assert stat.S_IMODE(os.stat(CONF).st_mode) == 0o600


@case("the page has both lines to put in; a key only where nobody listens")
def _():
    page, rows = setup()
    assert "Not all is right" in page
    assert row(rows, "The program")[1] == "done", rows
    assert row(rows, "The address")[3] == "BASE_URL=" + BASE, rows
    key = row(rows, "The key")[3]
    assert re.fullmatch(r"ENCRYPTION_KEY=[A-Za-z0-9+/]{43}=", key), rows
    assert row(setup()[1], "The key")[3] != key
    rows = setup(headers=PUBLIC)[1]
    assert row(rows, "The address")[3] == \
        "BASE_URL=https://www.example.org/mail", rows
    assert "ENCRYPTION_KEY=" in row(rows, "The key")[3]
    rows = setup(headers={"Host": "www.example.org"})[1]
    assert row(rows, "https")[1] == "to do" and not row(rows, "The key")[3]


@case("where the host keeps the files is not told, be it by a link")
def _():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        os.symlink(HOME + "/public_html", folder + "/www")
        os.chmod(CONF, 0o644)
        page = run("exec %s/cgi-bin/postern.cgi" % MAIL, env={
            "REQUEST_METHOD": "GET", "PATH_INFO": "/setup", "HTTPS": "on",
            "REQUEST_URI": "/mail/setup", "HTTP_HOST": "www.example.org",
            "DOCUMENT_ROOT": folder + "/www"}, user=USER, group=GROUP,
            extra_groups=[])
        os.chmod(CONF, 0o600)
    assert "public_html/mail/postern.conf" in page, page
    assert HERE not in page and folder not in page, page


@case("what a stranger sends is not taken for the address")
def _():
    for host in ('"><script>x', "a@b", "a/b?c", "a b", "a.example:x", "",
                 "a.example\nSet-Cookie: x=y"):
        # Apache itself lets hardly any of these through.
        page = run("exec %s/cgi-bin/postern.cgi" % MAIL, env={
            "REQUEST_METHOD": "GET", "PATH_INFO": "/setup", "HTTPS": "on",
            "REQUEST_URI": "/mail/setup", "HTTP_HOST": host,
            "DOCUMENT_ROOT": HOME + "/public_html"}, user=USER, group=GROUP,
            extra_groups=[])
        assert "<script" not in page and "BASE_URL=" not in page, page
        assert "\nSet-Cookie" not in page, page
    page = postern.fetch("POST", BASE + "/setup", None, {"a": "b"}).text()
    assert "Tried" not in page


@case("each thing that is wrong is named, with its mend")
def _():
    _, rows = setup()
    write("ENCRYPTION_KEY", row(rows, "The key")[3].partition("=")[2])
    write("BASE_URL", "https://other.example.org/mail")
    told = row(setup()[1], "The address")
    assert told[1] == "to do" and told[3] == "BASE_URL=" + BASE, told
    write("BASE_URL", BASE.replace("127.0.0.1", "mail.example.org"))
    assert "https://" in row(setup()[1], "The address")[2]
    write("BASE_URL", BASE)
    for mode, path, title, words in (
            (0o644, "/postern.conf", "The settings", "rights to 600"),
            (0o700, "/run", None, ""),
            (0o770, "/run", "Rights", "public_html/mail/run"),
            (0o775, "/templates", "Rights", "755")):
        before = stat.S_IMODE(os.stat(MAIL + path).st_mode)
        os.chmod(MAIL + path, mode)
        page, rows = setup()
        os.chmod(MAIL + path, before)
        assert HERE not in page and "/var/www" not in page, page
        if title:
            told = row(rows, title)
            assert told[1] == "to do" and words in told[2], told
    # suexec starts nothing that others may write to.
    os.chmod(MAIL + "/cgi-bin", 0o775)
    told = postern.fetch("GET", BASE + "/setup")
    os.chmod(MAIL + "/cgi-bin", 0o755)
    assert told.status == 500 and "rights 755" in told.text(), told
    write("IMAP_PROT", "1")
    assert "IMAP_PROT" in row(setup()[1], "The settings")[2]
    run("sed -i /^IMAP_PROT/d " + CONF)
    os.chown(CONF, USER, GROUP)
    key = read_key()
    write("ENCRYPTION_KEY", "c2hvcnQ=")
    told = row(setup()[1], "The key")
    assert told[1] == "to do" and "32 random bytes" in told[2], told
    assert "c2hvcnQ" not in "".join(told) and told[3], told
    write("ENCRYPTION_KEY", key)


def read_key():
    with open(CONF, encoding="utf-8") as text:
        return re.search("^ENCRYPTION_KEY=(.*)$", text.read(), re.M).group(1)


@case("with both values all is right; it tries the site and the mail servers")
def _():
    with open(HERE + "/example.conf", encoding="utf-8") as text:
        for line in text:
            name, _, value = line.strip().partition("=")
            if name not in ("", "BASE_URL", "ENCRYPTION_KEY_FILE",
                            "ENCRYPTION_KEY", "RUN_DIR"):
                write(name, value)
    page, rows = setup()
    assert "All is right" in page and "to do" not in page, page
    assert not [one for one in rows if one[3]], rows
    page, rows = setup("POST")
    tried = [line for title, _, _, lines in rows if title == "Tried"
             for line in lines.splitlines()]
    assert len([one for one in rows if one[0] == "Tried"]) <= 2, rows
    assert any("imap server" in text for text in tried), rows
    assert any("Authorization" in text for text in tried), rows
    assert row(rows, "What is not for")[1] == "done", rows
    root = row(rows, "The documents at")
    assert root[1] == "note" and "RewriteRule" in root[3], root
    assert "to do" not in page, page
    assert read_key() not in page


@case("the lines that it shows for the top folder make its documents known")
def _():
    root = row(setup("POST")[1], "The documents at")[3]
    path = HOME + "/public_html/.htaccess"
    with open(path, "w", encoding="utf-8") as text:
        text.write(root + "\n")
    os.chown(path, USER, GROUP)
    told = row(setup("POST")[1], "The documents at")
    assert told[1] == "done", (told, postern.fetch(
        "GET", BASE[:-5] + "/.well-known/oauth-authorization-server/mail"))
    origin = BASE[:-len("/mail")] + "/.well-known/"
    for name in ("oauth-authorization-server/mail",
                 "openid-configuration/mail", "oauth-authorization-server"):
        told = postern.fetch("GET", origin + name)
        assert told.json()["issuer"] == BASE, told
    for path in ("/mail/mcp", ""):
        told = postern.fetch("GET", origin + "oauth-protected-resource" +
                             path)
        assert told.json()["resource"] == BASE + "/mcp", told
    with open(MAIL + "/root.htaccess", encoding="utf-8") as text:
        assert root.splitlines()[-1] in text.read()


@case("settings above the site's folder are found, in place of those beside")
def _():
    os.rename(CONF, HOME + "/postern.conf")
    page, rows = setup()
    assert row(rows, "The settings")[2] == "postern.conf", rows
    assert "All is right" in page
    os.rename(HOME + "/postern.conf", CONF)


@case("an hour after the settings were saved the page is closed")
def _():
    then = time.time() + OPEN_SECONDS + 60
    os.utime(CONF, (then, then))
    assert "page is closed" in setup()[0]
    then = time.time() - OPEN_SECONDS - 60
    os.utime(CONF, (then, then))
    for method in ("GET", "POST"):
        page, rows = setup(method)
        assert "page is closed" in page and not rows, page
    # Whoever comes by another name, or by http, opens nothing.
    for headers in (PUBLIC, {"Host": "www.example.org"},
                    {"Host": "127.0.0.1:1"}):
        for method in ("GET", "POST"):
            page, rows = setup(method, headers)
            assert "page is closed" in page and not rows, page
    os.chmod(CONF, 0o644)
    assert "page is closed" not in setup()[0]
    os.chmod(CONF, 0o600)
    os.utime(CONF)
    assert "page is closed" not in setup()[0]


@case("its links stay in its folder")
def _():
    pages = [setup()[0]] + [postern.fetch("GET", BASE + path).text()
                            for path in ("/", "/connect", "/connections")]
    seen = set()
    for at, page in zip(("/setup", "/", "/connect", "/connections"), pages):
        for link in re.findall(r'(?:href|src|action)="([^"#][^"]*)"', page):
            url = urllib.parse.urljoin(BASE + at, html.unescape(link))
            assert url.startswith(BASE + "/"), (at, link)
            seen.add(url.partition("#")[0])
    for url in seen:
        assert postern.fetch("GET", url).status == 200, url
    assert len(seen) >= 6, seen


@case("an agent signs in and reads mail; wrong passwords are counted in run")
def _():
    token = server.sign_in(client=(server.register()["client_id"], None))
    mcp = postern.Mcp(server, token["access_token"])
    assert mcp.tool("list_mailboxes")["mailboxes"]
    assert os.listdir(MAIL + "/run") != [".htaccess"]
    told = postern.Mcp(server, None).post("{}")
    link = re.search('resource_metadata="([^"]*)"',
                     told.header("WWW-Authenticate")).group(1)
    assert link.startswith(BASE + "/"), link
    assert postern.fetch("GET", link).json()["resource"] == server.mcp_url


@case("it serves from any folder, and from the top of the site")
def _():
    origin = BASE[:-len("/mail")]
    for path in ("/deep/er", "/x.y~z", ""):
        folder = HOME + "/public_html" + path
        as_user("mkdir -p '%s' && cp -a ~/public_html/mail/. '%s'"
                % (folder, folder))
        as_user("sed -i 's,^BASE_URL=.*,BASE_URL=%s%s,' '%s/postern.conf'"
                % (origin, path, folder))
        for name in ("oauth-authorization-server", "openid-configuration"):
            told = postern.fetch("GET", "%s%s/.well-known/%s" % (
                origin, path, name))
            if path or "server" in name:
                assert told.json()["issuer"] == origin + path, (path, told)
            else:
                assert told.status == 404, told
        for name, status in (("", 200), ("connect", 200), ("style.css", 200),
                             ("setup", 200), ("postern.conf", 404),
                             ("cgi-bin/postern.cgi", 404), ("x", 404)):
            told = postern.fetch("GET", "%s%s/%s" % (origin, path, name))
            assert told.status == status, (path, name, told)
        told = postern.fetch("POST", origin + path + "/mcp", {
            "Content-Type": "application/json",
            "Authorization": "Bearer none"}, "{}")
        assert told.status == 401 and "invalid_token" in told.header(
            "WWW-Authenticate"), (path, told)


case.run()
