import * as hooks from 'node:async_hooks';
import { describe, expect, test } from '@jest/globals';
import { AlsSnapshotCarriers } from '../../src/platforms/carriers/als-snapshot.js';
import { AsyncResourceCarriers } from '../../src/platforms/carriers/async-resource.js';
import { carriersOf } from '../../src/platforms/carriers/choose.js';
import { SynchronousCarriers } from '../../src/platforms/carriers/synchronous.js';
import { AsyncContextCarriers } from '../../src/platforms/carriers/tc39.js';
import { currentPlatform } from '../../src/platforms/current.js';
import { detectPlatform, isAsynchronous } from '../../src/platforms/detect.js';
import type { Engine } from '../../src/platforms/engine.js';
import { nodeInternals } from '../../src/platforms/node-internals.js';
import { ResourceSlotPlatform } from '../../src/platforms/node20/platform.js';
import { ContextMapPlatform } from '../../src/platforms/node24/platform.js';
import { PlainPlatform } from '../../src/platforms/platform.js';
import { fakeAsyncContext } from '../support/fake-async-context.js';

const { AsyncLocalStorage, AsyncResource } = hooks;
const AsyncContext = fakeAsyncContext();
const [major] = process.versions.node.split('.').map(Number) as [number];
const ofNode = major >= 24 ? ContextMapPlatform : ResourceSlotPlatform;

/** The carriers for loops, on an engine. */
const carriersFor = (engine: Engine) => carriersOf(detectPlatform(engine));

describe('The platform that is chosen', () => {
  test('is node:async_hooks first', () => {
    expect(detectPlatform({ hooks, AsyncContext })).toBeInstanceOf(ofNode);
  });

  test('uses nothing that Node does not document when that is switched off', () => {
    const platform = detectPlatform({ hooks }, undefined, false);
    expect(platform).toBeInstanceOf(PlainPlatform);
    expect(carriersOf(platform)).toBeInstanceOf(AsyncResourceCarriers);
  });

  test.each([
    '/app/node_modules/@datadog/pprof/prebuilds/linux-x64/dd_pprof.node.abi137.node',
    'C:\\app\\dd_pprof.node',
  ])('lets Node make its map where a profiler that reads it is loaded: %s', (addon) => {
    const loadedFiles = () => ['/app/index.js', addon];
    const platform = detectPlatform({ hooks, loadedFiles });
    expect(platform).toBeInstanceOf(major >= 24 ? PlainPlatform : ofNode);
    expect(detectPlatform({ hooks, loadedFiles: () => ['/app/index.js'] })).toBeInstanceOf(ofNode);
  });

  test('is the one of the process, by its switch', () => {
    expect(currentPlatform()).toBeInstanceOf(nodeInternals() ? ofNode : PlainPlatform);
  });

  test('is a global AsyncLocalStorage next', () => {
    expect(carriersFor({ AsyncLocalStorage, AsyncContext })).toBeInstanceOf(AlsSnapshotCarriers);
    expect(carriersFor({ AsyncLocalStorage, AsyncResource })).toBeInstanceOf(AsyncResourceCarriers);
    // As workerd has it with the flag nodejs_als.
    expect(carriersFor({ hooks: { AsyncLocalStorage } })).toBeInstanceOf(AlsSnapshotCarriers);
  });

  test('is AsyncContext next, and then none', () => {
    expect(carriersFor({ AsyncContext })).toBeInstanceOf(AsyncContextCarriers);
    expect(carriersFor({})).toBeInstanceOf(SynchronousCarriers);
  });

  test.each([
    [true, { hooks }],
    [true, { AsyncLocalStorage }],
    [true, { AsyncContext }],
    [false, {}],
  ])('is reported as asynchronous: %s', (expected, engine) => {
    expect(isAsynchronous(engine)).toBe(expected);
    expect(detectPlatform(engine).isAsynchronous).toBe(expected);
  });

  test('is detected without a trace in the storages of the process', () => {
    const foreign = new AsyncLocalStorage<string>();
    foreign.run('kept', () => {
      detectPlatform({ hooks });
      expect(foreign.getStore()).toBe('kept');
    });
  });
});
