import { LINUX } from './linux-files.js';
import { thisSystem } from './system.js';

const USUAL_FIRST_LOCAL = 32_768;

/** The first port that the system gives to outgoing connections (ip(7)); the usual one where it does not say. */
export async function firstLocalPort(): Promise<number> {
  const range = await thisSystem.read(LINUX.localPortRange).catch(() => '');
  return Number(/^\d+/.exec(range)?.[0] ?? USUAL_FIRST_LOCAL);
}
