import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { Logo } from '../shared/icons.tsx';
import { ProblemNote } from '../shared/parts.tsx';
import { LanguageSwitch } from '../shell/switches.tsx';

/** Sign in. The page that was asked for opens afterwards, because its address stays. */
export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [hint, setHint] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn(username.trim(), password),
    onSuccess: (session) => client.setQueryData(queries.session().queryKey, session),
    onError: (error) => setHint(hintOf(error)),
  });
  const hintOf = (error: Error) => {
    if (!(error instanceof ApiError)) return '';
    return error.status === 401 ? t('session.wrong') : error.status === 429 ? t('session.tooMany') : '';
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setHint('');
    if (username.trim() === '' || password === '') setHint(t('session.needed'));
    else signIn.mutate();
  };
  return (
    <main className="sign-in">
      <form onSubmit={onSubmit} noValidate>
        <div className="brand">
          <Logo />
          <span>{t('product')}</span>
        </div>
        <h1>{t('session.title')}</h1>
        <p className="quiet">{t('session.tagline')}</p>
        <label className="field">
          <span>{t('session.username')}</span>
          <Input
            autoFocus
            autoComplete="username"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            maxLength={100}
          />
        </label>
        <label className="field">
          <span>{t('session.password')}</span>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            maxLength={200}
          />
        </label>
        <p className="field-error" role="alert">
          {hint}
        </p>
        {signIn.error !== null && hint === '' ? <ProblemNote error={signIn.error} /> : null}
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {t('session.submit')}
        </Button>
        <div className="sign-in-foot">
          <LanguageSwitch />
        </div>
      </form>
    </main>
  );
}
