import { binding } from '../binding/load.js';

/** Watches a descriptor, and must stop before its number stands for something else. */
export interface DescriptorListener {
  /** The descriptor is about to be closed, or changes its owner. */
  descriptorLost(): void;
}

/** A descriptor that an object owns; `fd` is -1 once it was closed or given away. */
export interface OwnedDescriptor {
  fd: number;
  /** What is called when that happens. */
  listeners: Set<DescriptorListener> | null;
}

const registry = new FinalizationRegistry<OwnedDescriptor>((owned) => {
  const { fd } = owned;
  if (fd < 0) return;
  process.emitWarning(
    `a Socket was collected that had not been closed (descriptor ${fd})`,
    'ResourceWarning',
  );
  closeOwned(owned);
});

/**
 * Lets `owner` own the descriptor: when it is collected without having closed it, that is reported and done for it;
 * when the thread ends before, it is closed, too.
 */
export function ownDescriptor(owner: object, fd: number): OwnedDescriptor {
  const owned = { fd, listeners: null };
  registry.register(owner, owned, owned);
  binding?.own(fd);
  return owned;
}

/** Closes the descriptor, unless it was closed or given away before. Listeners that throw cannot prevent it. */
export function closeOwned(owned: OwnedDescriptor): void {
  const { fd } = owned;
  registry.unregister(owned);
  try {
    end(owned);
  } finally {
    // A connection that was reset is closed all the same, and Python does not report it either.
    if (fd >= 0) binding?.close(fd);
  }
}

/** Gives the descriptor away. @returns it, or -1 when the ownership had ended before */
export function giveAway(owned: OwnedDescriptor): number {
  const { fd } = owned;
  try {
    endOwnership(owned);
  } finally {
    if (fd >= 0) binding?.disown(fd);
  }
  return fd;
}

/** Like `giveAway()`, but the descriptor is still closed with the thread, for a new owner in it. */
export function endOwnership(owned: OwnedDescriptor): number {
  const { fd } = owned;
  registry.unregister(owned);
  end(owned);
  return fd;
}

function end(owned: OwnedDescriptor): void {
  const { listeners } = owned;
  owned.fd = -1;
  owned.listeners = null;
  if (listeners !== null) for (const listener of listeners) listener.descriptorLost();
}
