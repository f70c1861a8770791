import { dataCloneError } from './data-clone-error.js';

/**
 * Sends a message, and moves a part of it. Node 20 sends a buffer that was moved away before as an empty one, without
 * an error.
 *
 * @param {{ postMessage(message: unknown, transferList?: any): void }} port
 * @param {unknown} message
 * @param {readonly unknown[] | undefined} transferList
 * @throws {DOMException} when something cannot be sent
 */
export function postMessage(port, message, transferList) {
  if (transferList === undefined || transferList.length === 0) {
    port.postMessage(message);
    return;
  }
  if (transferList.some(isDetached)) {
    throw dataCloneError('the value cannot be moved', new Error('an ArrayBuffer was moved away before'));
  }
  port.postMessage(message, transferList);
}

/** @param {unknown} value */
function isDetached(value) {
  if (Object.prototype.toString.call(value) !== '[object ArrayBuffer]') return false;
  try {
    new Uint8Array(/** @type {ArrayBuffer} */ (value), 0, 0);
    return false;
  } catch {
    return true;
  }
}
