/** An alert of TLS: its number, the code of the error that Node makes of it, and what OpenSSL says. */
interface Alert {
  readonly number: number;
  readonly code: string;
  readonly text: string;
}

// Since 3.2 OpenSSL has another name for it. A browser has none.
const version = (process.versions.openssl as string | undefined) ?? '';
const [major = 0, minor = 0] = version.split('.').map(Number);
const failure = major > 3 || (major === 3 && minor >= 2) ? 'SSL/TLS' : 'SSLV3';

const ALERTS = {
  closeNotify: { number: 0, code: '', text: 'close notify' },
  handshakeFailure: {
    number: 40,
    code: `ERR_SSL_${failure}_ALERT_HANDSHAKE_FAILURE`,
    text: `${failure.toLowerCase()} alert handshake failure`,
  },
  certificateRequired: {
    number: 116,
    code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    text: 'tlsv13 alert certificate required',
  },
  noApplicationProtocol: {
    number: 120,
    code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    text: 'tlsv1 alert no application protocol',
  },
} as const satisfies Record<string, Alert>;

/** The names of the alerts that a simulation sends. */
export type AlertName = keyof typeof ALERTS;

const FATAL = 2;
const WARNING = 1;

/** An alert as it is sent. */
export function alertBytes(name: AlertName): Buffer {
  return Buffer.from([name === 'closeNotify' ? WARNING : FATAL, ALERTS[name].number]);
}

/** The error that an alert is for its receiver; `null` for the one that ends a connection in order. */
export function alertError(bytes: Uint8Array): Error | null {
  const alert = Object.values(ALERTS).find(({ number }) => number === bytes[1]);
  if (alert === ALERTS.closeNotify) return null;
  const text = `SSL routines:ssl3_read_bytes:${alert?.text}:SSL alert number ${bytes[1]}`;
  return Object.assign(new Error(text), { code: alert?.code ?? 'ERR_SSL_ALERT', library: 'SSL routines' });
}

/** The error for bytes that are no TLS. */
export function wrongVersion(): Error {
  const text = 'SSL routines:tls_validate_record_header:wrong version number';
  return Object.assign(new Error(text), {
    code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    library: 'SSL routines',
    reason: 'wrong version number',
  });
}
