/** The head of a request over Streamable HTTP, as text. */
import { ProblemError, type Advice, type Problem } from '../../problem/index.js';

/** Fields that are ours to write: framing, and what the protocol fixes. */
const OURS = new Set([
  ...'accept accept-encoding connection content-length content-type expect transfer-encoding upgrade'.split(' '),
  ...['mcp-protocol-version', 'mcp-session-id', 'mcp-method', 'mcp-name'],
]);

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 section 5.5 without obs-text, so that a request's head is ASCII and its length in characters is its length
// in bytes.
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/** Where a request goes, as far as its head says it. */
export interface HeadTarget {
  /** Value of the Host field. */
  readonly authority: string;
  /** Value of the Authorization field, unless a header of the scenario gives one; or null. */
  readonly authorization: string | null;
}

/**
 * Field lines that every request has besides ours, `Host` first. Values never appear in a message: they may be secret.
 *
 * @throws ProblemError `preflight` naming every header that can't be sent.
 */
export function fixedFields(target: HeadTarget, headers: Readonly<Record<string, string>>): string {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const problem = headerProblem(name, value, seen.has(lower));
    if (problem === null) lines += `${name}: ${value}\r\n`;
    else problems.push({ code: 'bad-header', ...problem });
    seen.add(lower);
  }
  if (problems.length > 0) throw new ProblemError('preflight', problems);
  let fixed = seen.has('host') ? '' : `Host: ${target.authority}\r\n`;
  if (!seen.has('user-agent')) fixed += 'User-Agent: plimsoll\r\n';
  if (!seen.has('authorization') && target.authorization !== null)
    fixed += `Authorization: ${target.authorization}\r\n`;
  return fixed + lines;
}

function headerProblem(name: string, value: string, isSecond: boolean): Advice | null {
  if (!FIELD_NAME.test(name))
    return { what: `"${name}" is not a header name`, remedy: 'use letters, digits and hyphens' };
  if (OURS.has(name.toLowerCase()))
    return { what: `the header ${name} is set by plimsoll itself`, remedy: `remove ${name} from protocol.headers` };
  if (isSecond) return { what: `the header ${name} is given twice`, remedy: 'keep one of them' };
  if (!FIELD_VALUE.test(value))
    return {
      what: `the value of the header ${name} has characters a header can't carry`,
      remedy: 'use printable ASCII; look for a line end at the end of a secret',
    };
  return null;
}

/** A GET of an event stream. @param fields lines of the era, and what else this request has. */
export function getHead(path: string, fixed: string, fields: string): string {
  return `GET ${path} HTTP/1.1\r\n${fixed}` + `Accept: text/event-stream\r\nAccept-Encoding: identity\r\n${fields}\r\n`;
}

/**
 * The head of a POST up to the value of Content-Length.
 *
 * @param fields lines of the era and, where it has some, of the operation.
 */
export function postHead(path: string, fixed: string, fields: string): string {
  return (
    `POST ${path} HTTP/1.1\r\n${fixed}` +
    'Accept: application/json, text/event-stream\r\nAccept-Encoding: identity\r\nContent-Type: application/json\r\n' +
    `${fields}Content-Length: `
  );
}
