/** Which board a rendezvous stands for. */
import { ProblemError } from '../problem/index.js';
import type { Board } from './board.js';
import { folderBoard } from './folder-board.js';
import { httpBoard, tokenOf } from './http-board.js';
import type { NamedShard } from './name.js';

/** @throws ProblemError when the rendezvous can't be used. */
export function boardOf(
  { rendezvous, group, index }: NamedShard,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Board> {
  if (!/^https?:/i.test(rendezvous)) return folderBoard(rendezvous, group);
  const url = URL.canParse(rendezvous) ? new URL(rendezvous) : null;
  if (url?.protocol !== 'http:' || url.pathname !== '/')
    throw new ProblemError('bad-input', {
      code: 'shard',
      what: `--rendezvous ${rendezvous} is no address that shard 0 can serve`,
      remedy: 'write http://HOST:PORT, where HOST is the machine of shard 0 as the others know it, or give a folder',
    });
  return httpBoard(url, group, tokenOf(environment), index === 0);
}
