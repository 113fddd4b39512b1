import { describe, expect, it } from 'vitest';
import { logSpan } from '../../src/report/charts/axes.js';
import { heatmapChart, MOST_CELLS } from '../../src/report/topics/heatmap.js';
import { lagChart, percentileChart } from '../../src/report/topics/percentiles.js';
import { recoveryChart } from '../../src/report/topics/recovery-chart.js';
import {
  CALL_CLASSES,
  CLASS_STYLE,
  CLASS_OF,
  HEAT_STEPS,
  NARROW_PANE_WIDTH,
  WIDE_PANE_WIDTH,
} from '../../src/report/charts/theme.js';
import { inFlightChart } from '../../src/report/topics/timeline.js';
import { htmlReport, render } from '../../src/report/index.js';
import { STYLE } from '../../src/report/layouts/style.js';
import { OUTCOME_ORDER } from '../../src/report/words.js';
import { svgOf } from './drawn.js';
import { fixtureFigures, fixtureInput, fixtureSummary, MS, S } from './fixture.js';

const summary = fixtureSummary();
const figures = fixtureFigures(summary);

describe('charts', () => {
  it('take all their colours from the page, which defines each of them for light and for dark', async () => {
    const charts = [inFlightChart(figures), heatmapChart(figures)];
    for (const recovery of summary.recoveries)
      charts.push(
        recoveryChart(recovery, figures.recoveries.find((each) => each.fault === recovery.fault)?.windows ?? []),
      );
    const svgs = await Promise.all(charts.map(svgOf));
    const used = new Set(
      charts.flatMap((chart, index) =>
        Array.from(
          `${svgs[index] ?? ''}${chart.key.map((entry) => entry.colour).join(' ')}`.matchAll(/var\((--[a-z0-9-]+)\)/g),
          (match) => match[1] ?? '',
        ),
      ),
    );
    expect(used.size).toBeGreaterThan(12);
    for (const name of used) expect(STYLE.split(`${name}:`).length - 1, name).toBeGreaterThanOrEqual(2);
    for (const svg of svgs) expect(svg).not.toMatch(/(?:fill|stroke)="(?!var\(|none|transparent)[^"]+"/);
  });

  it('for two widths of the page are the same as each drawn by itself', async () => {
    const [recovery] = figures.recoveries;
    const [ofSummary] = summary.recoveries;
    if (recovery === undefined || ofSummary === undefined) throw new Error('the fixture has no recovery');
    const charts = [inFlightChart(figures), heatmapChart(figures), recoveryChart(ofSummary, recovery.windows)];
    for (const { picture } of charts) {
      if (typeof picture !== 'function') throw new Error('it does not fill the page');
      const each = [NARROW_PANE_WIDTH, WIDE_PANE_WIDTH].map((width) => render(picture(width), 'what it shows'));
      const [narrow = '', wide = ''] = await Promise.all(each);
      const both = await render(picture, 'what it shows');
      expect(both.replace(' class="narrow"', '')).toBe(`${narrow}${wide}`);
      expect(narrow).not.toBe(wide);
    }
  });

  it('draw every outcome in a class of its own fixed colour', () => {
    expect(new Set(CALL_CLASSES.map((each) => CLASS_STYLE[each].colour)).size).toBe(CALL_CLASSES.length);
    for (const outcome of OUTCOME_ORDER) if (outcome !== 'ok') expect(CALL_CLASSES).toContain(CLASS_OF[outcome]);
  });

  it('draw at most five thousand cells of a heat map, the fullest of them', async () => {
    const cells = Array.from({ length: 8_000 }, (_, index) => ({
      fromNs: (index % 200) * S,
      row: Math.floor(index / 200),
      count: index + 1,
    }));
    const heatmap = {
      timeBinNs: S,
      latencyEdgesNs: Array.from({ length: 42 }, (_, index) => MS * 1.2 ** index),
      cells,
    };
    const svg = await svgOf(heatmapChart({ ...figures, faults: [], heatmap }));
    const wide = svg.slice(svg.lastIndexOf('<svg'));
    expect(wide.match(/fill="var\(--h\d\)"/g)).toHaveLength(MOST_CELLS);
    expect(svg).not.toContain(`fill="${HEAT_STEPS[0]}"`);
  });

  it('leave out a deadline that would flatten the curve', async () => {
    const curves = figures.percentiles.find((each) => each.phase === 'floor');
    if (curves === undefined) throw new Error('The fixture has a floor.');
    const svg = await svgOf(percentileChart({ ...curves, deadlinesNs: [100 * MS, 30 * S] }));
    expect(svg).toContain('>deadline 100 ms<');
    expect(svg).not.toContain('deadline 30 s');
  });

  it('fill exactly the lost goodput, from onset to recovery', async () => {
    const recovery = summary.recoveries[0];
    const windows = figures.recoveries[0]?.windows;
    if (recovery === undefined || windows === undefined || recovery.timeToRecover.kind !== 'value')
      throw new Error('The fixture has a recovery.');
    const end = (recovery.clearNs ?? 0) - recovery.onsetNs + recovery.timeToRecover.ns;
    const lost = windows.filter(
      (window) =>
        window.fromNs >= 0 &&
        window.fromNs < end &&
        window.goodputPerSecond < (recovery.baseline?.goodputPerSecond ?? 0),
    );
    const svg = await svgOf(recoveryChart(recovery, windows));
    const wide = svg.slice(svg.lastIndexOf('<svg'));
    expect(wide.split('fill="var(--c-dip)"').length - 1).toBe(lost.length);
    expect(svg).toContain('>time to recover 1.5 s<');
  });

  it('span what they show with round numbers, also one value and none', () => {
    expect(logSpan([])).toEqual({ domain: [1, 10], ticks: [1, 10] });
    const one = logSpan([7]);
    expect(one.domain[0]).toBeLessThanOrEqual(7);
    expect(one.domain[1]).toBeGreaterThan(7);
    const wide = logSpan([0.04, null, 0, 2_400]);
    expect(wide.domain).toEqual([0.02, 5_000]);
    expect(wide.ticks).toEqual([0.1, 1, 10, 100, 1_000]);
  });
});

describe('the histogram of schedule lags', () => {
  const lags = {
    phase: 'overload',
    limitNs: 1 * MS,
    underNs: 1_000,
    under: 40,
    bins: [
      { fromNs: 1_000, toNs: 1_585, count: 900 },
      { fromNs: 1_585, toNs: 2_512, count: 0 },
      { fromNs: 2 * MS, toNs: 3 * MS, count: 7 },
    ],
  };

  it('has a bar for each bin that holds calls, those under its scale too, and the limit', async () => {
    const chart = lagChart(lags);
    const svg = await svgOf(chart);
    expect(svg.split('fill="var(--c-service)"').length - 1).toBe(3);
    expect(svg.split('stroke="var(--c-deadline)"').length - 1).toBe(1);
    expect(chart.key.map(({ words }) => words)).toEqual(['calls', "a timer's own error, 1 ms"]);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('stands beside the curves of every open-loop phase that had calls, and of no other', async () => {
    const page = await htmlReport([{ ...fixtureInput(), analysis: { summary, figures } }]);
    const titles = Array.from(page.matchAll(/<h3>([^<]*): schedule lag<\/h3>/g), (match) => match[1]);
    expect(titles).toEqual(['overload (open loop)', 'fault (open loop)']);
  });
});
