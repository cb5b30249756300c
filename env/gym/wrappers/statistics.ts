/** Running statistics of wrappers: saved with a model, loaded for its evaluation, frozen while it is evaluated. */
import { type Layer, layersOf } from './wrapper.js';

/** Statistics as JSON: one entry a wrapper that has any, from the outermost inwards. */
export type Statistics = readonly { readonly name: string; readonly state: Readonly<Record<string, unknown>> }[];

type Wrapped = Parameters<typeof layersOf>[0];

const layersWithAny = (env: Wrapped): Layer[] => layersOf(env).filter(({ saved }) => saved.length > 0);

/** What NormalizeObservation, NormalizeReward and the like have learnt. */
export const statistics = (env: Wrapped): Statistics =>
  layersWithAny(env).map(({ wrapper, state, saved }) => ({
    name: wrapper.name,
    state: Object.fromEntries(saved.map((part) => [part, plain(state[part])])),
  }));

/** Puts saved statistics in place. @throws Error if the wrappers are not those that they were saved from, or sizes differ */
export function loadStatistics(env: Wrapped, saved: Statistics): void {
  const layers = layersWithAny(env);
  const [here, there] = [layers.map(({ wrapper }) => wrapper.name), saved.map(({ name }) => name)];
  if (here.join() !== there.join())
    throw new Error(
      `statistics of ${there.join(', ') || 'nothing'}, expected those of ${here.join(', ') || 'nothing'}`,
    );
  const loaded = layers.map(({ wrapper, state, saved: parts }, k) =>
    parts.map((part) => [part, likewise(saved[k].state[part], state[part], `statistics of ${wrapper.name}: ${part}`)]),
  );
  for (const [k, { state }] of layers.entries()) Object.assign(state, Object.fromEntries(loaded[k]));
}

/** Stops all statistics of an environment from changing, or lets them go on. */
export function freeze(env: Wrapped, frozen = true): void {
  for (const { state } of layersWithAny(env)) state.updating = !frozen;
}

function plain(x: unknown): unknown {
  if (ArrayBuffer.isView(x)) return Array.from(x as Float64Array);
  if (typeof x !== 'object' || x === null) return x;
  return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, plain(part)]));
}

/** JSON as what stood there before. */
function likewise(json: unknown, before: unknown, where: string): unknown {
  if (ArrayBuffer.isView(before)) {
    const { length } = before as Float64Array;
    if (!Array.isArray(json) || json.length !== length || !json.every(Number.isFinite))
      throw new Error(`${where} is ${JSON.stringify(json) ?? 'missing'}, expected ${length} numbers`);
    return new (before.constructor as Float64ArrayConstructor)(json);
  }
  if (typeof before === 'object' && before !== null) {
    const record = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(before).map(([key, part]) => [key, likewise(record[key], part, `${where}.${key}`)]),
    );
  }
  if (!Number.isFinite(json)) throw new Error(`${where} is ${JSON.stringify(json) ?? 'missing'}, expected a number`);
  return json;
}
