#!/bin/sh
# Refuses an include that goes up: a file includes its own layer and those
# before it, and a program's main includes web, oauth and mcp only.
set -eu
cd "$(dirname "$0")/.."
order="base data crypt net mail web oauth mcp"
bad=0
allowed=""
for layer in $order; do
	allowed="$allowed $layer"
	for include in $(grep -hoE '^#include "[a-z0-9]+/' lib/"$layer"/* |
	    sed 's/.*"//; s,/,,' | sort -u); do
		case " $allowed " in
		*" $include "*) ;;
		*)
			grep -nE "^#include \"$include/" lib/"$layer"/*
			echo "layers: $layer may not include $include" >&2
			bad=1 ;;
		esac
	done
done
# mail outlives this product; mcp knows oauth, oauth does not know mcp.
if grep -nE '^#include "(mail|net|crypt|data|base)/' cgi/*.c 2>/dev/null; then
	echo "layers: a main includes web, oauth and mcp only" >&2
	bad=1
fi
[ $bad = 0 ] && echo "layers: clean"
exit $bad
