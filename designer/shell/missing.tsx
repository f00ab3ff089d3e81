import { useTranslation } from 'react-i18next';
import { Empty } from '../shared/parts.tsx';

/** An address without a page. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty
      icon="question"
      title={t('missing.title')}
      text={t('missing.text')}
      action={{ label: t('missing.action'), to: '/inbox' }}
    />
  );
}
