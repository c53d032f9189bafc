#ifndef MAIL_HTML_IMAGE_H
#define MAIL_HTML_IMAGE_H

#include <stdbool.h>

#include "mail/html_lex.h"

/* Whether an <img> is of one pixel or none, as those are that tell the sender
 * that a message was opened. */
bool	 html_image_is_unseen(const struct html_token *token);

/* Whether it would be fetched from a server. */
bool	 html_image_is_remote(const struct html_token *token);

/* Whether it is a part of the message itself (RFC 2392). */
bool	 html_image_is_enclosed(const struct html_token *token);

#endif
