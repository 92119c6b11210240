#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What the REST service costs, in one run and beside what limits it: nginx's
# own `return 200`, and a FastAPI service doing the same work (peer.py). All
# with the product's schema, a history row and a state per request, and
# synchronous=FULL; one nginx worker; figures are medians.
#
#   rest.pl [seconds=3] [repeats=3] [models=1000000] [SECTION...]
#
# Sections: predict fairness readings fit models beside. Without one, all.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../web";
use Clock qw(now);
use IO::Handle;
use Lab qw(fcgi find lab program running serve slurp spawn stop until_true
    vigia);
use Load qw(median peer progress proxy quantile wrk);
use Wire;

my %set = (seconds => 3, repeats => 3, models => 1_000_000);
my @sections;
for (@ARGV) {
    if (/^(\w+)=(\d+)$/ && exists $set{$1}) {
        $set{$1} = $2;
    } else {
        push @sections, $_;
    }
}
$| = 1;

sub say_line { printf "%-44s %12s %8s  %s\n", @_ }

# A number with its thousands parted.
sub grouped {
    my $text = sprintf '%.0f', shift;
    1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
    return $text;
}

sub verdict {
    my ($ratio, $bar, $under) = @_;
    my $good = $under ? $ratio <= $bar : $ratio >= $bar;
    return sprintf '%s (bar %s)', $good ? 'ok' : 'NOT REACHED', $bar;
}

# What a turn cannot be faster than: milliseconds for 4 KiB to the disk.
sub disk {
    my @took;
    open my $out, '>', lab('disk') or die "disk: $!";
    for (1 .. 50) {
        my $began = now;
        syswrite $out, 'x' x 4096;
        $out->sync;
        push @took, 1000 * (now - $began);
    }
    return median(@took);
}

# ---- what is measured

# Sensors S0 ... in LAB/NAME.db, by one CSV fit.
sub sensors {
    my ($name, $count) = @_;
    my $file = lab("sensors-$count.csv");
    if (!-e $file) {
        open my $out, '>', $file or die "$file: $!";
        print $out "sensor,value\n";
        for my $i (0 .. $count - 1) {
            print $out "S$i,$_\n" for 10, 5, 6, 9;
        }
        close $out or die "$file: $!";
    }
    return $name if -e lab("$name.db");
    defined vigia($name, 'fit', '--csv', $file, '--by', 'sensor',
        '--columns', 'value', '--json')
        or die "fit of $count sensors\n";
    return $name;
}

# The peer, with its sensors fitted; undef when there is no FastAPI.
sub fitted_peer {
    my ($sensors) = @_;
    my $peer = peer('peer.py') or return;
    my $wire = Wire->new($peer->{url});
    $wire->ask('POST', "/S$_/fit", '{"values":[10,5,6,9]}')
        for 0 .. $sensors - 1;
    return $peer;
}

# ---- sections

# wrk on each target in turn, several times round, so that what else the
# machine does strikes all of them.
sub predict {
    my ($models) = (1000);
    my $behind  = fcgi(sensors('fcgi', $models));
    my $direct  = serve(sensors('serve', $models));
    my $nginx   = proxy($behind->{socket});
    my $fastapi = fitted_peer($models);
    my @targets = (
        $nginx   ? ['nginx, return 200', "$nginx->{url}/nothing"]       : (),
        $nginx   ? ['nginx, vigia.fcgi', $nginx->{url}, 0.22, 0.28]     : (),
        ['vigia-serve', $direct->{url}, 0.25, 0.35],
        $fastapi ? ['FastAPI, uvicorn', $fastapi->{url}] : (),
    );
    for my $connections (32, 128) {
        my %got;
        for (1 .. $set{repeats}) {
            for (@targets) {
                my ($name, $url) = @$_;
                push @{ $got{$name} },
                    wrk($url, $connections, $set{seconds}, $models);
            }
        }
        my %rate = map {
            my $name = $_;
            $name => median(map { $_->{rate} } @{ $got{$name} })
        } keys %got;
        my $ceiling = $rate{'nginx, return 200'};
        for (@targets) {
            my ($name, undef, @bars) = @$_;
            my $bar = $bars[ $connections == 128 ];
            my $ratio = $ceiling ? $rate{$name} / $ceiling : 0;
            my $p99   = median(map { $_->{p99} } @{ $got{$name} });
            my $bad   = 0;
            $bad += $_->{failed} for @{ $got{$name} };
            say_line("$name, $connections connections",
                grouped($rate{$name}) . '/s', sprintf('%.3f', $ratio),
                ($bar && $ceiling ? verdict($ratio, $bar) . ', ' : '')
                    . sprintf('p99 %.1f ms', $p99)
                    . ($bad ? ", $bad FAILED" : ''));
        }
        next unless $fastapi;
        for my $name (grep { /vigia/ } map { $_->[0] } @targets) {
            my $ratio = $rate{$name} / $rate{'FastAPI, uvicorn'};
            say_line("$name / FastAPI, $connections connections", '',
                sprintf('%.1f', $ratio), verdict($ratio, 8));
        }
    }
    stop($_->{pid}) for grep { $_ } $behind, $direct, $nginx, $fastapi;
}

# Does every connection get its share?
sub fairness {
    my $behind = fcgi(sensors('fcgi', 1000));
    my $direct = serve(sensors('serve', 1000));
    my $nginx  = proxy($behind->{socket});
    for (['vigia-serve', $direct], $nginx ? ['nginx, vigia.fcgi', $nginx] : ())
    {
        my ($name, $target) = @$_;
        for my $connections (32, 128) {
            my $got = progress($target->{url}, $connections, $set{seconds},
                1000);
            my @counts = @{ $got->{counts} };
            my $ratio  = quantile(0, @counts) / (median(@counts) || 1);
            say_line("$name, slowest of $connections / median",
                quantile(0, @counts) . '/' . median(@counts),
                sprintf('%.2f', $ratio),
                verdict($ratio, 0.5) . ", $got->{failed} failed");
        }
    }
    stop($_->{pid}) for grep { $_ } $behind, $direct, $nginx;
}

# Bodies of 1,000 readings, made before they are sent. With times, the first
# set is a second apart from the next.
sub bodies {
    my ($count, $timed) = @_;
    return map {
        my $at = $timed
            ? sprintf ',"at":"2026-01-01T%02d:%02d:%02dZ"', $_ / 3600,
            $_ / 60 % 60, $_ % 60
            : '';
        '{"readings":['
            . join(',', map { qq({"model":"S$_","value":5$at}) } 0 .. 999)
            . ']}'
    } 1 .. $count;
}

sub readings {
    for my $timed (0, 1) {
        my $service = serve(sensors("readings$timed", 1000));
        my @wires   = map { Wire->new($service->{url}) } 1 .. 4;
        my @bodies  = bodies(400, $timed);
        my $began   = now;
        my $select  = IO::Select->new(map { $_->socket } @wires);
        my %of      = map { fileno $_->socket => $_ } @wires;
        my ($done, $next) = (0, 0);
        $_->send('POST', '/v1/readings', $bodies[ $next++ ]) for @wires;
        while ($done < @bodies) {
            for my $socket ($select->can_read(10)) {
                my $wire = $of{ fileno $socket };
                $wire->more or die 'the service is gone';
                my ($status, $body) = $wire->answer or next;
                $body =~ /"tested":1000,/ or die "$status $body";
                $done++;
                $wire->send('POST', '/v1/readings', $bodies[ $next++ ])
                    if $next < @bodies;
            }
        }
        my $rate = 1000 * $done / (now - $began);
        say_line('readings, 1,000 a request' . ($timed ? ', with at' : ''),
            grouped($rate) . '/s', '', $timed ? '' : verdict($rate, 120_000));
        stop($service->{pid});
    }
}

sub fit {
    my $service = serve('fit');
    my $fastapi = fitted_peer(0);
    my $body    = '{"values":['
        . join(',', map { sprintf '%.6f', 50 + sin $_ } 1 .. 1_000_000) . ']}';
    my %took;
    for (0 .. $set{repeats}) {
        for (['vigia-serve', $service], ['FastAPI', $fastapi]) {
            my ($name, $target) = @$_;
            next unless $target;
            my $wire  = Wire->new($target->{url});
            my $text  = $wire->text('POST', '/BIG/fit', $body);
            my $began = now;
            $wire->put($text);
            my ($status, $answer) = $wire->receive;
            $answer =~ /"n":1000000,/ or die "$name: $status $answer";
            push @{ $took{$name} }, now - $began;
        }
    }
    my %first = map { $_ => shift @{ $took{$_} } } keys %took;
    my $ours  = median(@{ $took{'vigia-serve'} });
    say_line('fit of 1,000,000 values', sprintf('%.3f s', $ours), '',
        sprintf('the first one %.3f s, which gets memory from the kernel',
            $first{'vigia-serve'}));
    if ($fastapi) {
        my $theirs = median(@{ $took{FastAPI} });
        say_line('FastAPI / vigia-serve', sprintf('%.3f s', $theirs),
            sprintf('%.1f', $theirs / $ours),
            verdict($theirs / $ours, 20)
                . sprintf(', the first one %.3f s', $first{FastAPI}));
    }
    stop($_->{pid}) for grep { $_ } $service, $fastapi;
}

sub resident {
    my ($pid) = @_;
    return slurp("/proc/$pid/status") =~ /^VmHWM:\s+(\d+) kB/m ? $1 / 1024 : 0;
}

# CPU microseconds of the service per request, which does not depend on how
# much wrk itself needs for more names.
sub cost {
    my ($service, $models) = @_;
    my $used = sub {
        my $text = slurp("/proc/$service->{pid}/stat");
        my @stat = split ' ', $text =~ s/.*\) //r;
        return ($stat[11] + $stat[12]) / 100;
    };
    wrk($service->{url}, 32, $set{seconds}, $models);    # to fill the caches
    my $before = $used->();
    my $got    = wrk($service->{url}, 32, $set{seconds}, $models);
    my $count  = $got->{rate} * $set{seconds};
    return ($got->{rate}, ($used->() - $before) / $count * 1e6,
        $got->{failed});
}

sub models {
    my (@rates, @costs);
    for my $models (1000, $set{models}) {
        my $service = serve(sensors("models$models", $models));
        my ($rate, $us, $failed) = cost($service, $models);
        my $resident = resident($service->{pid});
        push @rates, $rate;
        push @costs, $us;
        say_line('predict, ' . grouped($models) . ' models at random',
            grouped($rate) . '/s', sprintf('%.1f us', $us),
            sprintf('of CPU; %.0f MiB resident, %s%s', $resident,
                verdict($resident, 256, 1),
                $failed ? ", $failed FAILED" : ''));
        stop($service->{pid});
    }
    my ($slower, $dearer) = ($rates[0] / $rates[1], $costs[1] / $costs[0]);
    say_line('many models / 1,000, by rate', '', sprintf('%.2f', $slower),
        verdict($slower, 2.5, 1));
    say_line('many models / 1,000, by CPU', '', sprintf('%.2f', $dearer),
        verdict($dearer, 2.5, 1));
}

# A CSV fit of 100,000 sensors again and again beside the service.
sub beside {
    my $service = serve(sensors('beside', 1000));
    sensors('other', 100_000);    # for its file
    my @command = (program('vigia'), '-d', lab('beside.db'), 'fit', '--csv',
        lab('sensors-100000.csv'), '--by', 'sensor',
        '--columns', 'value', '--json');
    my $loop = spawn('fits', 'sh', '-c',
        'trap \'kill $!; exit\' TERM;'
            . ' while "$@" >/dev/null & wait $!; do echo fitted; done',
        'sh', @command);
    until_true(sub { slurp(lab('fits.out')) =~ /fitted/ || !running($loop) },
        120);
    my $got = progress($service->{url}, 32, 5 * $set{seconds}, 1000);
    my $alive = running($loop);
    stop($loop);
    my $fits = () = slurp(lab('fits.out')) =~ /fitted/g;
    say_line('predict beside fits of 100,000 sensors',
        grouped(@{ $got->{times} } / (5 * $set{seconds})) . '/s', '',
        sprintf('p99 %.0f ms, longest %.0f ms, %d failed, %d fits%s',
            1000 * quantile(0.99, @{ $got->{times} }),
            1000 * quantile(1, @{ $got->{times} }),
            $got->{failed}, $fits, $alive ? '' : ' and then FAILED'));
    stop($service->{pid});
}

my %section = (predict => \&predict, fairness => \&fairness,
    readings => \&readings, fit => \&fit, models => \&models,
    beside => \&beside);
die "rest.pl: no wrk\n"         unless find('wrk');
die "rest.pl: no vigia-serve\n" unless program('vigia-serve');
@sections = qw(predict fairness readings fit models beside) unless @sections;
for (@sections) {
    my $run = $section{$_} or die "rest.pl: no section $_\n";
    printf "-- %s (4 KiB to the disk: %.2f ms; load %s)\n", $_, disk(),
        (split ' ', slurp('/proc/loadavg'))[0];
    $run->();
}
