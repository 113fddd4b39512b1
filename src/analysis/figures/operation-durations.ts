/** Histograms of how long requests took, as tracing systems keep them: coarse buckets, for dashboards alone. */
import { ERROR_CLASSES, OUTCOMES, outcomeCode, SAMPLE_FLAGS, type SampleColumns } from '../../record/index.js';

/**
 * Upper bounds of the buckets, each bound in the bucket below it, in ns: those that the semantic conventions of
 * OpenTelemetry recommend for the durations of MCP operations.
 */
export const DURATION_BOUNDS_NS: readonly number[] = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
].map((seconds) => seconds * 1e9);

/** Requests of one kind that ended alike: from the send of an attempt to its end, warm-up left out. */
export interface OperationDurations {
  readonly phase: string;
  /** MCP method. */
  readonly method: string;
  /** What the call is of: the tool of `tools/call`. */
  readonly subject: string;
  /** Null for `ok`; `tool_error`, the code of a JSON-RPC error, or else what exactly was seen. */
  readonly error: string | null;
  readonly count: number;
  readonly sumNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** One more than there are bounds. */
  readonly buckets: readonly number[];
}

const OK = outcomeCode('ok');
const TOOL = outcomeCode('tool');

export function operationDurations(samples: SampleColumns): readonly OperationDurations[] {
  const { tables } = samples;
  const found = new Map<string, { -readonly [Key in keyof OperationDurations]: OperationDurations[Key] }>();
  for (let row = 0; row < samples.length; row++) {
    const tookNs = (samples.doneNs[row] ?? NaN) - (samples.sentNs[row] ?? NaN);
    if (!(tookNs >= 0) || ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) !== 0) continue;
    const [phase, spec] = [samples.phase[row] ?? 0, samples.spec[row] ?? 0];
    const error = errorOf(samples, row);
    const key = `${phase} ${spec} ${error ?? ''}`;
    const own = found.get(key) ?? {
      phase: tables.phases[phase] ?? '',
      method: tables.operations[spec] ?? '',
      subject: tables.tools[spec] ?? '',
      error,
      ...{ count: 0, sumNs: 0, minNs: Infinity, maxNs: 0 },
      buckets: [...DURATION_BOUNDS_NS, Infinity].map(() => 0),
    };
    found.set(key, own);
    const at = DURATION_BOUNDS_NS.findIndex((bound) => tookNs <= bound);
    const bucket = at < 0 ? DURATION_BOUNDS_NS.length : at;
    (own.buckets as number[])[bucket] = (own.buckets[bucket] ?? 0) + 1;
    own.count++;
    own.sumNs += tookNs;
    own.minNs = Math.min(own.minNs, tookNs);
    own.maxNs = Math.max(own.maxNs, tookNs);
  }
  return [...found.values()];
}

function errorOf(samples: SampleColumns, row: number): string | null {
  const outcome = samples.outcome[row] ?? 0;
  if (outcome === OK) return null;
  if (outcome === TOOL) return 'tool_error';
  const code = samples.rpcCode[row] ?? 0;
  if (code !== 0) return String(code);
  const seen = ERROR_CLASSES[samples.errorClass[row] ?? 0] ?? 'none';
  return seen === 'none' ? (OUTCOMES[outcome] ?? '_OTHER') : seen;
}
