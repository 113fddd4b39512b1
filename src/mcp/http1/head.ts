/**
 * The head of an HTTP/1.1 response: status line and the few fields a caller of MCP needs (RFC 9112 sections 4 to 7).
 *
 * Strict where leniency lets two readers disagree about where a message ends: no bare LF, no line folding, no white space
 * before the colon, one Content-Length, never Content-Length beside Transfer-Encoding, no coding but `chunked`.
 */

const CR = 13;
const LF = 10;
const COLON = 58;

/** What the content type says the body is. */
export type BodyKind = 'json' | 'event-stream' | 'other';

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
  /** Value of Retry-After, or ''. */
  retryAfter: string;
  /** Value of Mcp-Session-Id, or ''; read only when asked for, since servers repeat it in every answer. */
  sessionId: string;
  /** Value of Location of a 3xx, or ''. */
  location: string;
}

export function emptyHead(): Head {
  return {
    status: 0,
    framing: 'none',
    contentLength: 0,
    keepAlive: false,
    bodyKind: 'other',
    retryAfter: '',
    sessionId: '',
    location: '',
  };
}

/** Visible ASCII that may stand in a field name (RFC 9110 section 5.6.2, `tchar`). */
const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = 1;
}

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
const CHUNKED = bytesOf('chunked');
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
 * Reads a whole head from `start` to `end`, where `end` is just after the blank line, into `into`.
 *
 * @returns false when it is malformed; `into` is then of no use.
 */
export function readHead(bytes: Buffer, start: number, end: number, into: Head, wantSessionId: boolean): boolean {
  // "HTTP/1.x SSS": the shortest status line, without the optional reason.
  if (end - start < 14 || bytes[start] !== 72 || bytes[start + 1] !== 84 || bytes[start + 2] !== 84 || bytes[start + 3] !== 80) return false;
  if (bytes[start + 4] !== 47 || bytes[start + 5] !== 49 || bytes[start + 6] !== 46 || bytes[start + 8] !== 32) return false;
  const minor = (bytes[start + 7] ?? 0) - 48;
  if (minor !== 0 && minor !== 1) return false;
  let status = 0;
  for (let i = start + 9; i < start + 12; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return false;
    status = status * 10 + digit;
  }
  if (status < 100) return false;
  const afterStatus = bytes[start + 12];
  if (afterStatus !== 32 && afterStatus !== CR) return false;

  into.status = status;
  into.bodyKind = 'other';
  into.retryAfter = '';
  into.sessionId = '';
  into.location = '';
  let contentLength = -1;
  let chunked = false;
  let connectionClose = false;
  let connectionKeepAlive = false;

  let at = start + 12;
  while (bytes[at] !== CR) {
    if (!isFieldByte(bytes[at] ?? 0)) return false;
    at++;
  }
  if (bytes[at + 1] !== LF) return false;
  at += 2;

  // The blank line is the two bytes before `end`.
  while (at < end - 2) {
    const nameStart = at;
    while (TOKEN[bytes[at] ?? 0] === 1) at++;
    const nameLength = at - nameStart;
    if (nameLength === 0 || bytes[at] !== COLON) return false;
    at++;
    while (bytes[at] === 32 || bytes[at] === 9) at++;
    const valueStart = at;
    while (bytes[at] !== CR) {
      if (!isFieldByte(bytes[at] ?? 0)) return false;
      at++;
    }
    if (bytes[at + 1] !== LF) return false;
    let valueEnd = at;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === 32 || bytes[valueEnd - 1] === 9)) valueEnd--;
    at += 2;

    switch (nameLength) {
      case 8:
        if (status >= 300 && status < 400 && spells(bytes, nameStart, LOCATION)) into.location = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 10:
        if (spells(bytes, nameStart, CONNECTION)) {
          const options = bytes.toString('latin1', valueStart, valueEnd).toLowerCase();
          if (options === 'keep-alive') connectionKeepAlive = true;
          else {
            for (const option of options.split(',')) {
              const name = option.trim();
              if (name === 'close') connectionClose = true;
              else if (name === 'keep-alive') connectionKeepAlive = true;
            }
          }
        }
        break;
      case 11:
        if (spells(bytes, nameStart, RETRY_AFTER)) into.retryAfter = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 12:
        if (spells(bytes, nameStart, CONTENT_TYPE)) {
          if (spells(bytes, valueStart, APPLICATION_JSON) && mediaTypeEnds(bytes, valueStart + 16, valueEnd)) into.bodyKind = 'json';
          else if (spells(bytes, valueStart, EVENT_STREAM) && mediaTypeEnds(bytes, valueStart + 17, valueEnd)) into.bodyKind = 'event-stream';
        }
        break;
      case 14:
        if (spells(bytes, nameStart, CONTENT_LENGTH)) {
          if (contentLength !== -1 || valueStart === valueEnd || valueEnd - valueStart > 15) return false;
          contentLength = 0;
          for (let i = valueStart; i < valueEnd; i++) {
            const digit = (bytes[i] ?? 0) - 48;
            if (digit < 0 || digit > 9) return false;
            contentLength = contentLength * 10 + digit;
          }
        } else if (wantSessionId && spells(bytes, nameStart, MCP_SESSION_ID)) {
          into.sessionId = bytes.toString('latin1', valueStart, valueEnd);
        }
        break;
      case 17:
        if (spells(bytes, nameStart, TRANSFER_ENCODING)) {
          if (chunked || valueEnd - valueStart !== 7 || !spells(bytes, valueStart, CHUNKED)) return false;
          chunked = true;
        }
        break;
    }
  }
  if (at !== end - 2) return false;
  if (chunked && contentLength !== -1) return false;

  into.keepAlive = minor === 1 ? !connectionClose : connectionKeepAlive && !connectionClose;
  into.contentLength = contentLength === -1 ? 0 : contentLength;
  if (status < 200 || status === 204 || status === 304) into.framing = 'none';
  else if (chunked) into.framing = 'chunked';
  else if (contentLength !== -1) into.framing = contentLength === 0 ? 'none' : 'length';
  else {
    into.framing = 'until-close';
    into.keepAlive = false;
  }
  return true;
}

/** Whether a byte may stand in a field value or reason phrase: visible, obs-text, space or tab. */
function isFieldByte(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9;
}
