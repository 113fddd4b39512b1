/** What a stack leaves behind that was stopped: processes that left their group, and ports that still answer. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../problem/index.js';
import type { Reaper } from '../processes/index.js';

/** A process that was killed takes a moment to be gone. */
const DYING_MS = 100;
const CONNECT_MS = 1_000;

interface Stopped {
  readonly name: string;
  /** Where it listened. */
  readonly port: number | null;
}

/** Looks for what outlived the stop. Nothing of it is ended: it left its process group on purpose. */
export async function leftBehind(services: readonly Stopped[], reaper: Reaper): Promise<readonly Problem[]> {
  const looked = await look(services, reaper);
  if (looked.pids.size === 0 && looked.ports.size === 0) return [];
  await sleep(DYING_MS);
  const again = await look(services, reaper);
  const processes = [...again.pids].filter(([pid]) => looked.pids.has(pid));
  const ports = [...again.ports].filter(([port]) => looked.ports.has(port));
  return [
    ...processes.map(([pid, command]): Problem => ({
      code: 'process-left',
      what: `a process outlived the stack that it comes from, in a process group of its own: ${pid} (${command})`,
      remedy: `end it (kill ${pid}), and let the service end what it starts or keep it in its own process group`,
    })),
    ...ports.map(([port, name]): Problem => ({
      code: 'port-left',
      what: `something still listens on port ${port} of service "${name}", which was stopped`,
      remedy: 'end the process that listens there, and let the service end what it starts',
    })),
  ];
}

async function look(services: readonly Stopped[], reaper: Reaper) {
  const survivors = (await reaper.survivors()) ?? [];
  const ports = services.flatMap(({ name, port }) => (port === null ? [] : [[port, name] as const]));
  const listening = await Promise.all(ports.map(([port]) => listens(port)));
  return {
    pids: new Map(survivors.map(({ pid, command }) => [pid, command])),
    ports: new Map(ports.filter((_, at) => listening[at] === true)),
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_MS });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
