import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { kOthers } from '../../internals.js';
import { probeType, tryOut } from '../probe.js';
import { type ContextMap, contextMapClass, type Others, type ResourceSymbols } from './context-map.js';

/**
 * The symbols of a resource, where it holds the asynchronous context: a map from storages to values that is replaced
 * and not changed when a value is set (Node 24 and later).
 */
export function resourceSymbols(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
): ResourceSymbols | undefined {
  return tryOut(Storage, Resource, (storage) => {
    const resource = new Resource(probeType, 0);
    const symbols = Object.getOwnPropertySymbols(resource);
    const find = (isIt: (symbol: symbol) => boolean): symbol => {
      const [found, another] = symbols.filter(isIt);
      if (found === undefined || another !== undefined) throw new Error('there is no such symbol');
      return found;
    };
    const asyncId = find((symbol) => Reflect.get(resource, symbol) === resource.asyncId());
    const triggerAsyncId = find((symbol) => symbol !== asyncId && /trigger/i.test(String(symbol)));
    const contextFrame = find(({ description }) => description === 'context_frame');
    const mapNow = () => Reflect.get(new Resource(probeType, 0), contextFrame);
    const value = {};
    const outside = mapNow();
    return storage.run(value, () => {
      const inside = mapNow();
      const isMap = Map.prototype.get.call(inside, storage) === value;
      return isMap && inside !== outside && inside === mapNow()
        ? { asyncId, triggerAsyncId, contextFrame }
        : undefined;
    });
  });
}

/**
 * Whether a `RunContext` can replace Node's context map: storages read through it, change beside it, and leave it as it
 * was.
 */
export function contextMapsWork(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  symbols: ResourceSymbols,
): boolean {
  const works = tryOut(Storage, Resource, (ours) => {
    const ContextMap = contextMapClass(ours, Resource, symbols);
    const [other, another] = [new Storage<object>(), new Storage<object>()];
    const [first, second] = [{}, {}];
    const map: ContextMap = new ContextMap({}, {}, {});
    map[kOthers] = other.run(first, () => {
      return Reflect.get(new Resource(probeType, 0), symbols.contextFrame) as Others;
    });
    const sees = (isLinked: boolean, value: object | undefined): boolean => {
      const found = ours.getStore() as ContextMap | undefined;
      if (other.getStore() !== value) return false;
      return isLinked ? found === map : found?.context === map.context && found[kOthers] === false;
    };
    return Resource.prototype.runInAsyncScope.call(map, () => {
      const isSeenAtFirst = sees(true, first) && another.getStore() === undefined;
      const captured = new Resource(probeType, 0);
      const isSeenInside = other.run(second, () => sees(false, second));
      const isSeenAfterwards = sees(false, first);
      const isSeenAgain = captured.runInAsyncScope(() => {
        another.enterWith(second);
        return sees(false, first) && another.getStore() === second;
      });
      const isDisabled = captured.runInAsyncScope(() => {
        other.disable();
        return sees(true, undefined);
      });
      return isSeenAtFirst && isSeenInside && isSeenAfterwards && isSeenAgain && isDisabled;
    });
  });
  return works === true;
}
