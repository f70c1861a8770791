"""Measures CPython's contextvars: reads names from standard input, answers with nanoseconds per operation."""

import contextvars
import sys
import time

COUNT = 200_000
variable = contextvars.ContextVar("variable")
context = contextvars.copy_context()


def nothing():
    pass


def get():
    variable.set(1)
    read = variable.get
    for _ in range(COUNT):
        read()


def run():
    for _ in range(COUNT):
        context.run(nothing)


def copy_and_run_set():
    for _ in range(COUNT):
        contextvars.copy_context().run(variable.set, 1)


MEASURES = {"get": get, "run": run, "copy_and_run_set": copy_and_run_set}

for line in sys.stdin:
    began = time.process_time_ns()
    contextvars.Context().run(MEASURES[line.strip()])
    print((time.process_time_ns() - began) / COUNT, flush=True)
