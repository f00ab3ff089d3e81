// Makes a transcript readable: what a person would have seen on the screen, without pager, echo and prompts. Pure text work.

import type { Platform } from '../platform.ts';

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const BACK = String.fromCharCode(8);

/** A pager's words and the way they are wiped: cursor left, back-spaces, or returns, with spaces between. Also where ESC was lost. */
const PAGER = new RegExp(
  `[ ]*-{2,4} ?\\(?more\\)? ?-{2,4}[ ]*(?:(?:${ESC}?\\[\\d{1,3}D)+ *(?:${ESC}?\\[\\d{1,3}D)+|${BACK}+ *${BACK}+|\\r+ *\\r+(?!\\n)|(?:${ESC}\\[\\d*[KD]|${ESC}\\[2K)+\\r?| {8,})?`,
  'gi',
);
const ESCAPES = new RegExp(
  `${ESC}\\[[0-9;?]*[ -/]*[@-~]|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[@-Z\\\\-_]`,
  'g',
);
const CONTROLS = new RegExp(
  `[${[0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 14, 15, 127].map((code) => String.fromCharCode(code)).join('')}]`,
  'g',
);

function playBackspaces(line: string): string {
  if (!line.includes(BACK)) return line;
  const cells: string[] = [];
  for (const sign of line) {
    if (sign === BACK) cells.pop();
    else cells.push(sign);
  }
  return cells.join('');
}

/** A return inside a line overwrites what stood before it. */
function afterReturn(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.includes('\r') ? text.slice(text.lastIndexOf('\r') + 1) : text;
}

/** Lines of a screen: escapes, pager, back-spaces and returns carried out; tabs as spaces to the next eighth column. */
export function screenLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(PAGER, '')
    .replace(ESCAPES, '')
    .replace(CONTROLS, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => expandTabs(afterReturn(playBackspaces(line))).trimEnd());
}

function expandTabs(line: string): string {
  let out = '';
  for (const part of line.split('\t'))
    out = out === '' ? part : `${out.padEnd((Math.floor(out.length / 8) + 1) * 8)}${part}`;
  return line.startsWith('\t') && !out.startsWith(' ') ? `        ${out}` : out;
}

const CISCO_PROMPT =
  /^[\w.@/:-]{1,63}(?:\(config[^()]*\))?[>#] ?(?:(?:do +)?(?:sh(?:o|ow)?|ter(?:minal)?|en(?:able)?|exit|logout|conf\S*)\b.*)?$/;
const HUAWEI_PROMPT =
  /^(?:HRP_[A-Z])?(?:<[\w.@/:-]{1,64}>|\[[~*]?[\w.@/:-]{1,64}\]) ?(?:(?:dis(?:p|pl|pla|play)?|screen-length|quit|return|sys\S*)\b.*)?$/;
const OVS_PROMPT = /^(?:\S*@\S+[:\s][^#$]*)?[#$] ?(?:(?:sudo +)?ovs-\S+.*)?$/;

/** Lines without prompts, with or without the echoed command behind them. `[V200R009C00SPC500]` goes the same way: it is no data. */
export function outputLines(platform: Platform, command: string, text: string): string[] {
  const prompt =
    platform === 'cisco_ios' ? CISCO_PROMPT : platform === 'huawei_vrp' ? HUAWEI_PROMPT : OVS_PROMPT;
  const echo = command.trim().toLowerCase();
  return screenLines(text).filter(
    (line) => !(line !== '' && prompt.test(line)) && line.trim().toLowerCase() !== echo,
  );
}

const CISCO_ERROR =
  /^\s*% ?(?:invalid input|incomplete command|ambiguous command|unknown command|authorization failed|error).*$/im;
const HUAWEI_ERROR = /^\s*error ?:.*$/im;

/** The device's refusal of the command, when the output holds nothing else that matters. */
export function refusalIn(platform: Platform, lines: readonly string[]): string | undefined {
  const head = lines.slice(0, 12).join('\n');
  const pattern =
    platform === 'cisco_ios' ? CISCO_ERROR : platform === 'huawei_vrp' ? HUAWEI_ERROR : /^ovs-\w+: .*$/m;
  return pattern.exec(head)?.[0].trim();
}
