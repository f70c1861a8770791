import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The open descriptors of this process, by their targets. */
export function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // that of the folder itself
    }
  });
}

/** How many descriptors there are of a kind: `'socket'`, `'pipe'`, or a path. */
export function countDescriptors(kind: string): number {
  return openDescriptors().filter((target) => target.startsWith(kind)).length;
}

// A jest worker may have children of its own, or of a test file that it ran before; they are ignored here.
const childrenBefore = new Set(allChildStates().keys());

/** The states of the children that this process has had since the test file began, by their ids; `Z` is a zombie. */
export function childStates(): Map<number, string> {
  const states = allChildStates();
  for (const pid of childrenBefore) states.delete(pid);
  return states;
}

function allChildStates(): Map<number, string> {
  const states = new Map<number, string>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name of the program, in parentheses, may hold anything.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(fields[1]) === process.pid) states.set(Number(name), fields[0] as string);
    } catch {
      // The child has ended meanwhile.
    }
  }
  return states;
}

/** Whether a process is there; a zombie is. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a condition holds, and checks it after each turn of the host. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
