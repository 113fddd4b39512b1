/** What a comparison says of each arm's gateway: what its adapter knows, and what the trials found. */
import { describe, expect, it } from 'vitest';
import { comparisonMarkdown, comparisonPage, comparisonTerminal } from '../../src/report/index.js';
import { gatewaysChapter } from '../../src/report/comparison/gateways.js';
import { limitsOf } from '../../src/report/comparison/limits.js';
import { matrixOf } from '../../src/report/comparison/matrix.js';
import { compareTrials, type Comparison, type Effect } from '../../src/compare/index.js';
import { asIs, rowsOf } from '../compare/trials.js';

const TOKEN = { id: 'token-passed', tone: 'bad', what: 'It passes the token on.' } as const;
const ORDER = { id: 'unstable-order', tone: 'bad', what: 'Its order is another one in 1 of 4 sessions.' } as const;
const AT_ONCE = { id: 'return restart', tone: 'good', what: 'It recovers at once.' } as const;

/** `hop` has a gateway that shows another order in one of its trials; `plain` has none. */
const comparison = (): Comparison =>
  compareTrials({
    arms: ['direct', 'hop', 'plain'],
    rows: rowsOf({ direct: asIs, hop: asIs, plain: asIs }, 3, {
      findingsOf: (arm, row) => (arm === 'hop' ? [TOKEN, AT_ONCE, ...(row === 1 ? [ORDER] : [])] : []),
      gatewaysOf: (arm) =>
        arm === 'hop'
          ? [
              {
                ...{ service: 'gate', title: 'Harbour', version: '1.1.0', tried: '1.0.0', tuning: 'one worker' },
                ...{ lacks: ['It keeps one session.'], licenceNote: 'no benchmarks without <consent>' },
              },
            ]
          : [],
    }),
    plannedRows: 3,
    leftOut: [],
    gates: null,
    environment: [],
  });

describe('the findings on gateways', () => {
  it('are each kept once, with the number of trials that found them', () => {
    const [, hop, plain] = comparison().arms;
    expect(hop?.findings).toEqual([
      { ...TOKEN, trials: 3 },
      { ...AT_ONCE, trials: 3 },
      { ...ORDER, trials: 1 },
    ]);
    expect(plain?.findings).toEqual([]);
  });

  it('stand on the page beside what the adapter says, with the version that was run', () => {
    const chapter = gatewaysChapter(comparison());
    const body = comparisonPage(comparison(), () => null);
    expect(chapter).toMatchObject({ id: 'gateways', short: '3 findings' });
    expect(body).toContain('Harbour 1.1.0 (its adapter was made with 1.0.0): one worker');
    expect(body).toContain('Its order is another one in 1 of 4 sessions. In 1 of 3 trials.');
    expect(body).toContain('It keeps one session. (as its adapter says)');
    // In the heads of the page and of the matrix, in place of what its server calls itself.
    expect(body.match(/Harbour 1\.1\.0(?! \()/g)).toHaveLength(2);
    expect(body).toContain('&lt;consent&gt;');
  });

  it('stand in the Markdown and on the terminal', () => {
    const markdown = comparisonMarkdown(comparison());
    expect(markdown).toContain('## Gateways');
    expect(markdown).toContain('- ✗ It passes the token on.');
    expect(markdown).toContain('- ✓ It recovers at once.');
    const terminal = comparisonTerminal(comparison(), { color: false, width: 100 });
    expect(terminal).toContain('✗ It passes the token on.');
  });

  it('are left out where no arm has a gateway', () => {
    const { arms, ...rest } = comparison();
    const bare = { ...rest, arms: arms.map((arm) => ({ ...arm, gateways: [], findings: [] })) };
    expect(gatewaysChapter(bare)).toBeNull();
    expect(comparisonMarkdown(bare)).not.toContain('## Gateways');
  });
});

describe('a number that is not known', () => {
  const whole = comparison();
  const effect = whole.effects.find(
    ({ arm, metric, stat, tool }) => arm === 'hop' && metric === 'response-time' && stat === 'p50' && tool === null,
  );
  if (effect === undefined) throw new Error('there is no p50');
  const unknown = (where: string, why: string): Effect => ({
    ...effect,
    where,
    result: { kind: 'none', why, cause: 'not-known' },
  });

  it('is said once for all places and arms where it has one reason', () => {
    const floor = unknown('floor', 'too few samples (48 of 64 needed) in 3 of 6 trials');
    const load = unknown('load', 'too few samples (21 of 64 needed)');
    const said = (...effects: readonly Effect[]): readonly string[] =>
      limitsOf({ ...whole, effects }).filter((text) => text.includes('too few'));
    expect(said(floor, { ...floor, arm: 'plain' }, load)).toEqual([
      'Response-time p50 of floor, response-time p50 of load: too few samples.',
    ]);
    expect(said(load)).toEqual(['Response-time p50 of load: too few samples (21 of 64 needed).']);
  });

  it('of the reference leaves that of a gateway without anything to hold it against', () => {
    const alone: Effect = {
      ...unknown('load', 'no samples in 3 of 6 trials'),
      pairs: effect.pairs.map(({ candidate }) => ({ reference: null, candidate })),
    };
    const cells = matrixOf({ ...whole, effects: [alone] }).flatMap(({ rows }) => rows.flatMap((row) => row.cells));
    expect(cells.find(({ arm }) => arm === 'hop')).toMatchObject({ note: 'the reference has none' });
  });
});
