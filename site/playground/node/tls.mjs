// There is no TLS in a page: modules only ask for its classes and functions.
export class TLSSocket {}

export function connect() {
  throw new Error('a page has no TLS of its own');
}

export const createSecureContext = connect;
