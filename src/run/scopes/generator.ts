import { startGenerator, type Generator } from '../../load/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { revealedCalls } from '../../scenario/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack, WatchedProcess } from '../../stack/index.js';
import type { RunContext } from '../context.js';
import { SpoolTap } from '../spool-tap.js';
import { StdioServers } from '../stdio-servers.js';

export interface RunningLoad {
  readonly generator: Generator;
  readonly tap: SpoolTap;
  /** Servers over stdio that run now. */
  readonly servers: () => readonly WatchedProcess[];
  /** No longer stops sending on an interruption. */
  readonly dispose: () => void;
}

/** The load: sessions are open, nothing is sent yet. An interruption stops it sending. */
export const load: Scope<
  { readonly run: RunContext; readonly stack: RunningStack; readonly keeper: ProcessKeeper },
  RunningLoad
> = {
  name: 'closing the sessions',
  start: async ({ run, stack: { target }, keeper }) => {
    const { request, scenario, plan, epoch, tables, record, event, interrupt, listener } = run;
    listener.step('opening sessions');
    const tap = new SpoolTap(tables);
    const servers = new StdioServers(run);
    const generator = await startGenerator({
      target,
      keeper,
      protocol: scenario.protocol,
      calls: revealedCalls(request.read, request.environment),
      phases: plan.phases.map(({ name }) => name),
      settings: scenario.generator,
      seed: scenario.seed,
      epoch,
      onSpool: (chunk) => {
        tap.take(chunk);
        record.spool(chunk);
      },
      onEvent: (happened) => {
        event(happened);
        servers.heard(happened);
      },
      onServerOutput: (server, text) => servers.wrote(server, text),
      onHealth: (row) => record.health(row),
      onWorker: (row) => record.rows('workers', [row]),
    });
    listener.live(() => generator.live());
    const stopSending = (): void => generator.interrupt();
    interrupt.addEventListener('abort', stopSending, { once: true });
    return {
      generator,
      tap,
      servers: () => servers.running(),
      dispose: () => interrupt.removeEventListener('abort', stopSending),
    };
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
