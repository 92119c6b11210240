#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The scripts of packaging/examples do what they say, against vigia-serve.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use JSON::PP;
use Lab qw(find lab program serve slurp spew vigia);
use Test::More;

plan skip_all => 'no curl' unless find('curl');
plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');
plan skip_all => 'this curl has no --fail-with-body'
    if `curl --help all` !~ /--fail-with-body/;

$ENV{VIGIA_URL} = serve('v')->{url};

# The answers of a script, which must succeed, or fail where it is to.
sub example {
    my ($name, @words) = @_;
    my $script = Lab::top() . "/packaging/examples/$name.sh";
    open my $out, '-|', 'sh', '-c', 'exec sh "$@" 2>"$0"', lab('said'),
        $script, @words
        or die "sh: $!";
    my @lines = map { JSON::PP->new->allow_nonref->decode($_) } <$out>;
    close $out;
    return ($? >> 8, @lines);
}

# A table of those columns: cells are chosen by the row's number.
sub table {
    my ($name, $label, $value, %cells) = @_;
    my @names = sort keys %cells;
    return spew(lab($name), join "\n", join(',', @names, $label),
        map { my $i = $_;
            join ',', (map { $cells{$_}[ $i % @{ $cells{$_} } ] } @names),
            $value->($i) } 0 .. 419);
}

# ---- flights

my ($rc, @said) = example('flights', lab('none'));
isnt($rc, 0, 'flights: without a file it fails');
my @features =
    qw(clouds distance precip pres sched_arr_time sched_dep_time snow wind_spd);
my $flights = table('f.csv', 'label', sub { 3 * ($_[0] % 7) + 1 },
    map { $features[$_] => [map { $_ * 10 } 0 .. 2 + $_] } 0 .. 7);
vigia('v', qw(fit f --kind linear --label label --csv), $flights);
vigia('v', qw(export f), lab('f.json'));
($rc, @said) = example('flights', lab('f.json'));
is($rc, 0, 'flights: a model is loaded and asked');
is_deeply($said[0], { status => 'ok', model_version => 1,
        message => 'Model loaded successfully' }, 'it says so');
is($said[2]{history}[0]{score}, $said[1]{score}, 'the history has the score');
is($said[2]{history}[0]{features}{distance}, 284, 'and the features');

my $data = ($ENV{VIGIA_SHARED} || Lab::top() . '/../shared/data') . '/flights';
SKIP: {
    skip 'no real data', 1 unless -f "$data/model_lightgbm.txt";
    local $ENV{VIGIA_URL} = serve('w')->{url};    # another kind of model
    ($rc, @said) = example('flights', "$data/model_lightgbm.txt",
        "$data/model_scalers.json");
    is($said[1]{score}, 10.395497357666757, 'flights: the golden score');
}

# ---- listings

my $listings = table('l.csv', 'price_category', sub { (qw(Low High))[ $_[0] % 7 > 3 ] },
    accommodates => [1 .. 7], bathrooms => [1, 2], bedrooms => [1, 2, 3],
    room_type => ['Private room', 'Entire home/apt'],
    neighbourhood => [qw(Bronx Brooklyn Queens)]);
{
    local $ENV{VIGIA_KIND} = 'linear';
    ($rc, @said) = example('listings', $listings);
    is($rc, 0, 'listings: a model is made of a table');
    my $made = shift @said;
    is($made->{version}, 1, 'its first version');
    my ($again) = example('listings', lab('none'));
    isnt($again, 0, 'without the table it fails');
}
is($rc, 0, 'listings: a listing is told');
is_deeply([sort map { $_->{name} } @{ $said[0]{models} }],
    [qw(f flights listings)], 'after the models there are');
is($said[1]{id}, 1001, 'by its id');
is($said[1]{model}, 'listings@1', 'with the version that told');
is($said[1]{price_category}, $said[1]{verdicts}[0]{label}, 'and the label');

# ---- clients

my $clients = table('c.csv', 'label', sub { $_[0] % 11 == 5 ? 1 : 0 },
    attr_a => [1 .. 5], attr_b => [qw(a b c d)],
    scd_a => [map { $_ / 10 } 0 .. 10], scd_b => [1 .. 6]);
vigia('v', qw(fit clients --kind linear --label label --csv), $clients);
($rc, @said) = example('clients');
is($rc, 0, 'clients: a client is told');
is_deeply($said[0], { label => 0 }, 'its label');
is_deeply($said[1]{missing_fields}, [qw(scd_a scd_b)], 'what is missing');

# ---- planners

($rc, @said) = example('planners');
is($rc, 0, 'planners: all are asked');
is_deeply([map { [map { $_ + 0 } @$_] } @said[0 .. 3]],
    [[0, 28, 11], [0, 28, 11], [0, 29, 7], [0, 29, 7]],
    'the published answers');
is_deeply($said[4], $said[5], 'a seed repeats');
is($said[6]{verdicts}[0]{candidates}, 28, 'and one explained');

done_testing();
