# SPDX-License-Identifier: Apache-2.0
# A client of HTTP/1.1 that keeps its connection and is cheap enough to load a
# service with. It knows answers with a Content-Length or in chunks, which is
# what our program and the servers before it send.
package Wire;
use strict;
use warnings;
use IO::Socket::INET;

# Wire->new('http://127.0.0.1:8080/prefix'); undef when nobody listens.
sub new {
    my ($class, $url) = @_;
    my ($host, $port, $prefix) = $url =~ m{^http://([^:/]+):(\d+)(.*)$}
        or die "not an address: $url";
    my $socket = IO::Socket::INET->new(
        PeerAddr => $host, PeerPort => $port, Proto => 'tcp'
    ) or return;
    return bless { socket => $socket, host => "$host:$port",
        prefix => $prefix, rest => '' }, $class;
}

sub socket { return $_[0]{socket} }

# The bytes of a request; a body is JSON.
sub text {
    my ($self, $method, $target, $body) = @_;
    my $head = "$method $self->{prefix}$target HTTP/1.1\r\n"
        . "Host: $self->{host}\r\n";
    $head .= "Content-Type: application/json\r\nContent-Length: "
        . length($body) . "\r\n"
        if defined $body;
    return "$head\r\n" . (defined $body ? $body : '');
}

sub send {
    my ($self, @request) = @_;
    return $self->put($self->text(@request));
}

# Sends bytes, which may be many: $_[1] is not copied.
sub put {
    my ($self) = @_;
    my $sent = 0;
    while ($sent < length $_[1]) {
        my $n = syswrite $self->{socket}, $_[1], length($_[1]) - $sent, $sent
            or return 0;
        $sent += $n;
    }
    return 1;
}

# Reads once what is there, false at the end of the connection.
sub more {
    my ($self) = @_;
    return sysread $self->{socket}, $self->{rest}, 65536,
        length $self->{rest};
}

# The answer, when all of it has been read: (status, body); else nothing.
sub answer {
    my ($self) = @_;
    my $head = index $self->{rest}, "\r\n\r\n";
    return if $head < 0;
    my $lines    = substr $self->{rest}, 0, $head;
    my ($status) = $lines =~ m{^HTTP/1\.1 (\d+)} or die "no answer: $lines";
    my ($length) = $lines =~ /^content-length:\s*(\d+)/mi;
    if (defined $length) {
        return if length $self->{rest} < $head + 4 + $length;
        my $body = substr $self->{rest}, $head + 4, $length;
        substr $self->{rest}, 0, $head + 4 + $length, '';
        return ($status, $body);
    }
    my ($at, $body) = ($head + 4, '');
    while (1) {
        my $end = index $self->{rest}, "\r\n", $at;
        return if $end < 0;
        my $size = hex substr $self->{rest}, $at, $end - $at;
        return if length $self->{rest} < $end + 2 + $size + 2;
        $body .= substr $self->{rest}, $end + 2, $size;
        $at = $end + 2 + $size + 2;
        last if $size == 0;
    }
    substr $self->{rest}, 0, $at, '';
    return ($status, $body);
}

# Sends and waits; nothing when the connection ended instead.
sub ask {
    my ($self, @request) = @_;
    $self->send(@request) or return;
    return $self->receive;
}

# Waits for the answer; nothing when the connection ended instead.
sub receive {
    my ($self) = @_;
    while (1) {
        my @answer = $self->answer;
        return @answer if @answer;
        $self->more or return;
    }
}

1;
