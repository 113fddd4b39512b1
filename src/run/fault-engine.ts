/**
 * The fault engine of a run: raised before the stack, told in the events whatever becomes of it, and gone at the end.
 */
import type { NowNs } from '../clock/index.js';
import type { RecordWriter, RunEvent } from '../record/index.js';
import type { Reaper } from '../stack/index.js';
import { startFaultEngine, type EngineChange, type EngineChoice, type FaultEngine } from '../toxiproxy/index.js';
import type { Closing } from '../scopes/index.js';

export interface EngineSetup {
  readonly choice: EngineChoice;
  readonly seed: number;
  /** Longest wait for its answer; null takes 5 s. */
  readonly callLimitMs: number | null;
  readonly step: (text: string) => void;
  readonly record: RecordWriter;
  readonly event: (event: RunEvent) => void;
  readonly warn: (code: string, what: string, remedy: string) => void;
  readonly nowNs: NowNs;
  readonly monotonicEpochNs: bigint;
  readonly reaper: Reaper;
  readonly closing: Closing;
  readonly onEmergency: (act: () => Promise<void>) => void;
}

/** @throws FaultProxyError as `startFaultEngine` does; nothing is left then. */
export async function raiseEngine(setup: EngineSetup): Promise<FaultEngine> {
  const { event, warn, nowNs } = setup;
  const words = (engine: FaultEngine): string => `${engine.kind} ${engine.version}`;
  const sinceEpochNs = (absoluteNs: bigint): number => Number(absoluteNs - setup.monotonicEpochNs);
  const changed = (change: EngineChange): void => {
    switch (change.kind) {
      case 'wedged':
        // Told of the moment it was asked: whatever came after is the engine's doing.
        event({ type: 'engine', atNs: sinceEpochNs(change.askedNs), edge: 'wedged', detail: change.what });
        warn(
          'fault-proxy-wedged',
          change.what,
          'nothing now: one of ours is started again; what is measured from here on says nothing of the target',
        );
        return;
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
  setup.step('starting the fault engine');
  const engine = await startFaultEngine({
    choice: setup.choice,
    seed: setup.seed,
    onLog: (line) => setup.record.serviceLog('fault-engine').write(`${line}\n`),
    onChange: changed,
    keeper: setup.reaper,
    ...(setup.callLimitMs === null ? {} : { callLimitMs: setup.callLimitMs }),
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
  const removeFaults = (): Promise<void> => engine.removeEverything();
  setup.onEmergency(removeFaults);
  setup.closing.add({
    name: 'stopping the fault engine',
    withinMs: 15_000,
    act: async () => {
      try {
        await removeFaults();
      } finally {
        await engine.stop();
      }
      event({ type: 'engine', atNs: nowNs(), edge: 'stopped' });
    },
  });
  return engine;
}
