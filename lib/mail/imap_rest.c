#include "mail/imap_rest.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/imap_flight.h"

void
imap_rest(struct imap *imap)
{
	imap->is_resting = imap->has_box && !imap->box.writable &&
	    imap->kept_name != NULL;
	imap->has_box = false;
	imap_channel_rest(&imap->channel);
}

bool
imap_take_up(struct imap *imap, const char *name)
{
	if (!imap->is_resting || !text_equal(imap->kept_name, name) ||
	    clock_ms() - imap->opened > IMAP_REST_MS)
		return false;
	imap->is_resting = imap->has_stirred = false;
	imap->has_box = true;
	imap->box.opened_exists = imap->box.exists;
	imap->box.opened_modseq = imap->box.highestmodseq;
	return true;
}

void
imap_queue_stir(struct imap *imap, struct arena *arena)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "NOOP");
	(void)imap_queue(imap, arena, &text);
}

bool
imap_has_stirred(const struct imap *imap)
{
	return imap->has_stirred;
}
