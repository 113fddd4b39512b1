/**
 * Several files of samples as one, without encoding them again: row groups are copied byte by byte, and a column says
 * which shard each row is of. Only where a shard's clock was off are its times, and nothing else, written anew.
 */
import { open } from 'node:fs/promises';
import type { ColumnChunk, ColumnMetaData, RowGroup } from 'hyparquet';
import { COLUMNS, NUMBER_COLUMNS, emptyColumns, type SampleColumns } from '../columns.js';
import { ChunkWriter } from './chunk-writer.js';
import { withSamples, type Group, type Samples } from './read.js';
import { ROW_GROUP_ROWS, emptyChunks, fileBacked, keyValues, sumOf, type SamplesMetadata } from './write.js';

/** The column that a merged file has more than others. */
export const SHARD_COLUMN = {
  name: 'shard',
  meaning: 'Shard that made the call, from 0. Of merged runs alone.',
} as const;

export interface SamplesPart {
  readonly path: string;
  readonly shard: number;
  /** By how much the times of each phase are moved; a phase that is not named is left as it is. */
  readonly shiftsNs: ReadonlyMap<number, number>;
}

const TIMES = NUMBER_COLUMNS.filter(({ field }) => COLUMNS[field].unit === 'ns');

/**
 * Writes the rows of `parts`, in their order, to `path`. Memory does not grow with them. Rejects when a part is not a
 * file of samples, or has other tables than the first.
 * @returns the number of rows.
 */
export async function concatSamples(
  path: string,
  parts: readonly SamplesPart[],
  metadata: Pick<SamplesMetadata, 'runId' | 'monotonicEpochNs' | 'startedUtc'>,
): Promise<number> {
  const library = await import('hyparquet-writer');
  const [first] = parts;
  if (first === undefined) throw new Error('there is nothing to put together');
  const tables = await withSamples(first.path, (samples) => Promise.resolve(samples.tables));
  const file = await open(path, 'w');
  let rows = 0;
  try {
    const out = fileBacked(new library.ByteWriter(1 << 20), file);
    const schema = library.schemaFromColumnData({
      columnData: [...emptyChunks(), { name: SHARD_COLUMN.name, type: 'INT32', data: [] }],
    });
    const kvMetadata = keyValues(metadata, tables);
    const parquet = new library.ParquetWriter({ writer: out, schema, createdBy: 'plimsoll', kvMetadata });
    const writer = new ChunkWriter(out, ROW_GROUP_ROWS);
    for (const part of parts) {
      await withSamples(part.path, async (samples) => {
        if (JSON.stringify(samples.tables) !== JSON.stringify(tables))
          throw new Error(`${part.path} has other phases or calls than ${first.path}`);
        for (const group of samples.groups) {
          const moved = await movedTimes(samples, group, part.shiftsNs);
          const columns: ColumnChunk[] = [];
          for (const { name } of emptyChunks()) {
            const time = moved === null ? undefined : TIMES.find((column) => column.name === name);
            if (time !== undefined && moved !== null) columns.push(writer.numberChunk(time, moved[time.field]));
            else {
              const { chunk, facts } = await samples.chunk(name, group);
              const at = out.offset;
              out.appendBytes(chunk);
              columns.push(copied(facts, at));
            }
          }
          columns.push(writer.numberChunk(shardColumn, new Int32Array(group.to - group.from).fill(part.shard)));
          parquet.row_groups.push(rowGroup(columns, group.to - group.from));
          parquet.num_rows += BigInt(group.to - group.from);
          rows += group.to - group.from;
          await out.flush();
        }
      });
    }
    await parquet.finish();
  } finally {
    await file.close();
  }
  return rows;
}

/** The column of shards holds no field of a sample: the field named here is not read. */
const shardColumn = { name: SHARD_COLUMN.name, field: 'session', type: 'INT32', absent: null } as const;

function rowGroup(columns: readonly ColumnChunk[], rows: number): RowGroup {
  return {
    columns: [...columns],
    num_rows: BigInt(rows),
    total_byte_size: sumOf(columns, 'total_uncompressed_size'),
    total_compressed_size: sumOf(columns, 'total_compressed_size'),
  };
}

/** What the footer says of a chunk that was copied to `at`. */
function copied(facts: ColumnMetaData, at: number): ColumnChunk {
  const { type, encodings, path_in_schema, codec, num_values, statistics } = facts;
  const begins = facts.dictionary_page_offset ?? facts.data_page_offset;
  const { null_count, min_value, max_value } = statistics ?? {};
  return {
    file_offset: BigInt(at),
    meta_data: {
      ...{ type, encodings, path_in_schema, codec, num_values },
      total_compressed_size: facts.total_compressed_size,
      total_uncompressed_size: facts.total_uncompressed_size,
      data_page_offset: facts.data_page_offset - begins + BigInt(at),
      ...(facts.dictionary_page_offset === undefined ? {} : { dictionary_page_offset: BigInt(at) }),
      statistics: {
        ...(null_count === undefined ? {} : { null_count }),
        ...(min_value === undefined ? {} : { min_value }),
        ...(max_value === undefined ? {} : { max_value }),
      },
    },
  };
}

/** The times of a row group as shard 0 has them; null where they are that already. */
async function movedTimes(
  samples: Samples,
  group: Group,
  shiftsNs: ReadonlyMap<number, number>,
): Promise<SampleColumns | null> {
  if ([...shiftsNs.values()].every((shiftNs) => shiftNs === 0)) return null;
  const rows = group.to - group.from;
  const columns = emptyColumns(rows, samples.tables);
  await samples.read('phase', group, columns.phase);
  for (const { field } of TIMES) {
    const times = columns[field];
    await samples.read(field, group, times);
    for (let row = 0; row < rows; row++) (times[row] as number) += shiftsNs.get(columns.phase[row] as number) ?? 0;
  }
  return columns;
}
