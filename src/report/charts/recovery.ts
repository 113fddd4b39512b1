/**
 * One fault seen from its onset: goodput with the calls that were lost, and the tail of the response time against its
 * band.
 */
import type { RecoverySummary, RecoveryWindow } from '../../analysis/index.js';
import { duration, recoveryTime } from '../../format/index.js';
import { linearFromZero, logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from './axes.js';
import { render, type Layer, type Pane } from './render.js';
import { INK, type Chart, type KeyEntry } from './theme.js';

const WIDTH = 966;

export async function recoveryChart(
  recovery: RecoverySummary,
  windows: readonly RecoveryWindow[],
  description: string,
): Promise<Chart> {
  const windowS = recovery.windowNs * S_PER_NS;
  const fromS = (windows[0]?.fromNs ?? 0) * S_PER_NS;
  const toS = (windows.at(-1)?.fromNs ?? 0) * S_PER_NS + windowS;
  const clearS = recovery.clearNs === null ? toS : (recovery.clearNs - recovery.onsetNs) * S_PER_NS;
  const { baseline, band, timeToDetect, timeToRecover } = recovery;
  const recoveredS = timeToRecover.kind === 'value' ? clearS + timeToRecover.ns * S_PER_NS : null;

  const x = (labelled: boolean) => ({
    field: 't',
    ...secondsAcross(fromS, toS, labelled, 'since the fault was confirmed on'),
  });
  const fault: Layer = {
    data: { values: [{ t: 0, to: clearS }] },
    mark: { type: 'rect', color: INK.faultBand, aria: false },
    encoding: { x: { field: 't', type: 'quantitative' }, x2: { field: 'to' } },
  };
  const marks = [
    ...(timeToDetect.kind === 'value'
      ? [{ t: timeToDetect.ns * S_PER_NS, words: `detected ${duration(timeToDetect.ns)} after onset`, row: 0 }]
      : []),
    ...(recoveredS !== null && timeToRecover.kind === 'value'
      ? [{ t: recoveredS, words: `recovered ${recoveryTime(timeToRecover.ns, recovery.windowNs)} after clear`, row: 1 }]
      : []),
    ...(timeToRecover.kind === 'censored'
      ? [{ t: toS, words: `not recovered within ${duration(timeToRecover.ns)}`, row: 1 }]
      : []),
  ].map((mark) => ({
    ...mark,
    align: mark.t > fromS + (toS - fromS) * 0.72 ? 'right' : 'left',
    dx: mark.t > fromS + (toS - fromS) * 0.72 ? -5 : 5,
  }));
  const rules: Layer = {
    data: { values: marks },
    mark: { type: 'rule', color: INK.text, strokeDash: [3, 2], aria: false },
    encoding: { x: { field: 't', type: 'quantitative' } },
  };
  const labels = (['left', 'right'] as const).map((align): Layer => ({
    data: { values: marks.filter((mark) => mark.align === align) },
    mark: { type: 'text', align, dx: align === 'left' ? 5 : -5, baseline: 'middle', fontWeight: 600, aria: false },
    encoding: {
      x: { field: 't', type: 'quantitative' },
      y: { field: 'row', type: 'ordinal', scale: { domain: [0, 1] }, axis: null },
      text: { field: 'words', type: 'nominal' },
    },
  }));

  // Steps drawn as rectangles, so that the filled dip is exactly what was integrated.
  const steps = windows.map((window) => ({
    t: window.fromNs * S_PER_NS,
    to: window.fromNs * S_PER_NS + windowS,
    y: window.goodputPerSecond,
  }));
  const dipEndS = recoveredS ?? toS;
  const lost =
    baseline === null || recovery.dip === null
      ? []
      : steps
          .filter((step) => step.t >= 0 && step.t < dipEndS && step.y < baseline.goodputPerSecond)
          .map((step) => ({ ...step, top: baseline.goodputPerSecond }));
  const most = Math.max(baseline?.goodputPerSecond ?? 0, ...steps.map((step) => step.y));
  const perSecond = linearFromZero(most, '/s');
  const goodput: Pane = {
    title: { text: 'Goodput' },
    width: WIDTH,
    height: 120,
    encoding: { x: x(false) },
    layer: [
      fault,
      {
        data: { values: lost },
        mark: { type: 'rect', color: INK.dip, aria: false },
        encoding: {
          x: { field: 't', type: 'quantitative' },
          x2: { field: 'to' },
          y: { field: 'y', ...perSecond },
          y2: { field: 'top' },
        },
      },
      ...horizontal(baseline === null ? [] : [{ y: baseline.goodputPerSecond }], INK.baseline, [], perSecond),
      ...horizontal(band === null ? [] : [{ y: band.minGoodputPerSecond }], INK.baseline, [4, 3], perSecond),
      {
        data: { values: [...steps, ...lastStep(steps)] },
        mark: { type: 'line', interpolate: 'step-after', color: INK.good, strokeWidth: 1.8, aria: false },
        encoding: { y: { field: 'y', ...perSecond } },
      },
      rules,
    ],
  };

  const perCall = windows.map((window) => ({
    t: window.fromNs * S_PER_NS,
    to: window.fromNs * S_PER_NS + windowS,
    y: window.offered === 0 ? null : window.attempts / window.offered,
  }));
  const times = linearFromZero(Math.max(...perCall.map(({ y }) => y ?? 0)), '');
  const attempts: Pane = {
    title: { text: 'Attempts per call offered in each window' },
    width: WIDTH,
    height: 64,
    encoding: { x: x(false) },
    layer: [
      fault,
      {
        data: { values: [...perCall, ...lastStep(perCall)] },
        mark: { type: 'line', interpolate: 'step-after', color: INK.queue, strokeWidth: 1.8, aria: false },
        encoding: { y: { field: 'y', ...times } },
      },
      rules,
    ],
  };
  const retried = windows.some((window) => window.attempts > window.offered);

  const tails = windows.map((window) => ({
    t: window.fromNs * S_PER_NS + windowS / 2,
    all: ms(window.p99Ns),
    ok: ms(window.okP99Ns),
  }));
  const span = logSpan([
    ...tails.flatMap((row) => [row.all, row.ok]),
    ...(band === null ? [] : [band.maxP99Ns * MS_PER_NS]),
  ]);
  const tail: Pane = {
    title: { text: 'Response time, p99 of each window (the maximum under 100 calls; log scale)' },
    width: WIDTH,
    height: 140,
    encoding: { x: x(true) },
    layer: [
      {
        data: { values: band === null ? [] : [{ y: span.domain[0], y2: band.maxP99Ns * MS_PER_NS }] },
        mark: { type: 'rect', color: INK.baselineBand, aria: false },
        encoding: { x: { value: 0 }, x2: { value: WIDTH }, y: { field: 'y', ...logMs(span) }, y2: { field: 'y2' } },
      },
      fault,
      line(
        tails.map(({ t, ok }) => ({ t, y: ok })),
        INK.response,
        1.6,
        null,
        span,
      ),
      line(
        tails.map(({ t, all }) => ({ t, y: all })),
        INK.counted,
        1.6,
        [5, 3],
        span,
      ),
      rules,
    ],
  };
  const head: Pane = { width: WIDTH, height: 32, encoding: { x: { ...x(false), axis: null } }, layer: labels };
  const svg = await render(
    { vconcat: [...(marks.length > 0 ? [head] : []), goodput, ...(retried ? [attempts] : []), tail] },
    description,
  );
  const key: KeyEntry[] = [
    { words: 'goodput', colour: INK.good, mark: 'line' },
    ...(lost.length > 0 ? [{ words: 'good calls lost', colour: INK.dip, mark: 'band' } as const] : []),
    ...(retried ? [{ words: 'attempts per call', colour: INK.queue, mark: 'line' } as const] : []),
    ...(baseline === null ? [] : [{ words: 'baseline', colour: INK.baseline, mark: 'thin' } as const]),
    ...(band === null
      ? []
      : [
          { words: 'edge of the band', colour: INK.baseline, mark: 'dashed' } as const,
          { words: 'inside the band', colour: INK.baselineBand, mark: 'band' } as const,
        ]),
    { words: 'ok calls', colour: INK.response, mark: 'line' },
    { words: 'failures counted at their deadline', colour: INK.counted, mark: 'dashed' },
    { words: 'fault confirmed on', colour: INK.faultBand, mark: 'band' },
  ];
  return { svg, key };
}

const ms = (ns: number | null): number | null => (ns === null ? null : ns * MS_PER_NS);

function lastStep<Y>(
  steps: readonly { readonly to: number; readonly y: Y }[],
): readonly { t: number; to: number; y: Y }[] {
  const last = steps.at(-1);
  return last === undefined ? [] : [{ t: last.to, to: last.to, y: last.y }];
}

function horizontal(
  values: readonly { readonly y: number }[],
  color: string,
  strokeDash: number[],
  y: ReturnType<typeof linearFromZero>,
): readonly Layer[] {
  if (values.length === 0) return [];
  return [
    {
      data: { values: [...values] },
      mark: { type: 'rule', color, strokeWidth: 1.2, ...(strokeDash.length > 0 ? { strokeDash } : {}), aria: false },
      encoding: { x: { value: 0 }, x2: { value: WIDTH }, y: { field: 'y', ...y } },
    },
  ];
}

function line(
  rows: readonly { readonly t: number; readonly y: number | null }[],
  color: string,
  strokeWidth: number,
  strokeDash: number[] | null,
  span: ReturnType<typeof logSpan>,
): Layer {
  return {
    data: { values: [...rows] },
    mark: { type: 'line', color, strokeWidth, ...(strokeDash === null ? {} : { strokeDash }), aria: false },
    encoding: { y: { field: 'y', ...logMs(span) } },
  };
}
