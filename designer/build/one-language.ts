import type { Plugin } from 'vite';

/**
 * Files that hold the texts of one domain in every language become one module per language, so that a page reads its own language only:
 * what the other language needs is not used in that module and falls away. `ends` are the ends of the paths of the language files.
 */
export function oneLanguage(ends: readonly string[]): Plugin {
  return {
    name: 'afterbell-one-language',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer) {
      const at = ends.findIndex((end) => importer?.endsWith(end) === true);
      if (at < 0 || !source.startsWith('./')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? null : { ...found, id: `${found.id}?language=${at}` };
    },
  };
}
