/** A flow of so many steps as a document: mostly calls, with forks, loops and groups between them, the same for every run. */
export function flowOf(steps: number): string {
  const lines: string[] = [];
  let made = 0;
  const step = (indent: string, body: readonly string[]) => {
    made += 1;
    lines.push(`${indent}- step${made}:`, ...body.map((line) => `${indent}    ${line}`));
  };
  const call = (indent: string) =>
    step(indent, ['call: notify:1.0.0@default', `with: { title: "message ${made + 1}" }`]);
  while (made < steps) {
    for (let at = 0; at < 6 && made < steps; at += 1) call('  ');
    if (made + 5 > steps) continue;
    step('  ', ['fork:', '  branches:']);
    for (const way of ['left', 'right']) {
      lines.push(`          - ${way}:`, '              do:');
      call('                ');
      call('                ');
    }
  }
  return `document: { dsl: "1.0.3", namespace: bench, name: bench, version: "1.0.0" }\ndo:\n${lines.join('\n')}\n`;
}
