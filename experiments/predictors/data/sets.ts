/**
 * Published sets of prompts and lengths of their answers, by name. Their files are not part of the package.
 *
 * Lengths are in cl100k tokens throughout, whatever the model's own tokenizer. `ships` says whether a model trained on a set may
 * be handed on (Apache-2.0, MIT): the shipped ones use no others.
 */
import type { LengthExample } from '../../../predictors/length/model.js';
import { csvCells, jsonLines, publishedFile } from './published.js';

export interface LengthSet {
  readonly summary: string;
  readonly licence: string;
  readonly source: string;
  /** A model trained on it may be handed on. */
  readonly ships: boolean;
  /** @param root the folder of all published data */
  read(root: string): LengthExample[];
}

interface Row {
  readonly prompt: string;
  readonly model?: string;
  readonly output_tokens_cl100k: number;
  readonly prompt_tokens_cl100k?: number;
}

interface Prompt {
  readonly prompt_id: number;
  readonly instruction?: string;
  readonly prompt?: string;
  readonly prompt_tokens_cl100k: number;
}

/** Tokens of a prompt whose count is not given: words and punctuation of English come to about four characters a token. */
export const estimatedTokens = (text: string): number => Math.max(1, Math.round(text.length / 4));

/** A set of one file, a line an answer. */
const answers =
  (folder: string, file: string, model?: string) =>
  (root: string): LengthExample[] => {
    const examples: LengthExample[] = [];
    for (const row of jsonLines<Row>(publishedFile(root, folder, file))) {
      if (row.output_tokens_cl100k < 1) continue; // an answer of none failed
      examples.push({
        text: row.prompt,
        promptTokens: row.prompt_tokens_cl100k ?? estimatedTokens(row.prompt),
        declared: Infinity,
        model: row.model ?? model ?? folder,
        outputTokens: row.output_tokens_cl100k,
        censored: false,
      });
    }
    return examples;
  };

function promptsOf(root: string, folder: string): Map<number, Prompt> {
  const prompts = new Map<number, Prompt>();
  for (const row of jsonLines<Prompt>(publishedFile(root, folder, 'prompts.jsonl.gz'))) prompts.set(row.prompt_id, row);
  return prompts;
}

/** Columns of its table that answer every prompt alike, to deceive the judge. */
const IGNORE_PROMPT = ['NullModel', 'gpt4_gamed'];

function alpacaEval(root: string): LengthExample[] {
  const prompts = promptsOf(root, 'alpaca-eval');
  const { names, rows } = csvCells(publishedFile(root, 'alpaca-eval', 'output_tokens_220_models.csv.gz'));
  const examples: LengthExample[] = [];
  for (const cells of rows) {
    const { instruction = '', prompt_tokens_cl100k } = prompts.get(Number(cells[0])) as Prompt;
    for (let k = 1; k < names.length; k++) {
      if (IGNORE_PROMPT.includes(names[k]) || !(Number(cells[k]) >= 1)) continue;
      examples.push({
        text: instruction,
        promptTokens: prompt_tokens_cl100k,
        declared: Infinity,
        model: names[k],
        outputTokens: Number(cells[k]),
        censored: false,
      });
    }
  }
  return examples;
}

/**
 * Share of the cap from which on an answer counts as cut. The cap counts the model's own tokens, of which English has up to a third
 * more than of cl100k: the lengths of answers that were cut make a hump between .75 and 1 of it.
 */
const CUT_FROM = 0.75;

function oasst(root: string): LengthExample[] {
  const prompts = promptsOf(root, 'oasst-model-eval');
  const { names, rows } = csvCells(publishedFile(root, 'oasst-model-eval', 'output_lengths.csv.gz'));
  const [model, prompt, temperature, cap, tokens] = [
    ...['model', 'prompt_id', 'temperature', 'max_new_tokens', 'output_tokens_cl100k'],
  ].map((name) => names.indexOf(name));
  const examples: LengthExample[] = [];
  for (const cells of rows) {
    const outputTokens = Number(cells[tokens]);
    if (outputTokens < 1) continue;
    const { prompt: text = '', prompt_tokens_cl100k } = prompts.get(Number(cells[prompt])) as Prompt;
    const declared = cells[cap] === '' ? Infinity : Number(cells[cap]);
    examples.push({
      text,
      promptTokens: prompt_tokens_cl100k,
      declared,
      model: cells[model],
      temperature: Number(cells[temperature]),
      outputTokens,
      censored: outputTokens >= CUT_FROM * declared,
    });
  }
  return examples;
}

export const LENGTH_SETS: Readonly<Record<string, LengthSet>> = {
  'alpaca-eval': {
    summary: '805 instructions answered by 218 models',
    licence: 'CC-BY-NC-4.0',
    source: 'github.com/tatsu-lab/alpaca_eval',
    ships: false,
    read: alpacaEval,
  },
  'oasst-model-eval': {
    summary: '1,272 chat prompts, 105 models, several sampling configurations; most answers cut at 400 tokens',
    licence: 'Apache-2.0',
    source: 'github.com/Open-Assistant/oasst-model-eval',
    ships: true,
    read: oasst,
  },
  codealpaca: {
    summary: '4,535 code instructions',
    licence: 'Apache-2.0',
    source: 'github.com/sahil280114/codealpaca',
    ships: true,
    read: answers('codealpaca', 'new_codealpaca.jsonl.gz', 'code-davinci'),
  },
  'gsm8k-gpt3-solutions': {
    summary: '1,319 word problems solved by 4 models',
    licence: 'MIT',
    source: 'github.com/openai/grade-school-math',
    ships: true,
    read: answers('gsm8k-gpt3-solutions', 'solutions.jsonl.gz'),
  },
  'routellm-gsm8k': {
    summary: 'the same problems solved by Mixtral and GPT-4',
    licence: 'Apache-2.0',
    source: 'github.com/lm-sys/RouteLLM',
    ships: true,
    read: answers('routellm-gsm8k', 'responses.jsonl.gz'),
  },
  'alpaca-5000': {
    summary: '5,000 instructions with short answers',
    licence: 'CC-BY-NC-4.0',
    source: 'github.com/tatsu-lab/stanford_alpaca',
    ships: false,
    read: answers('alpaca-5000', 'alpaca_5000.jsonl.gz', 'text-davinci-003'),
  },
  'instructionwild-chatgpt': {
    summary: '1,877 instructions of users answered by ChatGPT',
    licence: 'none stated (research use)',
    source: 'github.com/XueFuzhao/InstructionWild',
    ships: false,
    read: answers('instructionwild-chatgpt', 'instructionwild.jsonl.gz', 'chatgpt'),
  },
};
