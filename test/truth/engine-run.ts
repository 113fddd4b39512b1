/**
 * One segment of load from the real generator over HTTP to a mock in a process of its own: the shortest real run there
 * is.
 */
import { withDefaults, type ToolsMockOptions } from '../../src/protocol/index.js';
import { takeEpoch } from '../../src/clock/index.js';
import { startGenerator } from '../../src/load/index.js';
import type { LoadSegment } from '../../src/plan/index.js';
import { decodeSpool } from '../../src/record/index.js';
import { drawnAnew } from './drawn.js';
import { startMockChild } from './mock-child.js';
import { replayed, type ReplayedCall } from './replayed.js';
import { callSpec } from '../load/simulation.js';

/** Runs it and joins every call with the mock's truth, in order of arrival. */
export async function engineRun(
  options: Partial<ToolsMockOptions>,
  segment: LoadSegment,
  seed: number,
): Promise<readonly ReplayedCall[]> {
  const mock = await startMockChild({ seed, ...options });
  try {
    const epoch = takeEpoch();
    const chunks: Uint8Array[] = [];
    const generator = await startGenerator({
      target: { kind: 'http', url: mock.url, headers: {} },
      protocol: {
        revision: '2025-11-25',
        transport: 'streamable-http',
        sessions: 8,
        headers: {},
        inFlightPerSession: 256,
        propagateDeadline: false,
        trace: null,
        serverStream: false,
        outputSchemas: false,
        overloadCodes: [],
      },
      calls: [callSpec({ arguments: { query: { kind: 'constant', value: 'hull' } }, expect: { kind: 'derived' } })],
      settings: { pacing: 'sleep', maxInFlight: 2_048, maxQueued: 10_000, workers: 1 },
      seed,
      epoch,
      phases: ['truth'],
      onSpool: (chunk) => chunks.push(chunk),
      onEvent: () => undefined,
      onHealth: () => undefined,
    });
    try {
      await generator.run(segment, 0);
    } finally {
      await generator.close();
    }
    const { columns } = decodeSpool(Buffer.concat(chunks), {
      phases: ['truth'],
      calls: ['search'],
      operations: ['tools/call'],
      tools: ['search'],
    });
    const complete = withDefaults({ seed, ...options });
    return replayed({
      samples: columns,
      truth: await mock.truth(),
      epochNs: epoch.monotonicNs,
      workers: complete.workers,
      drawn: drawnAnew(complete),
    });
  } finally {
    await mock.stop();
  }
}
