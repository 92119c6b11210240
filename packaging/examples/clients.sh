#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The label of a client, and what is said when features are missing. The model
# is made once, on the machine of the database:
#
#   vigia fit clients --kind trees --csv FILE --label label \
#       --columns attr_a,attr_b,scd_a,scd_b
#
#   clients.sh                      VIGIA_URL is http://127.0.0.1:8080
set -eu
url=${VIGIA_URL:-http://127.0.0.1:8080}

curl -sS --fail-with-body -H 'Content-Type: application/json' -d '{
    "idx": 150000,
    "features": {"attr_a": 1, "attr_b": "c", "scd_a": 0.55, "scd_b": 3}
}' "$url/predict"
echo
# Status 400, and missing_fields names them.
curl -sS -H 'Content-Type: application/json' \
    -d '{"idx": 150000, "features": {"attr_a": 1, "attr_b": "c"}}' \
    "$url/predict"
echo
