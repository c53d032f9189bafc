#ifndef DATA_CHARSET_H
#define DATA_CHARSET_H

#include "base/bytes.h"

struct arena;

/*
 * Text of any charset as UTF-8, by iconv.  The mappings are those readers of
 * real mail use: us-ascii and iso-8859-1 as windows-1252, gb2312 as gb18030,
 * euc-kr and ks_c_5601-1987 as cp949, shift_jis as cp932, and so on.  Never
 * fails: bytes that can't be converted become U+FFFD; an unknown charset or
 * NULL is read as UTF-8 if it is valid, else as windows-1252.
 */
const char	*charset_to_utf8(struct arena *arena, const char *charset,
		    struct bytes text);

#endif
