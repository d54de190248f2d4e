/** The only door to plotly: loaded when the first picture is drawn, colored by our tokens, always with its data table. */
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { currentTheme, onThemeChange } from '../app/theme.ts';
import styles from './chart.module.css';
import { Kbd } from './marks.tsx';
import { Button } from './parts.tsx';
import './plotly.css';
import { PlainTable } from './WorkTable.tsx';
import { plural } from './words.ts';

export interface ChartColors {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  /** Behind the data: fainter than a line. */
  readonly grid: string;
  readonly ground: string;
  readonly series: readonly string[];
  readonly bands: readonly string[];
  readonly gain: string;
  readonly loss: string;
  readonly point: string;
  readonly amber: string;
  readonly red: string;
  /** Pixels of body text in this theme. */
  readonly size: number;
  readonly font: string;
}

export interface Figure {
  readonly data: readonly object[];
  readonly layout: object;
}

interface ChartProps {
  /** The question that the picture answers. */
  readonly title: string;
  /** n, cohort, units. */
  readonly about?: ReactNode;
  /** The answer in one sentence, for those who do not see the picture. */
  readonly summary: string;
  readonly draw: (colors: ChartColors) => Figure;
  /** Height in lines of body text (rem). */
  readonly height: number;
  readonly table: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly ReactNode[])[];
    readonly numeric?: readonly number[];
  };
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
  /** Name of the exported file; never anything of the patient. */
  readonly fileName: string;
  /** Stands under a heading that asks the same question already: no frame, and the title for readers of the page only. */
  readonly bare?: boolean;
  /** The screen's key for table or picture. */
  readonly tableKey?: string;
}

function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    quiet: token('ink-3'),
    line: token('line-2'),
    grid: token('line'),
    ground: token('ground'),
    series: [1, 2, 3, 4, 5].map((index) => token(`series-${index}`)),
    bands: [token('band-1'), token('band-2')],
    gain: token('gain'),
    loss: token('loss'),
    point: token('point'),
    amber: token('amber'),
    red: token('red'),
    size: Number.parseFloat(style.fontSize) || 14,
    font: token('font') || 'sans-serif',
  };
}

type Plotly = typeof import('plotly.js-cartesian-dist-min').default;
let loading: Promise<Plotly> | undefined;
const loadPlotly = (): Promise<Plotly> => {
  loading ??= import('plotly.js-cartesian-dist-min').then((loaded) => loaded.default);
  return loading;
};

const CONFIG = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false, scrollZoom: false };

/** Pixels over an exported picture for its question and what it is drawn from. */
const EXPORT_HEAD = 64;
/** Of them, from the edge to the line that the question stands on. */
const EXPORT_BASELINE = 26;

/** Text that a label of the picture does not read as markup. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function Chart({
  title,
  about,
  summary,
  draw,
  height,
  table,
  asTable,
  onAsTable,
  fileName,
  bare = false,
  tableKey = 't',
}: ChartProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const theme = useSyncExternalStore(onThemeChange, currentTheme);

  useEffect(() => {
    const element = plot.current;
    // The theme decides the tokens that are read below.
    if (element === null || asTable || theme === undefined) return;
    let left = false;
    const show = async () => {
      const plotly = await loadPlotly();
      if (left) return;
      const colors = readColors();
      const { data, layout } = draw(colors);
      await plotly.react(element, data, { ...baseLayout(colors, height * colors.size), ...layout }, CONFIG);
      // Its inner svg is a drawing of what the figure's label says.
      for (const svg of element.querySelectorAll('svg')) svg.setAttribute('aria-hidden', 'true');
    };
    show().catch(() => setFailed(true));
    return () => {
      left = true;
    };
  }, [draw, height, asTable, theme]);

  // Plotly keeps listeners on the window for as long as a plot stands.
  useEffect(() => {
    const element = plot.current;
    return () => {
      if (element !== null) void loading?.then((plotly) => plotly.purge(element));
    };
  }, []);

  /** As it stands: its own shape, at least as wide as a page. */
  const exportAs = async (format: 'svg' | 'png') => {
    const element = plot.current;
    if (element === null) return;
    const plotly = await loadPlotly();
    const width = 1200;
    const shape = element.clientHeight / Math.max(1, element.clientWidth);
    const tall = Math.round(Math.max(480, width * shape)) + EXPORT_HEAD;
    // For print: twice the pixels that a screen shows.
    const size = { width, height: tall, ...(format === 'png' ? { scale: 2 } : {}) };
    // A file does not carry the screen's font: names are measured in one that its reader has, or they would be cut.
    const colors = { ...readColors(), font: 'Arial, Helvetica, sans-serif' };
    const { data, layout } = draw(colors);
    const whole: { readonly margin?: { readonly t?: number } } = { ...baseLayout(colors, tall), ...layout };
    // The page's policy lets no label bring a style of its own: both lines are of one size.
    const said = [title, ...(typeof about === 'string' ? [about] : [])].map(plain).join('<br>');
    const figure = {
      data,
      layout: {
        ...whole,
        ...size,
        // Alone on a page the picture needs its ground and its question.
        paper_bgcolor: getComputedStyle(document.documentElement).getPropertyValue('--paper').trim() || colors.ground,
        margin: { ...whole.margin, t: (whole.margin?.t ?? 0) + EXPORT_HEAD },
        title: {
          text: said,
          font: { size: 15, color: colors.ink },
          x: 0,
          xref: 'container',
          xanchor: 'left',
          // By its baseline: hung from the top, text of two lines loses its first line's height and touches the edge.
          y: 1 - EXPORT_BASELINE / tall,
          yref: 'container',
          yanchor: 'bottom',
          pad: { l: 12 },
        },
      },
    };
    const address = await plotly.toImage(figure, { format, ...size });
    const body = address.slice(address.indexOf(',') + 1);
    saveBlob(
      format === 'svg'
        ? new Blob([decodeURIComponent(body)], { type: 'image/svg+xml' })
        : new Blob([Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))], { type: 'image/png' }),
      `${fileName}.${format}`,
    );
  };

  const showTable = asTable || failed;
  return (
    <figure className={`${styles.chart} ${bare ? styles.bare : ''}`} data-chart={fileName}>
      <div className={styles.head}>
        <h3 className={bare ? 'hidden' : undefined}>{title}</h3>
        {about === undefined ? null : <span className="meta">{about}</span>}
        <span>
          {showTable ? <span className="quiet">{plural(table.rows.length, 'row')}</span> : null}
          <Button look="link" aria-pressed={asTable} onPress={() => onAsTable(!asTable)}>
            {asTable ? 'Picture' : 'Table'}
          </Button>
          <span aria-hidden="true">
            <Kbd keys={tableKey} />
          </span>
          {showTable ? null : (
            <>
              <Button look="link" onPress={() => void exportAs('svg')}>
                Export SVG
              </Button>
              <Button look="link" onPress={() => void exportAs('png')}>
                PNG
              </Button>
            </>
          )}
        </span>
      </div>
      {showTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={styles.table} tabIndex={0} aria-label={`Data: ${title}`}>
          <PlainTable label={title} {...table} />
        </section>
      ) : null}
      <div
        ref={plot}
        role="img"
        aria-label={summary}
        className={styles.plot}
        hidden={showTable}
        style={{ height: `${height}rem` }}
      />
    </figure>
  );
}

const baseLayout = (colors: ChartColors, height: number) => ({
  height,
  autosize: true,
  margin: { l: 4 * colors.size, r: colors.size, t: 0.6 * colors.size, b: 2.6 * colors.size },
  paper_bgcolor: 'rgba(0,0,0,0)',
  plot_bgcolor: 'rgba(0,0,0,0)',
  font: { family: colors.font, size: 0.857 * colors.size, color: colors.ink },
  showlegend: false,
  dragmode: false,
  hovermode: 'closest',
  hoverlabel: { font: { family: colors.font, size: 0.857 * colors.size } },
});

/** Gives bytes to the person as a file; the name is ours and says nothing of the patient. */
export function saveBlob(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken the bytes over by the time the click returns to the event loop.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
