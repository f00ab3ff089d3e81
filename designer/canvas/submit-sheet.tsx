import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { ProblemNote } from '../shared/parts.tsx';
import { useDesigner, useFlow } from './designer-context.ts';
import { draftApi } from './draft-api.ts';
import { documentValue } from './flow-store.ts';
import type { Saver } from './saving.ts';
import { Sheet } from './sheet.tsx';

/** Hands the draft to another person: what changed is said in words, and errors keep it from going. */
export function SubmitSheet({ saver }: { readonly saver: Saver }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const [comment, setComment] = useState('');
  const [isAsked, setAsked] = useState(false);
  const document = useFlow((state) => state.document);
  const problems = useFlow((state) => state.problems);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const navigate = useNavigate();
  const submit = useMutation({
    mutationFn: async (words: string) => {
      await saver.flush();
      const { draftId, revision, word } = saver.store.getState();
      if (draftId === undefined || word !== 'saved') throw new Error(t('sheets.submit.notSaved'));
      return draftApi.submit(draftId, revision, words);
    },
    onSuccess: ({ submissionId }) => navigate(`/reviews/${submissionId}`),
  });
  const version = documentValue(document, ['document', 'version']);
  const go = () => {
    setAsked(true);
    if (comment.trim() !== '' && errors === 0) submit.mutate(comment.trim());
  };
  return (
    <Sheet title={t('sheets.submit.title')}>
      <p className="quiet">{t('sheets.submit.text')}</p>
      <p>
        {t('sheets.submit.version')}{' '}
        <span className="mono">{typeof version === 'string' ? version : ''}</span>
      </p>
      <div className="f-field">
        <div className="f-label">
          <label htmlFor="submit-comment">{t('sheets.submit.comment')}</label>
        </div>
        <textarea
          id="submit-comment"
          className="c-input"
          autoFocus
          rows={4}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
        {isAsked && comment.trim() === '' ? (
          <span className="field-error" role="alert">
            {t('sheets.submit.commentNeeded')}
          </span>
        ) : null}
      </div>
      {errors === 0 ? null : (
        <p className="field-error" role="alert">
          {t('sheets.submit.problems', { count: errors })}
        </p>
      )}
      {submit.error === null ? null : <ProblemNote error={submit.error} />}
      <div className="s-foot">
        <Button onClick={() => ui.getState().set({ overlay: undefined })}>{t('sheets.submit.cancel')}</Button>
        <Button type="primary" disabled={errors > 0} loading={submit.isPending} onClick={go}>
          {t('sheets.submit.go')}
        </Button>
      </div>
    </Sheet>
  );
}
