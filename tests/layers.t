#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The structure of the sources: who may include whom, how long a file and a
# function may be, that a header needs nothing before it. The rules are those
# of HACKING.md; a failure names file, line and rule.
use strict;
use warnings;
use File::Find;
use Test::More;

chdir($ENV{top_srcdir} || '.') or die "no top_srcdir: $!";

# What each folder may include besides itself.
my %reach = (
    base  => [],
    data  => [qw(base)],
    kinds => [qw(base data)],
    store => [qw(base)],
    core  => [qw(base data kinds store)],
    cli   => [qw(base data kinds store core)],
    cgi   => [qw(base data kinds store core)],
    tui   => [qw(base data kinds store core)],
);

# The only files that may know a library; tests may know all.
my @rooms = (
    [qr{<sqlite3\.h>},                  qr{^src/store/}],
    [qr{<jansson\.h>},                  qr{^src/base/json\.c$}],
    [qr{<(?:iniparser/)?iniparser\.h>}, qr{^src/base/ini\.c$}],
    [qr{<fcgiapp\.h>},                  qr{^cgi/fcgi_codec\.c$}],
    [qr{<xgboost/c_api\.h>},            qr{^src/kinds/boost\.c$}],
    [qr{<microhttpd\.h>},               qr{^cgi/serve\.c$}],
    [qr{<(?:n?cursesw?(?:/\w+)?|term)\.h>}, qr{^tui/term\.c$}],
);

use constant { FILE_LINES => 500, FUNCTION_LINES => 60 };

my %text;
find({ no_chdir => 1, wanted => sub { slurp($_) if /\.[ch]$/ } },
    grep { -d } qw(src cgi tui tests));
my @files = sort keys %text;

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    $text{$file} = [<$in>];
}

# The folder of the house that a file is in: src/base/err.c is in base.
sub folder {
    my ($file) = @_;
    return $file =~ m{^src/(\w+)/} ? $1 : $file =~ m{^(cgi|tui)/} ? $1 : '';
}

# each_line(sub): calls it with file, line number and line.
sub each_line {
    my ($see) = @_;
    for my $file (@files) {
        my $n = 0;
        $see->($file, ++$n, $_) for @{ $text{$file} };
    }
}

# none(\@complaints, behaviour): a test that passes without complaints.
sub none {
    my ($bad, $name) = @_;
    ok(!@$bad, $name);
    diag($_) for @$bad;
}

sub arrows {
    my @bad;
    each_line(sub {
        my ($file, $n, $line) = @_;
        my $from = folder($file) or return;
        $line =~ /^\s*#\s*include\s*"([^"]+)"/ or return;
        my $what = $1;
        my ($to) = $what =~ m{^(\w+)/};
        if (!$to) {
            push @bad, "$file:$n: \"$what\" is not written folder/file.h";
        } elsif (!grep { $_ eq $to } $from, @{ $reach{$from} || [] }) {
            push @bad, "$file:$n: $from may not include $to";
        }
    });
    none(\@bad, 'a folder includes only what its arrows reach');
}

sub rooms {
    my @bad;
    each_line(sub {
        my ($file, $n, $line) = @_;
        $line =~ /^\s*#\s*include\s*(<[^>]+>)/ or return;
        my $what = $1;
        for my $room (@rooms) {
            my ($header, $owner) = @$room;
            push @bad, "$file:$n: $what belongs to others"
                if $what =~ $header && $file !~ $owner && $file !~ /^tests/;
        }
    });
    none(\@bad, 'each library is known to its one room only');
}

# A kind is tested with literals: its answers depend on its arguments alone.
sub purity {
    my @bad;
    each_line(sub {
        my ($file, $n, $line) = @_;
        push @bad, "$file:$n: a kind may not call $1()"
            if folder($file) eq 'kinds'
            && $line =~ /\b(clock_(?:now|local|elapsed)|log_\w+|f?open|time
                          |getenv|rand|random)\s*\(/x;
    });
    none(\@bad, 'kinds know no clock, file, log or environment');
}

sub licence {
    my @bad = grep {
        $text{$_}[0] !~ m{^/\* SPDX-License-Identifier: Apache-2\.0 \*/$}
    } @files;
    none(\@bad, 'every file begins with its licence');
}

# A table that a program wrote says so in its opening comment.
sub generated {
    my ($file) = @_;
    return join('', @{ $text{$file} }[0 .. 9]) =~ /generated|not by hand/i;
}

sub file_lengths {
    my @bad;
    for my $file (@files) {
        my $lines = @{ $text{$file} };
        push @bad, "$file has $lines lines"
            if $lines > FILE_LINES && !generated($file);
    }
    none(\@bad, 'no file is over ' . FILE_LINES . ' lines');
}

# A function is from its name in the first column to the closing brace there.
sub function_lengths {
    my ($bad, $seen) = ([], 0);
    my ($name, $start);
    each_line(sub {
        my ($file, $n, $line) = @_;
        undef $name if $n == 1;
        ($name, $start) = ($1, $n) if $line =~ /^(\w+)\([^;]*$/;
        return if $line !~ /^\}/ || !defined $name;
        my $lines = $n - $start + 1;
        push @$bad, "$file:$start: $name() has $lines lines"
            if $lines > FUNCTION_LINES;
        $seen++;
        undef $name;
    });
    none($bad, 'no function is over ' . FUNCTION_LINES . ' lines');
    cmp_ok($seen, '>', 50, 'functions were found to be measured');
}

sub headers {
    my $cc = $ENV{CC} || 'cc';
    my $flags = '-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only'
        . ' -Isrc -Itests -I. -xc';
    my @bad;
    for my $file (grep { /\.h$/ } @files) {
        # Twice, so that a missing guard is seen too.
        open my $out, '|-', "$cc $flags - 2>&1" or die "$cc: $!";
        print $out qq{#include "$file"\n#include "$file"\n};
        close $out or push @bad, "$file does not compile alone, twice";
    }
    none(\@bad, 'every header compiles alone');
}

arrows();
rooms();
purity();
licence();
file_lengths();
function_lengths();
headers();
done_testing();
