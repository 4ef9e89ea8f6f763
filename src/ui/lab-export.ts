/** What can be taken away of a run: series, figures, weights, a script, the run itself; and opening one again. */
import { css, html, type TemplateResult } from "lit";
import { writeLink } from "../experiment/link.ts";
import { withoutKeys } from "../experiment/view.ts";
import { COLLAPSE_SUFFIX, writeCollapseFile } from "./collapse-file.ts";
import { DialogElement } from "./dialog-element.ts";
import { seriesCsv, seriesJson, type RunExport } from "./export-series.ts";
import {
  figurePng,
  figuresOf,
  figureSvg,
  type FigureFile,
} from "./figure-files.ts";
import { whole } from "./format.ts";
import { pytorchScript, whyNoScript } from "./pytorch-script.ts";
import { RequestEvent } from "./actions.ts";
import { writeSafetensors } from "./safetensors.ts";
import { save } from "./save.ts";
import { StoreController } from "./store-controller.ts";
import { exportText as words } from "./strings-share.ts";

export class LabExport extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      dialog {
        width: 620px;
      }
      .group {
        display: grid;
        grid-template-columns: 84px minmax(0, 1fr) auto;
        gap: 2px 16px;
        align-items: center;
        border-top: 1px solid var(--rule);
        padding: 10px 0;
      }
      .group .select {
        width: 100%;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        justify-content: flex-end;
      }
      .intro {
        margin-bottom: 10px;
      }
      .said {
        min-height: 20px;
        padding-top: 8px;
        overflow-wrap: anywhere;
      }
      @media (max-width: 899px) {
        dialog {
          width: 100%;
        }
        .group {
          grid-template-columns: minmax(0, 1fr);
        }
        .acts {
          justify-content: flex-start;
        }
      }
    `,
  ];

  protected override readonly heading = words.title;
  #figure = 0;
  #said = "";
  readonly #state = new StoreController(
    this,
    (state) => [state.config, state.status, state.step] as const,
  );

  override show(): void {
    this.#said = "";
    super.show();
  }

  get #run(): RunExport {
    const { state, series } = this.#state.store;
    const view = withoutKeys(state.view, ["embed", "lens"]);
    const url = new URL(writeLink(state.config, view), location.href);
    url.search = "";
    return { state, series, link: url.href };
  }

  /** What files are called: what was trained, and how long. */
  get #name(): string {
    const { state } = this.#state.store;
    const said =
      state.preset ??
      `${state.config.base.model} seed ${String(state.config.base.seed)}`;
    const plain = said.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    return `collapse-lab-${plain.replace(/^-|-$/g, "")}-step-${whole(state.step)}`;
  }

  #save(content: BlobPart, type: string, suffix: string): void {
    const name = `${this.#name}${suffix}`;
    save(new Blob([content], { type }), name);
    this.#said = words.saved(name);
    this.requestUpdate();
  }

  /** Runs what may fail, and says so in the dialog. */
  async #try(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#said = error instanceof Error ? error.message : String(error);
      this.requestUpdate();
    }
  }

  get #app(): Element {
    return (this.getRootNode() as ShadowRoot).host;
  }

  readonly #weights = (): Promise<void> =>
    this.#try(async () => {
      const { store } = this.#state;
      const weights = await store.weights();
      if (!weights) throw new Error(words.noWeights);
      const tensors = weights.lanes.flatMap((lane, i) =>
        lane.map(({ name, shape, values }) => ({
          name: `${store.state.lanes[i].name}.${name}`,
          shape,
          values,
        })),
      );
      const metadata = {
        link: this.#run.link,
        step: String(weights.step),
        format: "pt",
      };
      this.#save(
        writeSafetensors(tensors, metadata),
        "application/octet-stream",
        ".safetensors",
      );
    });

  readonly #script = (): Promise<void> =>
    this.#try(async () => {
      const weights = await this.#state.store.weights();
      if (!weights) throw new Error(words.noWeights);
      this.#save(pytorchScript(this.#run, weights), "text/x-python", ".py");
    });

  #picture(figures: readonly FigureFile[], kind: "png" | "svg"): Promise<void> {
    return this.#try(async () => {
      const { link } = this.#run;
      const chosen = this.#figure < 0 ? figures : [figures[this.#figure]];
      for (const figure of chosen) {
        const suffix = `-${figure.slug}.${kind}`;
        if (kind === "png")
          this.#save(
            await figurePng(this.#app, figure, link),
            "image/png",
            suffix,
          );
        else {
          const { markup } = figureSvg(this.#app, figure, link);
          this.#save(markup, "image/svg+xml", suffix);
        }
      }
    });
  }

  #group(
    title: string,
    help: unknown,
    acts: readonly (readonly [label: string, act: () => unknown])[],
  ): TemplateResult {
    return html`<div class="group" role="group" aria-label=${title}>
      <h3>${title}</h3>
      <div class="small soft">${help}</div>
      <div class="acts">
        ${acts.map(([label, act]) => html`<button type="button" class="button" aria-label="${title}: ${label}" @click=${act}>${label}</button>`)}
      </div>
    </div>`;
  }

  #chooser(figures: readonly FigureFile[]): TemplateResult {
    return html`<select
      class="select"
      aria-label=${words.figure}
      @change=${(event: Event) => {
        this.#figure = Number((event.target as HTMLSelectElement).value);
      }}
    >
      ${figures.map(({ title }, i) => html`<option value=${i} ?selected=${i === this.#figure}>${title}</option>`)}
      <option value="-1" ?selected=${this.#figure < 0}>${words.all}</option>
    </select>`;
  }

  #scriptHelp(): string {
    const { lanes } = this.#state.store.state;
    const [{ settings }] = lanes;
    const why = whyNoScript(lanes);
    if (why !== null) return why;
    if (settings.data.kind !== "spectrum") return words.scriptData;
    return settings.estimator === "exact"
      ? words.scriptExact
      : words.scriptHelp;
  }

  protected override body(): TemplateResult {
    const { store } = this.#state;
    const figures = figuresOf(this.#app, store);
    this.#figure = Math.min(this.#figure, figures.length - 1);
    const { words: name } = words;
    const script = whyNoScript(store.state.lanes) === null;
    return html`<p class="small soft intro">
        ${words.intro(whole(store.state.step))}
      </p>
      ${this.#group(words.series, words.seriesHelp, [
        [
          name.csv,
          () => {
            this.#save(seriesCsv(this.#run), "text/csv", "-series.csv");
          },
        ],
        [
          name.json,
          () => {
            this.#save(
              seriesJson(this.#run),
              "application/json",
              "-series.json",
            );
          },
        ],
      ])}
      ${this.#group(words.figures, this.#chooser(figures), [
        [name.png, () => this.#picture(figures, "png")],
        [name.svg, () => this.#picture(figures, "svg")],
      ])}
      ${this.#group(words.weights, words.weightsHelp, [
        [name.safetensors, this.#weights],
      ])}
      ${this.#group(words.script, this.#scriptHelp(), script ? [[name.pytorch, this.#script]] : [])}
      ${this.#group(words.run, words.runHelp, [
        [
          name.collapse,
          () => {
            this.#save(
              writeCollapseFile(this.#run),
              "application/json",
              COLLAPSE_SUFFIX,
            );
          },
        ],
      ])}
      ${this.#group(words.open, words.openHelp, [
        [
          words.open,
          () => {
            this.close();
            this.dispatchEvent(new RequestEvent("file"));
          },
        ],
      ])}
      <p class="small said" role="status">${this.#said}</p>`;
  }
}

customElements.define("lab-export", LabExport);

declare global {
  interface HTMLElementTagNameMap {
    "lab-export": LabExport;
  }
}
