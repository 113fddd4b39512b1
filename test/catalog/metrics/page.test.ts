/** docs/metrics.md: its examples are read as gates, and it names what the summary holds. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/analysis/index.js';
import { GATE_METRICS } from '../../../src/catalog/index.js';
import { OUTCOMES } from '../../../src/record/index.js';
import { scenarioFromText } from '../../../src/scenario/index.js';

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const PAGE = textOf('docs/metrics.md');

/** Has what each metric requires. */
const SCENARIO = `version: 1
name: page
stack:
  services: { backend: { mock: tools } }
  links: { upstream: { to: backend } }
  target: upstream
calls:
  - { tool: search, weight: 3 }
  - { tool: book, effect: exactly-once, arguments: { id: { unique: uuid } } }
contract: { every: 1s }
tool-lists: { sessions: 2 }
protocol: { trace: true }
phases:
  - { name: steady, regime: steady, rate: 50/s, for: 10s }
  - { name: fault, regime: steady, rate: 50/s, for: 20s }
  - { name: soak, regime: soak, rate: 50/s, for: 30s }
  - { name: load line, regime: capacity, between: [10/s, 100/s], step: 4s }
faults:
  - { id: outage, phase: fault, at: 5s, for: 2s, on: upstream, type: down }
`;
const HYPOTHESES = 'hypotheses:\n  - { metric: error-ratio, max: 5% }\n';

function exampleOf(metric: string): string {
  const section = PAGE.split('\n### ').find((text) => text.startsWith(`\`${metric}\`\n`)) ?? '';
  return /```yaml\n([^`]*)```/.exec(section)?.[1] ?? '';
}

type Code = Summary['validity']['reasons'][number]['code'];
const CODES = Object.keys({
  'schedule-lag': true,
  'achieved-below-offered': true,
  'consistency-check': true,
  'generator-standstill': true,
  'fault-engine-standstill': true,
  'generator-saturated': true,
  'over-self-capacity': true,
  'generator-cpu': true,
  'machine-pressure': true,
  'machine-assumed': true,
  'cpu-steal': true,
  'contended-machine': true,
  'held-up-machine': true,
  'capacity-undecided': true,
  'not-stationary': true,
  'hypothesis-failed-before-fault': true,
  'arrival-process': true,
  'fault-proxy-wedged': true,
  'fault-engine-died': true,
  'fault-not-confirmed': true,
  'service-died': true,
  'clock-problem': true,
  aborted: true,
  interrupted: true,
  'record-incomplete': true,
  'samples-unaccounted': true,
  'no-samples': true,
} satisfies Record<Code, true>);

describe('docs/metrics.md', () => {
  it.each(GATE_METRICS)('has an example of %s that is read as it is meant', (metric) => {
    const example = exampleOf(metric);
    const text = `${SCENARIO}${example.startsWith('hypotheses:') ? '' : HYPOTHESES}${example}`;
    const { scenario } = scenarioFromText(text, 'docs/metrics.md');
    expect([...scenario.gates, ...scenario.hypotheses].map((bound) => bound.metric)).toContain(metric);
  });

  it('names every outcome and every validity check', () => {
    for (const outcome of OUTCOMES) expect(PAGE).toMatch(new RegExp(`^\\d+\\. \`${outcome}\`: `, 'm'));
    for (const code of CODES) expect(PAGE).toMatch(new RegExp(`^\\| \`${code}\` +\\| `, 'm'));
  });

  it('names fields that the summary has', () => {
    const [, table = ''] = PAGE.split('### Numbers that are not gated');
    const fields = [...(table.split('###')[0]?.matchAll(/^\| [^|]+\| `([^`]+)`/gm) ?? [])].map(
      ([, field = '']) => field,
    );
    const keys = new Set([...textOf('schema/summary-v2.json').matchAll(/"(\w+)":/g)].map(([, key]) => key));
    const own = fields.filter((field) => field !== 'summary.json').flatMap((field) => field.split('.'));
    expect(own.length).toBeGreaterThan(15);
    for (const name of own) expect(keys).toContain(name.replace('[]', ''));
  });
});
