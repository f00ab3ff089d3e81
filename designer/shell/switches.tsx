import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../i18n/index.ts';
import { Icon } from '../shared/icons.tsx';
import type { Appearance } from '../theme.ts';
import { chooseAppearance, useAppearance } from './appearance.ts';

/** Switches between Chinese and English. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <button
      type="button"
      className="tool"
      title={t('shell.language')}
      aria-label={`${t('shell.languageShort')} · ${t('shell.language')}`}
      onClick={() => void chooseLanguage(i18n.language === 'en' ? 'zh-CN' : 'en')}
    >
      {t('shell.languageShort')}
    </button>
  );
}

const NEXT: Readonly<Record<Appearance, Appearance>> = { system: 'light', light: 'dark', dark: 'system' };
const ICONS = { system: 'halfMoon', light: 'sun', dark: 'moon' } as const;

/** System, light, dark, in turn. */
export function AppearanceSwitch() {
  const { t } = useTranslation();
  const appearance = useAppearance();
  const label = t(`shell.appearance.${appearance}`);
  return (
    <button
      type="button"
      className="tool"
      title={label}
      aria-label={`${t('shell.theme')} · ${label}`}
      onClick={() => chooseAppearance(NEXT[appearance])}
    >
      <Icon name={ICONS[appearance]} />
    </button>
  );
}
