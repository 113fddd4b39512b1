/** Flags that several verbs have, with one wording. Nothing is imported that `--help` would wait for. */

export const BASELINES_FLAG = '--baselines <folder>';
export const BASELINES_HELP = 'folder of the stored baselines (default: baselines)';

export const GATE_FLAG = '--gate <text>';
export const GATE_HELP =
  'a limit: "{ metric: response-time, stat: p99, versus: baseline, max-increase: 30% }" (repeatable)';

export const INCONCLUSIVE_FLAG = '--inconclusive <policy>';
export const INCONCLUSIVE_HELP =
  'of an inconclusive verdict: pass or warn (exit 0), or fail (exit 99); default: exit 75';
