#!/usr/bin/env python3
"""Answers to invitations: what the organizer gets, and what is not
answered."""
import datetime
import email.utils
import secrets

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()
SENT, MEETINGS = map(server.folder, ("Sent", "Meetings"))
organizer, _ = mailboxes.other()
NEXT_YEAR = (datetime.date.today() + datetime.timedelta(days=365)).strftime(
    "%Y%m%d")


def event(**more):
    """An invitation's lines; None leaves a property out."""
    fields = {"UID": secrets.token_hex(40) + "@example.org", "SEQUENCE": "2",
              "SUMMARY": "Besprechung\\, groß",
              "DTSTART;TZID=Europe/Berlin": NEXT_YEAR + "T093000",
              "DTEND;TZID=Europe/Berlin": NEXT_YEAR + "T103000",
              'ORGANIZER;CN="Anna: B"': "mailto:" + organizer,
              "ATTENDEE;RSVP=TRUE": "mailto:" + server.username.upper(),
              "ATTENDEE;CN=X": "mailto:someone@example.org", **more}
    method = fields.pop("METHOD", "REQUEST")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0",
             *(["METHOD:" + method] if method else []), "BEGIN:VEVENT",
             *("%s:%s" % item for item in fields.items()
               if item[1] is not None), "END:VEVENT", "END:VCALENDAR"]
    return fields, "\n".join(lines) + "\n"


def invite(folder="INBOX", calendar=None, **more):
    """A message with that event: its fields, its Message-ID, its UID."""
    fields, text = event(**more)
    message_id = email.utils.make_msgid(domain="example.org")
    return fields, message_id, server.deliver(folder, (
        "From: %s\nTo: %s\nSubject: Einladung\nMessage-ID: %s\n"
        "References: <first@x>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n--b\n'
        "Content-Type: text/plain\n\nKomm!\n--b\n"
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n"
        "Content-Transfer-Encoding: 8bit\n\n%s--b--\n" % (
            organizer, server.username, message_id,
            text if calendar is None else calendar)).encode())


def respond(uid, response="accept", **more):
    return server.mcp().tool("respond_to_invitation", uid=uid,
                             response=response, **more)


def refusal(uid, response="accept", **more):
    error = server.mcp().tool_error("respond_to_invitation", uid=uid,
                                    response=response, **more)
    assert not error["retryable"], error
    return error


def arrived(sent):
    client = mailboxes.login(server, *mailboxes.other())
    message = mailboxes.read(client, mailboxes.await_message(
        client, sent["message_id"]))
    client.logout()
    return message


def reply_of(message):
    """The properties of the iTIP object, unfolded, and its part."""
    part, = [p for p in message.walk()
             if p.get_content_type() == "text/calendar"]
    text = part.get_payload(decode=True).decode()
    assert "\n" not in text.replace("\r\n", ""), text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if line), part


@case("an answer reaches the organizer as an iTIP reply beside a text")
def _():
    fields, message_id, uid = invite()
    sent = respond(uid)
    assert sent["state"] == "sent" and sent["accepted"] == [organizer], sent
    assert "calendar" in sent["note"], sent
    message = arrived(sent)
    assert message["Subject"] == "Accepted: Besprechung, groß"
    assert message["In-Reply-To"] == message_id
    assert message["References"].split() == ["<first@x>", message_id]
    assert message["To"].addresses[0].addr_spec == organizer
    assert message["From"].addresses[0].addr_spec == server.username
    told, part = reply_of(message)
    assert part.get_param("method") == "REPLY" and \
        part.get_content_charset() == "utf-8"
    assert told["METHOD"] == "REPLY" and told["VERSION"] == "2.0"
    assert told["UID"] == fields["UID"] and told["SEQUENCE"] == "2"
    assert told["ORGANIZER"] == "mailto:" + organizer
    assert told["SUMMARY"] == fields["SUMMARY"]
    attendees = {n: v for n, v in told.items() if n.startswith("ATTENDEE")}
    assert len(attendees) == 1, told
    name, = attendees
    assert "PARTSTAT=ACCEPTED" in name
    assert attendees[name].lower() == "mailto:" + server.username
    assert "RECURRENCE-ID" not in told and "COMMENT" not in told
    stamp = datetime.datetime.strptime(told["DTSTAMP"], "%Y%m%dT%H%M%SZ")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert abs((now - stamp).total_seconds()) < 300, stamp
    text = message.get_body(("plain",)).get_content()
    assert "accepted" in text and "Besprechung, groß" in text
    assert sent["filed"]["folder"] == SENT and sent["filed"]["uid"]


@case("a tentative answer and a refusal, with a comment")
def _():
    _, _, uid = invite(MEETINGS)
    client = server.imap(MEETINGS, True)
    validity = int(client.response("UIDVALIDITY")[1][0])
    client.logout()
    comment = "Grüße; bis bald,\nAnna\nEND:VEVENT\nATTENDEE:mailto:e@x.org"
    for response, status in (("tentative", "TENTATIVE"),
                             ("decline", "DECLINED")):
        sent = respond(uid, response, folder=MEETINGS, uidvalidity=validity,
                       comment=comment)
        message = arrived(sent)
        told, _ = reply_of(message)
        assert [n for n in told if "PARTSTAT=" + status in n], told
        assert told["COMMENT"] == comment.replace("\\", "\\\\").replace(
            ";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        assert "ATTENDEE" not in told
        assert "Grüße; bis bald," in message.get_body(
            ("plain",)).get_content()


@case("an instance of a series is answered with its zone")
def _():
    fields, text = event(**{
        "RECURRENCE-ID;TZID=Europe/Berlin": NEXT_YEAR + "T093000"})
    zone = ("BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\n"
            "DTSTART:19701025T030000\nTZOFFSETFROM:+0200\n"
            "TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n"
            "END:STANDARD\nEND:VTIMEZONE\n")
    text = text.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")
    _, _, uid = invite(calendar=text)
    told, part = reply_of(arrived(respond(uid)))
    assert told['RECURRENCE-ID;TZID="Europe/Berlin"'] == \
        NEXT_YEAR + "T093000", told
    assert told["UID"] == fields["UID"]
    assert told["TZOFFSETTO"] == "+0100"


@case("who is invited by a list answers as the account, and is told so")
def _():
    _, _, uid = invite(**{"ATTENDEE;RSVP=TRUE": "mailto:team@example.org"})
    sent = respond(uid)
    assert "among those invited" in sent["note"], sent
    told, _ = reply_of(arrived(sent))
    assert [v for n, v in told.items() if n.startswith("ATTENDEE")] == [
        "mailto:" + server.username], told


@case("what is in an invitation does not get into the answer's structure")
def _():
    _, _, uid = invite(**{
        "SUMMARY": "a\\nATTENDEE:mailto:evil@example.org\\nBcc: e@x.org",
        "DTSTAMP": "20200101T000000Z", "X-EVIL": "1",
        "COMMENT": "evil", "REQUEST-STATUS": "2.0;ok"})
    sent = respond(uid)
    assert sent["accepted"] == [organizer], sent
    message = arrived(sent)
    assert message["Bcc"] is None
    told, _ = reply_of(message)
    assert set(n.split(";")[0] for n in told) == {
        "BEGIN", "END", "PRODID", "VERSION", "METHOD", "ATTENDEE", "DTSTAMP",
        "ORGANIZER", "SEQUENCE", "SUMMARY", "UID"}, told


@case("what can't be answered is refused, and says why")
def _():
    for more, word in (
            ({"METHOD": "CANCEL"}, "cancelled"),
            ({"METHOD": "REPLY"}, "answer"),
            ({"METHOD": "PUBLISH"}, "REQUEST"), ({"METHOD": None}, "REQUEST"),
            ({"STATUS": "CANCELLED"}, "cancelled"),
            ({'ORGANIZER;CN="Anna: B"': None}, "organizer"),
            ({'ORGANIZER;CN="Anna: B"': "mailto:a@x, b@y"}, "organizer"),
            ({'ORGANIZER;CN="Anna: B"': "mailto:" + server.username},
             "organizer"),
            ({"UID": None}, "id"),
            ({"DTSTART;TZID=Europe/Berlin": "20200101T100000",
              "DTEND;TZID=Europe/Berlin": "20200101T110000"}, "over"),
            ({"calendar": "nothing\n"}, "event"),
            ({"calendar": "BEGIN:VCALENDAR\nMETHOD:REQUEST\n"}, "event")):
        error = refusal(invite(**more)[2])
        assert error["code"] == "invalid_argument", (more, error)
        assert word in error["message"], (more, error)


@case("a message without an invitation, or none, is told as such")
def _():
    uid = server.deliver("INBOX", "From: a@example.org\n\nx\n")
    error = refusal(uid)
    assert error["code"] == "invalid_argument" and \
        "no invitation" in error["message"], error
    assert refusal(4294967290)["code"] == "message_not_found"
    _, _, uid = invite()
    assert refusal(uid, uidvalidity=1)["code"] == "uidvalidity_changed"
    assert refusal(uid, folder="Nirgends")["code"] == "folder_not_found"
    for wrong in ({"response": "maybe"}, {"response": ""},
                  {"uid": 0}, {"comment": "x" * 2001}):
        error = server.mcp().tool_error(
            "respond_to_invitation", **{"uid": uid, "response": "accept",
                                        **wrong})
        assert error["code"] == "invalid_argument", (wrong, error)


@case("one of thousands who are invited is found; too long is called that")
def _():
    crowd = "\nATTENDEE:".join("mailto:a%d@x.example" % i
                               for i in range(3000))
    _, _, uid = invite(**{
        "ATTENDEE;RSVP=TRUE": None, "ATTENDEE;CN=X": crowd,
        "ATTENDEE;CN=Y": "mailto:" + server.username})
    assert "None" not in respond(uid)["note"]
    _, _, uid = invite(**{"DESCRIPTION": "x" * 200000})
    error = refusal(uid)
    assert error["code"] == "limit", error
    assert "too long" in error["message"], error


@case("an organizer who refuses the answer is told of")
def _():
    _, _, uid = invite(**{
        'ORGANIZER;CN="Anna: B"': "mailto:nobody3@postern.test"})
    error = refusal(uid)
    assert error["code"] == "recipients_refused", error


@case("a grant without sending answers nobody")
def _():
    mcp = server.mcp(scopes=("mail:read", "mail:modify"))
    assert "respond_to_invitation" not in [t["name"] for t in mcp.tools()]


case.run()
