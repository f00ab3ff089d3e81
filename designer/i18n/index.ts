import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { zhCN } from './zh-CN.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zhCN };
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

/** Loads the texts of the first language. */
export async function startTexts(): Promise<void> {
  const language = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    // A build fails on a missing key, so there is nothing to fall back for.
    fallbackLng: false,
    resources: { [language]: { translation: await LOAD[language]() } },
    // React escapes; escaping twice would show entities.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
}

/** Switches the language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await LOAD[language]());
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
