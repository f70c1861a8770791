"""An asyncio event loop whose every method goes to a loop of bight's."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import weakref
from asyncio import base_events, constants, coroutines, events, futures, tasks

import link
from handles import BightHandle, BightTimerHandle, Fire
from link import JS, Special, encode, rpc
from network import NetworkMixin
from processes import ProcessesMixin
from reports import HandlerCall, context_to_js


CLASSES = {'selector': 'SelectorEventLoop', 'proactor': 'ProactorEventLoop'}
default_kind = os.environ.get('BIGHT_LOOP', 'selector')


class BightLoop(NetworkMixin, ProcessesMixin, JS, asyncio.AbstractEventLoop):
    KIND = None

    def __init__(self, kind=None):
        self._default_executor = None
        self._executor_shutdown_called = False
        self._asyncgens = weakref.WeakSet()
        self._asyncgens_shutdown_called = False
        self._exception_handler = None
        self._task_factory = None
        self._thread_id = None
        self._escaped = None
        made = self._make(kind or self.KIND or default_kind)
        self._adopt(made)
        rpc(op='allow_overrides', on=encode(self), loop=encode(Special(weakref.ref(self), None)))
        self.set_debug(coroutines._is_debug_mode())

    def _make(self, kind):
        return link.construct(CLASSES[kind])

    def _adopt(self, made):
        number, received = made._js_number, made._js_received
        made._js_number = None
        self._bind(number)
        self._js_received = received

    def __repr__(self):
        return (f'<{type(self).__name__} running={self.is_running()} '
                f'closed={self.is_closed()} debug={self.get_debug()}>')

    # Running

    def _check_closed(self):
        if self.is_closed():
            raise RuntimeError('Event loop is closed')

    def _escape(self, error):
        self._escaped = error
        self.stop()

    def run_forever(self):
        if self.is_running():
            raise RuntimeError('This event loop is already running')
        if events._get_running_loop() is not None:
            raise RuntimeError('Cannot run the event loop while another loop is running')
        with self._inside():
            rpc(op='run', on=encode(self), name='runForever', args=[])
        self._raise_escaped()

    @contextlib.contextmanager
    def _inside(self):
        """What Python keeps of a loop that runs."""
        hooks = sys.get_asyncgen_hooks()
        if not self.is_closed():
            self._thread_id = threading.get_ident()
            sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
            events._set_running_loop(self)
        try:
            if self._debugging:
                depth = sys.get_coroutine_origin_tracking_depth()
                sys.set_coroutine_origin_tracking_depth(constants.DEBUG_STACK_DEPTH)
                self._depth_before = depth
            link.drain(None)
            yield
        finally:
            self._thread_id = None
            events._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)
            if self._depth_before is not None:
                sys.set_coroutine_origin_tracking_depth(self._depth_before)
                self._depth_before = None

    def _raise_escaped(self):
        if self._escaped is not None:
            error, self._escaped = self._escaped, None
            try:
                raise error
            finally:
                del error

    def run_until_complete(self, future):
        self._check_closed()
        if self.is_running():
            raise RuntimeError('This event loop is already running')
        if events._get_running_loop() is not None:
            raise RuntimeError('Cannot run the event loop while another loop is running')
        new_task = not futures.isfuture(future)
        future = tasks.ensure_future(future, loop=self)
        if new_task:
            future._log_destroy_pending = False
        stopper = base_events._run_until_complete_cb
        future.add_done_callback(stopper)
        try:
            self.run_forever()
        except BaseException:
            if new_task and future.done() and not future.cancelled():
                future.exception()
            raise
        finally:
            future.remove_done_callback(stopper)
        if not future.done():
            raise RuntimeError('Event loop stopped before Future completed.')
        return future.result()

    def stop(self):
        self._call('stop')

    def is_running(self):
        return self._call('isRunning')

    def is_closed(self):
        if threading.get_ident() != link.MAIN_THREAD:
            return self._closed
        return self._call('isClosed')

    _closed = False

    def close(self):
        self._call('close')
        self._closed = True
        executor, self._default_executor = self._default_executor, None
        self._executor_shutdown_called = True
        if executor is not None:
            executor.shutdown(wait=False)

    # Scheduling

    def call_soon(self, callback, *args, context=None):
        return self._schedule('callSoon', callback, args, context)

    def _schedule(self, name, callback, args, context):
        if link.from_threads:
            link.drain(None)
        handle = BightHandle(callback, args, self, context)
        self._adopt_handle(handle, name, [self._callable(callback, handle)])
        return handle

    def _adopt_handle(self, handle, name, args):
        made = rpc(op='call', on=encode(self), name=name, args=encode(args))
        number, received = made._js_number, made._js_received
        made._js_number = None
        handle._bind(number)
        handle._js_received = received

    def _callable(self, callback, handle, once=True):
        if coroutines.iscoroutinefunction(callback) or coroutines.iscoroutine(callback):
            return Special(callback, 'coroutine', 'coroutine')
        if not callable(callback):
            return Special(callback, None)
        name = getattr(callback, '__qualname__', None)
        if not isinstance(name, str):
            name = type(callback).__qualname__
        handle._fires = Fire(handle, once)
        return Special(handle._fires, 'function', name)

    def call_soon_threadsafe(self, callback, *args, context=None):
        if threading.get_ident() == link.MAIN_THREAD:
            return self._schedule('callSoonThreadsafe', callback, args, context)
        if self._closed:
            raise RuntimeError('Event loop is closed')
        handle = BightHandle(callback, args, self, context)

        def schedule():
            if not self.is_closed() and not handle._cancelled:
                self._adopt_handle(handle, 'callSoonThreadsafe', [self._callable(callback, handle)])
        link.from_thread(schedule)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        if delay is None:
            raise TypeError('delay must not be None')
        return self._timer('callLater', delay, callback, args, context)

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError('when cannot be None')
        return self._timer('callAt', when, callback, args, context)

    def _timer(self, name, seconds, callback, args, context):
        if link.from_threads:
            link.drain(None)
        handle = BightTimerHandle(0.0, callback, args, self, context)
        self._adopt_handle(handle, name, [float(seconds) if isinstance(seconds, int) else seconds,
                                          self._callable(callback, handle)])
        handle._when = handle._call('when')
        handle._scheduled = True
        return handle

    def _timer_handle_cancelled(self, handle):
        pass

    def time(self):
        return float(self._call('time'))

    # Futures and tasks: Python's own, on this loop

    def create_future(self):
        return futures.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        self._check_closed()
        if self._task_factory is None:
            task = tasks.Task(coro, loop=self, name=name, context=context)
            if task._source_traceback:
                del task._source_traceback[-1]
        else:
            if context is None:
                task = self._task_factory(self, coro)
            else:
                task = self._task_factory(self, coro, context=context)
            tasks._set_task_name(task, name)
        return task

    set_task_factory = base_events.BaseEventLoop.set_task_factory
    get_task_factory = base_events.BaseEventLoop.get_task_factory
    _asyncgen_firstiter_hook = base_events.BaseEventLoop._asyncgen_firstiter_hook
    _asyncgen_finalizer_hook = base_events.BaseEventLoop._asyncgen_finalizer_hook
    shutdown_asyncgens = base_events.BaseEventLoop.shutdown_asyncgens

    # Executors: Python's own

    _check_default_executor = base_events.BaseEventLoop._check_default_executor
    run_in_executor = base_events.BaseEventLoop.run_in_executor
    set_default_executor = base_events.BaseEventLoop.set_default_executor
    shutdown_default_executor = base_events.BaseEventLoop.shutdown_default_executor
    _do_shutdown = base_events.BaseEventLoop._do_shutdown

    def _check_callback(self, callback, method):
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(callback):
            raise TypeError(f'coroutines cannot be used with {method}()')
        if not callable(callback):
            raise TypeError(f'a callable object was expected by {method}(), got {callback!r}')

    # Errors

    def set_exception_handler(self, handler):
        if handler is not None and not callable(handler):
            self._call('setExceptionHandler', Special(handler, None))
        self._exception_handler = handler
        self._call('setExceptionHandler', None if handler is None else Special(HandlerCall(self, handler), 'function'))

    def get_exception_handler(self):
        return self._exception_handler

    def default_exception_handler(self, context):
        self._call('defaultExceptionHandler', context_to_js(context))

    def call_exception_handler(self, context):
        if threading.get_ident() != link.MAIN_THREAD:
            link.from_thread(lambda: self.call_exception_handler(context))
            return
        self._call('callExceptionHandler', context_to_js(context))
        if self._escaped is not None and not self.is_running():
            error, self._escaped = self._escaped, None
            raise error

    def _overridden(self, name):
        found = getattr(self, name)
        return found if getattr(found, '__func__', None) is not getattr(BightLoop, name) else None

    # What harnesses read

    @property
    def _debug(self):
        return self._debugging

    @_debug.setter
    def _debug(self, enabled):
        self.set_debug(enabled)

    @property
    def _ready(self):
        return [None] * rpc(op='ready', on=encode(self))

    def _stop_serving(self, sock):
        self.remove_reader(sock)
        sock.close()

    def _run_once(self):
        self.stop()
        self.run_forever()

    # Debug

    _debugging = False

    def get_debug(self):
        return self._debugging

    _depth_before = None

    def _track_origins(self):
        if self._debugging and self._depth_before is None:
            self._depth_before = sys.get_coroutine_origin_tracking_depth()
            sys.set_coroutine_origin_tracking_depth(constants.DEBUG_STACK_DEPTH)
        elif not self._debugging and self._depth_before is not None:
            sys.set_coroutine_origin_tracking_depth(self._depth_before)
            self._depth_before = None

    def set_debug(self, enabled):
        self._debugging = bool(enabled)
        if events._get_running_loop() is self:
            self.call_soon_threadsafe(self._track_origins)
        self._call('setDebug', bool(enabled))

    @property
    def slow_callback_duration(self):
        return self._get('slowCallbackDuration')

    @slow_callback_duration.setter
    def slow_callback_duration(self, seconds):
        rpc(op='set', on=encode(self), name='slowCallbackDuration', value=encode(seconds))

    # Signals

    def add_signal_handler(self, sig, callback, *args):
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(callback):
            raise TypeError('coroutines cannot be used with add_signal_handler()')
        if not isinstance(sig, int):
            raise TypeError(f'sig must be an int, not {sig!r}')
        self._check_closed()
        handle = BightHandle(callback, args, self, None)
        try:
            self._call('addSignalHandler', int(sig), Special(Fire(handle), 'function'))
        except ValueError:
            # Where asyncio has a RuntimeError, the contract has a ValueError.
            if sig in (signal.SIGKILL, signal.SIGSTOP):
                raise RuntimeError(f'sig {sig} cannot be caught') from None
            raise

    def remove_signal_handler(self, sig):
        if not isinstance(sig, int):
            raise TypeError(f'sig must be an int, not {sig!r}')
        try:
            return self._call('removeSignalHandler', int(sig))
        except ValueError:
            if sig in (signal.SIGKILL, signal.SIGSTOP):
                return False
            raise
