import { binding } from './load.js';

/** Who watches a descriptor, and must stop before its number stands for something else. */
export interface DescriptorListener {
  /** The descriptor is about to be closed, or belongs to somebody else from now on. */
  descriptorLost(): void;
}

/** A descriptor and whose it is; `fd` is -1 once it was closed or given away. */
export interface OwnedDescriptor {
  fd: number;
  /** Who hears when that happens. */
  listeners: Set<DescriptorListener> | null;
}

const registry = new FinalizationRegistry<OwnedDescriptor>((owned) => {
  const { fd } = owned;
  if (fd < 0) return;
  process.emitWarning(`a Socket was collected that nobody had closed (descriptor ${fd})`, 'ResourceWarning');
  end(owned);
  binding?.close(fd);
});

/** Lets `owner` own the descriptor: when it is collected without having closed it, that is reported and done for it. */
export function ownDescriptor(owner: object, fd: number): OwnedDescriptor {
  const owned = { fd, listeners: null };
  registry.register(owner, owned, owned);
  return owned;
}

/** Ends the ownership; returns the descriptor, -1 when it had ended before. */
export function forgetDescriptor(owned: OwnedDescriptor): number {
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
