#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# [rest] body_total: when the bodies of all requests in flight leave no room,
# one that needs some is told to come again, on both transports alike; nobody
# else notices, and what was given back is there again.
use strict;
use warnings;
use lib ($ENV{top_srcdir} || '.') . '/tests/web';
use FastCGI;
use IO::Select;
use JSON::PP qw(decode_json);
use Lab qw(configure fcgi program serve stop until_true);
use Test::More;
use Wire;

use constant { TOTAL => 1 << 20, LEFT => 2, CUT => 8 };    # bytes

my $golden  = '{"values":[10,5,6,9]}';
my $predict = '{"value":10}';

# The answer over HTTP, as FastCGI's is: { status, headers, body }.
sub http_answer {
    my ($c) = @_;
    while (index($c->{rest}, "\r\n\r\n") < 0) {
        return unless IO::Select->new($c->socket)->can_read(60) && $c->more;
    }
    my ($head) = split /\r\n\r\n/, $c->{rest};
    my %answer = (headers =>
            { map { /^([^:]+): (.*)$/ ? (lc $1, $2) : () } split /\r\n/, $head });
    until (@answer{qw(status body)} = $c->answer and $answer{status}) {
        return unless $c->more;
    }
    return \%answer;
}

# What the transports differ in: besides the bodies, the parameters of a
# FastCGI request take room.
my %transports = (
    'vigia-serve' => {
        start   => \&serve,
        connect => sub { Wire->new($_[0]{url}) },
        bytes   => sub { my $c = shift; $c->text(@_) },
        send    => sub { syswrite $_[0]->socket, $_[1] },
        answer  => \&http_answer,
        beside  => sub { 0 },
    },
    'vigia.fcgi' => {
        start   => \&fcgi,
        connect => sub { FastCGI->new($_[0]{socket}) },
        bytes   => sub { my $c = shift; FastCGI::request(@_) },
        send    => sub { $_[0]->send($_[1]) },
        answer  => sub { $_[0]->answer },
        beside  => sub { length join '', FastCGI::params(@_) },
    },
);

sub transport {
    my ($name, $t) = @_;
    configure('v', rest => { body_max => '1M', body_total => '1M' },
        fcgi => { read_timeout => '1m' });
    my $service = $t->{start}->('v');
    my $ask     = sub {
        my ($c, @request) = @_;
        $t->{send}->($c, $t->{bytes}->($c, @request));
        return $t->{answer}->($c) || { status => 'none' };
    };
    my ($long, $good) = map { $t->{connect}->($service) } 1 .. 2;
    is($ask->($good, 'POST', '/s1/fit', $golden)->{status}, 200, 'a fit');

    # All but the end of a request that fills the room.
    my @fill = ('POST', '/s1/fit', $golden . ' ' x (TOTAL - length $golden));
    chop $fill[2] for 1 .. LEFT + $t->{beside}->(@fill);
    my $bytes = $t->{bytes}->($long, @fill);
    $t->{send}->($long, substr $bytes, 0, -CUT);

    my $refused;
    my $found = until_true(
        sub {
            $refused = $ask->($good, 'POST', '/s1/predict', $predict);
            return $refused->{status} eq '503';
        }
    );
    ok($found, 'a body for which there is no room is 503')
        or diag("status $refused->{status}");
    like($refused->{headers}{'retry-after'}, qr/^\d+$/,
        '... which says when to come again');
    is($refused->{headers}{'content-type'}, 'application/problem+json',
        '... in a problem document');
    is(decode_json($refused->{body})->{status}, 503, '... that says so too');
    is($ask->($good, 'GET', '/s1/weights')->{status},
        200, 'the connection stays, and who brings no body is answered');
    my $another = $t->{connect}->($service);
    is($ask->($another, 'GET', '/health/')->{status},
        200, 'so is one that comes new');

    $t->{send}->($long, substr $bytes, -CUT);
    is($t->{answer}->($long)->{status}, 200, 'the long one ends well');
    is($ask->($good, 'POST', '/s1/predict', $predict)->{body},
        'false', '... and gives its room back');
    $t->{send}->($long, substr $bytes, 0, -CUT);
    until_true(
        sub {
            $ask->($good, 'POST', '/s1/predict', $predict)->{status} eq '503';
        }
    );
    undef $long;
    ok( until_true(
            sub {
                $ask->($good, 'POST', '/s1/predict', $predict)->{status}
                    eq '200';
            }
        ),
        'so does one that leaves before its end'
    );
    is(stop($service->{pid}), 0, 'the service ends well');
}

for my $name (sort keys %transports) {
    subtest $name => sub {
        plan skip_all => "$name was not built" unless program($name);
        transport($name, $transports{$name});
    };
}

done_testing();
