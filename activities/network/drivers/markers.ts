const CISCO =
  /^\s*%\s*(?:invalid input|incomplete command|ambiguous command|unknown command|error|bad |authorization failed).*$|^.*(?:bad mask|overlaps with|command rejected|authorization failed|command authorization failed|: not found).*$/im;
const HUAWEI = /^\s*error\s*:.*$|^.*failed to generate committed config.*$|^.*configuration is locked.*$/im;

/** First error marker of IOS in an output, trimmed; null when there is none. "Access VLAN does not exist" is not one. */
export function ciscoMarker(output: string): string | null {
  return CISCO.exec(output)?.[0].trim() ?? null;
}

/** First error marker of VRP; the spacing after "Error:" differs between releases. */
export function huaweiMarker(output: string): string | null {
  return HUAWEI.exec(output)?.[0].trim() ?? null;
}
