/**
 * The head of an HTTP/1.1 response: status line and the few fields a caller of MCP needs (RFC 9112 sections 4 to 7).
 *
 * Strict where leniency lets two readers disagree about where a message ends: no bare LF, no white space before the
 * colon, one Content-Length, never Content-Length beside Transfer-Encoding, no coding but `chunked`. A folded line is
 * read as one, as of a client it is demanded (section 5.2). What is sent in the field all the same is read as clients
 * on Node.js read it, the official SDK's among them: see `transferCoding`.
 */

const CR = 13;
const LF = 10;
const COLON = 58;

/** What the content type says the body is. */
export type BodyKind = 'json' | 'event-stream' | 'other';

/** What Content-Encoding says of the body; `other`: a coding, or several, that we do not decode. */
export type Coding = 'identity' | 'gzip' | 'deflate' | 'br' | 'other';

/** How the end of the body is found (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until-close';

/** A head as fields that are overwritten by the next one. */
export interface Head {
  /** 100 to 999. */
  status: number;
  framing: Framing;
  /** With framing `length`. */
  contentLength: number;
  /** Whether the connection may carry another request once the body has ended. */
  keepAlive: boolean;
  bodyKind: BodyKind;
  coding: Coding;
  /** Value of Retry-After, or ''. */
  retryAfter: string;
  /** Value of Mcp-Session-Id, or ''; read only for a handshake, since servers repeat it in every answer. */
  sessionId: string;
  /** Value of Location of a 3xx, or ''. */
  location: string;
  /** Value of Server-Timing, or ''; of several, joined by commas. */
  serverTiming: string;
}

export function emptyHead(): Head {
  return {
    status: 0,
    framing: 'none',
    contentLength: 0,
    keepAlive: false,
    bodyKind: 'other',
    coding: 'identity',
    retryAfter: '',
    sessionId: '',
    location: '',
    serverTiming: '',
  };
}

export function copyHead(from: Head, to: Head): void {
  to.status = from.status;
  to.framing = from.framing;
  to.contentLength = from.contentLength;
  to.keepAlive = from.keepAlive;
  to.bodyKind = from.bodyKind;
  to.coding = from.coding;
  to.retryAfter = from.retryAfter;
  to.sessionId = from.sessionId;
  to.location = from.location;
  to.serverTiming = from.serverTiming;
}

/** Visible ASCII that may stand in a field name (RFC 9110 section 5.6.2, `tchar`). */
const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = 1;
}

/** Bytes that may stand in a field value: visible, obs-text, space or tab. */
const FIELD = new Uint8Array(256).fill(1, 32);
FIELD[9] = 1;
FIELD[127] = 0;

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const CONTENT_LENGTH = bytesOf('content-length');
const TRANSFER_ENCODING = bytesOf('transfer-encoding');
const CONNECTION = bytesOf('connection');
const CONTENT_TYPE = bytesOf('content-type');
const RETRY_AFTER = bytesOf('retry-after');
const MCP_SESSION_ID = bytesOf('mcp-session-id');
const LOCATION = bytesOf('location');
const CONTENT_ENCODING = bytesOf('content-encoding');
const SERVER_TIMING = bytesOf('server-timing');
const CHUNKED_NAME = bytesOf('chunked');
const KEEP_ALIVE_NAME = bytesOf('keep-alive');
const CLOSE_NAME = bytesOf('close');
const APPLICATION_JSON = bytesOf('application/json');
const EVENT_STREAM = bytesOf('text/event-stream');

/** Whether `bytes` from `at` spells `lower`, whatever the case of its letters. */
function spells(bytes: Buffer, at: number, lower: Uint8Array): boolean {
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[at + i] ?? 0;
    const wanted = lower[i];
    if (byte !== wanted && !(byte >= 65 && byte <= 90 && byte + 32 === wanted)) return false;
  }
  return true;
}

/** Whether a media type ends after `length` bytes: at the end, a parameter or white space. */
function mediaTypeEnds(bytes: Buffer, at: number, end: number): boolean {
  if (at >= end) return true;
  const byte = bytes[at];
  return byte === 59 || byte === 32 || byte === 9;
}

/**
 * Reads a head that begins at `start` into `into`, looking no further than `limit`. Overwrites the ends of lines that
 * are folded by blanks.
 *
 * @returns where the body begins, or -1 when no well-formed head ends before `limit`; `into` is then of no use.
 */
export function readHead(bytes: Buffer, start: number, limit: number, into: Head, wantSessionId: boolean): number {
  // "HTTP/1.x SSS" and two line ends: the shortest head, without the optional reason.
  if (
    limit - start < 16 ||
    bytes[start] !== 72 ||
    bytes[start + 1] !== 84 ||
    bytes[start + 2] !== 84 ||
    bytes[start + 3] !== 80
  )
    return -1;
  if (bytes[start + 4] !== 47 || bytes[start + 5] !== 49 || bytes[start + 6] !== 46 || bytes[start + 8] !== 32)
    return -1;
  const minor = (bytes[start + 7] ?? 0) - 48;
  if (minor !== 0 && minor !== 1) return -1;
  const status = readDigits(bytes, start + 9, start + 12);
  const afterStatus = bytes[start + 12];
  if (status < 100 || (afterStatus !== 32 && afterStatus !== CR)) return -1;

  into.status = status;
  into.bodyKind = 'other';
  into.coding = 'identity';
  into.retryAfter = '';
  into.sessionId = '';
  into.location = '';
  into.serverTiming = '';
  let contentLength = -1;
  let transfer = NOT_CODED;
  let connection = 0;

  let at = start + 12;
  while (at < limit && bytes[at] !== CR && bytes[at] !== LF) at++;
  if (at + 1 >= limit || bytes[at] !== CR || bytes[at + 1] !== LF) return -1;
  at += 2;
  const firstName = at;
  for (;;) {
    if (at + 1 >= limit) return -1;
    if (bytes[at] === CR) break;
    const nameStart = at;
    while (TOKEN[bytes[at] ?? 0] === 1) at++;
    const nameLength = at - nameStart;
    if (nameLength === 0 && nameStart > firstName && isBlank(bytes[at]) && at < limit) {
      unfold(bytes, at - 2, limit);
      return readHead(bytes, start, limit, into, wantSessionId);
    }
    if (nameLength === 0 || at >= limit || bytes[at] !== COLON) return -1;
    at++;
    while (bytes[at] === 32 || bytes[at] === 9) at++;
    const valueStart = at;
    at = lineEnd(bytes, at, limit);
    if (at === -1) return -1;
    let valueEnd = at;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === 32 || bytes[valueEnd - 1] === 9)) valueEnd--;
    at += 2;

    switch (nameLength) {
      case 8:
        if (status >= 300 && status < 400 && spells(bytes, nameStart, LOCATION))
          into.location = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 10:
        if (spells(bytes, nameStart, CONNECTION)) connection |= connectionOptions(bytes, valueStart, valueEnd);
        break;
      case 11:
        if (spells(bytes, nameStart, RETRY_AFTER)) into.retryAfter = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 12:
        if (spells(bytes, nameStart, CONTENT_TYPE)) into.bodyKind = bodyKind(bytes, valueStart, valueEnd);
        break;
      case 13:
        if (spells(bytes, nameStart, SERVER_TIMING)) {
          const value = bytes.toString('latin1', valueStart, valueEnd);
          into.serverTiming = into.serverTiming === '' ? value : `${into.serverTiming}, ${value}`;
        }
        break;
      case 14:
        if (spells(bytes, nameStart, CONTENT_LENGTH)) {
          // Fifteen digits stay exact in a double.
          if (contentLength !== -1 || valueStart === valueEnd || valueEnd - valueStart > 15) return -1;
          contentLength = readDigits(bytes, valueStart, valueEnd);
          if (contentLength === -1) return -1;
        } else if (wantSessionId && spells(bytes, nameStart, MCP_SESSION_ID)) {
          into.sessionId = bytes.toString('latin1', valueStart, valueEnd);
        }
        break;
      case 16:
        if (spells(bytes, nameStart, CONTENT_ENCODING))
          into.coding = codingOf(into.coding, bytes.toString('latin1', valueStart, valueEnd));
        break;
      case 17:
        if (spells(bytes, nameStart, TRANSFER_ENCODING)) {
          transfer = transferCoding(transfer, bytes, valueStart, valueEnd);
          if (transfer === -1) return -1;
        }
        break;
    }
  }
  if (bytes[at + 1] !== LF || (transfer !== NOT_CODED && contentLength !== -1)) return -1;

  into.keepAlive = (connection & CLOSE) === 0 && (minor === 1 || (connection & KEEP_ALIVE) !== 0);
  into.contentLength = contentLength === -1 ? 0 : contentLength;
  if (status < 200 || status === 204 || status === 304) {
    into.framing = 'none';
    // A server that announces a body where none can be may send it: those bytes belong to no other answer.
    if (status === 204 && (contentLength > 0 || transfer !== NOT_CODED)) into.keepAlive = false;
  } else if (transfer === CHUNKED) into.framing = 'chunked';
  else if (contentLength !== -1) into.framing = contentLength === 0 ? 'none' : 'length';
  else {
    into.framing = 'until-close';
    into.keepAlive = false;
  }
  return at + 2;
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9;

/** Writes blanks over each CR LF from `at` on that a blank follows, up to the end of the head or `limit`. */
function unfold(bytes: Buffer, at: number, limit: number): void {
  for (let i = at; i + 2 < limit; i++) {
    if (bytes[i] !== CR || bytes[i + 1] !== LF) continue;
    if (bytes[i + 2] === CR) return;
    if (isBlank(bytes[i + 2])) bytes.fill(32, i, i + 2);
  }
}

/** Where the CR LF of the line that goes on at `at` is, or -1 when it is not there or something else is in the way. */
function lineEnd(bytes: Buffer, at: number, limit: number): number {
  while (FIELD[bytes[at] ?? 0] === 1) at++;
  return at + 1 < limit && bytes[at] === CR && bytes[at + 1] === LF ? at : -1;
}

/** Decimal digits as a number, or -1. */
function readDigits(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const NOT_CODED = 0;
const IDENTITY = 1;
const CHUNKED = 2;

/**
 * The transfer coding after one more field line, or -1 for one that we do not read. `identity` is none: it was taken
 * out of HTTP/1.1 (RFC 9112 appendix C.2), servers send it, and what follows ends with the connection (section 6.3).
 * `chunked` named by a server and by what it is built on is applied once.
 */
function transferCoding(before: number, bytes: Buffer, start: number, end: number): number {
  if (end - start === 7 && spells(bytes, start, CHUNKED_NAME)) return CHUNKED;
  let coding = before;
  for (const name of bytes.toString('latin1', start, end).toLowerCase().split(',')) {
    if (name.trim() === 'chunked') coding = CHUNKED;
    else if (name.trim() !== 'identity' || coding === CHUNKED) return -1;
    else coding = IDENTITY;
  }
  return coding;
}

const CLOSE = 1;
const KEEP_ALIVE = 2;

function connectionOptions(bytes: Buffer, start: number, end: number): number {
  // The two values that nearly every answer has.
  if (end - start === 10 && spells(bytes, start, KEEP_ALIVE_NAME)) return KEEP_ALIVE;
  if (end - start === 5 && spells(bytes, start, CLOSE_NAME)) return CLOSE;
  let options = 0;
  for (const option of bytes.toString('latin1', start, end).toLowerCase().split(',')) {
    if (option.trim() === 'close') options |= CLOSE;
    else if (option.trim() === 'keep-alive') options |= KEEP_ALIVE;
  }
  return options;
}

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
]);

/** The coding after one more field line: two codings one over the other are not decoded. */
function codingOf(before: Coding, value: string): Coding {
  const coding = CODINGS.get(value.toLowerCase()) ?? 'other';
  if (before === 'identity') return coding;
  return coding === 'identity' ? before : 'other';
}

function bodyKind(bytes: Buffer, start: number, end: number): BodyKind {
  if (spells(bytes, start, APPLICATION_JSON) && mediaTypeEnds(bytes, start + 16, end)) return 'json';
  return spells(bytes, start, EVENT_STREAM) && mediaTypeEnds(bytes, start + 17, end) ? 'event-stream' : 'other';
}
