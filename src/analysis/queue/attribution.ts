/**
 * Names the first growing queue of an open-loop phase: generator, network, gateway or upstream.
 *
 * The calm windows of the phase (the quarter with the shortest response times) are held against those in which response
 * times had grown. A stage has grown when its mean exceeds the calm one by more than 2 ms, by more than the calm one
 * itself, and by more than four times what it varied among the calm windows, in two windows in a row. Of the stages
 * whose growth is at least a quarter of the largest, the one that began first is named; the larger where two began
 * together.
 *
 * The generator's own queue of calls without a slot is a symptom wherever a hop got slower: with a bounded number of
 * calls in flight, any hop that holds them longer makes the next ones wait before they are sent. It is named only when
 * no hop grew.
 */
import type { GatewayRow, SampleColumns } from '../../record/index.js';
import { gatewaysOnTheWay, servicesBehind, targetName, type Stack } from '../../scenario/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { Attribution, QueuePlace, StageGrowth } from './attribution-types.js';
import { type StageName, stageSourceOf } from './stage-split.js';
import { type Window, meanInGatewayNs, windowsOf } from './stage-windows.js';

const LEAST_GROWTH_NS = 2_000_000;
/** Times the range of a stage among the calm windows. */
const NOISE_FACTOR = 4;
const CALM_SHARE = 0.25;
const LEAST_WINDOWS = 4;
/** With so many windows without answers, `none` is not reported. */
const LEAST_SILENT = 2;
/** Share of the largest growth below which a stage's own is a side effect. */
const LEAST_SHARE_OF_LARGEST = 0.25;
/** Share of the outbound hop's growth that a gateway's own stamps must show for it to be named. */
const GATEWAY_SHARE = 0.5;

export interface AttributionInput {
  readonly samples: SampleColumns;
  /** `ok` rows of the phase outside the warm-up. */
  readonly rows: Uint32Array;
  /** All rows of the phase outside the warm-up. */
  readonly attempted: Uint32Array;
  readonly gateways: readonly GatewayRow[];
  readonly stack: Stack;
  readonly frame: Pick<PhaseFrame, 'planned' | 'measuredFromNs' | 'scheduledEndNs'>;
}

export function attribute({ samples, rows, attempted, gateways, stack, frame }: AttributionInput): Attribution {
  const source = stageSourceOf(samples, rows);
  const { windowNs, stages, windows, silent } = windowsOf(
    samples,
    rows,
    attempted,
    source,
    frame.measuredFromNs,
    frame.scheduledEndNs,
  );
  const phase = frame.planned.name;
  const nothing = silent >= LEAST_SILENT ? 'unanswered' : null;
  if (windows.length < LEAST_WINDOWS) {
    return {
      phase,
      windowNs,
      windows: windows.length,
      silentWindows: silent,
      firstGrowing: nothing ?? 'unknown',
      stage: null,
      gateway: null,
      onsetNs: null,
      slotWaitShare: null,
      stages: [],
      gateways: [],
    };
  }
  const calm = [...windows].sort((a, b) => a.totalNs - b.totalNs).slice(0, Math.ceil(windows.length * CALM_SHARE));
  const total = growthOf(windows, calm, windowNs, ({ totalNs }) => totalNs);
  const grown = total.onsetNs === null ? [] : windows.filter((window) => window.totalNs > total.limitNs);
  const growths = stages.map((stage, s): StageGrowth => {
    const { calmNs, onsetNs } = growthOf(windows, calm, windowNs, ({ meansNs }) => meansNs[s] ?? NaN);
    return {
      stage,
      calmNs,
      grownNs: grown.length === 0 ? null : meanOf(grown, ({ meansNs }) => meansNs[s] ?? NaN),
      onsetNs,
    };
  });
  const inGateways = gatewaysOf(stack, gateways).map((gateway) => ({
    gateway,
    calmNs: meanInGatewayNs(gateways, gateway, calm, windowNs),
    grownNs: meanInGatewayNs(gateways, gateway, grown, windowNs),
  }));
  const facts = {
    phase,
    windowNs,
    windows: windows.length,
    silentWindows: silent,
    stages: growths,
    gateways: inGateways,
  };
  const first = grown.length === 0 ? null : firstOf(growths);
  if (first === null)
    return {
      ...facts,
      firstGrowing: nothing ?? 'none',
      stage: null,
      gateway: null,
      onsetNs: null,
      slotWaitShare: null,
    };
  const { place, gateway } = placeOf(first, inGateways, stack);
  const slotWaits = grown.reduce((sum, window) => sum + window.slotWaits, 0);
  const calls = grown.reduce((sum, window) => sum + window.calls, 0);
  return {
    ...facts,
    firstGrowing: place,
    stage: first.stage,
    gateway,
    onsetNs: first.onsetNs,
    slotWaitShare: slotWaits / calls,
  };
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
  const [first] = causes.sort((a, b) => (a.onsetNs ?? 0) - (b.onsetNs ?? 0) || growth(b) - growth(a));
  return first ?? begun[0] ?? null;
}

function placeOf(
  first: StageGrowth,
  gateways: Attribution['gateways'],
  stack: Stack,
): { readonly place: QueuePlace; readonly gateway: string | null } {
  const nowhere = (place: QueuePlace) => ({ place, gateway: null });
  switch (first.stage satisfies StageName) {
    case 'client-queue':
    case 'send-lag':
      return nowhere('generator');
    case 'upstream-queue':
    case 'service':
      return nowhere('upstream');
    case 'wait':
    case 'read':
      return nowhere('beyond-the-generator');
    case 'return':
      return nowhere(isWhollyKnown(stack, gateways) ? 'network' : 'network-or-gateway');
    case 'outbound': {
      const grew = (of: Attribution['gateways'][number]): number => (of.grownNs ?? 0) - (of.calmNs ?? 0);
      const [most] = [...gateways].sort((a, b) => grew(b) - grew(a));
      const all = gateways.reduce((sum, gateway) => sum + Math.max(0, grew(gateway)), 0);
      if (most !== undefined && all >= GATEWAY_SHARE * growth(first))
        return { place: 'gateway', gateway: most.gateway };
      return nowhere(isWhollyKnown(stack, gateways) ? 'network' : 'network-or-gateway');
    }
  }
}

/** Gateways on the path that reported their times. */
function gatewaysOf(stack: Stack, rows: readonly GatewayRow[]): readonly string[] {
  const name = targetName(stack);
  if (name === null) return [];
  return gatewaysOnTheWay(stack, name)
    .map((gateway) => gateway.name)
    .filter((gateway) => rows.some((row) => row.gateway === gateway));
}

/**
 * Whether every hop between generator and upstream reports its own times: then the rest is the network.
 */
function isWhollyKnown(stack: Stack, known: Attribution['gateways']): boolean {
  const name = targetName(stack);
  if (name === null) return false;
  const unreported = gatewaysOnTheWay(stack, name).some(
    (gateway) => !known.some((one) => one.gateway === gateway.name && one.calmNs !== null && one.grownNs !== null),
  );
  return !unreported && servicesBehind(stack, name).every(({ kind }) => kind === 'mock');
}
