"""What CPython 3.13 does otherwise than 3.11, where the TypeScript side follows the later one."""
import asyncio
import asyncio.taskgroups
import asyncio.tasks


class Task(asyncio.tasks._PyTask):
    """Forgets a cancel that was taken back before it was delivered."""

    def uncancel(self):
        left = super().uncancel()
        if left == 0:
            self._must_cancel = False
        return left


class TaskGroup(asyncio.TaskGroup):
    """Takes its own cancel of the parent back when all tasks have ended, and not before it waits for them."""

    async def __aexit__(self, kind, error, traceback):
        self._exiting = True
        if error is not None and self._is_base_error(error) and self._base_error is None:
            self._base_error = error
        cancelled = error if isinstance(error, asyncio.CancelledError) else None
        if error is not None and not self._aborting:
            self._abort()
        cancelled = await self._until_all_are_done() or cancelled
        if self._base_error is not None:
            raise self._base_error
        if self._parent_cancel_requested and self._parent_task.uncancel() == 0:
            cancelled = None
        if cancelled is not None and not self._errors:
            raise cancelled
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._errors.append(error)
        if self._errors:
            self._repeat_outer_cancel()
            raise BaseExceptionGroup('unhandled errors in a TaskGroup', self._errors) from None

    async def _until_all_are_done(self):
        cancelled = None
        while self._tasks:
            if self._on_completed_fut is None:
                self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except asyncio.CancelledError as error:
                if not self._aborting:
                    cancelled = error
                    self._abort()
            self._on_completed_fut = None
        return cancelled

    def _repeat_outer_cancel(self):
        """A cancel that hides behind the errors comes at the parent's next wait; the count stays."""
        if self._parent_task.cancelling():
            self._parent_task.uncancel()
            self._parent_task.cancel()


asyncio.Task = asyncio.tasks.Task = Task
asyncio.TaskGroup = asyncio.taskgroups.TaskGroup = TaskGroup
