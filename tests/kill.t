#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The service is killed under load, again and again, now as vigia-serve and
# now as vigia.fcgi behind nginx, always on one database. Every predict and
# every fit that was acknowledged is found in it at the end, and it is sound.
# VIGIA_KILLS says how often; 20 unless told, 1,000 in `make torture`.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use JSON::PP;
use Lab qw(configure fcgi free_port lab program serve slurp spew stop
    until_true vigia);
use POSIX ();
use Sites qw(nginx);
use Test::More;
use Wire;

my $kills   = $ENV{VIGIA_KILLS} || 20;
my $clients = 4;
my $round_values = 1_000_000;    # a predict's value is unique

plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');
srand 42;

my $acks = lab('acks');
my $site;                        # nginx, which is not killed
my $site_url;

# One client: predicts, and now and then a fit, until the connection ends or,
# behind nginx, something else than 200 comes. What is acknowledged goes to the
# file, a line each, before the next request.
sub load {
    my ($url, $first) = @_;
    open my $out, '>>', $acks or return;
    $out->autoflush;
    my $wire = Wire->new($url) or return;
    my $ask  = sub {
        my ($status, $body) = $wire->ask('POST', @_);
        return $status && $status == 200 ? $body : undef;
    };
    for my $value ($first .. $first + $round_values / $clients - 1) {
        my $alert = $ask->('/LOADED/predict', qq({"value":$value}));
        return unless defined $alert;
        print $out "predict $value\n";
        next if $value % 10;
        my $fit = $ask->('/FITTED/fit', qq({"values":[$value,1,2]}));
        return unless defined $fit;
        print $out 'fit ', decode_json($fit)->{version}, "\n";
    }
}

sub start_load {
    my ($url, $round) = @_;
    return map {
        my $first = $round * $round_values + $_ * $round_values / $clients;
        my $pid   = fork;
        die "fork: $!" unless defined $pid;
        if (!$pid) {
            load($url, $first);
            POSIX::_exit(0);
        }
        $pid;
    } 0 .. $clients - 1;
}

# Kills the service as soon as some answers have come.
sub round {
    my ($number) = @_;
    my $behind   = $site && $number % 2;
    my $service  = $behind ? fcgi('v') : serve('v');
    my $before   = -s $acks;
    my $enough   = $before + int rand 8_000;
    my @load     = start_load($behind ? $site_url : $service->{url}, $number);
    my $got      = until_true(sub { -s $acks > $enough }, 60);
    stop($service->{pid}, 'KILL');
    waitpid $_, 0 for @load;
    return $got;
}

# The values of the sensor in the history, as { value => times }.
sub recorded {
    my ($sensor) = @_;
    my %times;
    open my $in, '-|', program('vigia'), '-d', lab('v.db'), 'history',
        $sensor, '--json', '--limit', 1_000_000
        or die "vigia: $!";
    local $/;
    my $rows = decode_json(<$in>)->{history};
    close $in or die 'vigia history failed';
    $times{ $_->{columns}{value}{value} }++ for @$rows;
    return \%times;
}

spew($acks, '');
configure('v', history => { keep_days => 36500 });
vigia('v', 'fit', 'LOADED', spew(lab('values'), "1\n2\n3\n"))
    or BAIL_OUT('vigia fit');
if (program('vigia.fcgi')) {
    my $port = free_port();
    $site_url = "http://127.0.0.1:$port";
    $site     = nginx('nginx', socket => lab('v.sock'), more => [<<"END"]);
    server {
        listen 127.0.0.1:$port;
        keepalive_requests 1000000;
        location / {
            include fastcgi_params;
            fastcgi_keep_conn on;
            fastcgi_pass vigia;
        }
    }
END
}
note($site ? 'vigia-serve, and vigia.fcgi behind nginx' : 'vigia-serve only');

my $loaded = grep { round($_) } 1 .. $kills;
is($loaded, $kills, "killed $kills times under load");

my %acked = (predict => {}, fit => {});
for (split /\n/, slurp($acks)) {
    my ($what, $value) = /^(predict|fit) (\d+)$/ or next;
    $acked{$what}{$value}++;
}
my $predicts = keys %{ $acked{predict} };
my $fits     = keys %{ $acked{fit} };
cmp_ok($predicts, '>', 10 * $kills, "$predicts predicts were acknowledged");
cmp_ok($fits, '>', $kills, "$fits fits were acknowledged");
is((grep { $_ > 1 } values %{ $acked{fit} }), 0, '... each with its version');

my $recorded = recorded('LOADED');
my @lost     = grep { !$recorded->{$_} } keys %{ $acked{predict} };
is("@lost[0 .. ($#lost < 9 ? $#lost : 9)]", '',
    'every acknowledged predict is in the history');
my @twice = grep { $recorded->{$_} > 1 } keys %$recorded;
is(scalar @twice, 0, '... and none twice');

my $versions = decode_json(vigia('v', 'versions', 'FITTED', '--json'));
my %version  = map { $_->{number} => 1 } @{ $versions->{versions} };
my @gone     = grep { !$version{$_} } keys %{ $acked{fit} };
is("@gone", '', 'every acknowledged fit is a version');

# A backup is checked as a whole before it gets its name.
ok(defined vigia('v', 'backup', lab('backup.db')), 'the database is sound');

done_testing();
