import type { Plugin } from 'vite';

/** A chunk as far as its weight is concerned. */
export interface ChunkFacts {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Module that the chunk was made for, when it is loaded on demand. */
  readonly facadeModuleId: string | null;
  /** File names that are read with it. */
  readonly imports: readonly string[];
}

/** What a page may weigh: the chunks made for `modules` and everything they import, over what the entry already read. */
export interface Budget {
  readonly name: string;
  /** Ends of module paths. Of several alternatives, such as languages, separated by `|`, the heaviest counts. */
  readonly modules: readonly string[];
  /** Bytes, gzip; undefined = told, not held to anything. */
  readonly maximum: number | undefined;
}

/** Weight of one budget. */
export interface Weight {
  readonly name: string;
  readonly bytes: number;
  readonly maximum: number | undefined;
}

async function gzipBytes(text: string): Promise<number> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

/**
 * Compressed bytes that a browser reads for each budget: the entry, what it imports and the named pages with what they import.
 *
 * @throws Error when a named module has no chunk: then the budget would hold nothing
 */
export async function weigh(
  chunks: readonly ChunkFacts[],
  budgets: readonly Budget[],
): Promise<readonly Weight[]> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const sizes = new Map(
    await Promise.all(chunks.map(async ({ fileName, code }) => [fileName, await gzipBytes(code)] as const)),
  );
  const close = (chunk: ChunkFacts, into: Set<string>): void => {
    if (into.has(chunk.fileName)) return;
    into.add(chunk.fileName);
    for (const name of chunk.imports) {
      const next = byName.get(name);
      if (next !== undefined) close(next, into);
    }
  };
  const bytesOf = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const heaviest = (module: string): ChunkFacts => {
    const found = chunks.filter((chunk) =>
      module.split('|').some((end) => chunk.facadeModuleId?.endsWith(end) === true),
    );
    const first = found.toSorted((left, right) => bytesOf([right.fileName]) - bytesOf([left.fileName]))[0];
    if (first === undefined) throw new Error(`no chunk was made for ${module}`);
    return first;
  };
  return budgets.map(({ name, modules, maximum }) => {
    const read = new Set<string>();
    for (const chunk of chunks) if (chunk.isEntry) close(chunk, read);
    for (const module of modules) close(heaviest(module), read);
    return { name, bytes: bytesOf(read), maximum };
  });
}

/** Kilobytes (1,000 bytes) with one place. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** Prints what each budget weighs and fails the build when one is over. `onWeights` receives the numbers. */
export function sizeBudget(
  budgets: readonly Budget[],
  onWeights: (weights: readonly Weight[]) => void = () => undefined,
): Plugin {
  return {
    name: 'afterbell-sizes',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).flatMap((item) => (item.type === 'chunk' ? [item] : []));
      const weights = await weigh(chunks, budgets);
      onWeights(weights);
      for (const { name, bytes, maximum } of weights)
        this.info(
          `${name}: ${kilobytes(bytes)} gzip${maximum === undefined ? '' : `, at most ${kilobytes(maximum)}`}`,
        );
      const over = weights.filter(({ bytes, maximum }) => maximum !== undefined && bytes > maximum);
      if (over.length > 0)
        this.error(
          over
            .map(
              ({ name, bytes, maximum }) =>
                `${name} weighs ${kilobytes(bytes)}, over ${kilobytes(maximum ?? 0)}`,
            )
            .join('; '),
        );
    },
  };
}
