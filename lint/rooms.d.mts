export declare const ROOMS: Readonly<Record<string, readonly string[]>>;
export declare const PURE_ROOMS: readonly string[];
export declare const EFFECT_MODULES: readonly string[];
export declare const EFFECT_GLOBALS: readonly string[];
