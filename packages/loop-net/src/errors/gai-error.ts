/** The error numbers that libuv gives to the errors of getaddrinfo(3). */
const NUMBERS = {
  EAI_FAMILY: -3005,
  ENOTFOUND: -3008,
  EAI_SERVICE: -3010,
  EAI_SOCKTYPE: -3011,
} as const;

/** Makes an error such as Node's `dns` makes. @python socket.gaierror */
export function gaiError(
  code: keyof typeof NUMBERS,
  detail: string,
  hostname?: string,
): NodeJS.ErrnoException {
  const where = hostname === undefined ? '' : ` ${hostname}`;
  const error: NodeJS.ErrnoException = new Error(`getaddrinfo ${code}${where}: ${detail}`);
  error.code = code;
  error.errno = NUMBERS[code];
  error.syscall = 'getaddrinfo';
  if (hostname !== undefined) Object.assign(error, { hostname });
  return error;
}
