// There is no TLS in a page: modules only import its classes and functions.
export class TLSSocket {}

/** Simulated TLS trusts only certificates that a program names. */
export const rootCertificates = [];

function refuse() {
  throw new Error('a page has no TLS of its own');
}

export { refuse as checkServerIdentity, refuse as connect, refuse as createSecureContext };
export default {
  TLSSocket,
  rootCertificates,
  checkServerIdentity: refuse,
  connect: refuse,
  createSecureContext: refuse,
};
