# shellcheck shell=sh
# Sourced by the web servers beside it: Postern's files and settings in
# DIR/lighttpd, nginx, apache or caddy ($here).  All is copied there, since the web
# server's user may not see where it was built.
#
# The programs' configuration is DIR/settings, NAME=value lines; BASE_URL and
# ENCRYPTION_KEY_FILE are added where that has none.

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$top/$build ;;
esac
PATH=$PATH:/usr/sbin:/sbin

copy() {
	[ -d "$build/cgi-bin" ] || die "no programs in $build: make all"
	touch "$dir/settings"
	mkdir -p "$here/programs" "$here/share" "$here/sockets" "$here/uploads"
	for program in "$build"/cgi-bin/* "$build/postern"; do
		[ -f "$program" ] || continue
		# A running program is replaced, never written to.
		install -m 755 "$program" "$here/programs/"
	done
	[ -z "${OWN_KEYS:-}" ] || own_keys
	cp -R "$top/templates" "$here/"
	cp -R "$top/htdocs" "$here/share/"
	for file in "$top"/deploy/lighttpd/* "$top"/deploy/nginx/* \
	    "$top"/deploy/apache/* "$top"/deploy/caddy/*; do
		installed=$here/share/${file#"$top"/deploy/}
		mkdir -p "${installed%/*}"
		as_installed "${file#"$top"/deploy/}" >"$installed"
	done
	chmod -R a+rX "$here/share"
	! is_root || chown "$(web_user)" "$here/sockets" "$here/uploads"
}

# OWN_KEYS=1: no program has but the keys derived for it.
own_keys() {
	mkdir -p "$here/whole" "$here/keys"
	openssl rand -base64 32 >"$here/key"
	chmod 400 "$here/key"
	for program in "$here"/programs/*; do
		name=${program##*/}
		[ "$name" != postern ] || continue
		mv "$program" "$here/whole/"
		rm -f "$here/keys/$name"
		[ "$name" = well-known ] || env -i \
		    ENCRYPTION_KEY_FILE="$here/key" BASE_URL=http://localhost \
		    "$here/programs/postern" keys --for="$name" \
		    --file="$here/keys/$name" >/dev/null || die "no keys: $name"
		cat >"$program" <<-.
		#!/bin/sh
		: \${ENCRYPTION_KEY_FILE=$here/keys/$name}
		export ENCRYPTION_KEY_FILE
		exec $here/whole/$name
		.
		chmod 755 "$program"
	done
	! is_root || chown "$(web_user)" "$here/keys"/*
}

setting() {
	sed -n "s/^$1=//p" "$dir/settings" | tail -n 1
}

key() {
	key_file
}

key_file() {
	[ -z "$(setting ENCRYPTION_KEY_FILE)" ] || return 0
	[ -z "$(setting ENCRYPTION_KEY)" ] || return 0
	[ -f "$here/key" ] || (umask 277 && openssl rand -base64 32 >"$here/key")
	! is_root || chown "$(web_user)" "$here/key"
	echo "ENCRYPTION_KEY_FILE=$here/key"
}

settings() {
	cat "$dir/settings"
	key
	[ -n "$(setting RUN_DIR)" ] || echo "RUN_DIR=$here/sockets"
	# The tests call one mailbox as fast as they can.
	[ -n "$(setting RATE_CALLS)" ] || echo "RATE_CALLS=0"
	[ -n "$(setting RATE_SENDS)" ] || echo "RATE_SENDS=0"
	[ -n "$(setting BASE_URL)" ] || echo "BASE_URL=http://127.0.0.1:$port"
}

# What an attempt needs: a port, an empty log, the programs' settings.
prepare() {
	port=${PORT:-$(free_ports 1)}
	: >"$here/log"
	! is_root || chown "$(web_user)" "$here/log"
	(umask 077 && settings >"$here/postern.conf")
	! is_root || chown "$(web_user)" "$here/postern.conf"
	rm -f "$here/pid"
}

# as_installed FILE: a file of deploy/ with the paths it has here.
as_installed() {
	sed "s,/usr/local/lib/postern/cgi-bin,$here/programs,
	    s,/usr/local/share/postern,$here/share,
	    s,/etc/postern,$here,; s,/run/postern,$here/sockets,
	    s,/var/log/[a-z]*/postern.log,$here/access.log,
	    $(unlimited)
	    $(workers)" "$top/deploy/$1"
}

# WORKERS is how many of mcp lighttpd starts, where deploy/ has four.
workers() {
	[ -z "${WORKERS-}" ] || printf '%s' "/programs + \"\\/mcp\"/,/max-procs/" \
	    "s/=> 4/=> $WORKERS/"
}

# One address asks for more than any person: so LIMITED=1 only has the limits
# that nginx is given.
unlimited() {
	[ -n "${LIMITED-}" ] || echo 's,rate=[0-9]*r/m,rate=6000r/s,'
}

# chosen NAME: of the ways that a file includes, that one.
chosen() {
	sed -E "s,^([	 ]*)#?([Ii]nclude .*/[a-z]+\.conf)$,\1#\2,
	    s,^([	 ]*)#([Ii]nclude .*/$1\.conf)$,\1\2,"
}

# spawned COMMAND [SECONDS]: deploy/spawn for the workers in this folder, for
# so long at most.
spawned() {
	POSTERN_CONF=$here/postern.conf POSTERN_PROGRAMS=$here/programs \
	    POSTERN_USER=$(web_user) POSTERN_LOG=$here/log \
	    RUN_DIR=$here/sockets timeout "${2:-60}" \
	    "$top/deploy/spawn/postern-workers" "$1"
}

# In the ten seconds that any server has here; then their watchers are killed.
stop_spawned() {
	[ -f "$here/sockets/mcp.pid" ] || return 0
	spawned stop 10 || {
		for file in "$here"/sockets/*.pid; do
			pid=$(cat "$file")
			pkill -KILL -P "$pid" || :
			kill -KILL "$pid" 2>/dev/null || :
		done
		rm -f "$here"/sockets/*.pid
	}
}

# site_start NAME: calls attempt, and notes what a test asks for.
site_start() {
	mkdir -p "$here"
	chmod 755 "$here"
	copy
	attempts attempt || {
		cat "$here/log" >&2
		die "$1 does not start"
	}
	base=$(sed -n 's/^BASE_URL=//p' "$here/postern.conf" | tail -n 1)
	note TEST_BASE_URL "$base"
	note TEST_HTTP_PORT "$port"
	note TEST_POSTERN_CONF "$here/postern.conf"
	note TEST_POSTERN "$here/programs/postern"
	note TEST_HTTP_LOG "$here/log"
	note TEST_HTTP_PID "$(tr -d ' \n' <"$here/pid")"
}
