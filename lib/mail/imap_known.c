#include "mail/imap_known.h"

#include "mail/imap_flight.h"

bool
imap_refuses_guesses(const struct imap *imap)
{
	return imap->no_guesses;
}

void
imap_keep_refusal(struct imap *imap)
{
	imap->no_guesses = true;
}

size_t
imap_listed(const struct imap *imap)
{
	return imap->listed;
}

void
imap_keep_listed(struct imap *imap, size_t folders)
{
	imap->listed = folders;
}
