"""What a callback schedules runs in the next iteration, after everything of this one."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    def spawn(name, depth):
        trace(name, depth)
        if depth > 0:
            loop.call_soon(spawn, name + '1', depth - 1)
            loop.call_soon(spawn, name + '2', depth - 1)

    loop.call_soon(spawn, 'a', 3)
    loop.call_soon(spawn, 'b', 2)

    def countdown(turns):
        trace('turn', turns)
        if turns == 0:
            loop.stop()
        else:
            loop.call_soon(countdown, turns - 1)

    loop.call_soon(countdown, 5)
    loop.run_forever()
    loop.close()
