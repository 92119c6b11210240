#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# How long a good client of the HTTP listener waits for a predict: alone,
# beside 500 connections that are silent, and beside 500 more that send their
# requests byte by byte and never end them. Each predict is stored before it
# is answered, so the disk is in all three.
#
# peers.pl [REQUESTS]   (2000 unless told)
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../web";
use Clock qw(now);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;

use constant { CROWD => 500, GOAL_MS => 20 };

my $build    = $ENV{top_builddir} || '.';
my $serve    = $ENV{VIGIA_SERVE}  || "$build/vigia-serve";
my $requests = shift // 2000;
my $dir      = tempdir('vigia-bench.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $owner    = $$;
my @children;

if (!-x $serve) {
    print "skipped: there is no program $serve\n";
    exit;
}
$| = 1;
$SIG{PIPE} = 'IGNORE';
delete $ENV{VIGIA_DATABASE};
$ENV{XDG_CONFIG_HOME} = $dir;

END {
    if ($$ == $owner) {
        local $?;
        kill TERM => @children;
        waitpid $_, 0 for @children;
    }
}

sub start_server {
    pipe my $out, my $in or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>&', $in or die "pipe: $!";
        exec $serve, '-d', "$dir/v.db", '--listen', '127.0.0.1:0'
            or die "$serve: $!";
    }
    push @children, $pid;
    close $in;
    return <$out> =~ /:(\d+)$/ ? $1 : die "$serve does not start\n";
}

my $port = start_server();

sub connected {
    return IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 10)
        || die "cannot connect: $!\n";
}

# Sends a POST and waits for the whole answer, which it returns.
sub post {
    my ($socket, $path, $body) = @_;
    my $answer = '';
    syswrite $socket, "POST $path HTTP/1.1\r\nHost: localhost\r\n"
        . 'Content-Length: '
        . length($body)
        . "\r\n\r\n$body";
    while (1) {
        sysread $socket, $answer, 65536, length $answer
            or die "the server has closed the connection\n";
        my ($head, $rest) = split /\r\n\r\n/, $answer, 2;
        return $rest
            if defined $rest
            && $head =~ /^Content-Length: (\d+)/mi
            && length $rest == $1;
    }
}

# A process that keeps so many peers, who send a byte each now and then
# unless they are silent; those that are dropped come again.
sub start_crowd {
    my ($silent) = @_;
    my $pid = fork // die "fork: $!";
    if ($pid) {
        push @children, $pid;
        return;
    }
    my @peers = map { connected() } 1 .. CROWD;
    syswrite $_, "GET /health/ HTTP/1.1\r\nX-Slow: " for @peers;
    while (1) {
        for (@peers) {
            next if $silent ? !IO::Select->new($_)->can_read(0)
                : defined syswrite $_, 'x';
            $_ = connected();
            syswrite $_, "GET /health/ HTTP/1.1\r\nX-Slow: ";
        }
        select undef, undef, undef, 0.05;
    }
}

sub connections {
    open my $in, '<', "/proc/$children[0]/net/tcp" or return 0;
    my $end = sprintf ':%04X ', $port;
    return scalar grep { /^\s*\d+: \w+\Q$end\E\w+:\w+ 01/ } <$in>;
}

sub measure {
    my ($what, $peers) = @_;
    my $until = now + 20;
    select undef, undef, undef, 0.01
        while connections() < $peers && now < $until;
    my $socket = connected();
    my @ms;
    for (1 .. $requests) {
        my $began = now;
        post($socket, '/PUMP-7/predict', '{"value":10}') eq 'false'
            or die "predict is not false\n";
        push @ms, 1000 * (now - $began);
    }
    @ms = sort { $a <=> $b } @ms;
    my $p99 = $ms[ int(@ms * 0.99) ];
    printf "%-32s %5d connections  p50 %6.2f  p99 %6.2f  max %6.2f ms%s\n",
        $what, connections(), $ms[ @ms / 2 ], $p99, $ms[-1],
        $p99 < GOAL_MS ? '' : '  (over ' . GOAL_MS . ')';
}

post(connected(), '/PUMP-7/fit', '{"values":[10,5,6,9]}');
measure('alone', 0);
start_crowd(1);
measure('beside ' . CROWD . ' silent peers', CROWD);
start_crowd(0);
measure('... and ' . CROWD . ' of a byte at a time', 2 * CROWD);
