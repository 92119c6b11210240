# SPDX-License-Identifier: Apache-2.0
# Load for the benches: wrk, and a client that counts what each of its
# connections gets, because a load tool tells only the sum.
package Load;
use strict;
use warnings;
use Exporter qw(import);
use IO::Select;
use Lab qw(find lab spew);
use Time::HiRes qw(time);
use Wire;

our @EXPORT_OK = qw(median progress quantile wrk);

sub quantile {
    my ($part, @values) = @_;
    @values = sort { $a <=> $b } @values;
    return @values ? $values[ int($part * $#values + 0.5) ] : 0;
}

sub median { return quantile(0.5, @_) }

# wrk(url, connections, seconds, models): predicts for S0, S1 ... at random.
# One sensor in 40 alerts, about as many as of normal readings lie above two
# deviations. Answers { rate, p99 (ms), failed }.
sub wrk {
    my ($url, $connections, $seconds, $models) = @_;
    my ($origin, $prefix) = $url =~ m{^(http://[^/]+)(.*)$};
    my $script = spew(lab('wrk.lua'), <<"END");
local made = {}
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function init()
    math.randomseed(42)
end
request = function()
    local i = math.random(0, $models - 1)
    local text = made[i]
    if not text then
        text = wrk.format(nil, "$prefix/S" .. i .. "/predict", nil,
            '{"value":' .. (i % 40 == 0 and 20 or i % 12) .. '}')
        if $models <= 10000 then made[i] = text end
    end
    return text
end
END
    my $options = "-t1 -c$connections -d${seconds}s --latency";
    my $said    = `wrk $options -s '$script' '$origin' 2>&1`;
    my ($rate) = $said =~ m{Requests/sec:\s+([\d.]+)} or die "wrk: $said";
    my ($p99, $unit) = $said =~ /99%\s+([\d.]+)(us|ms|s)/;
    my %ms = (us => 0.001, ms => 1, s => 1000);
    my $failed = 0;
    $failed += $1 if $said =~ /Non-2xx or 3xx responses: (\d+)/;
    if ($said =~ /Socket errors: (.*)/) {
        $failed += $_ for $1 =~ /(\d+)/g;
    }
    return { rate => $rate, p99 => $p99 * $ms{$unit}, failed => $failed };
}

# progress(url, connections, seconds, models): { counts => [each connection's
# answers], times => [seconds of each], failed }.
sub progress {
    my ($url, $connections, $seconds, $models) = @_;
    my ($select, %of, @counts, @times, @sent) = (IO::Select->new);
    my $failed = 0;
    my $send   = sub {
        my ($i) = @_;
        my ($wire, $model) = ($of{$i}, int rand $models);
        $sent[$i] = time;
        $wire->send('POST', "/S$model/predict", '{"value":5}') or $failed++;
    };
    my %number;
    for my $i (0 .. $connections - 1) {
        $of{$i} = Wire->new($url) or die "no connection to $url: $!";
        $counts[$i] = 0;
        $number{ fileno $of{$i}->socket } = $i;
        $select->add($of{$i}->socket);
    }
    $send->($_) for 0 .. $connections - 1;
    my $end = time + $seconds;
    while (time < $end) {
        for my $socket ($select->can_read(0.1)) {
            my $i = $number{ fileno $socket };
            if (!$of{$i}->more) {
                $failed++;
                $select->remove($socket);
                next;
            }
            my ($status) = $of{$i}->answer or next;
            $failed++ if $status != 200;
            push @times, time - $sent[$i];
            $counts[$i]++;
            $send->($i);
        }
    }
    return { counts => \@counts, times => \@times, failed => $failed };
}

1;
