import type { Plugin } from 'vite';

const LANGUAGES = ['/i18n/zh-CN.ts', '/i18n/en.ts'];

/**
 * Files that hold the texts of one domain in every language become one module per language, so that a page reads its own language only:
 * what the other language needs is not used in that module and falls away.
 */
export function oneLanguage(): Plugin {
  return {
    name: 'afterbell-one-language',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer) {
      const at = LANGUAGES.findIndex((end) => importer?.endsWith(end) === true);
      if (at < 0 || !source.startsWith('./')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? null : { ...found, id: `${found.id}?language=${at}` };
    },
  };
}
