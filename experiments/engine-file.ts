/** Engines by name or file: a preset and the rules that differ from it. */
import { existsSync } from 'node:fs';
import { readData } from '../env/files.js';
import { type PresetName, preset, presets } from '../env/serving/presets.js';
import { type Rules, rulesSchema } from '../env/serving/rules.js';
import { didYouMean } from '../env/spelling.js';

export interface EngineOptions {
  /** Limits of the hardware, `blocks` and the times to copy one in blocks of 16 tokens; they yield to the file and do not touch presets with memory without limit. */
  readonly hardware?: Partial<Rules>;
  /** Rules that override everything. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

/**
 * The rules of a preset, or of a JSON or YAML file such as `{ preset: vllm-v1, maxBatch: 32 }`.
 * @throws Error that names the file or the rule and what was expected
 */
export function engineRules(nameOrFile: string, { hardware = {}, changes = {} }: EngineOptions = {}): Rules {
  const known = Object.hasOwn(presets, nameOrFile);
  const { preset: name, ...own } = known ? { preset: nameOrFile } : readEngine(nameOrFile);
  if (typeof name !== 'string' || !Object.hasOwn(presets, name)) {
    throw new Error(
      `${nameOrFile}: unknown preset ${JSON.stringify(name)}${didYouMean(String(name), Object.keys(presets))}`,
    );
  }
  const limits = limitsFor(presets[name as PresetName], changes.blockSize ?? own.blockSize, hardware);
  for (const [where, rules] of [
    [nameOrFile, own],
    ['rules', changes],
  ] as const) {
    for (const rule of Object.keys(rules)) {
      if (!Object.hasOwn(rulesSchema.shape, rule)) {
        throw new Error(
          `${where}: unknown rule ${JSON.stringify(rule)}${didYouMean(rule, Object.keys(rulesSchema.shape))}`,
        );
      }
    }
  }
  return preset(name as PresetName, { ...limits, ...own, ...changes });
}

/** Tokens of the blocks in which the hardware's memory is counted. */
const HARDWARE_BLOCK = 16;

/**
 * What the hardware says of a preset: how much memory it has, and how long requests can be. Token budget and seats are
 * those of vLLM on that GPU; other engines keep their own.
 */
function limitsFor(base: Rules, blockSize: unknown, hardware: Partial<Rules>): Partial<Rules> {
  if (base.blocks === Infinity) return {};
  const { blocks, outMicros, backMicros, tokenBudget, maxBatch, ...limits } = hardware;
  const scale = (typeof blockSize === 'number' ? blockSize : base.blockSize) / HARDWARE_BLOCK;
  const memory = {
    ...(blocks !== undefined && { blocks: Math.floor(blocks / scale) }),
    ...(outMicros !== undefined && { outMicros: outMicros * scale }),
    ...(backMicros !== undefined && { backMicros: backMicros * scale }),
  };
  if (base.name.startsWith('vllm-v1')) return { ...hardware, ...memory };
  const longest = base.chunkedPrefill ? 0 : (limits.maxModelLen ?? 0); // a prompt goes into one iteration
  return { ...limits, ...memory, tokenBudget: Math.max(base.tokenBudget, longest) };
}

function readEngine(file: string): Record<string, unknown> {
  if (!existsSync(file))
    throw new Error(
      `unknown engine ${JSON.stringify(file)}${didYouMean(file, Object.keys(presets))}, or a JSON or YAML file`,
    );
  const content = readData(file);
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return { preset: 'vllm-v1', ...content };
  throw new Error(`${file}: expected a mapping of engine rules with a preset`);
}
