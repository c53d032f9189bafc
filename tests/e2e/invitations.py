"""An invitation in the mailbox under test."""
import datetime
import secrets

import mailboxes


def put(server, folder="INBOX"):
    """Its UID; the organizer is the other person."""
    organizer, _ = mailboxes.other()
    day = (datetime.date.today() + datetime.timedelta(days=365)).strftime(
        "%Y%m%d")
    return server.deliver(folder, (
        "From: {0}\nTo: {1}\nSubject: Invitation\n"
        "Message-ID: <{2}@x.example>\nMIME-Version: 1.0\n"
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
        "UID:{2}@example.org\nSEQUENCE:0\nSUMMARY:received words\n"
        "DTSTART:{3}T093000Z\nDTEND:{3}T103000Z\n"
        "ORGANIZER:mailto:{0}\nATTENDEE;RSVP=TRUE:mailto:{1}\n"
        "END:VEVENT\nEND:VCALENDAR\n").format(
            organizer, server.username, secrets.token_hex(12), day))
