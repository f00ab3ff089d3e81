import type { Locale } from 'antd/es/locale';
import { useEffect, useState } from 'react';

const LOAD = {
  en: async () => (await import('antd/locale/en_US')).default,
  'zh-CN': async () => (await import('antd/locale/zh_CN')).default,
} as const;

/** Texts inside the component library's own parts, of one language; undefined until they are read. */
export function useComponentTexts(language: string): Locale | undefined {
  const [texts, setTexts] = useState<Locale>();
  useEffect(() => {
    let isWanted = true;
    void LOAD[language === 'en' ? 'en' : 'zh-CN']().then((loaded) => {
      if (isWanted) setTexts(loaded);
    });
    return () => {
      isWanted = false;
    };
  }, [language]);
  return texts;
}
