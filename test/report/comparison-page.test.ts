/** The page of a comparison: what stands on it, and that nothing from outside can act on it. */
import { describe, expect, it } from 'vitest';
import { compareTrials, type Comparison, type ComparisonInput } from '../../src/compare/index.js';
import { comparisonPage } from '../../src/report/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';

function compared(arms: Readonly<Record<string, Arm>>, more: Partial<ComparisonInput> = {}): Comparison {
  return compareTrials({
    arms: Object.keys(arms),
    rows: rowsOf(arms, 6),
    plannedRows: 6,
    leftOut: [{ arm: 'gateway', row: 2, folder: 'runs/gateway-3', why: 'others were busy' }],
    gates: null,
    environment: [
      { field: 'target.serverVersion', standing: 'finding', arms: [{ arm: 'direct', values: ['1.4', '<b>1.5</b>'] }] },
    ],
    ...more,
  });
}

const pageOf = (comparison: Comparison): string =>
  comparisonPage(comparison, (folder) => folder).replaceAll('\u00a0', ' ');
const slower = compared({ direct: asIs, gateway: slowerBy(1.3) });

describe('the page of a comparison', () => {
  it('begins with the verdict and the finding, and has a line for each gate and a link to each run', () => {
    const page = pageOf(slower);
    const first = page.slice(page.indexOf('<section id="summary"'), page.indexOf('<section id="effects-1"'));
    expect(first).toContain('<span>Regress</span>');
    expect(first).toContain('beyond the limit of +10 %');
    expect(first).toContain('6 pairs of trials, interleaved');
    expect(page).toMatch(
      /<tr class="bad">\s*<td title="[^"]*beyond the limit[^"]*">.*?<td class="name">response-time p99<\/td>/s,
    );
    expect(page).toContain('class="mark bad"');
    for (const { folder } of slower.arms.flatMap(({ trials }) => trials))
      expect(page).toContain(`href="${folder.startsWith('/') ? '' : './'}${folder}/report.html"`);
    expect(page).toContain('left out: others were busy');
    expect(page).toContain('target.serverVersion');
  });

  it('draws every trial of the number that is shown', () => {
    const page = pageOf(slower);
    const strip = page.slice(page.indexOf('<svg class="strip"'), page.indexOf('</svg>', page.indexOf('class="strip"')));
    expect(strip.match(/class="reference"/g)).toHaveLength(6);
    expect(strip.match(/class="candidate"/g)).toHaveLength(6);
  });

  it('places a change worse to the right, and one beyond the axis at its end', () => {
    const dots = (comparison: Comparison): readonly number[] =>
      [...pageOf(comparison).matchAll(/<(?:rect class="mark bad" x|circle class="dot[^"]*" cx)="([\d.]+)"/g)].map(
        ([, x]) => Number(x),
      );
    expect(Math.min(...dots(slower))).toBe(132);
    expect(Math.max(...dots(slower))).toBeGreaterThan(210);
    expect(Math.max(...dots(compared({ direct: asIs, gateway: slowerBy(1 / 1.3) })))).toBe(132);
    const far = dots(compared({ direct: asIs, gateway: slowerBy(40) }));
    expect(Math.max(...far)).toBe(257);
  });

  it('has a chapter of effects for each arm, and numbers of its own', () => {
    const page = pageOf(compared({ direct: asIs, one: asIs, two: slowerBy(1.3) }));
    expect(page).toContain('Effects of one');
    expect(page).toContain('Effects of two');
  });

  it('runs and loads nothing, whatever arms, folders and values are called', () => {
    const name = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const hostile = compared(
      { direct: asIs, [name]: slowerBy(1.3) },
      {
        leftOut: [{ arm: name, row: 0, folder: 'javascript:alert(1)//', why: name }],
        environment: [{ field: name, standing: 'blocking', arms: [{ arm: name, values: [name] }] }],
      },
    );
    for (const page of [pageOf(hostile), pageOf(slower)]) {
      expect(page).not.toMatch(/<script|<img|onerror=[^&]*>|javascript:alert\(1\)\/\/\/report|<b>1\.5/);
      expect(page).not.toMatch(/href="(?!#|\.\/|\/)/);
      expect(page).not.toMatch(/(?:src|href)="https?:/);
      expect(page).toContain("default-src 'none'");
    }
  });

  it('is the same when it is made again', () => {
    expect(pageOf(slower)).toBe(pageOf(compared({ direct: asIs, gateway: slowerBy(1.3) })));
  });
});
