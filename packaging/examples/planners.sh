#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many to invite now, and when to look again: the three planners, each
# asked in both spellings of the time; then the first one's explanation.
#
#   planners.sh                     VIGIA_URL is http://127.0.0.1:8080
set -eu
url=${VIGIA_URL:-http://127.0.0.1:8080}

# ask ROUTE TIME: TIME is the member that says now.
ask()
{
    curl -sS --fail-with-body -H 'Content-Type: application/json' -d '{
        '"$2"', "deadline": "2021-11-02 00:00:00",
        "num_vacancies": 10, "num_remaining_in_pool": 500,
        "impacted_candidates_data": [
            {"notification_status": "ir_accepted",
             "candidate_status": "offer_accepted",
             "time_to_respond_ir_minutes": 48},
            {"notification_status": "ir_rejected",
             "candidate_status": "not_in_ft",
             "time_to_respond_ir_minutes": 11}
        ]
    }' "$url/$1"
    echo
}

for route in optim-exp/ optim-nbinomial/ 'optim-stoch-constraint/?seed=1'; do
    ask "$route" '"now": "2021-11-01 00:00:00"'
    ask "$route" '"reference_date_time": "2021-11-01T00:00:00.000Z"'
done
ask v1/models/invite-exp/test '"now": "2021-11-01 00:00:00"'
