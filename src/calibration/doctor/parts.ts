/** What the parts of a run say when each is tried once. Pure. */
import { counted, duration } from '../../format/index.js';
import type { SelfLoad } from '../self-load/index.js';
import type { PreflightReport } from '../../mcp/index.js';
import type { Needs } from '../../plan/index.js';
import type { Problem } from '../../problem/index.js';
import type { ReadScenario } from '../../scenario/index.js';
import { fail, ok, warn, type Check, type CheckId } from './check.js';

const lag = (ns: number | null | undefined): string =>
  ns === null || ns === undefined ? 'nothing was sent' : `lag ${duration(ns)}`;

/** The rate this machine can offer, against the rate that is asked for. `kept`: what became of the measurement. */
export function judgeSelfLoad(
  { steps, capacityPerSecond, stoppedBy }: SelfLoad,
  needs: Needs,
  kept: string | null = null,
): Check {
  const last = steps.at(-1);
  const quieter = 'stop what else runs here, give the generator more CPUs, or put the target on another machine';
  if (last === undefined) return { id: 'self-load', status: 'unknown', saw: 'no rate was tried' };
  const next =
    stoppedBy === null
      ? ''
      : stoppedBy === 'late'
        ? `; at ${last.ratePerSecond}/s it was late (p99 ${lag(last.lagP99Ns)})`
        : `; at ${last.ratePerSecond}/s the server it was tried on could not follow`;
  const keeping = kept === null ? '' : `; ${kept}`;
  if (capacityPerSecond === null) {
    const asked = needs.ratePerSecond === null ? '' : `; the scenario asks for ${Math.ceil(needs.ratePerSecond)}/s`;
    return fail(
      'self-load',
      `this machine can't offer ${last.ratePerSecond} calls/s with p99 lag under 1 ms${next}${keeping}${asked}`,
      quieter,
    );
  }
  const held = steps.filter(({ ratePerSecond }) => ratePerSecond === capacityPerSecond).at(-1);
  const offers = `${stoppedBy === 'late' ? '' : 'at least '}${capacityPerSecond} calls/s`;
  const saw = `this machine can offer ${offers} with p99 lag under 1 ms (${lag(held?.lagP99Ns)})${next}${keeping}`;
  if (needs.ratePerSecond !== null && needs.ratePerSecond > capacityPerSecond) {
    return warn(
      'self-load',
      `${saw}; the scenario asks for ${Math.ceil(needs.ratePerSecond)}/s`,
      `lower the scenario's rates to ${capacityPerSecond}/s, or ${quieter}`,
    );
  }
  return ok('self-load', saw);
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
