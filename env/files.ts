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
  const draft = beginDraft(file);
  try {
    for (const piece of whole ? [content] : content) draft.add(piece);
    draft.publish();
  } catch (error) {
    draft.discard();
    throw error;
  }
}

/** The same with pieces that come in their own time: an interruption between two leaves nothing behind. */
export async function streamAtomic(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = beginDraft(file);
  try {
    for await (const piece of pieces) draft.add(piece);
    draft.publish();
  } catch (error) {
    draft.discard();
    throw error;
  }
}

/** A file beside the one it will become. */
interface Draft {
  add(piece: string | Uint8Array): void;
  publish(): void;
  discard(): void;
}

function beginDraft(file: string): Draft {
  const unfinished = `${file}.${process.pid}.tmp`;
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new Error(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  const handle = attempt(() => {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(unfinished, 'w');
  });
  let open = true;
  const close = (): void => {
    if (open) closeSync(handle);
    open = false;
  };
  return {
    add: (piece) => attempt(() => writeFileSync(handle, piece)),
    publish: () =>
      attempt(() => {
        close();
        renameSync(unfinished, file);
      }),
    discard() {
      close();
      if (existsSync(unfinished)) unlinkSync(unfinished);
    },
  };
}
