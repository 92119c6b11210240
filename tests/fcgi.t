#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# vigia.fcgi without a web server: the protocol, peers that are slow, silent
# or rude, signals, and the sockets it is started with. Needs libfcgi's
# program only; skipped where it was not built.
use strict;
use warnings;
use lib ($ENV{top_srcdir} || '.') . '/tests/web';
use Clock qw(now);
use Fcntl qw(:flock F_SETFD);
use FastCGI;
use IO::Socket::UNIX;
use JSON::PP qw(decode_json);
use Lab qw(configure fcgi find lab program running slurp spawn spew stop
    until_true);
use POSIX ();
use Socket qw(SOL_SOCKET SO_RCVBUF SOCK_STREAM);
use Test::More;

plan skip_all => 'vigia.fcgi was not built' unless program('vigia.fcgi');

use constant {
    CROWD => 200,      # peers of one manner
    LIMIT => 65536,    # [rest] body_max, in bytes
};

my @slow = (rest => { body_max => '64K' }, fcgi => { read_timeout => '1s' });
my $golden = '{"values":[10,5,6,9]}';

sub connection {
    my ($service) = @_;
    return FastCGI->new($service->{socket}) || die "no connection: $!";
}

sub status {
    my ($answer) = @_;
    return $answer ? $answer->{status} : 'none';
}

# Ends a service, and says whether it ended as it should.
sub ends_well {
    my ($service) = @_;
    my $status = stop($service->{pid});
    return defined $status && $status == 0;
}

# Starts a program that should refuse; answers exit status and message.
sub refused {
    my @words = @_;
    my $pid = spawn('refused', program('vigia.fcgi'), @words);
    until_true(sub { !running($pid) }) or stop($pid);
    return ($? >> 8, slurp(lab('refused.err')) . slurp(lab('refused.out')));
}

# ---- requests

sub requests {
    configure('plain');
    my $service = fcgi('plain');
    my $c       = connection($service);
    my $a       = $c->ask(POST => '/s1/fit', $golden);
    is(status($a), 200, 'a fit');
    is(decode_json($a->{body})->{mean}, 7.5, '... has its mean');
    is($c->ask(POST => '/s1/predict', '{"value":10}')->{body},
        'false', 'a predict on the same connection is the bare false');
    is($c->ask(POST => '/s1/predict', '{"value":13}')->{body},
        'true', 'an alert is the bare true');
    is(decode_json($c->ask(POST => '/s1/adjust')->{body})->{mean},
        8.25, 'an adjust without a body');
    $a = $c->ask(GET => '/s1/weights', undef, id => 513);
    is($a->{id}, 513, 'the answer has the id of its request');
    is(length $a->{body}, $a->{headers}{'content-length'}, '... its length');
    ok($a->{headers}{'x-request-id'}, '... and a request id');
    my $tag  = $a->{headers}{etag};
    my $size = length $a->{body};
    $a = $c->ask(HEAD => '/s1/weights');
    is("$a->{status} $a->{headers}{'content-length'} " . length $a->{body},
        "200 $size 0", 'HEAD announces the body only');
    $a = $c->ask(GET => '/s1/weights', undef,
        params => { HTTP_IF_NONE_MATCH => $tag });
    is("$a->{status} $a->{body}", '304 ', 'a 304 has no body');
    is(status($c->ask(GET => '/s2/weights')), 404, 'an error is an answer');

    $c->send(FastCGI::request(GET => '/health/', undef, id => 1)
            . FastCGI::request(POST => '/s1/predict', '{"value":1}', id => 2));
    is(join(' ', map { status($_) . ":$_->{id}" } $c->answer, $c->answer),
        '200:1 200:2', 'two requests in one piece are answered in turn');

    $c->send(FastCGI::request(GET => '/health/', undef, flags => 0));
    is(status($c->answer), 200, 'a request without keep-alive');
    ok($c->closed, '... ends its connection');
    $c = connection($service);
    my $bytes = FastCGI::request(POST => '/s1/predict', '{"value":2}');
    $c->send($_) for split //, $bytes;
    is(status($c->answer), 200, 'a request may come byte by byte');
    ok(ends_well($service), 'SIGTERM ends it with 0');
    is(-s lab('plain.db-wal') || 0, 0, '... and the log is in the database');
    ok(!-e $service->{socket}, '... and its socket is gone');
}

sub protocol {
    configure('rude', @slow);
    my $service = fcgi('rude');
    my $c       = connection($service);
    $c->ask(POST => '/s1/fit', $golden);

    $c->send(FastCGI::begin(9, 1) . FastCGI::record(2, 9));
    is(($c->next_record)[0], FastCGI::T_END, 'an abort is acknowledged');
    is(status($c->ask(GET => '/health/')), 200, '... and the next is served');
    $c->send(FastCGI::record(9, 0, FastCGI::pair('FCGI_MPXS_CONNS', '')));
    is(($c->next_record)[2], FastCGI::pair('FCGI_MPXS_CONNS', '0'),
        'GET_VALUES says that requests do not mix');
    $c->send(FastCGI::begin(1, 1, 2));
    is($c->answer->{protocol}, 3, 'another role is refused');

    my $a = $c->ask(POST => '/s1/fit', 'x' x (LIMIT + 1));
    is(status($a), 413, 'a body that is too long is 413');
    $a = $c->ask(POST => '/s1/predict', '{"value":1}',
        params => { CONTENT_LENGTH => 12 });
    is(status($a), 400, 'a body that was cut off is 400');
    like($a->{body}, qr/Content-Length/, '... which says what to look at');
    is(status($c->ask(GET => '/health/', undef,
                params => { REQUEST_URI => '' })),
        400, 'without REQUEST_URI there is no answer but 400');
    $a = $c->ask(GET => '/s1/weights', undef,
        params => { REMOTE_ADDR => '' });
    isnt(status($a), 200, 'who has no address is no neighbour');

    for (['HTTP', "GET / HTTP/1.1\r\n\r\n"],
        ['a length of 2 GiB',
            FastCGI::begin(1, 1)
                . FastCGI::record(4, 1, "\xff\xff\xff\xff\xff\xff\xff\xff")
                . FastCGI::record(4, 1)],
        ['too many params',
            FastCGI::begin(1, 1) . FastCGI::record(4, 1, 'x' x 60000) x 2],
    ) {
        my ($name, $bytes) = @$_;
        my $rude = connection($service);
        $rude->send($bytes);
        ok($rude->closed, "$name ends the connection");
    }
    is(status($c->ask(GET => '/health/')), 200, '... and only that one');
    ok(ends_well($service), 'and the service ends well');
}

# ---- peers

# Whether so many requests are answered as they should be.
sub answered {
    my ($c, $count) = @_;
    for (1 .. $count) {
        my $a = $c->ask(POST => '/s1/predict', '{"value":10}');
        return 0 unless $a && $a->{body} eq 'false';
    }
    return 1;
}

sub crowd {
    my ($service, $bytes) = @_;
    my @crowd = map { connection($service) } 1 .. CROWD;
    $_->send($bytes) for @crowd;
    return @crowd;
}

sub peers {
    configure('slow', @slow);
    my $service = fcgi('slow');
    my $good    = connection($service);
    $good->ask(POST => '/s1/fit', $golden);
    my $request = FastCGI::request(GET => '/openapi.json');
    my $kept    = connection($service);
    $kept->ask(GET => '/health/');
    my %crowds = (
        'silent'            => [crowd($service, '')],
        'of one byte'       => [crowd($service, "\1")],
        'of half a request' => [crowd($service, substr $request, 0, 50)],
    );
    # Answers that nobody reads, more than the kernel holds.
    my $deaf = connection($service);
    setsockopt $deaf->{socket}, SOL_SOCKET, SO_RCVBUF, 1024;
    $deaf->send($request x 64);
    my $trickle = connection($service);

    my ($served, $end) = (1, now + 2.5);
    while ($served && now < $end) {
        $served = answered($good, 20);
        $trickle->send("\1");
    }
    ok($served, 'beside them a good client is answered');
    ok(!(grep { !$_->closed } @{ $crowds{$_} }), "peers $_ are dropped")
        for sort keys %crowds;
    ok($trickle->closed, 'so is one that sends a byte now and then');
    ok($deaf->closed, 'so is one that does not take its answer');
    my $got = () = $deaf->{bytes} =~ /Status: 200/g;
    ok($got > 0 && $got < 64, "... after $got of 64");
    is(status($kept->ask(GET => '/health/')), 200,
        'one that is silent between two requests may stay');
    ok(ends_well($service), 'and the service ends well');
}

# Fewer descriptors than peers.
sub full_house {
    my $socket = lab('full.sock');
    my $pid = spawn('full', 'sh', '-c', 'ulimit -n 200; exec "$@"', 'sh',
        program('vigia.fcgi'), '-d', lab('full.db'), '--socket', $socket);
    my $service = { pid => $pid, socket => $socket };
    until_true(sub { FastCGI->new($socket) });
    my @crowd = crowd($service, '');
    my $good  = connection($service);
    is(status($good->ask(POST => '/s1/fit', $golden)), 200,
        'when the house is full, who is silent makes way');
    ok(answered($good, 50), '... and the guest may stay');
    ok(ends_well($service), '... and the service ends well');
}

sub resident {
    my ($pid) = @_;
    return slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m ? $1 : 0;
}

sub names {
    # The address sanitizer would keep what is freed.
    local $ENV{ASAN_OPTIONS} =
        join ':', $ENV{ASAN_OPTIONS} || (), 'quarantine_size_mb=1';
    configure('names');
    my $service = fcgi('names');
    my $c       = connection($service);
    my $before;
    my $n = $ENV{VIGIA_WRAP} ? 500 : 20_000;
    for my $i (1 .. $n) {
        my $a = $c->ask(POST => "/unknown-$i/predict", '{"value":1}');
        $a && $a->{status} == 404 or BAIL_OUT("not a 404 at $i");
        $before = resident($service->{pid}) if $i == $n / 2;
    }
    my $grown = resident($service->{pid}) - $before;
    ok($grown < 1024, "unknown names take no memory ($grown KiB)");
    ok(ends_well($service), '... and the service ends well');
}

# ---- the lock

# Holds the write lock as another process would, until it is closed.
sub write_lock {
    my ($name) = @_;
    open my $lock, '+<', lab("$name.db.lock") or die "lock: $!";
    flock $lock, LOCK_EX or die "flock: $!";
    return $lock;
}

sub busy {
    my $predict = FastCGI::request(POST => '/s1/predict', '{"value":10}');
    configure('busy', database => { busy_timeout => '10m' });
    my $service = fcgi('busy');
    my ($writer, $reader) = map { connection($service) } 1 .. 2;
    $writer->ask(POST => '/s1/fit', $golden);
    my $lock = write_lock('busy');
    $writer->send($predict);
    is(status($reader->ask(GET => '/s1/weights')), 200,
        'while another process writes, a reader is answered');
    close $lock;
    is(status($writer->answer), 200, '... and the writer after it');
    ok(ends_well($service), 'and the service ends well');

    configure('busy', database => { busy_timeout => '200ms' });
    $service = fcgi('busy');
    $writer  = connection($service);
    $lock    = write_lock('busy');
    $writer->send($predict);
    my $a = $writer->answer;
    is(status($a), 503, 'who has waited long enough is told');
    ok($a->{headers}{'retry-after'}, '... when to come again');
    close $lock;
    ok(ends_well($service), 'and the service ends well');
}

# A disk whose sync fails, which strace plays.
sub broken_disk {
    my $strace = find('strace');
    my $service = fcgi('broken');
    my $c = connection($service);
    $c->ask(POST => '/s1/fit', $golden);
    my $tracer = $strace && spawn('strace', $strace, '-p', $service->{pid},
        '-e', 'trace=fdatasync,fsync', '-e',
        'inject=fdatasync,fsync:error=EIO');
    my $attached = $tracer && until_true(sub {
        return slurp(lab('strace.err')) =~ /attached/ ? 1
            : running($tracer) ? 0 : 'gone';
    });
SKIP: {
        skip 'strace cannot make a sync fail here', 4
            unless $attached && $attached ne 'gone';
        # Both wait for the lock, and have been read when the third is
        # answered: so they share the turn.
        my ($d, $other) = map { connection($service) } 1 .. 2;
        my $lock = write_lock('broken');
        $_->send(FastCGI::request(POST => '/s1/predict', '{"value":10}'))
            for $c, $d;
        $other->ask(GET => '/health/live');
        close $lock;
        is(join(' ', map { status($_->answer) } $c, $d), '503 503',
            'when a sync fails nobody is told that it is stored');
        ok(until_true(sub { !running($service->{pid}) }),
            '... and the service ends at once');
        is($? >> 8, 74, '... with the status of a failed disk');
        stop($tracer);
        $service = fcgi('broken');
        is(status(connection($service)->ask(GET => '/s1/weights')), 200,
            '... and a new one finds what was acknowledged before');
    }
    ok(ends_well($service), 'and the service ends well');
}

# ---- signals

sub in_flight {
    configure('flight');
    my $service = fcgi('flight');
    my @clients = map { connection($service) } 1 .. 16;
    $clients[0]->ask(POST => '/s1/fit', $golden);
    $_->ask(GET => '/health/') for @clients;
    my $half = connection($service);
    $half->send(FastCGI::begin(1, 1));
    my $idle = connection($service);
    my $lock = write_lock('flight');
    $_->send(FastCGI::request(POST => '/s1/predict', '{"value":10}'))
        for @clients;
    kill 'TERM', $service->{pid};
    ok($idle->closed, 'who asks nothing is let go by SIGTERM');
    close $lock;
    is(scalar(grep { my $a = $_->answer; $a && $a->{body} eq 'false' }
                @clients),
        16, '... and what was sent before is answered');
    ok(ends_well($service), '... and the service ends with 0');
    ok(!FastCGI->new($service->{socket}), '... and listens no more');
}

sub reload {
    configure('reload', rest => { body_max => '1K' });
    my $service = fcgi('reload');
    my $c       = connection($service);
    my $body    = '{"values":[' . join(',', (1) x 1000) . ']}';
    is(status($c->ask(POST => '/s1/fit', $body)), 413, 'a limit of before');
    configure('reload', rest => { body_max => '64K' });
    kill 'HUP', $service->{pid};
    ok(until_true(sub { slurp(lab('reload.err')) =~ /read again/ }),
        'SIGHUP reads the configuration again');
    is(status($c->ask(POST => '/s1/fit', $body)), 200, '... and it counts');
    configure('reload', rest => { body_mix => '1K' });
    kill 'HUP', $service->{pid};
    ok(until_true(sub { slurp(lab('reload.err')) =~ /body_max/ }),
        'a mistake in it is named');
    is(status($c->ask(POST => '/s1/fit', $body)), 200,
        '... and leaves it as it was');
    ok(ends_well($service), 'and the service ends well');
}

# ---- sockets

sub sockets {
    configure('one', fcgi => { mode => '0640' });
    my $service = fcgi('one');
    is((stat $service->{socket})[2] & 0777, 0640, 'the mode is as configured');
    my ($rc, $said) =
        refused('-d', lab('one.db'), '--socket', lab('other.sock'));
    is($rc, 75, 'a second service of the database is refused');
    like($said, qr/served already, by process $service->{pid}/,
        '... with a sentence');
    ok(!-e lab('other.sock'), '... before it has made a socket');
    symlink lab('one.db'), lab('link.db');
    ($rc) = refused('-d', lab('link.db'), '--socket', lab('other.sock'));
    is($rc, 75, '... also by another name');
    ($rc, $said) =
        refused('-d', lab('two.db'), '--socket', $service->{socket});
    is($rc, 69, 'a socket at which somebody listens is not taken');
    like($said, qr/listens at .* already/, '... with a sentence');
    is(status(connection($service)->ask(GET => '/health/')), 200,
        '... and goes on working');

    kill 'KILL', $service->{pid};
    until_true(sub { !running($service->{pid}) });
    ok(-S $service->{socket}, 'who is killed leaves a socket behind');
    $service = eval { fcgi('one') };
    ok($service, '... which is replaced') or return;
    is(status(connection($service)->ask(GET => '/health/')), 200,
        '... by one that works');
    ok(ends_well($service), '... and the service ends well');

    spew(lab('file'), 'mine');
    ($rc, $said) = refused('-d', lab('two.db'), '--socket', lab('file'));
    is("$rc " . slurp(lab('file')), '73 mine', 'a file is left alone');
    ($rc) = refused('-d', lab('two.db'), '--socket', '/' . 'x' x 200);
    is($rc, 64, 'a path that is too long');
    configure('group', fcgi => { group => 'no-such-group' });
    ($rc, $said) = refused('-c', lab('group.conf'), '-d', lab('two.db'),
        '--socket', lab('g.sock'));
    is($rc, 78, 'a group that is not there');
    like($said, qr/no-such-group/, '... is named');
    ok(!-e lab('g.sock'), '... before there is a socket');
}

# Starts it with a listening socket as that descriptor.
sub inherited {
    my ($name, $fd, @env) = @_;
    my $path = lab("$name.sock");
    my $listener = IO::Socket::UNIX->new(
        Type => SOCK_STREAM, Local => $path, Listen => 8
    ) or die "listen: $!";
    my $pid = fork;
    if (!$pid) {
        fcntl $listener, F_SETFD, 0;    # in case it is that one already
        POSIX::dup2(fileno $listener, $fd);
        open STDERR, '>', lab("$name.err");
        exec 'sh', '-c', "@env exec \"\$@\"", 'sh', program('vigia.fcgi'),
            '-d', lab("$name.db")
            or POSIX::_exit(127);
    }
    my $c = FastCGI->new($path);
    is(status($c->ask(GET => '/health/')), 200,
        "a listener on descriptor $fd is served");
    kill 'TERM', $pid;
    waitpid $pid, 0;
    is($?, 0, '... until SIGTERM');
    ok(-S $path, '... and stays where it is');
}

# The variables are set by the shell, which becomes the program: its pid is
# that of systemd's child.
sub handed_over {
    inherited('zero', 0);
    inherited('three', 3, 'LISTEN_FDS=1 LISTEN_PID=$$ ; export LISTEN_FDS',
        'LISTEN_PID;');
    local $ENV{LISTEN_FDS} = 1;
    local $ENV{LISTEN_PID} = 1;
    configure('other');
    my $service = eval { fcgi('other') };
    ok($service && ends_well($service),
        'what was handed to another process does not count');
}

sub words {
    my ($rc, $said) = refused('--help');
    is($rc, 0, '--help');
    like($said, qr/--socket PATH/, '... names the socket');
    ($rc, $said) = refused('--version');
    like($said, qr/^vigia\.fcgi \d/, '--version');
    ($rc, $said) = refused('--nonsense');
    is($rc, 64, 'an unknown option');
    ($rc, $said) = refused('-d', '/no/such/folder/v.db');
    isnt($rc, 0, 'a database that cannot be made');
}

requests();
protocol();
peers();
full_house();
names();
busy();
broken_disk();
in_flight();
reload();
sockets();
handed_over();
words();
done_testing();
