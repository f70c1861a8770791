"""bight's own TaskGroup and timeouts as Python's `async with` blocks; and CPython's tests on them.

When a block is entered, the generator that drives the coroutine calls the block's `run()`, whose body drives the same
coroutine until the block is left.
"""

import asyncio
import importlib
from asyncio import events, taskgroups, timeouts

from tasks import BightAsyncTask, OnBightTasks


class Enter:
    """Yielded to the driver: go on inside of a block."""

    def __init__(self, kind, *args):
        self.kind, self.args = kind, list(args)

    def __await__(self):
        return (yield self)


class Leave:
    """Yielded to the driver: the block's body has come to its end."""

    def __init__(self, error):
        self.error = error

    def __await__(self):
        return (yield self)


async def leave(error):
    """What `__aexit__` does. Returns whether the exception has been handled."""
    try:
        await Leave(error)
    except BaseException as raised:
        if raised is error:
            return False
        raise
    return error is not None


class TaskGroup:
    _group = None
    _entered = _exiting = False
    _members = 0

    async def __aenter__(self):
        if self._entered:
            raise RuntimeError(f'TaskGroup {self!r} has been already entered')
        if asyncio.current_task() is None:
            raise RuntimeError(f'TaskGroup {self!r} cannot determine the parent task')
        self._group = await Enter('TaskGroup')
        self._entered = True
        return self

    async def __aexit__(self, kind, error, traceback):
        self._exiting = True
        return await leave(error)

    def create_task(self, coro, *, name=None, context=None):
        if not self._entered:
            raise RuntimeError(f'TaskGroup {self!r} has not been entered')
        task_class = type(asyncio.current_task())
        return task_class(coro, loop=events.get_running_loop(), name=name, context=context, group=self._group)


class Timeout:
    _js = None

    def __init__(self, when):
        self._when = when

    def when(self):
        return self._when if self._js is None else self._js._call('when')

    def reschedule(self, when):
        if self._js is None:
            raise RuntimeError('Timeout has not been entered')
        self._js._call('reschedule', when)

    def expired(self):
        return self._js is not None and self._js._call('expired')

    def __repr__(self):
        return '<Timeout>'

    async def __aenter__(self):
        if asyncio.current_task() is None:
            raise RuntimeError('Timeout should be used inside a task')
        self._js = await Enter('timeoutAt', self._when)
        return self

    async def __aexit__(self, kind, error, traceback):
        return await leave(error)


def timeout(delay):
    loop = events.get_running_loop()
    return Timeout(loop.time() + delay if delay is not None else None)


def timeout_at(when):
    return Timeout(when)


class OnBightBlocks(OnBightTasks):
    PATCHES = [(asyncio, 'TaskGroup', TaskGroup), (taskgroups, 'TaskGroup', TaskGroup), (asyncio, 'Timeout', Timeout),
               (asyncio, 'timeout', timeout), (asyncio, 'timeout_at', timeout_at), (timeouts, 'timeout', timeout)]

    def setUp(self):
        self._plain = [(owner, name, getattr(owner, name)) for owner, name, _ in self.PATCHES]
        for owner, name, value in self.PATCHES:
            setattr(owner, name, value)
        super().setUp()

    def tearDown(self):
        super().tearDown()
        for owner, name, value in self._plain:
            setattr(owner, name, value)


class OnBightAsyncBlocks(OnBightBlocks):
    TASK = BightAsyncTask


MODULES = {'bight_blocks': OnBightBlocks, 'bight_async_blocks': OnBightAsyncBlocks}


def load(module, loader):
    for name, cls in (('test_taskgroups', 'TestTaskGroup'), ('test_timeouts', 'TimeoutTests')):
        tests = importlib.import_module('test.test_asyncio.' + name)
        made = type(cls, (MODULES[module], getattr(tests, cls)), {})
        made.__module__, made.__qualname__ = module, cls
        yield from loader.loadTestsFromTestCase(made)
