#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What others say about /openapi.json: Spectral from the npm registry, where
# that can be reached, finds neither an error nor a warning.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use JSON::PP;
use Lab qw(curl find lab program serve spew stop);
use Test::More;

plan skip_all => 'no curl' unless find('curl');
plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');

my $service  = serve('document');
my $got      = curl("$service->{url}/openapi.json");
my $document = eval { decode_json($got->{body}) };
is($got->{status}, 200,                '/openapi.json is there');
is($got->{type},   'application/json', '... as JSON');
is($document->{openapi}, '3.1.0',      '... of OpenAPI 3.1');

for my $page (qw(/docs /redoc)) {
    my $shown = curl("$service->{url}$page");
    is($shown->{status}, 200, "$page is there");
    my @elsewhere =
        $shown->{body} =~ m{(?:src|href)="((?!\#|/)[^"]*)"}g;
    is("@elsewhere", '', '... and loads nothing from elsewhere');
}
stop($service->{pid});

SKIP: {
    my $npx = find('npx') or skip 'npx is not installed', 1;
    my @spectral = ($npx, '--yes', '@stoplight/spectral-cli');
    my $file  = spew(lab('openapi.json'), $got->{body});
    my $rules = spew(lab('rules.yaml'), qq(extends: ["spectral:oas"]\n));

    # Offline it is not found; that takes npm a while to see.
    local $ENV{npm_config_fetch_retries} = 0;
    my $version = `@spectral --version 2>&1`;
    skip 'Spectral cannot be had from the npm registry', 1 if $?;
    my $said = `@spectral lint -q --fail-severity warn -r $rules $file 2>&1`;
    is($?, 0, 'Spectral has nothing to say') or diag($said);
}

done_testing();
