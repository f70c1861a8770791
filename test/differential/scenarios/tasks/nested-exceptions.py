"""An exception climbs three levels of awaits, each with its own finally, in one go."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    gate = loop.create_future()

    async def level(depth):
        try:
            if depth == 0:
                await gate
            else:
                await level(depth - 1)
        except ValueError as error:
            trace('caught', depth, error)
            if depth == 2:
                return 'handled'
            raise KeyError(depth) if depth == 1 else error
        except KeyError as error:
            trace('caught', depth, error)
            return 'handled'
        finally:
            trace('finally', depth)
            if depth == 1:
                await asyncio.sleep(0)
                trace('finally after a turn', depth)

    task = asyncio.create_task(level(3))
    await asyncio.sleep(0)
    loop.call_soon(gate.set_exception, ValueError('deep'))
    for turn in range(4):
        loop.call_soon(trace, 'turn', turn)
        await asyncio.sleep(0)
    trace('result', await task)
