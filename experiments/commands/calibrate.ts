/** `servegym calibrate`: a cost card from an engine's own log of iterations. */
import { basename, dirname, extname } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { type Calibration, calibrate as calibrateLog, type HeldOut } from '../calibrate/calibrate.js';
import { cardFile } from '../calibrate/card-file.js';
import { type IterationLog, readLog } from '../calibrate/log.js';
import { logFields, phases } from '../calibrate/log-row.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { mapping } from '../cli/options.js';
import { textTable } from '../report/table.js';
import { packageVersion } from '../results.js';

const settings = withSeed({
  log: z.string().min(1).describe('<file> CSV with a row for each iteration; plain or .gz'),
  columns: mapping()
    .optional()
    .describe("<ours=theirs,…> its columns, or formulas over them: --columns 'seqs=n,seconds=exec_ms / 1000'"),
  where: mapping().optional().describe('<column=value,…> only the rows with these values, e.g. model=llama,tp=2'),
  holdout: z
    .number()
    .min(0.01)
    .max(0.9)
    .default(0.5)
    .describe('<share> rows that nothing is fitted to; the errors are theirs'),
  out: z.string().min(1).optional().describe('<file> the card, YAML [only the errors are shown]'),
  pictures: z.boolean().default(true).describe('draw no picture beside the card'),
});
type Settings = z.output<typeof settings>;

const fields = Object.entries(logFields).map(
  ([field, { names, doc }]) =>
    `  ${field.padEnd(10)} ${doc}${names.length > 1 ? ` (also ${names.slice(1).join(', ')})` : ''}`,
);

export const calibrate: CommandSpec<typeof settings> = {
  name: 'calibrate',
  summary: "fit a cost card to your engine's log of iterations, with the error on rows held out",
  details: `Columns of the log (needed: seqs, seconds, and tokens with context):
${fields.join('\n')}
A decode has as many tokens as sequences, a prefill more, unless phase or decodes tell.
Decode: by its tokens, lead + a × context + b × longest context. Prefill: by its tokens, lead + a × sequences + b × Σ(q·c + q²/2).
Mixed: the lead of all tokens as a prefill, at least that of the decodes, plus both kinds of attention; times one factor if the log has mixed rows.
Prompts count as padded to the longest of their batch if that explains the prefills better. Slow rows at the beginning of a phase are left out.`,
  examples: [
    ['servegym calibrate iterations.csv --out card.yaml', 'columns seqs, tokens, context, seconds'],
    [
      "servegym calibrate log.csv.gz --columns 'seqs=batch,tokens=new_tokens,context=kv,seconds=step_ms / 1000' --out card.yaml",
      'other names, other units',
    ],
    [
      "servegym calibrate iterations.csv.gz --where model=Llama-2-7b-hf,tp=2 --columns 'seconds=exec_s + sample_s + prep_s'",
      'one model of several in a file (the logs of SamuLLM); the errors alone',
    ],
  ],
  argument: 'log',
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const log = await readLog(given.log, {
    ...(given.columns && { columns: given.columns }),
    ...(given.where && { where: given.where }),
  });
  talk.note(`fitting ${log.count} iterations …`);
  const fitted = calibrateLog(log, { holdout: given.holdout, seed: given.seed });
  const name = [basename(given.log), ...Object.values(given.where ?? {}).map(String)].join(' ');
  const facts = factsOf(log, fitted, given);
  const files: string[] = [];
  if (given.out !== undefined) {
    const written = `servegym ${packageVersion()} calibrate, seed ${given.seed}`;
    writeAtomic(given.out, cardFile(fitted, { name, facts: [written, ...facts] }));
    files.push(given.out);
    if (given.pictures) files.push(...(await draw(given.out, name, fitted)));
  }
  const { pairs: _, ...rest } = fitted;
  const result = {
    command: 'calibrate',
    version: packageVersion(),
    settings: given,
    columns: log.columns,
    files,
    ...rest,
  };
  return { code: Exit.ok, result, text: describe(facts, fitted, files) };
}

async function draw(card: string, name: string, { pairs, errors }: Calibration): Promise<string[]> {
  const [{ calibrationPicture }, { writePicture }] = await Promise.all([
    import('../calibrate/picture.js'),
    import('../report/render.js'),
  ]); // slow to load, so only when wanted
  const mean = errors.filter(({ sequences }) => !sequences).map((e) => `${e.phase} ${percent(e.mean)}`);
  const subtitle = [`${name}: rows held out; mean error ${mean.join(', ')}`];
  return writePicture(dirname(card), basename(card, extname(card)), calibrationPicture(pairs, subtitle));
}

function factsOf(log: IterationLog, { fitted, warmup, padded, card }: Calibration, { holdout }: Settings): string[] {
  const of = (counts: Calibration['fitted']): string =>
    phases
      .filter((phase) => counts[phase] > 0)
      .map((phase) => `${counts[phase]} ${phase}`)
      .join(', ');
  const columns = Object.entries(log.columns).map(([field, column]) =>
    field === column ? field : `${field} = ${column}`,
  );
  const cold = of(warmup);
  return [
    `${log.count} iterations of ${basename(log.file)}${log.others > 0 ? `, ${log.others} others left out` : ''}: ${columns.join(', ')}`,
    `fitted to ${of(fitted)} rows, judged on ${Math.round(100 * holdout)} % held out`,
    ...(cold === '' ? [] : [`warm-up rows left out: ${cold}`]),
    ...(padded ? ['the engine of the log pads prompts to the longest of their batch; simulated engines do not'] : []),
    ...(card.mixed === undefined ? [] : [`mixed batches take ${card.mixed.toFixed(2)} × what their parts say`]),
  ];
}

function describe(facts: readonly string[], { errors }: Calibration, files: readonly string[]): string {
  const rows = errors.map((e) => [
    e.phase,
    e.sequences === undefined ? 'all' : sizeOf(e.sequences),
    String(e.rows),
    percent(e.mean),
    percent(e.p95),
  ]);
  const written = files.length > 0 ? `Written:\n${files.map((file) => `  ${file}\n`).join('')}\n` : '';
  const next =
    files.length > 0
      ? [
          [
            `npx servegym simulate --cost ${files[0]} --requests experiments/examples/requests.jsonl --out times.csv`,
            'serve requests at these times',
          ],
          [
            `npx servegym compare --cost ${files[0]}`,
            'compare schedulers on this engine; --kv-blocks says how much memory it has',
          ],
        ]
      : [['the same with --out card.yaml', 'write the card and a picture']];
  return (
    `${facts.join('\n')}\n\nAbsolute relative error on rows held out\n\n${textTable({ columns: COLUMNS, rows })}\n${written}` +
    `Try next:\n${next.map(([line, meaning]) => `  ${line}\n      ${meaning}\n`).join('')}`
  );
}

const COLUMNS = [
  { title: 'phase', align: 'left' },
  { title: 'sequences', align: 'left' },
  { title: 'rows' },
  { title: 'mean' },
  { title: 'p95' },
] as const;

const sizeOf = ([least, most]: NonNullable<HeldOut['sequences']>): string =>
  most === Number.POSITIVE_INFINITY ? `from ${least}` : `${least}–${most}`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
