import { describe, expect, it } from 'vitest';
import { throughputOf, type ScalingSummary } from '../../src/analysis/index.js';
import { scalingChart } from '../../src/report/topics/scaling.js';
import { htmlReport, terminalSummary } from '../../src/report/index.js';
import { svgOf } from './drawn.js';
import { chapterOf, fixtureInput, PLAIN_NAMES } from './fixture.js';

const LAW = { lambda: 100, sigma: 0.05, kappa: 0.001 };
const LEVELS = [1, 2, 4, 8, 16, 32];
const exactly = (value: number) => ({ value, low: value * 0.9, high: value * 1.1 });
const peakConcurrency = Math.sqrt((1 - LAW.sigma) / LAW.kappa);

const FITTED: Extract<ScalingSummary, { kind: 'fitted' }> = {
  kind: 'fitted',
  points: LEVELS.map((concurrency) => ({
    phase: `c${concurrency}`,
    concurrency,
    completedPerSecond: throughputOf(LAW, concurrency),
  })),
  lambdaPerSecond: exactly(LAW.lambda),
  sigma: exactly(LAW.sigma),
  kappa: exactly(LAW.kappa),
  peakConcurrency,
  peakPerSecond: throughputOf(LAW, peakConcurrency),
};
const REFUSED: ScalingSummary = {
  kind: 'refused',
  points: FITTED.points.slice(0, 3),
  levels: 3,
  neededLevels: 6,
  reason: 'too-few-levels',
};

describe('scaling in a report', () => {
  it('is a chart of the points with the law through them, and its peak where it lies near what was tried', async () => {
    const chart = scalingChart(FITTED);
    const svg = await svgOf(chart);
    expect(svg.split('fill="var(--c-offered)"').length - 1).toBe(LEVELS.length);
    expect(chart.key.map(({ words }) => words)).toEqual(['completed, by phase', 'Universal Scalability Law', 'peak']);
    const far = scalingChart({ ...FITTED, peakConcurrency: 5_000, peakPerSecond: 900 });
    expect(far.key).toHaveLength(2);
    expect(`${svg}${await svgOf(far)}`).not.toMatch(/NaN|Infinity/);
  });

  it('has its chart on the page and its line in the terminal where a law was fitted', async () => {
    const input = fixtureInput(PLAIN_NAMES, { scaling: FITTED });
    const section = chapterOf(await htmlReport([input]), 'scaling');
    expect(section.match(/<svg role="img"/g)).toHaveLength(1);
    expect(section.match(/<tr>/g)).toHaveLength(1 + LEVELS.length);
    expect(terminalSummary([input], { color: false, width: 80 }).replace(/\s+/g, ' ')).toContain(
      'Scaling of closed loops: One caller gets 100/s; contention sigma 0.05 (0.045 to 0.055)',
    );
  });

  it('has the reason and the numbers alone where none was', async () => {
    const input = fixtureInput(PLAIN_NAMES, { scaling: REFUSED });
    const section = chapterOf(await htmlReport([input]), 'scaling');
    expect(section).toContain('No Universal Scalability Law is fitted');
    expect(section).not.toContain('role="img"');
    expect(terminalSummary([input], { color: false, width: 80 })).not.toContain('scaling of closed loops');
  });
});
