/** Files of the package, and files of users: both are data, nothing in them is executed. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The package's folder: the first one above this file that has a package.json. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${import.meta.url}`);
    folder = above;
  }
  return folder;
}

/** A data file that ships with the package, e.g. `env/serving/cards/gpus/a100.json`. */
export const packageFile = (path: string): string => join(packageFolder(), path);

/**
 * Reads a JSON or YAML file (YAML contains JSON).
 * @throws Error that names the file and what is wrong with it
 */
export function readData(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(
      `${file}: ${code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder, expected a file' : code}`,
    );
  }
  if (text.includes('\0')) throw new Error(`${file}: is binary, expected JSON or YAML text`);
  try {
    return file.endsWith('.json') ? JSON.parse(text) : parse(text);
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    throw new Error(`${file}: not valid ${file.endsWith('.json') ? 'JSON' : 'YAML'} (${first})`);
  }
}

/**
 * Writes a file so that a reader (or a crash) never sees half of it. Folders above it are made.
 * @param content all of it, or its pieces one after another
 * @throws Error naming the file if it cannot be written
 */
export function writeAtomic(file: string, content: string | Uint8Array | Iterable<string>): void {
  const whole = typeof content === 'string' || content instanceof Uint8Array;
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(unfinished, 'w');
    try {
      for (const piece of whole ? [content] : content) writeFileSync(handle, piece);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, file);
  } catch (error) {
    if (existsSync(unfinished)) unlinkSync(unfinished);
    throw new Error(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}
