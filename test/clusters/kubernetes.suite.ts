/**
 * `plimsoll distribute` on Kubernetes: whole runs of what its manifest says. The cluster is `kubectl.mjs`: pods are
 * processes that know what an Indexed Job gives them, and no more.
 */
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Summary } from '../../src/analysis/index.js';
import { entryPath } from '../../src/package/index.js';
import { readRecord } from '../../src/record/index.js';
import { finished, mockScenario, plimsoll, scenarioFile, scratchFolder, start, until } from '../e2e/plimsoll.js';
import { hasBegun } from '../scale-out/shards.js';
import { SECRET, distribution, secretScenario } from './pods.js';
import { problemsIn, shardProcesses } from './distributed.js';
import { freePort } from './ports.js';

interface Call {
  readonly verb: string;
  readonly parameters: readonly string[];
  readonly input: string;
}

/** A cluster without anything in it but the Secret of the scenario. */
async function cluster() {
  const folder = scratchFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = fileURLToPath(new URL('kubectl.mjs', import.meta.url));
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'kubectl'), 0o755);
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ keys: { API_KEY: SECRET } }));
  return {
    folder,
    environment: {
      ...{ PATH: `${bin}:${process.env['PATH'] ?? ''}`, FAKE_CLUSTER: folder, FAKE_PORT: String(await freePort()) },
      FAKE_COMMAND: entryPath('command'),
    },
    calls: (): readonly Call[] =>
      readFileSync(join(folder, 'calls.ndjson'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Call),
  };
}

describe('an Indexed Job', () => {
  it('has the scenario as the flags of run make it, and no arm that pods do not have', async () => {
    const flags = ['--print', '--seed', '5', '--workers', '2', '--no-default-gates', '--set', 'phases.0.for=9s'];
    const { stdout, exitCode } = await plimsoll(distribution(secretScenario(2), 'flags', ...flags));
    expect(exitCode).toBe(0);
    const [configMap] = parseAllDocuments(stdout).map((each) => each.toJSON() as { readonly data: object });
    const text = String(Object.values(configMap?.data ?? {})[0]);
    for (const line of ['seed: 5', 'workers: 2', 'default-gates: false', 'for: 9s', '${secret.API_KEY}'])
      expect(text).toContain(line);

    const file = scenarioFile(`${mockScenario()}arms:\n  before: { environment: { MODE: slow } }\n  after: {}\n`);
    const run = (arm: string) => plimsoll(distribution(file, 'arms', '--print', '--arm', arm));
    expect((await run('after')).exitCode).toBe(0);
    const refused = await run('before');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('the arm sets MODE, and nodes do not have that environment');
  });

  it('is one run of all its pods, and nothing of it is left', async () => {
    const { folder, environment, calls } = await cluster();
    const out = scratchFolder();
    const flags = ['--namespace', 'load', '--out', out, '--json'];
    const result = await plimsoll(distribution(secretScenario(2), 'g1', ...flags), environment);
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(result.leftBehind).toEqual([]);
    const { dir, summary } = JSON.parse(result.stdout) as { readonly dir: string; readonly summary: Summary };
    expect(summary.phases[0]?.offered).toBe(120);
    expect((await readRecord(dir)).shards?.shards.map(({ offered }) => offered)).toEqual([40, 40, 40]);

    const asked = calls();
    expect(asked.map(({ verb }) => verb).filter((verb, k, all) => verb !== all[k - 1])).toEqual(
      'create get create wait cp exec delete'.split(' '),
    );
    for (const { parameters } of asked) expect(parameters.join(' ')).toContain('--namespace load');
    expect(asked.at(-1)?.parameters.join(' ')).toContain(
      'job,pod,service,configmap,secret --selector app.kubernetes.io/name=plimsoll,app.kubernetes.io/instance=g1',
    );
    expect(asked.map(({ input }) => input).join('')).not.toContain(SECRET);
    expect(readdirSync(join(folder, 'volume'))).toEqual([]);
    expect(readFileSync(join(folder, 'objects.json'), 'utf8')).toBe('[]');
  });

  it('leaves the records of its shards where they can not be put together', async () => {
    const { folder, environment } = await cluster();
    const out = join(scratchFolder(), 'file');
    writeFileSync(out, '');
    const { exitCode, stderr } = await plimsoll(distribution(secretScenario(1), 'g4', '--out', out), environment);
    expect(exitCode, stderr).toBe(74);
    expect(readdirSync(join(folder, 'volume'))).toEqual([]);
    const [, kept = ''] = /^the records of the shards are in (.*): see "plimsoll merge"$/m.exec(stderr) ?? [];
    expect(readdirSync(kept).sort()).toEqual(['shard-0', 'shard-1', 'shard-2']);
    const merged = await plimsoll(['merge', kept, '--out', folder, '--name', 'merged']);
    expect(merged.exitCode, merged.stderr).toBe(0);
    rmSync(kept, { recursive: true });
  });

  it('is refused under a name that another run has, which goes on', async () => {
    const { folder, environment, calls } = await cluster();
    const taken = JSON.stringify([{ kind: 'ConfigMap', metadata: { name: 'plimsoll-g3' } }]);
    writeFileSync(join(folder, 'objects.json'), taken);
    const run = await plimsoll(distribution(secretScenario(2), 'g3', '--json'), environment);
    expect(run.exitCode).toBe(3);
    expect(problemsIn(run.stdout)).toMatch(/^kubectl create ended with exit code 1: .*\(AlreadyExists\)/);
    expect(calls().map(({ verb }) => verb)).toEqual(['create']);
    expect(readFileSync(join(folder, 'objects.json'), 'utf8')).toBe(taken);
  });

  it('is no run when one of its pods is killed: the index is named, and nothing is left', async () => {
    const { folder, environment, calls } = await cluster();
    const out = scratchFolder();
    const run = start(distribution(secretScenario(60), 'g2', '--out', out, '--json'), environment);
    const isUnderLoad = await until(() => hasBegun(join(folder, 'volume', 'g2', 'shard-1')), 60_000);
    const pod = shardProcesses(run, 'JOB_COMPLETION_INDEX=1');
    for (const pid of pod) process.kill(pid, 'SIGKILL');
    const { exitCode, stdout, stderr, leftBehind } = await finished(run);
    expect([isUnderLoad, pod.length], stderr).toEqual([true, 1]);
    expect(exitCode).toBe(4);
    expect(problemsIn(stdout)).toMatch(/^the run is invalid: shard 1 failed: MaxFailedIndexesExceeded/);
    expect(leftBehind).toEqual([]);
    expect(calls().at(-1)?.verb).toBe('delete');
    expect(readdirSync(out)).toEqual([]);
  });
});
