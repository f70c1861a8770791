"""Measures the scheduling of asyncio, or of uvloop if that is the argument.

Reads names from standard input, and answers each with nanoseconds of processor time per operation.
"""

import asyncio
import contextvars
import sys
import time

BATCH = 1_000
if sys.argv[1:] == ["uvloop"]:
    import uvloop

    uvloop.install()
loop = asyncio.new_event_loop()
context = contextvars.copy_context()


def nothing():
    pass


def per_operation(began, count):
    return (time.process_time_ns() - began) / count


async def call_soon(**options):
    rounds = 50
    began = time.process_time_ns()
    for _ in range(rounds):
        for _ in range(BATCH):
            loop.call_soon(nothing, **options)
        done = loop.create_future()
        loop.call_soon(done.set_result, None)
        await done
    return per_operation(began, rounds * BATCH)


def call_soon_outside(**options):
    rounds = 50
    began = time.process_time_ns()
    for _ in range(rounds):
        for _ in range(BATCH):
            loop.call_soon(nothing, **options)
        loop.call_soon(loop.stop)
        loop.run_forever()
    return per_operation(began, rounds * BATCH)


async def call_later_cancel():
    count = 50_000
    began = time.process_time_ns()
    for _ in range(count):
        loop.call_later(1_000, nothing).cancel()
    return per_operation(began, count)


async def sleep_zero():
    count = 30_000
    began = time.process_time_ns()
    for _ in range(count):
        await asyncio.sleep(0)
    return per_operation(began, count)


async def create_and_await():
    async def coroutine():
        pass

    count = 15_000
    began = time.process_time_ns()
    for _ in range(count):
        await loop.create_task(coroutine())
    return per_operation(began, count)


async def timeout(seconds):
    count = 30_000
    began = time.process_time_ns()
    for _ in range(count):
        async with asyncio.timeout(seconds):
            pass
    return per_operation(began, count)


MEASURES = {
    "timeout_none": lambda: loop.run_until_complete(timeout(None)),
    "timeout": lambda: loop.run_until_complete(timeout(1_000)),
    "call_soon": lambda: loop.run_until_complete(call_soon()),
    "call_soon_pinned": lambda: loop.run_until_complete(call_soon(context=context)),
    "call_soon_outside": call_soon_outside,
    "call_soon_outside_pinned": lambda: call_soon_outside(context=context),
    "call_later_cancel": lambda: loop.run_until_complete(call_later_cancel()),
    "sleep_zero": lambda: loop.run_until_complete(sleep_zero()),
    "create_and_await": lambda: loop.run_until_complete(create_and_await()),
}

for line in sys.stdin:
    print(MEASURES[line.strip()](), flush=True)
