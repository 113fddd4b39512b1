/** The records of shards as one: time and memory of the merge, by samples and by shards. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merging, shardRecords } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';

export const title = 'The merge of shards';

const MILLION = 1e6;
/** Samples in all, shards, and whether clocks of others are off, so that their times are written anew. */
const MERGES = [
  { samples: 1 * MILLION, of: 4, moved: false },
  { samples: 3 * MILLION, of: 4, moved: false },
  { samples: 3 * MILLION, of: 4, moved: true },
  { samples: 10 * MILLION, of: 4, moved: false },
  { samples: 1 * MILLION, of: 100, moved: false },
];

export async function run() {
  const rows = [];
  for (const { samples, of, moved } of MERGES) {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-merge-'));
    const shards = join(folder, 'shards');
    try {
      mkdirSync(shards);
      // Each half of the shards is written by a process of its own: they only have to be there.
      const halves = [
        [0, of / 2],
        [of / 2, of],
      ];
      await Promise.all(
        halves.map(([from, to]) => shardRecords({ samples: samples / of, folder: shards, from, to, of, moved })),
      );
      await quiet();
      const merged = await merging({ folder: shards, out: folder });
      if (merged.samples !== samples) throw new Error(`${merged.samples} of ${samples} samples were merged`);
      rows.push([
        (samples / MILLION).toFixed(0),
        of,
        moved ? 'of all shards but the first' : 'none',
        merged.wallS.toFixed(1),
        (merged.cpuS / (samples / MILLION)).toFixed(2),
        merged.maxRssMiB.toFixed(0),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const head = ['million samples', 'shards', 'times moved', 'seconds', 'CPU s a million', 'highest RSS, MiB'];
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
    'Row groups are copied as they are; only times of a shard whose clock was moved are written anew.',
  ].join('\n');
}
