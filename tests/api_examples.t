#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What vigia-api(7) and README.md show of the service is true: their commands
# run in their order against vigia-serve, and the lines below them appear in
# what is printed; "..." written as one character is any text. The Python runs,
# where python3 has requests. The page has every route of /openapi.json, and no
# other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/web";
use JSON::PP;
use Lab qw(curl find lab program serve slurp spew vigia);
use Test::More;

plan skip_all => 'no curl' unless find('curl');
plan skip_all => 'vigia-serve was not built' unless program('vigia-serve');
plan skip_all => 'this curl has no --json' if `curl --help all` !~ /--json/;

my $any = "\xe2\x80\xa6";

# ---- reading the page

# The literal displays, as lists of lines, and the routes.
sub page {
    my ($file) = @_;
    my ($inside, @displays, %routes);
    open my $in, '<', $file or die "$file: $!";
    while (my $line = <$in>) {
        chomp $line;
        $routes{"$1 $2"} = 1 if $line =~ m{^\.It Ic ([A-Z]+) Pa (/\S+)};
        $inside = 0 if $line =~ /^\.Ed/;
        if ($inside) {
            $line =~ s/\\\(dq/"/g;
            $line =~ s/\\\[u2026\]/$any/g;
            $line =~ s/\\&//g;
            $line =~ s/\\e/\\/g;
            push @{ $displays[-1] }, $line;
        }
        push(@displays, []), $inside = 1 if $line =~ /^\.Bd -literal/;
    }
    return (\%routes, @displays);
}

# The displays of README.md that are of the service.
sub readme {
    my ($inside, @displays) = (0);
    for (split /\n/, slurp(Lab::top() . '/README.md')) {
        $inside = 0 if /^```$/;
        push @{ $displays[-1] }, $_ if $inside;
        push(@displays, []), $inside = 1 if /^```sh-session$/;
    }
    return @displays;
}

# A command goes on in the lines that are indented; what follows it is output.
sub steps_of {
    my @steps;
    for (@_) {
        if (/^\$ (.*)/) {
            push @steps, { command => $1, shown => [] };
        } elsif (/^ / && !@{ $steps[-1]{shown} }) {
            $steps[-1]{command} .= "\n$_";
        } elsif (/\S/) {
            push @{ $steps[-1]{shown} }, $_;
        }
    }
    return @steps;
}

# ---- running

# All commands in one shell, as they use each other's variables.
sub run {
    my ($base, $key, @steps) = @_;
    my $text = "B='$base' KEY='$key'\nvigia() { '"
        . join("' '", program('vigia'), '-d', lab('v.db'))
        . "' \"\$@\"; }\ncurl() { command curl -q -sS \"\$@\"; }\n";
    for (0 .. $#steps) {
        $text .= "$steps[$_]{command}\necho\necho \"== \$?\"\n";
    }
    spew(lab('steps'), $text);
    chdir lab() or die lab();
    my @parts = split /\n== (\d+)\n/, `sh steps 2>&1 </dev/null`;
    for (@steps) {
        @$_{qw(printed status)} = (splice @parts, 0, 2);
    }
}

# The lines shown that do not appear, in their order, in what was printed.
sub absent {
    my ($step) = @_;
    my @printed = split /\n/, $step->{printed};
    my @absent;
    for my $line (@{ $step->{shown} }) {
        my $pattern = join '.*', map { quotemeta } split /\Q$any\E/, $line, -1;
        my ($at) = grep { $printed[$_] =~ /^$pattern$/ } 0 .. $#printed;
        if (defined $at) {
            splice @printed, 0, $at + 1;
        } else {
            push @absent, $line;
        }
    }
    return @absent;
}

# ---- what must be

my ($routes, @displays) = page(Lab::top() . '/man/vigia-api.7');
my @python   = grep { $_->[0] =~ /^import / } @displays;
my @commands = map { steps_of(@$_) }
    grep { $_->[0] =~ /^\$ / } @displays, readme();
@commands = grep { $_->{command} !~ /^B=| serve$/ } @commands;
cmp_ok(@commands, '>', 30, 'the documents show commands');

my $base = serve('v')->{url};
my ($key) =
    (vigia('v', 'key', 'add', 'examples', '--scope', 'test') || '')
    =~ /(vigia_\S+)/;
run($base, $key || '', @commands);
for my $step (@commands) {
    my @absent = absent($step);
    my $name   = $step->{command} =~ s/\s+/ /gr;
    next if ok(!@absent && defined $step->{status}, $name);
    diag("not shown: $_") for @absent;
    diag("printed: ", defined $_ ? substr($_, 0, 2000) : 'nothing')
        for $step->{printed};
}

for (@python) {
SKIP: {
        skip 'no python3 with requests', 1
            if system("python3 -c 'import requests' 2>/dev/null");
        my $text = join "\n", @$_, '';
        $text =~ s{http://127\.0\.0\.1:8080}{$base};
        my $file = spew(lab('example.py'), $text);
        my $said = `python3 '$file' 2>&1`;
        is($?, 0, "Python: $_->[-1]") or diag($said);
    }
}

my $api = decode_json(curl("$base/openapi.json")->{body});
my (%served, %written);
for my $path (keys %{ $api->{paths} }) {
    my @methods = grep { /^(?:get|post|patch|delete)$/ }
        keys %{ $api->{paths}{$path} };
    $served{ uc . ' ' . $path } = 1 for @methods;
}
is_deeply([sort keys %$routes], [sort keys %served],
    'vigia-api.7 has the routes that are served');

done_testing();
