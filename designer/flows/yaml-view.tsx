import { theme } from 'antd';
import { useWords } from '../inbox/use-words.ts';
import { type YamlToken, yamlTokens } from './yaml-tokens.ts';

/** A flow document, read only, with line numbers. All of it is text nodes. */
export function YamlView({ source }: { readonly source: string }) {
  const { t } = useWords('flows');
  const { token } = theme.useToken();
  const colours: Readonly<Record<YamlToken['kind'], string>> = {
    plain: token.colorText,
    key: token.colorLink,
    string: token.colorSuccess,
    comment: token.colorTextSecondary,
    expression: token.colorWarning,
    value: token.colorText,
  };
  const lines = source.replace(/\n$/, '').split('\n');
  const gutter = `${String(lines.length).length}ch`;
  return (
    <section
      aria-label={t('source')}
      style={{
        overflowX: 'auto',
        fontFamily: token.fontFamilyCode,
        fontSize: token.fontSizeSM,
        background: token.colorFillQuaternary,
        borderRadius: token.borderRadius,
        padding: token.paddingSM,
      }}
    >
      {lines.map((line, index) => (
        // A line has no identity but its place, and the document never changes.
        <div key={`${index}${line}`} style={{ display: 'flex', gap: token.padding, whiteSpace: 'pre' }}>
          <span
            aria-hidden
            style={{
              minWidth: gutter,
              textAlign: 'right',
              color: token.colorTextSecondary,
              userSelect: 'none',
            }}
          >
            {index + 1}
          </span>
          <span>
            {yamlTokens(line).map((part) => (
              <span key={part.kind} style={{ color: colours[part.kind] }}>
                {part.text}
              </span>
            ))}
          </span>
        </div>
      ))}
    </section>
  );
}
