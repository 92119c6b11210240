#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The built-in HTTP listener: what it makes of HTTP, and of peers that are
# slow, silent, malformed or greedy, while a good client goes on being
# answered.
use strict;
use warnings;
use lib ($ENV{top_srcdir} || '.') . '/tests/web';
use Clock qw(now);
use Fcntl qw(LOCK_EX);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Select;
use IO::Socket::INET;
use JSON::PP qw(decode_json);
use Socket qw(IPPROTO_TCP SO_LINGER SO_RCVBUF SOL_SOCKET TCP_NODELAY);
use Test::More;

my $build = $ENV{top_builddir} || '.';
my $serve = $ENV{VIGIA_SERVE}  || "$build/vigia-serve";
my $vigia = $ENV{VIGIA}        || "$build/vigia";

plan skip_all => "there is no program $serve" unless -x $serve;

use constant {
    PATIENCE     => 60,       # seconds until anything at all has failed
    READ_TIMEOUT => 1,        # seconds, of the configuration below
    BODY_MAX     => 65536,    # bytes, likewise
    CROWD        => 500,      # peers of one manner
    NAMES        => 100_000,
};

my $dir = tempdir('vigia-serve.XXXXXX', TMPDIR => 1, CLEANUP => 1);
delete @ENV{qw(VIGIA_DATABASE HTTP_PROXY http_proxy)};
$ENV{HOME} = $ENV{XDG_CONFIG_HOME} = $ENV{XDG_DATA_HOME} = $dir;
$SIG{PIPE} = 'IGNORE';

my $config = "$dir/vigia.conf";
write_file($config, <<"END");
[database]
busy_timeout = 10m
[rest]
body_max = 64K
body_total = 1M
[fcgi]
read_timeout = @{[READ_TIMEOUT]}s
END

sub write_file {
    my ($name, $text) = @_;
    open my $out, '>', $name or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
}

sub read_file {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!";
    local $/;
    return scalar <$in>;
}

# ---- servers

my %running;    # by process id

# start(@command): waits until it listens; its process and port.
sub start {
    my @command = @_;
    pipe my $read, my $write or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>&', $write      or die;
        open STDERR, '>>', "$dir/log" or die;
        exec @command or die "$command[0]: $!";
    }
    close $write;
    $running{$pid} = 1;
    my $line = IO::Select->new($read)->can_read(PATIENCE) ? <$read> : undef;
    BAIL_OUT("@command: " . read_file("$dir/log"))
        unless defined $line && $line =~ m{^listening on http://\S+:(\d+)$};
    return ($pid, $1);
}

# The exit status of a process that is to end, or -1.
sub ended {
    my ($pid) = @_;
    my $until = now + PATIENCE;
    while (now < $until) {
        if (waitpid($pid, 1) == $pid) {    # WNOHANG
            delete $running{$pid};
            return $? & 127 ? "signal $?" : $? >> 8;
        }
        select undef, undef, undef, 0.01;
    }
    return -1;
}

END { local $?; kill KILL => keys %running }

# run(@command): exit status and all it says.
sub run {
    my @command = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        exec @command or exit 127;
    }
    local $/;
    my $said = <$out>;
    close $out;
    return ($? >> 8, $said // '');
}

# ---- clients

my $port;

# A socket with what has come from it and is not taken yet: in the socket, for
# by its name that would be found by a later one at the same address.
sub connected {
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port",
        Timeout => PATIENCE)
        or die "cannot connect: $!";
    $socket->autoflush(1);
    *$socket->{rest} = '';
    return $socket;
}

# More bytes from the socket; false at its end, or after so many seconds.
sub more {
    my ($socket, $seconds) = @_;
    return 0 unless IO::Select->new($socket)->can_read($seconds // PATIENCE);
    return sysread($socket, *$socket->{rest}, 65536, length *$socket->{rest});
}

# The next answer: { status, headers, body }; undef when there is none.
sub answer {
    my ($socket, $no_body) = @_;
    my $rest = \*$socket->{rest};
    until ($$rest =~ /\r\n\r\n/) { more($socket) or return }
    $$rest =~ s/\AHTTP\/1\.[01] (\d+)[^\r]*\r\n(.*?)\r\n\r\n//s
        or $$rest =~ s/\AHTTP\/1\.1 (\d+)[^\r]*()\r\n\r\n//s
        or return;
    my %answer = (status => $1, headers => {}, body => '');
    for (split /\r\n/, $2) {
        my ($name, $value) = split /: */, $_, 2;
        $answer{headers}{ lc $name } = $value;
    }
    my $length = $no_body ? 0 : $answer{headers}{'content-length'} // 0;
    while (length $$rest < $length) { more($socket) or return }
    $answer{body} = substr $$rest, 0, $length, '';
    return \%answer;
}

# True when the server has closed, within so many seconds.
sub closed {
    my ($socket, $seconds) = @_;
    my $until = now + $seconds;
    while (now < $until) {
        next unless IO::Select->new($socket)->can_read($until - now);
        my $n = sysread $socket, my $bytes, 65536;
        return 1 unless $n;
    }
    return 0;
}

# request(LINE, \%headers, body): its bytes.
sub request {
    my ($line, $headers, $body) = @_;
    my %all = (Host => 'localhost', %{ $headers || {} });
    $all{'Content-Length'} //= length $body if defined $body;
    return "$line HTTP/1.1\r\n"
        . join('', map {"$_: $all{$_}\r\n"} sort keys %all)
        . "\r\n"
        . ($body // '');
}

# ask(BYTES): the answer on a connection of its own.
sub ask {
    my ($bytes, @more) = @_;
    my $socket = connected();
    print $socket $bytes;
    return answer($socket, @more) || { status => 'none', body => '' };
}

sub http {
    return HTTP::Tiny->new(timeout => PATIENCE,
        default_headers => { 'Content-Type' => 'application/json' });
}

# Seconds that a good client waits for an answer.
sub good_client {
    my ($http) = @_;
    my $began = now;
    my $got   = $http->post("http://127.0.0.1:$port/PUMP-7/predict",
        { content => '{"value":10}' });
    return now - $began if $got->{content} eq 'false';
    diag("a good client was told $got->{status} $got->{content}");
    return PATIENCE;
}

# The slowest of n requests of a good client.
sub slowest {
    my ($n)     = @_;
    my $http    = http();
    my $slowest = 0;
    for (1 .. $n) {
        my $seconds = good_client($http);
        $slowest = $seconds if $seconds > $slowest;
    }
    return $slowest;
}

sub resident_kib {
    my ($pid) = @_;
    return read_file("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m ? $1 : 0;
}

# ---- the tests

my @serve = ($serve, '-c', $config);
my $pid;
($pid, $port) = start(@serve, '-d', "$dir/v.db", '--listen', '127.0.0.1:0');
ok($port, 'it says where it listens');

subtest 'the sensor routes' => sub {
    my $http = http();
    my $base = "http://127.0.0.1:$port/PUMP-7";
    my $fit  = $http->post("$base/fit", { content => '{"values":[10,5,6,9]}' });
    is($fit->{status}, 200, 'fit');
    my $weights = decode_json($http->get("$base/weights")->{content});
    is($weights->{mean}, 7.5, 'weights: the mean');
    is($weights->{std}, 2.3804761428476167, '... and the deviation');
    my $predict = $http->post("$base/predict", { content => '{"value":10}' });
    is($predict->{content}, 'false', 'predict is a bare false');
    is($predict->{headers}{'content-type'}, 'application/json', '... in JSON');
    my $adjust = $http->post("$base/adjust");
    is(decode_json($adjust->{content})->{mean}, 8.25, 'adjust');
    is($http->get("http://127.0.0.1:$port/$_")->{status}, 200, "GET /$_")
        for qw(health/ health v1/models v1/history v1/changes metrics
        openapi.json docs redoc);
};

subtest 'connections' => sub {
    my $socket = connected();
    for my $n (1, 2, 3) {
        print $socket request('GET /health/');
        is(answer($socket)->{body}, '{"status":"ok"}', "request $n on one");
    }
    print $socket request('GET /health/'), request('GET /PUMP-7/weights'),
        request('POST /PUMP-7/predict', {}, '{"value":100}'),
        request('GET /health/');
    my @got = map { answer($socket) } 1 .. 4;
    is("@{[map { $_->{status} } @got]}", '200 200 200 200', 'four at once');
    is($got[2]{body}, 'true', '... are answered in their order');
    is($got[3]{headers}{'content-length'}, 15, '... with their lengths');

    print $socket request('GET /health/', { Connection => 'close' });
    is(answer($socket)->{status}, 200, 'the last one');
    ok(closed($socket, PATIENCE), '... closes it');
    is(ask("GET /health/ HTTP/1.0\r\n\r\n")->{status}, 200, 'HTTP/1.0');
};

subtest 'bodies' => sub {
    my $chunked = request('POST /PUMP-7/predict',
        { 'Transfer-Encoding' => 'chunked' });
    is(ask("${chunked}8\r\n{\"value\"\r\n4;x=y\r\n:10}\r\n0\r\n\r\n")->{body},
        'false', 'in chunks');
    isnt(ask("${chunked}zz\r\nhello\r\n0\r\n\r\n")->{status}, 200,
        'a chunk without a length is refused');

    is(ask(request('POST /PUMP-8/fit',
            { 'If-Match' => '', 'Content-Type' => '' },
            '{"values":[1,2]}'))->{status},
        200, 'an empty header is none, as with FastCGI');
    is(ask(request('POST /PUMP-8/fit', { 'Idempotency-Key' => '' },
            '{"values":[1,2]}'))->{status},
        400, '... but for a key, which is a bad one');

    my $socket = connected();
    print $socket request('POST /PUMP-7/predict',
        { Expect => '100-continue', 'Content-Length' => 12 });
    is(answer($socket, 1)->{status}, 100, 'who asks first is told to go on');
    print $socket '{"value":10}';
    is(answer($socket)->{body}, 'false', '... and answered');
};

subtest 'bodies that are too long' => sub {
    my $long = ' ' x (BODY_MAX + 1);
    my $got  = ask(request('POST /PUMP-7/predict',
            { Expect => '100-continue', 'Content-Length' => BODY_MAX + 1 }));
    is($got->{status}, 413, 'who asks first is told not to go on');

    my $socket = connected();
    print $socket request('POST /PUMP-7/predict', {}, $long);
    $got = answer($socket);
    is($got->{status}, 413, 'one that is sent');
    is($got->{headers}{'content-type'}, 'application/problem+json',
        '... with a problem document');
    like($got->{headers}{'x-request-id'} // '', qr/./, '... and an id');
    print $socket request('GET /health/');
    is(answer($socket)->{status}, 200, '... and the connection goes on');

    print $socket request('POST /PUMP-7/predict',
        { 'Transfer-Encoding' => 'chunked' }),
        (sprintf("%x\r\n%s\r\n", 32768, ' ' x 32768)) x 3, "0\r\n\r\n";
    is(answer($socket)->{status}, 413, 'one in chunks');
    is( ask(request('POST /x/fit', { 'Content-Length' => 1 << 40 }))->{status},
        413, 'a terabyte is refused before it is sent');

    $socket = connected();
    print $socket request('POST /x/fit', { 'Transfer-Encoding' => 'chunked' });
    my $chunk = sprintf "%x\r\n%s\r\n", 65536, ' ' x 65536;
    my $sent  = 0;
    $sent++ while $sent < 1000 && syswrite $socket, $chunk;
    cmp_ok($sent, '<', 1000, 'chunks without end are cut off');
};

subtest 'targets' => sub {
    my %status = (
        '/%50UMP%2d7/weights'           => 200,
        'http://else.where/health/'     => 200,
        'http://else.where:80/health'   => 200,
        '/PUMP-7/weights?version=1'     => 200,
        '/PUMP%2F7/weights'             => 400,
        '/PUMP%2f7/weights'             => 400,
        '/PUMP-7/%2e%2e/PUMP-7/weights' => 400,
        '/PUMP-7/../PUMP-7/weights'     => 400,
        '/PUMP-7//weights'              => 400,
        '/PUMP%00/weights'              => 400,
        '/PUMP%0d%0aX/weights'          => 400,
        '/PUMP%zz/weights'              => 400,
        '/PUMP%ff/weights'              => 400,
        '/PUMP%252F7/weights'           => 404,
    );
    for my $target (sort keys %status) {
        is(ask(request("GET $target"))->{status}, $status{$target}, $target);
    }
    for my $bytes (2049, 5000, 20000, 100_000) {
        like(ask(request('GET /' . 'x' x $bytes))->{status}, qr/^4/,
            "a target of $bytes bytes is refused");
    }
};

subtest 'methods' => sub {
    my $get  = ask(request('GET /PUMP-7/weights'));
    my $head = connected();
    print $head request('HEAD /PUMP-7/weights');
    my $got = answer($head, 1);
    is($got->{status}, 200, 'HEAD');
    is($got->{headers}{$_}, $get->{headers}{$_}, "... has the $_ of GET")
        for qw(content-length content-type etag);
    print $head request('GET /health/');
    is(answer($head)->{body}, '{"status":"ok"}', '... and no body');

    for my $method (qw(BREW PUT OPTIONS get)) {
        my $refused = ask(request("$method /PUMP-7/weights"));
        is($refused->{status}, 405, "$method is refused");
        like($refused->{headers}{allow} // '', qr/\bGET\b/, '... naming GET');
    }
};

subtest 'what is no HTTP' => sub {
    my %bytes = (
        'a bad header'     => "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        'no Host'          => "GET /health/ HTTP/1.1\r\n\r\n",
        'a negative length' =>
            request('POST /x/fit', { 'Content-Length' => -1 }),
        'a length of words' =>
            request('POST /x/fit', { 'Content-Length' => 'ten' }),
        'headers without end' => request('GET /health/',
            { map { ("X-$_" => 'x' x 1000) } 1 .. 100 }),
        'one endless header' =>
            request('GET /health/', { 'X-Long' => 'x' x 100_000 }),
        'bytes'      => join('', map {chr} 0 .. 255) . "\r\n\r\n",
        'TLS'        => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        'empty lines' => "\r\n" x 100 . "x\r\n\r\n",
    );
    for my $what (sort keys %bytes) {
        unlike(ask($bytes{$what})->{status}, qr/^[25]/, "$what is refused");
    }
    # What servers before us may read in another way: it could hide a second
    # request, so it is refused, and nothing after it is read.
    my $two    = "GET /health/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n";
    my $hidden = request('GET /health/');
    my %unclear = (
        'two lengths' => "POST /PUMP-7/predict HTTP/1.1\r\nHost: x\r\n"
            . "Content-Length: 12\r\nContent-Length: 40\r\n\r\n{\"value\":10}",
        'a length beside chunks' => request('POST /PUMP-7/predict',
            { 'Transfer-Encoding' => 'chunked', 'Content-Length' => 5 })
            . "0\r\n\r\n",
        'another coding' => request('POST /PUMP-7/predict',
            { 'Transfer-Encoding' => 'gzip, chunked' }),
        'two hosts' => $two,
    );
    for my $what (sort keys %unclear) {
        my $socket = connected();
        print $socket $unclear{$what}, $hidden;
        my $got = answer($socket) || { status => 'none', headers => {} };
        is($got->{status}, 400, "$what: refused");
        is($got->{headers}{'content-type'}, 'application/problem+json',
            '... in a problem document');
        is(answer($socket), undef, '... and nothing else is answered');
    }
    for my $half ('', 'GET', "GET / HTTP/1.1\r\nHo",
        request('POST /PUMP-7/predict', { 'Content-Length' => 100 }, '{')) {
        my $socket = connected();
        print $socket $half;
        close $socket;
    }
    cmp_ok(slowest(1), '<', PATIENCE, 'halves of requests harm nobody');
};

subtest 'slow peers' => sub {
    my $socket = connected();
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
    for my $byte (split //, request('GET /health/')) {
        syswrite $socket, $byte;
    }
    is(answer($socket)->{status}, 200, 'byte by byte is a request');

    # One that sends a byte now and then is not silent, and dropped all the
    # same, wherever it is in its request.
    for my $begin ("GET /health/ HTTP/1.1\r\nX-Slow: ",
        request('POST /PUMP-7/predict', { 'Content-Length' => 60000 })) {
        my $slow = connected();
        print $slow $begin;
        my $until = now + PATIENCE;
        until (closed($slow, 0.1) || now > $until) {
            syswrite $slow, 'x';
        }
        cmp_ok(now, '<', $until, 'a trickle is cut off');
    }

    my @silent = map { connected() } 1 .. CROWD;
    my @bytes  = map { connected() } 1 .. CROWD;
    syswrite $_, 'G' for @bytes;
    my $slowest = slowest(50);
    cmp_ok($slowest, '<', PATIENCE, 'a good client is answered beside a thousand');
    diag(sprintf 'slowest of 50 beside %d silent and %d of one byte: %.1f ms',
        CROWD, CROWD, 1000 * $slowest);
    is(scalar(grep { !closed($_, PATIENCE) } @silent, @bytes), 0,
        '... and they are dropped');
};

subtest 'a peer that never reads' => sub {
    my @deaf = map { connected() } 1 .. 20;
    for (@deaf) {
        setsockopt $_, SOL_SOCKET, SO_RCVBUF, pack 'i', 2048;
        $_->blocking(0);
        syswrite $_, request('GET /openapi.json') x 2000;
    }
    cmp_ok(slowest(50), '<', PATIENCE, 'a good client is answered beside it');
    my $until = now + PATIENCE;
    my $left  = @deaf;
    while ($left && now < $until) {
        # Without reading, writing is what tells that the peer has gone.
        $left = grep { defined syswrite($_, ' ') || $!{EAGAIN} } @deaf;
        select undef, undef, undef, 0.05;
    }
    is($left, 0, '... and it is dropped');
};

use constant PREDICT => request('POST /PUMP-7/predict', {}, '{"value":10}');

# Closes the connection with a reset.
sub leave {
    my ($socket) = @_;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
    close $socket;
}

# True when the service stands in line for the lock of its database.
sub waits_for_lock {
    my $until = now + PATIENCE;
    until (read_file('/proc/locks') =~ /-> FLOCK +\w+ +WRITE $pid /) {
        return 0 if now > $until;
        select undef, undef, undef, 0.001;
    }
    return 1;
}

subtest 'peers that leave' => sub {
    my @peers = map { connected() } 1 .. CROWD;
    for my $i (0 .. $#peers + 8) {
        print { $peers[$i] } PREDICT if $i < @peers;
        leave($peers[ $i - 8 ]) if $i >= 8;
    }
    cmp_ok(slowest(10), '<', PATIENCE, 'a good client is answered behind them');

    # The service reads nothing while it stands in line for the lock, a tenth
    # of a second at a time: then it finds these requests with their resets.
    # Each is answered at once, or the service would drop those that wait.
    @peers = ();
    for (1 .. 20) {
        my $peer = connected();
        print $peer PREDICT;
        answer($peer) or die 'no answer';
        push @peers, $peer;
    }
    open my $lock, '<', "$dir/v.db.lock" or die "lock: $!";
    flock $lock, LOCK_EX or die "flock: $!";
    my $patient = connected();
    print $patient PREDICT;
    ok(waits_for_lock(), 'one waits for the lock');
    for my $peer (@peers) {
        print $peer PREDICT;
        leave($peer);
    }
    is(ask(request('GET /PUMP-7/weights'))->{status}, 200,
        'others come and leave; who only reads is answered');
    close $lock;
    is(answer($patient)->{body}, 'false', 'then who waits');
};

subtest 'many names' => sub {
    my ($batch, $n, %status) = (100, 0);
    my $socket = connected();
    my $ask    = sub {
        print $socket
            map { request("GET /no-such-$_/weights") } $n + 1 .. $n + $batch;
        $status{ answer($socket)->{status} }++ for 1 .. $batch;
        $n += $batch;
    };
    $ask->() while $n < NAMES / 10;
    my $before = resident_kib($pid);
    $ask->() while $n < NAMES;
    my $after = resident_kib($pid);
    is_deeply(\%status, { 404 => NAMES }, 'names that nobody knows are 404');
    diag("resident: $before KiB before, $after KiB after");
SKIP: {
        skip 'a sanitizer keeps what is freed', 1
            if read_file("/proc/$pid/maps") =~ /libasan/;
        cmp_ok($after - $before, '<', 4096, '... and take no memory');
    }
};

subtest 'programs' => sub {
    my ($status, $said) =
        run(@serve, '-d', "$dir/w.db", '--listen', "127.0.0.1:$port");
    is($status, 69, 'a port in use');
    like($said, qr/^vigia-serve: .*\b$port\b.*\n\z/, '... is a sentence');
    ($status, $said) =
        run(@serve, '-d', "$dir/v.db", '--listen', '127.0.0.1:0');
    is($status, 75, 'a second service on a database');
    like($said, qr/^vigia-serve: .*v\.db.*\n\z/, '... is a sentence');
    ($status, $said) = run($serve, '--help');
    is($status, 0, '--help');
    like($said, qr/--listen HOST:PORT/, '... names the option');
    ($status, $said) = run($serve, '--version');
    like($said, qr/^vigia-serve \d/, '--version');
    for my $words ('--listne x', '--listen', 'word', '-x', '--listen here') {
        ($status, $said) = run(@serve, '-d', "$dir/w.db", split ' ', $words);
        is($status, 64, "vigia-serve $words");
        like($said, qr/^vigia-serve: .+\n\z/, '... is a sentence');
    }
};

subtest 'the usual database' => sub {
    local $ENV{XDG_DATA_HOME} = "$dir/data";
    my ($status, $said) = run(@serve, '--listen', "127.0.0.1:$port");
    plan skip_all => 'that of the machine is used'
        unless -e "$dir/data/vigia" || $said =~ /\Q$dir\E/;
    is($status, 69, 'only the port is in the way');
    ok(-e "$dir/data/vigia/vigia.db", 'it is made with its folder');
};

subtest 'vigia serve' => sub {
    plan skip_all => "there is no program $vigia" unless -x $vigia;
    plan skip_all => "$serve does not lie beside it"
        unless -x ($vigia =~ s{[^/]*\z}{vigia-serve}r);
    my ($other) = start($vigia, '-c', $config, '-d', "$dir/w.db", 'serve',
        '--listen=127.0.0.1:0');
    kill TERM => $other;
    is(ended($other), 0, 'becomes vigia-serve, and ends when it is told');
    mkdir "$dir/bin";
    copy($vigia, "$dir/bin/vigia") or die "copy: $!";
    chmod 0755, "$dir/bin/vigia";
    my ($status, $said) = run("$dir/bin/vigia", '-c', $config, 'serve',
        '--listen', '127.0.0.1:no');
SKIP: {
        skip 'it is installed', 2 if $said =~ /^vigia-serve: /;
        is($status, 69, 'without vigia-serve');
        is($said,
            "vigia: vigia-serve is not installed: install the package "
                . "vigia-serve\n",
            '... it names the package');
    }
};

subtest 'signals' => sub {
    write_file($config, "[rest]\nbody_max = lots\n");
    kill HUP => $pid;
    my $until = now + PATIENCE;
    until (read_file("$dir/log") =~ /body_max/ || now > $until) {
        good_client(http());
    }
    like(read_file("$dir/log"), qr/^vigia-serve: .*body_max/m,
        'a configuration with a mistake is told');
    cmp_ok(slowest(1), '<', PATIENCE, '... and the one before stays');

    # Some are idle, some half, some whole: those are answered.
    my @idle = map { connected() } 1 .. 16;
    my @half = map { connected() } 1 .. 16;
    print {$_} 'POST /PUMP-7/pre' for @half;
    my @whole = map { connected() } 1 .. 16;
    print {$_} request('POST /PUMP-7/predict', {}, '{"value":100}') for @whole;
    kill TERM => $pid;
    is(scalar(grep { (answer($_) || { body => '' })->{body} eq 'true' } @whole),
        16, 'requests in flight are answered');
    is(ended($pid), 0, '... and it ends');
    is(read_file("$dir/log") =~ s/^vigia-serve: .*body_max.*\n//mr, '',
        'nothing else was logged');
};

done_testing();
