#include "base/version.h"

const char	 version_text[] = "0.1.0";
