# SPDX-License-Identifier: Apache-2.0
# Starts nginx and Apache with the sites of etc/, in which only the machine's
# matters are replaced: names, ports, certificate, socket; and, on asking,
# the prefix and the body limit.
package Sites;
use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::INET;
use Lab qw(find free_port lab running slurp spawn spew stop until_true);

our @EXPORT_OK = qw(apache certificate nginx);

my $root = $> == 0;

# A certificate of its own for 127.0.0.1, made once; undef without openssl.
sub certificate {
    my $file = lab('site.pem');
    return $file if -e $file;
    my $openssl = find('openssl') or return;
    my $log     = lab('openssl.err');
    system("'$openssl' req -x509 -newkey ec -nodes -days 2 "
            . '-pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=localhost '
            . '-addext subjectAltName=IP:127.0.0.1,DNS:localhost '
            . "-keyout '@{[ lab('site.key') ]}' -out '$file' 2>'$log'") == 0
        or die 'openssl: ', slurp($log);
    chmod 0644, lab('site.key');    # as the servers' user may differ
    return $file;
}

# The site with [pattern, text] replaced; a pattern that is not there means
# that the site has changed, and dies.
sub site {
    my ($name, @changes) = @_;
    my $text = slurp(Lab::top() . "/etc/$name");
    for (@changes) {
        my ($pattern, $new) = @$_;
        $text =~ s/$pattern/$new/g or die "$name has no $pattern\n";
    }
    return $text;
}

sub answers {
    my ($port) = @_;
    return IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp'
    ) && 1;
}

# Starts it, again with other ports when somebody took one of them. Answers
# { pid, url, plain }: HTTPS, and HTTP which redirects there.
sub started {
    my ($name, $prefix, $write) = @_;
    for (1 .. 5) {
        my ($http, $https) = (free_port(), free_port());
        my $pid = spawn($name, $write->($http, $https));
        my $up  = until_true(
            sub { !running($pid) || answers($http) && answers($https) });
        return {
            pid   => $pid,
            url   => "https://127.0.0.1:$https$prefix",
            plain => "http://127.0.0.1:$http$prefix",
            http  => $http,
        } if $up && running($pid);
        stop($pid);
    }
    die "$name does not start: ", slurp(lab("$name.err")),
        slurp(lab("$name.log")), "\n";
}

# What takes the lines about certificates of clients out of their comment, and
# names the authority's certificate.
sub clients {
    my ($authority) = @_;
    return unless $authority;
    return ([qr{/etc/vigia/clients\.pem}, $authority],
        [qr/#(?=ssl_|SSLCA|SSLVerify)/, '']);
}

# nginx(name, socket =>, prefix =>, limit =>, clients =>, more =>): "clients"
# is a certificate, "more" text for its http block. undef when it is not
# installed.
sub nginx {
    my ($name, %o) = @_;
    my $program = find('nginx') or return;
    my $pem     = certificate() or return;
    my $folder  = lab($name);
    my $prefix  = $o{prefix} || '';
    mkdir $folder;
    -e '/etc/nginx/fastcgi_params' or return;
    spew("$folder/fastcgi_params", slurp('/etc/nginx/fastcgi_params'));
    my $write = sub {
        my ($http, $https) = @_;
        my $user = $root ? 'user root;' : '';
        my $log  = lab("$name.log");
        my @dirs = map { "${_}_temp_path $folder/$_;" }
            qw(client_body fastcgi proxy scgi uwsgi);
        spew("$folder/nginx.conf", <<"END", @{ $o{more} || [] }, "}\n");
$user
worker_processes 1;
daemon off;
pid $folder/pid;
error_log $log warn;
events { worker_connections 2048; }
http {
    access_log off;
    @dirs
    include site.conf;
END
        spew("$folder/site.conf", site('nginx-vigia.conf',
            [qr/listen 80;/,              "listen 127.0.0.1:$http;"],
            [qr/listen 443 ssl;/,         "listen 127.0.0.1:$https ssl;"],
            [qr{https://\$host},          "https://\$host:$https"],
            [qr{/etc/ssl/certs/\S+\.pem},   $pem],
            [qr{/etc/ssl/private/\S+\.key}, lab('site.key')],
            [qr{/run/vigia/vigia\.sock},  $o{socket}],
            [qr{location /},              "location $prefix/"],
            clients($o{clients}),
            $o{limit} ? [qr/client_max_body_size \S+;/,
                "client_max_body_size $o{limit};"] : ()));
        return ($program, '-p', $folder, '-c', "$folder/nginx.conf",
            '-e', $log);
    };
    return started($name, $prefix, $write);
}

# The same for Apache, which has no limit for bodies that it hands on.
sub apache {
    my ($name, %o) = @_;
    my $program = find('apache2', 'httpd') or return;
    my $pem     = certificate() or return;
    my ($mods)  = grep { -e "$_/mod_proxy_fcgi.so" && -e "$_/mod_ssl.so" }
        qw(/usr/lib/apache2/modules /usr/lib64/httpd/modules
        /etc/httpd/modules) or return;
    my $folder = lab($name);
    my $prefix = $o{prefix} || '';
    mkdir $folder;
    my @load = map { "LoadModule ${_}_module \"$mods/mod_$_.so\"\n" }
        grep { -e "$mods/mod_$_.so" }
        qw(mpm_event unixd authz_core alias headers socache_shmcb ssl
        proxy proxy_fcgi);
    my ($user) = grep { getpwnam $_ } qw(www-data apache nobody);
    my $write = sub {
        my ($http, $https) = @_;
        my $log = lab("$name.log");
        spew("$folder/httpd.conf", @load, <<"END",
ServerRoot "$folder"
ServerName localhost
DefaultRuntimeDir "$folder"
PidFile "$folder/pid"
ErrorLog "$log"
Listen 127.0.0.1:$http
Listen 127.0.0.1:$https
StartServers 1
END
            $root ? "User $user\nGroup #" . (getpwnam $user)[3] . "\n" : '',
            qq(Include "$folder/site.conf"\n));
        spew("$folder/site.conf", site('apache2-vigia.conf',
            [qr/\*:80>/,    "127.0.0.1:$http>"],
            [qr/\*:443>/,   "127.0.0.1:$https>"],
            [qr{/etc/ssl/certs/[^"]+\.pem},   $pem],
            [qr{/etc/ssl/private/[^"]+\.key}, lab('site.key')],
            [qr{https://vigia\.example\.org}, "https://127.0.0.1:$https"],
            [qr/vigia\.example\.org/,       'localhost'],
            [qr{/run/vigia/vigia\.sock},    $o{socket}],
            [qr{ProxyPass "/},              qq(ProxyPass "$prefix/)],
            [qr{fcgi://vigia/"},            qq(fcgi://vigia$prefix/")],
            clients($o{clients})));
        return ($program, '-DFOREGROUND', '-f', "$folder/httpd.conf");
    };
    return started($name, $prefix, $write);
}

1;
