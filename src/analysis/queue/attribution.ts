/**
 * Names the first growing queue of an open-loop phase: generator, network, gateway or upstream.
 *
 * All attempts count, whatever became of them. The calm windows of the phase (the quarter with the shortest response
 * times among those in which most attempts went on to the end) are held against those in which response times had
 * grown. A stage has grown when its mean exceeds the calm one by more than 2 ms, by more than the calm one itself, and
 * by more than four times what it varied among the calm windows, in two windows in a row. Of the stages whose growth is
 * at least a quarter of the largest, the one that began first is named; the larger where two began together. Where
 * nothing grew, because the phase was at its worst from the start, or for less than two windows, the stage is named in
 * which most of the attempts ended that did not go on; it begins where the age of the oldest call left its range.
 *
 * The generator's own queue of calls without a slot is a symptom wherever a hop got slower: with a bounded number of
 * calls in flight, any hop that holds them longer makes the next ones wait before they are sent. It is named only when
 * no hop grew.
 */
import type { GatewayRow, SampleColumns, WaitingLine } from '../../record/index.js';
import { gatewaysOnTheWay, targetName } from '../../scenario/index.js';
import type { PhaseFrame } from '../calls/index.js';
import { ageOnset, LEAST_GROWTH_NS } from './age-onset.js';
import type { Attribution, StageGrowth } from './attribution-types.js';
import type { LineSlice } from './drain.js';
import { type KnownOfStack, placeOf } from './place.js';
import { type StageSplit, stageReader } from './stage-split.js';
import { type Window, meanInGatewayNs, windowsOf } from './stage-windows.js';

/** Times the range of a stage among the calm windows. */
const NOISE_FACTOR = 4;
const CALM_SHARE = 0.25;
/** Windows with enough calls below which nothing can be compared. */
export const LEAST_WINDOWS = 4;
/** Share of the largest growth below which a stage's own is a side effect. */
const LEAST_SHARE_OF_LARGEST = 0.25;
/** Share of the attempts that must have ended without going on, and of those in one stage, for them to name it. */
const LEAST_ENDED = 0.05;
const LEAST_IN_ONE_STAGE = 0.5;

export interface AttributionInput extends KnownOfStack {
  readonly samples: SampleColumns;
  /** All rows of the phase outside the warm-up. */
  readonly rows: Uint32Array;
  readonly split: StageSplit | null;
  readonly gateways: readonly GatewayRow[];
  readonly frame: Pick<PhaseFrame, 'planned' | 'startNs' | 'measuredFromNs' | 'scheduledEndNs'>;
  readonly line: WaitingLine;
  /** The phases before it, without their warm-up. */
  readonly earlier: readonly LineSlice[];
}

export function attribute(input: AttributionInput): Attribution {
  const { samples, rows, split, gateways, frame, line, earlier, ...known } = input;
  const reader = stageReader(samples, rows);
  const { windowNs, windows } = windowsOf(samples, rows, reader, frame.measuredFromNs, frame.scheduledEndNs);
  const nothing = {
    phase: frame.planned.name,
    ...{ windowNs, windows: windows.length, by: null, evidence: null, stage: null, gateway: null },
    ...{ onsetNs: null, onsetBy: null, slotWaitShare: null },
  };
  if (windows.length < LEAST_WINDOWS) return { ...nothing, firstGrowing: 'unknown', stages: [], gateways: [] };
  const shortest = [...windows].sort((a, b) => a.totalNs - b.totalNs);
  const mostWentOn = shortest.filter(({ ended, calls }) => ended * 2 < calls);
  const wanted = Math.ceil(windows.length * CALM_SHARE);
  const calm = (mostWentOn.length >= wanted ? mostWentOn : shortest).slice(0, wanted);
  const total = growthOf(windows, calm, windowNs, ({ totalNs }) => totalNs);
  const grown = total.onsetNs === null ? [] : windows.filter((window) => window.totalNs > total.limitNs);
  const stages = reader.stages.map((stage, s): StageGrowth => {
    const { calmNs, onsetNs } = growthOf(windows, calm, windowNs, ({ meansNs }) => meansNs[s] ?? NaN);
    return {
      stage,
      calmNs,
      grownNs: grown.length === 0 ? null : meanOf(grown, ({ meansNs }) => meansNs[s] ?? NaN),
      onsetNs,
    };
  });
  const name = targetName(known.stack);
  const facts = {
    ...nothing,
    stages,
    gateways: (name === null ? [] : gatewaysOnTheWay(known.stack, name))
      .filter((gateway) => gateways.some((row) => row.gateway === gateway.name))
      .map((gateway) => ({
        gateway: gateway.name,
        calmNs: meanInGatewayNs(gateways, gateway.name, calm, windowNs),
        grownNs: meanInGatewayNs(gateways, gateway.name, grown, windowNs),
      })),
  };
  const spansOf = (of: readonly Window[]) => of.map(({ fromNs }) => ({ fromNs, toNs: fromNs + windowNs }));
  const first = grown.length === 0 ? null : firstOf(stages);
  if (first !== null) {
    const { stage } = first;
    const found = { stage, byNs: growth(first), spans: spansOf(grown), gateways: facts.gateways };
    const { place, ...rest } = placeOf(found, known);
    const slotWaits = grown.reduce((sum, window) => sum + window.slotWaits, 0);
    const calls = grown.reduce((sum, window) => sum + window.calls, 0);
    const growing = { firstGrowing: place, by: 'growth', stage, ...windowOnset(first) } as const;
    return { ...facts, ...rest, ...growing, slotWaitShare: slotWaits / calls };
  }
  const stage = stageOfEndings(split);
  if (stage === null) return { ...facts, firstGrowing: 'none' };
  const heldNs = stages.find((one) => one.stage === stage)?.calmNs ?? 0;
  const { place, ...rest } = placeOf({ stage, byNs: heldNs, spans: spansOf(windows), gateways: [] }, known);
  const within = { fromNs: frame.startNs, toNs: frame.scheduledEndNs };
  const onsetNs = ageOnset({ line, within, calm: spansOf(calm), earlier });
  const onset = onsetNs === null ? windowOnset(total) : ({ onsetNs, onsetBy: 'age' } as const);
  return { ...facts, ...rest, ...onset, firstGrowing: place, by: 'endings', stage };
}

/** An onset that is known to one window. */
const windowOnset = ({ onsetNs }: Pick<StageGrowth, 'onsetNs'>): Pick<Attribution, 'onsetNs' | 'onsetBy'> => ({
  onsetNs,
  onsetBy: onsetNs === null ? null : 'windows',
});

/** The stage in which most of the attempts ended that did not go on; null when those were few or everywhere. */
function stageOfEndings(split: StageSplit | null) {
  const ended = split?.ended ?? [];
  const shareOf = (stage: string): number =>
    ended.reduce((sum, each) => (each.stage === stage ? sum + each.share : sum), 0);
  const all = ended.reduce((sum, { share }) => sum + share, 0);
  const most = ended.find(({ stage }) => shareOf(stage) >= LEAST_IN_ONE_STAGE * all);
  return all > LEAST_ENDED && most !== undefined ? most.stage : null;
}

function meanOf(windows: readonly Window[], of: (window: Window) => number): number {
  const calls = windows.reduce((sum, window) => sum + window.calls, 0);
  return windows.reduce((sum, window) => sum + of(window) * window.calls, 0) / calls;
}

/** Calm mean, the mean above which a window has grown, and when the first two such windows in a row began. */
function growthOf(
  windows: readonly Window[],
  calm: readonly Window[],
  windowNs: number,
  of: (window: Window) => number,
) {
  const calmNs = meanOf(calm, of);
  const rangeNs = Math.max(...calm.map(of)) - Math.min(...calm.map(of));
  const limitNs = calmNs + Math.max(LEAST_GROWTH_NS, calmNs, NOISE_FACTOR * rangeNs);
  const onset = windows.find((window, w) => {
    const next = windows[w + 1];
    return (
      next !== undefined && next.fromNs - window.fromNs < 1.5 * windowNs && of(window) > limitNs && of(next) > limitNs
    );
  });
  return { calmNs, limitNs, onsetNs: onset?.fromNs ?? null };
}

const growth = ({ calmNs, grownNs }: StageGrowth): number => (grownNs ?? calmNs) - calmNs;

function firstOf(stages: readonly StageGrowth[]): StageGrowth | null {
  const begun = stages.filter(({ onsetNs }) => onsetNs !== null);
  const hops = begun.filter(({ stage }) => stage !== 'client-queue');
  const largest = Math.max(0, ...hops.map(growth));
  const causes = hops.filter((stage) => growth(stage) > 0 && growth(stage) >= LEAST_SHARE_OF_LARGEST * largest);
  // What answered attempts show of the same time says more than what the others leave open.
  const isOpen = ({ stage }: StageGrowth): number => (stage === 'unlocated' ? 1 : 0);
  const [first] = causes.sort(
    (a, b) => (a.onsetNs ?? 0) - (b.onsetNs ?? 0) || isOpen(a) - isOpen(b) || growth(b) - growth(a),
  );
  return first ?? begun[0] ?? null;
}
