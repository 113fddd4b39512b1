import { isLoopback, keepsLedger, type CallTarget } from '../../scenario/index.js';
import { loadSdk } from '../../mcp/index.js';
import { ProblemError } from '../../problem/index.js';
import type { Scope } from '../../scopes/index.js';
import { startReaper, type Reaper } from '../../processes/index.js';
import { loadSealing } from '../../record/index.js';
import type { JoinedShard } from '../../shards/index.js';
import { attachedStack, startStack, type RunningStack } from '../../stack/index.js';
import type { FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';
import { deathWarning } from '../death.js';
import { factsByShard, factsFrom, type StackFacts } from '../facts.js';
import { upstreamCallRows } from '../upstream-calls.js';

/** Ends whatever a run has started when the run itself is killed, or ends at once. */
export const reaper: Scope<RunContext, Reaper> = {
  name: 'stopping the reaper',
  start: ({ request }) => {
    const started = startReaper();
    request.onEmergency(() => started.stop());
    return started;
  },
  collect: null,
  stop: { withinMs: 5_000, act: (running) => running.stop() },
};

interface Needs {
  readonly run: RunContext;
  readonly reaper: Reaper;
  readonly engine: FaultEngine | null;
  /** Where spans are received; null where they are not. */
  readonly spansUrl: string | null;
}

/** What is under test. Collects what its services know: executions, fault hits, times of gateways. */
export const stack: Scope<Needs, RunningStack> = {
  name: 'stopping the stack',
  start: ({ run, reaper: keeper, engine, spansUrl }) => {
    const { scenario, request, nowNs, event, record, interrupt, warn, listener } = run;
    const follower = followerOf(request.shard);
    if (follower !== null) return followedStack(run, follower);
    listener.step('starting the stack');
    // When the services have been started; where something can't be loaded, the place that needs it says so.
    setImmediate(() => {
      loadSdk(scenario.protocol).catch(() => undefined);
      loadSealing().catch(() => undefined);
      listener.stackStarting();
    });
    return startStack({
      scenario,
      engine,
      spansUrl,
      environment: request.environment,
      nowNs,
      event,
      log: (service, text) => record.serviceLog(service).write(text),
      keeper,
      wrote: (service, file, text) => record.serviceFile(service, file, text),
      left: ({ code, what, remedy }) => warn(code, what, remedy),
      abort: interrupt,
      died: (service, how, tail) => {
        const death = deathWarning(service, how, tail, record);
        warn(death.code, death.what, death.remedy);
      },
    });
  },
  collect: async (running, { run }) => {
    const { record, scenario, monotonicEpochNs } = run;
    const isOurs = followerOf(run.request.shard) === null;
    const [{ effects, calls }, faultHits, gateways] = await Promise.all([
      factsOfCalls(run, running),
      isOurs ? running.faultHits(monotonicEpochNs) : null,
      isOurs ? running.gateways(monotonicEpochNs) : null,
    ]);
    if (effects !== null) record.rows('effects', effects);
    if (calls !== null) record.upstreamLog(calls);
    if (faultHits !== null) record.rows('faultHits', faultHits);
    if (gateways !== null) record.rows('gateways', gateways);
    const { trace } = scenario.protocol;
    if (isOurs && trace !== null)
      record.rows(
        'upstreamCalls',
        upstreamCallRows(await running.received(), { trace, target: running.target, monotonicEpochNs }),
      );
  },
  stop: { withinMs: 15_000, act: (running) => running.stop() },
};

/** This process, when the stack is another's. */
const followerOf = (shard: JoinedShard | undefined): JoinedShard | null =>
  shard !== undefined && shard.index > 0 ? shard : null;

/** The stack of shard 0, as it is called from here. */
async function followedStack({ scenario, listener }: RunContext, shard: JoinedShard): Promise<RunningStack> {
  listener.step('waiting for the stack of shard 0');
  const target = (await shard.receive('target')) as CallTarget;
  if (target.kind === 'http' && !shard.isBesideFirst && isLoopback(new URL(target.url).hostname))
    throw new ProblemError('preflight', {
      code: 'shard-target',
      what: `the target ${new URL(target.url).host} is on the machine of shard 0, and shard ${shard.index} is not`,
      remedy: 'run all shards on one machine, or name a target that all of them reach (stack.target.url, allow-remote)',
    });
  return attachedStack(target, scenario);
}

/** What the ledgers and logs of the stack say of the calls of this process. Null where nothing was written down. */
async function factsOfCalls(
  { request: { shard }, scenario, monotonicEpochNs, interrupt, stackEvents, event }: RunContext,
  running: RunningStack,
): Promise<Pick<StackFacts, 'effects' | 'calls'>> {
  const follower = followerOf(shard);
  if (follower !== null) {
    if (interrupt.aborted) return { effects: null, calls: null };
    const facts = factsFrom(await follower.receive(`facts-${follower.index}`));
    for (const happened of facts.events) event(happened);
    return facts;
  }
  const executed = await running.effects(monotonicEpochNs);
  const hasLedger = keepsLedger(scenario.stack);
  const effects = executed.length > 0 || hasLedger ? executed : null;
  const calls = hasLedger ? await running.calls(monotonicEpochNs) : null;
  if (shard === undefined || interrupt.aborted) return { effects, calls };
  const [own, ...others] = factsByShard({ effects, calls, events: stackEvents() }, shard.of);
  for (const [k, facts] of others.entries()) await shard.publish(`facts-${k + 1}`, facts);
  return own ?? { effects, calls };
}
