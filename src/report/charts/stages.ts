/**
 * Where the mean response time went, phase by phase: each bar is one whole, its length in milliseconds written at its
 * end.
 */
import type { StageBars, StageName } from '../../analysis/index.js';
import { duration, percent } from '../../format/index.js';
import { phaseName, STAGE_WORDS } from '../words.js';
import { render } from './render.js';
import { INK, type Chart, type KeyEntry } from './theme.js';

const COLOURS: Readonly<Record<StageName, string>> = {
  'client-queue': 'var(--s-client-queue)',
  'send-lag': 'var(--s-send-lag)',
  outbound: 'var(--s-outbound)',
  'upstream-queue': 'var(--s-upstream-queue)',
  service: 'var(--s-service)',
  return: 'var(--s-return)',
  wait: 'var(--s-upstream-queue)',
  read: 'var(--s-return)',
};
const ORDER = Object.keys(COLOURS);
/** Below this share a segment is too narrow to carry its percentage. */
const LABELLED_FROM = 0.07;

export async function stagesChart(bars: readonly StageBars[], description: string): Promise<Chart> {
  const rows = bars.flatMap((bar, index) => {
    const total = bar.stages.reduce((sum, stage) => sum + stage.meanNs, 0);
    let below = 0;
    return bar.stages.map(({ stage, meanNs }) => {
      const from = below;
      below += total > 0 ? meanNs / total : 0;
      return {
        bar: index,
        stage,
        from,
        to: below,
        middle: (from + below) / 2,
        label: below - from >= LABELLED_FROM ? percent(Math.round((below - from) * 100) / 100) : '',
      };
    });
  });
  const ends = bars.map((bar, index) => ({
    bar: index,
    words: phaseName({ name: bar.phase, loop: bar.loop }, 28),
    total: `mean ${duration(bar.stages.reduce((sum, stage) => sum + stage.meanNs, 0))}`,
  }));
  const present = ORDER.filter((stage) => rows.some((row) => row.stage === stage && row.to > row.from)) as StageName[];
  const y = { field: 'bar', type: 'ordinal' as const, axis: null, scale: { paddingInner: 0.55, paddingOuter: 0.45 } };
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [0, 1], nice: false },
    axis: {
      labelExpr: "format(datum.value * 100, '~r') + ' %'",
      title: 'share of the mean response time of ok calls',
      tickCount: 5,
      domain: false,
      ticks: false,
      grid: true,
    },
  };
  const svg = await render(
    {
      width: 1014,
      height: { step: 44 },
      layer: [
        {
          data: { values: rows },
          mark: { type: 'bar', stroke: INK.paper, strokeWidth: 1, aria: false },
          encoding: {
            x: { field: 'from', ...x },
            x2: { field: 'to' },
            y,
            color: {
              field: 'stage',
              type: 'nominal',
              scale: { domain: [...present], range: present.map((stage) => COLOURS[stage]) },
              legend: null,
            },
          },
        },
        {
          data: { values: rows },
          mark: { type: 'text', color: 'var(--on-stage)', fontSize: 10.5, fontWeight: 600, aria: false },
          encoding: { x: { field: 'middle', ...x }, y, text: { field: 'label', type: 'nominal' } },
        },
        {
          data: { values: ends },
          mark: { type: 'text', align: 'left', baseline: 'bottom', dy: -13, fontWeight: 600, aria: false },
          encoding: { x: { value: 0 }, y, text: { field: 'words', type: 'nominal' } },
        },
        {
          data: { values: ends },
          mark: { type: 'text', align: 'right', baseline: 'bottom', dy: -13, color: INK.muted, aria: false },
          encoding: { x: { value: 1014 }, y, text: { field: 'total', type: 'nominal' } },
        },
      ],
    },
    description,
  );
  return {
    svg,
    key: present.map((stage): KeyEntry => ({ words: STAGE_WORDS[stage], colour: COLOURS[stage], mark: 'area' })),
  };
}
