"""Timers with one deadline fire in the order of their creation."""
import asyncio

TICK = 1 / 64


def run(trace):
    loop = asyncio.new_event_loop()
    when = loop.time() + TICK
    for number in range(7):
        loop.call_at(when, trace, 'equal', number)
    loop.call_at(when - TICK / 2, trace, 'earlier')
    loop.call_at(when + TICK / 2, loop.stop)
    loop.run_forever()
    loop.close()
