import type { Constructor } from '@bight/loop-abstract';
import type { EventEngine } from '@bight/sockets/low-level';
import { kEngine } from '../internals.js';
import { nativeParts } from '../native/native-parts.js';
import { type EngineLoop, LoopHooks } from './engine-hooks.js';
import { SelectorHost } from './selector-host.js';

const engines = new WeakMap<object, EventEngine>();

/**
 * The engine that watches descriptors for a loop, made when it is needed. Its handlers are called inside the loop, each
 * as a callback of its own. A loop on a {@link SelectorHost} has that host's; any other loop, whose class has to have
 * been through {@link withEventEngine}, gets one beside its host.
 *
 * @throws {NotImplementedError} where `@bight/sockets` is not available
 */
export function engineFor(loop: EngineLoop): EventEngine {
  const { host } = loop as { host?: unknown };
  if (host instanceof SelectorHost) return host[kEngine] as EventEngine;
  let engine = engines.get(loop);
  if (engine === undefined) {
    const hooks = new LoopHooks(loop);
    engine = nativeParts().createEngine(hooks, null);
    hooks.engine = engine;
    // The loop keeps the process alive while it runs; when it does not run, an open connection is no reason to wait.
    engine.start({ keepAlive: 'never' });
    engines.set(loop, engine);
  }
  return engine;
}

/** Closes a loop's engine with the loop, after what stands on it. */
export function withEventEngine<B extends Constructor<EngineLoop>>(Base: B): B {
  abstract class LoopWithEngine extends Base {
    override close(): void {
      super.close();
      engines.get(this)?.close();
    }
  }
  return LoopWithEngine;
}
