import { withDefaults } from '../../src/protocol/index.js';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { clockFrom, takeEpoch } from '../../src/clock/index.js';
import { watchContract } from '../../src/mcp/index.js';
import type { CallTarget } from '../../src/scenario/index.js';
import type { RunEvent } from '../../src/record/index.js';

const MS = 1e6;
type Drift = Extract<RunEvent, { readonly type: 'drift' }>;

/** A watch on a target, and everything it says. */
async function watching(target: CallTarget, everyNs: number) {
  const events: RunEvent[] = [];
  const nowNs = clockFrom(BigInt(takeEpoch().monotonicNs));
  const watch = await watchContract({
    target,
    revision: '2025-11-25',
    everyNs,
    nowNs,
    event: (event) => events.push(event),
  });
  onTestFinished(() => watch.stop());
  const drifts = (): readonly Drift[] => events.filter((event) => event.type === 'drift');
  const until = async (isSo: () => boolean): Promise<void> => {
    for (const end = performance.now() + 10_000; !isSo() && performance.now() < end;) await sleep(5);
  };
  return { watch, events, nowNs, drifts, until };
}

async function mockTarget() {
  const mock = await startToolsMock(withDefaults());
  onTestFinished(() => mock.stop());
  return { mock, target: { kind: 'http', url: mock.url, headers: {} } as const };
}

describe('the session that watches the tools', () => {
  it('sees a required field come and go, once each, between the polls around it', async () => {
    const { mock, target } = await mockTarget();
    const { watch, events, nowNs, drifts, until } = await watching(target, 50 * MS);
    const onNs = nowNs();
    const { id } = mock.faults.put({ kind: 'schema-drift', tool: 'book' });
    await until(() => drifts().length === 1);
    const offNs = nowNs();
    mock.faults.remove(id);
    await until(() => drifts().length === 2);
    await watch.stop();

    expect(
      drifts().map((drift) => [
        drift.tool,
        drift.kind,
        drift.class,
        drift.because,
        drift.changes.map(({ what }) => what),
      ]),
    ).toEqual([
      ['book', 'changed', 'breaking', 'interval', ['inputSchema: field "revision" is required now']],
      ['book', 'changed', 'informational', 'interval', ['inputSchema: field "revision" is not required any more']],
    ]);
    const [on, off] = drifts();
    expect([off?.before, off?.after]).toEqual([on?.after, on?.before]);
    expect(on?.before).toMatch(/^[0-9a-f]{64}$/);
    for (const [drift, atNs] of [
      [on, onNs],
      [off, offNs],
    ] as const) {
      expect(drift?.answeredNs).toBeGreaterThan(atNs);
      expect(drift?.askedNs).toBeLessThan(drift?.answeredNs ?? 0);
      expect(drift?.unchangedNs).toBeLessThan(drift?.askedNs ?? 0);
    }
    expect(events.at(0)).toMatchObject({
      type: 'contract',
      edge: 'watched',
      everyNs: 50 * MS,
      tools: 3,
      announced: false,
    });
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'contract', edge: 'unwatched', failedPolls: 0 });
    expect(last?.type === 'contract' && last.edge === 'unwatched' ? last.polls : 0).toBeGreaterThanOrEqual(3);
    expect(mock.state().sessions).toMatchObject({ open: 0, opened: 1 });
  });

  it('sees at the end what changed since the last look, however long the interval', async () => {
    const { mock, target } = await mockTarget();
    const { watch, drifts } = await watching(target, 3600e9);
    mock.faults.put({ kind: 'schema-drift', field: 'query' });
    await watch.stop();
    expect(drifts().map(({ tool, class: found, changes }) => [tool, found, changes.map(({ what }) => what)])).toEqual([
      ['search', 'informational', ['inputSchema: field "query" is not required any more']],
    ]);
  });

  it('goes on in a session of its own when it lost the first one, and counts the polls that failed', async () => {
    const { mock, target } = await mockTarget();
    const { watch, events, drifts, until } = await watching(target, 20 * MS);
    mock.faults.put({ kind: 'session-loss' });
    mock.faults.put({ kind: 'schema-drift' });
    await until(() => drifts().length === 1);
    await watch.stop();
    expect(drifts()).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      edge: 'unwatched',
      failedPolls: 1,
      lastFailure: expect.any(String) as string,
    });
  });

  it('polls at once when the server announces a change', async () => {
    const flag = join(mkdtempSync(join(tmpdir(), 'plimsoll-contract-')), 'changed');
    const server = fileURLToPath(new URL('fixtures/changing-server.mjs', import.meta.url));
    const { watch, events, drifts, until } = await watching(
      { kind: 'stdio', command: [process.execPath, server, flag], environment: {}, workingFolder: '/' },
      3600e9,
    );
    expect(events[0]).toMatchObject({ edge: 'watched', announced: true });
    writeFileSync(flag, '');
    await until(() => drifts().length > 0);
    await watch.stop();
    expect(drifts().map(({ because, class: found }) => [because, found])).toEqual([['notified', 'breaking']]);
  });

  it('warns that the contract is unknown when the list was never received', async () => {
    const { watch, events } = await watching({ kind: 'http', url: 'http://127.0.0.1:1/mcp', headers: {} }, 50 * MS);
    await watch.stop();
    expect(events).toEqual([expect.objectContaining({ type: 'warning', code: 'contract-unwatched' })]);
  });
});
