import type { JsonObject } from '../domain/json.ts';
import { compileFlow } from '../engine/index.ts';
import type { FlowRules } from '../engine/types.ts';
import { catalogue } from '../steps/index.ts';
import { supportRows } from './support-rows.ts';

/** Codes that keep a document from being published where all that can be switched on is, none for one that is executed. */
export function refusalOf(document: JsonObject, rules: FlowRules = { scripts: true }): readonly string[] {
  const errors = compileFlow(document, catalogue, rules).problems.filter(
    ({ severity }) => severity === 'error',
  );
  return [...new Set(errors.map(({ code }) => code))].toSorted();
}

const BEGIN = '<!-- support table: made by npm run docs -->';
const END = '<!-- end of the support table -->';

/** The page with its support table made anew. Throws when the page has no place for it. */
export function withSupportTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no place for the support table');
  const lines = supportRows.map(({ tier, what, document, proof, isSwitched }) => {
    const refusal = (codes: readonly string[]): string =>
      `refused: ${codes.map((code) => `\`${code}\``).join(', ')}`;
    const codes = refusalOf(document);
    const verdict =
      codes.length > 0
        ? refusal(codes)
        : isSwitched === true
          ? `executed when switched on, else ${refusal(refusalOf(document, {}))}`
          : 'executed';
    return `| ${tier} | ${what} | ${verdict} | \`${proof.file}\`: ${proof.name} |`;
  });
  const table = ['| tier | part | at publish | proven by |', '|---|---|---|---|', ...lines].join('\n');
  return `${page.slice(0, begin)}${BEGIN}\n${table}\n${page.slice(end)}`;
}
