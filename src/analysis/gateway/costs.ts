/** CPU per call and memory per session of what stands before the mocks. */
import type { ResourceRow } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { GatewayInput } from './run.js';
import type { ProcessCost } from './types.js';

/** Of each service that is no `tools` mock, in each phase that its process was polled at least twice in. */
export function costsOf({ record, plan, calls, frames }: GatewayInput): readonly ProcessCost[] {
  const names = plan.scenario.stack.services.flatMap(({ kind, name }) =>
    kind === 'command' || kind === 'gateway' || kind === 'adapted' ? [name] : [],
  );
  const { sessions } = plan.scenario.protocol;
  return frames.flatMap((frame) =>
    names.flatMap((process): readonly ProcessCost[] => {
      const rows = polled(record.resources, process, frame);
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined || rows.length < 2) return [];
      const offered = frame.all.reduce((sum, i) => {
        const intendedNs = calls.intendedNs[i] ?? NaN;
        return sum + (intendedNs >= first.atNs && intendedNs < last.atNs ? 1 : 0);
      }, 0);
      const cpuNs = (cpuS(last) - cpuS(first)) * 1e9;
      const sizes = rows.flatMap(({ rssBytes }) => rssBytes ?? []);
      const maxRssBytes = sizes.length === 0 ? null : Math.max(...sizes);
      return [
        {
          process,
          phase: frame.planned.name,
          calls: offered,
          // A process that was started anew counts from nothing again.
          cpuPerCallNs: offered === 0 || !(cpuNs >= 0) || first.pid !== last.pid ? null : cpuNs / offered,
          maxRssBytes,
          rssPerSessionBytes: maxRssBytes === null ? null : maxRssBytes / sessions,
        },
      ];
    }),
  );
}

const polled = (rows: readonly ResourceRow[], process: string, frame: PhaseFrame): readonly ResourceRow[] =>
  rows.filter((row) => row.process === process && row.atNs >= frame.startNs && row.atNs <= frame.drainedNs + 1e9);

const cpuS = ({ cpuUserS, cpuSystemS }: ResourceRow): number => (cpuUserS ?? NaN) + (cpuSystemS ?? NaN);
