export declare const NODE_MINIMUM: readonly [number, number];
export declare function ensureNode(version?: string): void;
export declare function packagesProblem(root: string): string | null;
export declare function ensurePackages(root: string, progress: (line: string) => void): Promise<void>;
