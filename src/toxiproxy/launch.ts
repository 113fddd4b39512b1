/**
 * Engine processes: starting one, proving that it is the one that answers, and ending it.
 *
 * Both kinds run in a process group of their own, so that Ctrl-C reaches the run, which then removes its faults, and
 * not the engine. The embedded one ends when the pipe to us ends; a real one is killed when this process exits, and by
 * the process that watches its pid when this process is killed.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { entryPath } from '../package/index.js';
import { HAS_GROUPS, type ProcessKeeper } from '../processes/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import type { MonotonicNs } from '../clock/index.js';
import type { ReadyLine, StandstillLine } from './embedded/index.js';
import { FaultProxyError, unusable } from './failure.js';

/** Ready in some 65 ms when nothing else runs. */
const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 2_000;
const REAL_PROGRAM = 'toxiproxy-server';
/** Lines kept to say why an engine did not come up. */
const KEPT_LINES = 5;

export interface EngineProcess {
  readonly url: string;
  readonly pid: number;
  /** How it ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Ends it. Idempotent; resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends one that does not listen any more. */
  kill(): Promise<void>;
}

export interface Launch {
  readonly seed: number;
  readonly onLog: (line: string) => void;
  /** The embedded engine stood still. */
  readonly onStandstill: (fromNs: MonotonicNs, untilNs: MonotonicNs) => void;
  readonly keeper: ProcessKeeper | null;
  /** Where the API is to be; null takes a free port. */
  readonly port: number | null;
}

interface Spawned extends Omit<EngineProcess, 'url'> {
  /** The last lines it wrote. */
  readonly lastLines: readonly string[];
  readonly notFound: Promise<boolean>;
}

function spawn(
  program: string,
  parameters: readonly string[],
  onLine: (line: string) => void,
  keeper: ProcessKeeper | null,
  environment: Readonly<Record<string, string>> = {},
): Spawned {
  const child = execa(program, parameters, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    detached: HAS_GROUPS,
    env: { ...environment, ...keeper?.mark },
  });
  child.stdin.on('error', () => undefined);
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      onLine(line);
    });
  }
  const pid = child.pid ?? -1;
  if (pid > 0) keeper?.watch(pid);
  const killNow = (): void => {
    if (pid > 0) child.kill('SIGKILL');
  };
  process.once('exit', killNow);
  const ended = child.then((result) => {
    process.removeListener('exit', killNow);
    if (pid > 0) keeper?.forget(pid);
    if (result.signal !== undefined) return `signal ${result.signal}`;
    return result.exitCode === undefined ? 'could not be started' : `exit code ${result.exitCode}`;
  });
  let stopping: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    // Not for the process to keep us waiting: SIGKILL also ends one that is stopped or wedged.
    const killer = setTimeout(killNow, STOP_LIMIT_MS);
    await ended;
    clearTimeout(killer);
  };
  return {
    pid,
    ended,
    lastLines,
    notFound: child.then((result) => result.code === 'ENOENT'),
    stop: () => (stopping ??= end()),
    kill: async () => {
      killNow();
      await ended;
    },
  };
}

/** Starts the embedded engine. Throws {@link FaultProxyError} (`preflight`). */
export async function launchEmbedded({ seed, onLog, onStandstill, keeper, port }: Launch): Promise<EngineProcess> {
  const entry = entryPath('faultEngine');
  if (!existsSync(entry))
    throw unusable(`the embedded fault engine is not built: ${entry} is missing`, 'run `npm run build`');
  let readyWith: (line: ReadyLine) => void = () => undefined;
  const ready = new Promise<ReadyLine>((resolve) => {
    readyWith = resolve;
  });
  const parameters = [entry, ...flagsFor(port ?? 0, seed), '-proxy-metrics', '-parent-stdin'];
  const onLine = (line: string): void => {
    onLog(line);
    const parsed = engineLine(line);
    if (parsed === null) return;
    if ('ready' in parsed) readyWith(parsed);
    else onStandstill(BigInt(parsed.fromNs), BigInt(parsed.untilNs));
  };
  const child = spawn(process.execPath, parameters, onLine, keeper);
  const line = await orFailure(child, ready);
  if (line.pid !== child.pid) {
    await child.stop();
    throw unusable('the embedded fault engine is not the process that was started', 'run it again');
  }
  return { ...child, url: `http://127.0.0.1:${line.port}` };
}

const flagsFor = (port: number, seed: number): readonly string[] =>
  ['-host', '127.0.0.1', '-port', port, '-seed', seed].map(String);

function engineLine(line: string): ReadyLine | StandstillLine | null {
  const parsed = line.startsWith('{') ? parsedOrUndefined(line) : undefined;
  if (!isObject(parsed)) return null;
  const { ready, port, stoodStill, fromNs, untilNs } = parsed;
  if (ready === true && typeof port === 'number') return parsed as unknown as ReadyLine;
  const isTimed = [fromNs, untilNs].every((ns) => typeof ns === 'string' && /^\d+$/.test(ns));
  return stoodStill === true && isTimed ? (parsed as unknown as StandstillLine) : null;
}

/**
 * Starts the toxiproxy-server on PATH. It is given a file with one proxy of a random name; only the process that read
 * that file can list it, so that another program on the same port is never mistaken for ours: a server that finds its
 * port taken says so and keeps running. Throws {@link FaultProxyError} (`preflight`).
 */
export async function launchReal({ seed, onLog, keeper, port: wanted }: Launch): Promise<EngineProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-engine-'));
  try {
    const proof = `plimsoll-proof-${randomBytes(8).toString('hex')}`;
    const config = join(folder, 'proxies.json');
    const proxy = { name: proof, listen: '127.0.0.1:0', upstream: '127.0.0.1:1', enabled: false };
    await writeFile(config, JSON.stringify([proxy]));
    const port = wanted ?? (await freePort());
    let portTaken: () => void = () => undefined;
    const taken = new Promise<'taken'>((resolve) => {
      portTaken = () => resolve('taken');
    });
    const onLine = (line: string): void => {
      onLog(line);
      if (line.includes('Server finished with error')) portTaken();
    };
    const parameters = [...flagsFor(port, seed), '-config', config];
    // Its default writes a line for every connection.
    const child = spawn(REAL_PROGRAM, parameters, onLine, keeper, { LOG_LEVEL: 'error' });
    const url = `http://127.0.0.1:${port}`;
    const answered = await orFailure(child, Promise.race([taken, proofListed(url, proof, child.ended)]));
    if (answered === 'taken') {
      await child.stop();
      throw unusable(`port ${port} is taken, so toxiproxy-server can't serve its API there`, 'run it again');
    }
    return { ...child, url };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function orFailure<T>(child: Spawned, ready: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const failed = Promise.race([
    child.ended.then((how) => `it ended at once (${how})`),
    sleep(READY_LIMIT_MS, `it was not ready within ${READY_LIMIT_MS / 1000} s`, { signal: limit.signal }),
  ]).then((why) => ({ why }));
  // Losing the race aborts the limit, whose rejection is then of no use.
  failed.catch(() => undefined);
  const outcome = await Promise.race([ready.then((value) => ({ value })), failed]);
  limit.abort();
  if ('value' in outcome) return outcome.value;
  await child.stop();
  if (child.pid < 0 && (await child.notFound))
    throw new FaultProxyError('preflight', 'fault-engine-not-found', {
      what: `${REAL_PROGRAM} is not on PATH`,
      remedy:
        'install Toxiproxy (go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0, as ' +
        'toxiproxy-server), or use --fault-engine embedded',
    });
  const said = child.lastLines.length === 0 ? '' : `; it said: ${child.lastLines.join(' / ')}`;
  const what = `the fault engine did not come up: ${outcome.why}${said}`;
  throw unusable(what, 'see its log, or use --fault-engine embedded');
}

/** Polls until the proxy that only our child knows is listed, and removes it. Never resolves for a child that ended. */
async function proofListed(url: string, name: string, ended: Promise<string>): Promise<'proven'> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    try {
      const response = await fetch(`${url}/proxies/${name}`, { method: 'DELETE', signal: AbortSignal.timeout(1_000) });
      await response.arrayBuffer();
      if (response.status === 204) return 'proven';
    } catch {
      // The port is not open yet.
    }
    if (over) return new Promise(() => undefined);
    await sleep(10);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
