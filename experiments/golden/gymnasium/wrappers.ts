/** Recorded scripts of wrappers, played through ours. */
import type { Env } from '../../../env/gym/env.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import { layersOf } from '../../../env/gym/wrappers/wrapper.js';
import type { Replayed } from '../replayed.js';
import { difference } from './compare.js';
import { attributeOf, type RecordedWrapper, setAttribute, wrapperOf } from './layers.js';
import { type Script, scriptedEnv } from './scripted-env.js';
import { decode, spaceOf } from './values.js';

type Row = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly name: string;
  readonly env: Script;
  readonly wrappers: readonly RecordedWrapper[];
  readonly built: Row;
  readonly calls: readonly Row[];
}

/** Cases without a counterpart, and why. */
export const SKIPPED: Readonly<Record<string, string>> = {};

/** Every script of a recording: what the wrapped environment is, every call, and the wrapper's memory after it. */
export const replayWrappers = (recording: unknown, file: string): Replayed[] =>
  (recording as { scripts: Recorded[] }).scripts
    .filter(({ name }) => !Object.hasOwn(SKIPPED, name))
    .map((script) => replay(script, file));

function replay(script: Recorded, file: string): Replayed {
  const { name, built, calls } = script;
  const draws: number[] = [];
  let steps = 1;
  const done = (found: string | null): Replayed => ({ name, steps, difference: found && `${file}: ${name}: ${found}` });
  const [env, refusal] = attempt(() => build(script, draws));
  if (built.error !== undefined || env === null) return done(agree(built.error, refusal, 'wrapping') ?? null);
  const seen = wrongSurface(built, env);
  if (seen !== null) return done(seen);
  for (const [k, row] of calls.entries()) {
    steps++;
    const found = wrongCall(env, row, draws, `call ${k}`);
    if (found !== null) return done(found);
  }
  return done(null);
}

function build({ env: script, wrappers, calls }: Recorded, draws: number[]): Env {
  const renderMode = calls.some((row) => 'render' in row) ? 'ansi' : null;
  let env = scriptedEnv(script, { renderMode, draws });
  for (const wrapper of wrappers) env = wrap(env, wrapperOf(wrapper)) as Env;
  return env;
}

/** What a call gives, or the message of its error. */
export function attempt<T>(call: () => T): [value: T | null, error: string | null] {
  try {
    return [collectWarnings(call).value, null];
  } catch (error) {
    return [null, (error as Error).message];
  }
}

/** Whether an error was recorded and came, or neither. */
export function agree(recorded: unknown, ours: string | null, what: string): string | null {
  if (recorded === undefined) return ours === null ? null : `${what}: unexpected error "${ours}"`;
  if (ours !== null && ours !== '') return null;
  return `${what}: no error, recorded "${(recorded as { message: string }).message}"`;
}

/** Name, and spaces by value and as a person reads them. */
function wrongSurface(built: Row, env: Env): string | null {
  const names = layersOf(env).map(({ wrapper }) => `<${wrapper.name}`);
  const repr = `${names.join('')}<Scripted instance>${'>'.repeat(names.length)}`;
  if (repr !== built.repr) return `it is ${repr}, recorded ${built.repr}`;
  const { observationSpace: seen, actionSpace: acts } = env;
  if (!seen.equals(spaceOf(built.observation_space)))
    return `observation space ${seen}, recorded ${built.observation_space_repr}`;
  if (`${seen}` !== built.observation_space_repr)
    return `observation space ${seen}, recorded ${built.observation_space_repr}`;
  if (`${acts}` !== built.action_space_repr) return `action space ${acts}, recorded ${built.action_space_repr}`;
  return null;
}

function wrongCall(env: Env, row: Row, draws: number[], where: string): string | null {
  const [given, error] = attempt(() => make(env, row, draws));
  const wrong = agree(row.error, error, where);
  if (wrong !== null) return wrong;
  const checks: [recorded: unknown, ours: unknown, what: string][] = [];
  if (given !== null) for (const [field, value] of Object.entries(given)) checks.push([row[field], value, field]);
  for (const [name, value] of Object.entries((row.state ?? {}) as Row))
    checks.push([value, attributeOf(env, name), name]);
  for (const [recorded, ours, what] of checks) {
    const loose = what === 'info' || Object.hasOwn((row.state ?? {}) as Row, what);
    const found = difference(recorded, ours, `${where}: ${what}`, { loose });
    if (found !== null) return found;
  }
  return null;
}

/** Makes a call; gives what it returned by the names of the recording's fields. */
function make(env: Env, row: Row, draws: number[]): Row {
  if ('reset' in row) {
    const [obs, info] = env.reset(row.reset as object);
    return { obs, info };
  }
  if ('step' in row) {
    const [obs, reward, terminated, truncated, info] = env.step(decode(row.step));
    return { obs, reward, terminated, truncated, info };
  }
  if ('get' in row) return { value: attributeOf(env, row.get as string) };
  if ('render' in row) return { value: env.render() };
  if ('draws' in row) draws.push(...(row.uniform as number[]));
  else if ('set' in row) setAttribute(env, ...(row.set as [string, unknown]));
  else if ('close' in row) env.close();
  else throw new Error(`a call of unknown kind: ${Object.keys(row).join(', ')}`);
  return {};
}
