/** Services: from what the scenario says to something with an address that can be stopped. */
import { z } from 'zod';
import { entryPath } from '../entrypoints.js';
import type { NowNs } from '../clock/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import type { RunEvent } from '../record/index.js';
import type { Service } from '../scenario/index.js';
import { startChild, type Child } from './child.js';
import { fillLateText, type Address, type LateValues } from './late-text.js';
import { freePort, requireFreePort } from './ports.js';
import { untilLine, untilReady } from './ready.js';
import type { Reaper } from './reaper.js';

export interface RunningService extends Address {
  readonly name: string;
  readonly kind: Service['kind'];
  /** Null for a service somebody else runs. */
  readonly child: Child | null;
  /** Ends it; resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

export interface ServiceSetup {
  readonly services: ReadonlyMap<string, Address>;
  /** Links in front of services that are up. */
  readonly links: ReadonlyMap<string, Address>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
  readonly log: (service: string, text: string) => void;
  readonly reaper: Reaper;
  readonly abort: AbortSignal;
  /** Called when a child ends although nobody stopped it. */
  readonly died: (service: string, how: string) => void;
}

/** @throws ProblemError (`preflight`) with what kept the service from getting ready; nothing is left behind then. */
export async function startService(service: Service, setup: ServiceSetup): Promise<RunningService> {
  switch (service.kind) {
    case 'url': {
      const url = fillLateText(service.url, lateValues(setup, null));
      return { name: service.name, kind: 'url', url, port: Number(new URL(url).port) || null, child: null, stop: () => Promise.resolve() };
    }
    case 'mock':
      return startMock(service, setup);
    case 'gateway':
      return startGateway(service, setup);
    case 'command':
      return startCommand(service, setup);
  }
}

const mockReadyLine = z.object({ ready: z.literal(true), port: z.number().int(), pid: z.number().int() });

function startMock(service: Extract<Service, { kind: 'mock' }>, setup: ServiceSetup): Promise<RunningService> {
  return startOwn(service, setup, 'toolsMock', service.options);
}

function startGateway(service: Extract<Service, { kind: 'gateway' }>, setup: ServiceSetup): Promise<RunningService> {
  const upstreams = service.to.map((name) => {
    const address = setup.services.get(name) ?? setup.links.get(name);
    if (address === undefined) throw new Error(`"${name}" passed the scenario's checks but is not up before gateway "${service.name}"`);
    return { name, url: address.url };
  });
  return startOwn(service, setup, 'gatewayMock', { ...service.options, name: service.name, upstreams });
}

/** Starts one of our own servers, on a free port. */
function startOwn(service: Extract<Service, { kind: 'mock' | 'gateway' }>, setup: ServiceSetup, entry: 'toolsMock' | 'gatewayMock', settings: object): Promise<RunningService> {
  const options = JSON.stringify({ ...settings, host: '127.0.0.1', port: 0 });
  return supervise(service.name, service.kind, setup, [process.execPath, entryPath(entry), options, '--parent-stdin'], {}, process.cwd(), async (child) => {
    const wait = { service: service.name, child, port: null, withinNs: service.readyWithinNs, abort: setup.abort };
    const ready = await untilLine(wait, 'print its ready line', (line) => {
      const parsed = mockReadyLine.safeParse(jsonOrUndefined(line));
      return parsed.success ? parsed.data : undefined;
    });
    return { url: `http://127.0.0.1:${ready.port}${service.options.path}`, port: ready.port };
  });
}

async function startCommand(service: Extract<Service, { kind: 'command' }>, setup: ServiceSetup): Promise<RunningService> {
  if (service.port !== null) await requireFreePort(service.port, service.name);
  const port = service.port ?? (await freePort());
  const values = lateValues(setup, port);
  const [program, ...parameters] = service.command;
  const command: [string, ...string[]] = [fillLateText(program, values), ...parameters.map((text) => fillLateText(text, values))];
  const environment = Object.fromEntries(Object.entries(service.environment).map(([key, text]) => [key, fillLateText(text, values)]));
  return supervise(service.name, service.kind, setup, command, environment, service.workingFolder, async (child) => {
    await untilReady(service.ready, { service: service.name, child, port, withinNs: service.readyWithinNs, abort: setup.abort });
    return { url: `http://127.0.0.1:${port}${service.path}`, port };
  });
}

async function supervise(
  name: string,
  kind: Service['kind'],
  setup: ServiceSetup,
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
  workingFolder: string,
  untilUp: (child: Child) => Promise<Address>,
): Promise<RunningService> {
  let child: Child;
  try {
    child = await startChild({ command, environment, workingFolder, reaper: setup.reaper, log: (text) => setup.log(name, text) });
  } catch (thrown) {
    throw new ProblemError('preflight', [
      {
        code: 'service-not-started',
        what: `service "${name}" can't be started: ${messageOf(thrown)}`,
        remedy: `check that "${command[0]}" exists and may be run, and that the folder ${workingFolder} exists`,
      },
    ]);
  }
  let stopping = false;
  setup.event({ type: 'service', atNs: setup.nowNs(), service: name, edge: 'spawned', pid: child.pid });
  void child.exited.then(({ exitCode, signal }) => {
    setup.event({ type: 'service', atNs: setup.nowNs(), service: name, edge: 'exited', pid: child.pid, exitCode, signal, unexpected: !stopping });
    if (!stopping) setup.died(name, signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal);
  });
  const stop = async (): Promise<void> => {
    if (!stopping) {
      stopping = true;
      setup.event({ type: 'service', atNs: setup.nowNs(), service: name, edge: 'stopping', pid: child.pid });
    }
    await child.stop();
  };
  try {
    const address = await untilUp(child);
    setup.event({ type: 'service', atNs: setup.nowNs(), service: name, edge: 'ready', pid: child.pid });
    return { name, kind, ...address, child, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function lateValues(setup: ServiceSetup, port: number | null): LateValues {
  return { port, services: setup.services, environment: setup.environment };
}

function jsonOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not the ready line: a log line that is no JSON.
    return undefined;
  }
}
