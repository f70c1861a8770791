/** A channel of `node:diagnostics_channel`, as far as this package uses it. */
export interface DiagnosticsChannel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

interface Globals {
  readonly process?: {
    getBuiltinModule?(
      name: 'node:diagnostics_channel',
    ): { channel?(name: string): DiagnosticsChannel } | undefined;
  };
}

/** `undefined` in browsers, and where else there are no such channels. */
const builtin = (globalThis as Globals).process?.getBuiltinModule?.('node:diagnostics_channel');

const silent: DiagnosticsChannel = { hasSubscribers: false, publish() {} };

function channel(name: string): DiagnosticsChannel {
  return builtin?.channel?.(name) ?? silent;
}

/** Where a task is published that was made: `{ loop, task }`. @internal */
export const taskSpawn: DiagnosticsChannel = channel('bight:task:spawn');
/** Where a task is published that is done: `{ loop, task }`. @internal */
export const taskDone: DiagnosticsChannel = channel('bight:task:done');
/** Where a callback is published that took long: `{ loop, handle, seconds }`. @internal */
export const callbackSlow: DiagnosticsChannel = channel('bight:callback:slow');
/** Where something is published that was opened: `{ loop, handle }`. @internal */
export const handleOpen: DiagnosticsChannel = channel('bight:handle:open');
/** Where something is published that was closed: `{ loop, handle }`. @internal */
export const handleClose: DiagnosticsChannel = channel('bight:handle:close');
/** Where an iteration is published in which a due timer ran more than 10 ms late: `{ loop, seconds }`. @internal */
export const loopLag: DiagnosticsChannel = channel('bight:loop:lag');
