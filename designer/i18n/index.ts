import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { everyText } from './every.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: (typeof everyText)['zh-CN'] };
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

let tellStarted: () => void = () => undefined;
const started = new Promise<void>((resolve) => {
  tellStarted = resolve;
});

/** Languages whose texts are read; texts of single pages may be there before. */
const read = new Set<Language>();

/** Texts that few pages show, by the member they stand under: read with the page, in both languages. */
const PAGE_TEXTS = {
  drawn: async () => {
    const { drawnEn, drawnZh } = await import('./drawn.ts');
    return { 'zh-CN': drawnZh, en: drawnEn };
  },
  fields: async () => {
    const { fieldsEn, fieldsZh } = await import('./fields.ts');
    return { 'zh-CN': fieldsZh, en: fieldsEn };
  },
  healing: async () => {
    const { healingEn, healingZh } = await import('./healing.ts');
    return { 'zh-CN': healingZh, en: healingEn };
  },
  inventory: async () => {
    const { inventoryEn, inventoryZh } = await import('./inventory.ts');
    return { 'zh-CN': inventoryZh, en: inventoryEn };
  },
  outreach: async () => {
    const { outreachEn, outreachZh } = await import('./outreach.ts');
    return { 'zh-CN': outreachZh, en: outreachEn };
  },
  reconciliation: async () => {
    const { reconciliationEn, reconciliationZh } = await import('./reconciliation.ts');
    return { 'zh-CN': reconciliationZh, en: reconciliationEn };
  },
  restart: async () => {
    const { restartEn, restartZh } = await import('./restart.ts');
    return { 'zh-CN': restartZh, en: restartEn };
  },
  sheets: async () => {
    const { sheetsEn, sheetsZh } = await import('./sheets.ts');
    return { 'zh-CN': sheetsZh, en: sheetsEn };
  },
  trials: async () => {
    const { trialsEn, trialsZh } = await import('./trials.ts');
    return { 'zh-CN': trialsZh, en: trialsEn };
  },
  settings: async () => {
    const { settingsEn, settingsZh } = await import('./settings.ts');
    return { 'zh-CN': settingsZh, en: settingsEn };
  },
} as const;

/** Names of texts that are read with their pages. */
export type PageTexts = keyof typeof PAGE_TEXTS;

/** Reads the texts of some pages. */
export async function readPageTexts(name: PageTexts): Promise<void> {
  const texts = await PAGE_TEXTS[name]();
  // The router reads the first page while the texts of the language are still under way.
  await started;
  for (const [language, part] of Object.entries(texts))
    i18next.addResourceBundle(language, 'translation', { [name]: part }, true, true);
}

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
  read.add(language);
  document.documentElement.lang = i18next.language;
  tellStarted();
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
