/**
 * histograms.hlog: response times of logical calls as an HdrHistogram interval log (format 1.3), one interval a second
 * and tag, for HistogramLogProcessor and other readers of that format. For display and merging: nothing is judged by
 * it.
 *
 * Tags are `phase=<slug>;tool=<slug>;calls=ok` and `...;calls=all`, by the second in which the call was done. A value
 * is done - intended of the logical call in nanoseconds, to three significant digits; warm-up is left out. The meaning
 * of the slugs stands in comment lines at the top (and in run.json).
 */
import type { Histogram, HistogramLogWriter } from 'hdr-histogram-js';
import { NS_PER_MS, NS_PER_S } from '../clock/index.js';
import { type Calls, callsOf, isOk, responseNs } from './calls.js';
import type { SampleColumns } from './columns.js';
import { encodedHistogram } from './hlog-encoding.js';
import { slugTable } from './slug.js';

const HIGHEST_NS = 3600 * NS_PER_S;

/** The text of the log. `startedUtc` is the run's epoch, ISO 8601. */
export async function histogramLog(columns: SampleColumns, startedUtc: string): Promise<string> {
  const { HistogramLogWriter } = await import('hdr-histogram-js');
  const lines: string[] = [];
  const log = new HistogramLogWriter((line) => lines.push(line));
  writeHeader(log, columns, startedUtc);

  const histogram = await emptyHistogram();
  let clamped = 0;
  let negative = 0;
  for (const interval of intervals(columns)) {
    histogram.reset();
    for (const valueNs of interval.valuesNs) {
      // recordValue takes NaN for zero and fractions for whole numbers, so only what it can hold reaches it.
      if (!(valueNs >= 0)) negative++;
      else {
        if (valueNs > HIGHEST_NS) clamped++;
        histogram.recordValue(Math.min(Math.round(valueNs), HIGHEST_NS));
      }
    }
    if (histogram.totalCount > 0) lines.push(await intervalLine(interval, histogram));
  }
  if (clamped > 0) log.outputComment(`[${clamped} values above one hour are recorded as one hour]`);
  if (negative > 0) log.outputComment(`[${negative} values below zero or unknown are left out]`);
  return lines.join('');
}

async function intervalLine({ second, tag }: Interval, histogram: Histogram): Promise<string> {
  const maxMs = (histogram.maxValue / NS_PER_MS).toFixed(3);
  return `Tag=${tag},${second.toFixed(3)},1.000,${maxMs},${await encodedHistogram(histogram)}\n`;
}

/** As every histogram of a log is made. */
export async function emptyHistogram(): Promise<Histogram> {
  const { build } = await import('hdr-histogram-js');
  return build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
}

function writeHeader(log: HistogramLogWriter, columns: SampleColumns, startedUtc: string): void {
  const startSeconds = (Date.parse(startedUtc) / 1000).toFixed(3);
  log.outputComment(
    '[Response times of logical calls, done - intended, in nanoseconds; the maximum is in milliseconds]',
  );
  log.outputLogFormatVersion();
  log.outputComment(`[StartTime: ${startSeconds} (seconds since epoch), ${startedUtc}]`);
  // Says outright that the times below count from the start, instead of leaving a reader to guess.
  log.outputComment(`[BaseTime: ${startSeconds} (seconds since epoch)]`);
  for (const [name, slugged] of slugTable(columns.tables.phases))
    log.outputComment(`[Slug phase=${slugged}: ${JSON.stringify(name)}]`);
  for (const [name, slugged] of slugTable(columns.tables.tools))
    log.outputComment(`[Slug tool=${slugged}: ${JSON.stringify(name)}]`);
  log.outputLegend();
}

interface Interval {
  readonly second: number;
  readonly tag: string;
  readonly valuesNs: number[];
}

/** The intervals in order of time, then tag. Only those of one second are in memory at a time. */
function* intervals(columns: SampleColumns): Generator<Interval> {
  const { tables } = columns;
  const phaseSlugs = slugTable(tables.phases);
  const toolSlugs = slugTable(tables.tools);
  const named = (slugged: string | undefined): string => slugged ?? 'unnamed';
  const phases = tables.phases.map((name) => `phase=${named(phaseSlugs.get(name))}`);
  const tools = tables.tools.map((name) => `tool=${named(toolSlugs.get(name))}`);
  const calls = callsOf(columns);
  const { order, from } = bySecond(calls);
  for (let second = 0; second + 1 < from.length; second++) {
    const ofTag = new Map<string, { readonly all: number[]; readonly ok: number[] }>();
    for (let k = from[second] as number; k < (from[second + 1] as number); k++) {
      const i = order[k] as number;
      const phase = phases[calls.phase[i] as number] ?? 'phase=unnamed';
      const tag = `${phase};${tools[calls.spec[i] as number] ?? 'tool=unnamed'}`;
      const values = ofTag.get(tag) ?? { all: [], ok: [] };
      if (values.all.length === 0) ofTag.set(tag, values);
      const valueNs = responseNs(calls, i);
      values.all.push(valueNs);
      if (isOk(calls, i)) values.ok.push(valueNs);
    }
    const lines = [...ofTag].flatMap(([tag, { all, ok }]) => [
      { second, tag: `${tag};calls=all`, valuesNs: all },
      { second, tag: `${tag};calls=ok`, valuesNs: ok },
    ]);
    yield* lines.sort((a, b) => (a.tag < b.tag ? -1 : 1));
  }
}

/**
 * The calls, warm-up left out, by the second they were done in: second s holds `order[from[s]]` to
 * `order[from[s + 1] - 1]`.
 */
function bySecond({ warmup, doneNs, length }: Calls): { readonly order: Uint32Array; readonly from: Uint32Array } {
  const secondOf = (i: number): number => {
    const done = doneNs[i] as number;
    return warmup[i] !== 0 || !(done >= 0) ? -1 : Math.floor(done / NS_PER_S);
  };
  let last = -1;
  for (let i = 0; i < length; i++) last = Math.max(last, secondOf(i));
  const from = new Uint32Array(last + 2);
  for (let i = 0; i < length; i++) {
    const second = secondOf(i);
    if (second >= 0) (from[second + 1] as number)++;
  }
  for (let second = 0; second <= last; second++) (from[second + 1] as number) += from[second] as number;
  const order = new Uint32Array(from[last + 1] as number);
  const next = from.slice();
  for (let i = 0; i < length; i++) {
    const second = secondOf(i);
    if (second >= 0) order[(next[second] as number)++] = i;
  }
  return { order, from };
}
