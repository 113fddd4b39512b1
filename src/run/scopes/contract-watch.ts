import { watchContract, type PreflightReport } from '../../mcp/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';

type ContractWatch = Awaited<ReturnType<typeof watchContract>>;

/** Polls tools/list beside the load where the scenario asks for it; null where it does not. */
export const contractWatch: Scope<
  {
    readonly run: RunContext;
    readonly stack: RunningStack;
    readonly keeper: ProcessKeeper;
    readonly report: Pick<PreflightReport, 'revision'>;
  },
  ContractWatch | null
> = {
  name: 'watching the contract',
  start: ({ run: { scenario, nowNs, event, request }, stack: { target }, keeper, report: { revision } }) =>
    scenario.contract === null || (request.shard?.index ?? 0) > 0
      ? null
      : watchContract({ target, revision, everyNs: scenario.contract.everyNs, nowNs, event, keeper }),
  collect: async (watch) => watch?.stop(),
  stop: { withinMs: 15_000, act: async (watch) => watch?.stop() },
};
