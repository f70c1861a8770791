"""A cancelled timer does not fire, also when a timer of the same time cancels it."""
import asyncio

TICK = 1 / 64


def run(trace):
    loop = asyncio.new_event_loop()
    when = loop.time() + TICK
    early = loop.call_at(when, trace, 'never')
    trace('cancelled', early.cancelled())
    early.cancel()
    trace('cancelled', early.cancelled())

    def cancel_neighbour():
        trace('cancelling the neighbour')
        neighbour.cancel()

    loop.call_at(when, cancel_neighbour)
    neighbour = loop.call_at(when, trace, 'never either')
    survivor = loop.call_at(when, trace, 'survivor')
    later = loop.call_at(when + TICK, trace, 'nor this')
    loop.call_at(when, later.cancel)
    loop.call_at(when + 2 * TICK, loop.stop)
    loop.run_forever()
    survivor.cancel()
    trace('survivor', survivor.cancelled())
    trace('when', neighbour.when() == when, later.when() == when + TICK)
    loop.close()
