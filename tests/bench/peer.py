# SPDX-License-Identifier: Apache-2.0
"""The peer of tests/bench/rest.pl: fit and predict of sensors as one would
write them with FastAPI and SQLite, with the work and the durability of ours
(history row, state, synchronous=FULL), in the fastest of the set-ups that
were measured: async routes, one process.

    peer.py DATABASE PORT
"""
import math
import sqlite3
import sys
import time

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

SCHEMA = """
CREATE TABLE IF NOT EXISTS version(
    id INTEGER PRIMARY KEY, sensor TEXT NOT NULL, n INTEGER NOT NULL,
    mean REAL NOT NULL, std REAL NOT NULL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS version_sensor ON version(sensor, id);
CREATE TABLE IF NOT EXISTS history(
    id INTEGER PRIMARY KEY, at REAL NOT NULL, sensor TEXT NOT NULL,
    version INTEGER NOT NULL, value REAL NOT NULL, alert INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS state(
    sensor TEXT PRIMARY KEY, history INTEGER NOT NULL, at REAL NOT NULL,
    value REAL NOT NULL, alert INTEGER NOT NULL);
"""

app = FastAPI()
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.executescript(SCHEMA)


class Fit(BaseModel):
    values: list[float]


class Reading(BaseModel):
    value: float


@app.post("/{sensor}/fit")
async def fit(sensor: str, body: Fit):
    n = len(body.values)
    if n < 2:
        raise HTTPException(422, "fewer than two values")
    mean = sum(body.values) / n
    std = math.sqrt(sum((v - mean) ** 2 for v in body.values) / (n - 1))
    version = db.execute(
        "INSERT INTO version(sensor, n, mean, std, created)"
        " VALUES(?, ?, ?, ?, ?)", (sensor, n, mean, std, time.time()),
    ).lastrowid
    return {"sensor_id": sensor, "version": version, "n": n, "mean": mean,
            "std": std, "threshold": mean + 2 * std}


@app.post("/{sensor}/predict")
async def predict(sensor: str, body: Reading):
    row = db.execute(
        "SELECT id, mean, std FROM version WHERE sensor = ?"
        " ORDER BY id DESC LIMIT 1", (sensor,)).fetchone()
    if row is None:
        raise HTTPException(404, "no such sensor")
    version, mean, std = row
    alert = body.value >= mean + 2 * std
    now = time.time()
    db.execute("BEGIN IMMEDIATE")
    history = db.execute(
        "INSERT INTO history(at, sensor, version, value, alert)"
        " VALUES(?, ?, ?, ?, ?)", (now, sensor, version, body.value, alert),
    ).lastrowid
    db.execute(
        "INSERT INTO state(sensor, history, at, value, alert)"
        " VALUES(?, ?, ?, ?, ?) ON CONFLICT(sensor) DO UPDATE SET"
        " history = excluded.history, at = excluded.at,"
        " value = excluded.value, alert = excluded.alert",
        (sensor, history, now, body.value, alert))
    db.execute("COMMIT")
    return alert


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]),
                log_level="error", access_log=False)
