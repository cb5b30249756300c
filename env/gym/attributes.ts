/** Members that some layer of a wrapped environment has, from the outermost inwards. */
import type { Env } from './env.js';

function layerWith(env: Env, name: string): Env | null {
  for (let layer: Env | undefined = env; layer !== undefined; layer = layer.inner) if (name in layer) return layer;
  return null;
}

/** Whether a wrapper or the environment inside has a member of this name. */
export const hasWrapperAttribute = (env: Env, name: string): boolean => layerWith(env, name) !== null;

/** The member of the outermost layer that has it. @throws Error if none has */
export function getWrapperAttribute(env: Env, name: string): unknown {
  const layer = layerWith(env, name);
  if (layer === null) throw new Error(`neither the environment nor a wrapper around it has ${JSON.stringify(name)}`);
  return (layer as unknown as Record<string, unknown>)[name];
}

/**
 * Sets the member where the outermost layer has it.
 * @param force where no layer has it, give it to the environment itself [true]
 * @returns whether it was set
 */
export function setWrapperAttribute(env: Env, name: string, value: unknown, { force = true } = {}): boolean {
  const layer = layerWith(env, name) ?? (force ? env.unwrapped : null);
  if (layer === null) return false;
  return Reflect.set(layer, name, value);
}
