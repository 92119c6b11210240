#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The price category of a listing. The model is made once, on the machine of
# the database:
#
#   vigia fit listings --kind trees --csv FILE --label price_category
#   vigia set listings answer=price_category \
#       ignore=id,beds,tv,elevator,internet,latitude,longitude
#
#   listings.sh                     VIGIA_URL is http://127.0.0.1:8080
set -eu
url=${VIGIA_URL:-http://127.0.0.1:8080}

curl -sS --fail-with-body "$url/models"
echo
curl -sS --fail-with-body -H 'Content-Type: application/json' -d '{
    "id": 1001, "accommodates": 4, "room_type": "Entire home/apt", "beds": 2,
    "bedrooms": 1, "bathrooms": 2, "neighbourhood": "Brooklyn", "tv": 1,
    "elevator": 1, "internet": 0, "latitude": 40.71383, "longitude": -73.9658
}' "$url/v1/models/listings/test"
echo
