import { keepsLedger } from '../../scenario/index.js';
import { loadSdk } from '../../mcp/index.js';
import type { Scope } from '../../scopes/index.js';
import { startReaper, type Reaper } from '../../processes/index.js';
import { loadSealing } from '../../record/index.js';
import { startStack, type RunningStack } from '../../stack/index.js';
import type { FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';
import { deathWarning } from '../death.js';
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
  collect: async (running, { run: { record, scenario, monotonicEpochNs } }) => {
    const executed = await running.effects(monotonicEpochNs);
    if (executed.length > 0 || keepsLedger(scenario.stack)) record.rows('effects', executed);
    record.rows('faultHits', await running.faultHits(monotonicEpochNs));
    const calls = keepsLedger(scenario.stack) ? await running.calls(monotonicEpochNs) : null;
    if (calls !== null) record.upstreamLog(calls);
    record.rows('gateways', await running.gateways(monotonicEpochNs));
    const { trace } = scenario.protocol;
    if (trace !== null)
      record.rows(
        'upstreamCalls',
        upstreamCallRows(await running.received(), { trace, target: running.target, monotonicEpochNs }),
      );
  },
  stop: { withinMs: 15_000, act: (running) => running.stop() },
};
