/** Seven servers of others that a first look is taken at, each as its users start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { EVERYTHING, FASTMCP, GO_EVERYTHING } from './tools.js';

export interface RealServer {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: { readonly path: string; readonly install: string };
  /** Its command; with a port, it listens there. */
  readonly command: (port: number) => readonly string[];
  readonly environment?: (port: number) => Readonly<Record<string, string>>;
  /** Path of its endpoint over HTTP; null: it speaks over stdio. */
  readonly path: string | null;
  /** Tools that are named, since it annotates none as read-only; empty where it does. */
  readonly tools: readonly string[];
  /** Tools that must be under load then. */
  readonly underLoad: readonly string[];
  /** Tools that must not be called: they change something, or do not say that they don't. */
  readonly leftOut: readonly string[];
}

const npmServer = (name: string): RealServer['needs'] => ({
  path: join(PACKAGE_ROOT, 'node_modules', '@modelcontextprotocol', name, 'dist', 'index.js'),
  install: 'npm ci',
});
const FILESYSTEM = npmServer('server-filesystem');
const MEMORY = npmServer('server-memory');
const THINKING = npmServer('server-sequential-thinking');
const OWN = join(PACKAGE_ROOT, 'test', 'real-servers', 'servers', 'fastmcp_server.py');

export const SEVEN: readonly RealServer[] = [
  {
    ...{ name: 'server-everything over HTTP', needs: EVERYTHING, path: '/mcp', tools: [] },
    command: () => ['node', EVERYTHING.path, 'streamableHttp'],
    environment: (port) => ({ PORT: String(port) }),
    ...{ underLoad: ['echo', 'get-sum'], leftOut: [] },
  },
  {
    ...{ name: 'server-everything over stdio', needs: EVERYTHING, path: null, tools: [] },
    command: () => ['node', EVERYTHING.path],
    ...{ underLoad: ['echo', 'get-sum'], leftOut: [] },
  },
  {
    ...{ name: 'server-filesystem', needs: FILESYSTEM, path: null, tools: [] },
    command: () => ['node', FILESYSTEM.path, PACKAGE_ROOT],
    ...{ underLoad: ['list_allowed_directories'], leftOut: ['write_file', 'edit_file', 'move_file'] },
  },
  {
    ...{ name: 'server-memory', needs: MEMORY, path: null, tools: [] },
    command: () => ['node', MEMORY.path],
    ...{ underLoad: ['read_graph'], leftOut: ['create_entities', 'delete_entities'] },
  },
  {
    ...{ name: 'server-sequential-thinking', needs: THINKING, path: null, tools: [] },
    command: () => ['node', THINKING.path],
    ...{ underLoad: ['sequentialthinking'], leftOut: [] },
  },
  {
    ...{ name: 'FastMCP over HTTP', needs: FASTMCP, path: '/mcp', tools: ['repeat', 'measure'] },
    command: (port) => [FASTMCP.path, OWN, String(port)],
    ...{ underLoad: ['repeat', 'measure'], leftOut: ['refuse', 'ask', 'steps'] },
  },
  {
    ...{ name: 'the everything server of the Go SDK over HTTP', needs: GO_EVERYTHING, path: '/', tools: ['greet'] },
    command: (port) => [GO_EVERYTHING.path, '-http', `127.0.0.1:${port}`],
    ...{ underLoad: ['greet'], leftOut: ['log', 'sample'] },
  },
];

export interface Running {
  /** What stands for it on the command line of `plimsoll`: an address, or `--` and its command. */
  readonly words: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts a server over HTTP and waits until it listens; one over stdio is started by who speaks to it. */
export async function running({ command, environment, path }: RealServer): Promise<Running> {
  if (path === null) return { words: ['--', ...command(0)], stop: () => Promise.resolve() };
  const port = await freePort();
  const [program = '', ...parameters] = command(port);
  const env = { ...process.env, ...environment?.(port) };
  const child = spawn(program, parameters, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  for (let tries = 0; tries < 300 && !(await listens(port)); tries++) await sleep(100);
  return {
    words: [`http://127.0.0.1:${port}${path}`],
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
