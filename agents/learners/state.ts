/** The state of a training as data: named arrays and numbers, out and back in. */
import type { Tensor, Weights } from '../../predictors/weights.js';

type Numbers = Tensor['values'];
export type Arrays = Readonly<Record<string, Numbers>>;

/** A copy of arrays and numbers as weights. Arrays must not be empty: a file cannot hold that. */
export const saveState = (arrays: Arrays, settings: Weights['settings'] = {}): Weights => ({
  tensors: Object.fromEntries(
    Object.entries(arrays).map(([name, values]): [string, Tensor] => [
      name,
      { shape: [values.length], values: values.slice() },
    ]),
  ),
  settings,
});

/** Copies what was saved into arrays of the same names and lengths. @throws Error naming the first that does not fit */
export function loadState({ tensors }: Weights, arrays: Arrays): void {
  for (const [name, into] of Object.entries(arrays)) {
    const values = savedValues({ tensors, settings: {} }, name);
    if (values.length !== into.length || values.constructor !== into.constructor)
      throw new Error(
        `the state has "${name}" as ${values.constructor.name} of ${values.length}, expected ${into.constructor.name} of ${into.length}: it is of another training`,
      );
    into.set(values);
  }
}

/** An array whose length only the state knows. @throws Error if there is none */
export function savedValues({ tensors }: Weights, name: string): Numbers {
  if (!Object.hasOwn(tensors, name))
    throw new Error(`the state has no "${name}": expected what a checkpoint was given`);
  return tensors[name].values;
}

/** Arrays of a list under `name/0`, `name/1`, … */
export const listed = (name: string, arrays: readonly Numbers[]): Arrays =>
  Object.fromEntries(arrays.map((values, k) => [`${name}/${k}`, values]));
