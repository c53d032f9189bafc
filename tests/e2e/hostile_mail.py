#!/usr/bin/env python3
"""Mail that means harm, answered and forwarded: what leaves is one message
with our own header fields, for those it is meant for, and its HTML does
nothing."""
import base64
import email
import email.policy
import glob
import html.parser
import os
import re
import secrets

import mailboxes
import memory
import postern
from scripted_smtp import ScriptedSmtp

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Hostile")
CORPORA = os.environ.get("POSTERN_CORPORA", "../shared/corpora")
BOMB_BYTES = 8 * 1024 * 1024
SENDER, EVIL = "bob@postern.test", "evil@elsewhere.example"
FIELDS = {"date", "from", "to", "cc", "subject", "message-id", "in-reply-to",
          "references", "mime-version", "content-type",
          "content-transfer-encoding", "content-disposition"}
ELEMENTS = {"script", "style", "iframe", "object", "embed", "form", "input",
            "button", "link", "meta", "base", "svg", "math", "video", "audio",
            "source", "frame", "frameset", "template", "noscript", "textarea"}
smtp = ScriptedSmtp(os.environ["TEST_TLS"])
mcp = mailboxes.through(server, smtp_port=smtp.port)


class Harm(html.parser.HTMLParser):
    """Whatever in a document could do something."""

    def __init__(self, document):
        super().__init__()
        self.found = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag in ELEMENTS:
            self.found.append(tag)
        for name, value in attributes:
            value = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in (
                    "srcset", "background", "action", "formaction", "poster",
                    "srcdoc", "ping"):
                self.found.append((tag, name, value))
            if name == "src" and not value.startswith(("cid:", "data:image")):
                self.found.append((tag, name, value))
            if name == "href" and not value.startswith(
                    ("http:", "https:", "mailto:", "#", "cid:", "tel:")):
                self.found.append((tag, name, value))
            if name == "style" and re.search(
                    r"url\(|expression|position|behavior|@import", value):
                self.found.append((tag, name, value))


def put(**fields):
    """A hostile message, from raw header fields and a body: its UID, or None
    where the mail server itself refuses it."""
    body = fields.pop("body", b"text\r\n")
    head = {"From": "Bob <%s>" % SENDER, "To": server.username,
            "Subject": "Frage", "Message-ID": "<%s@x>" % secrets.token_hex(8),
            **fields}
    lines = b""
    for name, value in head.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                one = one.encode() if isinstance(one, str) else one
                lines += name.replace("_", "-").encode() + b": " + one + \
                    b"\r\n"
    client = mailboxes.login(server)
    client.create('"%s"' % FOLDER)
    kind, _ = client.append('"%s"' % FOLDER, None, None,
                            lines + b"\r\n" + body)
    if kind != "OK":
        client.logout()
        return None
    client.select('"%s"' % FOLDER, True)
    _, found = client.uid("SEARCH", "ALL")
    client.logout()
    return int(found[0].split()[-1])


def check(sent, recipients):
    """What left is one message of ours, for them: its text and HTML."""
    assert sent["state"] == "sent", sent
    message, = smtp.taken
    smtp.taken.clear()
    assert sorted(message.recipients) == sorted(recipients), (
        message.recipients, recipients)
    head, body = message.content.split(b"\r\n\r\n", 1)
    for line in message.content.split(b"\r\n"):
        assert len(line) <= 998, len(line)
        assert b"\r" not in line and b"\n" not in line and b"\0" not in line
    assert head.isascii(), head
    names = [line.split(b":")[0].decode().lower() for line in
             head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(set(names)) == len(names), names
    assert set(names) <= FIELDS, set(names) - FIELDS
    assert len(head) < 64 * 1024, len(head)
    return email.message_from_bytes(message.content,
                                    policy=email.policy.default)


def answers(uid, recipients=(SENDER,)):
    """All tools that take the message apart, and what each sends."""
    if uid is None:
        return
    for name, more in (
            ("reply_mail_message", {"text_body": "Gut.\n"}),
            ("reply_mail_message", {"html_body": "<p>Gut.</p>"}),
            ("forward_mail_message", {"to": SENDER, "text_body": "Da."})):
        sent = mcp.tool(name, folder=FOLDER, uid=uid, **more)
        yield check(sent, (SENDER,) if "to" in more else recipients)


def word(text, kind="q"):
    raw = text.encode()
    coded = base64.b64encode(raw).decode() if kind == "b" else "".join(
        "=%02X" % byte for byte in raw)
    return "=?utf-8?%s?%s?=" % (kind, coded)


BREAKS = ("x\r\nBcc: %s" % EVIL, "x\n\n<script>", "x\rBcc: " + EVIL,
          "x\u2028Bcc: " + EVIL, "x\u0085Bcc: " + EVIL, "x\0y",
          "\r\n.\r\nMAIL FROM:<%s>" % EVIL, "x\x0b\x0c\x1b[2Jy")


@case("line breaks in encoded words, of subjects and names, break no header")
def _():
    for text in BREAKS:
        for kind in "qb":
            coded = word(text, kind)
            uid = put(Subject=coded, From="%s <%s>" % (coded, SENDER))
            for message in answers(uid):
                assert "\n" not in message["Subject"]
    for raw in (b"x\rBcc: evil@elsewhere.example", b"\xff\xfe\x80", b"",
                b"\xe2\x80\xa8x", b"=?utf-8?q?" + b"=0D=0A" * 500 + b"?=",
                b"=?utf-7?q?+AA0ACg-Bcc: x?=", b"\x0bx\x1b[2J"):
        for message in answers(put(Subject=raw)):
            assert message["Bcc"] is None


@case("a subject of 100 KB, and names as long, are cut or left out")
def _():
    long = "\r\n ".join(["w\u00f6rt" * 20] * 1200)
    for fields in ({"Subject": long}, {"From": "%s <%s>" % (long, SENDER)},
                   {"Subject": word("x" * 60000, "b")},
                   {"Subject": "Re: " * 25000 + "x"},
                   {"Subject": "[" * 50000}):
        for message in answers(put(**fields)):
            assert len(message["Subject"]) < 5000, fields.keys()


@case("ids that are none, too many or too long make no header of ours broken")
def _():
    many = "\r\n ".join("<%d.%s@x>" % (i, "y" * 40) for i in range(3000))
    for fields in ({"Message-ID": None}, {"Message-ID": ""},
                   {"Message-ID": "<>"}, {"Message-ID": "<a b@x> <c@x>"},
                   {"Message-ID": "<%s@x>" % ("y" * 5000)},
                   {"Message-ID": ["<%d@x>" % i for i in range(100)]},
                   {"Message-ID": "<a@x\rBcc: %s>" % EVIL},
                   {"Message-ID": "<a@x\u2028y>"},
                   {"Message-ID": word("<a@x>\r\nBcc: " + EVIL)},
                   {"Message-ID": "<a@x>; <b@x>"},
                   {"References": many}, {"In-Reply-To": many},
                   {"References": "<a@x\u00e4> <b@x\x01> < c @ x > <<d@x>>"},
                   {"References": ["<a@x>", "<b@x>"]}):
        for message in answers(put(**fields)):
            for name in ("In-Reply-To", "References"):
                for one in (message[name] or "").split():
                    assert re.fullmatch(r"<[!-;=?-~]+>", one), (fields, one)
            assert len((message["References"] or "").split()) <= 100


@case("lines that end a message, and lone CR and LF, end none")
def _():
    for body in (b".\r\n..\r\n.x\r\nMAIL FROM:<a@b>\r\n", b"a\n.\nb\r.\rc",
                 b"a\r\n.\rQUIT\r\n", b"x" * 70000, b"From x\r\n>From y\r\n",
                 b"\r" * 500, b"\xff" * 3000, b"a\r\r\n.\r\r\nb"):
        uid = put(body=body)
        for _ in answers(uid):
            pass
        if uid is None:
            continue
        sent = mcp.tool("forward_mail_message", folder=FOLDER, uid=uid,
                        to=SENDER, as_attachment=True)
        check(sent, (SENDER,))


@case("nobody is written to for being named in a header not meant for that")
def _():
    for fields in ({"Bcc": EVIL}, {"Resent-To": EVIL}, {"Resent-From": EVIL},
                   {"Sender": EVIL}, {"Return-Path": "<%s>" % EVIL},
                   {"Errors-To": EVIL}, {"X-Bcc": EVIL},
                   {"Disposition-Notification-To": EVIL},
                   {"Reply-To": ""}, {"Reply-To": "nobody"},
                   {"Reply-To": "undisclosed:;"},
                   {"From": "\"%s\" <%s>" % (EVIL, SENDER)},
                   {"From": "%s (%s)" % (SENDER, EVIL)},
                   {"From": "%s <%s>" % (word(EVIL + ","), SENDER)}):
        uid = put(**fields)
        if fields.get("Reply-To") == "nobody":
            mcp.tool_error("reply_mail_message", folder=FOLDER, uid=uid,
                           text_body="x")
            continue
        for message in answers(uid):
            assert message["Bcc"] is None and message["Sender"] is None
        sent = mcp.tool("reply_mail_message", folder=FOLDER, uid=uid,
                        text_body="x", reply_all=True)
        check(sent, (SENDER,))


@case("own addresses in any spelling get no answer of their own")
def _():
    local, domain = server.username.split("@")
    own = ", ".join(("%s@%s" % (local.upper(), domain.upper()),
                     "%s+tag@%s" % (local, domain),
                     "Ich <%s>" % server.username,
                     "\"%s\"@%s" % (local, domain)))
    uid = put(To=own, Cc=own + ", c@postern.test")
    sent = mcp.tool("reply_mail_message", folder=FOLDER, uid=uid,
                    text_body="x", reply_all=True)
    check(sent, (SENDER, "c@postern.test"))


@case("1,000 addresses in each field are an answer too big, and soon told")
def _():
    lists = {name: ", ".join("%s%d@postern.test" % (name[0], i)
                             for i in range(1000))
             for name in ("Reply-To", "To", "Cc")}
    uid = put(**lists)
    error = mcp.tool_error("reply_mail_message", folder=FOLDER, uid=uid,
                           text_body="x", reply_all=True)
    assert error["code"] == "limit" and "500" in error["message"], error


def multipart(*parts):
    return b"--b\r\n" + b"\r\n--b\r\n".join(parts) + b"\r\n--b--\r\n"


def part(head, content=b"x"):
    return head.encode() + b"\r\n\r\n" + content


@case("names of files lead nowhere, and 30 parts of all kinds are forwarded")
def _():
    names = ["../../etc/passwd", "C:\\\\boot.ini", "a/b", "..", ".", "CON",
             "x\u202efdp.exe", "y" * 3000, word("a\r\nBcc: " + EVIL),
             "a;b=c", "\\\"q\\\"", "%0d%0aBcc: x", "\u2028.txt", ""]
    parts = [part("Content-Type: text/plain", b"Text")]
    parts += [part("Content-Type: application/octet-stream\r\n"
                   "Content-Disposition: attachment; filename=\"%s\"" % name)
              for name in names]
    parts += [part("Content-Type: application/x; name*=utf-8''a%0D%0Ab\r\n"
                   "Content-Disposition: attachment"),
              part("Content-Type: image/png\r\nContent-ID: <a\"b@x>\r\n"
                   "Content-Disposition: attachment", b""),
              part("Content-Type: message/rfc822",
                   b"Subject: in\r\nBcc: x@y\r\n\r\n.\r\nlone\rcr"),
              part("Content-Type: message/rfc822", b""),
              part("Content-Type: message/delivery-status", b"a: b"),
              part("Content-Type: te xt/\x01; charset=\"x\r\n y\"\r\n"
                   "Content-Disposition: attachment")]
    parts += [part("Content-Type: text/plain; charset=\"%s\"\r\n"
                   "Content-Disposition: attachment" % name, b"\xe4")
              for name in ("utf-8", "x\"; name=\"y", "z" * 500, "iso-8859-1")]
    parts += [part("Content-Type: application/pdf\r\n"
                   "Content-Transfer-Encoding: %s\r\n"
                   "Content-Disposition: attachment" % name, b"!!=ZZ\r\n.\r\n")
              for name in ("base64", "quoted-printable", "x-uuencode",
                           "binary", "7bit", "nonsense")]
    assert len(parts) >= 30
    uid = put(MIME_Version="1.0", body=multipart(*parts),
              Content_Type="multipart/mixed; boundary=b")
    message = check(mcp.tool("forward_mail_message", folder=FOLDER, uid=uid,
                             to=SENDER, text_body="Da."), (SENDER,))
    for one in message.iter_attachments():
        name = one.get_filename() or ""
        assert not re.search(r"[/\\\r\n\x00-\x1f\u202e\u2028]", name), name
        assert len(name) <= 200 and name not in ("..", "."), name
    assert len(list(message.iter_attachments())) >= 28
    check(mcp.tool("forward_mail_message", folder=FOLDER, uid=uid,
                   to=SENDER, as_attachment=True), (SENDER,))


VECTORS = (
    "<script>alert(1)</script>", "<ScRiPt src=//e.example></sCrIpT>",
    "<img src=x onerror=alert(1)>", "<img src=https://e.example/p.gif>",
    "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=a>",
    "<a href=javascript:alert(1)>x</a>", "<a href='java\nscript:a'>x</a>",
    "<a href='&#106;avascript:a'>x</a>", "<a href=' javascript:a'>x</a>",
    "<a href='vbscript:a'>x</a>", "<a href='data:text/html,x'>x</a>",
    "<iframe src=https://e.example></iframe>", "<object data=x></object>",
    "<form action=https://e.example><input name=a><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://e.example'>",
    "<base href=https://e.example/>", "<link rel=stylesheet href=//e>",
    "<style>@import url(//e)</style>", "<p style='background:url(//e)'>x</p>",
    "<p style='position:fixed;top:0'>x</p>", "<table background=//e><tr><td>",
    "<video poster=//e src=//e>", "<input type=image src=//e>",
    "</div></blockquote></body></html><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->", "<![CDATA[<script>a</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=a>'>",
    "<textarea><script>a</script></textarea><script>a</script>",
    "<title><script>a</script></title>", "<plaintext><script>a</script>",
    "<xmp><script>a</script></xmp>", "<template><script>a</script>",
    "<img srcset='//e 1x' src=cid:a>", "<img src='cid:a' onload=a>",
    "<p/onmouseover=a>x", "<p \x00onclick=a>x", "<p\x0conclick=a>x",
    "<a ping=//e href=https://e.example>x</a>", "<body onload=a>",
    "<b " + "a=b " * 5000 + "onclick=a>x</b>", "<" * 5000, "<p>" * 5000,
    "<a href=\"x\"onclick=\"a\">x</a>", "<img src=`x`onerror=a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<scr<script>ipt>a</script>")


@case("T33: messages that are bombs are read in little memory")
def _():
    found = {name: os.path.join(CORPORA, "own/mail-injection", name + ".eml")
             for name in ("deep-1000", "params-3000", "ew-flood",
                          "headers-5000", "comments-5000")}
    if not os.path.exists(found["deep-1000"]):
        raise postern.Skip("no corpora")
    bombs = {}
    for name, path in found.items():
        with open(path, "rb") as file:
            bombs[name] = server.deliver(FOLDER, file.read())
    bombs["parts-5000"] = put(
        MIME_Version="1.0", Content_Type="multipart/mixed; boundary=b",
        body=multipart(*[part("Content-Type: text/plain", b"x" * 20)
                         for _ in range(5000)]))
    reader = server.mcp()
    small = server.deliver(FOLDER, "Subject: small\n\nx\n")

    def read(uid):
        for form in ("text", "html", "headers"):
            result = reader.result("get_mail_message", folder=FOLDER,
                                   uid=uid, format=form)
            assert not result.get("isError"), result
            assert len(result["content"][0]["text"]) <= 100000

    for _ in range(8):          # until each worker has read one
        read(small)
    usual = memory.least("mcp", lambda: read(small))
    for name, uid in bombs.items():
        grown = memory.least("mcp", lambda: read(uid)) - usual
        print("# %s: %d KiB more" % (name, grown // 1024))
        assert memory.is_sanitized() or grown < BOMB_BYTES, (name, grown)


def harmless(uid, what):
    for message in answers(uid):
        found = message.get_body(("html",))
        if found is not None:
            harm = Harm(found.get_content()).found
            assert harm == [], (what, harm)


def page(content, charset="utf-8"):
    return put(MIME_Version="1.0",
               Content_Type="text/html; charset=" + charset,
               Content_Transfer_Encoding="base64",
               body=base64.encodebytes(content).replace(b"\n", b"\r\n"))


@case("HTML that is quoted or forwarded does nothing and asks nobody")
def _():
    for vector in VECTORS:
        harmless(page(vector.encode()), vector)
    harmless(page("<script>a</script>".encode("utf-16"), "utf-16"), "utf-16")
    harmless(page(b"+ADw-script+AD4-a+ADw-/script+AD4-", "utf-7"), "utf-7")
    harmless(page("\n".join(VECTORS).encode()), "all")


@case("nor does that of the corpora")
def _():
    found = sorted(glob.glob(os.path.join(CORPORA, "own/mail-injection/**"),
                             recursive=True))
    found = [path for path in found if path.endswith(".eml")]
    if not found:
        raise postern.Skip("no corpora")
    for path in found:
        with open(path, "rb") as file:
            content = file.read()
        if not content or b"\0" in content:
            continue                # no mail server takes those
        uid = server.deliver(FOLDER, content)
        sent = mcp.tool("forward_mail_message", folder=FOLDER, uid=uid,
                        to=SENDER, html_body="<p>Da.</p>")
        body = check(sent, (SENDER,)).get_body(("html",))
        assert Harm(body.get_content()).found == [], path


case.run()
