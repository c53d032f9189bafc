#ifndef MAIL_CARD_TEXT_H
#define MAIL_CARD_TEXT_H

struct arena;
struct card;

/* What people read of a card. */

/* What the agent calls itself, or another word for it. */
const char	*card_text_name(const struct card *card);

/* "Claude" (claude.ai) may read and send your mail */
const char	*card_text_subject(struct arena *arena,
		    const struct card *card);

/* Who, since when, what, and how to end it; the issuer is our address. */
const char	*card_text_body(struct arena *arena, const struct card *card,
		    const char *issuer);

#endif
