#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The price category of a listing: makes a model of a table of listings, if one
# is given, and asks it. On the machine of the database the first is
#
#   vigia fit listings --kind trees --csv TABLE --label price_category \
#       --param answer=price_category \
#       --param ignore=id,beds,tv,elevator,internet,latitude,longitude
#
#   listings.sh [TABLE]             VIGIA_URL is http://127.0.0.1:8080,
#                                   VIGIA_KIND trees; linear needs no XGBoost
set -eu
url=${VIGIA_URL:-http://127.0.0.1:8080}

if [ $# -ge 1 ]; then
    fit="kind=${VIGIA_KIND:-trees}&label=price_category"
    fit="$fit&param=answer=price_category&param=ignore=id,beds,tv,elevator"
    said=$(curl -sS --fail-with-body -H 'Content-Type: text/csv' \
        --data-binary "@$1" \
        "$url/v1/models/listings/fit?$fit,internet,latitude,longitude")
    # What takes longer than a second is a job, which is asked for.
    while job=$(expr "$said" : '{"id":\([0-9]*\),"state":"running"'); do
        sleep 1
        said=$(curl -sS --fail-with-body "$url/v1/jobs/$job")
    done
    echo "$said"
    case $said in *'"state":"failed"'*) exit 1 ;; esac
fi
curl -sS --fail-with-body "$url/models"
echo
curl -sS --fail-with-body -H 'Content-Type: application/json' -d '{
    "id": 1001, "accommodates": 4, "room_type": "Entire home/apt", "beds": 2,
    "bedrooms": 1, "bathrooms": 2, "neighbourhood": "Brooklyn", "tv": 1,
    "elevator": 1, "internet": 0, "latitude": 40.71383, "longitude": -73.9658
}' "$url/v1/models/listings/test"
echo
