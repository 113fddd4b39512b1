/** Where a connection goes, and the header lines that never change. */
import { fixedFields } from '../../../catalog/index.js';
import { ProblemError } from '../../../problem/index.js';

export interface Address {
  readonly secure: boolean;
  /** Host without brackets, as a socket takes it. */
  readonly host: string;
  readonly port: number;
  /** Value of the Host field. */
  readonly authority: string;
  /** Path and query of the request line. */
  readonly path: string;
  /** For people: no user, password or query, which may be secret. */
  readonly shown: string;
  /** From user and password in the URL, or null. */
  readonly authorization: string | null;
}

/**
 * Takes a URL apart.
 *
 * @throws ProblemError `preflight` when it is no http or https URL.
 */
export function addressOf(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new ProblemError('preflight', {
      code: 'bad-target-url',
      what: 'the target is not an http or https URL',
      remedy: 'write it like http://127.0.0.1:3000/mcp',
    });
  }
  const secure = parsed.protocol === 'https:';
  const credentials = decodeURIComponent(parsed.username) + ':' + decodeURIComponent(parsed.password);
  return {
    secure,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    authority: parsed.host,
    path: parsed.pathname + parsed.search,
    shown: `${parsed.protocol}//${parsed.host}${parsed.pathname}`,
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** A server and the header lines that all our requests to it share. */
export interface Endpoint {
  readonly address: Address;
  readonly fixed: string;
}

/** @throws ProblemError `preflight` naming every header that can't be sent. */
export function endpointOf(address: Address, headers: Readonly<Record<string, string>>): Endpoint {
  return { address, fixed: fixedFields(address, headers) };
}
