import { taskListOf } from '../tasks/task-list.js';

// Loops that were given tasks while they did not run. Each leaves when it runs or closes.
const waiting = new Set<object>();
let isWatching = false;

/** Remembers that a loop which does not run was given a task. @internal */
export function noteNeverRun(loop: object): void {
  waiting.add(loop);
  if (isWatching) return;
  isWatching = true;
  globalThis.process?.once?.('beforeExit', warn);
}

/** The loop runs now, or is closed. @internal */
export function forgetNeverRun(loop: object): void {
  if (waiting.size > 0) waiting.delete(loop);
}

function warn(): void {
  isWatching = false;
  for (const loop of waiting) {
    const tasks = taskListOf<never>(loop).toArray();
    if (tasks.length === 0) continue;
    const names = tasks.slice(0, 5).map(String).join(', ');
    process.emitWarning(
      `${tasks.length} task(s) never ran, because their event loop never ran: ${names}. ` +
        'Start it with run(main), or await loop.runUntilComplete(…) or loop.runForever().',
      { type: 'RuntimeWarning', code: 'BIGHT_LOOP_NEVER_RAN' },
    );
  }
  waiting.clear();
}
