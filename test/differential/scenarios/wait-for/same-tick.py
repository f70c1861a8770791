"""Result, time-out and cancel in one iteration, in every order."""
import asyncio
import itertools

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()

    async def waiter(future, timeout):
        try:
            return await asyncio.wait_for(future, timeout)
        except BaseException as error:
            trace('waiter', error)
            raise

    async def attempt(events):
        trace('--', list(events))
        future = loop.create_future()
        deadline = loop.time() + TICK
        actions = {
            'result': lambda: future.done() or future.set_result('result'),
            'error': lambda: future.done() or future.set_exception(ValueError('error')),
            'cancel': lambda: task.cancel('cancel'),
        }
        before = list(events[: events.index('timeout')]) if 'timeout' in events else list(events)
        for event in before:
            loop.call_at(deadline, actions[event])
        task = asyncio.create_task(waiter(future, TICK if 'timeout' in events else 100))
        await asyncio.sleep(0)
        for event in events[len(before) + 1 :]:
            loop.call_at(deadline, actions[event])
        try:
            trace('value', await task)
        except (asyncio.TimeoutError, asyncio.CancelledError, ValueError) as error:
            trace('outcome', error, task.cancelled(), task.cancelling())
        trace('future', future.cancelled())

    for length in (2, 3):
        for outcome in ('result', 'error'):
            for events in itertools.permutations([outcome, 'timeout', 'cancel'], length):
                await attempt(events)
