/** What the parts of a run say when each is tried once. Pure. */
import { counted, duration, rate } from '../../format/index.js';
import type { SelfLoad } from '../self-load/index.js';
import type { PreflightReport } from '../../mcp/index.js';
import type { Needs } from '../../plan/index.js';
import type { Problem } from '../../problem/index.js';
import type { ReadScenario } from '../../scenario/index.js';
import { fail, ok, warn, type Check, type CheckId } from './check.js';

const lagOf = (ns: number | null | undefined): string =>
  ns === null || ns === undefined ? 'nothing was sent' : duration(ns);

/** The rate this machine can offer, against the rate that is asked for. `kept`: what became of the measurement. */
export function judgeSelfLoad(
  { steps, capacityPerSecond, stoppedBy }: SelfLoad,
  needs: Needs,
  kept: string | null = null,
): Check {
  const id = 'self-capacity';
  const last = steps.at(-1);
  const quieter = 'stop what else runs here, give the generator more CPUs, or put the target on another machine';
  if (last === undefined) return { id, status: 'unknown', saw: 'no rate was tried' };
  const tried = rate(last.ratePerSecond);
  const next =
    stoppedBy === null
      ? ''
      : stoppedBy === 'late'
        ? `; at ${tried} the schedule lag p99 was ${lagOf(last.lagP99Ns)}`
        : `; at ${tried} the server it was tried on could not follow`;
  const keeping = kept === null ? '' : `; ${kept}`;
  const asked = needs.ratePerSecond === null ? '' : `; the scenario asks for ${rate(needs.ratePerSecond)}`;
  if (capacityPerSecond === null) {
    const saw = `this machine can't offer ${tried} with a schedule lag p99 under 1 ms${next}${keeping}${asked}`;
    return fail(id, saw, quieter);
  }
  const held = steps.filter(({ ratePerSecond }) => ratePerSecond === capacityPerSecond).at(-1);
  const offers = `${stoppedBy === 'late' ? '' : 'at least '}${rate(capacityPerSecond)}`;
  const lag = `a schedule lag p99 under 1 ms (${lagOf(held?.lagP99Ns)})`;
  const saw = `this machine can offer ${offers} with ${lag}${next}${keeping}`;
  return needs.ratePerSecond !== null && needs.ratePerSecond > capacityPerSecond
    ? warn(id, `${saw}${asked}`, `lower the scenario's rates to ${rate(capacityPerSecond)}, or ${quieter}`)
    : ok(id, saw);
}

export function judgeScenario({ scenario, digest, warnings }: ReadScenario): readonly Check[] {
  return [
    ok('scenario', `"${scenario.name}" reads (digest ${digest.slice(0, 12)})`),
    ...warnings.map(({ what, remedy }) => warn('scenario', what, remedy)),
  ];
}

/** What the official SDK found when it made each call once. */
export function judgePreflight({
  serverInfo,
  protocolVersion,
  tools,
  executed,
  warnings,
}: PreflightReport): readonly Check[] {
  const server =
    serverInfo === null ? 'a server that does not report its name' : `${serverInfo.name} ${serverInfo.version}`;
  const made =
    executed.length === 1 ? "the scenario's call was" : `each of the scenario's ${executed.length} calls was`;
  const has = `it has ${counted(tools.length, 'tool')}`;
  return [
    ok('target', `${server} answers, in revision ${protocolVersion}`),
    ok('tools', `${has}, and ${made} made once`),
    ...warnings.map((problem) => warn(idOf(problem), problem.what, problem.remedy)),
  ];
}

/** Codes of problems with what is called rather than with whom. */
const TOOL_PROBLEMS = [
  'unknown-tool',
  'bad-arguments',
  'call-refused',
  'schema-unusable',
  'tool-list-unusable',
  'expectation-failed',
];

const idOf = ({ code }: Problem): CheckId => (TOOL_PROBLEMS.includes(code) ? 'tools' : 'target');

/** Why the preflight gave up: every problem a failing check of its own. */
export const judgePreflightFailure = (problems: readonly Problem[]): readonly Check[] =>
  problems.map((problem) => fail(idOf(problem), problem.what, problem.remedy));
