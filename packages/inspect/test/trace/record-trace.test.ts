import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { CoreEventLoop, createTask, sleep, wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { runInLoop } from '../../../../test/support/run-in-loop.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { recordTrace } from '../../src/index.js';
import { textSink } from '../../src/inspector/text-sink.js';

interface Event {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly args?: Record<string, unknown>;
}

const file = () => path.join(temporaryFolder(), 'trace.json');
const inLoop = <T>(main: (loop: CoreEventLoop) => Promise<T>) => runInLoop(CoreEventLoop, main);
const eventsOf = (text: string) => (JSON.parse(text) as { traceEvents: Event[] }).traceEvents;

const collectGarbage = vm.runInNewContext('gc') as () => void;

async function work(): Promise<void> {
  const child = createTask(
    async () => {
      await sleep(0);
      await sleep(0.001);
    },
    { name: 'child' },
  );
  await createTask(async () => void (await child), { name: 'parent' });
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isNumber: Check = (value) => Number.isSafeInteger(value);
/** A time of a monotonic clock, or how long something took: microseconds, which may have a fraction. */
const isTime: Check = (value) => Number.isFinite(value) && Number(value) >= 0;
const isArgs = (key: string, check: Check): Check => {
  return (value) =>
    String(Object.keys(Object(value))) === key && check((value as Record<string, unknown>)[key]);
};
const isOneOf = (...values: readonly unknown[]): Check => {
  return (value) => values.includes(value);
};

/** What each event has, and what those of a phase have beside it, as the Trace Event Format says. */
const COMMON = { ph: isText, name: isText, pid: isOneOf(process.pid), tid: isNumber };
const PHASES: Record<string, Record<string, Check>> = {
  // Metadata name tracks, and have no time.
  M: { name: isOneOf('process_name', 'thread_name'), args: isArgs('name', isText) },
  // Complete slices.
  X: { cat: isOneOf('task', 'callback'), ts: isTime, dur: isTime },
  // Flows begin and end in the slices around them; `bp` marks that for the end.
  s: { cat: isOneOf('flow'), id: isNumber, ts: isTime },
  f: { cat: isOneOf('flow'), id: isNumber, ts: isTime, bp: isOneOf('e') },
  // Counters have numbers alone.
  C: { ts: isTime, args: isArgs('value', isTime) },
};

describe('a trace', () => {
  test.each(Object.entries(PHASES))(
    'has in its events %s the fields that the Trace Event Format names',
    (phase, own) =>
      inLoop(async () => {
        const sink = textSink();
        const recorder = recordTrace(sink.stream);
        await work();
        await recorder.close();
        const events = eventsOf(sink.text).filter(({ ph }) => ph === phase);
        expect(events.length).toBeGreaterThan(0);
        const checks: Record<string, Check> = { ...COMMON, ...own };
        for (const event of events) {
          expect(Object.keys(event).sort()).toEqual(Object.keys(checks).sort());
          const wrong = Object.entries(event).filter(([field, value]) => !checks[field]!(value));
          expect(wrong).toEqual([]);
        }
      }),
  );

  test('has events of these phases only', () =>
    inLoop(async () => {
      const sink = textSink();
      const recorder = recordTrace(sink.stream);
      await work();
      await recorder.close();
      const { traceEvents, ...rest } = JSON.parse(sink.text) as { traceEvents: Event[] };
      expect(rest).toEqual({ displayTimeUnit: 'ms' });
      expect([...new Set(traceEvents.map(({ ph }) => ph))].sort()).toEqual(Object.keys(PHASES).sort());
    }));

  test('has a counter for each of what it counts', () =>
    inLoop(async () => {
      const target = file();
      const recorder = recordTrace(target);
      await work();
      await recorder.close();
      const events = eventsOf(readFileSync(target, 'utf8'));
      const counters = new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => name));
      // Garbage may be collected meanwhile, or not.
      counters.delete('gc');
      expect(counters).toEqual(new Set(['lag', 'ready', 'handles', 'microtasks']));
    }));

  test('has a track for each task, with its steps only, and flows that begin and end inside of slices', () =>
    inLoop(async () => {
      const target = file();
      {
        await using _recorder = recordTrace(target);
        await work();
      }
      const events = eventsOf(readFileSync(target, 'utf8'));
      const tracks = new Map(
        events.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [args?.name, tid]),
      );
      const slices = events.filter(({ ph }) => ph === 'X');
      for (const name of ['child', 'parent']) {
        const own = slices.filter(({ tid }) => tid === tracks.get(name));
        expect(own.length).toBeGreaterThanOrEqual(2);
        expect(own.every((slice) => slice.cat === 'task' && slice.name === name)).toBe(true);
      }
      const within = (event: Event) =>
        slices.some(({ tid, ts, dur }) => tid === event.tid && ts! <= event.ts! && event.ts! <= ts! + dur!);
      const ends = events.filter(({ ph }) => ph === 'f');
      expect(ends.length).toBeGreaterThan(2);
      for (const end of ends) {
        const begin = events.find(({ ph, id }) => ph === 's' && id === end.id);
        expect(begin).toMatchObject({ name: end.name, cat: end.cat, id: end.id });
        expect(begin!.ts).toBeLessThanOrEqual(end.ts!);
        expect(within(end)).toBe(true);
        expect(within(begin!)).toBe(true);
      }
    }));

  test('counts how long microtasks run, and when garbage is collected', () =>
    inLoop(async () => {
      const sink = textSink();
      const recorder = recordTrace(sink.stream);
      await createTask(async () => {
        await sleep(0);
        // Behind an `await` code runs in a microtask.
        for (const until = performance.now() + 20; performance.now() < until; );
        await sleep(0.002);
      });
      collectGarbage();
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      await recorder.close();
      const values = (counter: string) =>
        eventsOf(sink.text).flatMap(({ ph, name, args }) =>
          ph === 'C' && name === counter ? [args?.value as number] : [],
        );
      const microtasks = values('microtasks');
      expect(microtasks.some((milliseconds) => milliseconds >= 20)).toBe(true);
      expect(microtasks.every((milliseconds) => milliseconds >= 0)).toBe(true);
      // A peak, and back.
      const collections = values('gc');
      expect(collections.length).toBeGreaterThanOrEqual(2);
      expect(collections.some((milliseconds) => milliseconds > 0)).toBe(true);
      expect(collections.at(-1)).toBe(0);
    }));

  test('goes to a stream', () =>
    inLoop(async () => {
      const sink = textSink();
      const recorder = recordTrace(sink.stream);
      await work();
      await recorder.close();
      await recorder.close();
      expect(eventsOf(sink.text).length).toBeGreaterThan(5);
    }));

  test('keeps the last events only', () =>
    inLoop(async () => {
      const sink = textSink();
      const recorder = recordTrace(sink.stream, { maxBytes: 100_000 });
      for (let turn = 0; turn < 5000; turn++) await sleep(0);
      await recorder.close();
      expect(sink.text.length).toBeLessThan(200_000);
      expect(eventsOf(sink.text).length).toBeGreaterThan(100);
    }));

  test.each([null, 0])(
    'of a busy server with thousands of tasks is bounded in bytes: whenLag %j',
    (whenLag) =>
      inLoop(async () => {
        const maxBytes = 100_000;
        const sink = textSink();
        const recorder = recordTrace(sink.stream, { maxBytes, whenLag });
        const name = '日本語'.repeat(200);
        for (let round = 0; round < 20; round++) {
          const requests = Array.from({ length: 50 }, () => createTask(() => sleep(0), { name }));
          for (const request of requests) await request;
        }
        await recorder.close();
        expect(Buffer.byteLength(sink.text)).toBeLessThan(3 * maxBytes);
        expect(eventsOf(sink.text).length).toBeGreaterThan(50);
      }),
  );

  test('keeps only the events that led to a lag', () =>
    inLoop(async () => {
      const [quiet, late] = [textSink(), textSink()];
      const never = recordTrace(quiet.stream, { whenLag: 3600 });
      const always = recordTrace(late.stream, { whenLag: 0 });
      await work();
      // The lag of an iteration is known when the loop waits.
      await wrapFuture(new Promise((resolve) => setTimeout(resolve, 1)));
      await never.close();
      await always.close();
      expect(eventsOf(quiet.text).filter(({ ph }) => ph !== 'M')).toEqual([]);
      expect(eventsOf(late.text).filter(({ ph }) => ph === 'X').length).toBeGreaterThan(0);
    }));

  test('can be closed when the loop does not run', async () => {
    const loop = new CoreEventLoop();
    const target = file();
    const recorder = recordTrace(target, { loop });
    await loop.runUntilComplete(work);
    await recorder.close();
    loop.close();
    expect(eventsOf(readFileSync(target, 'utf8')).length).toBeGreaterThan(5);
  });

  test('refuses an invalid target, and unknown options', () =>
    inLoop(async (loop) => {
      expect(() => recordTrace('/nonexistent/trace.json')).toThrow('ENOENT');
      expect(() => recordTrace(5 as never)).toThrow(TypeError);
      expect(() => recordTrace(textSink().stream, { slip: 1 } as never)).toThrow(TypeError);
      expect(() => recordTrace(textSink().stream, { loop: {} as never })).toThrow(TypeError);
      expect(loop.liveHandles().filter(({ kind }) => kind === 'timer')).toEqual([]);
    }));

  test('needs a loop', () => {
    expect(() => recordTrace(textSink().stream)).toThrow('no running event loop');
  });
});
