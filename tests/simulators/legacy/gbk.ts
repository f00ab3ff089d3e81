/** Bytes of a text in GBK, as the counter system writes its files. Throws for a character GBK does not have. */
export function encodeGbk(text: string): Buffer {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else bytes.push(...pairOf(character));
  }
  return Buffer.from(bytes);
}

let table: Map<string, [number, number]> | undefined;

/** Made by decoding every pair once: Node reads GBK but does not write it. */
function pairOf(character: string): [number, number] {
  if (table === undefined) {
    table = new Map();
    const decoder = new TextDecoder('gbk');
    for (let high = 0x81; high <= 0xfe; high += 1)
      for (let low = 0x40; low <= 0xfe; low += 1) {
        const text = decoder.decode(Uint8Array.of(high, low));
        if (text.length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, [high, low]);
      }
  }
  const pair = table.get(character);
  if (pair === undefined) throw new Error(`GBK has no “${character}”`);
  return pair;
}
