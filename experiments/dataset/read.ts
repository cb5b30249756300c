/** Logged episodes read back from their files (`format.ts`). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readData } from '../../env/files.js';
import {
  type ColumnSpec,
  type DatasetHeader,
  FORMAT,
  fileOf,
  fromBytes,
  HEADER,
  headerSchema,
  rowsFileOf,
  sizeOf,
  type Values,
  VERSION,
  widthOf,
} from './format.js';

export interface DatasetColumn extends ColumnSpec {
  /** All values, row after row. */
  readonly values: Values;
  /** Where the rows of each value of a set begin, counted in rows of it, and where the last ends; null if it is no set. */
  readonly starts: Int32Array | null;
  /** The value of a row: a view of `values`. */
  at(row: number): Values;
}

export interface Dataset {
  readonly header: DatasetHeader;
  readonly rows: number;
  /** By name; `format.ts` says which there are. */
  readonly columns: Readonly<Record<string, DatasetColumn>>;
  /** Rows at which episodes begin, and where the last ends. */
  readonly starts: Int32Array;
}

/**
 * Reads a dataset into memory.
 * @param verify whether files are held against their checksums [true]
 * @throws Error naming the file that is missing, damaged or of another format, and what was expected
 */
export function readDataset(folder: string, { verify = true }: { readonly verify?: boolean } = {}): Dataset {
  const header = readHeader(join(folder, HEADER));
  const { rows, episodes } = header;
  const bytesOf = (name: string, expected?: number): Uint8Array => {
    const path = join(folder, name);
    const told = header.files.find((each) => each.name === name);
    if (!told) throw new Error(`${join(folder, HEADER)}: says nothing of ${name}`);
    const bytes = readBytes(path);
    const length = expected ?? told.bytes;
    if (bytes.length !== length || told.bytes !== length)
      throw new Error(`${path}: has ${bytes.length} bytes, expected ${length}`);
    if (verify && createHash('sha256').update(bytes).digest('hex') !== told.sha256)
      throw new Error(`${path}: is not what was written, its checksum differs`);
    return bytes;
  };
  const columns = header.columns.map((spec): [string, DatasetColumn] => {
    const size = sizeOf(spec);
    const counts = spec.set ? fromBytes('int32', bytesOf(rowsFileOf(spec.name), rows * 4)) : null;
    const starts = counts && startsOf(counts);
    const count = starts ? starts[rows] : rows;
    const values = fromBytes(spec.dtype, bytesOf(fileOf(spec.name), count * size * widthOf(spec.dtype)));
    const at = (row: number): Values =>
      starts
        ? values.subarray(starts[row] * size, starts[row + 1] * size)
        : values.subarray(row * size, (row + 1) * size);
    return [spec.name, { ...spec, values, starts, at }];
  });
  const starts = startsOf(episodes.map((each) => each.rows));
  if (starts[episodes.length] !== rows)
    throw new Error(`${join(folder, HEADER)}: its episodes have ${starts[episodes.length]} rows, expected ${rows}`);
  return { header, rows, columns: Object.fromEntries(columns), starts };
}

function readHeader(file: string): DatasetHeader {
  const data = readData(file);
  const parsed = headerSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const { format, version } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION)
    throw new Error(
      `${file}: is ${JSON.stringify(format)} of version ${JSON.stringify(version)}, expected ${FORMAT} of version ${VERSION}`,
    );
  const [{ path, message }] = parsed.error.issues;
  throw new Error(`${file}: ${path.join('.')}: ${message}`);
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(`${file}: ${code === 'ENOENT' ? 'no such file' : code}`);
  }
}

/** Running sums from 0. */
function startsOf(counts: ArrayLike<number>): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) starts[k + 1] = starts[k] + counts[k];
  return starts;
}
