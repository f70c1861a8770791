import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { TlsPlan } from '@bight/loop-net/low-level';
import type { AlertName } from './alerts.js';
import { type Chain, certificateError, chainOf, leafOf, verifyChain } from './certificates.js';

/** The messages of the two ends: the client first, then the server, then the client. */
export type HandshakeMessage =
  | { readonly step: 'hello'; readonly servername: string; readonly alpn: readonly string[] }
  | {
      readonly step: 'server';
      readonly chain: Chain;
      readonly isForged: boolean;
      readonly alpn: string | null;
      readonly asksForCertificate: boolean;
    }
  | { readonly step: 'finished'; readonly chain: Chain; readonly isForged: boolean };

/** What a handshake has come to. */
export interface Secured {
  readonly chain: Chain;
  /** `false` where the server had nothing in common with the client, or one of them did not ask. */
  readonly alpn: string | false;
  readonly servername: string | false;
  /** Why the other end is not to be trusted, where it is accepted all the same. */
  readonly authorizationError: Error | null;
  readonly isAuthorized: boolean;
}

/** The client's first message. */
export function helloOf({ context, serverHostname }: TlsPlan): HandshakeMessage {
  const servername = isIP(serverHostname) === 0 ? serverHostname : '';
  return { step: 'hello', servername, alpn: context.options.alpnProtocols ?? [] };
}

/** The server's answer: a message, or the name of an alert. */
export function answerOf(
  { context }: TlsPlan,
  hello: HandshakeMessage & { step: 'hello' },
  isForged: boolean,
): (HandshakeMessage & { step: 'server' }) | AlertName {
  const chain = chainOf(context.options);
  if (chain.length === 0) return 'handshakeFailure';
  const own = context.options.alpnProtocols;
  // The server's order counts.
  const alpn = own?.find((name) => hello.alpn.includes(name)) ?? null;
  if (own !== undefined && hello.alpn.length > 0 && alpn === null) return 'noApplicationProtocol';
  return { step: 'server', chain, isForged, alpn, asksForCertificate: context.options.requestCert === true };
}

/** Why the client refuses the server; `null` where it does not. */
export function serverProblem(plan: TlsPlan, { chain, isForged }: { chain: Chain; isForged: boolean }) {
  const { ca, checkHostname, checkServerIdentity: pinned } = plan.context.options;
  const problem = isForged ? certificateError('DEPTH_ZERO_SELF_SIGNED_CERT') : verifyChain(chain, ca);
  const certificate = leafOf(chain)?.toLegacyObject();
  if (problem !== null || certificate === undefined) return problem;
  const { serverHostname } = plan;
  try {
    if (pinned !== undefined) return pinned(serverHostname, certificate) ?? null;
    const isChecked = serverHostname !== '' && checkHostname !== false;
    return isChecked ? (checkServerIdentity(serverHostname, certificate) ?? null) : null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The client's last message. */
export function finishedOf({ context }: TlsPlan, isAsked: boolean, isForged: boolean): HandshakeMessage {
  return { step: 'finished', chain: isAsked ? chainOf(context.options) : [], isForged };
}

/** Why the server refuses the client; `null` where it does not. */
export function clientProblem(
  { context }: TlsPlan,
  { chain, isForged }: { chain: Chain; isForged: boolean },
): Error | null {
  if (context.options.requestCert !== true) return null;
  if (isForged && chain.length > 0) return certificateError('DEPTH_ZERO_SELF_SIGNED_CERT');
  return verifyChain(chain, context.options.ca);
}
