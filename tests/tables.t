#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The routes of services that vigia takes the place of, over HTTP: flights with
# every golden line of both models, clients, listings; and what must change
# nothing when it is refused.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use Digest::SHA qw(sha256_hex);
use HTTP::Tiny;
use JSON::PP;
use Lab qw(lab program serve slurp spew vigia);
use Test::More;
use Wire;

plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');

my $http = HTTP::Tiny->new(timeout => 30);
my $base = serve('v')->{url};

# Status and answer of a request; body is a value, or a text with its type.
sub ask {
    my ($method, $path, $body, $type) = @_;
    my %with;
    $with{content} = ref $body ? encode_json($body) : $body if defined $body;
    $with{headers} = { 'content-type' => $type || 'application/json' };
    my $said = $http->request($method, "$base$path", \%with);
    my $json = eval { JSON::PP->new->allow_nonref->decode($said->{content}) };
    return ($said->{status}, $json);
}

# A form with those fields.
sub form {
    my %fields = @_;
    my $body = join '', map {
        "--b1b\r\nContent-Disposition: form-data; name=\"$_\"; "
            . "filename=\"f\"\r\n\r\n$fields{$_}\r\n"
    } sort keys %fields;
    return ("$body--b1b--\r\n", 'multipart/form-data; boundary=b1b');
}

sub refused {
    my ($name, $want, $words, @body) = @_;
    my ($status, $said) = ask(POST => '/model/load/', @body);
    is($status, $want, "$name: status");
    like($said->{detail}, $words, "$name: sentence");
}

# ---- nothing there yet

my ($status, $said) = ask(GET => '/model/history/');
is_deeply($said, { history => [] }, 'an empty history');
($status, $said) = ask(POST => '/model/predict/', { x => 1 });
is($status, 404, 'no model yet');
like($said->{detail}, qr{/model/load/}, 'it is said how to load one');

# ---- bad forms

refused('a pickle', 422, qr{packaging/convert}, form(file => "\x80\x04K\x01."));
refused('no file', 422, qr/no field "file"/, form(scalers => '{}'));
refused('another field', 422, qr/"scaler"; did you mean "scalers"/,
    form(file => 'tree', scaler => '{}'));
refused('a field twice', 422, qr/"file" twice/,
    join('', map { (form(file => $_))[0] =~ s/--b1b--\r\n//r } 1, 2)
        . "--b1b--\r\n", (form())[1]);
refused('no boundary', 400, qr/no boundary/, 'x', 'multipart/form-data');
my ($body, $type) = form(file => 'tree');
refused('a cut form', 400, qr/is cut/, substr($body, 0, -9), $type);
refused('another start', 400, qr/does not begin/, "x$body", $type);
refused('no model', 400, qr/line 1/, form(file => 'hello'));
($status, $said) = ask(GET => '/models');
is_deeply($said->{models}, [], 'nothing became of them');

# ---- clients

spew(lab('c.csv'), join "\n", 'attr_a,attr_b,label',
    map { my $b = (qw(a b c d))[$_ % 4];
        join ',', 1 + $_ % 5, $b, $_ % 5 > 2 && $b ne 'a' ? 1 : 0 } 1 .. 400);
vigia('v', qw(fit clients --kind linear --label label --csv), lab('c.csv'));
($status, $said) = ask(POST => '/predict',
    { idx => 7, features => { attr_a => 5, attr_b => 'c' } });
is($status, 200, 'a client');
is_deeply($said, { label => 1 }, 'has a label, a number');
($status, $said) = ask(POST => '/predict', { idx => 7, features => {} });
is($status, 400, 'without features');
is_deeply($said->{missing_fields}, [qw(attr_a attr_b)], 'they are named');
is_deeply([map { $_->{pointer} } @{ $said->{errors} }],
    [qw(/features/attr_a /features/attr_b)], 'and pointed at');
($status, $said) = ask(POST => '/predict',
    { features => { attr_a => 'x', attr_b => 'e' } });
is($status, 422, 'wrong features are another error');
is_deeply([sort map { $_->{pointer} } @{ $said->{errors} }],
    [qw(/features/attr_a /features/attr_b)], 'all at once');
($status, $said) = ask(POST => '/v1/models/clients/test?column=x',
    { attr_a => 5, attr_b => 'c' });
is($said->{errors}[0]{pointer}, '?column', 'a table has no columns');
($status, $said) = ask(POST => '/v1/models/clients/test',
    { rows => [({ attr_a => 5, attr_b => 'c' }) x 1001] });
is($status, 422, 'a thousand rows and one are too many at once');
is($said->{errors}[0]{pointer}, '/rows', 'as is pointed at');
($status, $said) = ask(GET => '/v1/history?model=clients');
is($said->{history}[0]{input}{idx}, 7, 'idx is in the history');
is(scalar @{ $said->{history} }, 1, 'what was refused is not');

# ---- names as JSON pointers escape them

spew(lab('s.csv'), join "\n", 'room/type,a~b,label',
    map { join ',', $_ % 2 ? 'x' : 'y', $_ % 7, $_ % 3 ? 1 : 0 } 1 .. 200);
vigia('v', qw(fit clients --kind linear --label label --fresh --csv),
    lab('s.csv'));
($status, $said) = ask(POST => '/predict', { features => { 'a~b' => 1 } });
is_deeply($said->{missing_fields}, ['room/type'], 'a slash in a name');
($status, $said) = ask(POST => '/predict',
    { features => { 'a~b' => 1, 'room/type' => 5 } });
is($status, 422, 'what is there is not missing');
ok(!exists $said->{missing_fields}, 'and not called so');
vigia('v', qw(undo clients));

# ---- a form is the same, whatever its boundary

{
    my $text = vigia('v', qw(export clients));
    my @versions;
    for my $mark ('b1b', 'xyz0') {
        my ($body, $type) = form(file => $text);
        s/b1b/$mark/g for $body, $type;
        my $said = $http->request(POST => "$base/v1/models/twice/load",
            { content => $body, headers => { 'content-type' => $type,
                'idempotency-key' => 'form-1' } });
        push @versions, [$said->{status}, $said->{content} =~ /"version":(\d+)/];
    }
    is_deeply(\@versions, [[200, 1], [200, 1]], 'a repeated form is one load');
}
($status, $said) = ask(POST => '/v1/models/twice/fit?kind=trees&label=label',
    "a,label\n1,2\n", 'text/csv');
is($status, 409, 'another kind has the name');

# ---- examples, which a model brings along

# A text of vigia changed by that pattern, with a checksum that fits.
sub changed {
    my ($text, $from, $to) = @_;
    $text =~ s/$from/$to/ or die "no $from\n";
    $text =~ s/"sha256":"[0-9a-f]+",//;
    my $sum = sha256_hex($text =~ s/\n$//r);
    return $text =~ s/(?="weights")/"sha256":"$sum",/r;
}

my $text = vigia('v', qw(export clients));
my $load = sub { ask(POST => '/v1/models/clients/load', @_) };
($status, $said) = $load->(changed($text, qr/"0":0\.\d+/, '"0":3'));
is($status, 422, 'a model that answers its examples otherwise is refused');
like($said->{detail}, qr/its example 0 with .* and the file says /,
    'it is said which');
is($said->{errors}[0]{pointer}, '/weights/examples/0', 'and pointed at');
($status, $said) = ask(GET => '/v1/models/clients');
is($said->{version}, 1, 'and the version before is active');
($status, $said) = $load->(changed($text, qr/"examples":\[.*?\],/, ''));
is($status, 200, 'without examples nothing is asked');

# ---- flights

my $data = ($ENV{VIGIA_SHARED} || Lab::top() . '/../shared/data') . '/flights';
SKIP: {
    skip 'no real data', 1 unless -f "$data/golden_predictions.jsonl";
    my @golden = map { decode_json($_) }
        split /\n/, slurp("$data/golden_predictions.jsonl");
    for my $n (1, 2) {
        my $file = $n == 1 ? 'model' : 'model_2';
        ($status, $said) = ask(POST => '/model/load/',
            form(file => slurp("$data/${file}_lightgbm.txt"),
                scalers => slurp("$data/${file}_scalers.json")));
        is_deeply($said, { status => 'ok', model_version => $n,
                message => 'Model loaded successfully' }, "$file is loaded");
        my ($wrong, $wire) = (0, Wire->new($base));    # quick with many
        for my $line (@golden) {
            my ($code, $text) = $wire->ask('POST', '/model/predict/',
                encode_json($line->{request}));
            my $got = decode_json($text);
            $wrong++ unless $code == 200 && $got->{model_version} == $n
                && abs($got->{score} - $line->{"score_model_$n"}) <= 1e-9;
        }
        is($wrong, 0, "$file: all @{[scalar @golden]} golden lines");
    }
    ($status, $said) = ask(GET => '/model/history/?limit=1');
    is_deeply($said->{history}[0]{features}, $golden[-1]{request},
        'the newest row has its features');
    is($said->{history}[0]{model}, 'flights@2', 'and its model');
    refused('a cut model', 422, qr/./,
        form(file => substr(slurp("$data/model_lightgbm.txt"), 0, 100000)));
    ($status, $said) = ask(POST => '/model/predict/', $golden[0]{request});
    is($said->{model_version}, 2, 'after which all is as it was');
}

done_testing();
