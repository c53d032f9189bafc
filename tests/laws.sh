#!/bin/sh
# Refuses what must never be in the sources: each duty outside its one home,
# functions that invite errors, files and functions that grew too long, and
# what is not the project's.  Prints each place; exits 1 if there is one.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
product=$(find lib deploy $([ ! -d cgi ] || echo cgi) -name '*.[ch]' -o -name '*.cc' | sort)
ours="$product $(find tests -name '*.[ch]' | sort)"
stripped=$(mktemp -d) || exit 1
broken=$stripped/broken
trap 'rm -rf "$stripped"' EXIT
trap 'exit 1' HUP INT TERM
: >"$broken"

# strip FILES: their lines without comments and texts in stripped/lines, and
# where each stands, line by line, in stripped/places.
strip() {
	awk -v lines="$stripped/lines" -v places="$stripped/places" '
	FNR == 1 { inside = 0 }
	{
		line = $0
		kept = ""
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
		print line >lines
		print FILENAME ":" FNR >places
	}' "$@"
}

# law NAME HOMES WHERE PATTERN: in files whose paths the expression WHERE
# matches, the pattern stands nowhere but in HOMES, an expression for paths.
law() {
	grep -nE "$4" "$stripped/lines" |
	    name=$1 homes="^($2):" where="^($3)" awk '
	BEGIN {
		name = ENVIRON["name"]
		homes = ENVIRON["homes"]
		where = ENVIRON["where"]
	}
	NR == FNR { place[FNR] = $0; next }
	{
		at = substr($0, 1, index($0, ":") - 1)
		if (place[at] ~ where && place[at] !~ homes)
			print name ": " place[at] substr($0, length(at) + 1)
	}' "$stripped/places" - >>"$broken"
}

# shape FILES: lines, columns, functions, nesting, blanks.  There are awks that
# know bytes only: of a character in UTF-8 the first one is counted.
shape() {
	LC_ALL=C awk '
	function say(what) { print "shape: " FILENAME ":" FNR ": " what }
	function columns(text,   at, width) {
		for (at = 1; at <= length(text); at++)
			if (substr(text, at, 1) == "\t")
				width += 8 - width % 8
			else if (substr(text, at, 1) !~ /[\200-\277]/)
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
	find lib -name '*.h' | sort | xargs awk '
	function judge() {
		if (guard != "" && found != 2)
			print "headers: " path ": the guard is " guard
	}
	FNR == 1 {
		judge()
		path = FILENAME
		guard = toupper(substr(path, 5))
		gsub(/[\/.]/, "_", guard)
		found = 0
	}
	$0 == "#ifndef " guard || $0 == "#define " guard { found++ }
	END { judge() }' >>"$broken"
}

# Nothing static that changes: no object but six has such data (the level of
# the log, and what was found in libcurl and OpenSSL, are set once).
statics() {
	for file in $product; do
		object=$BUILD/${file%.*}.o
		case $file in
		lib/base/log.c|lib/base/quit.c|lib/crypt/digest.c| \
		lib/net/libcurl.c|lib/web/gate.c|lib/mail/imap_cache.c|*.h|*.cc)
			continue ;;
		esac
		[ ! -f "$object" ] || [ ! "$object" -nt "$file" ] ||
			echo "$object"
	done | xargs -r objdump -t | awk '
	/file format/ { object = $1 }
	NF > 3 && $(NF - 2) ~ /^\.(data|bss)$/ && $2 != "d" && $3 != "d" {
		print "statics: " object " " $NF " can change"
	}' >>"$broken"
}

# What only the conformance suite calls for (tests/fixtures) is in no program
# that is installed.
fixtures() {
	for program in "$BUILD"/cgi-bin/* "$BUILD/postern"; do
		[ ! -f "$program" ] || ! grep -qaE 'test_[a-z]+_|test://' \
		    "$program" || echo "fixtures: in $program" >>"$broken"
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
strip $ours
# shellcheck disable=SC2086
shape $ours
product_places='lib/|deploy/|cgi/'
all="$product_places|tests/"
law memory 'lib/base/arena\.c' "$product_places" \
    '\<(malloc|calloc|realloc|free|strdup|strndup|asprintf|alloca)\('
law environment 'lib/base/config\.c|lib/web/gate\.c' "$product_places" \
    '\<(secure_)?getenv\(|\<environ\>'
law curl 'lib/net/.*' "$product_places" 'curl/|\<curl_'
law fcgi 'lib/web/gate\.c' "$product_places" 'fcgi(app|_stdio|_config)|FCGX_'
law openssl 'lib/crypt/.*' "$product_places" '<openssl/'
law json 'lib/data/json\.c' "$product_places" '<json|\<json_object_'
law ctemplate 'lib/web/page\.cc' "$product_places" 'ctemplate/'
law functions - "$all" \
    '\<(strcpy|strcat|strncat|sprintf|vsprintf|atoi|atol|atoll)\('
law functions - "$all" '\<(strtok|strtok_r|gets|scanf|sscanf|system|popen)\('
law ctype - "$product_places" \
    '\<(is(alpha|digit|alnum|space|upper|lower|print|xdigit)|to(upper|lower))\('
law goto - "$all" '\<goto\>'
law typedef - "$all" '\<typedef (struct|enum|union)\>'
law comment - "$all" '(^|[^:])//'
headers
statics
foreign
fixtures
sort -u "$broken"
[ ! -s "$broken" ] || exit 1
echo "laws: kept"
