/** What `distribute --print` says of the size of a run, as comments of what it prints. */
import { MEASURED_COST, sizedLoad } from '../engines/index.js';
import { amount, counted, rate } from '../format/index.js';
import { needsOf, type Plan } from '../plan/index.js';

/** Lines that a manifest and a shell script take for comments. */
export function sizingComment(plan: Plan, shards: number): string {
  return ['Sizing, see docs/scale-out.md:', ...sizingLines(plan, shards)].map((line) => `# ${line}\n`).join('');
}

function sizingLines(plan: Plan, shards: number): readonly string[] {
  const { workers } = plan.scenario.generator;
  const { ratePerSecond } = needsOf(plan);
  if (ratePerSecond === null)
    return ['no phase has a rate of its own: what closed loops and multiples of a load line take, the target decides'];
  const { eachPerSecond, neededPerSecond, coresOfEach, coresOfAll, coresOfOne } = sizedLoad({
    ...{ ratePerSecond, shards, workers },
  });
  const alone =
    coresOfOne === null
      ? 'more than one process can do'
      : `${amount(coresOfOne, 2)} in one process: each waits for its own calls`;
  return [
    `at most ${rate(ratePerSecond)} in all, ${rate(eachPerSecond)} for each of ${counted(shards, 'shard')}`,
    `each should be able to offer ${rate(neededPerSecond)} (self-capacity by "plimsoll doctor" on such a node)`,
    `its load takes about ${amount(coresOfEach, 2)} of a core where it sleeps between calls, ` +
      `${amount(coresOfAll, 2)} in all, and ${alone}`,
    `(${MEASURED_COST.callUs} us a call and ${MEASURED_COST.waitCores} of a core for waiting, measured on one ` +
      `machine; with three cores to spare each of its ${counted(workers, 'load worker')} takes a whole one)`,
  ];
}
