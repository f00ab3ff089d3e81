import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { inventoryZh } from './inventory.ts';
import type { zhCN } from './zh-CN.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zhCN & { readonly inventory: typeof inventoryZh } };
  }
}

/** Languages of the pages. */
export type Language = 'zh-CN' | 'en';

const KEY = 'afterbell.language';

/** The language a person chose, else that of the browser, else Chinese. */
function firstLanguage(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return navigator.language.startsWith('zh') || !navigator.language.startsWith('en') ? 'zh-CN' : 'en';
}

/** A page reads one language; the other is read when somebody switches. */
const LOAD = {
  'zh-CN': async () => (await import('./zh-CN.ts')).zhCN,
  en: async () => (await import('./en.ts')).en,
} as const;

/** Languages whose texts are read; texts of single pages may be there before. */
const read = new Set<Language>();

/** Reads the texts of the inventory and the scripts, which few pages show, in both languages. */
export async function readInventoryTexts(): Promise<void> {
  const { inventoryEn, inventoryZh } = await import('./inventory.ts');
  i18next.addResourceBundle('zh-CN', 'translation', { inventory: inventoryZh }, true, true);
  i18next.addResourceBundle('en', 'translation', { inventory: inventoryEn }, true, true);
}

/** Loads the texts of the first language. */
export async function startTexts(): Promise<void> {
  const language = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    // A build fails on a missing key, so there is nothing to fall back for.
    fallbackLng: false,
    resources: { [language]: { translation: await LOAD[language]() } },
    // Texts of pages come later.
    partialBundledLanguages: true,
    // React escapes; escaping twice would show entities.
    interpolation: { escapeValue: false },
  });
  read.add(language);
  document.documentElement.lang = i18next.language;
}

/** Switches the language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (!read.has(language)) {
    i18next.addResourceBundle(language, 'translation', await LOAD[language](), true, true);
    read.add(language);
  }
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
