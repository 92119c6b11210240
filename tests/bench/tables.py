# SPDX-License-Identifier: Apache-2.0
"""The peer of tests/bench/tables.pl: the score of a flight as one would serve
it with FastAPI and a random forest of scikit-learn (100 trees of 31 leaves, 8
standardised features), with a history row and synchronous=FULL.

    tables.py DATABASE PORT
"""
import json
import sqlite3
import sys
import time

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import StandardScaler


class Flight(BaseModel):
    sched_dep_time: float
    sched_arr_time: float
    distance: float
    clouds: float
    pres: float
    wind_spd: float
    precip: float
    snow: float


app = FastAPI()
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE IF NOT EXISTS history(id INTEGER PRIMARY KEY,"
           " at REAL NOT NULL, features TEXT NOT NULL, score REAL NOT NULL)")

random = np.random.RandomState(42)
rows = random.uniform(0, 1000, size=(4000, 8))
scaler = StandardScaler().fit(rows)
forest = RandomForestRegressor(100, max_leaf_nodes=31, random_state=1)
forest.fit(scaler.transform(rows), np.sin(rows / 100).sum(axis=1))


@app.post("/model/predict/")
async def predict(flight: Flight):
    features = flight.dict()
    row = scaler.transform([list(features.values())])
    score = float(forest.predict(row)[0])
    db.execute("INSERT INTO history(at, features, score) VALUES(?, ?, ?)",
               (time.time(), json.dumps(features), score))
    return {"score": score, "model_version": 1}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]),
                log_level="error", access_log=False)
