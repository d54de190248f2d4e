/** What stays behind, and why; shown before anything leaves. */
export interface Withheld {
  readonly what: string;
  readonly why: string;
}
