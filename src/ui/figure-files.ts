/** Pictures of the page as files: SVG with every color and font written out, PNG drawn from it; a caption with the link below each. */
import type { Store } from "../session/store.ts";
import { chartMarkup, type SvgColors } from "./chart-svg.ts";
import { seriesOf, SERIES, titleOf, type SeriesKey } from "./series-table.ts";
import { escapeMarkup } from "./share-snippets.ts";
import { figureFileText as words } from "./strings-share.ts";

/** One picture: its title, its size, and its marks without an `<svg>` around them. */
export interface FigureFile {
  readonly title: string;
  /** For a file name. */
  readonly slug: string;
  readonly draw: () => {
    readonly width: number;
    readonly height: number;
    readonly body: string;
  };
}

const PADDING = 16;
/** Letters of the caption on a line, of 9 pixels height. */
const LETTER = 4.9;
const SCALE = 2;

/** Properties that the page's style sheets give to marks. */
const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "paint-order",
  "text-anchor",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
] as const;

/** All elements below, through shadow roots. */
function* below(root: Document | ShadowRoot | Element): Generator<Element> {
  for (const element of root.querySelectorAll("*")) {
    yield element;
    if (element.shadowRoot) yield* below(element.shadowRoot);
  }
}

function colorOf(element: Element, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  (element.shadowRoot ?? element).append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function colorsOf(element: Element): SvgColors {
  return {
    ink: colorOf(element, "--ink"),
    soft: colorOf(element, "--ink-2"),
    rule: colorOf(element, "--rule"),
    background: colorOf(element, "--bg"),
  };
}

/** A drawn picture's marks with their styles as attributes; what is only there to be operated is left out. */
function written(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [...svg.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(from[i]);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      // A pattern's address has the page's own address in it.
      if (value && !value.includes("url("))
        element.setAttribute(name, value.replaceAll('"', "'"));
    }
    element.removeAttribute("class");
    element.removeAttribute("tabindex");
  });
  for (const part of copy.querySelectorAll(
    "[stroke=none][fill='rgba(0, 0, 0, 0)'], [stroke=none][fill=none], [stroke=none][fill=transparent]",
  ))
    if (part.children.length === 0) part.remove();
  return copy.innerHTML.replace(/<!--.*?-->/g, "");
}

/** Pictures of lanes that are on the page now. */
function pictures(app: Element): FigureFile[] {
  const found: FigureFile[] = [];
  for (const element of below(app.shadowRoot ?? app)) {
    const host = (element.getRootNode() as ShadowRoot).host as
      Element | undefined;
    if (!(element instanceof SVGSVGElement) || !host) continue;
    if (host.localName !== "lab-lane" && host.localName !== "lab-overlay")
      continue;
    const kind = element.closest(".modes")
      ? "modes"
      : element.closest(".units")
        ? "units"
        : null;
    if (!kind || !element.checkVisibility()) continue;
    const lane =
      element.closest<HTMLElement>("[data-lane]")?.dataset.lane ?? "";
    const title = words.picture(words[kind], lane);
    found.push({
      title,
      slug: `${kind}${lane ? `-lane-${lane}` : ""}`,
      draw: () => ({
        width: element.clientWidth || Number(element.getAttribute("width")),
        height: Number(element.getAttribute("height")),
        body: written(element),
      }),
    });
  }
  return found;
}

function chart(app: Element, store: Store, key: SeriesKey): FigureFile {
  const { lanes: all } = store.state;
  const title = titleOf(key, all);
  const entry = SERIES[key];
  return {
    title,
    slug: title.toLowerCase().replace(/[^a-z0-9₁₂]+/g, "-"),
    draw: () => {
      const lines = store.series.map((one, i) => ({
        name: all[i].name,
        color: colorOf(app, `--lane-${"abcdef"[i % 6]}`),
        dashed: i > 0,
        step: key === "distance" ? one.distanceStep : one.step,
        value: key === "distance" ? one.distance : one[key],
        length: key === "distance" ? one.distanceLength : one.length,
        theory: entry.theory(all[i]),
      }));
      return chartMarkup(
        {
          unit: entry.unit,
          steps: store.state.config.base.steps,
          log: key === "distance",
          lines,
        },
        colorsOf(app),
      );
    },
  };
}

/** Every figure there is to export now. */
export function figuresOf(app: Element, store: Store): FigureFile[] {
  return [
    ...pictures(app),
    ...seriesOf(store.state.lanes).map((key) => chart(app, store, key)),
  ];
}

/** The figure as an SVG file, titled, with its link below. */
export function figureSvg(
  app: Element,
  { title, draw }: FigureFile,
  link: string,
): {
  readonly width: number;
  readonly height: number;
  readonly markup: string;
} {
  const { ink, soft, background } = colorsOf(app);
  const { width, height, body } = draw();
  const full = width + 2 * PADDING;
  const letters = Math.max(20, Math.floor(width / LETTER));
  const caption = Array.from(
    { length: Math.ceil(link.length / letters) },
    (_, i) => link.slice(i * letters, (i + 1) * letters),
  );
  const top = PADDING + 24;
  const tall = top + height + 20 + 12 * caption.length;
  const family = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif";
  const lines = caption.map(
    (line, i) =>
      `<text x="${String(PADDING)}" y="${String(top + height + 18 + 12 * i)}" font-size="9" font-family="monospace" textLength="${String((line.length / letters) * width)}" lengthAdjust="spacingAndGlyphs" fill="${soft}">${escapeMarkup(line)}</text>`,
  );
  const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(full)}" height="${String(tall)}" viewBox="0 0 ${String(full)} ${String(tall)}" font-family="${family}" font-size="12"><title>${escapeMarkup(title)}</title><metadata>${escapeMarkup(link)}</metadata><path fill="${background}" d="M0 0h${String(full)}v${String(tall)}H0z"/><text x="${String(PADDING)}" y="${String(PADDING + 8)}" font-size="13" font-weight="600" fill="${ink}">${escapeMarkup(title)}</text><g transform="translate(${String(PADDING)} ${String(top)})">${body}</g>${lines.join("")}</svg>\n`;
  return { width: full, height: tall, markup };
}

/** The same as a PNG, twice as fine. */
export async function figurePng(
  app: Element,
  figure: FigureFile,
  link: string,
): Promise<Blob> {
  const { width, height, markup } = figureSvg(app, figure, link);
  const url = URL.createObjectURL(
    new Blob([markup], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * SCALE);
    canvas.height = Math.round(height * SCALE);
    const context = canvas.getContext("2d");
    if (!context) throw new Error(words.noCanvas);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error(words.noCanvas));
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
