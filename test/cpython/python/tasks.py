"""bight's own futures, tasks, and what combines them, with the faces of asyncio's; and CPython's tests on them."""

import asyncio
import contextvars
import importlib
import sys
from asyncio import base_futures, base_tasks, coroutines, events, format_helpers, futures
from asyncio import tasks as asyncio_tasks
from types import GenericAlias

import link
from link import JS, Special, decode, encode, handler, held, rpc

STATES = [base_futures._PENDING, base_futures._CANCELLED, base_futures._FINISHED, base_futures._FINISHED]
SIMPLE = (type(None), bool, int, str)


def opaque(value):
    """Values that only pass through JavaScript come back as they are."""
    return value if type(value) in SIMPLE else Special(value, None)


class DoneCallback:
    def __init__(self, function, context, loop):
        self.function, self.context, self.loop = function, context, loop

    def __call__(self, future):
        try:
            self.context.run(self.function, future)
        except (SystemExit, KeyboardInterrupt) as error:
            self.loop._escape(error)


class BightFuture(JS):
    _asyncio_future_blocking = False
    _loop = None
    _source_traceback = None
    __class_getitem__ = classmethod(GenericAlias)

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self._done_callbacks = []
        return self

    def __init__(self, *, loop=None):
        self._begin(loop, 1)
        self._take(rpc(op='future', loop=encode(self._loop)))

    def _begin(self, loop, frames):
        self._loop = events.get_event_loop() if loop is None else loop
        if self._loop.get_debug():
            self._source_traceback = format_helpers.extract_stack(sys._getframe(frames + 1))

    def _take(self, made):
        # bight may have given it out already.
        number, received = made._js_number, made._js_received
        made._js_number = None
        self._bind(number)
        self._js_received = received

    def _check(self):
        if self._js_number is None:
            raise RuntimeError('Future object is not initialized.')

    def __repr__(self):
        self._check()
        if isinstance(self, BightTask):
            return base_tasks._task_repr(self)
        return base_futures._future_repr(self)

    # What repr() and harnesses read

    @property
    def _state(self):
        return STATES[rpc(op='peek', on=encode(self), name='state')]

    @property
    def _result(self):
        return rpc(op='peek', on=encode(self), name='value')

    @property
    def _exception(self):
        if rpc(op='peek', on=encode(self), name='state') != 3:
            return None
        return rpc(op='peek', on=encode(self), name='value')

    @property
    def _callbacks(self):
        if self.done():
            return []
        return [(callback.function, callback.context) for callback in self._done_callbacks]

    @property
    def _cancel_message(self):
        return rpc(op='cancel_message', on=encode(self))

    @_cancel_message.setter
    def _cancel_message(self, message):
        rpc(op='set_cancel_message', on=encode(self), message=message)

    @property
    def _log_traceback(self):
        return False

    @_log_traceback.setter
    def _log_traceback(self, value):
        if value:
            raise ValueError('_log_traceback can only be set to False')

    # asyncio's methods

    def get_loop(self):
        self._check()
        return self._loop

    def done(self):
        return self._js_number is not None and self._call('done')

    def cancelled(self):
        return self._js_number is not None and self._call('cancelled')

    def result(self):
        if self._js_number is None:
            raise asyncio.InvalidStateError('Result is not set.')
        return self._call('result')

    def exception(self):
        if self._js_number is None:
            raise asyncio.InvalidStateError('Exception is not set.')
        return self._call('exception')

    def cancel(self, msg=None):
        self._check()
        return self._call('cancel', msg)

    def set_result(self, result):
        self._check()
        self._call('setResult', opaque(result))

    def set_exception(self, exception):
        self._check()
        if isinstance(exception, type) and issubclass(exception, BaseException):
            exception = exception()
        if type(exception) is StopIteration:
            raise TypeError('StopIteration interacts badly with generators and cannot be raised into a Future')
        self._call('setException', exception)

    def add_done_callback(self, fn, *, context=None):
        self._check()
        if not callable(fn):
            self._call('addDoneCallback', Special(fn, None))
        callback = DoneCallback(fn, contextvars.copy_context() if context is None else context, self._loop)
        self._done_callbacks.append(callback)
        self._call('addDoneCallback', Special(callback, 'function', getattr(fn, '__qualname__', 'callback')))

    def remove_done_callback(self, fn):
        self._check()
        removed = 0
        for callback in list(self._done_callbacks):
            if callback.function == fn:
                removed += self._call('removeDoneCallback', Special(callback, 'function'))
                if callback in self._done_callbacks:
                    self._done_callbacks.remove(callback)
        return removed

    def _make_cancelled_error(self):
        try:
            self.result()
        except asyncio.CancelledError as error:
            return error

    def __await__(self):
        self._check()
        return self._wait()

    __iter__ = __await__

    def _wait(self):
        if not self.done():
            self._asyncio_future_blocking = True
            yield self
        if not self.done():
            raise RuntimeError("await wasn't used with future")
        return self.result()


def foreign(future):
    return Special(future, 'python-future', {'loop': encode(futures._get_loop(future))})


class Step:
    """What bight's generator calls."""

    def __init__(self, task):
        self.task = task

    def __call__(self, error, value):
        task = self.task
        coro, loop, context = task._coro, task._loop, task._context
        asyncio_tasks._enter_task(loop, task)
        try:
            if error is None:
                yielded = context.run(coro.send, value)
            else:
                yielded = context.run(coro.throw, error)
        except StopIteration as stop:
            self.task = None
            return {'done': True, 'value': opaque(stop.value)}
        except (SystemExit, KeyboardInterrupt) as stop:
            self.task = None
            loop._escape(stop)
            raise
        except BaseException:
            self.task = None
            raise
        finally:
            asyncio_tasks._leave_task(loop, task)
            del task, error
        if hasattr(yielded, 'kind') and type(yielded).__name__ == 'Enter':
            return {'done': False, 'enter': yielded.kind, 'args': yielded.args}
        if type(yielded).__name__ == 'Leave':
            return {'done': False, 'leave': True, 'error': yielded.error}
        if isinstance(yielded, BightFuture):
            blocking, yielded._asyncio_future_blocking = yielded._asyncio_future_blocking, False
            return {'done': False, 'future': yielded, 'blocking': blocking}
        blocking = getattr(yielded, '_asyncio_future_blocking', None)
        if blocking:
            yielded._asyncio_future_blocking = False
            return {'done': False, 'future': foreign(yielded)}
        return {'done': False, 'future': opaque(yielded)}


@handler
def step(value):
    error = value['error']
    return held[value['py']][0](None if error is None else decode(error), decode(value.get('value')))


@handler
def python_future(value):
    future, what = held[value['py']][0], value['what']
    if what == 'add':
        number = value['callback']
        future.add_done_callback(lambda _: rpc(op='called_back', number=number))
    elif what == 'cancel':
        return future.cancel(value['message'])
    elif what == 'cancelled':
        return future.cancelled()
    else:
        return future.result() if getattr(future, 'plain', False) else opaque(future.result())


class BightTask(BightFuture):
    STYLE = 'generator'
    _coro = _context = None

    def __init__(self, coro, *, loop=None, name=None, context=None, group=None):
        if not coroutines.iscoroutine(coro):
            raise TypeError(f'a coroutine was expected, got {coro!r}')
        self._begin(loop, 1)
        self._coro = coro
        self._context = contextvars.copy_context() if context is None else context
        title = getattr(coro, '__qualname__', None) or type(coro).__name__
        self._take(rpc(op='task', step=encode(Special(Step(self), None)), loop=encode(self._loop),
                       name=None if name is None else str(name), title=title,
                       style=self.STYLE, group=None if group is None else encode(group)))
        asyncio_tasks._register_task(self)

    @property
    def _fut_waiter(self):
        return rpc(op='awaited', on=encode(self))

    @property
    def _must_cancel(self):
        return rpc(op='must_cancel', on=encode(self))

    @property
    def _log_destroy_pending(self):
        return rpc(op='peek', on=encode(self), name='logDestroyPending')

    @_log_destroy_pending.setter
    def _log_destroy_pending(self, value):
        rpc(op='poke', on=encode(self), name='logDestroyPending', value=bool(value))

    def get_name(self):
        return self._call('getName')

    def set_name(self, value):
        self._call('setName', str(value))

    def get_coro(self):
        return self._coro

    def get_context(self):
        return self._context

    def get_stack(self, *, limit=None):
        return base_tasks._task_get_stack(self, limit)

    def print_stack(self, *, limit=None, file=None):
        return base_tasks._task_print_stack(self, limit, file)

    def cancelling(self):
        return self._call('cancelling')

    def uncancel(self):
        return self._call('uncancel')

    def set_result(self, result):
        raise RuntimeError('Task does not support set_result operation')

    def set_exception(self, exception):
        raise RuntimeError('Task does not support set_exception operation')


class BightAsyncTask(BightTask):
    """A task whose coroutine is driven by an async function."""

    STYLE = 'async'


class Result(BightFuture):
    """A future that bight made."""

    def __new__(cls):
        return super().__new__(cls)

    def __init__(self):
        self.__loop = None

    @property
    def _loop(self):
        if self.__loop is None:
            self.__loop = self._call('getLoop')
        return self.__loop

    @_loop.setter
    def _loop(self, loop):
        self.__loop = loop


link.proxies['future'] = Result
link.proxies['task'] = Result


# What combines them

def bight_loop_of(aws, loop=None):
    for aw in aws:
        if asyncio.isfuture(aw):
            return futures._get_loop(aw)
    return loop or events.get_event_loop()


def children(aws, loop):
    made = {}
    found = []
    for aw in aws:
        if asyncio.isfuture(aw):
            if futures._get_loop(aw) is not loop:
                raise ValueError('The future belongs to a different loop than the one specified as the loop argument')
            child = aw
        elif id(aw) in made:
            child = made[id(aw)]
        else:
            child = made[id(aw)] = asyncio.ensure_future(aw, loop=loop)
        found.append(child if isinstance(child, BightFuture) else foreign(child))
    return found


def combined(loop, name, *args):
    made = rpc(op='combine', name=name, args=encode(args))
    made._loop = loop
    return made


def gather(*aws, return_exceptions=False):
    loop = bight_loop_of(aws)
    return combined(loop, 'gather', children(aws, loop), {'returnExceptions': return_exceptions})


def shield(arg):
    loop = bight_loop_of([arg])
    (inner,) = children([arg], loop)
    return combined(loop, 'shield', inner)


async def wait_for(fut, timeout):
    loop = events.get_running_loop()
    (inner,) = children([fut], loop)
    return await combined(loop, 'waitFor', inner, timeout)


async def wait(fs, *, timeout=None, return_when=asyncio.ALL_COMPLETED):
    if asyncio.isfuture(fs) or coroutines.iscoroutine(fs):
        raise TypeError(f'expect a list of futures, not {type(fs).__name__}')
    if not fs:
        raise ValueError('Set of Tasks/Futures is empty.')
    if return_when not in (asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION, asyncio.ALL_COMPLETED):
        raise ValueError(f'Invalid return_when value: {return_when}')
    fs = set(fs)
    if any(coroutines.iscoroutine(f) for f in fs):
        raise TypeError('Passing coroutines is forbidden, use tasks explicitly.')
    loop = events.get_running_loop()
    done, pending = await combined(loop, 'wait', children(fs, loop), {'timeout': timeout, 'returnWhen': return_when})
    return set(done), set(pending)


async def sleep(delay, result=None):
    loop = events.get_running_loop()
    return await combined(loop, 'sleep', float(delay), {'result': opaque(result)})


def as_completed(fs, *, timeout=None):
    if asyncio.isfuture(fs) or coroutines.iscoroutine(fs):
        raise TypeError(f'expect an iterable of futures, not {type(fs).__name__}')
    loop = events._get_event_loop()
    args = encode([children(set(fs), loop), {'timeout': timeout}])
    order = rpc(op='iterate', name='asCompleted', args=args)
    while (future := rpc(op='next_of', on=encode(order))) is not None:
        future._loop = loop
        yield future


COMBINATORS = {'as_completed': as_completed, 'gather': gather, 'shield': shield, 'wait_for': wait_for, 'wait': wait, 'sleep': sleep}


class Combined:
    """A mixin: while its tests run, asyncio's functions are bight's."""

    def setUp(self):
        self._plain = {}
        for name, function in COMBINATORS.items():
            self._plain[name] = getattr(asyncio, name)
            setattr(asyncio, name, function)
            setattr(asyncio_tasks, name, function)
        super().setUp()

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            for name, function in self._plain.items():
                setattr(asyncio, name, function)
                setattr(asyncio_tasks, name, function)


# CPython's tests

MODULES = ['bight_futures', 'bight_tasks', 'bight_combined', 'bight_groups', 'bight_async_groups']


class OnBightTasks:
    """A mixin: every task and future that the loop makes is bight's."""

    TASK = BightTask

    async def asyncSetUp(self):
        loop = asyncio.get_running_loop()
        loop.create_future = lambda: BightFuture(loop=loop)
        loop.set_task_factory(lambda loop, coro, context=None: self.TASK(coro, loop=loop, context=context))
        await super().asyncSetUp()


class OnBightAsyncTasks(OnBightTasks):
    """A mixin: the same, and async functions drive the coroutines."""

    TASK = BightAsyncTask


GROUPS = {
    'test_taskgroups': ['TestTaskGroup'],
    'test_timeouts': ['TimeoutTests'],
    'test_locks': ['LockTests', 'EventTests', 'ConditionTests', 'SemaphoreTests', 'BarrierTests'],
    'test_queues': ['QueueBasicTests', 'QueueGetTests', 'QueuePutTests', 'QueueJoinTests'],
    'test_waitfor': ['AsyncioWaitForTest'],
    'test_threads': ['ToThreadTests'],
}


def subclasses(module):
    if module in ('bight_groups', 'bight_async_groups'):
        mixin = OnBightTasks if module == 'bight_groups' else OnBightAsyncTasks
        found = []
        for name, classes in GROUPS.items():
            tests = importlib.import_module('test.test_asyncio.' + name)
            for cls in classes:
                found.append(type(cls, (mixin, getattr(tests, cls)), {}))
        return found
    test_utils = importlib.import_module('test.test_asyncio.utils')
    if module == 'bight_futures':
        tests = importlib.import_module('test.test_asyncio.test_futures')

        class FutureTests(tests.BaseFutureTests, test_utils.TestCase):
            cls = BightFuture

        class SubFutureTests(tests.BaseFutureTests, test_utils.TestCase):
            def setUp(self):
                class Sub(BightFuture):
                    pass
                self.cls = Sub
                super().setUp()

        class DoneCallbackTests(tests.BaseFutureDoneCallbackTests, test_utils.TestCase):
            def _new_future(self):
                return BightFuture(loop=self.loop)

        class InheritanceTests(tests.BaseFutureInheritanceTests, test_utils.TestCase):
            def _get_future_cls(self):
                return BightFuture
        return [FutureTests, SubFutureTests, DoneCallbackTests, InheritanceTests]
    tests = importlib.import_module('test.test_asyncio.test_tasks')

    class TaskTests(tests.BaseTaskTests, tests.SetMethodsTest, test_utils.TestCase):
        Task, Future = BightTask, BightFuture

    class AsyncTaskTests(tests.BaseTaskTests, tests.SetMethodsTest, test_utils.TestCase):
        Task, Future = BightAsyncTask, BightFuture

    class TaskSubclassTests(tests.BaseTaskTests, test_utils.TestCase):
        Task, Future = BightTask, BightFuture
    TaskSubclassTests = tests.add_subclass_tests(TaskSubclassTests)

    class TaskOnPythonFutureTests(tests.BaseTaskTests, test_utils.TestCase):
        Task, Future = BightTask, futures._PyFuture

    class PythonTaskOnFutureTests(tests.BaseTaskTests, test_utils.TestCase):
        Task, Future = asyncio_tasks._PyTask, BightFuture

    class CTaskOnFutureTests(tests.BaseTaskTests, test_utils.TestCase):
        Task, Future = asyncio_tasks._CTask, BightFuture
    if module == 'bight_tasks':
        return [TaskTests, AsyncTaskTests, TaskSubclassTests, TaskOnPythonFutureTests, PythonTaskOnFutureTests, CTaskOnFutureTests]

    class CombinedTaskTests(Combined, tests.BaseTaskTests, test_utils.TestCase):
        Task, Future = BightTask, BightFuture

    def bight_loops(self):
        """Loops whose futures and tasks are bight's."""
        for loop in (self.one_loop, self.other_loop):
            loop.create_future = lambda loop=loop: BightFuture(loop=loop)
            loop.set_task_factory(lambda loop, coro, context=None: BightTask(coro, loop=loop, context=context))

    class FutureGatherTests(Combined, tests.FutureGatherTests):
        def setUp(self):
            super().setUp()
            bight_loops(self)

        def _gather(self, *args, **kwargs):
            return gather(*args, **kwargs)

    class CoroutineGatherTests(Combined, tests.CoroutineGatherTests):
        def setUp(self):
            super().setUp()
            bight_loops(self)

    waits = importlib.import_module('test.test_asyncio.test_waitfor')

    class WaitForTests(Combined, OnBightTasks, waits.AsyncioWaitForTest):
        pass
    return [CombinedTaskTests, FutureGatherTests, CoroutineGatherTests, WaitForTests]


def load(module, loader):
    for cls in subclasses(module):
        cls.__module__ = module
        cls.__qualname__ = cls.__name__ if cls.__name__ != 'Task' else cls.__qualname__
        yield from loader.loadTestsFromTestCase(cls)
