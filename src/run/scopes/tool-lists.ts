import { NS_PER_S, NS_PER_MS } from '../../clock/index.js';
import { toolViews, type PreflightReport } from '../../mcp/index.js';
import { messageOf } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';
import { toolListRows } from '../tool-list-rows.js';

const TIMEOUT_MS = (30 * NS_PER_S) / NS_PER_MS;

/** Reads the tool list in some sessions before the load, where the scenario asks for it. A failure is a finding. */
export const toolLists: Scope<
  {
    readonly run: RunContext;
    readonly stack: RunningStack;
    readonly keeper: ProcessKeeper;
    readonly report: Pick<PreflightReport, 'revision'>;
  },
  null
> = {
  name: 'reading the tool lists',
  start: async ({
    run: { scenario, record, warn, listener, interrupt, request },
    stack: { target },
    keeper,
    report,
  }) => {
    if (scenario.toolLists === null || (request.shard?.index ?? 0) > 0) return null;
    listener.step('reading the tool lists');
    const { sessions } = scenario.toolLists;
    const { revision } = report;
    try {
      const views = await toolViews({ target, revision, sessions, timeoutMs: TIMEOUT_MS, keeper, interrupt });
      record.rows('toolLists', await toolListRows(views, scenario.stack));
    } catch (thrown) {
      interrupt.throwIfAborted();
      warn(
        'tool-lists-unread',
        `the tool list could not be read in ${sessions} sessions: ${messageOf(thrown)}`,
        'check that the target answers tools/list in each new session; nothing is known of its tools',
      );
    }
    return null;
  },
  collect: null,
  stop: null,
};
