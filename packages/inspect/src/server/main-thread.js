import inspector from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

/** How long a look waits for a main thread that may get no processor. */
const PATIENCE_MS = 1500;
/** How long one waits that asks the loops, of which nothing is known otherwise. */
const LOOPS_PATIENCE_MS = 5000;
const MOST_FRAMES = 30;

/** The inspections under way, by the functions that end them early. */
const looks = new Map();
let isEnding = false;

/** An expression for what the loops of a thread report of themselves, as JSON. */
function loopsBy(call) {
  return `JSON.stringify(globalThis[Symbol.for('@bight/loop-core/loops')]?.${call} ?? [])`;
}

/**
 * Where the main thread stands, as lines of `function file:line:column`, and what is in its loops, by pausing it for a
 * moment; `null` where Node does not allow it. It works in the middle of JavaScript, not of a system call that blocks.
 *
 * @param call - what to ask its loops, such as `counts()`; `null` for nothing
 */
export async function lookAtMainThread(call) {
  if (isMainThread || isEnding) return null;
  let giveUp;
  const given = new Promise((resolve) => {
    giveUp = () => resolve(null);
  });
  const seen = look(call, given);
  looks.set(giveUp, seen);
  try {
    return await seen;
  } finally {
    looks.delete(giveUp);
  }
}

/**
 * Ends the inspections, and allows no more: a thread has to call this before it ends, and to go on until the main
 * thread has run JavaScript once more. The main thread removes a session some time after its end, and reports that to
 * this thread: where this one is ending just then, Node (20 to 26) aborts the process without a message.
 */
export async function endLooks() {
  isEnding = true;
  for (const giveUp of looks.keys()) giveUp();
  await Promise.allSettled(looks.values());
}

async function look(call, given) {
  const session = new inspector.Session();
  try {
    session.connectToMainThread();
  } catch {
    return null;
  }
  // The main thread's answer does not wake this one.
  const awake = setInterval(() => {}, 5);
  const files = new Map();
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
  let timer;
  try {
    return await Promise.race([
      given,
      new Promise((resolve) => {
        session.on('Debugger.paused', ({ params }) => {
          const frames = params.callFrames.slice(0, MOST_FRAMES).map(({ functionName, location, url }) => {
            const file = (url || files.get(location.scriptId) || '<anonymous>').replace(/^file:\/\//, '');
            return `${functionName || '<anonymous>'} ${file}:${location.lineNumber + 1}:${location.columnNumber + 1}`;
          });
          session.post(
            'Runtime.evaluate',
            { expression: call === null ? `'[]'` : loopsBy(call) },
            (error, reply) => {
              if (error) return;
              const loops = JSON.parse(reply?.result?.value ?? '[]');
              session.post('Debugger.resume', () => resolve({ stack: frames, loops }));
            },
          );
        });
        // A main thread that is blocked in a system call has not answered when the session ends, which calls back with
        // an error.
        session.post('Debugger.enable', (error) => {
          if (!error) session.post('Debugger.pause');
        });
      }),
      new Promise((resolve) => {
        timer = setTimeout(resolve, call === null ? PATIENCE_MS : LOOPS_PATIENCE_MS, null);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    clearInterval(awake);
    session.disconnect();
  }
}
