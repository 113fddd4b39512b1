/** What a hypothesis is judged on: its metric, read from one stretch of a phase. */
import type { RunEvent, Calls } from '../../record/index.js';
import type { CallSpec, Hypothesis } from '../../scenario/index.js';
import { METRICS, readStat, type HypothesisMetric, type Stats, type StretchReadings } from '../../catalog/index.js';
import { placed, type PlacedReading } from '../bounds/index.js';
import { callStats, completedWithin, select } from '../calls/index.js';
import { type DriftSummary, toolsOffContract } from '../contract/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { queueAge } from '../queue/index.js';

/** What the stretches of a run share. */
export interface RunReadings {
  readonly calls: Calls;
  readonly specs: readonly CallSpec[];
  readonly events: readonly RunEvent[];
  readonly drift: DriftSummary | null;
}

/** One stretch, with the calls intended in it. */
export interface Stretch {
  readonly phase: AnalysedPhase;
  /** `before the faults`, `after the faults`: what its numbers belong to. */
  readonly name: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly among: Uint32Array;
}

/** Sessions open at the worst moment of [fromNs, toNs), and how many were ever opened. */
export function sessionsOpen(
  events: readonly RunEvent[],
  fromNs: number,
  toNs: number,
): { readonly fewest: number; readonly opened: number } {
  const open = new Set<number>();
  const ever = new Set<number>();
  let fewest = Infinity;
  let entered = false;
  for (const event of events) {
    if (event.type !== 'session') continue;
    if (event.atNs >= toNs) break;
    if (!entered && event.atNs >= fromNs) {
      entered = true;
      fewest = open.size;
    }
    if (event.edge === 'opened' || event.edge === 'reopened') {
      open.add(event.session);
      ever.add(event.session);
    } else {
      open.delete(event.session);
    }
    if (entered) fewest = Math.min(fewest, open.size);
  }
  return { fewest: entered ? fewest : open.size, opened: ever.size };
}

/** What the metrics are read from: the calls of a stretch, of one tool where one is named. */
function readingsSource(tool: string | null, stretch: Stretch, run: RunReadings): StretchReadings {
  const { phase, fromNs, toNs, among } = stretch;
  const { calls, specs, events, drift } = run;
  const ofTool = (all: Uint32Array): Uint32Array =>
    tool === null ? all : select(all, (i) => specs[calls.spec[i] ?? 0]?.label === tool);
  return {
    ...callStats(calls, ofTool(among), { all: ofTool(phase.frame.all), fromNs, toNs }),
    get completedPerSecond() {
      return completedWithin(calls, { all: phase.frame.all, fromNs, toNs }).completedPerSecond;
    },
    get queueAge() {
      return queueAge(phase.line, fromNs, toNs);
    },
    get sessions() {
      return sessionsOpen(events, fromNs, toNs);
    },
    get toolsOffContract() {
      return drift === null ? null : toolsOffContract(drift, fromNs, toNs);
    },
  };
}

/** Everything the hypothesis has to hold for in this stretch. */
export function readingsIn(hypothesis: Hypothesis, stretch: Stretch, run: RunReadings): readonly PlacedReading[] {
  const { metric, stat, tool } = hypothesis;
  const source = readingsSource(tool, stretch, run);
  return placed(tool === null ? stretch.name : `${tool} ${stretch.name}`, readStat(stretchOf(metric), stat, source));
}

function stretchOf(metric: HypothesisMetric): Stats<StretchReadings> {
  return METRICS[metric].stretch;
}
