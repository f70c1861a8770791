// What the addon's TLS is given and asked for. `native/tls.h` has the same; a change of either needs another
// `BINDING_VERSION`.

/** What a `TlsContext` can be given as text. */
export const CONTEXT_CERTIFICATES = 0;
export const CONTEXT_KEY = 1;
export const CONTEXT_PASSPHRASE = 2;
export const CONTEXT_AUTHORITIES = 3;
export const CONTEXT_REVOKED = 4;
export const CONTEXT_CIPHERS = 5;
export const CONTEXT_SUITES = 6;
export const CONTEXT_GROUPS = 7;
export const CONTEXT_SIGNATURES = 8;
/** As bytes. */
export const CONTEXT_SESSION_ID = 9;
export const CONTEXT_TICKET_KEYS = 10;
export const CONTEXT_ALPN = 11;

/** As a number. */
export const CONTEXT_MINIMUM = 0;
export const CONTEXT_MAXIMUM = 1;
export const CONTEXT_OPTIONS = 2;
export const CONTEXT_TIMEOUT = 3;
export const CONTEXT_PARTIAL_CHAIN = 4;
export const CONTEXT_ROOTS = 5;

/** What a `TlsConnection` can be asked for. */
export const TEXT_FAILURE = 0;
export const TEXT_VERDICT = 1;
export const TEXT_ALPN = 2;
export const TEXT_CIPHER = 3;
export const TEXT_STANDARD_CIPHER = 4;
export const TEXT_CIPHER_VERSION = 5;
export const TEXT_VERSION = 6;
export const TEXT_SERVER_NAME = 7;
export const TEXT_SESSION = 8;
export const TEXT_CURRENT_SESSION = 9;
export const TEXT_TICKET = 10;
export const TEXT_FINISHED = 11;
export const TEXT_PEER_FINISHED = 12;
export const TEXT_OWN_CERTIFICATE = 13;
export const TEXT_PEER_CERTIFICATE = 14;
/** Clients: the server's, as its number in OpenSSL, name and bits. */
export const TEXT_EPHEMERAL_KEY = 15;
/** What both ends know: lines of `signature+hash`, by OpenSSL's names. */
export const TEXT_SIGNATURES = 16;
export const TEXT_ISSUERS = 17;
export const NUMBER_VERDICT = 0;
export const NUMBER_REUSED = 1;

/** What is set of a `TlsConnection`: how many bytes a record has at most. */
export const SET_FRAGMENT = 0;

/** The words that say what a call has done. */
export const STATE_CONSUMED = 0;
export const STATE_PLAIN = 1;
export const STATE_OUT = 2;
export const STATE_FLAGS = 3;
export const STATE_SPILLED = 4;
export const STATE_LENGTH = 5;

/** The handshake is over, and nothing was decrypted yet. */
export const FLAG_SECURED = 1;
/** The peer's `close_notify` has come. */
export const FLAG_ENDED = 2;
/** Nothing works any more: `TEXT_FAILURE` says why. */
export const FLAG_FAILED = 4;
/** The server has given a session: `TEXT_SESSION`. */
export const FLAG_SESSION = 8;
/** The room for what is decrypted was too small: the rest comes with the next call. */
export const FLAG_MORE = 16;
