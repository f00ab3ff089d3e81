import type { Json } from '../../domain/json.ts';
import { raise } from './error.ts';
import type { Native } from './natives.ts';
import { describe } from './values.ts';

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const dayMs = 86_400_000;

/** Broken-down time, UTC: year, month from 0, day of month, hour, minute, second, day of week, day of year from 0. */
type Broken = readonly [number, number, number, number, number, number, number, number];

function utcMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  // Date.UTC takes years 0 to 99 for 1900 to 1999; going through the day count avoids that.
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

function breakDown(seconds: number): Broken {
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) throw raise('error converting number of seconds since epoch to datetime');
  const year = date.getUTCFullYear();
  const yearDay = Math.floor((date.getTime() - utcMs(year, 0, 1, 0, 0, 0)) / dayMs);
  return [
    year,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + (seconds - whole),
    date.getUTCDay(),
    yearDay,
  ];
}

function asBroken(value: Json, name: string): Broken {
  if (!Array.isArray(value) || value.length < 6) throw raise(`${name} requires array of 6 numbers`);
  const [year, month, day, hour, minute, second, weekDay = 0, yearDay = 0] = value.map((part) => {
    if (typeof part !== 'number') throw raise(`${name} requires parsed datetime inputs`);
    return part;
  });
  return [year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0, weekDay, yearDay];
}

function toSeconds([year, month, day, hour, minute, second]: Broken): number {
  const ms = utcMs(year, month, day, hour, minute, Math.floor(second));
  if (Number.isNaN(ms)) throw raise('invalid gmtime representation');
  return ms / 1000;
}

function pad(value: number, width: number, fill = '0'): string {
  return String(value).padStart(width, fill);
}

/** ISO 8601 week and its year. */
function isoWeek([year, month, day]: Broken): readonly [number, number] {
  const at = utcMs(year, month, day, 0, 0, 0);
  const weekDay = (new Date(at).getUTCDay() + 6) % 7;
  const thursday = new Date(at + (3 - weekDay) * dayMs);
  const weekYear = thursday.getUTCFullYear();
  return [weekYear, Math.floor((thursday.getTime() - utcMs(weekYear, 0, 1, 0, 0, 0)) / (7 * dayMs)) + 1];
}

function formatDirective(directive: string, time: Broken): string {
  const [year, month, day, hour, minute, second, weekDay, yearDay] = time;
  const dayName = dayNames[weekDay] ?? '';
  const monthName = monthNames[month] ?? '';
  const directives: Readonly<Record<string, () => string>> = {
    Y: () => String(year),
    C: () => pad(Math.floor(year / 100), 2),
    y: () => pad(((year % 100) + 100) % 100, 2),
    m: () => pad(month + 1, 2),
    d: () => pad(day, 2),
    e: () => pad(day, 2, ' '),
    H: () => pad(hour, 2),
    k: () => pad(hour, 2, ' '),
    I: () => pad(hour % 12 || 12, 2),
    M: () => pad(minute, 2),
    S: () => pad(Math.floor(second), 2),
    Z: () => 'UTC',
    z: () => '+0000',
    a: () => dayName.slice(0, 3),
    A: () => dayName,
    b: () => monthName.slice(0, 3),
    h: () => monthName.slice(0, 3),
    B: () => monthName,
    j: () => pad(yearDay + 1, 3),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    s: () => String(toSeconds(time)),
    u: () => String(weekDay === 0 ? 7 : weekDay),
    w: () => String(weekDay),
    G: () => String(isoWeek(time)[0]),
    V: () => pad(isoWeek(time)[1], 2),
    U: () => pad(Math.floor((yearDay + 7 - weekDay) / 7), 2),
    W: () => pad(Math.floor((yearDay + 7 - ((weekDay + 6) % 7)) / 7), 2),
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
    F: () => formatTime('%Y-%m-%d', time),
    T: () => formatTime('%H:%M:%S', time),
    R: () => formatTime('%H:%M', time),
    D: () => formatTime('%m/%d/%y', time),
    c: () => formatTime('%a %b %e %H:%M:%S %Y', time),
  };
  const apply = Object.hasOwn(directives, directive) ? directives[directive] : undefined;
  if (apply === undefined) throw raise(`strftime: %${directive} is not supported`);
  return apply();
}

function formatTime(format: string, time: Broken): string {
  return format.replace(/%([\s\S]?)/g, (_whole, directive: string) => formatDirective(directive, time));
}

interface Parsed {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  isAfternoon: boolean | undefined;
}

const numberFields: Readonly<Record<string, readonly [RegExp, (parsed: Parsed, value: number) => void]>> = {
  Y: [
    /^[+-]?\d{1,4}/,
    (parsed, value) => {
      parsed.year = value;
    },
  ],
  y: [
    /^\d{1,2}/,
    (parsed, value) => {
      parsed.year = value < 69 ? 2000 + value : 1900 + value;
    },
  ],
  m: [
    /^(?:1[0-2]|0?[1-9])/,
    (parsed, value) => {
      parsed.month = value - 1;
    },
  ],
  d: [
    /^ ?(?:3[01]|[12]\d|0?[1-9])/,
    (parsed, value) => {
      parsed.day = value;
    },
  ],
  H: [
    /^(?:2[0-3]|[01]?\d)/,
    (parsed, value) => {
      parsed.hour = value;
    },
  ],
  I: [
    /^(?:1[0-2]|0?[1-9])/,
    (parsed, value) => {
      parsed.hour = value % 12;
    },
  ],
  M: [
    /^[0-5]?\d/,
    (parsed, value) => {
      parsed.minute = value;
    },
  ],
  S: [
    /^(?:6[01]|[0-5]?\d)/,
    (parsed, value) => {
      parsed.second = value;
    },
  ],
  j: [
    /^\d{1,3}/,
    (parsed, value) => {
      parsed.month = 0;
      parsed.day = value;
    },
  ],
};
const expansions: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  e: '%d',
  h: '%b',
};

/** Position of a name (whole or its first three letters) at the start of a text. */
function leadingName(names: readonly string[], text: string): { index: number; length: number } | undefined {
  for (const size of [undefined, 3]) {
    const index = names.findIndex((name) => text.toLowerCase().startsWith(name.slice(0, size).toLowerCase()));
    const name = names[index];
    if (name !== undefined) return { index, length: name.slice(0, size).length };
  }
  return undefined;
}

/** Reads one directive from the text; the rest of the text, undefined when it does not fit. */
function readDirective(directive: string, text: string, parsed: Parsed): string | undefined {
  const field = Object.hasOwn(numberFields, directive) ? numberFields[directive] : undefined;
  if (field !== undefined) {
    const found = field[0].exec(text);
    if (found === null) return undefined;
    field[1](parsed, Number(found[0]));
    return text.slice(found[0].length);
  }
  if (directive === 'a' || directive === 'A' || directive === 'b' || directive === 'B') {
    const isMonth = directive === 'b' || directive === 'B';
    const found = leadingName(isMonth ? monthNames : dayNames, text);
    if (found !== undefined && isMonth) parsed.month = found.index;
    return found === undefined ? undefined : text.slice(found.length);
  }
  if (directive === 'p') {
    const found = /^[AP]M/i.exec(text);
    if (found !== null) parsed.isAfternoon = /^p/i.test(found[0]);
    return found === null ? undefined : text.slice(2);
  }
  if (directive === 'Z') return /^[A-Za-z]/.test(text) ? text.replace(/^[A-Za-z]+/, '') : undefined;
  if (directive === 'z')
    return /^(?:Z|[+-]\d{2}:?(?:\d{2})?)/.test(text)
      ? text.replace(/^(?:Z|[+-]\d{2}:?(?:\d{2})?)/, '')
      : undefined;
  if (directive === '%') return text.startsWith('%') ? text.slice(1) : undefined;
  throw raise(`strptime: %${directive} is not supported`);
}

function parseTime(text: string, format: string): Broken {
  const parsed: Parsed = {
    year: 1900,
    month: 0,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    isAfternoon: undefined,
  };
  const failure = raise(`date "${text}" does not match format "${format}"`);
  let pattern = format.replace(/%([FTRDeh])/g, (_whole, name: string) => expansions[name] ?? '');
  let rest = text;
  while (pattern !== '') {
    if (pattern.startsWith('%')) {
      const after = readDirective(pattern.slice(1, 2), rest, parsed);
      if (after === undefined) throw failure;
      rest = after;
      pattern = pattern.slice(2);
    } else if (/^\s/.test(pattern)) {
      rest = rest.trimStart();
      pattern = pattern.trimStart();
    } else {
      if (rest[0] !== pattern[0]) throw failure;
      rest = rest.slice(1);
      pattern = pattern.slice(1);
    }
  }
  if (rest !== '') throw failure;
  const hour = parsed.hour + (parsed.isAfternoon === true && parsed.hour < 12 ? 12 : 0);
  const { year, month, day, minute, second } = parsed;
  const [, , , , , , weekDay, yearDay] = breakDown(utcMs(year, month, day, 0, 0, 0) / 1000);
  return [year, month, day, hour, minute, second, weekDay, yearDay];
}

function strftime(input: Json, format: Json): string {
  if (typeof input !== 'number' && !Array.isArray(input))
    throw raise('strftime/1 requires parsed datetime inputs');
  if (typeof format !== 'string') throw raise('strftime/1 requires a string format');
  return formatTime(format, typeof input === 'number' ? breakDown(input) : asBroken(input, 'strftime/1'));
}

/** Functions of time, always UTC. Times are seconds since 1970-01-01T00:00:00Z. */
export const timeNatives: Readonly<Record<string, Native>> = {
  'gmtime/0': (_context, input) => {
    if (typeof input !== 'number') throw raise('gmtime() requires a number');
    return [...breakDown(input)];
  },
  'mktime/0': (_context, input) => toSeconds(asBroken(input, 'mktime')),
  'strftime/1': (context, input, format = null) => {
    // Each part of a time is worked out and written apart: some 20 steps for every character asked for.
    if (typeof format === 'string') context.charge(40 + format.length * 20);
    return strftime(input, format);
  },
  'strptime/1': (context, input, format = null) => {
    if (typeof input !== 'string')
      throw raise(`strptime/1 requires string inputs and arguments, not ${describe(input)}`);
    if (typeof format !== 'string') throw raise('strptime/1 requires string inputs and arguments');
    context.charge(20 + format.length * 2);
    return [...parseTime(input, format)];
  },
};
