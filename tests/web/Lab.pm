# SPDX-License-Identifier: Apache-2.0
# A place for tests with real servers: a folder of its own with configuration
# and databases, programs that are started, waited for and stopped by their
# pid, and curl. Everything listens on loopback, on ports that were free.
package Lab;
use strict;
use warnings;
use Clock qw(now);
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep);

our @EXPORT_OK = qw(configure curl fcgi find free_port header lab program
    running serve slurp spawn spew stop until_true vigia);

my $top   = abs_path($ENV{top_srcdir}   || '.');
my $build = abs_path($ENV{top_builddir} || '.');
my @wrap  = split ' ', $ENV{VIGIA_WRAP} || '';
my $lab   = tempdir('vigia-lab.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $owner = $$;
my %running;    # pid => its name

# A web server that was started by root serves as somebody else.
chmod 0755, $lab;
delete @ENV{qw(VIGIA_DATABASE XDG_CONFIG_HOME XDG_DATA_HOME)};
@ENV{qw(HOME TZ LC_ALL)} = ($lab, 'UTC', 'C.UTF-8');
$SIG{PIPE} = 'IGNORE';

sub lab { return @_ ? "$lab/$_[0]" : $lab }
sub top { return $top }

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}

sub spew {
    my ($file, @text) = @_;
    open my $out, '>:raw', $file or die "$file: $!";
    print $out @text;
    close $out or die "$file: $!";
    return $file;
}

# The first of the named programs that is installed; undef.
sub find {
    for my $name (@_) {
        for my $folder (split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin') {
            return "$folder/$name" if -x "$folder/$name";
        }
    }
    return;
}

# A program of ours, as a list to run; empty when it was not built.
sub program {
    my ($name) = @_;
    my $file = $name eq 'vigia' && $ENV{VIGIA} || "$build/$name";
    return -x $file ? (@wrap, $file) : ();
}

# Looks until the sub answers something true, and answers that; undef when
# the seconds have passed (30 unless told, more below a wrapper).
sub until_true {
    my ($what, $seconds) = @_;
    my $end = now + ($seconds || 30) * (@wrap ? 10 : 1);
    while (1) {
        my $found = $what->();
        return $found if $found;
        return if now > $end;
        sleep 0.01;
    }
}

# ---- processes

# Starts a program; what it prints goes to LAB/NAME.out and LAB/NAME.err.
sub spawn {
    my ($name, @command) = @_;
    my $pid = fork;
    die "fork: $!" unless defined $pid;
    if (!$pid) {
        open STDIN,  '<', '/dev/null';
        open STDOUT, '>', "$lab/$name.out";
        open STDERR, '>', "$lab/$name.err";
        $SIG{PIPE} = 'DEFAULT';
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    $running{$pid} = $name;
    return $pid;
}

sub running {
    my ($pid) = @_;
    return 0 unless $running{$pid};
    return 1 if waitpid($pid, WNOHANG) == 0;
    delete $running{$pid};
    return 0;
}

# Stops what spawn() has started; answers its wait status, undef when it had
# to be killed.
sub stop {
    my ($pid, $signal) = @_;
    return unless delete $running{$pid};
    my $status;
    kill $signal || 'TERM', $pid;
    my $gone = until_true(
        sub {
            my $got = waitpid $pid, WNOHANG;
            $status = $? if $got == $pid;
            return $got;
        }
    );
    return $status if $gone;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

END {
    local $?;
    if ($$ == $owner) {
        stop($_) for keys %running;
        chdir '/';    # out of the folder, which is removed now
    }
}

# A port that nobody has; somebody may take it before it is used.
sub free_port {
    my $socket = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', Listen => 1, Proto => 'tcp'
    ) or die "no port: $!";
    return $socket->sockport;
}

# ---- vigia

# A configuration file from { section => { key => value } }. Sockets are open
# to all, because web servers run as somebody else when the test is root's.
sub configure {
    my ($name, %sections) = @_;
    $sections{fcgi}{mode} ||= '0666';
    my $text = '';
    for my $section (sort keys %sections) {
        $text .= "[$section]\n";
        $text .= "$_ = $sections{$section}{$_}\n"
            for sort keys %{ $sections{$section} };
    }
    return spew("$lab/$name.conf", $text);
}

# Runs the command line on LAB/NAME.db; answers what it printed, undef when
# it failed.
sub vigia {
    my ($name, @words) = @_;
    open my $out, '-|', program('vigia'), '-d', "$lab/$name.db", @words
        or die "vigia: $!";
    local $/;
    my $text = <$out>;
    close $out or return;
    return defined $text ? $text : '';
}

# Both start a service on LAB/NAME.db, with LAB/NAME.conf when there is one,
# and answer { pid, url } or { pid, socket } when it is ready; dies with what
# it said when it is not.
sub service {
    my ($name, $program, $ready, @words) = @_;
    my @command = program($program) or die "there is no program $program\n";
    my $conf    = "$lab/$name.conf";
    push @command, '-c', $conf if -e $conf;
    my $pid = spawn($name, @command, '-d', "$lab/$name.db", @words);
    my $got = until_true(sub { $ready->() || !running($pid) && 'gone' }, 30);
    return ($pid, $got) if $got && $got ne 'gone';
    die "$program: ", slurp("$lab/$name.err") || 'not ready', "\n";
}

sub serve {
    my ($name, @words) = @_;
    unlink "$lab/$name.out";
    my $ready = sub {
        slurp("$lab/$name.out") =~ m{^listening on (http://\S+)\n}
            and return $1;
        return;
    };
    my ($pid, $url) =
        service($name, 'vigia-serve', $ready, '--listen', '127.0.0.1:0',
        @words);
    return { pid => $pid, url => $url };
}

sub fcgi {
    my ($name, @words) = @_;
    my $socket = "$lab/$name.sock";
    my $ready  = sub { IO::Socket::UNIX->new(Peer => $socket) && 1 };
    my ($pid)  =
        service($name, 'vigia.fcgi', $ready, '--socket', $socket, @words);
    return { pid => $pid, socket => $socket };
}

# ---- curl

sub header {
    my ($head, $name) = @_;
    return $head =~ /^\Q$name\E: *([^\r\n]*)/mi ? $1 : undef;
}

# curl(URL, options...): { status, type, id, head, body }; a status of 0 is
# no answer. "id" is undef when the answer is not from our program.
sub curl {
    my ($url, @options) = @_;
    my ($head, $body) = ("$lab/curl.head", "$lab/curl.body");
    unlink $head, $body;
    open my $out, '-|', 'curl', '-q', '-s', '--http1.1', '--max-time', '60',
        '--noproxy', '*', '-D', $head, '-o', $body, '-w', '%{http_code}',
        @options, $url
        or die "curl: $!";
    my $status = <$out>;
    close $out;
    # The last head only: "100 Continue" and redirects come before it.
    my $last = (split /\r\n\r\n/, slurp($head))[-1];
    $last = '' unless defined $last;
    return {
        status => 0 + ($status || 0),
        head   => $last,
        body   => slurp($body),
        type   => scalar header($last, 'Content-Type'),
        id     => scalar header($last, 'X-Request-Id'),
    };
}

1;
