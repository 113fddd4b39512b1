import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { FILES, type Manifest, type RunEvent } from '../../src/record/index.js';
import { recordSchemaErrors } from '../run-record-schemas.js';
import { finished, mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';

function rows<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const FAULTY = mockScenario({
  calls: `- { tool: search, weight: 4, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: \
250ms }
  - { tool: book, weight: 1, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 500ms }`,
  phases: `- { name: floor, regime: floor, for: 1s }
  - { name: fault, regime: steady, rate: 100/s, for: 6s, warmup: 0s }`,
  more: `faults:
  - { id: slow, phase: fault, at: 2s, for: 1s, on: upstream, type: latency, latency: 300ms }
recovery: { hold: 1s }
gates:
  - { metric: duplicates, stat: count, max: 0 }
  - { metric: response-time, stat: p99, phase: floor, max: 1ns }
`,
}).replace('  target: backend', '  links: { upstream: { to: backend } }\n  target: upstream');

describe('a run with a fault', () => {
  const folder = scratchFolder();
  let dir = '';
  let exitCode: number | undefined;
  let summary: Summary;

  beforeAll(async () => {
    const result = await plimsoll(['run', scenarioFile(FAULTY), '--out', folder, '--json']);
    expect(result.leftBehind).toEqual([]);
    exitCode = result.exitCode;
    dir = (JSON.parse(result.stdout) as { dir: string }).dir;
    summary = JSON.parse(readFileSync(join(dir, EXPORTS.summary.file), 'utf8')) as Summary;
  }, 60_000);

  it('leaves every file of a record, each vouched for by the manifest', () => {
    const manifest = JSON.parse(readFileSync(join(dir, FILES.manifest), 'utf8')) as Manifest;
    expect(manifest.status).toBe('complete');
    const vouched = new Map(manifest.files.map((file) => [file.path, file]));
    // The manifest does not vouch for itself, the spool is gone once the samples are read back, and logs are a folder.
    const notVouched: readonly string[] = [FILES.manifest, FILES.spool, FILES.logs];
    const { serviceFiles, baseline, upstreamCalls, toolLists, spans, serverMetrics } = FILES;
    const asked: readonly string[] = [serviceFiles, baseline, upstreamCalls, toolLists, spans, serverMetrics];
    const ofShards: readonly string[] = [FILES.shard, FILES.shards];
    const others = [...notVouched, ...asked, ...ofShards];
    for (const name of Object.values(FILES).filter((file) => !others.includes(file)))
      expect(vouched.has(name), name).toBe(true);
    expect([...vouched.keys()].some((path) => path.startsWith('logs/'))).toBe(true);
    for (const { path, bytes, sha256 } of manifest.files) {
      const content = readFileSync(join(dir, path));
      expect(content.length, path).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex'), path).toBe(sha256);
    }
    expect(manifest.samples).toBe(summary.samples.attempts);
    expect(recordSchemaErrors(dir)).toEqual([]);
  });

  it(
    'reports planned, asked and confirmed times of both edges, in order, and the recovery counts from the ' +
      'confirmed ones',
    () => {
      const edges = rows<RunEvent>(join(dir, FILES.events)).filter((event) => event.type === 'fault');
      expect(edges.map(({ edge }) => edge)).toEqual(['on', 'off']);
      for (const { plannedNs, askedNs, confirmedNs } of edges) {
        expect(askedNs).toBeGreaterThanOrEqual(plannedNs - 1e6);
        expect(confirmedNs).toBeGreaterThan(askedNs);
      }
      const [recovery] = summary.recoveries;
      expect(recovery?.onsetNs).toBe(edges[0]?.confirmedNs);
      expect(recovery?.clearNs).toBe(edges[1]?.confirmedNs);
      expect(recovery?.dip?.lostGoodCalls).toBeGreaterThan(50);
    },
  );

  it('counts effects from the ledger, and every offered call once', () => {
    expect(summary.effects?.duplicates).toBe(0);
    expect(summary.effects?.lost).toBe(0);
    const fault = summary.phases[1];
    expect(fault?.offered).toBe(600);
    expect(Object.values(fault?.outcomes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(600);
    expect(fault?.outcomes.deadline).toBeGreaterThan(50);
  });

  it('is valid, and inconclusive because one gate has too few samples', async () => {
    expect(summary.validity.verdict).toBe('valid');
    // The floor has too few calls for a p99 in one second: nothing can be said, and that is not a pass.
    expect(exitCode).toBe(75);
    const gate = await plimsoll(['gate', dir, '--json']);
    expect(gate.exitCode).toBe(75);
    expect(
      (JSON.parse(gate.stdout) as { results: { verdict: string }[] }).results.map(({ verdict }) => verdict),
    ).toEqual(['pass', 'inconclusive']);
  });

  it('says in record, report and terminal that the machine was assumed and not judged', async () => {
    expect(summary.validity.reasons.map(({ code }) => code)).toContain('machine-assumed');
    const { noise, generator } = JSON.parse(readFileSync(join(dir, FILES.envelope), 'utf8')) as {
      noise: Record<string, { value: unknown }>;
      generator: Record<string, { value: unknown }>;
    };
    expect([noise['source']?.value, noise['verdict']?.value, generator['selfCapacityPerSecond']?.value]).toEqual([
      'assumed',
      null,
      20_000,
    ]);
    const said = /machine was not judged/;
    expect(readFileSync(join(dir, EXPORTS.report.file), 'utf8')).toMatch(said);
    expect((await plimsoll(['report', dir])).stdout).toMatch(said);
  });

  it('can be reported again from the record alone, its summary to the byte', async () => {
    const before = readFileSync(join(dir, EXPORTS.report.file), 'utf8');
    const again = scratchFolder();
    expect((await plimsoll(['report', dir, '--out', again])).exitCode).toBe(0);
    expect(readFileSync(join(again, EXPORTS.summary.file), 'utf8')).toBe(
      readFileSync(join(dir, EXPORTS.summary.file), 'utf8'),
    );
    expect((await plimsoll(['report', dir])).exitCode).toBe(0);
    expect(readFileSync(join(dir, EXPORTS.report.file), 'utf8').length / before.length).toBeCloseTo(1, 2);
    expect((await plimsoll(['gate', dir])).exitCode).toBe(exitCode);
  });

  it('is found as the latest run', async () => {
    expect((await plimsoll(['gate', join(folder, 'latest')])).exitCode).toBe(exitCode);
  });

  it('is refused when a file was changed afterwards', async () => {
    const changed = readFileSync(join(dir, FILES.events), 'utf8').replace('"edge":"on"', '"edge":"off"');
    const original = readFileSync(join(dir, FILES.events), 'utf8');
    writeFileSync(join(dir, FILES.events), changed);
    const result = await plimsoll(['report', dir]);
    writeFileSync(join(dir, FILES.events), original);
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toContain(FILES.events);
  });
});

describe.concurrent('a secret', () => {
  it('reaches the server, and no file of the record and no line of output', async () => {
    const folder = scratchFolder();
    const secret = 'very-hush-4711';
    const server = join(scratchFolder(), 'report.mjs');
    writeFileSync(
      server,
      `import { createServer, request } from 'node:http';
       const [port, upstream] = process.argv.slice(2);
       // A proxy that says out loud what it is sent: what a careless server logs.
       createServer((from, to) => {
         console.log('authorization:', from.headers.authorization);
         from.pipe(request(new URL(from.url, upstream), { method: from.method, headers: from.headers }, (answer) => \
{ to.writeHead(answer.statusCode, answer.headers); answer.pipe(to); }));
       }).listen(Number(port), '127.0.0.1');`,
    );
    const scenario = scenarioFile(
      mockScenario()
        .replace(
          '  target: backend',
          `    proxy: { command: [node, ${server}, "\${port}", "\${service.backend.url}"], ready: tcp }\n  ` +
            'target: proxy',
        )
        .replace(
          'protocol: { sessions: 4 }',
          'protocol: { sessions: 2, headers: { authorization: "Bearer ${secret.E2E_TOKEN}" } }',
        ),
    );
    const result = await plimsoll(['run', scenario, '--out', folder], { E2E_TOKEN: secret });
    expect(result.exitCode, result.stderr).toBe(0);
    const dir = onlyRun(folder);
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(12);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name)).includes(secret), name).toBe(false);
    expect(readFileSync(join(dir, 'logs', 'proxy.log'), 'utf8')).toContain('authorization: Bearer [secret E2E_TOKEN]');
    expect(result.stdout + result.stderr).not.toContain(secret);
  });
});

describe.concurrent('a run that is killed', () => {
  it('leaves no process, and its spool is read by report --recover', async () => {
    const folder = scratchFolder();
    const long = mockScenario({
      phases: '- { name: steady, regime: steady, rate: 200/s, for: 60s, warmup: 0s }',
      more: '',
    }).replace('  target: backend', '  links: { upstream: { to: backend } }\n  target: upstream');
    const started = start(['run', scenarioFile(long), '--out', folder]);
    const spoolBytes = (): number => {
      const [run] = existsSync(folder) ? readdirSync(folder).filter((name) => name !== 'latest') : [];
      const spool = run === undefined ? '' : join(folder, run, FILES.spool);
      return existsSync(spool) ? readFileSync(spool).length : 0;
    };
    expect(await until(() => spoolBytes() > 8_000)).toBe(true);
    started.process.kill('SIGKILL');
    const result = await finished(started);
    expect(result.leftBehind).toEqual([]);

    const dir = onlyRun(folder);
    expect(existsSync(join(dir, FILES.manifest))).toBe(false);
    const refused = await plimsoll(['report', dir]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--recover');

    const recovered = await plimsoll(['report', dir, '--recover', '--json']);
    expect(recovered.exitCode).toBe(0);
    const [run] = (JSON.parse(recovered.stdout) as { runs: { summary: Summary }[] }).runs;
    expect(run?.summary.status).toBe('recovered');
    expect(run?.summary.validity.verdict).toBe('invalid');
    expect(run?.summary.samples.logicalCalls).toBeGreaterThan(100);
    expect(existsSync(join(dir, EXPORTS.report.file))).toBe(true);
  });
});

describe.concurrent('a run on a machine with other work on it', () => {
  const busy = { PLIMSOLL_ASSUME_MACHINE: 'busy:20000/s' };
  const phases = '- { name: open, regime: steady, rate: 50/s, for: 2s, warmup: 0s }';

  it('is doubtful in every form, and ends with 75 with and without gates, passed or failed', async () => {
    for (const gates of [
      '',
      'gates: [{ metric: goodput, stat: rate, min: 1/s }, { metric: goodput, stat: rate, min: 900/s }]\n',
    ]) {
      const folder = scratchFolder();
      const { exitCode, stdout } = await plimsoll(
        ['run', scenarioFile(mockScenario({ phases, more: gates })), '--out', folder, '--quiet'],
        busy,
      );
      expect(exitCode).toBe(75);
      expect(stdout).toContain('? run doubtful');
      expect(stdout).toContain('other processes were busy on 1.5 of 2 cores');
      const read = (file: string): string => readFileSync(join(onlyRun(folder), file), 'utf8');
      expect((JSON.parse(read('summary.json')) as Summary).validity.verdict).toBe('doubtful');
      const gate = JSON.parse(read('gate.json')) as { verdict: string; results: { verdict: string }[] };
      expect(gate.verdict).toBe('inconclusive');
      expect(gate.results.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
      expect(read('summary.md')).toContain('**? Run doubtful**');
      expect(read('report.html')).toContain('Run doubtful');
      expect(read('junit.xml')).toContain('<skipped message=');
      expect((await plimsoll(['gate', onlyRun(folder)])).exitCode).toBe(75);
    }
  }, 60_000);
});
