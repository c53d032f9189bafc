#ifndef MAIL_HEADER_PARAMETER_H
#define MAIL_HEADER_PARAMETER_H

#include "data/field.h"

struct arena;

enum { HEADER_PARAMETERS_MOST = 100 };

/* A value "word; name=value; …": the word in lower case and the raw
 * parameters, names in lower case ("filename*0*"). */
struct pairs	 header_parameters(struct arena *arena, const char *raw,
		    const char **word);

/* The parameter, RFC 2231 continuations joined and charset decoded, also
 * where encoded words were used against the rule; NULL if absent. */
const char	*header_parameter(struct arena *arena, struct pairs parameters,
		    const char *name);

#endif
