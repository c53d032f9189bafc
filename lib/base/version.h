#ifndef BASE_VERSION_H
#define BASE_VERSION_H

/* What initialize, server/discover and "postern --version" say. */
extern const char	 version_text[];

#endif
