/** Which requests a command is to make: settings as names and numbers, and the one source they name. */
import { z } from 'zod';
import { splits } from '../../env/workloads/families/family.js';
import { type LengthSet, lengthSets } from '../../env/workloads/lengths.js';
import { list, mapping } from '../cli/options.js';
import { traceShape } from '../trace-options.js';

/** Settings that only some sources have. */
const ofSource = {
  setting: ['split', 'parameters', 'load', 'requests'],
  family: ['split', 'parameters', 'requests'],
  servegen: ['clients', 'requests', 'window'],
  trace: ['format', 'columns', 'unit', 'window', 'limit', 'redraw'],
  chat: ['requests', 'lengths', 'longShare', 'maxTokens'],
} as const;
export type SourceName = keyof typeof ofSource;

export const requestsShape = {
  setting: z.string().min(1).optional().describe('<name> requests of a named setting (servegym list settings)'),
  family: z.string().min(1).optional().describe('<name> requests of a family (servegym list families)'),
  trace: z.string().min(1).optional().describe('<file> requests of a trace; plain or .gz (servegym list formats)'),
  servegen: z
    .string()
    .min(1)
    .optional()
    .describe('<set|file> requests of many clients: m-large, m-mid (statistics), or a ServeGen *-trace.csv'),
  clients: z.int().min(1).optional().describe('<n> only the largest of these clients [all]'),
  split: z
    .enum(splits)
    .optional()
    .describe(`<name> of a setting or family: ${splits.join(', ')} [test]`),
  parameters: mapping().optional().describe('<name=value,…> parameters of the family, e.g. longShare=0.4'),
  load: z.number().positive().optional().describe("<share> of a setting's measured capacity [the setting's]"),
  requests: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe("<n> requests [600, or the setting's]; of a trace: --limit or --redraw"),
  rate: z
    .number()
    .positive()
    .optional()
    .describe("<requests/s> in the mean [5.53; the setting's; what the trace or the clients have; of a family: 1]"),
  arrivals: z
    .string()
    .min(1)
    .optional()
    .describe('<spec> servegym list arrivals, e.g. gamma:cv=2 [gamma; of all other sources: their own]'),
  lengths: z
    .enum(Object.keys(lengthSets) as LengthSet[])
    .optional()
    .describe(`<name> of the embedded chat: ${Object.keys(lengthSets).join(', ')} [azure]`),
  longShare: z.number().min(0).max(1).optional().describe('<share> of embedded requests with a long prompt [0]'),
  maxTokens: list(z.coerce.number().int().min(1))
    .optional()
    .describe('<list> that embedded clients declare [512,1024,2048,4096]'),
  ...traceShape,
  window: traceShape.window.describe(
    '<from:to> only this part of a trace or of the clients of a file, in seconds, e.g. 600:1200',
  ),
  redraw: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('<n> draw so many requests of the trace with replacement, sessions whole; needs --arrivals'),
  draft: z
    .enum(['none', 'eagle', 'ngram'])
    .optional()
    .describe(
      '<proposer> whose drafts are accepted as recorded or as fitted: none, eagle, ngram [what the source has]',
    ),
};
export type RequestsSettings = z.output<z.ZodObject<typeof requestsShape>> & { readonly seed: number };

const NAMES: Readonly<Record<SourceName, string>> = {
  setting: 'a setting',
  family: 'a family',
  servegen: 'ServeGen clients',
  trace: 'a trace',
  chat: 'the embedded chat',
};

/** The one source that was named. @throws Error if there are two, or a setting belongs to another one */
export function sourceOf(given: RequestsSettings): SourceName {
  const named = (['setting', 'family', 'servegen', 'trace'] as const).filter((name) => given[name] !== undefined);
  if (named.length > 1) throw new Error(`${named.join(' and ')} are two sources of requests, give one`);
  const source: SourceName = named.length === 0 ? 'chat' : named[0];
  if (source === 'trace' && given.requests !== undefined)
    throw new Error('requests: of a trace it is --limit (the first ones) or --redraw (drawn with replacement)');
  for (const [other, keys] of Object.entries(ofSource) as [SourceName, readonly (keyof RequestsSettings)[]][]) {
    const lost = keys.find((key) => given[key] !== undefined && !(ofSource[source] as readonly string[]).includes(key));
    if (lost === undefined) continue;
    throw new Error(`${lost} belongs to ${NAMES[other]}, not to ${NAMES[source]}`);
  }
  return source;
}
