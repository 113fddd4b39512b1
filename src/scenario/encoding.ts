/** Bytes of a file as text: UTF-8, and what to say of anything else. */
import type { Advice, SourcePlace } from '../problem/index.js';

/** A text, or what is wrong with the bytes; `byteAt`: the first that is no UTF-8. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly advice: Advice; readonly where?: Omit<SourcePlace, 'file'> };

const MEANT = 'check that this is the file you meant';
/** So much of a file shows its encoding. */
const SAMPLE_BYTES = 1_024;

export function decoded(bytes: Buffer): Decoded {
  const utf16 = utf16Name(bytes);
  if (utf16 !== null)
    return refused(
      `is ${utf16} text, and only UTF-8 is read`,
      `save it as UTF-8 (iconv -f ${utf16} -t UTF-8, or the encoding in the editor's menu)`,
    );
  if (bytes.includes(0)) return refused('is not UTF-8 text: it holds bytes of value zero', MEANT);
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const at = firstBadByte(bytes);
    const lineStart = bytes.lastIndexOf(10, at - 1) + 1;
    const line = bytes.subarray(0, lineStart).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
    const before = bytes.subarray(lineStart, at).toString('utf8');
    const hex = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    const what = `is not UTF-8 text: byte ${hex} can't stand here`;
    const remedy = `save it as UTF-8 if it is Latin-1 or Windows-1252 (iconv -f WINDOWS-1252 -t UTF-8), or ${MEANT}`;
    return { ...refused(what, remedy), where: { line, column: before.length + 1, text: before } };
  }
}

function refused(what: string, remedy: string): Extract<Decoded, { ok: false }> {
  return { ok: false, advice: { what, remedy } };
}

/** By its mark, or by every other byte being zero, as in Latin text. */
function utf16Name(bytes: Buffer): 'UTF-16LE' | 'UTF-16BE' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE';
  const zeros: [number, number] = [0, 0];
  const sample = bytes.subarray(0, SAMPLE_BYTES & ~1);
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2 === 0 ? 0 : 1]++;
  });
  const half = sample.length / 2;
  if (half < 4) return null;
  const [even, odd] = zeros;
  if (odd > 0.9 * half && even === 0) return 'UTF-16LE';
  return even > 0.9 * half && odd === 0 ? 'UTF-16BE' : null;
}

/** Where the first character begins that is none. */
function firstBadByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  const isGood = (length: number, stream = true): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream });
      return true;
    } catch {
      return false;
    }
  };
  // A cut inside a character is not an error yet: the decoder waits for the rest.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  let begin = bad - 1;
  while (begin > 0 && !isGood(begin, false)) begin--;
  return begin;
}
