#!/usr/bin/env python3
"""The signature: typed at sign-in, kept in the mailbox, nobody else's."""
import re
import secrets

import mailboxes
import postern
from between import Between

server = postern.Server()
FOLDER = server.folder("Connected Agents")
TEXT = "Anna Müller\r\n-- \r\n<b>Zürich</b> & \"elsewhere\" " + "x" * 80
case = postern.Cases(None if server.keeps() else
                     "GRANTS_FOLDER is empty")


def clear():
    """Removes the folder and all below it."""
    client = server.imap()
    _, told = client.list()
    names = sorted((re.search(r'"?([^"]*)"?$', line.decode())[1]
                    for line in told if b"Connected" in line), reverse=True)
    for name in names:
        client.unsubscribe('"%s"' % name)
        client.delete('"%s"' % name)
    client.logout()


def kept():
    """The messages of the folder that say they are one."""
    client = server.imap()
    kind, _ = client.select('"%s"' % FOLDER, True)
    if kind != "OK":
        client.logout()
        return []
    _, found = client.uid("SEARCH", "UNDELETED", "HEADER",
                          "X-Postern-Signature", "v1")
    bodies = []
    for uid in found[0].split():
        _, told = client.uid("FETCH", uid.decode(), "(FLAGS BODY.PEEK[])")
        bodies.append(told[0][1])
    client.logout()
    return bodies


def body_of(raw):
    import email
    return email.message_from_bytes(raw).get_payload(decode=True).decode()


@case("what is typed at sign-in is kept as a message in a folder of its own")
def _():
    clear()
    server.sign_in(fields={"signature": TEXT, "name": "Anna Müller"})
    found = kept()
    assert len(found) == 1, found
    assert body_of(found[0]) == TEXT.replace("\r\n", "\n"), found
    head = found[0].split(b"\r\n\r\n")[0].decode("ascii")
    assert re.search(r"^Subject: .*signature", head, re.M), head
    assert "Auto-Submitted: auto-generated" in head
    assert all(len(line) < 1000 for line in head.split("\r\n"))


@case("the folder is subscribed, so that the user sees it")
def _():
    client = server.imap()
    _, told = client.lsub('""', '"*"')
    client.logout()
    assert any(b"Connected Agents" in line for line in told), told


@case("another one takes its place; an empty field leaves it as it is")
def _():
    server.sign_in(fields={"signature": "Second"})
    server.sign_in()
    server.sign_in(fields={"signature": "  \r\n "})
    found = kept()
    assert [body_of(raw) for raw in found] == ["Second"], found


@case("the full name stands in what is sent")
def _():
    told = server.sign_in(fields={"name": "Anna Müller"})
    accounts = postern.Mcp(server, told["access_token"]).tool(
        "list_accounts")["accounts"]
    assert accounts[0]["name"] == "Anna Müller", accounts


@case("what is too long is said, and everything else stays typed")
def _():
    for field, value in (("signature", "x" * 1025), ("name", "x" * 201)):
        client_id, _ = server.client()
        page = server.authorize(client_id, "http://127.0.0.1:9/callback",
                                "A" * 43, fields={field: value})
        assert page.status == 422, page
        assert 'id="%s-wrong"' % field in page.text(), page
        assert value in page.text()
    assert [body_of(raw) for raw in kept()] == ["Second"]


def sign_in_at(between):
    """What the sign-in page says where the mailbox is behind that."""
    client, _ = server.provision(imap=between.port)
    return server.authorize(client, "http://127.0.0.1:9/callback", "A" * 43,
                            fields={"signature": "Third"})


@case("a mailbox that takes no signature is connected all the same")
def _():
    clear()
    no = b"{tag} NO [OVERQUOTA] there is no room\r\n"
    for verb in ("CREATE", "APPEND"):
        page = sign_in_at(Between(server, {verb: no}))
        if verb == "APPEND" and page.status == 303:
            raise postern.Skip("it has no literals that are waited for")
        assert page.status == 200, (verb, page)
        assert "without the signature" in page.text(), page
        assert "no room" in page.text(), page
        link = re.search(r'href="(http://127.0.0.1:9/callback[^"]*)"',
                         page.text())[1]
        assert "code=" in link and "state=" in link, link
        assert page.header("Cache-Control") == "no-store"
    assert kept() == []


@case("what others deliver there is removed by nobody, and is no signature")
def _():
    clear()
    server.sign_in(fields={"signature": "Fourth"})
    server.deliver(FOLDER, "From: x@postern.test\nSubject: forged\n"
                   "X-Postern-Signature: v1 0 0 0\n\nBuy!\n")
    server.sign_in(fields={"signature": "Fifth"})
    found = [body_of(raw).strip() for raw in kept()]
    assert sorted(found) == ["Buy!", "Fifth"], found



SENT, DRAFTS, MAILS = map(server.folder, ("Sent", "Drafts", "Signed"))
SIGNED = "\n-- \nAnna <Müller>\n+41 1\n"


def text_of(message, kind="plain"):
    text = message.get_body((kind,)).get_content()
    return text.replace("\r\n", "\n")


def written(tool, **arguments):
    """The copy of what a tool sent, or the draft."""
    told = server.mcp().tool(tool, **arguments)
    client = server.imap()
    uids = [(folder, uid) for folder in (SENT, DRAFTS) for uid in
            mailboxes.find(client, folder, "Message-ID", told["message_id"])]
    (folder, uid), = uids
    client.select('"%s"' % folder, True)
    message = mailboxes.read(client, uid)
    client.logout()
    return message


def deliver():
    return server.deliver(MAILS, "From: bob@postern.test\nSubject: x\n"
                          "Message-ID: <%s@x>\n\nFrage\n" %
                          secrets.token_hex(8))


@case("it stands below what is sent, in HTML too, and not twice")
def _():
    server.sign_in(fields={"signature": "Anna <Müller>\r\n+41 1"})
    to = {"to": mailboxes.other()[0], "subject": "signed"}
    message = written("send_mail_message", text_body="Ja\n", **to)
    assert text_of(message) == "Ja\n" + SIGNED, text_of(message)
    message = written("send_mail_message", html_body="<p>Ja</p>", **to)
    assert text_of(message).startswith("Ja\n"), text_of(message)
    assert text_of(message).endswith(SIGNED), text_of(message)
    html = text_of(message, "html")
    assert html.startswith("<p>Ja</p>"), html
    assert "Anna &lt;Müller&gt;" in html and "-- <br>" in html, html
    message = written("send_mail_message", text_body="Ja\n" + SIGNED, **to)
    assert text_of(message) == "Ja\n" + SIGNED, text_of(message)


@case("include_signature: false leaves it out, everywhere")
def _():
    to = {"to": mailboxes.other()[0], "text_body": "Ja\n",
          "include_signature": False}
    for tool, more in (
            ("send_mail_message", {"subject": "x"}),
            ("create_draft_mail_message", {"subject": "x"}),
            ("reply_mail_message", {"folder": MAILS, "uid": deliver()}),
            ("forward_mail_message", {"folder": MAILS, "uid": deliver()})):
        message = written(tool, **to, **more)
        assert text_of(message).startswith("Ja\n"), (tool, message)
        assert "Müller" not in text_of(message), (tool, message)


@case("in answers and forwarded mail it stands above what is quoted")
def _():
    message = written("reply_mail_message", folder=MAILS, uid=deliver(),
                      text_body="Ja\n", html_body="<p>Ja</p>")
    text, html = text_of(message), text_of(message, "html")
    assert text.startswith("Ja\n" + SIGNED + "\n"), text
    assert text.endswith("wrote:\n> Frage\n"), text
    assert html.index("Müller") < html.index("blockquote"), html
    message = written("forward_mail_message", folder=MAILS, uid=deliver(),
                      text_body="Siehe\n", to=mailboxes.other()[0])
    text = text_of(message)
    assert text.startswith("Siehe\n" + SIGNED + "\n-----"), text
    message = written("create_draft_mail_message", text_body="Ja\n")
    assert text_of(message) == "Ja\n" + SIGNED, text_of(message)


@case("HTML of one's own stands in HTML mail, and does nothing there")
def _():
    own = ('<p><b onclick="x()">Anna</b> &amp; <i>' + "M" * 200 + "</i></p>"
           '<script>x()</script><img src="https://evil.example/1.gif">')
    server.sign_in(fields={"signature": "Anna", "signature_html": own})
    to = {"to": mailboxes.other()[0], "subject": "signed"}
    message = written("send_mail_message", html_body="<p>Ja</p>", **to)
    html = text_of(message, "html")
    assert "<b>Anna</b> &amp; <i>" + "M" * 200 + "</i>" in html, html
    assert "onclick" not in html and "script" not in html, html
    assert "evil" not in html, html
    assert text_of(message).endswith("\n-- \nAnna\n"), text_of(message)
    message = written("send_mail_message", text_body="Ja\n", **to)
    assert text_of(message) == "Ja\n\n-- \nAnna\n", text_of(message)
    # Without a text of its own that is made of the HTML.
    server.sign_in(fields={"signature_html": "<p>Anna<br>M&uuml;ller</p>"})
    message = written("send_mail_message", text_body="Ja\n", **to)
    assert text_of(message) == "Ja\n\n-- \nAnna\nMüller\n", \
        text_of(message)
    for bad in ("<script>x()</script>", "<p>" + "x" * 1100 + "</p>"):
        page = server.authorize(
            server.client()[0], "http://127.0.0.1:9/callback", "A" * 43,
            fields={"signature_html": bad})
        assert page.status == 422, page
        assert 'id="signature_html-wrong"' in page.text(), page


@case("who deletes it has none")
def _():
    client = server.imap(FOLDER)
    _, found = client.uid("SEARCH", "HEADER", "X-Postern-Signature", "v1")
    for uid in found[0].split():
        client.uid("STORE", uid.decode(), "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()
    message = written("send_mail_message", to=mailboxes.other()[0],
                      subject="x", text_body="Ja\n")
    assert text_of(message) == "Ja\n", text_of(message)


case.run()
