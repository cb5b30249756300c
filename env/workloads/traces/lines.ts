/** The lines of a text file, plain or gzip, in constant memory. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Consecutive lines without their ends; `first` is the number of the first one, counted from 1. */
interface Lines {
  readonly first: number;
  readonly lines: readonly string[];
}

/** Tells how far a file has been read, in bytes of the file as it is stored. */
export type Progress = (bytes: number, total: number) => void;

/** Longest line in bytes: more is no text. */
export const LONGEST_LINE = 16 * 2 ** 20;
const CHUNK = 256 * 1024;
const NEWLINE = 10;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Yields the lines of `file` in batches. Gzip is known by its first two bytes; line ends may be LF or CR LF, a byte order mark is
 * dropped.
 * @throws Error naming the file (and line) if it cannot be read, is a folder, is not UTF-8 text, has a line above 16 MiB, or if its
 * gzip data are damaged or cut off
 */
export async function* readLines(file: string, progress?: Progress): AsyncGenerator<Lines> {
  const { size, gzip } = await inspect(file);
  const source = createReadStream(file, { highWaterMark: CHUNK });
  const content: Readable = gzip ? pipeline(source, createGunzip({ chunkSize: CHUNK }), () => {}) : source;
  const unfinished: Buffer[] = []; // pieces of the line that the chunks so far have not ended
  let waiting = 0;
  let first = 1;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      progress?.(source.bytesRead, size);
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        const lines = decodeLines(Buffer.concat([...unfinished, chunk.subarray(0, end)]), file, first);
        lines.pop(); // behind the last line end there is nothing
        yield { first, lines };
        first += lines.length;
        unfinished.length = waiting = 0;
      }
      unfinished.push(chunk.subarray(end));
      waiting += chunk.length - end;
      if (waiting > LONGEST_LINE)
        throw new Error(`${file}, line ${first}: expected lines up to 16 MiB, found a longer one`);
    }
  } catch (error) {
    throw explained(error, file);
  } finally {
    source.destroy();
  }
  if (waiting > 0) yield { first, lines: decodeLines(Buffer.concat(unfinished), file, first) };
}

/** Size, and whether it begins like gzip. */
async function inspect(file: string): Promise<{ size: number; gzip: boolean }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), length: 2, position: 0 });
    return { size, gzip: buffer[0] === 0x1f && buffer[1] === 0x8b };
  } catch (error) {
    throw explained(error, file);
  } finally {
    await handle?.close();
  }
}

/** Decodes whole lines; one line at a time only to find out which one is at fault. */
function decodeLines(bytes: Buffer, file: string, first: number): string[] {
  const decoded = decode(bytes);
  if (decoded !== undefined) {
    const text = first === 1 && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
    const lines = text.split('\n');
    return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines;
  }
  let line = first;
  for (let at = 0; at < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, at);
    const next = end < 0 ? bytes.length : end + 1;
    if (decode(bytes.subarray(at, next)) === undefined) break;
    at = next;
  }
  throw new Error(`${file}, line ${line}: expected UTF-8 text (plain or gzip), found binary data`);
}

/** The text, or undefined if it is none. */
function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** One plain sentence instead of a system error. */
function explained(error: unknown, file: string): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new Error(`${file}: no such file`);
  if (code === 'EISDIR') return new Error(`${file}: is a folder, expected a file`);
  if (code === 'EACCES' || code === 'EPERM') return new Error(`${file}: may not be read (permissions)`);
  if (code === 'Z_BUF_ERROR') return new Error(`${file}: the gzip data end too early, the file is cut off`);
  if (code?.startsWith('Z_')) return new Error(`${file}: the gzip data are damaged (${message})`);
  return error as Error;
}
