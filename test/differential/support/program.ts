/** A random program: routines of steps, the first of which is run. Both interpreters read it as JSON. */
export interface Program {
  routines: Step[][];
  /** How many futures the routines share. */
  futures: number;
  /** In each phase these calls are made outside of the loop, which then runs. Without any, the first routine is run. */
  phases?: Call[][];
}

/** What can be waited for. Numbers are taken modulo what there is. */
export type Target = { future: number } | { task: number } | { routine: number };

/** What a coroutine does next. */
export type Step =
  | { op: 'turn' | 'raise' | 'return' | 'look' | 'uncancel' }
  | { op: 'sleep'; ticks: number }
  | { op: 'await'; target: Target }
  | { op: 'shield'; target: Target }
  | { op: 'waitFor'; target: Target; ticks: number | null }
  | { op: 'gather'; targets: Target[]; returnExceptions: boolean }
  | { op: 'wait'; targets: Target[]; ticks: number | null; returnWhen: (typeof conditions)[number] }
  | { op: 'asCompleted'; targets: Target[]; ticks: number | null }
  | { op: 'timeout'; ticks: number | null; body: Step[] }
  | { op: 'group'; routines: number[]; body: Step[] }
  | { op: 'try'; body: Step[]; catches: (typeof caught)[number]; handler: Step[]; last: Step[] }
  | { op: 'use'; use: Use }
  | { op: 'useFor'; use: Use; ticks: number | null }
  | { op: 'hold'; hold: Hold; body: Step[] }
  | { op: 'call'; call: Call };

/** What may have to wait for others, at one of the shared objects. */
export interface Use {
  kind: (typeof uses)[number];
  number: number;
}

/** What is done to one of the shared objects without waiting. */
export interface Touch {
  kind: (typeof touches)[number];
  number: number;
}

/** What is held while a block of steps runs. */
export interface Hold {
  kind: (typeof holds)[number];
  number: number;
}

/** What a callback can do, and a coroutine too. */
export type Call =
  | { op: 'log' | 'fail' | 'copy' | 'stop' }
  | { op: 'set' | 'get'; variable: number }
  | { op: 'settle'; future: number; how: (typeof outcomes)[number] }
  | { op: 'cancel'; task: number }
  | { op: 'unschedule'; handle: number }
  | { op: 'touch'; touch: Touch }
  | { op: 'spawn'; routine: number; context: number | null }
  | { op: 'soon'; threadsafe: boolean; calls: Call[]; context: number | null }
  | { op: 'later'; ticks: number; calls: Call[]; context: number | null }
  | { op: 'watch'; target: { future: number } | { task: number }; calls: Call[]; context: number | null };

export const conditions = ['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'] as const;
export const caught = ['cancel', 'error', 'all', 'none'] as const;
export const outcomes = ['result', 'error', 'cancel'] as const;
export const uses = ['event', 'condition', 'barrier', 'reset', 'abort', 'get', 'put', 'join'] as const;
export const touches = [
  'set',
  'clear',
  'release',
  'notify',
  'notifyAll',
  'putNowait',
  'getNowait',
  'taskDone',
] as const;
export const holds = ['lock', 'semaphore', 'condition'] as const;
