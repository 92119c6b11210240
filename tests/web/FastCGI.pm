# SPDX-License-Identifier: Apache-2.0
# A small FastCGI client for the tests: records by hand, so that they can be
# wrong, too, and a socket that is never read or written behind the test's
# back. Every wait has a deadline.
package FastCGI;
use strict;
use warnings;
use Clock qw(now);
use IO::Select;
use IO::Socket::UNIX;

use constant {
    T_BEGIN => 1, T_ABORT => 2, T_END => 3, T_PARAMS => 4, T_STDIN => 5,
    T_STDOUT => 6, T_GET_VALUES => 9, T_GET_VALUES_RESULT => 10,
    T_UNKNOWN_TYPE => 11,
    RESPONDER => 1, KEEP => 1,
};

our $PATIENCE = 60;    # seconds to wait for anything

# ---- records ----

# record(type, id, content, padding)
sub record {
    my ($type, $id, $content, $padding) = @_;
    $content = '' unless defined $content;
    $padding ||= 0;
    return pack('CCnnCx', 1, $type, $id, length $content, $padding)
        . $content . "\0" x $padding;
}

sub begin {
    my ($id, $flags, $role) = @_;
    return record(T_BEGIN, $id,
        pack('nCx5', defined $role ? $role : RESPONDER, $flags));
}

sub pair {
    my ($name, $value) = @_;
    return join('', map { $_ < 128 ? chr : pack('N', $_ | 0x80000000) }
            length $name, length $value) . $name . $value;
}

# What a web server sends for a request.
sub params {
    my ($method, $target, $body, %more) = @_;
    my %p = (
        REQUEST_METHOD => $method, REQUEST_URI => $target,
        REMOTE_ADDR => '127.0.0.1', SERVER_PROTOCOL => 'HTTP/1.1',
        CONTENT_LENGTH => defined $body && length $body ? length $body : '',
        HTTP_HOST => 'localhost', %more,
    );
    return map { pair($_, $p{$_}) } sort keys %p;
}

# All records of a request; of => {id, flags, params}.
sub request {
    my ($method, $target, $body, %of) = @_;
    my $id = $of{id} || 1;
    my $flags = defined $of{flags} ? $of{flags} : KEEP;
    my $out = begin($id, $flags);
    $out .= record(T_PARAMS, $id,
        join('', params($method, $target, $body, %{ $of{params} || {} })));
    $out .= record(T_PARAMS, $id);
    my $rest = defined $body ? $body : '';
    $out .= record(T_STDIN, $id, substr($rest, 0, 65528, ''))
        while length $rest;
    return $out . record(T_STDIN, $id);
}

# ---- connections ----

sub new {
    my ($class, $path) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => $path) or return;
    return bless { socket => $socket, bytes => '' }, $class;
}

sub send {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    while (length $bytes) {
        my $n = syswrite $self->{socket}, $bytes;
        return 0 unless $n;
        substr($bytes, 0, $n) = '';
    }
    return 1;
}

# Bytes more; false at the end or when nothing comes.
sub more {
    my ($self, $patience) = @_;
    $patience = $PATIENCE unless defined $patience;
    return 0 unless IO::Select->new($self->{socket})->can_read($patience);
    return sysread $self->{socket}, $self->{bytes}, 65536,
        length $self->{bytes};
}

# The next record: (type, id, content); empty when there is none.
sub next_record {
    my ($self, $patience) = @_;
    while (1) {
        if (length $self->{bytes} >= 8) {
            my ($type, $id, $len, $padding) =
                unpack('xCnnC', $self->{bytes});
            if (length $self->{bytes} >= 8 + $len + $padding) {
                my $content = substr($self->{bytes}, 8, $len);
                substr($self->{bytes}, 0, 8 + $len + $padding) = '';
                return ($type, $id, $content);
            }
        }
        $self->more($patience) or return;
    }
}

# The answer to a request: {status, headers, body, id, protocol}; undef when
# the connection ends before it is complete.
sub answer {
    my ($self, $patience) = @_;
    my $text = '';
    while (my ($type, $id, $content) = $self->next_record($patience)) {
        $text .= $content if $type == T_STDOUT;
        next unless $type == T_END;
        my ($head, $body) = split /\r\n\r\n/, $text, 2;
        my %headers = map { /^([^:]+): (.*)$/ ? (lc $1, $2) : () }
            split /\r\n/, defined $head ? $head : '';
        my ($status) = ($headers{status} || '') =~ /^(\d+)/;
        return {
            status => $status, headers => \%headers, body => $body,
            id => $id, protocol => unpack('x4C', $content),
        };
    }
    return;
}

# Sends a request and takes its answer.
sub ask {
    my ($self, @request) = @_;
    return unless $self->send(request(@request));
    return $self->answer;
}

# Has the other side closed the connection, within the patience?
sub closed {
    my ($self, $patience) = @_;
    my $end = now + (defined $patience ? $patience : $PATIENCE);
    while (now < $end) {
        my $n = $self->more($end - now);
        return 1 if !defined $n || ($n == 0
            && IO::Select->new($self->{socket})->can_read(0));
    }
    return 0;
}

sub close {
    my ($self) = @_;
    close delete $self->{socket};
}

1;
