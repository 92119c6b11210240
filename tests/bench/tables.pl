#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What the score of a flight costs beside nginx's own `return 200` of the same
# request and FastAPI with scikit-learn (tables.py), recorded with
# synchronous=FULL, with one nginx worker; and what training on the listings
# costs beside XGBoost itself (train.c). Figures are medians.
#
#   tables.pl [seconds=3] [repeats=3]
#
# The models are in the folder named by VIGIA_SHARED; skipped without it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../web";
use Clock qw(now);
use Lab qw(fcgi find lab program stop vigia);
use Load qw(compared median peer proxy);

my %set = (seconds => 3, repeats => 3);
/^(\w+)=(\d+)$/ && exists $set{$1} ? ($set{$1} = $2) : die "tables.pl: $_?\n"
    for @ARGV;
my $data = $ENV{VIGIA_SHARED} || Lab::top() . '/../shared/data';
if (!-d "$data/flights") {
    print "tables.pl: no folder $data/flights\n";
    exit 0;
}

sub told {
    my ($what, $ratio, $bar, $good) = @_;
    return sprintf '%.2f %s (bar %s)%s', $ratio, $what, $bar,
        $good ? '' : ' NOT REACHED';
}

# ---- asking

sub asking {
    my $row = '{"sched_dep_time": 1059, "sched_arr_time": 1209, '
        . '"distance": 284, "clouds": 93, "pres": 1011, "wind_spd": 5.8, '
        . '"precip": 0.0, "snow": 0.0}';
    vigia('tables', 'load', 'flights', "$data/flights/model_lightgbm.txt",
        '--scalers', "$data/flights/model_scalers.json")
        or die "tables.pl: the model is not loaded\n";
    my $service = fcgi('tables');
    my $nginx   = proxy($service->{socket}) or die "tables.pl: no nginx\n";
    my $peer    = peer('tables.py', 'sklearn');
    my %rate    = compared($row, @set{qw(seconds repeats)},
        ['return 200', "$nginx->{url}/nothing/"],
        ['vigia',      "$nginx->{url}/model/predict/"],
        $peer ? ['FastAPI', "$peer->{url}/model/predict/"] : ());
    my $share = $rate{vigia} / $rate{'return 200'};
    printf "%-34s %8.0f/s\n", "nginx, return 200", $rate{'return 200'};
    printf "%-34s %8.0f/s  %s\n", 'nginx, /model/predict/', $rate{vigia},
        told('of return 200', $share, 0.18, $share >= 0.18);
    if ($peer) {
        my $times = $rate{vigia} / $rate{FastAPI};
        printf "%-34s %8.0f/s  %s\n", 'FastAPI, a forest of scikit-learn',
            $rate{FastAPI}, told('times as many', $times, 10, $times >= 10);
    }
    stop($_->{pid}) for grep { $_ } $service, $nginx, $peer;
}

# ---- training

sub seconds {
    my $began = now;
    system("@_ >/dev/null") == 0 or die "tables.pl: @_ failed\n";
    return now - $began;
}

sub training {
    my ($train) = program('tests/bench/train');
    if (!$train) {
        print "tables.pl: built without XGBoost\n";
        return;
    }
    my $table = "$data/listings/train.csv";
    my $db    = lab('training.db');
    my @ours  = (program('vigia'), '-d', $db, qw(fit m --kind trees),
        qw(--label price_category --csv), $table);
    my (@ours_took, %theirs);
    for (1 .. $set{repeats}) {
        push @ours_took, seconds(@ours);
        push @{ $theirs{$_} }, seconds($train, $table, $_) for 1, 0;
    }
    my $took = median(@ours_took);
    printf "%-34s %8.2f s\n", 'vigia fit --kind trees, listings', $took;
    for (['one thread', 1], ['all threads', 0]) {
        my ($name, $threads) = @$_;
        my $alone = median(@{ $theirs{$threads} });
        printf "%-34s %8.2f s  %s\n", "XGBoost, $name", $alone,
            told('times as long', $took / $alone, 3, $took / $alone <= 3);
    }
}

die "tables.pl: no wrk\n" unless find('wrk') && program('vigia.fcgi');
asking();
training();
