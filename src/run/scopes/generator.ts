import { startLoadThreads, type Generator, type LoadThreads } from '../../load/index.js';
import type { PreflightReport } from '../../mcp/index.js';
import { isCalm } from '../../plan/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { revealedCalls } from '../../scenario/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack, WatchedProcess } from '../../stack/index.js';
import type { RunContext } from '../context.js';
import { SpoolTap } from '../spool-tap.js';
import { StdioServers } from '../stdio-servers.js';

export interface StartedLoadThreads extends LoadThreads {
  readonly tap: SpoolTap;
  /** p99 of the schedule lag over the last second; null before the first, and without sends. */
  readonly lagP99Ns: () => number | null;
  /** Servers over stdio that run now. */
  readonly servers: () => readonly WatchedProcess[];
}

/** The threads of the load, without a session yet: they load and compile their code while the stack comes up. */
export const loadThreads: Scope<{ readonly run: RunContext; readonly keeper: ProcessKeeper }, StartedLoadThreads> = {
  name: 'ending the load threads',
  start: ({ run, keeper }) => {
    const { request, scenario, plan, epoch, tables, record, event } = run;
    const tap = new SpoolTap(tables);
    const servers = new StdioServers(run);
    let lagP99Ns: number | null = null;
    const threads = startLoadThreads({
      keeper,
      protocol: scenario.protocol,
      calls: revealedCalls(request.read, request.environment),
      phases: plan.phases.map(({ name }) => name),
      settings: scenario.generator,
      compilesAhead: !isCalm(plan),
      seed: scenario.seed,
      epoch,
      shard: request.shard,
      onSpool: (chunk) => {
        tap.take(chunk);
        record.spool(chunk);
        run.listener.watcher?.spooled(chunk);
      },
      onEvent: (happened) => {
        event(happened);
        servers.heard(happened);
      },
      onServerOutput: (server, text) => servers.wrote(server, text),
      onHealth: (row) => {
        lagP99Ns = row.lagP99Ns;
        record.health(row);
      },
      onWorker: (row) => record.rows('workers', [row]),
    });
    return {
      warm: () => threads.warm(),
      open: (target, facts) => threads.open(target, facts),
      close: () => threads.close(),
      tap,
      lagP99Ns: () => lagP99Ns,
      servers: () => servers.running(),
    };
  },
  collect: null,
  stop: { withinMs: 10_000, act: (threads) => threads.close() },
};

export interface RunningLoad {
  readonly generator: Generator;
  /** No longer stops sending on an interruption. */
  readonly dispose: () => void;
}

/** The load: sessions are open, nothing is sent yet. An interruption stops it sending. */
export const load: Scope<
  {
    readonly run: RunContext;
    readonly stack: RunningStack;
    readonly threads: LoadThreads;
    readonly report: Pick<PreflightReport, 'revision' | 'outputSchemas' | 'headerParameters'>;
  },
  RunningLoad
> = {
  name: 'closing the sessions',
  start: async ({ run: { interrupt, listener }, stack: { target }, threads, report }) => {
    listener.step('opening sessions');
    const { revision, outputSchemas, headerParameters } = report;
    const generator = await threads.open(target, { revision, outputSchemas, headerParameters });
    listener.live(() => generator.live());
    const stopSending = (): void => generator.interrupt();
    interrupt.addEventListener('abort', stopSending, { once: true });
    return { generator, dispose: () => interrupt.removeEventListener('abort', stopSending) };
  },
  collect: null,
  stop: {
    withinMs: 10_000,
    act: ({ generator, dispose }) => {
      dispose();
      return generator.close();
    },
  },
};
