# SPDX-License-Identifier: Apache-2.0
# Load for the benches: nginx before the service, a peer in Python, wrk, and a
# client that counts what each of its connections gets, because a load tool
# tells only the sum.
package Load;
use strict;
use warnings;
use Clock qw(now);
use Exporter qw(import);
use FindBin;
use IO::Select;
use Lab qw(find free_port lab running slurp spawn spew until_true);
use Sites qw(nginx);
use Wire;

our @EXPORT_OK = qw(compared median peer progress proxy quantile wrk);

sub quantile {
    my ($part, @values) = @_;
    @values = sort { $a <=> $b } @values;
    return @values ? $values[ int($part * $#values + 0.5) ] : 0;
}

sub median { return quantile(0.5, @_) }

# nginx with a plain port: /nothing/ is its own answer, all else is ours.
# { pid, url }; undef when it is not installed.
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

# peer(script, modules...): a service in Python beside the bench, with a
# database of its own: { pid, url }; undef where a module is missing.
sub peer {
    my ($script, @modules) = @_;
    my $imports = join ', ', 'fastapi', 'uvicorn', @modules;
    my ($python) = grep {
        -x $_ && !system "'$_' -c 'import $imports' 2>/dev/null"
    } '/usr/bin/python3', find('python3') || () or return;
    my $port = free_port();
    my $pid  = spawn('peer', $python, "$FindBin::Bin/$script",
        lab('peer.db'), $port);
    my $url = "http://127.0.0.1:$port";
    until_true(sub { Wire->new($url) || !running($pid) }, 60);
    Wire->new($url) or die 'peer: ', slurp(lab('peer.err'));
    return { pid => $pid, url => $url };
}

# What wrk says of a script: { rate, p99 (ms), failed }.
sub run_wrk {
    my ($script, $url, $connections, $seconds) = @_;
    my $options = "-t1 -c$connections -d${seconds}s --latency";
    my $said    = `wrk $options -s '$script' '$url' 2>&1`;
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

# compared(body, seconds, repeats, [name, url]...): posts the same JSON to all
# of them, several times round, so that what else the machine does strikes all.
# Answers { name => requests a second, the median }; dies when one fails.
sub compared {
    my ($body, $seconds, $repeats, @targets) = @_;
    my $script = spew(lab('wrk-body.lua'), <<"END");
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[$body]]
END
    my %got;
    for (1 .. $repeats) {
        for (@targets) {
            my ($name, $url) = @$_;
            my $said = run_wrk($script, $url, 32, $seconds);
            die "$name: $said->{failed} failed\n" if $said->{failed};
            push @{ $got{$name} }, $said->{rate};
        }
    }
    return map { $_ => median(@{ $got{$_} }) } keys %got;
}

# wrk(url, connections, seconds, models): predicts for S0, S1 ... at random.
# One sensor in 40 alerts, about as many as of normal readings lie above two
# deviations.
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
    return run_wrk($script, $origin, $connections, $seconds);
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
        $sent[$i] = now;
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
    my $end = now + $seconds;
    while (now < $end) {
        for my $socket ($select->can_read(0.1)) {
            my $i = $number{ fileno $socket };
            if (!$of{$i}->more) {
                $failed++;
                $select->remove($socket);
                next;
            }
            my ($status) = $of{$i}->answer or next;
            $failed++ if $status != 200;
            push @times, now - $sent[$i];
            $counts[$i]++;
            $send->($i);
        }
    }
    return { counts => \@counts, times => \@times, failed => $failed };
}

1;
