#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# How fast CSV files of readings are fitted and tested, as whole processes,
# best of three: against wc -l, which only counts lines, and against what else
# computes mean and deviation of 6 columns by sensor: a row loop in Python,
# pandas, DuckDB and polars (by node, from the packages @duckdb/node-api and
# nodejs-polars in NODE_PATH), whichever is there. Then a million sensors, one
# column of each: the fit against sqlite3 doing .import and GROUP BY with the
# same file, once of as many rows in the shape of before, once of nothing but
# names and values, two of each, where storing is nearly all; test --all
# against sqlite3 printing the same rows, show of one of them against show of
# one of ten, and the memory of fits and tests.
#
# bulk.pl [ROWS] [SENSORS] [FOLDER]   (7000000, 1000000, a temporary one with
# room for 4.5 GB; with 0 sensors the last part is left out). Files that stand
# in FOLDER from an earlier run are used again. PYTHON is the python3 to run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../web";
use Clock qw(now);
use File::Temp qw(tempdir);

my $build = $ENV{top_builddir} || '.';
my $vigia = $ENV{VIGIA}        || "$build/vigia";
my $python = $ENV{PYTHON}      || 'python3';
my $rows  = shift // 7_000_000;
my $sensors = shift // 1_000_000;
my $dir   = shift
    // tempdir('vigia-bench.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my @columns = map {
    my $what = $_;
    map {"params.$what.$_"} qw(x y z)
} qw(accelRMS velRMS);
my $columns = join ',', @columns;

$| = 1;
$ENV{VIGIA_DATABASE}  = "$dir/bench.db";
$ENV{XDG_CONFIG_HOME} = $dir;

# The name of the file that collects writes for these arguments.
sub generate {
    my $file = join('-', 'collects', @_) . '.csv';
    return $file if -e "$dir/$file";
    my $done = system "$build/tests/bench/collects @_ >$dir/part";
    die "cannot write $dir/$file\n" if $done != 0;
    rename "$dir/part", "$dir/$file" or die "$dir/$file: $!\n";
    return $file;
}

# seconds(COMMAND, TIMES): of the fastest; undef when it fails. A command that
# prints "seconds N" is believed: then N is without the start of a program.
sub seconds {
    my ($command, $times) = @_;
    my $best;
    for (1 .. $times // 3) {
        my $begun = now;
        my $out   = `($command) 2>$dir/err`;
        my $took  = now - $begun;
        return undef if $? != 0;    # one value in a list, too
        $took = $1 if $out =~ /^seconds ([\d.]+)$/m;
        $best = $took if !defined $best || $took < $best;
    }
    return $best;
}

sub write_file {
    my ($name, $text) = @_;
    open my $out, '>', "$dir/$name" or die "$dir/$name: $!\n";
    print $out $text;
    close $out or die "$dir/$name: $!\n";
}

write_file('loop.py', <<"END");
import csv, statistics, sys, time
groups = {}
begun = time.monotonic()
for row in csv.DictReader(open(sys.argv[1])):
    for c in "$columns".split(","):
        if row[c]:
            groups.setdefault((row["sensorId"], c), []).append(float(row[c]))
for values in groups.values():
    statistics.fmean(values), statistics.stdev(values)
print("seconds", time.monotonic() - begun)
END
write_file('frame.py', <<"END");
import sys, pandas
c = "$columns".split(",")
d = pandas.read_csv(sys.argv[1], usecols=c + ["sensorId"])
d.groupby("sensorId").agg(["mean", "std"])
END
my $both = join ', ', map {qq{avg("$_"), stddev_samp("$_")}} @columns;
write_file('duckdb.js', <<"END");
const { DuckDBInstance } = require('\@duckdb/node-api');
(async () => {
    const db = await DuckDBInstance.create(':memory:', { threads: '2' });
    const c = await db.connect(), begun = process.hrtime.bigint();
    await (await c.run(`SELECT sensorId, $both FROM
        read_csv('\${process.argv[2]}') GROUP BY 1`)).getRows();
    console.log('seconds', Number(process.hrtime.bigint() - begun) / 1e9);
})();
END
my $list = join ', ', map {"'$_'"} @columns;
write_file('polars.js', <<"END");
const pl = require('nodejs-polars');
const begun = process.hrtime.bigint();
pl.scanCSV(process.argv[2]).groupBy('sensorId').agg(
    ...[$list].flatMap(c => [pl.col(c).mean().alias(c + ' mean'),
                             pl.col(c).std().alias(c + ' std')])).collectSync();
console.log('seconds', Number(process.hrtime.bigint() - begun) / 1e9);
END

sub fit {
    my ($file, $jobs) = @_;
    return "rm -f $dir/bench.db*; $vigia fit --csv $dir/$file --by sensorId"
        . " --columns $columns --jobs $jobs --no-header";
}

my $plain  = generate($rows);
my $small  = generate(int($rows / 100));
my $quoted = generate($rows, 200, 'quoted');
my $test   = "$vigia test --csv $dir/$plain --by sensorId"
    . " --columns $columns --jobs 2";
my $wc     = seconds("wc -l $dir/$plain") or die "there is no wc\n";
my $two    = seconds(fit($plain, 2))      or die "vigia fit failed\n";

sub report {
    my ($what, $took) = @_;
    printf "%-34s %s\n", $what,
        defined $took
        ? sprintf('%9.2f %9.1f %9.2f', $took, $took / $wc, $took / $two)
        : '  is not there';
}

printf "%-34s %9s %9s %9s\n", "$rows rows, " . (-s "$dir/$plain") . ' bytes',
    'seconds', 'of wc', 'of fit 2';
report('wc -l',                 $wc);
report('vigia fit, 2 threads',  $two);
report('vigia fit, 1 thread',   seconds(fit($plain, 1)));
report('the same in quotes, 2', seconds(fit($quoted, 2)));
report('vigia test --alerts-only, 2',
    seconds("$test --alerts-only >/dev/null"));
report('DuckDB, 2 threads, query', seconds("node $dir/duckdb.js $dir/$plain"));
report('polars, all cores, query', seconds("node $dir/polars.js $dir/$plain"));
report('pandas, 6 columns', seconds("$python $dir/frame.py $dir/$plain", 1));
my $loop = seconds("$python $dir/loop.py $dir/$small", 1);
report('Python, row loop (100 x 1 %)', $loop && 100 * $loop);

for (['fit', fit($plain, 2)], ['test', $test],
    ['test --alerts-only', "$test --alerts-only"]) {
    my ($what, $command) = @$_;
    my $kb = memory($command);
    printf "%-34s %9.1f\n", "MB of vigia $what, 2", $kb / 1000
        if defined $kb;
}

exit if !$sensors;
my $wide_file = generate($rows, $sensors, 'turns');
my $many_file = generate(2 * $sensors, $sensors, 'single');
my $few_file  = generate(20,           10,       'single');

# Fits one column of a file into a new database.
sub fit_many {
    my ($file, $db, $by, $column) = @_;
    return "rm -f $dir/$db*; $vigia -d $dir/$db fit --csv $dir/$file"
        . " --by $by --columns $column --no-header";
}

# Imports the file into a new database, and sums the column up by sensor.
sub import_many {
    my ($file, $by, $column) = @_;
    open my $in, '<', "$dir/$file" or die "$dir/$file: $!\n";
    chomp(my $header = <$in>);
    my $typed = join ', ', map {
        qq{"$_" } . (/^(?:_id|createdAt|\Q$by\E)$/ ? 'TEXT' : 'REAL')
    } split /,/, $header;
    write_file('many.sql', <<"END");
CREATE TABLE r($typed);
.mode csv
.import --skip 1 $dir/$file r
CREATE TABLE w AS SELECT $by, count("$column"), sum("$column"),
 sum("$column" * "$column") FROM r GROUP BY $by;
END
    return "rm -f $dir/s.db; sqlite3 $dir/s.db <$dir/many.sql";
}

# What two ways to the same take, and how they compare.
sub compare {
    my ($what, $took, $other, $against) = @_;
    die "$what failed\n" if !defined $took;
    printf "%-40s %9.2f\n", $what, $took;
    printf "%-40s %9.2f  ratio %.2f\n", $other, $against, $took / $against
        if defined $against;
}

# What many calls of a command take, as one takes a few milliseconds.
sub calls {
    my ($command) = @_;
    return seconds("for i in \$(seq 100); do $command; done");
}

# The most memory in KB that a command has at once; undef without GNU time.
sub memory {
    my ($command) = @_;
    my $out = `(/usr/bin/time -f 'KB %M' sh -c '$command') 2>&1 >/dev/null`;
    return $out =~ /^KB (\d+)$/m ? $1 : undef;
}

compare("vigia fit of $sensors sensors, $rows rows",
    seconds(fit_many($wide_file, 'many.db', 'sensorId', $columns[0])),
    'sqlite3 .import and GROUP BY',
    seconds(import_many($wide_file, 'sensorId', $columns[0])));
compare('vigia fit of them, 2 bare values each',
    seconds(fit_many($many_file, 'many.db', 'sensor', 'value')),
    'sqlite3 .import and GROUP BY',
    seconds(import_many($many_file, 'sensor', 'value')));

my $all = "$vigia -d $dir/many.db test --all 21 --no-header";
system("$all >$dir/rows.tsv") == 0 or die "vigia test --all failed\n";
write_file('rows.sql', <<"END");
CREATE TABLE t(sensor TEXT, c TEXT, value REAL, alert TEXT, score REAL,
 threshold REAL, version INTEGER);
.mode tabs
.import $dir/rows.tsv t
END
my $rows_there =
    seconds("rm -f $dir/t.db; sqlite3 $dir/t.db <$dir/rows.sql", 1);
compare('vigia test --all of them', seconds("$all >/dev/null"),
    'sqlite3 printing the same rows',
    $rows_there
        && seconds("sqlite3 -tabs $dir/t.db 'SELECT * FROM t' >/dev/null"));

defined seconds(fit_many($few_file, 'few.db', 'sensor', 'value'), 1)
    or die "vigia fit failed\n";
compare('vigia show of one, 100 times',
    calls("$vigia -d $dir/many.db show P0000007"),
    'the same with 10 sensors',
    calls("$vigia -d $dir/few.db show P0000007"));

my $most  = memory(fit_many($many_file, 'many.db', 'sensor', 'value'));
my $least = memory(fit_many($few_file, 'few.db', 'sensor', 'value'));
printf "%-40s %9.0f\n", 'bytes of memory a further sensor',
    1024 * ($most - $least) / ($sensors - 10)
    if defined $most && defined $least && $sensors > 10;
