"""Scenarios about all kinds of waits inside of cancel scopes, for trio and for anyio on asyncio; the twin of waits.ts."""

import asyncio
import time

from libraries import outcome, scenario, scenario_on_asyncio


async def cancelled(x, wait):
    """What comes out of a wait in a scope that is cancelled before it."""
    with x.lib.CancelScope() as scope:
        scope.cancel()
        return await outcome(x, wait)


async def interrupted(x, wait):
    """What comes out of a wait in a scope that is cancelled during it."""
    found = []

    async def waiting():
        with scope:
            found.append(await outcome(x, wait))

    scope = x.lib.CancelScope()
    async with x.group() as group:
        group.start_soon(waiting)
        await turns(x, 3)
        scope.cancel()
    return found[0]


async def turns(x, count):
    for _ in range(count):
        await x.checkpoint()


@scenario
async def lock_that_is_free(x, note):
    lock = x.lib.Lock()
    note(await cancelled(x, lock.acquire()))
    note(lock.locked())


@scenario
async def lock_that_is_held(x, note):
    lock = x.lib.Lock()

    async def hold():
        await lock.acquire()
        await turns(x, 6)
        lock.release()

    async with x.group() as group:
        group.start_soon(hold)
        await turns(x, 2)
        note(await interrupted(x, lock.acquire()))
        await lock.acquire()
        note("handed on")
        lock.release()


@scenario
async def event_and_semaphore(x, note):
    note(await interrupted(x, x.lib.Event().wait()))
    semaphore = x.lib.Semaphore(1)
    note(await cancelled(x, semaphore.acquire()))
    note(semaphore.value)
    await semaphore.acquire()
    note(await interrupted(x, semaphore.acquire()))
    semaphore.release()
    note(semaphore.value)


@scenario
async def condition(x, note):
    lock = x.lib.Condition()

    async def wait():
        async with lock:
            try:
                await lock.wait()
            finally:
                # The lock is taken again, whatever is cancelled.
                note(lock.locked())

    note(await interrupted(x, wait()))
    note(lock.locked())


@scenario
async def channel_that_is_waited_at(x, note):
    sender, receiver = x.channel(0)
    note(await interrupted(x, receiver.receive()))
    note(await interrupted(x, sender.send("never")))
    async with x.group() as group:
        group.start_soon(sender.send, "value")
        note(await receiver.receive())


@scenario
async def thread(x, note):
    note(await cancelled(x, x.in_thread(lambda: 1)))


@scenario
async def deadline_that_is_moved_earlier(x, note):
    async def move():
        await turns(x, 2)
        scope.deadline = x.lib.current_time()

    async with x.group() as group:
        group.start_soon(move)
        with x.lib.CancelScope(deadline=x.lib.current_time() + 3600) as scope:
            await x.lib.sleep(7200)
        note(scope.cancel_called)


@scenario
async def deadline_that_is_moved_later(x, note):
    with x.lib.CancelScope(deadline=x.lib.current_time() + 0.05) as scope:
        scope.deadline += 3600
        note(await outcome(x, x.lib.sleep(0.1)))
    note(scope.cancel_called)


@scenario
async def deadline_that_is_moved_into_the_past(x, note):
    with x.lib.CancelScope() as scope:
        note(await outcome(x, x.checkpoint()))
        scope.deadline = x.lib.current_time() - 3600
        note(await outcome(x, x.lib.sleep(3600)))
    note(scope.cancel_called)


@scenario
async def scope_in_a_clean_up(x, note):
    with x.lib.CancelScope() as outer:
        try:
            outer.cancel()
            await x.lib.sleep(3600)
        finally:
            with x.lib.CancelScope(shield=True):
                with x.lib.move_on_after(0.001) as inner:
                    await x.lib.sleep(3600)
                note(inner.cancel_called)
                note(await outcome(x, x.checkpoint()))
            note(await outcome(x, x.checkpoint()))


@scenario
async def group_in_a_scope_in_a_group(x, note):
    async def child():
        note(await outcome(x, x.lib.sleep(3600)))

    async with x.group() as outer:
        outer.start_soon(turns, x, 1)
        with x.lib.CancelScope() as scope:
            async with x.group() as inner:
                inner.start_soon(child)
                await turns(x, 2)
                scope.cancel()
                note(await outcome(x, x.lib.sleep(3600)))
        note(await outcome(x, x.checkpoint()))


async def cancel_both(x, note, order):
    """asyncio's cancel and that of a scope in one turn."""
    scope = x.lib.CancelScope()

    async def waiting():
        with scope:
            await asyncio.sleep(3600)

    task = asyncio.get_running_loop().create_task(waiting())
    await turns(x, 3)
    for what in order:
        if what == "task":
            task.cancel()
        else:
            scope.cancel()
    await asyncio.wait([task])
    note([task.cancelled(), scope.cancel_called])


@scenario_on_asyncio
async def task_is_cancelled_and_then_the_scope(x, note):
    await cancel_both(x, note, ["task", "scope"])


@scenario_on_asyncio
async def scope_is_cancelled_and_then_the_task(x, note):
    await cancel_both(x, note, ["scope", "task"])


@scenario_on_asyncio
async def gathered(x, note):
    async def child():
        note(await outcome(x, asyncio.sleep(3600)))

    note(await interrupted(x, asyncio.gather(child(), child())))


@scenario_on_asyncio
async def shielded_future(x, note):
    inner = asyncio.get_running_loop().create_future()
    note(await interrupted(x, asyncio.shield(inner)))
    inner.set_result("goes on")
    note(await inner)


@scenario_on_asyncio
async def waited_for(x, note):
    async def child():
        note(await outcome(x, asyncio.sleep(3600)))

    note(await interrupted(x, asyncio.wait_for(child(), 3600)))
    try:
        with x.lib.CancelScope():
            await asyncio.wait_for(asyncio.sleep(3600), 0.001)
    except TimeoutError:
        note("timeout")


@scenario_on_asyncio
async def time_limit(x, note):
    async def limited():
        async with asyncio.timeout(3600):
            await asyncio.sleep(3600)

    note(await interrupted(x, limited()))
    try:
        with x.lib.CancelScope():
            async with asyncio.timeout(0.001):
                await asyncio.sleep(3600)
    except TimeoutError:
        note("timeout")
    note(await outcome(x, asyncio.sleep(0)))


@scenario_on_asyncio
async def queue(x, note):
    items = asyncio.Queue(1)
    note(await interrupted(x, items.get()))
    items.put_nowait(1)
    note(await interrupted(x, items.put(2)))
    note(await items.get())
    note(items.qsize())


@scenario_on_asyncio
async def stream(x, note):
    reader = asyncio.StreamReader()
    note(await interrupted(x, reader.readline()))
    reader.feed_data(b"half a ")
    note(await interrupted(x, reader.readline()))
    reader.feed_data(b"line\n")
    note((await reader.readline()).decode())


@scenario_on_asyncio
async def executor(x, note):
    loop = asyncio.get_running_loop()
    note(await interrupted(x, loop.run_in_executor(None, time.sleep, 0.1)))
