import { finished, Writable } from 'node:stream';

/**
 * Waits for what was printed to leave this worker.
 *
 * @returns {Promise<void> | undefined} nothing when there is nothing to wait for
 */
export function flush() {
  return isFlushed(process.stdout) && isFlushed(process.stderr) ? undefined : flushAll();
}

function isFlushed(stream) {
  return stream.writableLength === 0 || stream.destroyed;
}

async function flushAll() {
  for (const stream of [process.stdout, process.stderr]) {
    if (!isFlushed(stream)) await new Promise((resolve) => afterWrites(stream, resolve));
  }
}

/** A call may have ended, corked or wrapped the stream; its call must end all the same. */
function afterWrites(stream, resolve) {
  if (stream.writableEnded) return void finished(stream, { readable: false }, () => resolve());
  while (stream.writableCorked > 0) stream.uncork();
  Writable.prototype.write.call(stream, '', () => resolve());
}
