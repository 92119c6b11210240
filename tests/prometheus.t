#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# /metrics as Prometheus sees it: promtool has nothing to say against the page,
# and a real Prometheus that scrapes vigia-serve knows how many alerts a
# sensor had.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use JSON::PP;
use Lab qw(curl find free_port lab program serve slurp spawn spew stop
    until_true);
use Test::More;

plan skip_all => 'no curl' unless find('curl');
plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');

my @json  = ('-H', 'Content-Type: application/json');
my $vigia = serve('plant');

# predict(SENSOR, VALUE...): each a request of its own.
sub predict {
    my ($sensor, @values) = @_;
    for my $value (@values) {
        my $got = curl("$vigia->{url}/$sensor/predict",
            @json, '-d', qq({"value":$value}));
        BAIL_OUT("predict: $got->{status} $got->{body}")
            if $got->{status} != 200;
    }
}

for my $sensor (qw(PUMP-7 FAN:2)) {
    my $got = curl("$vigia->{url}/$sensor/fit",
        @json, '-d', '{"values":[10,5,6,9]}');
    is($got->{status}, 200, "$sensor is fitted");
}
predict('PUMP-7', 10, 20, 20);
predict('FAN:2', 5);
curl("$vigia->{url}/nobody/weights");
curl("$vigia->{url}/v1/readings", @json, '-d',
    '{"readings":[{"model":"PUMP-7","value":20}]}');

# ---- promtool

SKIP: {
    my $promtool = find('promtool') or skip 'promtool is not installed', 2;
    my $page     = spew(lab('page'), curl("$vigia->{url}/metrics")->{body});
    my $said     = `$promtool check metrics <$page 2>&1`;
    is($?,    0,  'promtool accepts the page');
    is($said, '', '... and has nothing to say');
}

# ---- Prometheus

SKIP: {
    my $prometheus = find('prometheus')
        or skip 'prometheus is not installed', 6;
    my $port = free_port();
    my $url  = "http://127.0.0.1:$port";
    (my $target = $vigia->{url}) =~ s{^http://}{};
    my $conf = spew(lab('prometheus.yml'), <<"END");
global:
  scrape_interval: 200ms
scrape_configs:
  - job_name: vigia
    static_configs:
      - targets: ['$target']
END
    my $pid = spawn(
        'prometheus', $prometheus,
        "--config.file=$conf",
        '--storage.tsdb.path=' . lab('tsdb'),
        "--web.listen-address=127.0.0.1:$port",
    );

    # What a query answers, as { labels => value }; undef: nothing yet.
    my $query = sub {
        my ($text) = @_;
        my $got = curl("$url/api/v1/query", '-G', '--data-urlencode',
            "query=$text");
        return if $got->{status} != 200;
        my $result = decode_json($got->{body})->{data}{result};
        return unless @$result;
        return $result->[0]{value}[1];
    };
    my $becomes = sub {
        my ($text, $want, $name) = @_;
        my $got;
        until_true(sub {
            $got = $query->($text);
            defined $got && $got eq $want;
        }, 30);
        is($got, $want, $name)
            or diag(slurp(lab('prometheus.err')) =~ /(.*error.*)/i ? $1 : '');
    };

    $becomes->('up{job="vigia"}', 1, 'Prometheus scrapes the service');
    $becomes->('vigia_alerts_total{model="PUMP-7",column="value"}', 3,
        '... and knows the alerts of a sensor');
    $becomes->('vigia_alerts_total{model="FAN:2"}', 0,
        '... of one that had none, too');
    $becomes->('vigia_models{state="alert"}', 1,
        '... how many are in alert');
    $becomes->(
        'vigia_http_requests_total{route="/{sensor_id}/predict",status="200"}',
        4, '... and the requests by route'
    );
    predict('PUMP-7', 30);
    $becomes->('vigia_alerts_total{model="PUMP-7"}', 4,
        'a further alert is counted');
    stop($pid);
}

is(stop($vigia->{pid}), 0, 'the service ends well');
done_testing();
