#!/bin/sh
# Refuses what must never be in the sources: each duty outside its one home,
# functions that invite errors, files and functions that grew too long, and
# what is not the project's.  Prints each place; exits 1 if there is one.
set -u
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
broken=$(mktemp) || exit 1
trap 'rm -f "$broken"' EXIT
trap 'exit 1' HUP INT TERM
product=$(find lib deploy $([ ! -d cgi ] || echo cgi) -name '*.[ch]' -o -name '*.cc' | sort)
ours="$product $(find tests -name '*.[ch]' | sort)"

# law NAME HOMES PATTERN FILES: the pattern stands nowhere but in HOMES, an
# expression for paths.  Comments are not looked at.
law() {
	name=$1 homes=$2 pattern=$3
	shift 3
	for file; do
		echo "$file" | grep -qE "^($homes)\$" && continue
		uncommented "$file" | grep -E "$pattern" |
		    sed "s,^,$name: $file:," >>"$broken"
	done
}

# The lines of a C file with numbers, without comments and texts.
uncommented() {
	awk '{
		line = $0
		gsub(/\\\\/, "", line)
		gsub(/\\"/, "", line)
		if (line !~ /^#include/)
			gsub(/"[^"]*"/, "\"\"", line)
		while (1) {
			if (inside) {
				at = index(line, "*/")
				if (at == 0) { line = kept; break }
				line = kept substr(line, at + 2)
				inside = 0
			}
			at = index(line, "/*")
			if (at == 0) break
			kept = substr(line, 1, at - 1)
			line = substr(line, at + 2)
			inside = 1
		}
		print NR ":" line
		kept = ""
	}' "$1"
}

# shape FILES: lines, columns, functions, nesting, blanks.
shape() {
	awk '
	function say(what) { print "shape: " FILENAME ":" FNR ": " what }
	function columns(text,   at, width) {
		for (at = 1; at <= length(text); at++)
			if (substr(text, at, 1) == "\t")
				width += 8 - width % 8
			else
				width++
		return width
	}
	FNR == 451 { say("more than 450 lines") }
	columns($0) > 80 { say("more than 80 columns") }
	/[ \t]$/ { say("blank at the end of the line") }
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start + 1 > 45)
			say("a function of " FNR - start + 1 " lines")
		start = 0
	}
	start && /^\t\t\t\t\t+[a-z]/ { say("nested more than three deep") }
	' "$@" >>"$broken"
}

# Every header stands beside its source and is guarded by its path.
headers() {
	for file in $(find lib -name '*.c' -o -name '*.cc'); do
		[ -f "${file%.*}.h" ] ||
			echo "headers: $file has none" >>"$broken"
	done
	for file in $(find lib -name '*.h'); do
		guard=$(echo "${file#lib/}" | tr 'a-z/.' 'A-Z__')
		grep -qx "#ifndef $guard" "$file" &&
		    grep -qx "#define $guard" "$file" ||
			echo "headers: $file: the guard is $guard" >>"$broken"
	done
}

# Nothing static that changes: no object but three has such data (the level of
# the log is set once, as a program starts).
statics() {
	for file in $product; do
		object=$BUILD/${file%.*}.o
		[ -f "$object" ] && [ "$object" -nt "$file" ] || continue
		case $file in
		lib/base/log.c|lib/base/log.c|lib/web/gate.c|lib/mail/imap_cache.c|*.h|*.cc)
			continue ;;
		esac
		objdump -t "$object" | awk -v file="$file" '
		NF > 3 && $(NF - 2) ~ /^\.(data|bss)$/ && $2 != "d" && $3 != "d" {
			print "statics: " file ": " $NF " can change"
		}' >>"$broken"
	done
}

# Where packages were taken from, and where somebody's clone lies.
foreign() {
	git ls-files | grep -v '^tests/laws.sh$' | xargs grep -nIE \
	    '"resolved": *"http|//registry\.|/home/[a-z]+/' |
	    sed 's/^/foreign: /' >>"$broken"
	git ls-files | xargs grep -nIF "$PWD/" |
	    sed 's/^/foreign: /' >>"$broken"
	git ls-files | grep -v '^tests/laws.sh$' | xargs grep -nIwE \
	    'TODO|FIXME|XXX|HACK' | sed 's/^/unfinished: /' >>"$broken"
}

# shellcheck disable=SC2086 # one word a file
{
law memory 'lib/base/arena\.c' \
    '\<(malloc|calloc|realloc|free|strdup|strndup|asprintf|alloca)\(' $product
law environment 'lib/base/config\.c|lib/web/gate\.c' \
    '\<(secure_)?getenv\(|\<environ\>' $product
law curl 'lib/net/.*' 'curl/|\<curl_' $product
law fcgi 'lib/web/gate\.c' 'fcgi(app|_stdio|_config)|FCGX_' $product
law openssl 'lib/crypt/.*' '<openssl/' $product
law json 'lib/data/json\.c' '<json|\<json_object_' $product
law ctemplate 'lib/web/page\.cc' 'ctemplate/' $product
law functions - '\<(strcpy|strcat|strncat|sprintf|vsprintf|atoi|atol|atoll)\(' \
    $ours
law functions - '\<(strtok|strtok_r|gets|scanf|sscanf|system|popen)\(' $ours
law ctype - '\<(is(alpha|digit|alnum|space|upper|lower|print|xdigit)|to(upper|lower))\(' \
    $product
law goto - '\<goto\>' $ours
law typedef - '\<typedef (struct|enum|union)\>' $ours
law comment - '(^|[^:])//' $ours
shape $ours
}
headers
statics
foreign
sort -u "$broken"
[ ! -s "$broken" ] || exit 1
echo "laws: kept"
