"""bight's own Runner and run() with the faces of asyncio's; and CPython's tests on them."""

import asyncio
import contextlib
import contextvars
import importlib
import os
import signal
from asyncio import coroutines, events

import link
from link import Special, encode, rpc
from streams import Handler
from tasks import BightAsyncTask, BightFuture, BightTask, opaque

# Tests replace signal.signal().
install_handler = signal.signal


@link.handler
def policy(value):
    return getattr(asyncio.get_event_loop_policy(), value['name'])(*link.decode(value['args']))


def hooks(get_loop, create):
    """What a loop does in Python's way while bight runs it."""
    def closing(name):
        return Special(Handler(None, lambda *_: getattr(get_loop(), name)()), 'handler')
    return {'create': Special(create, 'function'), 'asyncgens': closing('shutdown_asyncgens'),
            'executor': closing('shutdown_default_executor')}


@contextlib.contextmanager
def running(stack, get_loop):
    """Runs bight; afterwards what has escaped from the loop is raised, and SIGINT is Python's again."""
    try:
        yield
    except BaseException:
        raise_escaped(get_loop())
        raise
    finally:
        stack.close()
        install_handler(signal.SIGINT, signal.getsignal(signal.SIGINT))
    raise_escaped(get_loop())


def raise_escaped(loop):
    if loop is not None:
        loop._raise_escaped()


def refuse(on, value):
    """Makes bight refuse what is no coroutine: where asyncio has a ValueError, the contract has a TypeError."""
    try:
        rpc(op='run', on=encode(on), name='refuse', args=encode([opaque(value)]))
    except TypeError:
        raise ValueError(f'a coroutine was expected, got {value!r}') from None
    raise AssertionError(f'bight has run {value!r}')


class Runner:
    def __init__(self, *, debug=None, loop_factory=None):
        self._runner = link.construct('PythonRunner', debug,
                                      None if loop_factory is None else Special(loop_factory, 'function'))
        self._loop = self._context = None

    def __enter__(self):
        self.get_loop()
        return self

    def __exit__(self, kind, error, traceback):
        self.close()

    def get_loop(self):
        loop = self._runner._call('getLoop')
        if self._loop is None:
            self._loop, self._context = loop, contextvars.copy_context()
            loop._debugging = loop._call('getDebug')
        return loop

    def run(self, coro, *, context=None):
        if not coroutines.iscoroutine(coro):
            refuse(self._runner, coro)
        loop = self.get_loop()
        given = hooks(self.get_loop, lambda: loop.create_task(coro, context=context or self._context))
        with contextlib.ExitStack() as stack, running(stack, lambda: loop):
            stack.enter_context(loop._inside())
            return rpc(op='run', on=encode(self._runner), name='run', args=encode([given]))

    def close(self):
        loop, self._loop = self._loop, None
        if loop is None:
            rpc(op='run', on=encode(self._runner), name='close', args=encode([None]))
            return
        with contextlib.ExitStack() as stack, running(stack, lambda: loop):
            stack.enter_context(loop._inside())
            rpc(op='run', on=encode(self._runner), name='close', args=encode([hooks(lambda: loop, None)]))
            loop._closed = True


def run(main, *, debug=None):
    if not coroutines.iscoroutine(main):
        refuse(None, main)
    if events._get_running_loop() is not None:
        raise RuntimeError('asyncio.run() cannot be called from a running event loop')
    made, stack = [], contextlib.ExitStack()
    current = asyncio.get_event_loop_policy()
    plain = current.new_event_loop

    def get_loop():
        return made[0] if made else None

    def new_event_loop():
        made.append(plain())
        stack.enter_context(made[0]._inside())
        return made[0]

    def create():
        made[0]._debugging = made[0]._call('getDebug')
        return made[0].create_task(main)
    current.new_event_loop = new_event_loop
    try:
        with running(stack, get_loop):
            return rpc(op='run', on=None, name='run', args=encode([debug, hooks(get_loop, create)]))
    finally:
        del current.new_event_loop
        if made:
            made[0]._closed = True


MODULES = ['bight_runners']


class OnBightRunners:
    """A mixin: asyncio's functions are bight's, and so are the tasks and the futures of the loops that they make."""

    TASK = BightTask

    def setUp(self):
        self._plain = {name: getattr(asyncio, name) for name in ('run', 'Runner')}
        asyncio.run, asyncio.Runner = run, Runner
        super().setUp()

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            for name, value in self._plain.items():
                setattr(asyncio, name, value)

    def new_loop(self):
        loop = super().new_loop()
        loop.create_future = lambda: BightFuture(loop=loop)
        loop.set_task_factory(lambda loop, coro, context=None: self.TASK(coro, loop=loop, context=context))
        return loop


def load(module, loader):
    tests = importlib.import_module('test.test_asyncio.test_runners')
    # Node's signals come from the system only.
    tests.interrupt_self = lambda: os.kill(os.getpid(), signal.SIGINT)
    for prefix, task in (('', BightTask), ('Async', BightAsyncTask)):
        for base in (tests.RunTests, tests.RunnerTests):
            cls = type(prefix + base.__name__, (OnBightRunners, base), {'TASK': task})
            cls.__module__, cls.__qualname__ = module, cls.__name__
            yield from loader.loadTestsFromTestCase(cls)
