/** The strip above a chart over the clock of a run: phases in one row, faults in the rows below. */
import type { Figures } from '../../analysis/index.js';
import { plainText } from '../text.js';
import { faultName } from '../words.js';
import { S_PER_NS, secondsAcross } from './axes.js';
import { along, layer, SHARED_X } from './layers.js';
import type { Layer, Pane } from './render.js';
import { INK } from './theme.js';

export const STRIP_WIDTH = 966;
/** Mean advance of the system fonts at the strip's size, in pixels a character. */
const CHARACTER_PX = 6.1;
/** Faults named in the strip; all of them are drawn, and listed in the table. */
const MOST_LABELS = 12;
/** An instant is drawn as wide as this share of the clock. */
const NARROWEST = 0.002;

/** The seconds that a chart of the run spans. */
export interface Clock {
  readonly fromS: number;
  readonly toS: number;
}

/** When a fault was active, in seconds of the run. */
export interface FaultSpan {
  readonly x: number;
  readonly x2: number;
  readonly words: string;
}

export function faultSpans(faults: Figures['faults'], { fromS, toS }: Clock): readonly FaultSpan[] {
  return faults.map((fault) => {
    const x = (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS;
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    const x2 = off === null ? toS : off * S_PER_NS;
    return { x, x2: Math.max(x2, x + (toS - fromS) * NARROWEST), words: plainText(faultName(fault), 40) };
  });
}

export function strip(phases: Figures['phases'], faults: readonly FaultSpan[], { fromS, toS }: Clock): Pane {
  const pxPerS = STRIP_WIDTH / (toS - fromS);
  const bands = phases.map((phase, index) => {
    const x = phase.startNs * S_PER_NS;
    const next = phases[index + 1];
    const x2 = Math.max(phase.drainedNs, phase.scheduledEndNs) * S_PER_NS;
    const room = (next === undefined ? toS : next.startNs * S_PER_NS) - x;
    const words = bandLabel(phase, Math.min(room, x2 - x) * pxPerS);
    return { x, x2, parity: index % 2 === 0 ? 'even' : 'odd', words };
  });
  const labels = faultLabels(faults, fromS, pxPerS);
  const rows = labels.reduce((most, label) => Math.max(most, label.row + 1), 0);
  const color = {
    field: 'parity',
    type: 'nominal' as const,
    scale: { domain: ['even', 'odd'], range: [INK.phaseEven, INK.phaseOdd] },
    legend: null,
  };
  return {
    width: STRIP_WIDTH,
    height: rows === 0 ? 20 : 31 + rows * 13,
    encoding: { x: { ...along(secondsAcross(fromS, toS, false)), axis: null } },
    layer: [
      layer(
        bands,
        { type: 'rect', stroke: INK.paper, strokeWidth: 1 },
        { x: SHARED_X, x2: { field: 'x2' }, y: { value: 0 }, y2: { value: 20 }, color },
      ),
      text(bands, { baseline: 'middle', dx: 5, color: INK.text }, { x: SHARED_X, y: { value: 10 } }),
      ...(faults.length === 0
        ? []
        : [
            layer(
              faults,
              { type: 'rect', color: INK.fault },
              { x: SHARED_X, x2: { field: 'x2' }, y: { value: 24 }, y2: { value: 28 } },
            ),
          ]),
      ...labels.map(({ px, row, words }) =>
        text([{ words }], { baseline: 'top', color: INK.fault }, { x: { value: px }, y: { value: 31 + row * 13 } }),
      ),
    ],
  };
}

function text(
  rows: readonly { readonly words: string }[],
  mark: { readonly baseline: 'middle' | 'top'; readonly dx?: number; readonly color: string },
  place: NonNullable<Parameters<typeof layer>[2]>,
): Layer {
  return layer(
    rows,
    { type: 'text', align: 'left', fontSize: 11, fontWeight: 600, ...mark },
    { ...place, text: { field: 'words', type: 'nominal' } },
  );
}

/** The name of a phase, cut to its band. Where there is little room the mark of a closed loop is the first to go. */
function bandLabel({ phase, loop }: Figures['phases'][number], widthPx: number): string {
  const room = Math.floor((widthPx - 8) / CHARACTER_PX);
  const name = plainText(phase, 40);
  const marked = loop === 'open' ? name : `${name} (closed)`;
  if (marked.length <= room) return marked;
  return room < 4 ? '' : plainText(name, room);
}

interface FaultLabel {
  readonly px: number;
  readonly row: number;
  readonly words: string;
}

/** Labels beside their faults, a row lower wherever two would touch; at most `MOST_LABELS`. */
function faultLabels(faults: readonly FaultSpan[], fromS: number, pxPerS: number): readonly FaultLabel[] {
  const rowEnds: number[] = [];
  return faults.slice(0, MOST_LABELS).map(({ x, words }) => {
    const width = Array.from(words).length * CHARACTER_PX * 1.08;
    const px = Math.max(0, Math.min((x - fromS) * pxPerS, STRIP_WIDTH - width));
    const free = rowEnds.findIndex((end) => end + 8 <= px);
    const row = free === -1 ? rowEnds.length : free;
    rowEnds[row] = px + width;
    return { px, row, words };
  });
}
