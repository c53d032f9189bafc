#include "mail/imap_ability.h"

#include <stddef.h>

#include "mail/imap_session.h"

struct ability {
	const char	*capability;
	unsigned	 means;
};

/* IMAP4rev2 has made many extensions its own (RFC 9051 E). */
static const struct ability	 abilities[] = {
	{ "UIDPLUS", IMAP_CAN_UIDPLUS },
	{ "MOVE", IMAP_CAN_MOVE },
	{ "SPECIAL-USE", IMAP_CAN_SPECIAL_USE },
	{ "LIST-EXTENDED", IMAP_CAN_LIST_EXTENDED },
	{ "LIST-STATUS", IMAP_CAN_LIST_STATUS },
	{ "ESEARCH", IMAP_CAN_ESEARCH },
	{ "LITERAL+", IMAP_CAN_LITERAL_PLUS | IMAP_CAN_LITERAL_MINUS },
	{ "LITERAL-", IMAP_CAN_LITERAL_MINUS },
	{ "NAMESPACE", IMAP_CAN_NAMESPACE },
	{ "PREVIEW", IMAP_CAN_PREVIEW },
	{ "ID", IMAP_CAN_ID },
	{ "QUOTA", IMAP_CAN_QUOTA },
	{ "CONDSTORE", IMAP_CAN_CONDSTORE },
	{ "QRESYNC", IMAP_CAN_QRESYNC | IMAP_CAN_CONDSTORE },
	{ "IDLE", IMAP_CAN_IDLE },
	{ "X-GM-EXT-1", IMAP_CAN_GMAIL },
	{ "OBJECTID", IMAP_CAN_OBJECTID },
	{ "THREAD=REFS", IMAP_CAN_THREAD_REFS },
	{ "THREAD=REFERENCES", IMAP_CAN_THREAD },
	{ "IMAP4REV2", IMAP_CAN_UIDPLUS | IMAP_CAN_MOVE |
	    IMAP_CAN_LIST_EXTENDED | IMAP_CAN_LIST_STATUS |
	    IMAP_CAN_SPECIAL_USE | IMAP_CAN_ESEARCH | IMAP_CAN_NAMESPACE |
	    IMAP_CAN_LITERAL_MINUS | IMAP_CAN_IDLE }
};

unsigned
imap_ability_read(struct texts capabilities)
{
	unsigned	 found = 0;
	size_t		 i;

	for (i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++)
		if (texts_have(capabilities, abilities[i].capability))
			found |= abilities[i].means;
	return found;
}
