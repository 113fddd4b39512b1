/** The chapter on how the target was spoken to. */
import { describe, expect, it } from 'vitest';
import type { ProtocolSummary } from '../../src/analysis/index.js';
import { markdownSummary, terminalSummary } from '../../src/report/index.js';
import { fixtureInput, PLAIN_NAMES } from './fixture.js';

const STATELESS: ProtocolSummary = {
  ...{ revision: '2026-07-28', transport: 'streamable-http', driver: 'wire' },
  toolListKept: { ttlMs: 300_000, scope: 'public' },
};
const inputOf = (protocol: ProtocolSummary) => [fixtureInput(PLAIN_NAMES, { protocol })];
/** The chapter in Markdown; '' without one. */
const chapterOf = (protocol: ProtocolSummary): string =>
  markdownSummary(inputOf(protocol))
    .split('\n## ')
    .find((part) => part.startsWith('Protocol\n')) ?? '';

describe('the chapter on the protocol', () => {
  it.each<[string, ProtocolSummary['toolListKept'], string]>([
    ['for a time', { ttlMs: 300_000, scope: 'public' }, 'for every client (ttlMs 300000, cacheScope public)'],
    ['for one client', { ttlMs: 1_500, scope: 'private' }, 'for 1.5 s, for the client that asked (ttlMs 1500'],
    ['not at all', { ttlMs: 0, scope: 'private' }, 'not at all (ttlMs 0, cacheScope private)'],
    ['not reported', null, 'not reported: its first page has no valid ttlMs'],
  ])('has a row on how long the tool list may be kept: %s', (_what, toolListKept, words) => {
    const chapter = chapterOf({ ...STATELESS, toolListKept });
    expect(chapter).toContain('MCP 2026-07-28, without sessions');
    expect(chapter).toContain(words);
  });

  it('says of the official client, wherever it made the calls, that its own time is in every latency', () => {
    const bySdk: ProtocolSummary = { ...STATELESS, revision: '2025-11-25', driver: 'sdk', toolListKept: null };
    expect(chapterOf(bySdk)).toContain('its own time is part of every latency');
    expect(chapterOf(bySdk)).toContain('n/a (only lists of revisions without sessions say so)');
    expect(terminalSummary(inputOf(bySdk), { color: false, width: 80 })).toContain('The client of the official SDK');
    expect(chapterOf(STATELESS)).not.toContain('its own time');
  });

  it('is left out where calls are made in sessions by our own client', () => {
    expect(chapterOf({ ...STATELESS, revision: '2025-11-25', toolListKept: null })).toBe('');
  });
});
