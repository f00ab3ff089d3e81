/** What a piece of a YAML line is to the eye; it has no say in what the flow does. */
export interface YamlToken {
  readonly kind: 'plain' | 'key' | 'string' | 'comment' | 'expression' | 'value';
  readonly text: string;
}

/** Where a comment begins outside quotes, else the length of the line. */
function commentStart(line: string): number {
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const sign = line.charAt(index);
    if (quote !== '') {
      if (sign === '\\' && quote === '"') index += 1;
      else if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '#' && (index === 0 || /\s/.test(line.charAt(index - 1)))) return index;
  }
  return line.length;
}

function valueToken(text: string): YamlToken {
  const trimmed = text.trim();
  if (trimmed.includes('${')) return { kind: 'expression', text };
  if (/^["']/.test(trimmed)) return { kind: 'string', text };
  return { kind: /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(trimmed) ? 'value' : 'plain', text };
}

/** Splits one line of YAML for colouring. The texts of the tokens, joined, are the line. */
export function yamlTokens(line: string): YamlToken[] {
  const at = commentStart(line);
  const body = line.slice(0, at);
  const key = /^(\s*(?:- )*)([^\s:#"'{[][^:"'{[]*:)(?=\s|$)/.exec(body);
  const [whole = '', indent = '', name = ''] = key ?? [];
  const tokens: YamlToken[] = [
    { kind: 'plain', text: indent },
    { kind: 'key', text: name },
    valueToken(body.slice(whole.length)),
    { kind: 'comment', text: line.slice(at) },
  ];
  return tokens.filter((token) => token.text !== '');
}
