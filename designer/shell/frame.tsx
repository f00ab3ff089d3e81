import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import type { Permission } from '../../domain/access/permissions.ts';
import { ApiError, api } from '../api/client.ts';
import { useLiveUpdates } from '../api/live.ts';
import { queries, rowsOf } from '../api/queries.ts';
import type { Session } from '../api/types.ts';
import { PersonContext, usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Icon, type IconName, Logo } from '../shared/icons.tsx';
import { Loading, ProblemNote } from '../shared/parts.tsx';
import { antdTheme } from '../theme.ts';
import { useMode, usePaint, useRoom } from './appearance.ts';
import { useComponentTexts } from './component-texts.ts';
import { clockTexts } from './market-clock.ts';
import { Floating } from './floating.tsx';
import { AppearanceSwitch, LanguageSwitch } from './switches.tsx';

/** Whoever is signed in never reads its fields. */
const SignIn = lazy(async () => ({ default: (await import('../session/SignIn.tsx')).SignIn }));

const PAGES = [
  { to: '/today', key: 'today', icon: 'clockBar' },
  { to: '/inbox', key: 'inbox', icon: 'inbox' },
  { to: '/flows', key: 'flows', icon: 'flow' },
  { to: '/runs', key: 'runs', icon: 'runs' },
  { to: '/breaks', key: 'breaks', icon: 'scales' },
  { to: '/incidents', key: 'incidents', icon: 'bell' },
  { to: '/devices', key: 'network', icon: 'network' },
  { to: '/calls', key: 'calls', icon: 'phone', needs: 'outreach.read' },
  { to: '/access', key: 'access', icon: 'lock' },
] as const satisfies ReadonlyArray<{ to: string; key: string; icon: IconName; needs?: Permission }>;

/** Everything around a page: sign-in first, then rail, market clock and the page itself. */
export function Frame() {
  const texts = useComponentTexts(useTranslation().i18n.language);
  const mode = useMode();
  usePaint(mode, useRoom());
  const session = useQuery(queries.session());
  const isSignedOut =
    session.error instanceof ApiError && session.error.status === 401 && session.data === undefined;
  return (
    <ConfigProvider
      theme={antdTheme(mode)}
      {...(texts === undefined ? {} : { locale: texts })}
      button={{ autoInsertSpace: false }}
    >
      {session.data !== undefined ? (
        <PersonContext value={session.data.person}>
          <Shell session={session.data} />
        </PersonContext>
      ) : isSignedOut ? (
        <Suspense>
          <SignIn />
        </Suspense>
      ) : session.error !== null ? (
        <main className="page">
          <ProblemNote error={session.error} onAgain={() => void session.refetch()} />
        </main>
      ) : null}
    </ConfigProvider>
  );
}

function Shell({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const isLive = useLiveUpdates();
  const mine = useInfiniteQuery(queries.approvals({ status: 'open', view: 'mine' }));
  const count = mine.data === undefined ? 0 : rowsOf(mine.data).length;
  useEffect(() => {
    document.title = count === 0 ? t('product') : `(${count}) ${t('product')}`;
  }, [count, t]);
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {t('nav.skip')}
      </a>
      <Rail count={count} />
      <div className="main">
        <TopBar session={session} isLive={isLive} />
        <main id="page" className="page" tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Floating />
    </div>
  );
}

function Rail({ count }: { readonly count: number }) {
  const { t } = useTranslation();
  const { permissions } = usePerson();
  return (
    <nav className="rail" aria-label={t('nav.main')}>
      <div className="brand">
        <Logo />
        <span className="rail-word">{t('product')}</span>
      </div>
      {PAGES.filter((page) => !('needs' in page) || permissions.includes(page.needs)).map((page) => (
        <NavLink key={page.to} to={page.to} className="rail-link" title={t(`nav.${page.key}`)}>
          <Icon name={page.icon} />
          <span className="rail-word">{t(`nav.${page.key}`)}</span>
          {page.key === 'inbox' && count > 0 ? (
            <span className="rail-count" aria-label={t('nav.needsYou', { count })}>
              {count}
            </span>
          ) : null}
        </NavLink>
      ))}
      <div className="grow" />
      <NavLink to="/settings" className="rail-link" title={t('nav.settings')}>
        <Icon name="settings" />
        <span className="rail-word">{t('nav.settings')}</span>
      </NavLink>
    </nav>
  );
}

function TopBar({ session, isLive }: { readonly session: Session; readonly isLive: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const clock = clockTexts(t, useNow());
  const signOut = () => {
    void api.signOut().finally(() => {
      client.clear();
      location.assign('/');
    });
  };
  return (
    <div className="top">
      {isLive ? null : (
        <span className="quiet" role="status">
          {t('shell.liveLost')}
        </span>
      )}
      <div className="grow" />
      <span className="clock" aria-label={t('clock.label')}>
        <span>{clock.day}</span>
        {clock.session === '' ? null : <span className="quiet">{clock.session}</span>}
      </span>
      <LanguageSwitch />
      <AppearanceSwitch />
      <span className="who">{session.person.displayName}</span>
      <button
        type="button"
        className="tool"
        title={t('shell.signOut')}
        aria-label={t('shell.signOut')}
        onClick={signOut}
      >
        <Icon name="signOut" />
      </button>
    </div>
  );
}
