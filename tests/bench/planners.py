# SPDX-License-Identifier: Apache-2.0
"""The peer of tests/bench/planners.pl: the formulas of invite-nbinom and of its
explanation as one would write them with FastAPI and SciPy, with a history row
and synchronous=FULL.

    planners.py DATABASE PORT
"""
import json
import sqlite3
import sys
import time
from datetime import datetime
from typing import Optional

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from scipy import stats

app = FastAPI()
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE IF NOT EXISTS history(id INTEGER PRIMARY KEY,"
           " at REAL NOT NULL, input TEXT NOT NULL, output TEXT NOT NULL)")


class Row(BaseModel):
    notification_status: Optional[str] = None
    candidate_status: Optional[str] = None
    time_to_respond_ir_minutes: Optional[float] = None


class Request(BaseModel):
    now: datetime
    deadline: datetime
    num_vacancies: int
    num_remaining_in_pool: int
    impacted_candidates_data: list[Row]


@app.post("/optim-nbinomial/")
async def plan(r: Request):
    rows = r.impacted_candidates_data
    vacancies = r.num_vacancies - sum(
        row.candidate_status == "offer_accepted" for row in rows)
    if r.now >= r.deadline or vacancies <= 0 or r.num_remaining_in_pool <= 0:
        return [True, 0, 0]
    m, v = 0.04, 0.00014
    alpha = ((1 - m) / v - 1 / m) * m ** 2
    beta = alpha * (1 / m - 1)
    accepted = [row for row in rows if row.notification_status == "ir_accepted"]
    share = round(100 * len(accepted) / len(rows)) if rows else 0
    if share > 0:
        alpha, beta = alpha + 1, beta + share
    candidates = min(round(beta / (alpha - 1)), r.num_remaining_in_pool)
    times = [row.time_to_respond_ir_minutes for row in accepted
             if row.time_to_respond_ir_minutes is not None]
    callback = round(np.mean(times)) if len(rows) >= 3 and times else 7
    posterior = stats.beta(alpha, beta)
    tries = stats.betabinom(candidates, alpha, beta)
    k = np.arange(candidates + 1)
    output = {"posterior": [alpha, beta, posterior.mean(),
                            *posterior.ppf([0.05, 0.95])],
              "filled": tries.sf(vacancies - 1),
              "over": float((tries.pmf(k)
                             * np.maximum(k - vacancies, 0)).sum())}
    db.execute("INSERT INTO history(at, input, output) VALUES(?, ?, ?)",
               (time.time(), r.json(), json.dumps(output)))
    return [False, candidates, callback]


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]),
                log_level="error", access_log=False)
