# SPDX-License-Identifier: Apache-2.0
# Seconds on a clock that nobody sets, for deadlines and durations.
package Clock;
use strict;
use warnings;
use Exporter qw(import);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

our @EXPORT_OK = qw(now);

sub now () { return clock_gettime(CLOCK_MONOTONIC) }

1;
