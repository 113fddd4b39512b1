/** Which revision a server is spoken to in, where the scenario leaves that open. */
import { NEWEST_REVISION, type Revision } from '../../catalog/index.js';
import { ProblemError } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { connect } from './connect.js';

/** A server of the era of sessions may leave a request without a session unanswered. */
const MOST_MS = 10_000;

interface Detecting {
  readonly target: CallTarget;
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
}

/**
 * The newest of the stateless era for a server that answers `server/discover` with it, else the newest with sessions:
 * whatever else a server answers, and silence, name no era (MCP 2026-07-28, Versioning).
 */
export async function detectRevision(
  { target, keeper, interrupt }: Detecting,
  remainingMs: () => number,
): Promise<Revision> {
  const revision = NEWEST_REVISION.stateless;
  try {
    const timeoutMs = Math.min(MOST_MS, remainingMs());
    await (await connect(target, { timeoutMs, revision, keeper, interrupt, byDiscoveryAlone: true })).close();
    return revision;
  } catch (thrown) {
    interrupt?.throwIfAborted();
    if (!(thrown instanceof ProblemError)) throw thrown;
    return NEWEST_REVISION.session;
  }
}
