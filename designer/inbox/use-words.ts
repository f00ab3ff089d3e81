import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import enDevices from '../i18n/en/devices.ts';
import enFlows from '../i18n/en/flows.ts';
import enInbox from '../i18n/en/inbox.ts';
import zhDevices from '../i18n/zh-CN/devices.ts';
import zhFlows from '../i18n/zh-CN/flows.ts';
import zhInbox from '../i18n/zh-CN/inbox.ts';

const WORDS = {
  'zh-CN': { inbox: zhInbox, devices: zhDevices, flows: zhFlows },
  en: { inbox: enInbox, devices: enDevices, flows: enFlows },
} as const;

/** The page whose words are wanted. */
export type WordsOf = keyof (typeof WORDS)['en'];

function addWords(): void {
  for (const [language, pages] of Object.entries(WORDS)) {
    for (const [page, words] of Object.entries(pages)) i18next.addResourceBundle(language, page, words);
  }
}

// Pages may be loaded before or after the texts are.
if (i18next.isInitialized) addWords();
else i18next.on('initialized', addWords);

/** The words of one page in the chosen language. A key without words is shown as `defaultValue`, else as itself. */
export function useWords(page: WordsOf): {
  readonly t: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly i18n: { readonly language: string };
} {
  const { i18n } = useTranslation();
  return {
    t: (key, values) => String(i18n.t(`${page}:${key}`, { defaultValue: key, ...values })),
    i18n,
  };
}
