/** An error of a certificate, as Node makes it. */
export function certificateError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
