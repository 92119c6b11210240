#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A score for a flight: loads a model's text (of vigia, LightGBM or XGBoost)
# with its scalers if it has some, asks it, and shows what it was asked.
#
#   flights.sh MODEL [SCALERS]      VIGIA_URL is http://127.0.0.1:8080
set -eu
url=${VIGIA_URL:-http://127.0.0.1:8080}
[ $# -ge 1 ] || { echo 'flights.sh: which MODEL?' >&2; exit 64; }

curl -sS --fail-with-body -F "file=@$1" ${2:+-F "scalers=@$2"} \
    "$url/model/load/"
echo
curl -sS --fail-with-body -H 'Content-Type: application/json' -d '{
    "sched_dep_time": 1059, "sched_arr_time": 1209, "distance": 284,
    "clouds": 93, "pres": 1011, "wind_spd": 5.8, "precip": 0.0, "snow": 0.0
}' "$url/model/predict/"
echo
curl -sS --fail-with-body "$url/model/history/?limit=1"
echo
