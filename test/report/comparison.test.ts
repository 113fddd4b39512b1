/** Comparisons as people read them, and as programs do. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { compareTrials, type Comparison, type ComparisonInput } from '../../src/compare/index.js';
import { changeText, estimatedChange } from '../../src/format/index.js';
import { comparisonMarkdown, comparisonPage, comparisonTerminal, terminalSummary } from '../../src/report/index.js';
import { isRepeatedOutcome } from '../../src/report/comparison/matrix.js';
import { outcomeCells } from '../../src/report/comparison/words.js';
import { displayWidth } from '../../src/report/text.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';
import { fixtureInput } from './fixture.js';

function compared(arms: Readonly<Record<string, Arm>>, more: Partial<ComparisonInput> = {}): Comparison {
  const environment = [
    {
      field: 'identity.scenarioDigest',
      standing: 'declared' as const,
      arms: Object.keys(arms).map((arm, index) => ({ arm, values: [`d${index}`] })),
    },
    { field: 'identity.seed', standing: 'information' as const, arms: [] },
  ];
  const rows = rowsOf(arms, 6);
  return compareTrials({
    arms: Object.keys(arms),
    rows,
    plannedRows: 6,
    leftOut: [],
    gates: null,
    environment,
    ...more,
  });
}

const slower = compared({ direct: asIs, gateway: slowerBy(1.3) });

const schema = JSON.parse(readFileSync(new URL('../../schema/comparison-v1.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

describe('comparison.json', () => {
  it('fits its schema with every kind of effect and verdict, and refuses an unknown field', () => {
    const blocked = compared(
      { direct: asIs, gateway: asIs },
      {
        environment: [{ field: 'host.cpuModel', standing: 'blocking', arms: [{ arm: 'direct', values: ['a', null] }] }],
        leftOut: [{ arm: 'direct', row: 0, folder: 'runs/x', why: 'disturbed' }],
      },
    );
    for (const each of [slower, blocked]) {
      expect(validate(JSON.parse(JSON.stringify(each))), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...each, winner: 'direct' })).toBe(false);
    }
  });
});

describe('the texts of a comparison', () => {
  it('begin with the verdict, name arm, change, interval, limit and detectable effect, and the environment', () => {
    for (const text of [comparisonMarkdown(slower), comparisonTerminal(slower, { color: false, width: 200 })]) {
      expect(text.split('\n').slice(0, 2).join(' ')).toContain('✗ regress');
      expect(text).toMatch(/gateway/);
      expect(text).toMatch(/\+3\d(\.\d)? % \\?\[\+\d+(\.\d+)? %, \+\d+(\.\d+)? %\\?\]/);
      expect(text).toContain('beyond the limit of +10 %');
      expect(text).toContain('declared');
      expect(text).toContain('6 pairs of trials, interleaved, carry-over balanced');
    }
    expect(comparisonMarkdown(slower)).toContain('## Effects');
    expect(comparisonMarkdown(slower)).toContain('As expected, these differ as well: identity.seed.');
  });

  it('name the arm above its values; of more than two all arms stand side by side', () => {
    const three = compared({ direct: asIs, near: asIs, far: slowerBy(1.3) });
    const terminal = comparisonTerminal(three, { color: false, width: 200 }).split('\n');
    expect(terminal.filter((line) => /^ {2}metric .* direct .* (near|far) +change/.test(line))).toHaveLength(2);
    const markdown = comparisonMarkdown(three);
    expect(markdown).toContain('| Group | Metric | Where | direct | near | far |');
    expect(markdown).toContain('## Gates of far');
    expect(markdown).toMatch(/\| Verdict \| Metric \| Where \| direct \| far \| Change \|/);
    expect(markdown).toMatch(/\| ✗ [\d.]+ ms, \+(29|3\d|28)(\.\d)? % \\\[.*\\#3 \|/);
    expect(markdown).toContain('## What this does not show');
  });

  it('give the reason of several doubtful trials once, for all arms that it holds for', () => {
    const why = 'other processes were busy on 1 of 2 cores';
    const doubtful: Summary['validity'] = {
      verdict: 'doubtful',
      reasons: [{ code: 'contended-machine', severity: 'doubtful', phase: null, what: why, remedy: 'wait' }],
    };
    const arms = { direct: asIs, near: asIs, far: asIs, good: slowerBy(1.3) };
    const rows = rowsOf(arms, 6).map((row, index) =>
      row.map((trial) =>
        (trial.arm === 'near' && index > 2) || (trial.arm === 'far' && index === 1)
          ? { ...trial, summary: { ...trial.summary, validity: doubtful } }
          : trial,
      ),
    );
    const found = compared(arms, { rows });
    const sentence = `trials 4 to 6 of near and trial 2 of far are doubtful: ${why}`;
    const page = comparisonPage(found, () => null).replaceAll('\u00a0', ' ');
    const summary = page.slice(page.indexOf('<section id="summary"'), page.indexOf('<p class="arms">'));
    const terminal = comparisonTerminal(found, { color: false, width: 400 });
    const narrow = comparisonTerminal(found, { color: false, width: 40 });
    for (const text of [summary, comparisonMarkdown(found), terminal]) {
      expect(text.split(why)).toHaveLength(2);
      expect(text).toContain(sentence);
      expect(text).toMatch(/near, far(\*\*)?\s+inconclusive/);
      expect(text).toMatch(/good(\*\*)?\s+regress/);
    }
    expect(Math.max(...narrow.split('\n').map(displayWidth))).toBeLessThanOrEqual(40);
  });

  it('have declared differences before any number', () => {
    const markdown = comparisonMarkdown(slower);
    expect(markdown.indexOf('identity.scenarioDigest')).toBeLessThan(markdown.indexOf('## Gates'));
  });

  it('keep to the width of the terminal', () => {
    const text = comparisonTerminal(slower, { color: false, width: 80 });
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });

  it('lose nothing at 80 columns: values and reasons go on below, where a line does not hold them', () => {
    const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');
    const shown = flat(comparisonTerminal(slower, { color: false, width: 80 }));
    const rows = slower.gates.flatMap((gate) => gate.outcomes.map((outcome) => ({ gate, outcome })));
    const failed = rows.filter(
      ({ gate, outcome }) => outcome.verdict === 'regress' && !isRepeatedOutcome(gate, outcome, slower.effects),
    );
    expect(failed).not.toEqual([]);
    for (const { gate, outcome } of failed) {
      const cells = outcomeCells(gate, outcome, slower.effects);
      const { what, where, reference, candidate, change, limit, detectable } = cells;
      expect(shown).toContain(flat(`${what}, ${where}`));
      expect(shown).toContain(
        flat(
          `direct ${reference}; gateway ${candidate}; change [95 %] ${change}; limit ${limit}; detects ${detectable}`,
        ),
      );
      expect(shown).toContain(flat(outcome.why));
    }
    expect(shown).not.toContain('…');
    // A line each where they fit, and reasons all the same.
    const wide = flat(comparisonTerminal(slower, { color: false, width: 200 }));
    for (const { outcome } of failed) expect(wide).toContain(flat(outcome.why));
  });

  it('leave hostile names inert', () => {
    const name = '<img src=x>|`@team` [a](http://b)\u001b[31m';
    const hostile = compared({ direct: asIs, [name]: asIs });
    const markdown = comparisonMarkdown(hostile);
    expect(markdown).not.toMatch(/<img|`@|(?<!\\)\]\(http/);
    expect(markdown).not.toContain('\u001b');
    expect(markdown.split('\n').filter((line) => line.startsWith('| ✓'))).not.toEqual([]);
    expect(comparisonTerminal(hostile, { color: false, width: 200 })).not.toContain('\u001b');
  });

  it('stay under the size of a comment with many arms, and say where the rest is', () => {
    const arms: Record<string, Arm> = { direct: asIs };
    for (let n = 0; n < 30; n++) arms[`gateway-${n}`] = asIs;
    const markdown = comparisonMarkdown(compared(arms, { rows: rowsOf(arms, 2), plannedRows: 2 }));
    expect(Buffer.byteLength(markdown)).toBeLessThan(60_000);
    expect(markdown).toContain('in comparison.json');
  });
});

describe('a change as text', () => {
  it('has its interval behind it, and names percentage points once', () => {
    const share = { change: 'difference', unit: 'ratio' } as const;
    expect(estimatedChange({ estimate: 0.004, low: -0.001, high: 0.009 }, share)).toBe(
      '+0.4 [−0.1, +0.9] percentage points',
    );
    expect(estimatedChange({ estimate: 0.01, low: 0.01, high: 0.02 }, share)).toBe('+1 [+1, +2] percentage points');
    expect(estimatedChange({ estimate: 0.12, low: 0.08, high: 0.17 }, { change: 'ratio', unit: 'ns' })).toBe(
      '+12 % [+8 %, +17 %]',
    );
    expect(estimatedChange({ estimate: 2e6, low: null, high: null }, { change: 'difference', unit: 'ns' })).toBe(
      '+2 ms',
    );
  });

  it.each([
    [0.123, 'ratio', 'ns', '+12.3 %'],
    [-0.2, 'ratio', 'per-second', '−20 %'],
    [0, 'ratio', 'ns', '0 %'],
    [0.004, 'difference', 'ratio', '+0.4 percentage points'],
    [0.01, 'difference', 'ratio', '+1 percentage point'],
    [-0.11, 'difference', 'ratio', '−11 percentage points'],
    [-3.1e6, 'difference', 'ns', '−3.1 ms'],
    [2, 'difference', 'count', '+2'],
    [12e6, 'difference', 'ns-per-second', '+12 ms/s'],
    [NaN, 'ratio', 'ns', 'unknown'],
  ] as const)('%d as a %s of %s is %s', (value, change, unit, text) => {
    expect(changeText(value, { change, unit })).toBe(text);
  });
});

it('a single run says which of its gates are judged by a comparison', () => {
  const run = fixtureInput();
  const gates = comparativeGatesFromTexts(['{ metric: goodput, stat: rate, max-decrease: 5% }'], 'gates');
  const scenario = { ...run.plan.scenario, comparativeGates: gates };
  const text = terminalSummary([{ ...run, plan: { ...run.plan, scenario } }], { color: false, width: 120 });
  const note = '1 gate on a change is judged by "plimsoll compare", not in a single run.';
  expect(text).toContain(note);
  expect(terminalSummary([run], { color: false, width: 120 })).not.toContain('plimsoll compare');
});

describe('a recovery that was not observed', () => {
  /** The first fault of the fixture was over after 1.5 s; with the candidate it was not when 28 s had been observed. */
  const neverBack: Arm = (summary) => ({
    ...summary,
    recoveries: summary.recoveries.map((each) => ({ ...each, timeToRecover: { kind: 'censored', ns: 28e9 } as const })),
  });
  const recoveriesOf = (trials: number): Comparison =>
    compared(
      { released: asIs, candidate: neverBack },
      {
        rows: rowsOf({ released: asIs, candidate: neverBack }, trials, { from: fixtureInput().analysis }),
        plannedRows: trials,
      },
    );

  it('is no time of over 28 s, in any form; of several trials it is a mean', () => {
    const linkOf = (folder: string): string => folder;
    const forms = (comparison: Comparison): readonly string[] => [
      comparisonTerminal(comparison, { color: false, width: 200 }),
      comparisonMarkdown(comparison),
      comparisonPage(comparison, linkOf).replaceAll('\u00a0', ' '),
    ];
    for (const text of forms(recoveriesOf(1))) {
      expect(text).toMatch(/1\.5 s\b.*not within 28 s/s);
      expect(text).not.toContain('28 s (mean)');
    }
    expect(forms(recoveriesOf(1))[2]).toContain('Time to recover: released 1.5 s, candidate not within 28 s.');
    for (const text of forms(recoveriesOf(6))) {
      expect(text).toContain('not within 28 s (mean)');
      expect(text).not.toMatch(/(?:>|&gt;|&#62;) 28 s/);
    }
  });

  it('has its reason where only bounds are known', () => {
    const both = compared(
      { released: neverBack, candidate: neverBack },
      { rows: rowsOf({ released: neverBack, candidate: neverBack }, 1, { from: fixtureInput().analysis }) },
    );
    const found = both.effects.find(({ metric }) => metric === 'time-to-recover');
    expect(found?.result).toMatchObject({ why: 'both arms have only lower bounds (the observation ended first)' });
  });
});
