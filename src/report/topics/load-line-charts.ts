/** The charts of a capacity search: goodput and the slope of the queue age against the offered rate. */
import type { CapacityProbe, CapacitySummary } from '../../analysis/index.js';
import { slope } from '../../format/index.js';
import { linearFromZero, type Axis } from '../charts/axes.js';
import { along, band, DASHED, layer, levelsAt, line, rulesAt, up } from '../charts/layers.js';
import type { Layer } from '../charts/render.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import type { Badge } from '../words.js';

interface ProbeBadge extends Badge {
  readonly colour: string;
  readonly shape: string;
}

/** How each verdict on a probe reads and is drawn. */
export const PROBE: Readonly<Record<CapacityProbe['verdict'], ProbeBadge>> = {
  passed: { words: 'passed', tone: 'good', sign: '✓', colour: INK.good, shape: 'circle' },
  failed: { words: 'failed', tone: 'bad', sign: '✗', colour: INK.deadline, shape: 'cross' },
  undecided: { words: 'undecided', tone: 'unsure', sign: '?', colour: INK.queue, shape: 'diamond' },
  invalid: { words: 'invalid', tone: 'quiet', sign: '!', colour: INK.muted, shape: 'triangle-up' },
};

const MS_PER_S = 1e-6;
/** Places at which the curve of a fit is drawn. */
const FIT_PLACES = 60;

/** What both charts of a search share: the rates across, the verdicts, and the interval that holds the load line. */
function shared({ probes, passedPerSecond, failedPerSecond }: CapacitySummary) {
  const most = Math.max(1, ...probes.map((probe) => probe.ratePerSecond)) * 1.06;
  const present = (Object.keys(PROBE) as CapacityProbe['verdict'][]).filter((verdict) =>
    probes.some((probe) => probe.verdict === verdict),
  );
  const scale = (range: string[]) => ({
    field: 'verdict',
    type: 'nominal' as const,
    scale: { domain: [...present], range },
    legend: null,
  });
  return {
    most,
    x: linearFromZero(most, '/s', 'offered rate'),
    color: scale(present.map((verdict) => PROBE[verdict].colour)),
    shape: scale(present.map((verdict) => PROBE[verdict].shape)),
    key: present.map((verdict): KeyEntry => ({
      words: `probe ${PROBE[verdict].words}`,
      colour: PROBE[verdict].colour,
      mark: 'area',
    })),
    bracket: band(passedPerSecond === null ? [] : [{ x: passedPerSecond, x2: failedPerSecond ?? most }], INK.phaseEven),
  };
}

/** Goodput against what was offered, with the line on which nothing is lost. */
export function goodputChart(search: CapacitySummary): Chart {
  const { most, x, color, shape, key, bracket } = shared(search);
  const y = linearFromZero(most, '/s');
  const rows = search.probes.map(({ evidence, verdict }) => ({
    x: evidence.offeredPerSecond,
    y: evidence.goodputPerSecond,
    done: evidence.completedPerSecond,
    verdict,
  }));
  const { knee } = search;
  const ideal = [0, most].map((at) => ({ x: at, y: at }));
  const layers: Layer[] = [
    bracket,
    line(ideal, { colour: INK.offered, width: 1.2, ...DASHED }, { x, y }),
    layer(
      rows,
      { type: 'tick', orient: 'horizontal', color: INK.response, thickness: 2, bandSize: 12 },
      { x: along(x), y: { field: 'done', ...y } },
    ),
    layer(rows, { type: 'point', filled: true, size: 70, opacity: 0.9 }, { x: along(x), y: up(y), color, shape }),
    ...(knee.kind === 'found'
      ? [rulesAt([knee.ratePerSecond], { colour: INK.service, width: 1.6, dash: [2, 3] }, x)]
      : []),
  ];
  return {
    picture: { title: { text: 'Goodput' }, width: 400, height: 240, layer: layers },
    key: [
      ...key,
      ...(knee.kind === 'found' ? [{ words: 'knee', colour: INK.service, mark: 'dotted' } as const] : []),
      { words: 'completed, late ones included', colour: INK.response, mark: 'line' },
      { words: 'goodput = offered', colour: INK.offered, mark: 'dashed' },
      ...(search.passedPerSecond === null
        ? []
        : [{ words: 'interval of the load line', colour: INK.phaseEven, mark: 'band' } as const]),
    ],
  };
}

/** The slope of the queue age with its interval, on a scale that shows a millisecond and a second alike. */
export function slopeChart(search: CapacitySummary): Chart {
  const { most, x, color, shape, key, bracket } = shared(search);
  const rows = search.probes.flatMap(({ ratePerSecond, evidence: { queueAge }, verdict }) =>
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
  const limit = search.slopeLimitNsPerSecond * MS_PER_S;
  const { fitted } = search;
  const fit = (at: number): number => (fitted === null ? 0 : 1000 * Math.max(0, 1 - fitted.value / at));
  const curve = Array.from({ length: FIT_PLACES }, (_, k) => (most * (k + 1)) / FIT_PLACES);
  const highest = Math.max(3 * limit, ...rows.map(({ high }) => high)) * 1.2;
  const lowest = Math.min(0, ...rows.map(({ low }) => low));
  const y: Axis = {
    type: 'quantitative',
    scale: { type: 'symlog', constant: 1, domain: [lowest, highest], nice: false, clamp: true },
    axis: {
      values: [-1000, -100, -10, -1, 0, 1, 10, 100, 1000].filter((tick) => tick >= lowest && tick <= highest),
      labelExpr: "format(datum.value, '~r') + ' ms/s'",
      title: null,
    },
  };
  const layers: Layer[] = [
    bracket,
    ...(fitted === null
      ? []
      : [
          line(
            curve.map((at) => ({ x: at, y: fit(at) })),
            { colour: INK.service, width: 1.2 },
            { x, y },
          ),
        ]),
    levelsAt([limit], { colour: INK.deadline, width: 1, dash: [8, 3] }, y),
    layer(
      rows,
      { type: 'rule', strokeWidth: 2 },
      { x: along(x), y: { field: 'low', ...y }, y2: { field: 'high' }, color },
    ),
    layer(rows, { type: 'point', filled: true, size: 55, opacity: 0.9 }, { x: along(x), y: up(y), color, shape }),
  ];
  const title = { text: 'Slope of the queue age (log scale beyond 1 ms/s)' };
  return {
    picture: { title, width: 400, height: 240, layer: layers },
    key: [
      ...key,
      { words: `limit, ${slope(search.slopeLimitNsPerSecond)}`, colour: INK.deadline, mark: 'dashed' },
      ...(fitted === null ? [] : [{ words: 'fit: 1 - capacity / rate', colour: INK.service, mark: 'thin' } as const]),
    ],
  };
}
