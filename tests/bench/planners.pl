#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What an answer of a planner costs, for a request of 100 rows, beside nginx's
# own `return 200` of the same request and FastAPI with SciPy (planners.py);
# recorded with synchronous=FULL; one nginx worker; figures are medians.
#
#   planners.pl [seconds=3] [repeats=3]
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../web";
use Lab qw(fcgi find program stop);
use Load qw(compared peer proxy);

my %set = (seconds => 3, repeats => 3);
/^(\w+)=(\d+)$/ && exists $set{$1} ? ($set{$1} = $2) : die "planners.pl: $_?\n"
    for @ARGV;

# ---- the request

my @answers = qw(ir_accepted ir_rejected ir_pending);
my @states  = qw(not_in_ft cancelled);
my $rows    = join ', ', map {
    sprintf '{"notification_status": "%s", "candidate_status": "%s", '
        . '"time_to_respond_ir_minutes": %d}',
        $answers[ $_ % 3 ], $_ < 3 ? 'offer_accepted' : $states[ $_ % 2 ],
        1 + $_ * 7 % 60
} 0 .. 99;
my $request =
      '{"now": "2021-11-01 00:00:00", "deadline": "2021-11-02 00:00:00", '
    . '"num_vacancies": 10, "num_remaining_in_pool": 500, '
    . "\"impacted_candidates_data\": [$rows]}";

# ---- the figures

die "planners.pl: no wrk\n" unless find('wrk') && program('vigia.fcgi');
my $service = fcgi('planners');
my $nginx   = proxy($service->{socket}) or die "planners.pl: no nginx\n";
my $peer    = peer('planners.py', 'scipy');
my @targets = (
    ['nginx, return 200',       "$nginx->{url}/nothing/"],
    ['nginx, optim-exp',        "$nginx->{url}/optim-exp/"],
    ['nginx, optim-nbinomial',  "$nginx->{url}/optim-nbinomial/"],
    ['nginx, optim-stoch-constraint',
        "$nginx->{url}/optim-stoch-constraint/"],
    $peer ? ['FastAPI, SciPy', "$peer->{url}/optim-nbinomial/"] : (),
);
my %rate    = compared($request, @set{qw(seconds repeats)}, @targets);
my $ceiling = $rate{'nginx, return 200'};
for (map { $_->[0] } @targets) {
    printf "%-32s %8.0f/s  %.3f of return 200%s\n", $_, $rate{$_},
        $rate{$_} / $ceiling,
        /optim/
        ? sprintf(' (bar 0.15)%s',
            $peer
            ? sprintf ', %.1f times FastAPI (bar 10)',
            $rate{$_} / $rate{'FastAPI, SciPy'}
            : '')
        : '';
}
stop($_->{pid}) for grep { $_ } $service, $nginx, $peer;
