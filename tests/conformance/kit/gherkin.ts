/** One step of a scenario: its text without the keyword, and the text between `"""` when it has one. */
export interface GherkinStep {
  readonly line: number;
  readonly text: string;
  readonly argument?: string;
}

/** One scenario with the steps of the feature's background before its own. */
export interface Scenario {
  readonly feature: string;
  readonly name: string;
  readonly line: number;
  readonly tags: readonly string[];
  readonly steps: readonly GherkinStep[];
}

/** A feature file that is not written in the part of Gherkin this reader knows. The message names the line. */
export class GherkinError extends Error {}

const STEP = /^(?:Given|When|Then|And|But|\*)\s+(.*)$/;
const HEAD = /^(Feature|Background|Scenario|Example):\s*(.*)$/;
const UNKNOWN = /^(Rule|Scenario Outline|Scenario Template|Examples|Scenarios):/;
const FENCE = /^("""|```)\s*\w*$/;

interface Draft {
  readonly name: string;
  readonly line: number;
  readonly tags: readonly string[];
  readonly steps: GherkinStep[];
}

/**
 * Reads the scenarios of a feature file: feature, background, scenarios, tags, comments, doc strings. Outlines, rules and data tables are
 * refused by name rather than left out. Throws `GherkinError`.
 */
export function parseFeature(source: string): readonly Scenario[] {
  const reader = new Reader();
  for (const [at, text] of source.split(/\r?\n/).entries()) reader.take(text, at + 1);
  return reader.scenarios();
}

class Reader {
  private feature = '';
  private tags: string[] = [];
  private readonly background: GherkinStep[] = [];
  private readonly drafts: Draft[] = [];
  private steps: GherkinStep[] | undefined;
  private doc: { readonly fence: string; readonly indent: number; readonly lines: string[] } | undefined;

  take(text: string, line: number): void {
    const trimmed = text.trim();
    if (this.doc !== undefined) {
      if (trimmed === this.doc.fence) this.closeDoc();
      else this.doc.lines.push(text.slice(Math.min(this.doc.indent, text.length - text.trimStart().length)));
      return;
    }
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const fence = FENCE.exec(trimmed)?.[1];
    if (fence !== undefined) {
      if (this.steps?.at(-1) === undefined) throw new GherkinError(`line ${line}: a text without a step`);
      this.doc = { fence, indent: text.length - text.trimStart().length, lines: [] };
      return;
    }
    this.takeLine(trimmed, line);
  }

  scenarios(): readonly Scenario[] {
    if (this.doc !== undefined) throw new GherkinError('the last text is not closed');
    return this.drafts.map((draft) => ({
      ...draft,
      feature: this.feature,
      steps: [...this.background, ...draft.steps],
    }));
  }

  private takeLine(trimmed: string, line: number): void {
    if (trimmed.startsWith('@')) {
      this.tags = trimmed.split(/\s+/);
      return;
    }
    const [, head, name = ''] = HEAD.exec(trimmed) ?? [];
    if (head !== undefined) {
      this.open(head, name, line);
      return;
    }
    if (UNKNOWN.test(trimmed) || trimmed.startsWith('|'))
      throw new GherkinError(
        `line ${line}: “${trimmed}” is not read: rules, outlines and tables are unknown`,
      );
    const step = STEP.exec(trimmed)?.[1];
    if (step !== undefined && this.steps !== undefined) this.steps.push({ line, text: step });
    // Between a head and its first step stands free text that explains it.
    else if (step !== undefined || (this.steps?.length ?? 0) > 0)
      throw new GherkinError(`line ${line}: “${trimmed}” is no step`);
  }

  private open(head: string, name: string, line: number): void {
    if (head === 'Feature') this.feature = name;
    else if (head === 'Background') this.steps = this.background;
    else {
      this.steps = [];
      this.drafts.push({ name, line, tags: this.tags, steps: this.steps });
    }
    this.tags = [];
  }

  private closeDoc(): void {
    const step = this.steps?.pop();
    if (step === undefined || this.doc === undefined) return;
    this.steps?.push({ ...step, argument: this.doc.lines.join('\n') });
    this.doc = undefined;
  }
}
