/** One-line bugs in the analysis, one a topic, and the test that must notice each. */
const A = 'src/analysis';
const T = 'test/analysis';

export const BUGS = [
  {
    topic: 'calls: a call is good within its deadline',
    file: 'src/record/calls.ts',
    find: 'responseNs(calls, i) <= (calls.deadlineNs[i] ?? 0)',
    replace: 'responseNs(calls, i) <= 2 * (calls.deadlineNs[i] ?? 0)',
    test: `${T}/calls.test.ts`,
  },
  {
    topic: 'queue: age of the oldest waiting call',
    file: `${A}/queue/line.ts`,
    find: 'ages[m] = intended < t ? t - intended : 0;',
    replace: 'ages[m] = intended < t ? (t - intended) / 2 : 0;',
    test: `${T}/queue.test.ts`,
  },
  {
    topic: 'capacity: the knee',
    file: `${A}/capacity/knee.ts`,
    find: 'curve[bend - 1]',
    replace: 'curve[bend]',
    test: `${T}/knee.test.ts`,
  },
  {
    topic: 'recovery: time to recover',
    file: `${A}/recovery/recovery.ts`,
    find: 'ns: (w + 1 - calm) * windowNs',
    replace: 'ns: (w + 1) * windowNs',
    test: `${T}/recovery.test.ts`,
  },
  {
    topic: 'effects: duplicates',
    file: `${A}/effects/executions.ts`,
    find: 'Math.max(0, times - 1)',
    replace: 'Math.max(0, times)',
    test: `${T}/effects.test.ts`,
  },
  {
    topic: 'stability: slope of a resource trend',
    file: `${A}/stability/growth.ts`,
    find: 'const NS_PER_HOUR = 3_600e9',
    replace: 'const NS_PER_HOUR = 60e9',
    test: `${T}/growth.test.ts`,
  },
  {
    topic: 'hypotheses: end of the stretch before a fault',
    file: `${A}/hypotheses/stretches.ts`,
    find: 'first.onNs - settings.windowNs',
    replace: 'first.onNs',
    test: `${T}/hypotheses.test.ts`,
  },
  {
    topic: 'lateness: the share by which a number may move',
    file: `${A}/lateness/effect.ts`,
    find: 'const MOVED_SHARE = 0.1;',
    replace: 'const MOVED_SHARE = 10;',
    test: `${T}/validity.test.ts`,
  },
  {
    topic: 'figures: goodput over time',
    file: `${A}/figures/timeline.ts`,
    find: 'isGood(calls, i)',
    replace: 'isOk(calls, i)',
    test: `${T}/figures.test.ts`,
  },
  {
    topic: 'statistics: exact interval of a share',
    file: `${A}/statistics/proportion.ts`,
    find: 'const HALVINGS = 60;',
    replace: 'const HALVINGS = 3;',
    test: `${T}/statistics.test.ts`,
  },
];
