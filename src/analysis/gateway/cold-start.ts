/** Cold start: from the start of the target to its first right answer, and its first call beside its tenth. */
import { outcomeCode } from '../../record/index.js';
import { reachedBy, targetName } from '../../scenario/index.js';
import type { GatewayInput } from './run.js';
import type { ColdStart } from './types.js';

const OK = outcomeCode('ok');
const TENTH = 10;

/** Null where the preflight made no call, or its times are not in the record. */
export function coldStartOf(run: GatewayInput): ColdStart | null {
  const { events } = run.record;
  const preflight = events.find((event) => event.type === 'preflight');
  const [first] = preflight?.calls ?? [];
  if (preflight === undefined || first === undefined) return null;
  const firstCallNs = first.outcome === 'ok' ? first.tookNs : null;
  const readyNs = readyAfter(run);
  const { introducedNs } = preflight;
  return {
    readyNs,
    introducedNs,
    firstCallNs,
    firstAnswerNs: readyNs === null || firstCallNs === null ? null : readyNs + introducedNs + firstCallNs,
    tenthCallNs: tenthCall(run),
  };
}

/** How long the service that is the target took to get ready; null where it was not started by the run. */
function readyAfter({ record: { events }, plan }: GatewayInput): number | null {
  const { stack } = plan.scenario;
  const name = targetName(stack);
  const service = name === null ? undefined : reachedBy(stack, name);
  const firstOf = (edge: 'spawned' | 'ready'): number | undefined =>
    events.find((event) => event.type === 'service' && event.service === service?.name && event.edge === edge)?.atNs;
  const [spawnedNs, readyNs] = [firstOf('spawned'), firstOf('ready')];
  return spawnedNs === undefined || readyNs === undefined ? null : readyNs - spawnedNs;
}

/** Of the calls of tools in the load that were ok, in the order in which they were sent. */
function tenthCall({ record: { samples }, plan }: GatewayInput): number | null {
  const rows: number[] = [];
  for (let row = 0; row < samples.length; row++) {
    const runsTool = plan.scenario.calls[samples.spec[row] ?? 0]?.operation === 'tools/call';
    if (runsTool && samples.outcome[row] === OK) rows.push(row);
  }
  rows.sort((a, b) => (samples.sentNs[a] ?? 0) - (samples.sentNs[b] ?? 0));
  const tenth = rows[TENTH - 1];
  return tenth === undefined ? null : (samples.doneNs[tenth] ?? NaN) - (samples.sentNs[tenth] ?? NaN);
}
