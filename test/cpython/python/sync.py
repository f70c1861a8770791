"""bight's own locks and queues with the faces of asyncio's; and CPython's tests on them."""

import asyncio
import importlib
from types import GenericAlias

import link
from contexts import adopt
from link import JS, Special
from tasks import BightAsyncTask, OnBightTasks, opaque


class Base(JS):
    __class_getitem__ = classmethod(GenericAlias)

    def _make(self, *args):
        adopt(self, link.construct(type(self).NAME, *args))

    def __repr__(self):
        return self._call('toString')


class LockLike(Base):
    async def acquire(self):
        await self._call('acquire')
        return True

    def release(self):
        self._call('release')

    def locked(self):
        return self._call('locked')

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *exc):
        self.release()


class Lock(LockLike):
    NAME = 'Lock'

    def __init__(self):
        self._make()


class Event(Base):
    NAME = 'Event'

    def __init__(self):
        self._make()

    def is_set(self):
        return self._call('isSet')

    def set(self):
        self._call('set')

    def clear(self):
        self._call('clear')

    async def wait(self):
        await self._call('wait')
        return True


class Condition(LockLike):
    NAME = 'Condition'

    def __init__(self, lock=None):
        self._lock = lock
        self._make({'lock': lock})

    async def wait(self):
        await self._call('wait')
        return True

    async def wait_for(self, predicate):
        return await self._call('waitFor', Special(lambda: opaque(predicate()), 'function'))

    def notify(self, n=1):
        self._call('notify', {'n': n})

    def notify_all(self):
        self._call('notifyAll')


class Semaphore(LockLike):
    NAME = 'Semaphore'

    def __init__(self, value=1):
        self._make({'value': value})

    @property
    def _value(self):
        return self._get('value')


class BoundedSemaphore(Semaphore):
    NAME = 'BoundedSemaphore'


class Barrier(Base):
    NAME = 'Barrier'

    def __init__(self, parties):
        self._make(parties)

    async def wait(self):
        return await self._call('wait')

    async def reset(self):
        await self._call('reset')

    async def abort(self):
        await self._call('abort')

    async def __aenter__(self):
        return await self.wait()

    async def __aexit__(self, *exc):
        pass

    parties = property(lambda self: self._get('parties'))
    n_waiting = property(lambda self: self._get('nWaiting'))
    broken = property(lambda self: self._get('broken'))


class Queue(Base):
    NAME = 'Queue'

    def __init__(self, maxsize=0):
        self._maxsize = maxsize
        self._make({'maxsize': maxsize})

    @property
    def maxsize(self):
        return self._maxsize

    def qsize(self):
        return self._call('qsize')

    def empty(self):
        return self._call('empty')

    def full(self):
        return self._call('full')

    async def put(self, item):
        await self._call('put', opaque(item))

    def put_nowait(self, item):
        self._call('putNowait', opaque(item))

    async def get(self):
        return await self._call('get')

    def get_nowait(self):
        return self._call('getNowait')

    def task_done(self):
        self._call('taskDone')

    async def join(self):
        await self._call('join')


class PriorityQueue(Queue):
    NAME = 'PriorityQueue'


class LifoQueue(Queue):
    NAME = 'LifoQueue'


NAMES = {cls.__name__: cls for cls in (Lock, Event, Condition, Semaphore, BoundedSemaphore, Barrier, Queue,
                                       PriorityQueue, LifoQueue)}


class OnBightSync(OnBightTasks):
    """A mixin: what the tests find in asyncio is bight's."""

    def setUp(self):
        self._plain = {name: getattr(asyncio, name) for name in NAMES}
        for name, cls in NAMES.items():
            setattr(asyncio, name, cls)
        if hasattr(self, 'q_class'):
            self.q_class = NAMES[type(self).q_class.__name__]
        super().setUp()

    def tearDown(self):
        super().tearDown()
        for name, cls in self._plain.items():
            setattr(asyncio, name, cls)


class OnBightSyncAsync(OnBightSync):
    TASK = BightAsyncTask


MODULES = {'bight_locks': OnBightSync, 'bight_queues': OnBightSync,
           'bight_async_locks': OnBightSyncAsync, 'bight_async_queues': OnBightSyncAsync}
CLASSES = {
    'locks': ['LockTests', 'EventTests', 'ConditionTests', 'SemaphoreTests', 'BarrierTests'],
    'queues': ['QueueBasicTests', 'QueueGetTests', 'QueuePutTests', 'LifoQueueTests', 'PriorityQueueTests',
                     'QueueJoinTests', 'LifoQueueJoinTests', 'PriorityQueueJoinTests'],
}


def load(module, loader):
    subject = module.rpartition('_')[2]
    tests = importlib.import_module('test.test_asyncio.test_' + subject)
    for name in CLASSES[subject]:
        cls = type(name, (MODULES[module], getattr(tests, name)), {})
        cls.__module__, cls.__qualname__ = module, name
        yield from loader.loadTestsFromTestCase(cls)
