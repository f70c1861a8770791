"""stop() before run_forever(): one iteration runs, and what it schedules waits for the next run."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    def first():
        trace('first')
        loop.call_soon(trace, 'scheduled by first')

    loop.call_soon(first)
    loop.call_soon(trace, 'second')
    loop.stop()
    trace('running', loop.is_running())
    loop.run_forever()
    trace('returned', loop.is_running())
    loop.call_soon(loop.stop)
    loop.run_forever()
    trace('returned again')
    loop.close()
    trace('closed', loop.is_closed())
