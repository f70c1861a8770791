/**
 * Waits for what was printed to leave this worker.
 *
 * @returns {Promise<void> | undefined} nothing when there is nothing to wait for
 */
export function flush() {
  return isFlushed(process.stdout) && isFlushed(process.stderr) ? undefined : flushAll();
}

function isFlushed(stream) {
  return stream.writableLength === 0;
}

async function flushAll() {
  for (const stream of [process.stdout, process.stderr]) {
    if (!isFlushed(stream)) await new Promise((resolve) => stream.write('', () => resolve()));
  }
}
