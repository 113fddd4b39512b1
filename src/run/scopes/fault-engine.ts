import type { Reaper } from '../../processes/index.js';
import type { Scope } from '../../scopes/index.js';
import { startFaultEngine, type EngineChange, type FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';
import type { EnvelopeKeeper } from './envelope.js';

interface Needs {
  readonly run: RunContext;
  readonly reaper: Reaper;
  readonly envelope: EnvelopeKeeper;
}

/**
 * The fault engine behind the links; null without links. What becomes of it is in the events. Collects which
 * connections its toxics affected.
 */
export const faultEngine: Scope<Needs, FaultEngine | null> = {
  name: 'stopping the fault engine',
  start: ({ run, reaper }) =>
    run.scenario.stack.links.length === 0 || (run.request.shard?.index ?? 0) > 0 ? null : startEngine(run, reaper),
  collect: async (engine, { envelope }) => (engine === null ? undefined : envelope.learnDraws(engine)),
  stop: {
    withinMs: 15_000,
    act: async (engine, { run: { event, nowNs } }) => {
      if (engine === null) return;
      try {
        await engine.removeEverything();
      } finally {
        await engine.stop();
      }
      event({ type: 'engine', atNs: nowNs(), edge: 'stopped' });
    },
  },
};

/** @throws FaultProxyError as `startFaultEngine` does; nothing is left then. */
async function startEngine(
  { request, scenario, listener, record, event, warn, nowNs, monotonicEpochNs }: RunContext,
  reaper: Reaper,
): Promise<FaultEngine> {
  const words = (engine: FaultEngine): string => `${engine.kind} ${engine.version}`;
  const sinceEpochNs = (absoluteNs: bigint): number => Number(absoluteNs - monotonicEpochNs);
  const changed = (change: EngineChange): void => {
    switch (change.kind) {
      case 'wedged':
        // Dated to the moment it was asked: whatever came after is the engine's doing.
        event({ type: 'engine', atNs: sinceEpochNs(change.askedNs), edge: 'wedged', detail: change.what });
        warn(
          'fault-proxy-wedged',
          change.what,
          'nothing now: one of ours is started again; what is measured from here on says nothing of the target',
        );
        return;
      case 'stood-still': {
        const atNs = sinceEpochNs(change.fromNs);
        const lengthNs = Number(change.untilNs - change.fromNs);
        event({ type: 'standstill', atNs, lengthNs, of: 'fault-engine', worker: null });
        return;
      }
      case 'restarted':
        event({ type: 'engine', atNs: nowNs(), edge: 'started', detail: `${words(engine)}, again` });
        return;
      case 'died':
        event({
          type: 'engine',
          atNs: change.lastSeenNs === null ? nowNs() : sinceEpochNs(change.lastSeenNs),
          edge: 'died',
          detail: change.how,
        });
        warn(
          'fault-engine-died',
          `the fault engine is gone (${change.how})`,
          'run again: calls through its links fail from here on, which says nothing of the target',
        );
        return;
    }
  };
  listener.step('starting the fault engine');
  const engine = await startFaultEngine({
    choice: request.engine,
    seed: scenario.seed,
    onLog: (line) => record.serviceLog('fault-engine').write(`${line}\n`),
    onChange: changed,
    keeper: reaper,
    ...(request.engineCallLimitMs === undefined ? {} : { callLimitMs: request.engineCallLimitMs }),
  });
  event({ type: 'engine', atNs: nowNs(), edge: 'started', detail: words(engine) });
  const { removed, others } = engine.leftOvers;
  if (removed.length > 0) {
    warn(
      'fault-left-overs',
      `the fault engine at ${engine.url} still had proxies of a run that was killed: ${removed.join(', ')}`,
      'nothing: they were removed with their toxics',
    );
  }
  if (others.length > 0) {
    warn(
      'fault-engine-shared',
      `the fault engine at ${engine.url} also has proxies of other runs: ${others.join(', ')}`,
      'give each run an engine of its own; DELETE /proxies/NAME on its API removes what a run on another machine left',
    );
  }
  request.onEmergency(() => engine.removeEverything());
  return engine;
}
