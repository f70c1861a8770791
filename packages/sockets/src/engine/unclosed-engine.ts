import { native } from '../binding/load.js';
import { DescriptorSet } from './descriptor-set.js';

/** What an engine leaves behind when it is collected without having been closed. */
export interface Estate {
  readonly engine: number;
  /** Those that the engine would have closed for its slots. */
  readonly descriptors: DescriptorSet;
}

const registry = new FinalizationRegistry<Estate>(({ engine, descriptors }) => {
  process.emitWarning('an event loop was collected that had not been closed', 'ResourceWarning');
  const { engineClose, close } = native();
  engineClose(engine);
  for (const fd of descriptors) close(fd);
});

/** Reports an engine that is collected without having been closed, and closes what it had open. */
export function watchEngine(owner: object, engine: number): Estate {
  const estate = { engine, descriptors: new DescriptorSet() };
  registry.register(owner, estate, owner);
  return estate;
}

/** An engine was closed. */
export function forgetEngine(owner: object): void {
  registry.unregister(owner);
}
