/** A map as a file: PNG and SVG are drawn by the same strokes, every kind carries the map's link. */
import type { MapView } from "../session/map-link.ts";
import type { MapState } from "../session/store-map.ts";
import {
  axisTicks,
  linePath,
  paintCells,
  pixelOf,
  type MapBox,
} from "./map-draw.ts";
import {
  mapCsv,
  mapJson,
  numberText,
  verdictText,
  viewTitle,
  type MapQuantity,
} from "./map-view.ts";
import { mapText as text } from "./strings-map.ts";
import { axisLabel } from "./sweep-fields.ts";

export { save } from "./save.ts";

export const MAP_FILES = ["png", "svg", "csv", "json"] as const;
export type MapFile = (typeof MAP_FILES)[number];

const WIDTH = 760;
const HEIGHT = 640;
const BOX = { left: 60, top: 44, width: 580, height: 460 } as const;
/** Letters of the link on a line. */
const LINE = 118;
const SCALE = 2;

/** What both kinds of picture can do. */
interface Pen {
  rect(color: string, x: number, y: number, w: number, h: number): void;
  path(d: string, color: string, width: number): void;
  text(
    words: string,
    x: number,
    y: number,
    size: number,
    anchor?: "middle" | "end",
  ): void;
}

export interface MapPicture {
  readonly state: MapState;
  readonly quantity: MapQuantity;
  readonly view: MapView;
  readonly link: string;
}

/** The file and its type. */
export async function mapFile(
  kind: MapFile,
  picture: MapPicture,
): Promise<Blob> {
  const { state, link } = picture;
  switch (kind) {
    case "csv":
      return new Blob([mapCsv(state, link)], { type: "text/csv" });
    case "json":
      return new Blob([mapJson(state, link)], { type: "application/json" });
    case "svg":
      return new Blob([svgOf(picture)], { type: "image/svg+xml" });
    case "png":
      return pngOf(picture);
  }
}

function draw(pen: Pen, { state, quantity, view, link }: MapPicture): void {
  const { spec, values } = state;
  if (!spec) return;
  const rows = values.at(1)?.length ?? 1;
  const box: MapBox = { ...BOX, columns: values[0].length, rows };
  pen.rect("#fff", 0, 0, WIDTH, HEIGHT);
  pen.text(
    `${quantity.title}, ${viewTitle(state, view).toLowerCase()}`,
    BOX.left,
    26,
    16,
  );
  const scale = paintCells(
    state,
    quantity,
    view,
    "light",
    box,
    SCALE,
    (...cell) => {
      pen.rect(...cell);
    },
  );
  if (state.lines) {
    const d = linePath(state.lines, quantity.level, box);
    pen.path(d, "#000", 3.5);
    pen.path(d, "#fff", 1.5);
  }
  const bottom = BOX.top + BOX.height;
  pen.path(
    `M${String(BOX.left)} ${String(BOX.top)}V${String(bottom)}H${String(BOX.left + BOX.width)}`,
    "#777",
    1,
  );
  const [across, up] = spec.axes;
  for (const { at, label } of axisTicks(across, 10))
    pen.text(label, pixelOf(box, at, 0)[0], bottom + 16, 11, "middle");
  pen.text(
    axisLabel(spec, across.field),
    BOX.left + BOX.width / 2,
    bottom + 36,
    13,
    "middle",
  );
  if (spec.axes.length > 1) {
    for (const { at, label } of axisTicks(up, 12))
      pen.text(label, BOX.left - 6, pixelOf(box, 0, at)[1] + 4, 11, "end");
    pen.text(
      axisLabel(spec, up.field),
      18,
      BOX.top + BOX.height / 2,
      13,
      "middle",
    );
  }
  const steps = 32;
  const high = BOX.height / steps;
  const right = BOX.left + BOX.width + 16;
  for (let i = 0; i < steps; i++) {
    const value = scale.low + ((i + 0.5) / steps) * (scale.high - scale.low);
    pen.rect(
      scale.color(value),
      right,
      bottom - (i + 1) * high,
      14,
      high + 0.5,
    );
  }
  for (const tick of scale.ticks) {
    const t = (tick - scale.low) / (scale.high - scale.low || 1);
    pen.text(
      numberText(quantity, tick),
      right + 20,
      bottom - t * BOX.height + 4,
      11,
    );
  }
  pen.text(
    state.theoryHidden
      ? text.hidden
      : (verdictText(state) ?? text.ready(state.steps.length)),
    BOX.left,
    bottom + 62,
    12,
  );
  for (let at = 0, line = 0; at < link.length; at += LINE, line++)
    pen.text(
      link.slice(at, at + LINE),
      BOX.left - 40,
      bottom + 82 + 12 * line,
      9,
    );
}

const escaped = (words: string): string =>
  words.replace(/[&<>"]/g, (c) => `&#${String(c.charCodeAt(0))};`);

function svgOf(picture: MapPicture): string {
  const parts: string[] = [];
  const at = (x: number): string => String(Number(x.toFixed(2)));
  draw(
    {
      rect: (color, x, y, w, h) =>
        parts.push(
          `<rect fill="${color}" x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}"/>`,
        ),
      path: (d, color, width) =>
        parts.push(
          `<path d="${d}" fill="none" stroke="${color}" stroke-width="${String(width)}" stroke-linecap="round"/>`,
        ),
      text: (words, x, y, size, anchor) =>
        parts.push(
          `<text x="${at(x)}" y="${at(y)}" font-size="${String(size)}"${anchor ? ` text-anchor="${anchor}"` : ""}>${escaped(words)}</text>`,
        ),
    },
    picture,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(HEIGHT)}" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" font-family="sans-serif"><metadata>${escaped(picture.link)}</metadata>${parts.join("")}</svg>\n`;
}

async function pngOf(picture: MapPicture): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH * SCALE, HEIGHT * SCALE);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  context.scale(SCALE, SCALE);
  context.lineCap = "round";
  draw(
    {
      rect: (color, x, y, w, h) => {
        context.fillStyle = color;
        context.fillRect(x, y, w, h);
      },
      path: (d, color, width) => {
        context.strokeStyle = color;
        context.lineWidth = width;
        context.stroke(new Path2D(d));
      },
      text: (words, x, y, size, anchor) => {
        context.fillStyle = "#000";
        context.font = `${String(size)}px sans-serif`;
        context.textAlign = anchor === "middle" ? "center" : (anchor ?? "left");
        context.fillText(words, x, y);
      },
    },
    picture,
  );
  return canvas.convertToBlob({ type: "image/png" });
}
