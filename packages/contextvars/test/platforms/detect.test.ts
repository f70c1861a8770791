import * as hooks from 'node:async_hooks';
import { describe, expect, test } from '@jest/globals';
import { AlsSnapshotPlatform } from '../../src/platforms/als-snapshot.js';
import { AsyncResourcePlatform } from '../../src/platforms/async-resource.js';
import { currentPlatform } from '../../src/platforms/current.js';
import { detectPlatform, isAsynchronous } from '../../src/platforms/detect.js';
import { nodeInternals } from '../../src/platforms/node-internals.js';
import { ResourceSlotPlatform } from '../../src/platforms/node20/platform.js';
import { ContextMapPlatform } from '../../src/platforms/node24/platform.js';
import { SynchronousPlatform } from '../../src/platforms/synchronous.js';
import { AsyncContextPlatform } from '../../src/platforms/tc39.js';
import { fakeAsyncContext } from '../support/fake-async-context.js';

const { AsyncLocalStorage, AsyncResource } = hooks;
const AsyncContext = fakeAsyncContext();
const [major] = process.versions.node.split('.').map(Number) as [number];
const ofNode = major >= 24 ? ContextMapPlatform : ResourceSlotPlatform;

describe('The platform that is chosen', () => {
  test('is node:async_hooks first', () => {
    expect(detectPlatform({ hooks, AsyncContext })).toBeInstanceOf(ofNode);
  });

  test('uses nothing that Node does not document when that is switched off', () => {
    expect(detectPlatform({ hooks }, undefined, false)).toBeInstanceOf(AsyncResourcePlatform);
  });

  test.each([
    '/app/node_modules/@datadog/pprof/prebuilds/linux-x64/dd_pprof.node.abi137.node',
    'C:\\app\\dd_pprof.node',
  ])('lets Node make its map where a profiler that reads it is loaded: %s', (addon) => {
    const loadedFiles = () => ['/app/index.js', addon];
    const platform = detectPlatform({ hooks, loadedFiles });
    expect(platform).toBeInstanceOf(major >= 24 ? AsyncResourcePlatform : ofNode);
    expect(detectPlatform({ hooks, loadedFiles: () => ['/app/index.js'] })).toBeInstanceOf(ofNode);
  });

  test('is the one of the process, by its switch', () => {
    expect(currentPlatform()).toBeInstanceOf(nodeInternals() ? ofNode : AsyncResourcePlatform);
  });

  test('is a global AsyncLocalStorage next', () => {
    expect(detectPlatform({ AsyncLocalStorage, AsyncContext })).toBeInstanceOf(AlsSnapshotPlatform);
    expect(detectPlatform({ AsyncLocalStorage, AsyncResource })).toBeInstanceOf(AsyncResourcePlatform);
    // As workerd has it with the flag nodejs_als.
    expect(detectPlatform({ hooks: { AsyncLocalStorage } })).toBeInstanceOf(AlsSnapshotPlatform);
  });

  test('is AsyncContext next, and then none', () => {
    expect(detectPlatform({ AsyncContext })).toBeInstanceOf(AsyncContextPlatform);
    expect(detectPlatform({})).toBeInstanceOf(SynchronousPlatform);
  });

  test.each([
    [true, { hooks }],
    [true, { AsyncLocalStorage }],
    [true, { AsyncContext }],
    [false, {}],
  ])('is announced as asynchronous: %s', (expected, engine) => {
    expect(isAsynchronous(engine)).toBe(expected);
    expect(detectPlatform(engine).isAsynchronous).toBe(expected);
  });

  test('is found without a trace in the storages of the process', () => {
    const foreign = new AsyncLocalStorage<string>();
    foreign.run('kept', () => {
      detectPlatform({ hooks });
      expect(foreign.getStore()).toBe('kept');
    });
  });
});
