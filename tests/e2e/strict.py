#!/usr/bin/env python3
"""Nothing is kept anywhere (GRANTS_FOLDER=): all works, by tokens alone."""
import postern

server = postern.Server()
case = postern.Cases(None if not server.keeps() else
                     "GRANTS_FOLDER names a folder")


def folders():
    client = server.imap()
    _, told = client.list()
    client.logout()
    return b"\n".join(told)


@case("strict: signing in makes no folder, and tokens live for an hour")
def _():
    told = server.sign_in()
    assert told["expires_in"] == 3600, told
    assert told["refresh_token"], told
    assert b"Connected" not in folders(), folders()
    mcp = postern.Mcp(server, told["access_token"])
    assert mcp.tool("list_mail_messages")["uidvalidity"]
    assert mcp.tool("list_mailboxes")["mailboxes"]


@case("strict: a refresh gets another token, and again")
def _():
    client = server.client()
    token = server.sign_in(client=client)["refresh_token"]
    for _ in range(2):
        body = {"grant_type": "refresh_token", "refresh_token": token,
                "client_id": client[0]}
        if client[1]:
            body["client_secret"] = client[1]
        response = postern.fetch("POST", server.metadata()["token_endpoint"],
                                 None, body)
        assert response.status == 200, response
        assert response.json()["access_token"], response


@case("strict: revoking is answered, but only time ends a token")
def _():
    client = server.client()
    told = server.sign_in(client=client)
    body = {"token": told["access_token"], "client_id": client[0]}
    if client[1]:
        body["client_secret"] = client[1]
    response = postern.fetch(
        "POST", server.metadata()["revocation_endpoint"], None, body)
    assert response.status == 200, response
    postern.Mcp(server, told["access_token"]).tool("list_mail_messages")


case.run()
