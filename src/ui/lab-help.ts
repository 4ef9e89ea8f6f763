/** Keys, and how to read the page, in a small dialog. */
import { css, html, type TemplateResult } from "lit";
import { DialogElement } from "./dialog-element.ts";
import { text } from "./strings.ts";

export class LabHelp extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      :host {
        --dialog-width: 440px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
      }
      dl > div {
        display: contents;
      }
      dt,
      dd {
        padding: 4px 0;
        border-top: 1px solid var(--rule);
      }
      dt {
        padding-right: 24px;
        font-weight: 600;
      }
      kbd {
        font: inherit;
      }
      p {
        margin-top: 12px;
        color: var(--ink-2);
        text-wrap: pretty;
      }
    `,
  ];

  protected override readonly heading = text.help.title;

  protected override body(): TemplateResult {
    return html`<dl>
        ${text.help.keys.map(
          ([key, what]) =>
            html`<div>
              <dt><kbd>${key}</kbd></dt>
              <dd>${what}</dd>
            </div>`,
        )}
      </dl>
      ${text.help.words.map((line) => html`<p>${line}</p>`)}`;
  }
}

customElements.define("lab-help", LabHelp);

declare global {
  interface HTMLElementTagNameMap {
    "lab-help": LabHelp;
  }
}
