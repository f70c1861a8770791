"""Sets that keep the order of insertion, where CPython's order is that of memory addresses."""
import asyncio.taskgroups


class OrderedSet(dict):
    """As much of a set as `asyncio.TaskGroup` needs."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


# A group cancels its tasks in the order of its set. Ours is the order of creation.
asyncio.taskgroups.set = OrderedSet
