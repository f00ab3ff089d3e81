// What a terminal sends, made readable. Pure text work, no I/O.

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** CSI (colours, cursor, erase), OSC (titles), two-byte escapes. */
const ESCAPES = new RegExp(
  `${ESC}\\[[0-9;?]*[ -/]*[@-~]|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[@-Z\\\\-_]`,
  'g',
);
const CONTROLS = new RegExp(`[${[0, 7, 14, 15].map((code) => String.fromCharCode(code)).join('')}]`, 'g');

/** Strips escape sequences and control bytes, folds \r\r\n and \r\n to \n, and plays back-spaces. */
export function cleanOutput(raw: string): string {
  let text = raw.replace(ESCAPES, '').replace(CONTROLS, '').replace(/\r+\n/g, '\n').replace(/\n\r/g, '\n');
  if (text.includes('\b')) text = text.split('\n').map(playBackspaces).join('\n');
  return text.split('\n').map(afterLastReturn).join('\n');
}

function playBackspaces(line: string): string {
  const cells: string[] = [];
  for (const character of line) {
    if (character === '\b') cells.pop();
    else cells.push(character);
  }
  return cells.join('');
}

/** A carriage return inside a line overwrites what stood before it. */
function afterLastReturn(line: string): string {
  const at = line.lastIndexOf('\r', line.length - 2);
  const kept = at === -1 ? line : line.slice(at + 1);
  return kept.replace(/\r$/, '');
}

/** Text after the last line feed: where a prompt, pager or question stands. */
export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

const PAGER = /^\s*(?:--\s*More\s*--|-{2,}\s*More\s*-{2,}|<---\s*More\s*--->|\(q to quit\)).*$/i;
const QUESTION =
  /(?:\[[yY](?:\([^)]*\))?\/[nN].*\]|\([yY](?:es)?\/[nN]o?\)|\[confirm\]|\[yes\/no\]|ssword|\?)\s*:?\s*$/;

/** True when the device waits for a key to show the next page. */
export function isPager(line: string): boolean {
  return PAGER.test(line);
}

/** True when the device waits for an answer. */
export function isQuestion(line: string): boolean {
  return line.trim() !== '' && QUESTION.test(line);
}

/** True for a line that may be typed at a device: printable, no control characters, at most 500 characters, no help key. */
export function isTypeable(line: string): boolean {
  return line.length <= 500 && /^[\u0020-\u007e\u00a0-\uffff]*$/.test(line) && !line.includes('?');
}
