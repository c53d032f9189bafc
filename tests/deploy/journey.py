"""A client's whole way through a web server, as tests/servers/all started it:
files, sign-in, token, tools, a download; and no worker is missed."""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "e2e"))
import postern  # noqa: E402

server = postern.Server()
case = postern.Cases()
web = os.environ["WEB"]
FILES = (("/", "text/html"), ("/style.css", "text/css"),
         ("/sign-in.js", ("text/javascript", "application/javascript")),
         ("/icon.svg", "image/svg+xml"))
CONTENT = bytes(range(256)) * 2000


def sealed_link():
    mail = ("Subject: A file\r\nMIME-Version: 1.0\r\n"
            "Content-Type: application/octet-stream; name=a.bin\r\n"
            "Content-Disposition: attachment; filename=a.bin\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n" +
            postern.base64.encodebytes(CONTENT).decode())
    uid = server.deliver("INBOX", mail)
    return server.mcp().tool("get_mail_attachment", uid=uid,
                             part="1")["url"]


@case(web + ": gives out what pages are made of, and nothing else")
def _():
    for path, kind in FILES:
        told = postern.fetch("GET", server.base_url + path)
        assert told.status == 200, (path, told)
        assert told.header("Content-Type").startswith(kind), (path, told)
    for path in ("/postern.conf", "/key", "/programs/mcp", "/lighttpd/",
                 "/mcp/../../key", "/.well-known/other"):
        told = postern.fetch("GET", server.base_url + path)
        assert told.status >= 400, (path, told)


@case(web + ": a client registers, a person signs in, tools answer")
def _():
    client = server.register()["client_id"]
    told = server.sign_in(client=(client, None))
    again = postern.fetch("POST", server.metadata()["token_endpoint"], None,
                          {"grant_type": "refresh_token",
                           "refresh_token": told["refresh_token"],
                           "client_id": client})
    assert again.status == 200, again
    mcp = postern.Mcp(server, again.json()["access_token"])
    assert {"list_mailboxes", "send_mail_message"} <= {
        tool["name"] for tool in mcp.tools()}
    assert mcp.tool("list_mailboxes")["mailboxes"]
    for path in ("/oauth/revoke", "/revoke"):
        told = postern.fetch("POST", server.base_url + path, None,
                             {"token": mcp.token, "client_id": client})
        assert told.status == 200, (path, told)
    try:
        mcp.tool("list_mailboxes")
        raise AssertionError("it has access still")
    except postern.Refused as refused:
        assert refused.status == 401, refused


@case(web + ": five mailboxes are one token, in one line of a header")
def _():
    five = [{"username": "firstname.lastname%d@department.example.org" % i,
             "login": server.username, "label": "Department %d" % i,
             "name": "Firstname Lastname", "aliases": "me@example.org"}
            for i in range(5)]
    client = server.register()["client_id"]
    told = server.sign_in(client=(client, None), before=five[:4],
                          fields=five[4])
    print("# five mailboxes: a token of %d" % len(told["access_token"]))
    assert len(told["access_token"]) <= 4096, told
    accounts = postern.Mcp(server, told["access_token"]).tool(
        "list_accounts")["accounts"]
    assert [a["label"] for a in accounts] == [
        "Department %d" % i for i in range(5)], accounts


@case(web + ": without a token 401 tells where to go")
def _():
    told = postern.Mcp(server, None).post("{}")
    assert told.status == 401, told
    assert "/.well-known/oauth-protected-resource/mcp" in told.header(
        "WWW-Authenticate"), told


@case(web + ": an attachment comes whole, and its link in no log")
def _():
    link = sealed_link()
    told = postern.fetch("GET", link)
    assert told.status == 200 and told.body == CONTENT, told.status
    assert told.header("Content-Length") == str(len(CONTENT)), told.headers
    folder = os.path.dirname(os.environ["TEST_HTTP_LOG"])
    for name in ("log", "access.log"):
        if os.path.exists(os.path.join(folder, name)):
            with open(os.path.join(folder, name),
                      encoding="utf-8") as file:
                assert link.rsplit("/", 1)[1][:60] not in file.read(), name


@case(web + ": a file of some megabytes is put where it is told")
def _():
    content = CONTENT * 10
    url = server.mcp().tool("get_upload_url", filename="a.bin",
                            size=len(content))["url"]
    told = postern.fetch("PUT", url, {}, content[1:])
    assert told.status == 400, told
    told = postern.fetch("PUT", url, {}, content)
    assert told.status == 201, told
    draft = server.mcp().tool(
        "create_draft_mail_message", to="anna@postern.test",
        attachment_urls=[url])
    client = server.imap(draft["folder"], True)
    _, size = client.uid("FETCH", str(draft["uid"]), "(RFC822.SIZE)")
    client.logout()
    assert int(size[0].split()[-1].rstrip(b")")) > len(content), size


@case(web + ": postern check is content")
def _():
    done = subprocess.run(
        [os.environ["TEST_POSTERN"], "check"], capture_output=True,
        text=True, env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                        **postern.SANITIZERS}, timeout=postern.TIMEOUT)
    assert done.returncode == 0, done


def workers():
    """Those of the program mcp, by process id."""
    path = os.path.join(os.path.dirname(os.environ["TEST_POSTERN"]), "mcp")
    found = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True,
                           text=True, check=True).stdout
    return [int(line.split()[0]) for line in found.splitlines()
            if line.split()[1] == path]


def restart():
    before = workers()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGTERM)
    assert server.mcp().tools()
    for _ in range(100):
        if len(workers()) == len(before):
            break
        time.sleep(0.05)
    assert len(workers()) == len(before) and workers() != before


if "cgi" not in web and web != "apache":  # plain CGI has no workers
    case(web + ": workers that have ended are started anew")(restart)
case.run()
