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
use Lab qw(fcgi find free_port lab program running slurp spawn spew stop
    until_true);
use Load qw(median);
use Sites qw(nginx);
use Wire;

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
my $script = spew(lab('wrk.lua'), <<"END");
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[$request]]
END

sub wrk {
    my ($url) = @_;
    my $said = `wrk -t1 -c32 -d$set{seconds}s -s '$script' '$url' 2>&1`;
    die "wrk: $said" if $said =~ /Non-2xx|Socket errors/;
    return $said =~ m{Requests/sec:\s+([\d.]+)} ? $1 : die "wrk: $said";
}

# ---- who answers

sub proxy {
    my ($socket) = @_;
    my $port  = free_port();
    my $nginx = nginx("nginx-$port", socket => $socket, more => [<<"END"])
    keepalive_requests 100000000;
    server {
        listen 127.0.0.1:$port;
        location /nothing/ {
            default_type application/json;
            return 200 true;
        }
        location / {
            client_body_buffer_size 64k;
            include fastcgi_params;
            fastcgi_param HTTP_PROXY "";
            fastcgi_keep_conn on;
            fastcgi_pass vigia;
        }
    }
END
        or return;
    return { %$nginx, url => "http://127.0.0.1:$port" };
}

sub peer {
    my ($python) = grep {
        -x $_ && !system "'$_' -c 'import fastapi, scipy, uvicorn' 2>/dev/null"
    } '/usr/bin/python3', find('python3') || () or return;
    my $port = free_port();
    my $pid  = spawn('peer', $python, "$FindBin::Bin/planners.py",
        lab('peer.db'), $port);
    my $url = "http://127.0.0.1:$port";
    until_true(sub { Wire->new($url) || !running($pid) }, 30);
    return { pid => $pid, url => $url };
}

# ---- the figures

die "planners.pl: no wrk\n" unless find('wrk') && program('vigia.fcgi');
my $service = fcgi('planners');
my $nginx   = proxy($service->{socket}) or die "planners.pl: no nginx\n";
my $peer    = peer();
my @targets = (
    ['nginx, return 200',       "$nginx->{url}/nothing/"],
    ['nginx, optim-exp',        "$nginx->{url}/optim-exp/"],
    ['nginx, optim-nbinomial',  "$nginx->{url}/optim-nbinomial/"],
    ['nginx, optim-stoch-constraint',
        "$nginx->{url}/optim-stoch-constraint/"],
    $peer ? ['FastAPI, SciPy', "$peer->{url}/optim-nbinomial/"] : (),
);
my %got;
for (1 .. $set{repeats}) {
    push @{ $got{ $_->[0] } }, wrk($_->[1]) for @targets;
}
my %rate    = map { $_ => median(@{ $got{$_} }) } keys %got;
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
