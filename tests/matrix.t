#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The same requests through nginx and Apache, with the sites of etc/ and over
# HTTPS, and to vigia-serve: our program gives the same status, type and bytes
# everywhere, or the server refuses the request itself, and then it stands in
# %own. Mounted at / and below a prefix.
use strict;
use warnings;
use Cwd qw(abs_path);
use FindBin;
use lib "$FindBin::Bin/web";
use Lab qw(configure curl fcgi find header lab program serve slurp spew stop
    vigia);
use Sites qw(apache certificate nginx);
use Test::More;

plan skip_all => 'no curl' unless find('curl');
plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');

# What the servers answer themselves. nginx decodes and joins a path to choose
# a location, Apache to walk its own; neither lets a NUL pass.
my %own = (
    nginx => {
        'a bad escape'                    => 400,
        'a NUL in a segment'              => 400,
        'a body over the limit of a site' => 413,
        'a target of 9,000 bytes'         => 414,
        'a method in small letters'       => 400,
        'TRACE'                           => 405,
    },
    Apache => {
        'a bad escape'            => 400,
        'a NUL in a segment'      => 404,
        'a target of 9,000 bytes' => 414,
        'TRACE'                   => 405,
    },
    'vigia-serve' => {},
);

my $json   = 'Content-Type: application/json';
my $ndjson = 'Content-Type: application/x-ndjson';
my $big    = spew(lab('big'), '{"values":[' . '1,' x 700_000 . '1]}');
my $huge   = spew(lab('huge'), '{"values":[' . '1,' x 1_200_000 . '1]}');

sub post { return ('POST', shift, '-d', shift, '-H', $json, @_) }

# [status, name, method, target, curl's options]. "?" before a target: in
# absolute form.
my @requests = (
    [200, 'fit', post('/SEN0001/fit', '{"values":[10,5,6,9]}')],
    [200, 'weights', 'GET', '/SEN0001/weights'],
    [200, 'a trailing slash', 'GET', '/SEN0001/weights/'],
    [200, 'a query', 'GET', '/SEN0001/weights?column=value&version=1'],
    [200, 'predict', post('/SEN0001/predict', '{"value":10}')],
    [200, 'predict an alert', post('/SEN0001/predict', '{"value":13}')],
    [200, 'predict, unrecorded', post('/SEN0001/predict?record=0',
        '{"value":13}')],
    [200, 'adjust, no body', 'POST', '/SEN0001/adjust'],
    [200, 'adjust', post('/SEN0001/adjust', '{"percent":-5}')],
    [200, 'no Content-Type', post('/SEN0001/predict', '{"value":1}', '-H',
        'Content-Type:')],
    [200, 'a chunked body', post('/SEN0002/fit', '{"values":[1,2,3]}', '-H',
        'Transfer-Encoding: chunked')],
    [200, 'readings', post('/v1/readings', '{"readings":['
        . '{"model":"SEN0001","value":3},{"model":"X","value":1}]}')],
    [200, 'readings, a line each', 'POST', '/v1/readings', '-H', $ndjson,
        '--data-binary', qq({"model":"SEN0001","value":99}\n)],
    [200, 'models', 'GET', '/v1/models?limit=1'],
    [200, 'a model', 'GET', '/v1/models/SEN0002'],
    [200, 'history', 'GET', '/v1/history?limit=3'],
    [200, 'health', 'GET', '/health/'],
    [200, 'HEAD', 'HEAD', '/SEN0001/weights'],
    [404, 'HEAD of nothing', 'HEAD', '/NOBODY/weights'],
    [404, 'an unknown sensor', 'GET', '/NOBODY/weights'],
    [404, 'an unknown route', 'GET', '/v1/nothing/here'],
    [400, 'an unknown query name', 'GET', '/SEN0001/weights?colum=value'],
    [405, 'a method with 405', 'DELETE', '/SEN0001/fit'],
    [405, 'an unknown method', 'BREW', '/SEN0001/weights'],
    [405, 'a method in small letters', 'get', '/SEN0001/weights'],
    [405, 'OPTIONS', 'OPTIONS', '/SEN0001/weights'],
    [405, 'TRACE', 'TRACE', '/SEN0001/weights'],
    [415, 'another type with 415', 'POST', '/SEN0001/fit', '-d', 'x', '-H',
        'Content-Type: text/plain'],
    [400, 'a syntax error', post('/SEN0001/fit', '{"values":[10,5,')],
    [422, 'an invalid body', post('/SEN0001/fit', '{"values":[1],"x":2}')],
    [400, 'no body', 'POST', '/SEN0001/predict'],
    [200, 'an escaped letter', 'GET', '/SEN%30001/weights'],
    [404, 'a doubled escape', 'GET', '/SEN%2530001/weights'],
    [400, '%2F', 'GET', '/SEN%2F0001/weights'],
    [404, '%3F and %3B', 'GET', '/SEN%3F%3B/weights'],
    [400, 'a bad escape', 'GET', '/SEN%zz/weights'],
    [400, 'an escape cut short', 'GET', '/SEN0001/weights?column=%2'],
    [400, 'bad UTF-8', 'GET', '/SEN%ff/weights'],
    [400, 'CR LF in a segment', 'GET', '/SEN%0d%0aX:1/weights'],
    [400, 'ESC in a segment', 'GET', '/SEN%1b%5b31m/weights'],
    [400, 'a NUL in a segment', 'GET', '/SEN%00/weights'],
    [400, 'two slashes', 'GET', '/SEN0001//weights'],
    [400, 'a dot', 'GET', '/./SEN0001/weights'],
    [400, 'two dots', 'GET', '/SEN0001/x/../weights'],
    [400, 'two dots, escaped', 'GET', '/SEN0001/x/%2e%2e/weights'],
    [404, 'a backslash', 'GET', '/SEN\\0001/weights'],
    [200, 'absolute form', 'GET', '?/SEN0001/weights?column=value'],
    [404, 'absolute form of an unknown sensor', 'GET', '?/NOBODY/weights'],
    [403, 'an origin that is not ours', post('/SEN0001/fit',
        '{"values":[1,2]}', '-H', 'Origin: https://evil.example')],
    [200, 'our own origin', post('/SEN0002/adjust', '{}', '-H',
        'Origin: OURS')],
    [414, 'a target of 3,000 bytes', 'GET', '/' . 'a' x 3000],
    [414, 'a target of 9,000 bytes', 'GET', '/' . 'a' x 9000],
    [413, 'a body over our limit', 'POST', '/SEN0001/fit', '-H', $json,
        '--data-binary', "\@$big"],
    [413, 'a body over the limit of a site', 'POST', '/SEN0001/fit', '-H',
        $json, '--data-binary', "\@$huge"],
    [200, 'what all this has left', 'GET', '/SEN0001/weights'],
);

# Sends one request; the same id everywhere, as problem documents hold it.
sub ask {
    my ($front, $number, $method, $target, @options) = @_;
    my ($origin, $prefix) = $front->{url} =~ m{^(https?://[^/]+)(.*)$};
    my $raw = $target =~ s/^\?// ? "$origin$prefix$target" : "$prefix$target";
    my $got = curl($origin, '--request-target', $raw,
        $method eq 'HEAD' ? '-I' : ('-X', $method),
        (map { s/OURS/$origin/r } @options),
        '-H', "X-Request-Id: matrix-$number", @{ $front->{ca} || [] });
    $got->{body} = '' if $method eq 'HEAD';    # there curl puts the head
    # The only things that differ between databases.
    $got->{body} =~ s/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/TIME/g;
    return $got;
}

# Whether what one front answers is what the first one did, or its own.
sub agree {
    my ($name, $title, $got, $first) = @_;
    my $own = $own{$name}{$title};
    return is($got->{status} . ($got->{id} || ''), $own,
        "... and $own of $name itself")
        if $own;
    my @parts = qw(status type id body);
    my %want  = map { $_ => $first->{$_} } @parts;
    my %have  = map { $_ => $got->{$_} } @parts;
    my $allow = header($first->{head}, 'Allow');
    is_deeply(\%have, \%want, "... and $name answers the same")
        or diag(explain(\%have));
    is(header($got->{head}, 'Allow'), $allow, "... and allows $allow")
        if defined $allow;
}

sub mount {
    my ($mount, $prefix) = @_;
    my $settings = sub {
        my $name = shift;
        configure($name, rest => { body_max => '1M',
            $prefix ? (prefix => $prefix) : () });
        return $name;
    };
    my $direct = serve($settings->("serve-$mount"));
    my @fronts = ({ %$direct, name => 'vigia-serve',
        url => $direct->{url} . $prefix });

    for (['nginx', \&nginx], ['Apache', \&apache]) {
        my ($name, $start) = @$_;
    SKIP: {
            skip 'vigia.fcgi was not built', 1 unless program('vigia.fcgi');
            my $service = fcgi($settings->("$name-$mount"));
            my $front = $start->("site-$name-$mount", prefix => $prefix,
                limit => '2m', socket => $service->{socket})
                or stop($service->{pid}), skip "no $name, or no openssl", 1;
            push @fronts, { %$front, name => $name, service => $service,
                ca => ['--cacert', certificate()] };
        }
    }

    for my $number (0 .. $#requests) {
        my ($status, $title, @request) = @{ $requests[$number] };
        my ($first, @others) = map { ask($_, $number, @request) } @fronts;
        is("$first->{status} $first->{id}", "$status matrix-$number",
            "$mount: $title: $status")
            or diag(explain($first));
        agree($fronts[$_]{name}, $title, $others[ $_ - 1 ], $first)
            for 1 .. $#fronts;
    }
    return @fronts;
}

# What only a site does: HTTP leads to HTTPS with method and body, and a
# service that was started again is found again at once.
sub sites {
    my ($mount, @fronts) = @_;
    for my $front (grep { $_->{ca} } @fronts) {
        my $plain = curl("$front->{plain}/SEN0001/weights?column=value");
        is($plain->{status}, 308, "$front->{name}, $mount: HTTP redirects");
        is(header($plain->{head}, 'Location'),
            "$front->{url}/SEN0001/weights?column=value", '... to HTTPS');
        my $moved = curl("$front->{plain}/SEN0001/predict", '-L',
            '-d', '{"value":99}', '-H', $json, @{ $front->{ca} });
        is($moved->{body}, 'true', '... and a POST arrives with its body');
        my $strange = curl("$front->{url}/SEN0001/weights", '--cacert',
            '/dev/null');
        is($strange->{status}, 0, '... where the certificate is looked at');

        my @health = ("$front->{url}/health/", @{ $front->{ca} });
        like(header(curl(@health)->{head}, 'Strict-Transport-Security') || '',
            qr/^max-age=63072000$/, '... and browsers are told to keep to it');
        is(join(' ', map { curl(@health, '--tls-max', $_)->{status} }
                    '1.1', '1.2', '1.3'),
            '0 200 200', '... from TLS 1.2 on');
        stop($front->{service}{pid});
        cmp_ok(curl(@health)->{status}, '>', 500, "$front->{name} is alone");
        $front->{service} = fcgi("$front->{name}-$mount");
        is(curl(@health)->{status}, 200, '... and comes back with us');
    }
}

for (['root', ''], ['prefix', '/plant/vigia']) {
    my ($mount, $prefix) = @$_;
    my @fronts = mount($mount, $prefix);
    sites($mount, @fronts);
    for (@fronts) {
        stop($_->{pid});
        stop($_->{service}{pid}) if $_->{service};
    }
}

# A client elsewhere, as a trusted proxy tells it, needs a key.
SKIP: {
    skip 'vigia.fcgi was not built', 1 unless program('vigia.fcgi');
    configure('keys', rest => { trusted_proxy => '127.0.0.1' });
    my ($key) = (vigia('keys', 'key', 'add', 'web', '--scope', 'read') || '')
        =~ /(vigia_\S+)/ or BAIL_OUT('vigia key add shows no key');
    my $service = fcgi('keys');
    my @far     = ('-H', 'X-Forwarded-For: 192.0.2.7');
    for (['nginx', \&nginx], ['Apache', \&apache]) {
        my ($name, $start) = @$_;
        my $front = $start->("keys-$name", socket => $service->{socket})
            or skip "no $name, or no openssl", 1;
        my $url = "$front->{url}/v1/models";
        my @ca  = ('--cacert', certificate());
        is(curl($url, @ca, @far)->{status}, 401, "$name: no key, no answer");
        is(curl($url, @ca, @far, '-H', "Authorization: Bearer $key")->{status},
            200, '... and one with it');
        stop($front->{pid});
    }
}

# The lines of the sites about certificates of clients. Our one certificate
# has signed itself, so it is an authority, too.
SKIP: {
    skip 'vigia.fcgi was not built', 1 unless program('vigia.fcgi');
    configure('clients');
    my $service = fcgi('clients');
    for (['nginx', \&nginx], ['Apache', \&apache]) {
        my ($name, $start) = @$_;
        my $pem   = certificate() or skip 'no openssl', 1;
        my $front = $start->("clients-$name", clients => $pem,
            socket => $service->{socket})
            or skip "no $name", 1;
        my @ask = ("$front->{url}/health/", '--cacert', $pem);
        isnt(curl(@ask)->{status}, 200,
            "$name: without the certificate of a client, no answer");
        is(curl(@ask, '--cert', $pem, '--key', lab('site.key'))->{status},
            200, '... and one with it');
        stop($front->{pid});
    }
}

done_testing();
