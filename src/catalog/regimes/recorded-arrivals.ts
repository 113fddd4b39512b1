/**
 * Recorded arrivals as text: CSV of one column. The first line names the unit of the offsets (`offset_ms`), each
 * further one holds one offset from the start of the recording, never decreasing; equal ones are calls that came
 * together. Empty lines and lines that begin with "#" are passed over.
 */
import type { Advice, Problem } from '../../problem/index.js';

const UNITS: Readonly<Record<string, number>> = { offset_ns: 1, offset_us: 1e3, offset_ms: 1e6, offset_s: 1e9 };
const HEADERS = 'offset_ns, offset_us, offset_ms or offset_s';

/** A resolved scenario holds its recording, and a report its scenario: it has to be of a size people can open. */
const MOST_ARRIVALS = 100_000;
/** Characters of the longest recording: the header, and offsets of up to a day with their line ends. */
export const MOST_RECORDED_TEXT = 16 * MOST_ARRIVALS;
const LONGEST_NS = 24 * 3600e9;
/** Enough to see what is wrong with a file. */
const MOST_PROBLEMS = 5;

/** A line of the recording that a problem is about, from 0, and the stretch of it that is meant. */
export interface RecordedLine {
  readonly line: number;
  /** Of its first character, from the start of the text. */
  readonly at: number;
  readonly length: number;
}

export type RecordedReading =
  | { readonly ok: true; readonly offsetsNs: readonly number[] }
  | {
      readonly ok: false;
      readonly problems: readonly (Pick<Problem, 'code' | 'what' | 'remedy'> & { readonly where: RecordedLine })[];
    };

/** The offsets in whole nanoseconds, or the first few things that are wrong with the text. */
export function readRecorded(text: string): RecordedReading {
  const problems: Extract<RecordedReading, { ok: false }>['problems'][number][] = [];
  const offsetsNs: number[] = [];
  let factor: number | null = null;
  let start = 0;
  for (const [line, whole] of text.split('\n').entries()) {
    const content = whole.trim();
    const where = { line, at: start + whole.indexOf(content), length: Math.max(1, content.length) };
    start += whole.length + 1;
    if (content === '' || content.startsWith('#')) continue;
    const problem = (code: string, advice: Advice): void => void problems.push({ code, ...advice, where });
    if (factor === null) {
      factor = Object.hasOwn(UNITS, content) ? (UNITS[content] ?? null) : null;
      if (factor !== null) continue;
      problem('no-unit-header', {
        what: `the first line is ${JSON.stringify(content.slice(0, 40))} and does not name the unit of the offsets`,
        remedy: `begin the recording with a line that says ${HEADERS}`,
      });
      break;
    }
    const ns = /^\d{1,18}(\.\d{1,18})?$/.test(content) ? Math.round(Number(content) * factor) : null;
    const before = offsetsNs.at(-1) ?? 0;
    if (ns === null)
      problem('bad-offset', {
        what: `${JSON.stringify(content.slice(0, 40))} is not an offset`,
        remedy: 'write one number a line, without a sign, a unit or an exponent',
      });
    else if (ns > LONGEST_NS)
      problem('offset-too-large', {
        what: `an arrival ${content} into the recording is more than a day after its start`,
        remedy: 'count offsets from the start of the recording, and check the unit in its first line',
      });
    else if (ns < before)
      problem('offset-decreases', {
        what: `this arrival comes before the one above it`,
        remedy: 'sort the offsets: they count from the start of the recording, not from each other',
      });
    else offsetsNs.push(ns);
    if (offsetsNs.length > MOST_ARRIVALS)
      problem('recording-too-long', {
        what: `there are more than ${MOST_ARRIVALS} arrivals`,
        remedy: 'keep a shorter stretch of the recording',
      });
    if (problems.length >= MOST_PROBLEMS || offsetsNs.length > MOST_ARRIVALS) break;
  }
  if (problems.length === 0 && offsetsNs.length === 0) {
    problems.push({
      code: 'empty-recording',
      what: 'there is no arrival in this recording',
      remedy: `write ${HEADERS} in its first line and one offset in each of the others`,
      where: { line: 0, at: 0, length: 1 },
    });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, offsetsNs };
}

/** The one text for these offsets, whatever the layout and the unit they were written in: what a digest covers. */
export function recordedText(offsetsNs: readonly number[]): string {
  return `offset_ns\n${offsetsNs.join('\n')}\n`;
}

/** The schedule of a recording: offsets at a speed, up to `forNs` if that is given, else just past the last arrival. */
export function replayOf(
  recordedNs: readonly number[],
  speed: number,
  forNs: number | undefined,
): { readonly offsetsNs: readonly number[]; readonly forNs: number } {
  const offsetsNs = recordedNs.map((ns) => Math.floor(ns / speed));
  if (forNs === undefined) return { offsetsNs, forNs: (offsetsNs.at(-1) ?? 0) + 1 };
  return { offsetsNs: offsetsNs.filter((ns) => ns < forNs), forNs };
}
