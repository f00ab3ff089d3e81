/** A flow document with line numbers; keys and comments are set off, everything is text. */
export function YamlView({ source }: { readonly source: string }) {
  return (
    <div className="code yaml" role="group" aria-label="YAML" tabIndex={0}>
      {source.split('\n').map((line, index) => (
        // Lines of a published document never change place.
        <div key={`${index} ${line}`} className="yaml-line">
          <span className="yaml-number" aria-hidden="true">
            {index + 1}
          </span>
          <span>
            <Line text={line} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Line({ text }: { readonly text: string }) {
  if (/^\s*#/.test(text)) return <span className="quiet">{text}</span>;
  const match = /^(\s*(?:- )?)([^\s:#'"{[][^:#'"{[]*)(:(?:\s.*)?)$/.exec(text);
  if (match === null) return text;
  return (
    <>
      {match[1]}
      <span className="yaml-key">{match[2]}</span>
      {match[3]}
    </>
  );
}
