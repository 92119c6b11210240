#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Fits on tables over REST, on both transports: what they answer, that one is
# done at a time, that a service with one under way goes on answering, and
# that nothing comes of one whose service is gone. The services are copies
# beside a program `vigia` that waits at a gate before it becomes the real one.
use strict;
use warnings;

my ($top, $folder, $real);

BEGIN {
    use Cwd qw(abs_path);
    use File::Copy qw(copy);
    use File::Temp qw(tempdir);
    my $build = abs_path($ENV{top_builddir} || '.');
    $top    = abs_path($ENV{top_srcdir} || '.');
    $folder = tempdir('vigia-jobs.XXXXXX', TMPDIR => 1, CLEANUP => 1);
    $real   = $ENV{VIGIA} ? abs_path($ENV{VIGIA}) : "$build/vigia";
    for my $name ('vigia-serve', 'vigia.fcgi') {
        next unless -x "$build/$name";
        copy("$build/$name", "$folder/$name") or die "$name: $!";
        chmod 0755, "$folder/$name";
    }
    open my $out, '>', "$folder/vigia" or die "vigia: $!";
    print $out <<"END";
#!/bin/sh
n=0
while [ ! -e '$folder/gate' ] && [ \$n -lt 6000 ]; do
    n=\$((n + 1))
    sleep 0.01
done
[ -e '$folder/stay' ] || exec '$real' "\$@"
'$real' "\$@"
while [ -e '$folder/stay' ] && [ \$n -lt 6000 ]; do
    n=\$((n + 1))
    sleep 0.01
done
END
    close $out or die "vigia: $!";
    chmod 0755, "$folder/vigia";
    @ENV{qw(top_srcdir top_builddir VIGIA)} = ($top, $folder, $real);
}
use lib "$top/tests/web";
use FastCGI;
use JSON::PP qw(decode_json);
use Lab qw(curl fcgi header lab program serve slurp spew stop until_true
    vigia);
use Test::More;

my $table = "size,class\n"
    . join '', map { $_ % 100 . ',' . ($_ % 100 < 50 ? 'Low' : 'High') . "\n" }
    1 .. 300;

sub over_http {
    my ($service, $method, $target, $body, %headers) = @_;
    my @options = ('-X', $method);
    push @options, '-H', "$_: $headers{$_}" for keys %headers;
    push @options, '--data-binary', '@' . spew(lab('body'), $body)
        if defined $body;
    my $got = curl("$service->{url}$target", @options);
    return { %$got, headers => { map { lc $_ => header($got->{head}, $_) }
                qw(Location Retry-After Idempotency-Replayed) } };
}

sub over_fcgi {
    my ($service, $method, $target, $body, %headers) = @_;
    my %params;
    while (my ($name, $value) = each %headers) {
        my $key = uc $name =~ tr/-/_/r;
        $params{ $key eq 'CONTENT_TYPE' ? $key : "HTTP_$key" } = $value;
    }
    my $c = FastCGI->new($service->{socket}) or die 'no connection';
    return $c->ask($method, $target, $body, params => \%params);
}

my %transports = (
    'vigia-serve' => [\&serve, \&over_http],
    'vigia.fcgi'  => [\&fcgi,  \&over_fcgi],
);

sub gate {
    my ($open) = @_;
    unlink "$folder/gate";
    spew("$folder/gate", '') if $open;
    return;
}

sub transport {
    my ($name, $start, $ask) = @_;
    my $base    = $name =~ tr/.-/__/r;
    my $service = $start->($base);
    my @csv     = ('Content-Type' => 'text/csv');
    my $fit     = sub {
        my ($query, $body, @more) = @_;
        return $ask->($service, 'POST', "/v1/models/m/fit?$query", $body,
            @csv, @more);
    };
    my $job = sub {
        my ($id) = @_;
        return decode_json($ask->($service, 'GET', "/v1/jobs/$id")->{body});
    };
    my $ended = sub {
        my ($id) = @_;
        return until_true(
            sub { my $j = $job->($id); $j->{state} ne 'running' && $j }, 60);
    };

    # One that takes long: the gate is shut.
    gate(0);
    my $got = $fit->('kind=linear&label=class', $table,
        'Idempotency-Key' => 'one');
    is($got->{status}, 202, 'a fit that takes long is 202');
    is($got->{headers}{location}, '/v1/jobs/1', '... with its job');
    is($job->(1)->{state}, 'running', '... which runs');
    my $busy = $fit->('kind=linear&label=class', $table);
    is($busy->{status}, 429, 'another one is 429');
    like($busy->{headers}{'retry-after'}, qr/^\d+$/, '... for now');
    is($ask->($service, 'GET', '/health')->{status}, 200,
        'meanwhile the service answers');
    gate(1);
    my $end = $ended->(1);
    is("$end->{state} $end->{version}", 'done 1', 'the job makes a version');
    $got = $fit->('kind=linear&label=class', $table,
        'Idempotency-Key' => 'one');
    is("$got->{status} $got->{headers}{'idempotency-replayed'}",
        '202 true', 'a repetition gets the first answer');
    my $versions = decode_json(
        $ask->($service, 'GET', '/v1/models/m/versions')->{body})->{versions};
    is(@$versions, 1, '... and makes no version');
    ok($versions->[0]{metrics}{accuracy} > 0.8, '... whose metrics are there');
    is($versions->[0]{by}, 'rest', '... made by who asked the service');

    # What is wrong. An answer may be a 202 on a slow machine.
    my $settled = sub {
        my $answer = $fit->(@_);
        return $answer if $answer->{status} != 202;
        my ($id) = $answer->{headers}{location} =~ /(\d+)$/;
        my $end = $ended->($id);
        return { status => $end->{status} || 200,
            body => $end->{detail} || "{\"version\":$end->{version}," };
    };
    $got = $settled->('label=class', $table);
    like("$got->{status} $got->{body}", qr/^200 .*"version":2,/,
        'the kind is that of the model');
    $got = $settled->('label=class', "size,class\n1,Low\n2\n");
    like("$got->{status} $got->{body}", qr/^422 .*the body, line 3: /s,
        'a bad CSV is 422, with line and sentence');
    $got = $settled->('label=clas', $table);
    like("$got->{status} $got->{body}", qr/^422 .*"the body: no column \\"clas\\"/s,
        'no such label');
    $got = $settled->('label=class&param=seed=-1', $table);
    like("$got->{status} $got->{body}", qr/^422 .*seed/s, 'a bad param');
    $got = $settled->('label=class&param=seed=2&param=ridge=3', $table);
    is($got->{status}, 200, 'several params');
    my $params = decode_json(
        $ask->($service, 'GET', '/v1/models/m')->{body})->{params};
    is("$params->{seed} $params->{ridge}", '2 3', '... are taken');
    for (['label=class&kind=baseline', 'no kind that learns from tables'],
        ['kind=linear', 'no label']) {
        is($fit->($_->[0], $table)->{status}, 422, $_->[1]);
    }
    is($ask->($service, 'GET', '/v1/jobs/99')->{status}, 404, 'no such job');
    is(scalar @{ decode_json($ask->($service, 'GET', '/v1/models/m/versions')
                ->{body})->{versions} }, 3, 'what failed made no version');

    # What a process has made is there before the process is gone.
    spew("$folder/stay", '');
    $got = $fit->('label=class', $table);
    is($got->{status}, 202, 'a process that stays is not waited for');
    my ($id) = $got->{headers}{location} =~ /(\d+)$/;
    my $shown = sub { decode_json(
        $ask->($service, 'GET', '/v1/models/m')->{body})->{version} };
    ok(until_true(sub { $shown->() == 4 }, 60), '... but makes its version');
    is($job->($id)->{state}, 'running', '... its job runs');
    is($fit->('label=class', $table)->{status}, 429, '... in its place');
    unlink "$folder/stay";
    is($ended->($id)->{version}, 4, 'and is done when that is free');
    $got = $settled->('label=class', $table);
    like("$got->{status} $got->{body}", qr/^200 .*"version":5,/,
        '... for the next one');

    # The service is killed under one, which is let through afterwards.
    gate(0);
    $got = $fit->('label=class', $table);
    ($id) = $got->{headers}{location} =~ /(\d+)$/;
    stop($service->{pid}, 'KILL');
    $service = $start->($base);
    my $lost = $job->($id);
    is("$lost->{state} $lost->{status}", 'failed 503',
        'a job that the service does not survive has failed');
    like($lost->{detail}, qr/interrupted/, '... and says so');
    gate(1);
    $got = $settled->('label=class', $table);
    is($got->{status}, 200, 'the next one is fitted');
    ok(until_true(sub { !left_over($base) }, 60), 'the lost one ends');
    is(scalar @{ decode_json($ask->($service, 'GET', '/v1/models/m/versions')
                ->{body})->{versions} }, 6, '... without a version');

    # Stopped under one.
    gate(0);
    $got = $fit->('label=class', $table);
    ($id) = $got->{headers}{location} =~ /(\d+)$/;
    is(stop($service->{pid}), 0, 'a service with a job ends well');
    ok(until_true(sub { !left_over($base) }, 60), '... and takes it along');
    $service = $start->($base);
    is($job->($id)->{state}, 'failed', '... as a failed one');
    is(stop($service->{pid}), 0, 'the service ends well');
    return;
}

# Is a fit on that database under way?
sub left_over {
    my ($base) = @_;
    for my $file (glob '/proc/[0-9]*/cmdline') {
        my $line = slurp($file);
        return 1 if $line =~ /\Q$base\E\.db\0fit\0/
            && index($line, lab()) >= 0;
    }
    return 0;
}

for my $name (sort keys %transports) {
    subtest $name => sub {
        plan skip_all => "$name was not built" unless program($name);
        transport($name, @{ $transports{$name} });
    };
}
gate(1);

done_testing();
