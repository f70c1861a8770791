import { binding } from './load.js';

/** A descriptor and whose it is; `fd` is -1 once it was closed or given away. */
export interface OwnedDescriptor {
  fd: number;
}

const registry = new FinalizationRegistry<OwnedDescriptor>((owned) => {
  const { fd } = owned;
  if (fd < 0) return;
  process.emitWarning(`a Socket was collected that nobody had closed (descriptor ${fd})`, 'ResourceWarning');
  binding?.close(fd);
});

/** Lets `owner` own the descriptor: when it is collected without having closed it, that is reported and done for it. */
export function ownDescriptor(owner: object, fd: number): OwnedDescriptor {
  const owned = { fd };
  registry.register(owner, owned, owned);
  return owned;
}

/** Ends the ownership; returns the descriptor, -1 when it had ended before. */
export function forgetDescriptor(owned: OwnedDescriptor): number {
  const { fd } = owned;
  owned.fd = -1;
  registry.unregister(owned);
  return fd;
}
