/** The run on one clock, from the figures of the analysis. */
import type { Figures, Summary } from '../../analysis/index.js';
import { counted, moment } from '../../format/index.js';
import { plainText } from '../text.js';
import { faultName, scheduleWords } from '../words.js';
import { outcomePane } from './outcome-pane.js';
import { processPanes } from './process-panes.js';
import { queuePane } from './queue-pane.js';
import { responsePane } from './response-pane.js';
import type { FaultStretch, Stretch, TimelineModel } from './timeline-types.js';

const S_PER_NS = 1e-9;
/** Stages of one phase that are named on the strip. */
const MOST_STAGES = 12;

/** Phases that are some pixels long each on a wide screen. */
const MOST_PHASES = 200;

/** Null where no call was recorded. */
export function timelineModel(figures: Figures, summary: Summary): TimelineModel | null {
  const { response, timeline, phases } = figures;
  const [first] = response.fromNs;
  if (first === undefined) return null;
  const fromS = Math.min(first, ...phases.map(({ startNs }) => startNs)) * S_PER_NS;
  const lastNs = (timeline.fromNs.at(-1) ?? first) + timeline.windowNs;
  const toS = Math.max(lastNs, ...phases.map(({ drainedNs }) => drainedNs)) * S_PER_NS;
  const stretches = phases.flatMap((phase) => stretchesOf(phase, summary));
  const moments = {
    fromS: first * S_PER_NS,
    widthS: response.windowNs * S_PER_NS,
    length: response.fromNs.length,
    texts: response.fromNs.map((ns) => moment(ns)),
    places: response.fromNs.map((ns) => placeAt(ns * S_PER_NS, stretches)),
  };
  const panes = [
    responsePane(figures),
    outcomePane(figures),
    queuePane(figures, summary),
    ...processPanes(figures.processes, moments),
  ];
  const drawn = phases.length > MOST_PHASES ? groupsOf(phases) : stretches;
  return { fromS, toS, stretches: drawn, faults: faultsOf(figures, toS), panes, moments, at: worstMoment(figures) };
}

function stretchesOf(phase: Figures['phases'][number], { phases }: Summary): readonly Stretch[] {
  const { stages, startNs, scheduledEndNs, loop } = phase;
  const name = plainText(phase.phase, 40);
  if (stages.length >= 2 && stages.length <= MOST_STAGES)
    return stages.map((stage, index) => ({
      fromS: (index === 0 ? startNs : stage.fromNs) * S_PER_NS,
      toS: stage.toNs * S_PER_NS,
      name: plainText(stage.label, 40),
      rate: scheduleWords(stage),
    }));
  const own = phases.find((each) => each.name === phase.phase);
  const callers = own?.concurrency ?? null;
  // The phase's own name may say it.
  const named = /^closed\b/i.test(name) ? '' : 'closed, ';
  const rate =
    loop === 'closed'
      ? callers === null
        ? named.replace(', ', ' loop')
        : `${named}${callers} ${callers === 1 ? 'caller' : 'callers'}`
      : stages[0] !== undefined && stages.length === 1
        ? scheduleWords(stages[0])
        : own?.scheduledPerSecond == null || stages.length > 1
          ? ''
          : scheduleWords({ ratePerSecond: own.scheduledPerSecond, rampToPerSecond: null });
  return [{ fromS: startNs * S_PER_NS, toS: scheduledEndNs * S_PER_NS, name, rate }];
}

/** Neighbours of very many phases, put together until few enough are left to be drawn. */
function groupsOf(phases: Figures['phases']): readonly Stretch[] {
  const each = Math.ceil(phases.length / MOST_PHASES);
  return Array.from({ length: Math.ceil(phases.length / each) }, (_, group) => {
    const own = phases.slice(group * each, (group + 1) * each);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const name = `${plainText(first.phase, 40)} to ${plainText(last.phase, 40)}`;
    const [fromS, toS] = [first.startNs * S_PER_NS, last.scheduledEndNs * S_PER_NS];
    return [{ fromS, toS, name, rate: counted(own.length, 'phase') }];
  }).flat();
}

function placeAt(s: number, stretches: readonly Stretch[]): string {
  const at = stretches.findLast(({ fromS }) => fromS <= s);
  return at === undefined ? '' : at.name;
}

function faultsOf({ faults }: Figures, toS: number): readonly FaultStretch[] {
  return faults.map((fault) => {
    const fromS = (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS;
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    const to = off === null ? toS : off * S_PER_NS;
    const length = Number((to - fromS).toPrecision(2));
    const name = plainText(faultName(fault), 48);
    return { fromS, toS: Math.max(fromS, to), name, words: `fault: ${name}, ${length} s` };
  });
}

/** The window in which most calls went wrong, the first of equals; without one, that of the oldest waiting call. */
function worstMoment({ timeline, response }: Figures): number {
  const each = Math.max(1, Math.round(response.windowNs / timeline.windowNs));
  const wrong = response.fromNs.map((_, w) => {
    let sum = 0;
    let age = 0;
    for (let i = w * each; i < (w + 1) * each; i++) {
      sum += (timeline.offeredPerSecond[i] ?? 0) - (timeline.goodputPerSecond[i] ?? 0);
      age = Math.max(age, timeline.queueAgeMaxNs[i] ?? 0);
    }
    return { sum: Math.round(sum), age };
  });
  const most = Math.max(0, ...wrong.map(({ sum }) => sum));
  if (most === 0) {
    const oldest = Math.max(...wrong.map(({ age }) => age));
    return Math.max(
      0,
      wrong.findIndex(({ age }) => age === oldest),
    );
  }
  // Nearly as many is as bad: of those the one whose queue was oldest.
  const bad = wrong.map((window, index) => ({ ...window, index })).filter(({ sum }) => sum >= most * 0.9);
  return bad.reduce((top, next) => (next.age > top.age ? next : top), bad[0] ?? { index: 0, age: 0, sum: 0 }).index;
}
