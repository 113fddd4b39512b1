/** Where a connection goes, and the part of each request that never changes. */
import { ProblemError, type Problem } from '../../../problem/index.js';

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
    throw new ProblemError('preflight', [
      {
        code: 'bad-target-url',
        what: 'The target is not an http or https URL.',
        remedy: 'Write it like http://127.0.0.1:3000/mcp.',
      },
    ]);
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

/** Fields that are ours to write: framing, and what the protocol fixes. */
const OURS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'mcp-protocol-version',
  'mcp-session-id',
  'transfer-encoding',
  'upgrade',
]);

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 section 5.5 without obs-text, so that a request's head is ASCII and its length in characters is its length
// in bytes.
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * Field lines that every request carries besides our own, `Host` first. Values never appear in a message: they may be
 * secret.
 *
 * @throws ProblemError `preflight` naming every header that can't be sent.
 */
export function fixedFields(address: Address, headers: Readonly<Record<string, string>>): string {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(name)) {
      problems.push({
        code: 'bad-header',
        what: `"${name}" is not a header name.`,
        remedy: 'Use letters, digits and hyphens.',
      });
    } else if (OURS.has(lower)) {
      problems.push({
        code: 'bad-header',
        what: `The header ${name} is set by plimsoll itself.`,
        remedy: `Remove ${name} from protocol.headers.`,
      });
    } else if (seen.has(lower)) {
      problems.push({ code: 'bad-header', what: `The header ${name} is given twice.`, remedy: 'Keep one of them.' });
    } else if (!FIELD_VALUE.test(value)) {
      problems.push({
        code: 'bad-header',
        what: `The value of the header ${name} has characters a header can't carry.`,
        remedy: 'Use printable ASCII; look for a line end at the end of a secret.',
      });
    } else {
      lines += `${name}: ${value}\r\n`;
    }
    seen.add(lower);
  }
  if (problems.length > 0) throw new ProblemError('preflight', problems);
  let fixed = seen.has('host') ? '' : `Host: ${address.authority}\r\n`;
  if (!seen.has('user-agent')) fixed += 'User-Agent: plimsoll\r\n';
  if (!seen.has('authorization') && address.authorization !== null)
    fixed += `Authorization: ${address.authorization}\r\n`;
  return fixed + lines;
}
