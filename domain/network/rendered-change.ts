/** One attribute that changes: lines that do it, lines that take it back, and the configuration lines that go and come. */
export interface RenderedChange {
  readonly commands: readonly string[];
  readonly undo: readonly string[];
  readonly removes: readonly string[];
  readonly adds: readonly string[];
}

/** A change of one line: `line` takes the place of `before`, or of nothing, which `clear` brings back. */
export function change(line: string, before: string | undefined, clear: string): RenderedChange {
  return {
    commands: [line],
    undo: [before ?? clear],
    removes: before === undefined ? [] : [before],
    adds: [line],
  };
}
