#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Deployments beside a running service: no answer is of half a version, and a
# push to a repository of models is one, if what was pushed passes.
use strict;
use warnings;
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Select;
use JSON::PP qw(decode_json);
use POSIX qw(_exit);
use Test::More;

my $top   = $ENV{top_srcdir}   || '.';
my $build = $ENV{top_builddir} || '.';
my $serve = $ENV{VIGIA_SERVE}  || "$build/vigia-serve";
my $vigia = $ENV{VIGIA}        || "$build/vigia";

plan skip_all => "there is no program $serve" unless -x $serve;

use constant {
    PATIENCE => 60,    # seconds until anything at all has failed
    CLIENTS  => 3,
    ROUNDS   => 12,    # deployments, every third of which fails
};

# Found from any folder, as hooks run elsewhere.
for ($vigia, $serve, $top) { chomp($_ = `realpath "$_"`) }

my $dir = tempdir('vigia-deploy.XXXXXX', TMPDIR => 1, CLEANUP => 1);
delete @ENV{qw(HTTP_PROXY http_proxy)};
delete @ENV{ grep { /^GIT_/ } keys %ENV };
$ENV{HOME} = $ENV{XDG_CONFIG_HOME} = $ENV{XDG_DATA_HOME} = $dir;
$ENV{VIGIA_DATABASE} = "$dir/v.db";
$ENV{LC_ALL} = 'C.UTF-8';

sub write_file {
    my ($name, $text) = @_;
    open my $out, '>', $name or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
}

# run(command): its exit status and all it said.
sub run {
    my @command = @_;
    my $pid = open my $in, '-|';
    defined $pid or die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT or die;
        exec @command or die "$command[0]: $!";
    }
    my $said = do { local $/; <$in> };
    close $in;
    return ($? >> 8, $said // '');
}

# make_sensor(folder, name, readings, alert): 1000 has to alert so.
sub make_sensor {
    my ($folder, $name, $readings, $alert) = @_;
    mkdir $folder;
    mkdir "$folder/tests";
    write_file("$folder/model.ini", "[model]\nname = $name\ndata = r.txt\n");
    write_file("$folder/r.txt", join '', map { "$_\n" } @$readings);
    write_file("$folder/tests/a.json",
        qq({"request":{"value":1000},"expect":{"alert":$alert}}\n));
}

# ---- the service

my %running;
END { kill 'TERM', keys %running if %running }

sub start {
    pipe my $read, my $write or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>&', $write      or die;
        open STDERR, '>>', "$dir/log" or die;
        exec $serve, '--listen', '127.0.0.1:0' or die "$serve: $!";
    }
    close $write;
    $running{$pid} = 1;
    my $line = IO::Select->new($read)->can_read(PATIENCE) ? <$read> : undef;
    BAIL_OUT('the service does not start')
        unless defined $line && $line =~ m{^listening on (http://\S+)$};
    return $1;
}

make_sensor("$dir/first", 'P-1', [ 1, 2, 3 ], 'true');
my ($rc, $said) = run($vigia, 'deploy', "$dir/first");
is($rc, 0, 'a first version is deployed') or diag $said;
my $url = start();

# The verdict of the service about 1000.
sub verdict {
    my ($http, $name) = @_;
    my $answer = $http->post("$url/v1/models/$name/test?record=0",
        { headers => { 'content-type' => 'application/json' },
          content => '{"value":1000}' });
    return $answer->{status} == 200
        ? decode_json($answer->{content})->{verdicts}[0]
        : undef;
}

# ---- under load

pipe my $stop, my $go or die "pipe: $!";

# A client asks until the parent closes $go, ten times at least, and notes what
# it was told.
sub client {
    my ($file) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    close $go;
    my $http   = HTTP::Tiny->new(timeout => PATIENCE);
    my $select = IO::Select->new($stop);
    my $asked = 0;
    open my $out, '>', $file or die "$file: $!";
    do {
        my $v = verdict($http, 'P-1');
        print $out $v ? "$v->{version} $v->{mean} $v->{threshold}" : 'failed',
            "\n";
    } until ++$asked >= 10 && $select->can_read(0);
    close $out;
    _exit(0);    # what END does is the parent's
}

my @clients = map { client("$dir/seen.$_") } 1 .. CLIENTS;
my ($deployed, $refused) = (0, 0);
for my $round (1 .. ROUNDS) {
    my $fails = $round % 3 == 0;
    make_sensor("$dir/next", 'P-1', [ map { $_ + 10 * $round } 1 .. 3 ],
        $fails ? 'false' : 'true');
    ($rc, $said) = run($vigia, 'deploy', "$dir/next");
    $deployed++ if $rc == 0;
    $refused++  if $rc == 1;
    diag $said if $rc != ($fails ? 1 : 0);
}
close $go;
waitpid $_, 0 for @clients;
is($deployed, ROUNDS - int(ROUNDS / 3), 'what passes is deployed');
is($refused, int(ROUNDS / 3), 'what fails is not');

# What each version says, as it is stored.
my %stored;
for my $n (1 .. $deployed + 1) {
    (undef, $said) = run($vigia, '--json', 'show', "P-1\@$n");
    my $column = decode_json($said)->{weights}{columns}{value};
    $stored{"$n $column->{mean} $column->{threshold}"} = $n;
}
my ($count, %versions, @strange, @back) = (0);
for my $i (1 .. CLIENTS) {
    my $last = 0;
    open my $in, '<', "$dir/seen.$i" or die;
    while (my $line = <$in>) {
        chomp $line;
        $count++;
        my $n = $stored{$line};
        push @strange, $line unless $n;
        push @back, $line if $n && $n < $last;
        $last = $n || $last;
        $versions{$last}++;
    }
}
cmp_ok($count, '>=', 10 * CLIENTS, 'clients are answered all the time');
cmp_ok(scalar keys %versions, '>', 1, 'they see deployments happen');
is("@strange[0 .. ($#strange > 2 ? 2 : $#strange)]", '',
    'every answer is of one version that was deployed, and agrees with it');
is("@back", '', 'nobody sees an older version after a newer one');
my $http = HTTP::Tiny->new(timeout => PATIENCE);
is(verdict($http, 'P-1')->{version}, $deployed + 1,
    'the last one that passed is active');

# ---- push to deploy

sub push_deploys {
    my $hook = "$top/packaging/deploy/post-receive";
    my ($bare, $work) = ("$dir/models.git", "$dir/work");
    my @git = ('git', '-C', $work, '-c', 'user.name=a', '-c',
        'user.email=a@example.org');
    my $send = sub {
        run(@git, 'add', '-A');
        run(@git, 'commit', '-qm', shift);
        return run(@git, 'push', $bare, 'HEAD:main');
    };

    $ENV{VIGIA} = $vigia;
    run('git', 'init', '-q', '--bare', '-b', 'main', $bare);
    run('cp', $hook, "$bare/hooks/post-receive");
    chmod 0755, "$bare/hooks/post-receive";
    run('git', 'init', '-q', '-b', 'main', $work);

    make_sensor("$work/pump", 'G-1', [ 1, 2, 3 ], 'true');
    make_sensor("$work/fan",  'G-2', [ 4, 5, 6 ], 'true');
    my (undef, $said) = $send->('two models');
    like($said, qr/is deployed/, 'a push says that it is deployed');
    is(verdict($http, 'G-1')->{mean}, 2, 'the service answers by it');
    is(verdict($http, 'G-2')->{mean}, 5, 'and by the other model');

    write_file("$work/fan/r.txt", "5\n6\n7\n");
    make_sensor("$work/pump", 'G-1', [ 900, 2000, 3000 ], 'true');
    (undef, $said) = $send->('a model that fails');
    like($said, qr/a\.json 1\s+failed/, 'a push that fails says why');
    like($said, qr/nothing of \w+ is deployed/, 'and that nothing is deployed');
    is(verdict($http, 'G-1')->{version}, 1, 'the old version keeps serving');
    is(verdict($http, 'G-2')->{version}, 1, 'also of the model that passes');

    make_sensor("$work/pump", 'G-1', [ 2, 3, 4 ], 'true');
    write_file("$work/fan/notes", "<<<<<<< ours\n=======\n>>>>>>> theirs\n");
    (undef, $said) = $send->('what a merge left');
    like($said, qr/lint has failed/, 'a push that fails lint says so');
    is(verdict($http, 'G-1')->{version}, 1, 'and nothing is deployed');

    unlink "$work/fan/notes";
    (undef, $said) = $send->('mended');
    is(verdict($http, 'G-1')->{version}, 2, 'a better push is deployed');
    is(verdict($http, 'G-2')->{mean}, 6, 'with all that was left out');
}

SKIP: {
    skip 'there is no git', 1 if (run('sh', '-c', 'command -v git'))[0];
    push_deploys();
}

done_testing;
