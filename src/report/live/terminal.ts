/** A run that goes on, for a terminal: what it does now, in two or three lines. */
import pc from 'picocolors';
import { duration, lowerBound, percent, rate } from '../../format/index.js';
import type { LiveFault, LiveQuantile, LiveSecond, LiveView } from '../../live/index.js';
import { drawn, NARROWEST, type TerminalOptions } from '../layouts/terminal.js';
import { barsOf } from '../sparkline.js';
import { plainText } from '../text.js';
import type { Line, Span } from '../topics/topic.js';

/** Seconds of the bars, where there is room for as many. */
const MOST_BARS = 60;
const BARS_HEAD = '  p99, a bar a second  ';
const NS_PER_S = 1e9;

/** Lines without line breaks; none is wider than asked. */
export function liveTerminal(view: LiveView, nowNs: number, { color, width }: TerminalOptions): readonly string[] {
  const columns = Math.max(NARROWEST, width);
  const colors = pc.createColors(color);
  const lines = [numbers(view, nowNs), ...activeFaults(view, nowNs), ...bars(view, columns)];
  return lines.map((line) => drawn(line, columns, colors));
}

function numbers({ seconds, endNs, isPart }: LiveView, nowNs: number): Line {
  const last = seconds.at(-1);
  const left: readonly Span[] =
    endNs === null ? [] : [{ text: `  ${inSeconds(Math.max(0, endNs - nowNs))} left`, tone: 'strong' }];
  if (last === undefined) return [{ text: '  no second is over yet', tone: 'quiet' }, ...left];
  const { ended, failed } = countsOf(last);
  const share = ended === 0 ? null : failed / ended;
  return [
    { text: `  ${rate(ended)}${isPart ? ' at least' : ''}`, tone: 'strong' },
    { text: '  p50 ', tone: 'quiet' },
    quantile(last.p50),
    { text: '  p99 ', tone: 'quiet' },
    quantile(last.p99),
    { text: '  errors ', tone: 'quiet' },
    share === null ? { text: 'n/a' } : { text: percent(share), ...(share > 0 ? { tone: 'bad' as const } : {}) },
    ...(last.inFlight === null ? [] : [{ text: `  in flight ${last.inFlight}`, tone: 'quiet' as const }]),
    ...(last.queued === null ? [] : [{ text: `  queued ${last.queued}`, tone: 'quiet' as const }]),
    ...left,
  ];
}

/** Calls that ended in a second; of these, those that were not ok. */
function countsOf({ good, late, failed }: LiveSecond): { readonly ended: number; readonly failed: number } {
  const notOk = Object.values(failed).reduce((sum, n) => sum + n, 0);
  return { ended: good + late + notOk, failed: notOk };
}

const quantile = (found: LiveQuantile | null): Span =>
  found === null
    ? { text: 'too few calls', tone: 'quiet' }
    : {
        text: found.isLowerBound ? lowerBound(duration(found.ns)) : duration(found.ns),
        ...(found.isLowerBound ? { tone: 'bad' as const } : {}),
      };

const MOST_FAULTS = 3;

function activeFaults({ faults }: LiveView, nowNs: number): readonly Line[] {
  const active = faults.filter(({ toNs }) => toNs === null);
  const more = active.length - MOST_FAULTS;
  return [
    ...active
      .slice(0, MOST_FAULTS)
      .map((fault): Line => [
        { text: '▲ fault active  ', tone: 'unsure' },
        { text: `${plainText(fault.words, 80)}  ` },
        { text: faultTimes(fault, nowNs), tone: 'quiet' },
      ]),
    ...(more > 0 ? [[{ text: `  and ${more} more`, tone: 'quiet' } as const]] : []),
  ];
}

function faultTimes({ fromNs, plannedToNs }: LiveFault, nowNs: number): string {
  const since = `for ${inSeconds(Math.max(0, nowNs - fromNs))}`;
  return plannedToNs === null ? since : `${since}, ${inSeconds(Math.max(0, plannedToNs - nowNs))} left`;
}

/** A number that is written anew all the time has one width. */
const inSeconds = (ns: number): string => `${(ns / NS_PER_S).toFixed(1)} s`;

function bars({ seconds }: LiveView, columns: number): readonly Line[] {
  const shown = seconds.slice(-Math.min(MOST_BARS, columns - BARS_HEAD.length));
  if (shown.every(({ p99 }) => p99 === null)) return [];
  // As logarithms, so that what is slow leaves something to see of the rest.
  const heights = barsOf(shown.map(({ p99 }) => (p99 === null ? null : Math.log(Math.max(1, p99.ns)))));
  return [
    [
      { text: BARS_HEAD, tone: 'quiet' },
      ...heights.map((text, index): Span =>
        shown[index]?.p99?.isLowerBound === true ? { text, tone: 'bad' } : { text },
      ),
    ],
  ];
}
