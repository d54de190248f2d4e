/** The little of plotly that we call. */
declare module 'plotly.js-cartesian-dist-min' {
  interface PlotlyStatic {
    react(element: HTMLElement, data: readonly object[], layout: object, config: object): Promise<void>;
    purge(element: HTMLElement): void;
    toImage(
      figure: HTMLElement | { readonly data: readonly object[]; readonly layout: object },
      options: { format: 'svg' | 'png'; width: number; height: number; scale?: number },
    ): Promise<string>;
    Plots: { resize(element: HTMLElement): void };
  }
  const plotly: PlotlyStatic;
  export default plotly;
}
