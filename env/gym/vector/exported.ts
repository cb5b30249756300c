/** Functions that modules export: code reaches worker threads by name. */
import type { Env } from '../env.js';

/** Environments by the module that makes them, so that every thread can make its own. */
export interface EnvModule {
  /** URL of a module. */
  readonly module: string | URL;
  /** The function it exports that makes environment i of all: `(i, options) => Env`. */
  readonly makeEnv: string;
  /** Plain data that goes to that function. */
  readonly options?: unknown;
}

/** The environments first … first + count − 1. @throws Error naming the environment that could not be made */
export async function makeEnvs<O, A, B>(from: EnvModule, first: number, count: number): Promise<Env<O, A, B>[]> {
  const make = await exported<(index: number, options: unknown) => Env<O, A, B>>(from.module, from.makeEnv);
  return Array.from({ length: count }, (_, i) => naming(first + i, () => make(first + i, from.options)));
}

/** @throws Error if the module cannot be loaded or has no such function */
export async function exported<F>(module: string | URL, name: string): Promise<F> {
  const all = (await import(String(module))) as Record<string, unknown>;
  if (typeof all[name] === 'function') return all[name] as F;
  const there = Object.keys(all).filter((key) => typeof all[key] === 'function');
  throw new Error(`${module} exports no function ${name}; there are ${there.join(', ') || 'none'}`);
}

/** Runs something of one environment. @throws what it throws, with the environment's number */
export function naming<T>(index: number, what: () => T): T {
  try {
    return what();
  } catch (error) {
    throw named(index, error);
  }
}

export function named(index: number, error: unknown): Error {
  const { message, name } = error instanceof Error ? error : new Error(String(error));
  return Object.assign(
    new Error(`environment ${index}: ${message}`, { cause: error }),
    name === 'Error' ? {} : { name },
  );
}
