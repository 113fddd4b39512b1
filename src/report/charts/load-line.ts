/** The probes of a capacity search: what came back for what was offered, and whether the queue grew. */
import type { CapacityProbe, CapacitySummary } from '../../analysis/index.js';
import { PROBE_VERDICT } from '../load-line.js';
import { linearFromZero } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart, type KeyEntry } from './theme.js';

const VERDICT_COLOUR: Readonly<Record<CapacityProbe['verdict'], string>> = {
  passed: INK.good,
  failed: INK.deadline,
  undecided: INK.queue,
  invalid: INK.muted,
};
const SHAPE: Readonly<Record<CapacityProbe['verdict'], string>> = {
  passed: 'circle',
  failed: 'cross',
  undecided: 'diamond',
  invalid: 'triangle-up',
};
const VERDICTS = Object.keys(VERDICT_COLOUR) as CapacityProbe['verdict'][];
const MS_PER_S = 1e-6;
/** The limit of the slope's upper bound, in ms/s. */
const SLOPE_LIMIT = 1;

function verdictsOf(search: CapacitySummary): readonly CapacityProbe['verdict'][] {
  return VERDICTS.filter((verdict) => search.probes.some((probe) => probe.verdict === verdict));
}

function marks(search: CapacitySummary) {
  const present = verdictsOf(search);
  return {
    color: {
      field: 'verdict',
      type: 'nominal' as const,
      scale: { domain: [...present], range: present.map((verdict) => VERDICT_COLOUR[verdict]) },
      legend: null,
    },
    shape: {
      field: 'verdict',
      type: 'nominal' as const,
      scale: { domain: [...present], range: present.map((verdict) => SHAPE[verdict]) },
      legend: null,
    },
  };
}

function verdictKey(search: CapacitySummary): readonly KeyEntry[] {
  return verdictsOf(search).map((verdict): KeyEntry => ({
    words: `probe ${PROBE_VERDICT[verdict].words}`,
    colour: VERDICT_COLOUR[verdict],
    mark: 'area',
  }));
}

/** The interval the load line lies in; open to the right edge where no rate failed. */
function bracket(search: CapacitySummary, mostRate: number): Layer {
  const { passedPerSecond: from, failedPerSecond: to } = search;
  return {
    data: { values: from === null ? [] : [{ x: from, to: to ?? mostRate }] },
    mark: { type: 'rect', color: INK.phaseEven, aria: false },
    encoding: { x: { field: 'x', type: 'quantitative' }, x2: { field: 'to' } },
  };
}

const mostRate = (search: CapacitySummary): number =>
  Math.max(1, ...search.probes.map((probe) => probe.ratePerSecond)) * 1.06;

function ratesAcross(search: CapacitySummary) {
  return {
    field: 'x',
    ...linearFromZero(mostRate(search), '/s'),
    axis: { ...linearFromZero(1, '/s').axis, title: 'offered rate', tickCount: 6 },
  };
}

/** Goodput against what was offered, with the line on which nothing is lost. */
export async function goodputChart(search: CapacitySummary, description: string): Promise<Chart> {
  const most = mostRate(search);
  const y = linearFromZero(most, '/s');
  const points = search.probes.map(({ evidence, verdict }) => ({
    x: evidence.offeredPerSecond,
    y: evidence.goodputPerSecond,
    done: evidence.completedPerSecond,
    verdict,
  }));
  const layer: Layer[] = [
    bracket(search, most),
    {
      data: {
        values: [
          { x: 0, y: 0 },
          { x: most, y: most },
        ],
      },
      mark: { type: 'line', color: INK.offered, strokeWidth: 1.2, strokeDash: [5, 3], aria: false },
      encoding: { x: ratesAcross(search), y: { field: 'y', ...y } },
    },
    {
      data: { values: points },
      mark: { type: 'tick', orient: 'horizontal', color: INK.response, thickness: 2, bandSize: 12, aria: false },
      encoding: { x: ratesAcross(search), y: { field: 'done', ...y } },
    },
    {
      data: { values: points },
      mark: { type: 'point', filled: true, size: 70, opacity: 0.9, aria: false },
      encoding: { x: ratesAcross(search), y: { field: 'y', ...y }, ...marks(search) },
    },
  ];
  const { knee } = search;
  if (knee.kind === 'found')
    layer.push({
      data: { values: [{ x: knee.ratePerSecond }] },
      mark: { type: 'rule', color: INK.service, strokeWidth: 1.6, strokeDash: [2, 3], aria: false },
      encoding: { x: ratesAcross(search) },
    });
  const svg = await render({ title: { text: 'Goodput' }, width: 400, height: 240, layer }, description);
  return {
    svg,
    key: [
      ...verdictKey(search),
      ...(knee.kind === 'found' ? [{ words: 'knee', colour: INK.service, mark: 'dotted' } as const] : []),
      { words: 'completed, late ones too', colour: INK.response, mark: 'line' },
      { words: 'goodput = offered', colour: INK.offered, mark: 'dashed' },
      ...(search.passedPerSecond === null
        ? []
        : [{ words: 'where the load line lies', colour: INK.phaseEven, mark: 'band' } as const]),
    ],
  };
}

/**
 * The slope of the queue age with its interval at each rate, on a scale that shows a millisecond and a second alike.
 */
export async function slopeChart(search: CapacitySummary, description: string): Promise<Chart> {
  const most = mostRate(search);
  const points = search.probes.flatMap(({ ratePerSecond, evidence: { queueAge }, verdict }) =>
    queueAge.slope === null
      ? []
      : [
          {
            x: ratePerSecond,
            y: queueAge.slope.nsPerSecond * MS_PER_S,
            low: queueAge.slope.low * MS_PER_S,
            high: queueAge.slope.high * MS_PER_S,
            verdict,
          },
        ],
  );
  const highest = Math.max(3, ...points.map(({ high }) => high));
  const lowest = Math.min(0, ...points.map(({ low }) => low));
  const ticks = [-1000, -100, -10, -1, 0, 1, 10, 100, 1000].filter((tick) => tick >= lowest && tick <= highest * 1.2);
  const y = {
    type: 'quantitative' as const,
    scale: { type: 'symlog' as const, constant: 1, domain: [lowest, highest * 1.2], nice: false, clamp: true },
    axis: { values: ticks, labelExpr: "format(datum.value, '~r') + ' ms/s'", title: null },
  };
  const layer: Layer[] = [
    bracket(search, most),
    {
      data: { values: [{ y: SLOPE_LIMIT }] },
      mark: { type: 'rule', color: INK.deadline, strokeDash: [8, 3], aria: false },
      encoding: { y: { field: 'y', ...y } },
    },
    {
      data: { values: points },
      mark: { type: 'rule', strokeWidth: 2, aria: false },
      encoding: {
        x: ratesAcross(search),
        y: { field: 'low', ...y },
        y2: { field: 'high' },
        color: marks(search).color,
      },
    },
    {
      data: { values: points },
      mark: { type: 'point', filled: true, size: 55, opacity: 0.9, aria: false },
      encoding: { x: ratesAcross(search), y: { field: 'y', ...y }, ...marks(search) },
    },
  ];
  const svg = await render(
    { title: { text: 'Slope of the queue age (log scale beyond 1 ms/s)' }, width: 400, height: 240, layer },
    description,
  );
  return {
    svg,
    key: [...verdictKey(search), { words: 'limit of the upper bound, 1 ms/s', colour: INK.deadline, mark: 'dashed' }],
  };
}
