"""Invalid signals, invalid handlers, and a closed loop."""
import asyncio
import signal

CLOCK = 'real'


async def coroutine():
    pass


def run(trace):
    loop = asyncio.new_event_loop()
    for number in (0, -1, 1000):
        for attempt in (lambda: loop.add_signal_handler(number, trace), lambda: loop.remove_signal_handler(number)):
            try:
                attempt()
            except ValueError as error:
                trace(number, trace.kind(error))
    for number in (None, 1.5):
        try:
            loop.add_signal_handler(number, trace)
        except (TypeError, ValueError) as error:
            trace('no number')
    try:
        loop.add_signal_handler(signal.SIGUSR2, coroutine)
    except TypeError as error:
        trace(error, loop.remove_signal_handler(signal.SIGUSR2))
    loop.close()
    try:
        loop.add_signal_handler(signal.SIGUSR2, trace)
    except RuntimeError as error:
        trace(error)
