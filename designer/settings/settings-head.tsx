import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useMay } from '../session/session.tsx';
import { PageHead } from '../shared/parts.tsx';
import './settings.css';

/** Heading of every settings page, with the way to the others. */
export function SettingsHead() {
  const { t } = useTranslation();
  const mayReadQueues = useMay('queue.read');
  return (
    <>
      <PageHead title={t('settings.title')} />
      <nav className="sub-nav" aria-label={t('settings.pages')}>
        <NavLink end to="/settings">
          {t('settings.general')}
        </NavLink>
        <NavLink to="/settings/tokens">{t('settings.tokens')}</NavLink>
        <NavLink to="/settings/secrets">{t('settings.secrets')}</NavLink>
        {mayReadQueues ? <NavLink to="/settings/queues">{t('settings.queues')}</NavLink> : null}
      </nav>
    </>
  );
}
