/** Words of other load testers: the message names the word, and the hint the one that is meant. */
import { expect, it } from 'vitest';
import { changed, problemsOf, read } from './helpers.js';

it.each([
  ['rate: 0.5x', 'rps: 50', 'rps', 'rate'],
  ['concurrency: 16', 'vus: 5', 'vus', 'concurrency'],
  ['concurrency: 16', 'users: 5', 'users', 'concurrency'],
  ['concurrency: 16', 'connections: 5', 'connections', 'concurrency'],
  ['for: 8s', 'duration: 8s', 'duration', 'for'],
  [
    '{ mock: tools, workers: 4, service-time: { constant: 8ms } }',
    '{ command: [x], env: { A: b } }',
    'env',
    'environment',
  ],
  ['gates:', 'thresholds:', 'thresholds', 'gates'],
  ['  target: upstream', '  url: "http://127.0.0.1:1/mcp"', 'url', 'target'],
  ['metric: response-time', 'metric: p99', 'p99', 'response-time'],
  ['metric: response-time', 'metric: latency', 'latency', 'response-time'],
  ['type: latency', 'type: delay', 'delay', 'latency'],
  ['type: latency', 'type: blackhole', 'blackhole', 'timeout'],
  ['regime: steady', 'regime: constant', 'constant', 'steady'],
])('of "%s" written as "%s"', (right, written, word, meant) => {
  const named = problemsOf(() => read(changed(right, written))).filter(({ what }) => what.includes(`"${word}"`));
  expect(named.map(({ remedy }) => remedy.split('?')[0])).toContain(`did you mean "${meant}"`);
});

it('lists every key of a file, and says where the rest of a long list is', () => {
  const remedy = (from: string, to: string): string | undefined =>
    problemsOf(() => read(changed(from, to))).find(({ code }) => code.startsWith('unknown'))?.remedy;
  expect(remedy('load-line: 400/s', 'zzzzzz: 1')).toMatch(
    /^keys here: version, .*, extends, profiles, arms, reference, trials$/,
  );
  expect(remedy('type: latency', 'type: zzzzzz')).toMatch(/, and \d+ more in docs\/scenario\.md$/);
});
