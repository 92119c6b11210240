#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What the documents show is true: the commands of README.md and of the
# EXAMPLES in vigia(1) run in their order, the lines shown as their output
# appear, the statements of vigia-schema(7) are answered, and the files of
# vigia.conf(5) are taken.
#
# In the documents a command stands behind "$ " and exits with 0, unless
# "# exits with N" follows it. Below it stands what a terminal shows: each
# line must appear, in that order. "..." written as one character is any
# text; blanks, times, ages and the user's name are not compared.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use Test::More;

my $top   = abs_path($ENV{top_srcdir} || '.');
my $vigia = abs_path($ENV{VIGIA} || 'vigia');
my $any   = "\xe2\x80\xa6";
my $user  = getpwuid($>) || "uid $>";

plan skip_all => "no program $vigia" unless -x $vigia;
my $script = system('script -qec true /dev/null </dev/null >/dev/null 2>&1')
    == 0;

# ---- reading

sub lines_of {
    my ($file) = @_;
    open my $in, '<', "$top/$file" or die "$file: $!";
    chomp(my @lines = <$in>);
    return @lines;
}

# The literal displays of a manual page, below the given heading if one is.
sub displays_of {
    my ($page, $heading) = @_;
    my ($here, $inside, @displays) = (!$heading, 0);
    for (lines_of("man/$page")) {
        $here = $1 eq $heading if $heading && /^\.Sh (.*)/;
        $inside = 0 if /^\.Ed/;
        if ($inside) {
            s/\\\(dq/"/g;
            s/\\\[u2026\]/$any/g;
            s/\\&//g;
            s/\\-/-/g;
            s/\\e/\\/g;
            push @{ $displays[-1] }, $_;
        }
        push(@displays, []), $inside = 1 if $here && /^\.Bd -literal/;
    }
    return @displays;
}

# The fenced blocks of a text in Markdown that show a terminal.
sub consoles_of {
    my ($file) = @_;
    my ($inside, @blocks) = (0);
    for (lines_of($file)) {
        $inside = 0 if /^```$/;
        push @{ $blocks[-1] }, $_ if $inside;
        push(@blocks, []), $inside = 1 if /^```console$/;
    }
    return @blocks;
}

# Blocks as a list of { command, status, output => [lines] }.
sub steps_of {
    my ($more, @steps);
    for (map { @$_ } @_) {
        if ($more) {
            $steps[-1]{command} .= "\n$_";
        } elsif (/^\$ (.*)/) {
            push @steps, { command => $1, status => 0, output => [] };
        } else {
            push @{ $steps[-1]{output} }, $_ if /\S/;
        }
        $more = @steps && !@{ $steps[-1]{output} } && /\\$/;
        $steps[-1]{status} = $1
            if @steps && $steps[-1]{command} =~ /# exits with (\d+)$/;
    }
    return @steps;
}

# ---- running

# A folder of our own with a command "vigia" and no configuration.
sub enter {
    my $home = tempdir(CLEANUP => 1);
    chdir $home or die "$home: $!";
    mkdir "$home/bin";
    open my $out, '>', "$home/bin/vigia" or die "$home/bin/vigia: $!";
    print $out "#!/bin/sh\nexec $ENV{VIGIA_WRAP} '$vigia' \"\$@\"\n";
    close $out;
    chmod 0755, "$home/bin/vigia";
    $ENV{PATH}           = "$home/bin:$ENV{PATH}";
    $ENV{HOME}           = $home;
    $ENV{VIGIA_DATABASE} = "$home/v.db";
    $ENV{"XDG_$_"}       = "$home/.$_"
        for qw(CONFIG_HOME DATA_HOME STATE_HOME);
    mkdir "$home/work";
    chdir "$home/work" or die "$home/work: $!";
    return $home;
}

# Runs a command as on a terminal; answers its status and what it printed.
sub run {
    my ($command) = @_;
    open my $out, '>', '../command' or die "command: $!";
    print $out "stty cols 80 2>/dev/null\nset -e\n$command\n";
    close $out;
    my $shown = $script
        ? `script -qec 'sh ../command' /dev/null </dev/null 2>&1`
        : `sh ../command </dev/null 2>&1`;
    return ($? >> 8, $shown);
}

# ---- comparing

sub plain {
    my ($text) = @_;
    $text =~ s/\r//g;
    $text =~ s/\e\[[0-9;?]*[A-Za-z]//g;
    $text =~ s/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?
               (?:Z|[-+]\d\d:\d\d)?/TIME/gx;
    $text =~ s/\b\d+[smhdy](?= ago|$)/AGE/gm;
    $text =~ s/\b\Q$user\E\b/ana/g;
    $text =~ s/[ \t]+/ /g;
    $text =~ s/^ | $//gm;
    return $text;
}

# The lines shown that do not appear, in their order, in what was printed.
sub absent {
    my ($shown, $printed) = @_;
    my @printed = split /\n/, plain($printed);
    my @absent;
    for my $line (map { plain($_) } @$shown) {
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

sub follow {
    my ($file, @steps) = @_;
    cmp_ok(scalar @steps, '>', 3, "$file shows commands");
    for my $step (@steps) {
        my ($status, $printed) = run($step->{command});
        my $name   = "$file: $step->{command}";
        my @absent = $script ? absent($step->{output}, $printed) : ();
        $name =~ s/\s+/ /g;
        next if ok($status == $step->{status} && !@absent, $name);
        diag("exit status $status, expected $step->{status}");
        diag("not shown: $_") for @absent;
        diag("printed: $_") for split /\n/, $printed;
    }
}

# ---- the documents

my $here = getcwd();
END { chdir $here if $here } # out of the folder that is to be removed
$ENV{VIGIA_WRAP} = '' unless defined $ENV{VIGIA_WRAP};
delete $ENV{NO_COLOR};
@ENV{qw(TZ LC_ALL TERM)} = qw(UTC C.UTF-8 dumb);
note('no script(1): outputs are not compared') unless $script;

enter();
follow('README.md', steps_of(consoles_of('README.md')));

enter();
follow('vigia.1', steps_of(displays_of('vigia.1', 'EXAMPLES')));

# On the database that the examples of vigia(1) have left.
for (map { join "\n", @$_ } displays_of('vigia-schema.7', 'EXAMPLES')) {
    my $name = "vigia-schema.7: $_";
    $name =~ s/\s+/ /g;
SKIP: {
        skip 'no sqlite3', 1 if system('command -v sqlite3 >/dev/null');
        open my $out, '>', '../sql' or die "sql: $!";
        print $out s/'20\d\d-[^']*'/'2999-01-01'/r; # a time after all others
        close $out;
        my $rows = `sqlite3 -readonly ../v.db <../sql 2>&1`;
        ok($? == 0 && $rows =~ /\S/, $name) or diag($rows);
    }
}

for (grep { $_->[-1] =~ /=/ } displays_of('vigia.conf.5')) {
    open my $out, '>', 'vigia.conf' or die "vigia.conf: $!";
    print $out map { "$_\n" } @$_;
    close $out;
    my $said = `vigia -c vigia.conf config 2>&1`;
    is($?, 0, "vigia.conf.5: @$_") or diag($said);
}

done_testing();
