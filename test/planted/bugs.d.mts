export declare const BUGS: readonly {
  readonly topic: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
}[];
