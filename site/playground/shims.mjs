// Replacements for parts of Node that a page lacks: turns, ticks and buffers. Loaded before every other module.
import { Buffer } from 'buffer/';

const channel = new MessageChannel();
const turns = new Map();
let last = 0;
channel.port1.onmessage = ({ data }) => {
  const turn = turns.get(data);
  turns.delete(data);
  turn?.();
};

function setImmediate(callback, ...args) {
  turns.set(++last, () => callback(...args));
  channel.port2.postMessage(last);
  return last;
}

Object.assign(globalThis, {
  Buffer,
  global: globalThis,
  setImmediate,
  clearImmediate: (turn) => turns.delete(turn),
  process: {
    env: {},
    argv: [],
    execArgv: [],
    versions: {},
    platform: 'linux',
    pid: 1,
    // A turn begins when every microtask has run, as a tick does.
    nextTick: (callback, ...args) => setImmediate(callback, ...args),
    getActiveResourcesInfo: () => [],
    cwd: () => '/',
    on() {},
    once() {},
    off() {},
    addListener() {},
    removeListener() {},
    listenerCount: () => 0,
    emitWarning: (warning) => console.warn(String(warning.message ?? warning)),
  },
});
