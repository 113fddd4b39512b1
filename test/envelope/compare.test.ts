import { describe, expect, it } from 'vitest';
import {
  captureEnvelope,
  differences,
  differencesOfArms,
  fingerprint,
  type Envelope,
  type EnvelopeInput,
} from '../../src/envelope/index.js';
import { SERVER_FILES, input, machine } from './machines.js';

const capture = (
  overrides: Partial<EnvelopeInput> = {},
  files: Readonly<Record<string, string>> = SERVER_FILES,
): Promise<Envelope> => captureEnvelope(input(overrides), machine(files));

describe('comparing envelopes', () => {
  it('finds no difference between an envelope and what is read back from its file', async () => {
    const envelope = await capture();
    const back = JSON.parse(JSON.stringify(envelope)) as Envelope;
    expect(differences(envelope, back)).toEqual([]);
    expect(fingerprint(back)).toBe(fingerprint(envelope));
  });

  it('lists every field that differs with its class, blocking ones first', async () => {
    const a = await capture();
    const b = await capture(
      { identity: { ...input().identity, runId: 'other', scenarioDigest: 'd2' } },
      {
        ...SERVER_FILES,
        '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
        '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
      },
    );
    expect(differences(a, b)).toEqual([
      { field: 'identity.scenarioDigest', fieldClass: 'blocking', a: 'd1', b: 'd2' },
      { field: 'host.affinity', fieldClass: 'blocking', a: '0-7', b: '0-3' },
      { field: 'host.governor', fieldClass: 'warning', a: 'performance', b: 'powersave' },
      { field: 'identity.runId', fieldClass: 'information', a: 'abc', b: 'other' },
    ]);
  });

  it.each([
    ['the scenario', { identity: { ...input().identity, scenarioDigest: 'd2' } }, SERVER_FILES],
    ['the version of Plimsoll', { identity: { ...input().identity, plimsollVersion: '9.9.9' } }, SERVER_FILES],
    ['the CPU quota', {}, { ...SERVER_FILES, '/sys/fs/cgroup/system.slice/cpu.max': '400000 100000\n' }],
    ['the processor', {}, { ...SERVER_FILES, '/proc/cpuinfo': 'processor : 0\nmodel name : Another\n\n' }],
  ])('gives another fingerprint when %s differs', async (_what, overrides, files) => {
    expect(fingerprint(await capture(overrides, files))).not.toBe(fingerprint(await capture()));
  });

  it.each([
    ['time, run and seed', { identity: { ...input().identity, runId: 'x', startedUtc: 'x', seed: 8 } }, SERVER_FILES],
    ['the tool list', { target: { ...input().target, toolListDigest: 't2' } as EnvelopeInput['target'] }, SERVER_FILES],
    ['the governor', {}, { ...SERVER_FILES, '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n' }],
  ])('keeps the fingerprint when only %s differs', async (_what, overrides, files) => {
    expect(fingerprint(await capture(overrides, files))).toBe(fingerprint(await capture()));
  });

  it('takes a fact for different when only one side has it, and for equal when neither has', async () => {
    const without = Object.fromEntries(
      Object.entries(SERVER_FILES).filter(
        ([path]) => !path.endsWith('numa') && path !== '/sys/devices/system/node/online',
      ),
    );
    expect(differences(await capture(), await capture({}, without))).toEqual([
      { field: 'host.numaNodes', fieldClass: 'blocking', a: '0-1', b: null },
    ]);
    expect(differences(await capture({}, without), await capture({}, without))).toEqual([]);
  });

  it('lists every field in which the runs of several arms differ, by what follows from it', async () => {
    const run = (scenarioDigest: string, tools: string, seed: number): Promise<Envelope> =>
      capture({
        identity: { ...input().identity, scenarioDigest, seed },
        target: { ...input().target, toolListDigest: tools } as EnvelopeInput['target'],
      });
    const arms = [
      { arm: 'a', envelopes: [await run('d1', 't1', 1), await run('d1', 't1', 2)] },
      { arm: 'b', envelopes: [await run('d2', 't2', 1), await run('d2', 't2', 2)] },
    ];
    const scenario = (standing: string) => ({
      field: 'identity.scenarioDigest',
      standing,
      arms: [
        { arm: 'a', values: ['d1'] },
        { arm: 'b', values: ['d2'] },
      ],
    });
    const others = [
      {
        field: 'target.toolListDigest',
        standing: 'finding',
        arms: [
          { arm: 'a', values: ['t1'] },
          { arm: 'b', values: ['t2'] },
        ],
      },
      {
        field: 'identity.seed',
        standing: 'information',
        arms: [
          { arm: 'a', values: [1, 2] },
          { arm: 'b', values: [1, 2] },
        ],
      },
    ];
    expect(differencesOfArms(arms, [])).toEqual([scenario('blocking'), ...others]);
    expect(differencesOfArms(arms, ['identity.scenarioDigest'])).toEqual([scenario('declared'), ...others]);
  });

  it('lets no declaration excuse a blocking field in which the runs of one arm differ', async () => {
    const other = await capture({ identity: { ...input().identity, scenarioDigest: 'd2' } });
    const arms = [
      { arm: 'a', envelopes: [await capture(), await capture()] },
      { arm: 'b', envelopes: [await capture(), other] },
    ];
    expect(differencesOfArms(arms, ['identity.scenarioDigest'])).toMatchObject([
      { field: 'identity.scenarioDigest', standing: 'blocking' },
    ]);
  });

  it('takes a run without an envelope for one that nothing is known of', async () => {
    const found = differencesOfArms(
      [
        { arm: 'a', envelopes: [await capture()] },
        { arm: 'b', envelopes: [null] },
      ],
      [],
    );
    expect(found[0]).toMatchObject({ standing: 'blocking', arms: [{}, { values: [null] }] });
  });

  it('reads an envelope that lacks a field as not knowing it', async () => {
    const envelope = await capture();
    const older = JSON.parse(JSON.stringify(envelope)) as { host: Record<string, unknown> };
    delete older.host['cpuModel'];
    expect(differences(envelope, older as unknown as Envelope)).toMatchObject([{ field: 'host.cpuModel', b: null }]);
  });
});
