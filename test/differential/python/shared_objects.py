"""What the routines of a program share: two of each kind of lock, and queues. support/shared-objects.ts is the twin."""
import asyncio


class Condition(asyncio.Condition):
    """A condition that passes a notification on whose waiter was cancelled, as CPython's does from 3.13 on."""

    async def wait(self):
        if not self.locked():
            raise RuntimeError('cannot wait on un-acquired lock')
        waiter = self._get_loop().create_future()
        self.release()
        try:
            try:
                self._waiters.append(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.remove(waiter)
            finally:
                await self._hold_again()
        except BaseException:
            if not waiter.cancelled():
                self.notify()
            raise
        return True

    async def _hold_again(self):
        cancelled = None
        while True:
            try:
                await self.acquire()
                break
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled


def barrier(parties):
    """A barrier on such a condition."""
    made = asyncio.Barrier(parties)
    made._cond = Condition()
    return made


class SharedObjects:
    """Two of each kind."""

    def __init__(self):
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.semaphores = [asyncio.Semaphore(1), asyncio.Semaphore(2)]
        self.events = [asyncio.Event(), asyncio.Event()]
        self.conditions = [Condition(), Condition(self.locks[0])]
        self.barriers = [barrier(2), barrier(3)]
        self.queues = [asyncio.Queue(1), asyncio.Queue()]

    def holdable(self, hold):
        """What is held while a block of steps runs."""
        all_kinds = {'lock': self.locks, 'semaphore': self.semaphores, 'condition': self.conditions}
        return all_kinds[hold['kind']][hold['number'] % 2]

    def use(self, use, value):
        """A coroutine that may have to wait."""
        index = use['number'] % 2
        return {
            'event': lambda: self.events[index].wait(),
            'condition': lambda: wait_in(self.conditions[index]),
            'barrier': lambda: self.barriers[index].wait(),
            'reset': lambda: self.barriers[index].reset(),
            'abort': lambda: self.barriers[index].abort(),
            'get': lambda: self.queues[index].get(),
            'put': lambda: self.queues[index].put(value),
            'join': lambda: self.queues[index].join(),
        }[use['kind']]()

    def touch(self, touch, value):
        """Does what need not wait. Returns what there is to report."""
        index = touch['number'] % 2
        condition = self.conditions[index]
        queue = self.queues[index]
        return {
            'set': lambda: self.events[index].set(),
            'clear': lambda: self.events[index].clear(),
            'release': lambda: self.semaphores[index].release(),
            'notify': lambda: condition.notify() if condition.locked() else 'it is free',
            'notifyAll': lambda: condition.notify_all() if condition.locked() else 'it is free',
            'putNowait': lambda: attempt(lambda: queue.put_nowait(value)),
            'getNowait': lambda: attempt(queue.get_nowait),
            'taskDone': lambda: attempt(queue.task_done),
        }[touch['kind']]()

    def state(self):
        """The state of all objects."""
        return [
            [lock.locked() for lock in self.locks],
            [semaphore.locked() for semaphore in self.semaphores],
            [event.is_set() for event in self.events],
            [[barrier.n_waiting, barrier.broken] for barrier in self.barriers],
            [[queue.qsize(), queue.full()] for queue in self.queues],
        ]


async def wait_in(condition):
    async with condition:
        return await condition.wait()


def attempt(action):
    try:
        return action()
    except asyncio.QueueEmpty:
        return 'empty'
    except asyncio.QueueFull:
        return 'full'
    except ValueError:
        return 'too often'
