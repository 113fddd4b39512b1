import { listedToolOf, toolOf } from '../../catalog/index.js';
import { NS_PER_S } from '../../clock/index.js';
import type { LoadThreads } from '../../load/index.js';
import { preflight as makePreflight, type PreflightReport } from '../../mcp/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { ToolRow } from '../../record/index.js';
import { revealedCalls, type CallSpec } from '../../scenario/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';

const PREFLIGHT_NS = 60 * NS_PER_S;

interface Needs {
  readonly run: RunContext;
  readonly stack: RunningStack;
  readonly threads: LoadThreads;
  readonly keeper: ProcessKeeper;
}

/** Each call once, by the official SDK, before any load. */
export const preflight: Scope<Needs, PreflightReport> = {
  name: 'the preflight',
  start: async ({ run, stack: { target }, threads, keeper }) => {
    const { request, scenario, listener, warn, record, interrupt, event, nowNs } = run;
    listener.step('checking the target with the official SDK');
    const { protocol, seed } = scenario;
    const calls = revealedCalls(request.read, request.environment);
    const report = await makePreflight({
      ...{ target, protocol, calls, timeoutNs: PREFLIGHT_NS, seed, keeper, interrupt },
      // On few cores a call would wait behind the compiler and miss a deadline that it keeps in the run.
      beforeCalls: () => threads.warm(),
    });
    const made = report.executed.map(({ label, outcome, tookNs }) => ({ label, outcome, tookNs }));
    const { introducedNs, toolListKept } = report;
    const kept = toolListKept === undefined ? {} : { toolListKept };
    event({ type: 'preflight', atNs: nowNs(), introducedNs, calls: made, ...kept });
    for (const { code, what, remedy } of report.warnings) warn(code, what, remedy);
    record.rows('tools', annotationRows(calls, report.tools));
    return report;
  },
  collect: null,
  stop: null,
};

/** What the called tools declare of themselves: one row for each, in the order of the calls. */
function annotationRows(calls: readonly CallSpec[], tools: PreflightReport['tools']): readonly ToolRow[] {
  const listed = new Map(calls.flatMap((call) => [[toolOf(call), listedToolOf(call)] as const]));
  return [...listed].flatMap(([tool, asked]) => {
    if (tool === null) return [];
    const annotations = tools.find(({ name }) => name === asked)?.annotations;
    const hint = (name: string): boolean | null => {
      const value = annotations?.[name];
      return typeof value === 'boolean' ? value : null;
    };
    return {
      tool,
      readOnlyHint: hint('readOnlyHint'),
      idempotentHint: hint('idempotentHint'),
      destructiveHint: hint('destructiveHint'),
    };
  });
}
