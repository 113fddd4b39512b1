/** The tool list of a target as it really is, tool by tool, in several sessions one after the other. */
import type { ProcessKeeper } from '../../processes/index.js';
import { isObject } from '../../protocol/index.js';
import type { Revision } from '../../catalog/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { connect } from './connect.js';
import { rawTools } from './tools.js';

/** A tool as it stands in the list: whatever is wrong with it, it has a name. */
export type ShownTool = Readonly<Record<string, unknown>> & { readonly name: string };

export interface ToolViewsSetup {
  readonly target: CallTarget;
  /** How many sessions. */
  readonly sessions: number;
  /** For each session. */
  readonly timeoutMs: number;
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
  /** Default: the newest with sessions. */
  readonly revision?: Revision;
}

/**
 * The list of each session, over all its pages, in its order. What has no name is left out.
 *
 * @throws ProblemError `preflight` when no session can be opened, and the SDK's error when a list can't be had.
 */
export async function toolViews(setup: ToolViewsSetup): Promise<readonly (readonly ShownTool[])[]> {
  const views: (readonly ShownTool[])[] = [];
  for (let session = 0; session < setup.sessions; session++) {
    const endMs = performance.now() + setup.timeoutMs;
    const connected = await connect(setup.target, setup);
    try {
      const { tools, brokenOff } = await rawTools(connected.client, () => Math.max(1, endMs - performance.now()));
      if (brokenOff !== null) throw brokenOff;
      views.push(tools.filter((tool): tool is ShownTool => isObject(tool) && typeof tool['name'] === 'string'));
    } finally {
      await connected.close();
    }
  }
  return views;
}
