/** Built-ins written in jq itself, by `name/arity`; compiled at first use. */
const sources: Readonly<Record<string, string>> = {
  'first/0': 'def first: .[0];',
  'last/0': 'def last: .[-1];',
  'nth/1': 'def nth($n): .[$n];',
  'nth/2':
    'def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;',
  'isempty/1': 'def isempty(g): first((g | false), true);',
  'isvalid/1': 'def isvalid(f): try (f | true) catch false;',
  'in/1': 'def in(xs): . as $x | xs | has($x);',
  'with_entries/1': 'def with_entries(f): to_entries | map(f) | from_entries;',
  'paths/0': 'def paths: path(..) | select(length > 0);',
  'paths/1': 'def paths(f): . as $dot | paths | select(. as $p | $dot | getpath($p) | f);',
  'leaf_paths/0': 'def leaf_paths: paths(scalars);',
  'pick/1': 'def pick(f): . as $dot | reduce path(f) as $p (null; setpath($p; $dot | getpath($p)));',
  'finites/0': 'def finites: select(isinfinite or isnan | not);',
  'normals/0': 'def normals: select(isnormal);',
  'walk/1':
    'def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;',
  'combinations/0':
    'def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;',
  'combinations/1': 'def combinations($n): . as $dot | [range($n)] | map($dot) | combinations;',
  'ascii/0': 'def ascii: [.] | implode;',
  'todate/0': 'def todate: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'fromdate/0': 'def fromdate: fromdateiso8601;',
  'date/0': 'def date: todate;',
  'todateiso8601/0': 'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'fromdateiso8601/0': 'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  'dateadd/2': 'def dateadd(u; n): . + n;',
  'datesub/2': 'def datesub(u; n): . - n;',
  'IN/1': 'def IN(s): any(s == .; .);',
  'IN/2': 'def IN(src; s): any(src == s; .);',
  'INDEX/1': 'def INDEX(f): INDEX(.[]; f);',
  'INDEX/2': 'def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);',
  'tostream/0':
    'def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);',
  'fromstream/1':
    'def fromstream(f): foreach f as $i ({x: null, e: false}; (if .e then {x: null, e: false} else . end) | if ($i | length) == 2 then setpath(["e"]; ($i[0] | length) == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; ($i[0] | length) == 1) end; if .e then .x else empty end);',
  'truncate_stream/1':
    'def truncate_stream(stream): . as $n | stream | . as $in | if (.[0] | length) > $n then setpath([0]; $in[0][$n:]) else empty end;',
};

/** The source of a built-in written in jq, undefined when there is none. */
export function preludeSource(key: string): string | undefined {
  return Object.hasOwn(sources, key) ? sources[key] : undefined;
}

/** `name/arity` of every built-in written in jq. */
export const preludeNames: readonly string[] = Object.keys(sources);

/** Functions of jq that read the clock's zone, the machine, the input stream or the program: never available in a flow. */
export const refusedNames: ReadonlySet<string> = new Set([
  'env',
  'input',
  'inputs',
  'debug',
  'stderr',
  'input_filename',
  'input_line_number',
  'halt',
  'halt_error',
  'localtime',
  'strflocaltime',
  'get_search_list',
  'modulemeta',
  'builtins',
  'get_prog_origin',
  'get_jq_origin',
]);
