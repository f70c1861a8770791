import { performance } from 'node:perf_hooks';
import nodeProcess from 'node:process';
import { type Patch, patch, patchGetter } from './patch.js';
import { type PlatformWorld, worldHere } from './platform-world.js';

type Hrtime = [number, number];

/**
 * `Date`, the clock and the marks of `performance`, `process.hrtime()`, `process.uptime()`, the present of
 * `Intl.DateTimeFormat`, and `Temporal.Now` where the platform has it.
 */
export function clockPatches(): Patch[] {
  const processes = globalThis.process === nodeProcess ? [nodeProcess] : [nodeProcess, globalThis.process];
  const clocks =
    globalThis.performance === performance ? [performance] : [performance, globalThis.performance];
  return [
    ...patch<() => number>(Date, 'now', (original) => () => milliseconds(worldHere()) ?? original()),
    ...patch<DateConstructor>(globalThis, 'Date', virtualDate),
    ...clocks.flatMap((clock) => [
      ...patch<() => number>(clock, 'now', (original) => () => {
        const world = worldHere();
        return world === undefined ? original.call(clock) : world.now() * 1000;
      }),
      ...patchGetter(clock, 'timeOrigin', (original) => () => {
        const world = worldHere();
        return world === undefined ? original.call(clock) : Math.floor((world.date() - world.now()) * 1000);
      }),
      ...patch<typeof clock.mark>(clock, 'mark', (original) => (name, options) => {
        const world = worldHere();
        if (world === undefined) return original.call(clock, name, options);
        return original.call(clock, name, {
          ...options,
          startTime: options?.startTime ?? world.now() * 1000,
        });
      }),
      ...patch<Measure>(clock, 'measure', (original) => virtualMeasure(clock, original)),
    ]),
    ...processes.flatMap((target) => [
      ...patch<NodeJS.HRTime>(target, 'hrtime', virtualHrtime),
      ...patch<() => number>(target, 'uptime', (original) => () => worldHere()?.now() ?? original()),
    ]),
    ...temporalPatches(),
    ...formatPatches(),
  ];
}

type Measure = (name: string, from?: unknown, to?: unknown) => unknown;

/** A measure that has no other end ends now. */
function virtualMeasure(clock: typeof performance, original: Measure): Measure {
  return (name, from, to) => {
    const world = worldHere();
    const options: Record<string, unknown> =
      typeof from === 'object' && from !== null ? { ...from } : { start: from ?? 0 };
    if (world === undefined || (to ?? options.end ?? options.duration) !== undefined)
      return original.call(clock, name, from, to);
    return original.call(clock, name, { ...options, end: world.now() * 1000 });
  };
}

/** `Intl.DateTimeFormat` formats the present where it is not given a date. */
function formatPatches(): Patch[] {
  const { prototype } = Intl.DateTimeFormat;
  const bound = new WeakMap<Intl.DateTimeFormat, Intl.DateTimeFormat['format']>();
  return [
    ...patchGetter(
      prototype,
      'format',
      (original) =>
        function format() {
          let formats = bound.get(this);
          if (formats === undefined) {
            const formatsDate = original.call(this) as Intl.DateTimeFormat['format'];
            formats = (date) => formatsDate(date === undefined ? milliseconds(worldHere()) : date);
            bound.set(this, formats);
          }
          return formats;
        },
    ),
    ...patch<typeof prototype.formatToParts>(
      prototype,
      'formatToParts',
      (original) =>
        function formatToParts(this: Intl.DateTimeFormat, date) {
          return original.call(this, date === undefined ? milliseconds(worldHere()) : date);
        },
    ),
  ];
}

function milliseconds(world: PlatformWorld | undefined): number | undefined {
  return world === undefined ? undefined : Math.floor(world.date() * 1000);
}

function virtualDate(original: DateConstructor): DateConstructor {
  const replacement: DateConstructor = new Proxy(original, {
    construct(target, args, newTarget) {
      const now = args.length === 0 ? milliseconds(worldHere()) : undefined;
      const asked = (newTarget as unknown) === replacement ? target : newTarget;
      return Reflect.construct(target, now === undefined ? args : [now], asked);
    },
    apply(target) {
      const now = milliseconds(worldHere());
      return now === undefined ? target() : new target(now).toString();
    },
  });
  return replacement;
}

function virtualHrtime(original: NodeJS.HRTime): NodeJS.HRTime {
  const nanoseconds = (world: PlatformWorld) => BigInt(Math.round(world.now() * 1e9));
  const hrtime = (since?: Hrtime): Hrtime => {
    const world = worldHere();
    if (world === undefined) return original(since);
    // What is no such pair, the original refuses.
    if (since !== undefined) original(since);
    const elapsed =
      nanoseconds(world) - (since === undefined ? 0n : BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
    const seconds = elapsed / 1_000_000_000n;
    return [Number(seconds), Number(elapsed - seconds * 1_000_000_000n)];
  };
  hrtime.bigint = () => {
    const world = worldHere();
    return world === undefined ? original.bigint() : nanoseconds(world);
  };
  return hrtime;
}

interface Instant {
  toZonedDateTimeISO(zone: unknown): Record<'toPlainDateTime' | 'toPlainDate' | 'toPlainTime', () => unknown>;
}

interface Temporal {
  Now: Record<string, (...args: unknown[]) => unknown>;
  Instant: { fromEpochMilliseconds(milliseconds: number): Instant };
}

function temporalPatches(): Patch[] {
  const { Temporal: temporal } = globalThis as { Temporal?: Temporal };
  if (temporal === undefined) return [];
  const { Now: now } = temporal;
  const replace = (name: string, make: (instant: Instant, zone: unknown) => unknown) =>
    patch<(zone?: unknown) => unknown>(now, name, (original) => (...args) => {
      const ms = milliseconds(worldHere());
      if (ms === undefined) return original.apply(now, args);
      return make(temporal.Instant.fromEpochMilliseconds(ms), args[0] ?? now.timeZoneId?.());
    });
  return [
    ...replace('instant', (instant) => instant),
    ...replace('zonedDateTimeISO', (instant, zone) => instant.toZonedDateTimeISO(zone)),
    ...replace('plainDateTimeISO', (instant, zone) => instant.toZonedDateTimeISO(zone).toPlainDateTime()),
    ...replace('plainDateISO', (instant, zone) => instant.toZonedDateTimeISO(zone).toPlainDate()),
    ...replace('plainTimeISO', (instant, zone) => instant.toZonedDateTimeISO(zone).toPlainTime()),
  ];
}
