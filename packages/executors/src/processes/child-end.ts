import type { ChildProcess } from 'node:child_process';

/**
 * Watches for the end of a process that has a channel to this one. The last messages may be read after the process is
 * gone; the channel's end comes after them.
 *
 * @param ended - called once, with how the process ended: `exited with code 1`, `was killed by SIGKILL`, or
 *   `could not be started`, with the error
 */
export function watchChildEnd(child: ChildProcess, ended: (how: string, error?: Error) => void): void {
  let how: string | null = null;
  let isDisconnected = false;
  const end = () => {
    if (how !== null && isDisconnected) ended(how);
  };
  child.on('error', (error) => {
    // Errors of sending and killing come here as well; then the process exists, and 'exit' reports its end.
    if (child.pid === undefined) ended('could not be started', error);
  });
  child.on('disconnect', () => {
    isDisconnected = true;
    end();
  });
  child.on('exit', (code, signal) => {
    how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    end();
  });
}
