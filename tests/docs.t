#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The program and its documents name the same things: the commands and their
# options (vigia help, vigia(1)), the keys of the configuration (vigia config,
# vigia.conf(5), etc/vigia.conf.in), the options of the services and of the
# dashboard, and its keys (their pages).
# A name that only one of them has is told with the place where it is missing.
use strict;
use warnings;
use Test::More;

my $top   = $ENV{top_srcdir}   || '.';
my $build = $ENV{top_builddir} || '.';
my $vigia = $ENV{VIGIA}        || "$build/vigia";

delete $ENV{VIGIA_DATABASE};
$ENV{HOME} = $ENV{XDG_DATA_HOME} = $ENV{XDG_CONFIG_HOME} = '/nonexistent';
BAIL_OUT("there is no program $vigia") unless -x $vigia;

# ---- the program

sub vigia {
    my @words = @_;
    open my $in, '-|', split(' ', $ENV{VIGIA_WRAP} || ''), $vigia, @words
        or die "$vigia: $!";
    my @lines = <$in>;
    close $in or die "vigia @words exits with ", $? >> 8, "\n";
    chomp @lines;
    return @lines;
}

# The words a list of the help explains: those two blanks from the margin.
sub explained {
    my ($title, @lines) = @_;
    my ($inside, @words) = (0);
    for (@lines) {
        $inside = 0 if /^\S/;
        push @words, $1 if $inside && /^  (?:--)?([a-z][a-z-]*)/;
        $inside = 1 if $_ eq "$title:";
    }
    return @words;
}

# ---- the documents

# The lines of a file; undef, with a test skipped, where it is not written.
sub lines_of {
    my ($file) = @_;
    if (open my $in, '<', "$top/$file") {
        chomp(my @lines = <$in>);
        return \@lines;
    }
    SKIP: { skip "$file is not there: $!", 1 }
    return;
}

# The section of a page below ".Sh TITLE".
sub section {
    my ($title, $lines) = @_;
    my ($inside, @found) = (0);
    for (@$lines) {
        $inside = $1 eq $title if /^\.Sh (.*)/;
        push @found, $_ if $inside;
    }
    return @found;
}

# COMMANDS of vigia(1) as { command => { option => 1 } }: an item begins with
# ".It Ic COMMAND", and its options are all the long ones marked up below it.
sub commands_of_page {
    my ($lines) = @_;
    my (%options, $command);
    for (section('COMMANDS', $lines)) {
        undef $command if /^\.S[sh] /;
        $options{ $command = $1 } ||= {} if /^\.It Ic ([a-z]+)/;
        next unless defined $command && /^\./;
        $options{$command}{$1} = 1 while /\bFl -([a-z][a-z-]*)/g;
    }
    return \%options;
}

# ---- what must be the same

# same(\%program, \%document, what, document): two tests.
sub same {
    my ($program, $document, $what, $name) = @_;
    my @lost = grep { !$document->{$_} } sort keys %$program;
    my @more = grep { !$program->{$_} } sort keys %$document;
    is("@lost", '', "$name has every $what of the program");
    is("@more", '', "... and none that the program has not");
}

sub set { return { map { $_ => 1 } @_ } }

my @commands = explained('commands', vigia('help'));
my %global   = %{ set(explained('options', vigia('help'))) };
cmp_ok(@commands, '>', 20, 'the program has commands');
cmp_ok(keys %global, '>', 3, '... and options of them all');

if (my $lines = lines_of('man/vigia.1')) {
    my $page = commands_of_page($lines);
    same(set(@commands), $page, 'command', 'vigia(1)');
    for my $command (@commands) {
        my $options = set(explained('options', vigia('help', $command)));
        my $written = $page->{$command} || {};
        # A page may speak of these in a command, too.
        delete @$written{ grep { !$options->{$_} } 'version', keys %global };
        same($options, $written, 'option', "vigia(1), $command,");
    }

    my $text = join "\n", @$lines;
    for my $option (sort keys %global) {
        like($text, qr/^\.It .*Fl -\Q$option\E\b/m,
            "vigia(1) explains --$option");
    }
}

# The keys, as section and name.
my %keys;
for (vigia('config', '--no-header')) {
    my ($section, $key) = split /\t/;
    $keys{"[$section] $key"} = 1 if $section ne 'now';
}
cmp_ok(keys %keys, '>', 7, 'the configuration has keys');

if (my $lines = lines_of('man/vigia.conf.5')) {
    my ($section, %written) = ('');
    for (@$lines) {
        $section = $1 if /^\.S[sh] (.*)/;
        $written{"$section $1"} = 1
            if $section =~ /^\[/ && /^\.It Cm ([a-z_]+) =/;
    }
    same(\%keys, \%written, 'key', 'vigia.conf(5)');
}

if (my $lines = lines_of('etc/vigia.conf.in')) {
    my ($section, %written) = ('');
    for (@$lines) {
        $section = $1 if /^(\[.*\])$/;
        $written{"$section $1"} = 1 if /^#([a-z_]+) = \S/;
    }
    same(\%keys, \%written, 'key', 'etc/vigia.conf');
}

# The page of the schema is of the one that there is.
{
    my ($current) = join("\n", vigia('version')) =~ /schema (\d+)/;
    like(join("\n", @{ lines_of('man/vigia-schema.7') || [] }),
        qr/^is the version of the schema, $current on this page\.$/m,
        'vigia-schema(7) has the version of the schema');
}

# The services have options, and a page, of their own.
for my $service (qw(vigia-serve vigia.fcgi)) {
SKIP: {
        skip "$service was not built", 2 unless -x "$build/$service";
        my %options = map { $_ => 1 }
            map { /^  (?:-\w, )?--([a-z]+)/ ? $1 : () }
            `'$build/$service' --help`;
        my $lines = lines_of("man/$service.8") or next;
        my %written = map { /\bFl -([a-z]+)/ ? ($1 => 1) : () } @$lines;
        same(\%options, \%written, 'option', "$service(8)");
    }
}

# So has the dashboard, and keys, of which its page has a row for each group.
SKIP: {
    skip 'vigia-dashboard was not built', 4 unless -x "$build/vigia-dashboard";
    my @help = `'$build/vigia-dashboard' --help`;
    my $lines = lines_of('man/vigia-dashboard.1') or last SKIP;
    my (%options, %keys, %written, %shown);
    my $inside = 0;
    for (@help) {
        $inside = 1 if /^keys:/;
        $options{$1} = 1 if /^  (?:-\w, )?--([a-z-]+)/;
        $keys{$1} = 1 if $inside && /^  (\S.*?)  +\S/;
    }
    /^\.It .*?\bFl -([a-z-]+)/ and $written{$1} = 1 for @$lines;
    for (grep { /^\.It Ic / } section('KEYS', $lines)) {
        s/\\&//g;
        my @names = /\bIc (\S+)/g;
        s/\\-/-/ for @names;
        $shown{ join ', ', @names } = 1;
    }
    same(\%options, \%written, 'option', 'vigia-dashboard(1)');
    same(\%keys, \%shown, 'key', 'vigia-dashboard(1)');
}

done_testing();
