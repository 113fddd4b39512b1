/** The page of a comparison: what stands on it, and that nothing from outside can act on it. */
import { describe, expect, it } from 'vitest';
import {
  compareTrials,
  emptyBaseline,
  withRun,
  type Comparison,
  type ComparisonInput,
} from '../../src/compare/index.js';
import { captureEnvelope } from '../../src/envelope/index.js';
import type { BaselineChoice } from '../../src/record/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { comparisonMarkdown, comparisonPage, comparisonTerminal } from '../../src/report/index.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';
import { input, machine, SERVER_FILES } from '../envelope/machines.js';
import { comparisonOf, FIVE, TWO } from './comparison-fixture.js';
import { fixtureInput, fixtureSummary, PLAIN_NAMES, S } from './fixture.js';

const envelope = await captureEnvelope(input(), machine(SERVER_FILES));
const never = (): never => {
  throw new Error('there is no trial');
};

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
/** One section of a page. */
const chapter = (page: string, id: string): string => {
  const from = page.indexOf(`<section id="${id}"`);
  return from < 0 ? '' : page.slice(from, page.indexOf('</section>', from));
};
const slower = compared({ direct: asIs, gateway: slowerBy(1.3) });

describe('the page of a comparison', () => {
  it('begins with the verdict and the finding, and has a line for each gate and a link to each run', () => {
    const page = pageOf(slower);
    const first = page.slice(page.indexOf('<section id="summary"'), page.indexOf('<section id="effects"'));
    expect(first).toContain('<span>Regress</span>');
    expect(first).toContain('beyond the limit of +10 %');
    expect(first).toContain('6 pairs of trials, interleaved');
    expect(page).toMatch(
      /<tr class="bad">\s*<td class="state" title="[^"]*beyond the limit[^"]*">.*?<td class="name">response-time p99</s,
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
      [
        ...chapter(pageOf(comparison), 'effects').matchAll(
          /<(?:rect class="mark bad" x|circle class="dot[^"]*" cx)="([\d.]+)"/g,
        ),
      ].map(([, x]) => Number(x));
    expect(Math.min(...dots(slower))).toBe(132);
    expect(Math.max(...dots(slower))).toBeGreaterThan(210);
    expect(Math.max(...dots(compared({ direct: asIs, gateway: slowerBy(1 / 1.3) })))).toBe(132);
    const far = dots(compared({ direct: asIs, gateway: slowerBy(40) }));
    expect(Math.max(...far)).toBe(257);
    // A change of +3,900 % goes on beyond the scale; one of +30 % and its interval are within it.
    const arrows = (comparison: Comparison): number =>
      chapter(pageOf(comparison), 'effects').split('class="arrow').length - 1;
    expect(arrows(slower)).toBe(0);
    expect(arrows(compared({ direct: asIs, gateway: slowerBy(40) }))).toBeGreaterThan(0);
  });

  it('draws a change from the stored baseline with its prediction interval, worse to the right', () => {
    const [row] = rowsOf({ only: asIs }, 1);
    const runs = [1, 1.02, 0.98, 1.01, 0.99].map((factor, day) => ({
      ...slowerBy(factor)((row?.[0] ?? never()).summary),
      ...{ runId: `day-${day}`, startedUtc: `2026-11-0${day + 1}T10:00:00.000Z` },
    }));
    const key = { name: 'compared', fingerprint: 'f'.repeat(64), environment: [] };
    const file = runs.reduce((stored, summary) => withRun(stored, { summary, envelope }), emptyBaseline(key));
    const gates = comparativeGatesFromTexts(
      ['{ metric: response-time, stat: p99, versus: baseline, max-increase: 10% }'],
      'gates',
    );
    const page = (choice: BaselineChoice): string =>
      chapter(pageOf(compared({ direct: asIs, gateway: slowerBy(1.3) }, { baseline: { gates, choice } })), 'effects');
    const drawn = page({ kind: 'found', file });
    const [low, high] = /class="whisker bad predicted" x1="([\d.]+)" y1="12" x2="([\d.]+)"/.exec(drawn)?.slice(1) ?? [];
    expect(Number(low)).toBeGreaterThan(132);
    expect(Number(high)).toBeGreaterThan(Number(low));
    expect(drawn).toContain('Dotted: the change from the mean of the stored sessions');
    const without = page({ kind: 'none', why: 'there is no baseline' });
    expect(without).not.toContain('predicted');
    expect(without).toContain('<small>there is no baseline</small>');
    expect(pageOf(slower)).not.toContain('Dotted');
  });

  it('says of undeclared differences which they are and how to declare them, and shows declared ones first', () => {
    const environment = (standing: 'blocking' | 'declared') =>
      ['host.cpuModel', 'limits.cpuQuota'].map((field) => ({
        field,
        standing,
        arms: [
          { arm: 'direct', values: [1] },
          { arm: 'gateway', values: [2] },
        ],
      }));
    const refused = chapter(
      pageOf(compared({ direct: asIs, gateway: asIs }, { environment: environment('blocking') })),
      'summary',
    );
    expect(refused).toContain('<span>Invalid</span>');
    expect(refused).toContain('--variable host.cpuModel --variable limits.cpuQuota');
    expect(refused).toContain('Undeclared differences in environment: <b>host.cpuModel, limits.cpuQuota</b>');
    const declared = pageOf(compared({ direct: asIs, gateway: asIs }, { environment: environment('declared') }));
    expect(chapter(declared, 'summary')).toContain('<span>Pass</span>');
    expect(chapter(declared, 'summary')).toContain('Declared to differ: <b>host.cpuModel, limits.cpuQuota</b>');
    expect(chapter(declared, 'effects')).not.toBe('');
    const scenario = [{ field: 'identity.scenarioDigest', standing: 'declared', arms: [] }] as const;
    expect(chapter(pageOf(compared({ direct: asIs, gateway: asIs }, { environment: scenario })), 'summary')).toContain(
      'Declared to differ: <b>the scenario</b> <small>identity.scenarioDigest</small>',
    );
  });

  it('has a curve with a band for each arm, and the change between them with the limit', () => {
    const percentiles = chapter(pageOf(slower), 'percentiles');
    expect(percentiles.match(/class="band"/g)).toHaveLength(3);
    expect(percentiles.match(/class="line" d/g)).toHaveLength(3);
    expect(percentiles).toMatch(/p99: direct [\d.]+ ms, gateway [\d.]+ ms\./);
    expect(percentiles).toContain('change from direct; dotted: limit');
  });

  it('shows each tool by itself', () => {
    const tools = chapter(pageOf(slower), 'tools');
    expect([...tools.matchAll(/scope="rowgroup">(\w+)</g)].map(([, name]) => name)).toEqual(['search', 'book']);
  });

  it('marks rows that were run again, and says that few rows test no drift', () => {
    const trials = chapter(pageOf(slower), 'trials');
    expect(trials.match(/class="beyond"/g)).toHaveLength(1);
    expect(trials).toContain('gateway worse in 6 of 6 rows');
    expect(trials).toContain('6 of 8 rows needed');
    const long = compared({ direct: asIs, gateway: asIs }, { rows: rowsOf({ direct: asIs, gateway: asIs }, 12) });
    expect(chapter(pageOf(long), 'trials')).toMatch(/No drift is shown over 12 rows|Drift: from the first row/);
  });

  it('links to no run where none can be reached from it', () => {
    const page = comparisonPage(slower, () => null);
    expect(page).not.toContain('report.html');
    expect(page).toContain('runs/gateway-3');
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

  it('is the same when it is made again, from comparison.json too', () => {
    expect(pageOf(slower)).toBe(pageOf(compared({ direct: asIs, gateway: slowerBy(1.3) })));
    const five = comparisonOf(FIVE);
    expect(pageOf(JSON.parse(JSON.stringify(five)) as Comparison)).toBe(pageOf(five));
  });

  it('stays small', () => {
    expect(Buffer.byteLength(pageOf(comparisonOf(TWO)))).toBeLessThan(200_000);
    expect(Buffer.byteLength(pageOf(comparisonOf(FIVE)))).toBeLessThan(500_000);
  });
});

describe('how each arm came back, and which queue grew first in it', () => {
  const attribution = (onsetNs: number): Summary['attributions'][number] => ({
    ...{ phase: 'overload', windowNs: S, windows: 10, firstGrowing: 'upstream', by: 'growth', evidence: null },
    ...{ stage: 'upstream-queue', gateway: null, onsetNs, onsetBy: 'windows', slotWaitShare: null },
    ...{ stages: [], gateways: [] },
  });
  const startNs = fixtureSummary().phases.find(({ name }) => name === 'overload')?.startNs ?? NaN;
  const from = fixtureInput(PLAIN_NAMES, { attributions: [attribution(startNs + 1.2 * S)] }).analysis;
  /** It is back at once, but for its first trial; another queue grows first. */
  let made = 0;
  const better: Arm = (summary) => {
    const trial = made++;
    return {
      ...summary,
      recoveries: summary.recoveries.map((each) => ({
        ...each,
        timeToRecover: trial === 0 ? each.timeToRecover : ({ kind: 'value', ns: 0 } as const),
      })),
      attributions: [
        { ...attribution(startNs + (1 + 0.1 * (trial % 2)) * S), firstGrowing: 'network', stage: 'return-hop' },
      ],
    };
  };
  const shown = compared(
    { direct: asIs, gateway: better },
    { rows: rowsOf({ direct: asIs, gateway: better }, 3, { from }) },
  );
  const table = /<table class="armfacts">[\s\S]*?<\/table>/.exec(chapter(pageOf(shown), 'summary'))?.[0] ?? '';
  const cellsOf = (arm: string): readonly string[] => {
    const [row = ''] = [...table.matchAll(/<tr>[\s\S]*?<\/tr>/g)]
      .map(([each]) => each)
      .filter((each) => each.includes(`<b>${arm}</b>`));
    return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text = '']) => text);
  };

  it('stands on the first screen for each arm, in the words of a report of a run', () => {
    expect(cellsOf('direct')).toEqual([
      'not within 4.9 s, after down on upstream',
      'upstream queue, between 1.2 s and 2.2 s after the start of overload',
    ]);
  });

  it('has each finding of the trials of an arm with their number, the most frequent first', () => {
    const [recovery, queue] = cellsOf('gateway');
    expect(recovery).toMatch(
      /^&lt; 250 ms, after .*, in 2 of 3 trials; not within 4\.9 s, after down on upstream, in 1 of 3 trials$/,
    );
    expect(queue).toBe('network (return hop), between 1 s and 2.1 s after the start of overload');
  });

  it('stands in the comment and in the terminal as well', () => {
    expect(comparisonMarkdown(shown)).toContain(
      '| direct | not within 4.9 s, after down on upstream | upstream queue,',
    );
    expect(comparisonTerminal(shown, { color: false, width: 160 })).toContain(
      'direct  recovery: not within 4.9 s, after down on upstream. first growing queue: upstream queue, between 1.2 s',
    );
  });

  it('is left out where no run has a fault, overload or open loop, and where the arms may not be compared', () => {
    expect(
      pageOf(
        compared(
          { direct: asIs, gateway: asIs },
          {
            rows: rowsOf({ direct: asIs, gateway: asIs }, 2, {
              from: fixtureInput(PLAIN_NAMES, { recoveries: [], attributions: [], phases: [] }).analysis,
            }),
          },
        ),
      ),
    ).not.toContain('class="armfacts"');
    const blocked = compared(
      { direct: asIs, gateway: asIs },
      {
        rows: rowsOf({ direct: asIs, gateway: asIs }, 2, { from }),
        environment: [{ field: 'host.cpuModel', standing: 'blocking', arms: [] }],
      },
    );
    expect(pageOf(blocked)).not.toContain('class="armfacts"');
  });
});

describe('the matrix of more than two arms', () => {
  const five = comparisonOf(FIVE);
  const page = pageOf(five);
  const matrix = chapter(page, 'matrix');
  const rowOf = (text: string, what: string, where: string): string =>
    [...text.matchAll(/<tr><th scope="row">.*?<\/tr>/gs)]
      .map(([row]) => row)
      .find((row) => row.includes(`>${what}<small>${where}`)) ?? '';
  const cellsOf = (row: string): readonly string[] => [...row.matchAll(/<td.*?<\/td>/gs)].map(([cell]) => cell);

  it('has a column for each arm, with its stack, and rows by group', () => {
    const head = matrix.slice(0, matrix.indexOf('</thead>'));
    expect([...head.matchAll(/<b>([^<]+)<\/b>/g)].map(([, name]) => name)).toEqual([...FIVE]);
    expect(head.match(/class="stack"/g)).toHaveLength(5);
    expect(head).toContain('client → thin-1 (gateway) → upstream (link) → backend, spare (server)');
    expect([...matrix.matchAll(/scope="rowgroup">([^<]+)</g)].map(([, name]) => name)).toEqual([
      'Latency, idle',
      'Latency under load',
      'Throughput',
      'Recovery after faults',
      'Correctness',
      'Resources',
    ]);
  });

  it('has in each cell value, change, interval, verdict, rank and a link to the evidence', () => {
    const row = rowOf(matrix, 'response-time p50', 'steady (closed loop), all calls');
    const [direct = '', thin = '', queue = '', cached = ''] = cellsOf(row);
    expect(row).toContain('limit +10 %');
    expect(direct).toMatch(/class="own".*16(\.\d)? ms.*reference/s);
    expect(queue).toMatch(/class="regress".*\+3\d(\.\d)? % \[\+3\d(\.\d+)? to \+3\d(\.\d+)?\]/s);
    expect(queue).toMatch(/class="unseen">regress</);
    expect(queue).toContain('#5<');
    expect(cached).toMatch(/class="better".*improved, better.*#1</s);
    expect(thin).toMatch(/href="\.\/runs\/thin-\d\/report\.html#percentiles"/);
  });

  it('says "no interval" in cells of one trial, and why nothing is ranked', () => {
    const single = pageOf(comparisonOf(FIVE, { trials: 1 }));
    const row = rowOf(chapter(single, 'matrix'), 'response-time p50', 'steady (closed loop), all calls');
    expect(cellsOf(row).filter((cell) => cell.includes('(no interval)'))).toHaveLength(4);
    expect(chapter(single, 'matrix')).toContain('No row is ranked.');
    expect(chapter(single, 'matrix')).toContain('Not ranked, as one trial of each arm has no interval');
    expect(chapter(single, 'limits')).toContain('with one trial of each arm no cell has an interval');
  });

  it('has a column for an arm that could not be run, and its reason', () => {
    const why = 'gateway "hop" is not installed; install it with: pip install hop';
    const left = pageOf(comparisonOf(FIVE.slice(0, 4), { notRun: [{ arm: 'hop', why }] }));
    expect(chapter(left, 'summary')).toContain('pip install hop');
    expect(chapter(left, 'summary')).toContain('queue\n regress');
    const row = rowOf(chapter(left, 'matrix'), 'response-time p50', 'steady (closed loop), all calls');
    expect(cellsOf(row)).toHaveLength(5);
    expect(chapter(left, 'matrix')).toMatch(/<b>hop<\/b><span class="state">.*invalid<br>not run/s);
  });

  it('names the arm above its values, and lists what it does not show', () => {
    const arms = chapter(page, 'arms');
    for (const name of FIVE.slice(1)) expect(arms).toContain(`<th class="n">${name}</th>`);
    expect(arms).not.toContain('>Candidate<');
    const limits = chapter(page, 'limits');
    expect(limits).toContain('Fidelity; Context cost: the scenario measures nothing of it.');
    expect(limits).toContain('too few samples (410 of 662 needed)');
    expect(limits).toMatch(/Changes below what so many trials detect: up to \+\d/);
  });
});
