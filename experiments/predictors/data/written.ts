/** Prompts of our own, as generated workloads carry them: training data that needs no file. */
import { settings } from '../../../env/settings/catalogue.js';
import { settingSource } from '../../../env/settings/setting.js';
import type { LengthExample } from '../../../predictors/length/model.js';

/** Workloads of each setting, and requests of each. */
const SEEDS = 6;
const REQUESTS = 400;

/**
 * Requests of every named setting's training split; what shares a level of lengths, one workload, counts as one model.
 * @param seed another draw of all of them
 */
export function writtenExamples(seed: number): LengthExample[] {
  return Object.values(settings)
    .filter(({ kind }) => kind !== 'theory')
    .flatMap((setting) => {
      const source = settingSource(setting, { split: 'train', requests: REQUESTS });
      return Array.from({ length: SEEDS }, (_, k) => {
        const { count, promptTokens, outputTokens, declared, tenant, texts } = source.sample(`predictors/${seed}/${k}`);
        return Array.from({ length: count }, (_, row): LengthExample => {
          const text = texts?.prompt(row);
          return {
            ...(text !== undefined && { text }),
            promptTokens: promptTokens[row],
            declared: declared[row],
            model: `${setting.name}/${k}`,
            tenant: `${setting.name}/${k}/${tenant[row]}`,
            outputTokens: Math.min(outputTokens[row], declared[row]),
            censored: outputTokens[row] >= declared[row],
          };
        });
      }).flat();
    });
}
