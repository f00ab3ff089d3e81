import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '../api/client.ts';
import { Icon, type IconName } from './icons.tsx';

/** Heading of a page with what can be done on it. `back` leads to the list the object belongs to. */
export function PageHead({
  title,
  back,
  meta,
  actions,
}: {
  readonly title: string;
  readonly back?: { readonly to: string; readonly page: string };
  readonly meta?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <header className="page-head">
      {back === undefined ? null : (
        <Link className="back" to={back.to}>
          ← {t('common.back', { page: back.page })}
        </Link>
      )}
      <div className="page-head-row">
        <h1>{title}</h1>
        {meta}
        <div className="grow" />
        {actions}
      </div>
    </header>
  );
}

/** A part of a page under its heading; parts are divided by lines. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What will appear here, and the one thing to do next. */
export function Empty({
  icon,
  title,
  text,
  action,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  readonly action?: { readonly label: string; readonly to: string };
}) {
  const navigate = useNavigate();
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {text === undefined ? null : <p className="quiet">{text}</p>}
      {action === undefined ? null : <Button onClick={() => void navigate(action.to)}>{action.label}</Button>}
    </div>
  );
}

/** Grey bars where rows will stand: nothing jumps when they arrive. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status" aria-busy="true" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_unused, index) => (
        <div key={index} className="loading-row" />
      ))}
    </div>
  );
}

/** The kind of an error in business words. */
function useProblemText(error: Error): string {
  const { t } = useTranslation();
  if (!(error instanceof ApiError)) return t('problem.unexpected');
  switch (error.status) {
    case 0:
      return t('problem.network');
    case 403:
      return t('problem.notAllowed');
    case 404:
      return t('problem.notFound');
    case 409:
    case 412:
      return t('problem.conflict');
    case 400:
    case 422:
      return t('problem.invalid');
    case 503:
      return t('problem.unavailable');
    default:
      return t('problem.unexpected');
  }
}

/** What happened, what it means, what to do; the code in small print. */
export function ProblemNote({ error, onAgain }: { readonly error: Error; readonly onAgain?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText(error);
  const detail = error instanceof ApiError && error.status >= 400 && error.status < 500 ? error.message : '';
  return (
    <div className="note" data-tone="problem" role="alert">
      <Icon name="cross" />
      <div>
        <p>{text}</p>
        {detail === '' ? null : <p className="quiet">{detail}</p>}
        <p className="small">
          {t('common.code', { code: error instanceof ApiError ? error.code : error.name })}
        </p>
        {onAgain === undefined ? null : <Button onClick={onAgain}>{t('common.again')}</Button>}
      </div>
    </div>
  );
}

/** A calm remark with an icon. */
export function Note({
  icon,
  tone,
  children,
}: {
  readonly icon: IconName;
  readonly tone: 'good' | 'plain' | 'problem';
  readonly children: ReactNode;
}) {
  return (
    <div className="note" data-tone={tone} role="status">
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** A hash in short form, whole as title and when copied. */
export function Hash({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(value).then(() => setCopied(true));
  };
  return (
    <button
      type="button"
      className="hash"
      title={value}
      onClick={copy}
      aria-label={`${isCopied ? t('common.copied') : value.slice(0, 12)} · ${t('common.copy')} ${value}`}
    >
      {isCopied ? t('common.copied') : value.slice(0, 12)}
    </button>
  );
}

/** Pairs of a name and a value. */
export function Facts({ rows }: { readonly rows: ReadonlyArray<readonly [string, ReactNode]> }) {
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
