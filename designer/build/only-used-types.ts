import type { Plugin } from 'vite';

const DEFAULT_IMPORT = /^import Type(?:, (\{[^}]*\}))? from 'typebox';$/m;

/**
 * Pages carry only the schema builders they use. The library's default export is one object that holds everything, which no bundler can
 * take apart; the same names as a namespace can be. Its modules only declare.
 */
export function onlyUsedTypes(): Plugin {
  return {
    name: 'afterbell-schema-builders',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('/node_modules/typebox/')) return { code, map: null, moduleSideEffects: false };
      if (!DEFAULT_IMPORT.test(code)) return undefined;
      return {
        code: code.replace(
          DEFAULT_IMPORT,
          (_all, types?: string) =>
            `import { Type } from 'typebox';${types === undefined ? '' : ` import ${types} from 'typebox';`}`,
        ),
        map: null,
      };
    },
  };
}
