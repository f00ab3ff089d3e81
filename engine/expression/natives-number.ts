import type { Json } from '../../domain/json.ts';
import { ExpressionError, raise } from './error.ts';
import type { Native } from './natives.ts';
import { describe } from './values.ts';

function numeric(apply: (value: number) => number): Native {
  return (_context, input) => apply(asNumber(input));
}

function asNumber(value: Json): number {
  if (typeof value !== 'number') throw raise(`${describe(value)} number required`);
  return value;
}

/** Rounds half away from zero, as C does; JavaScript's own rounds half up. */
function round(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

const jsonNumber = /^[ \t\r\n]*-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?[ \t\r\n]*$/;

function toNumber(input: Json): number {
  if (typeof input === 'number') return input;
  if (typeof input !== 'string') throw raise(`${describe(input)} cannot be parsed as a number`);
  if (!jsonNumber.test(input)) throw raise(`${describe(input)} cannot be parsed as a number`);
  return Number(input);
}

/** Functions of numbers. */
export const numberNatives: Readonly<Record<string, Native>> = {
  'floor/0': numeric(Math.floor),
  'ceil/0': numeric(Math.ceil),
  'round/0': numeric(round),
  'trunc/0': numeric(Math.trunc),
  'sqrt/0': numeric(Math.sqrt),
  'cbrt/0': numeric(Math.cbrt),
  'fabs/0': numeric(Math.abs),
  'abs/0': (_context, input) => Math.abs(asNumber(input)),
  'log/0': numeric(Math.log),
  'log2/0': numeric(Math.log2),
  'log10/0': numeric(Math.log10),
  'exp/0': numeric(Math.exp),
  'exp2/0': numeric((value) => 2 ** value),
  'exp10/0': numeric((value) => 10 ** value),
  'pow/2': (_context, _input, base = null, exponent = null) => asNumber(base) ** asNumber(exponent),
  'fmin/2': (_context, _input, left = null, right = null) => Math.min(asNumber(left), asNumber(right)),
  'fmax/2': (_context, _input, left = null, right = null) => Math.max(asNumber(left), asNumber(right)),
  'fmod/2': (_context, _input, left = null, right = null) => asNumber(left) % asNumber(right),
  'infinite/0': () => Number.POSITIVE_INFINITY,
  'nan/0': () => Number.NaN,
  'isinfinite/0': (_context, input) => Math.abs(asNumber(input)) === Number.POSITIVE_INFINITY,
  'isnan/0': (_context, input) => Number.isNaN(asNumber(input)),
  'isnormal/0': (_context, input) => {
    const size = Math.abs(asNumber(input));
    return size >= 2.2250738585072014e-308 && size <= Number.MAX_VALUE;
  },
  'tonumber/0': (_context, input) => toNumber(input),
  'now/0': (context) => {
    if (context.nowMs === undefined) {
      throw new ExpressionError(
        'expression-no-clock',
        '`now` needs the run time, which this evaluation was not given',
      );
    }
    return context.nowMs / 1000;
  },
};
