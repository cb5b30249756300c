/** Parameters of what can be named in text (a scheduler, an arrival process): declared as data, so that a command line can read, check and list them. */

/** A number in min … max. */
export interface NumberParameter {
  readonly doc: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** One of a few words. */
export interface ChoiceParameter<Choice extends string = string> {
  readonly doc: string;
  readonly default: Choice;
  readonly choices: readonly Choice[];
}

/** Any text without a comma; what uses it checks it. */
export interface TextParameter {
  readonly doc: string;
  readonly default: string;
}

export type Parameters = Readonly<Record<string, NumberParameter | ChoiceParameter | TextParameter>>;

/** The values that belong to parameters. */
export type ValuesOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends ChoiceParameter<infer Choice>
    ? Choice
    : P[K] extends NumberParameter
      ? number
      : string;
};

export type Values = Readonly<Record<string, number | string>>;

export const number = (value: number, min: number, max: number, doc: string): NumberParameter => ({
  doc,
  default: value,
  min,
  max,
  whole: false,
});

export const whole = (value: number, min: number, max: number, doc: string): NumberParameter => ({
  ...number(value, min, max, doc),
  whole: true,
});

/** The first choice is the default. */
export const choice = <const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  doc: string,
): ChoiceParameter<Choices[number]> => ({ doc, default: choices[0], choices });

export const text = (value: string, doc: string): TextParameter => ({ doc, default: value });

/** What a parameter holds when nothing is said. */
export const defaults = (parameters: Parameters): Values =>
  Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
