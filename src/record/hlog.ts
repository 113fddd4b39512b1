/**
 * histograms.hlog: response times of logical calls as an HdrHistogram interval log (format 1.3), one interval a second and
 * tag, for HistogramLogProcessor and other readers of that format. For display and merging: nothing is judged by it.
 *
 * Tags are `phase=<slug>;tool=<slug>;calls=ok` and `...;calls=all`, by the second in which the call was done. A value is
 * done - intended of the logical call in nanoseconds, to three significant digits; warm-up is left out. The meaning of
 * the slugs stands in comment lines at the top (and in run.json).
 */
import type { HistogramLogWriter } from 'hdr-histogram-js';
import { NS_PER_S } from '../clock/index.js';
import { callIntendedNs } from './columns.js';
import { OUTCOMES } from './outcome.js';
import { SAMPLE_FLAGS } from './samples.js';
import type { SampleColumns } from './samples.js';
import { slugTable } from './slug.js';

const HIGHEST_NS = 3600 * NS_PER_S;
const OK = OUTCOMES.indexOf('ok');

/** The text of the log. `startedUtc` is the run's epoch, ISO 8601. */
export async function histogramLog(columns: SampleColumns, startedUtc: string): Promise<string> {
  const { HistogramLogWriter, build } = await import('hdr-histogram-js');
  const lines: string[] = [];
  const log = new HistogramLogWriter((line) => lines.push(line));
  writeHeader(log, columns, startedUtc);

  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
  let clamped = 0;
  let negative = 0;
  for (const interval of intervals(columns)) {
    histogram.reset();
    histogram.tag = interval.tag;
    for (const valueNs of interval.valuesNs) {
      // recordValue takes NaN for zero and fractions for whole numbers, so only what it can hold reaches it.
      if (!(valueNs >= 0)) negative++;
      else {
        if (valueNs > HIGHEST_NS) clamped++;
        histogram.recordValue(Math.min(Math.round(valueNs), HIGHEST_NS));
      }
    }
    if (histogram.totalCount > 0) log.outputIntervalHistogram(histogram, interval.second, interval.second + 1, 1_000_000);
  }
  if (clamped > 0) log.outputComment(`[${clamped} values above one hour are recorded as one hour]`);
  if (negative > 0) log.outputComment(`[${negative} values below zero or unknown are left out]`);
  return lines.join('');
}

function writeHeader(log: HistogramLogWriter, columns: SampleColumns, startedUtc: string): void {
  const startSeconds = (Date.parse(startedUtc) / 1000).toFixed(3);
  log.outputComment('[Response times of logical calls, done - intended, in nanoseconds; the maximum is in milliseconds]');
  log.outputLogFormatVersion();
  log.outputComment(`[StartTime: ${startSeconds} (seconds since epoch), ${startedUtc}]`);
  // Says outright that the times below count from the start, instead of leaving a reader to guess.
  log.outputComment(`[BaseTime: ${startSeconds} (seconds since epoch)]`);
  for (const [name, slugged] of slugTable(columns.tables.phases)) log.outputComment(`[Slug phase=${slugged}: ${JSON.stringify(name)}]`);
  for (const [name, slugged] of slugTable(columns.tables.tools)) log.outputComment(`[Slug tool=${slugged}: ${JSON.stringify(name)}]`);
  log.outputLegend();
}

interface Interval {
  readonly second: number;
  readonly tag: string;
  readonly valuesNs: number[];
}

/** The intervals in order of time, then tag. */
function intervals(columns: SampleColumns): readonly Interval[] {
  const { tables } = columns;
  const phaseSlugs = slugTable(tables.phases);
  const toolSlugs = slugTable(tables.tools);
  const phases = tables.phases.map((name) => phaseSlugs.get(name) ?? 'unnamed');
  const tools = tables.tools.map((name) => toolSlugs.get(name) ?? 'unnamed');
  const intendedNs = callIntendedNs(columns);
  const byKey = new Map<string, Interval>();
  const add = (second: number, tag: string, valueNs: number): void => {
    const key = `${second} ${tag}`;
    const interval = byKey.get(key);
    if (interval === undefined) byKey.set(key, { second, tag, valuesNs: [valueNs] });
    else interval.valuesNs.push(valueNs);
  };
  for (let row = 0; row < columns.length; row++) {
    const flags = columns.flags[row] as number;
    if ((flags & SAMPLE_FLAGS.final) === 0 || (flags & SAMPLE_FLAGS.warmup) !== 0) continue;
    const done = columns.doneNs[row] as number;
    if (!(done >= 0)) continue;
    const tag = `phase=${phases[columns.phase[row] as number] ?? 'unnamed'};tool=${tools[columns.spec[row] as number] ?? 'unnamed'}`;
    const second = Math.floor(done / NS_PER_S);
    const valueNs = done - (intendedNs[row] as number);
    add(second, `${tag};calls=all`, valueNs);
    if (columns.outcome[row] === OK) add(second, `${tag};calls=ok`, valueNs);
  }
  return [...byKey.values()].sort((a, b) => a.second - b.second || (a.tag < b.tag ? -1 : 1));
}
