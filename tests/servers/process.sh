# shellcheck shell=sh
# Sourced by the scripts beside it: folders, ports and processes of a run.
# A run's folder holds all its servers write; what a caller needs to know is
# in its file "env", one NAME='value' a line.

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# What makes a command root's: nothing, or sudo, that may ask for a password
# where somebody can type it.
root_command() {
	if is_root; then
		return
	elif [ -t 0 ]; then
		echo sudo
	else
		echo "sudo -n"
	fi
}

# Who holds mailboxes, and who runs the web server and the programs: when root
# starts them, neither is root.
mail_user() {
	if is_root; then echo mail; else id -un; fi
}

web_user() {
	if is_root; then echo www-data; else id -un; fi
}

# as_web_user COMMAND...: runs it as that one.
as_web_user() {
	if is_root; then
		setpriv --reuid="$(web_user)" --regid="$(id -gn "$(web_user)")" \
		    --clear-groups "$@"
	else
		"$@"
	fi
}

# A new folder with a short path (sockets have 107 bytes) that those two reach.
new_folder() {
	for base in "${TMPDIR:-/tmp}" /tmp; do
		folder=$(mktemp -d "$base/postern.XXXXXX") || continue
		chmod 711 "$folder"
		if ! is_root || setpriv --reuid=nobody --clear-groups \
		    sh -c 'cd "$1"' sh "$folder" 2>/dev/null; then
			echo "$folder"
			return
		fi
		rmdir "$folder"
	done
	echo "${0##*/}: other users reach no folder below ${TMPDIR:-/tmp} or" \
	    "/tmp: see the modes of these and of /" >&2
	return 1
}

# free_ports N: so many ports of 127.0.0.1 that nobody listens on, outside the
# range that outgoing connections are given: those of FIRST_PORT and after it
# if they are free, else any.
free_ports() {
	perl -MIO::Socket::INET -e '
		my (%held, @ports);
		sub hold {
			$held{$_[0]} = IO::Socket::INET->new(Listen => 1,
			    LocalAddr => "127.0.0.1", LocalPort => $_[0]);
			push @ports, $_[0] if $held{$_[0]};
		}
		my ($n, $first) = @ARGV;
		hold($first + $_) for $first ? (0 .. $n - 1) : ();
		while (@ports < $n) {
			my $port = 10000 + int(rand(22000));
			hold($port) unless $held{$port};
		}
		print "@ports\n";' "$1" "${FIRST_PORT-}"
}

# wait_port PORT: until somebody listens there; 20 seconds at most.
wait_port() {
	perl -MIO::Socket::INET -e '
		for (1 .. 400) {
			exit 0 if IO::Socket::INET->new(
			    PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]);
			select(undef, undef, undef, 0.05);
		}
		exit 1;' "$1"
}

# wait_file FILE: until it is there and not empty; 10 seconds at most.
wait_file() {
	tries=200
	while [ ! -s "$1" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# stop_pid FILE: ends the process whose id the file holds, and waits for that;
# after 10 seconds it is killed.
stop_pid() {
	[ -s "$1" ] || return 0
	pid=$(tr -d ' \n' <"$1")
	${as_root-} kill -TERM "$pid" 2>/dev/null || return 0
	tries=200
	while ${as_root-} kill -0 "$pid" 2>/dev/null; do
		tries=$((tries - 1))
		if [ $tries = 0 ]; then
			${as_root-} kill -KILL "$pid"
			return
		fi
		sleep 0.05
	done
}

# note NAME VALUE: tells the caller, in the run's env.
note() {
	echo "$1='$2'" >>"$dir/env"
}

# attempts COMMAND: three tries, since another may take a port that was free.
attempts() {
	"$@" || "$@" || "$@"
}
